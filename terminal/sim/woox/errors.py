"""What this venue says no with: its codes, its words, and the ones that carry no code at all.

Source: reference sections 2, 5 and 8; the words are those that clients of the
venue have quoted.
"""

from typing import Any, Final

from terminal.sim.exchange.terms import Refusal, RefusalKind


class WooError(Exception):
    """A refused request.

    Args:
        code: None where the venue sends none.
        message: the venue's words.
        http_status: 400 unless said.
        extra: further fields of the answer.
    """

    def __init__(self, code: int | None, message: str, http_status: int = 400, **extra: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.http_status = http_status
        self.extra = extra

    @property
    def body(self) -> dict[str, Any]:
        code = {} if self.code is None else {"code": self.code}
        return {"success": False, **code, "message": self.message, **self.extra}


GATEWAY: Final = {"code": 503, "message": "[GW] no upstream server"}  # comes with HTTP 200
_WRONG_FORMAT: Final = "Some parameters are in wrong format for api."


def internal() -> WooError:
    words = "An internal error has occurred. We are unable to process your request. Please try again later."
    return WooError(-1000, words, 500)


def key_malformed() -> WooError:
    return WooError(-1001, "The api key or secret is in wrong format.", 401)


def key_invalid() -> WooError:
    words = (
        "API key or secret is invalid, it may because key have insufficient permission or the key is expired/revoked."
    )
    return WooError(-1002, words, 401)


def too_many() -> WooError:
    return WooError(-1003, "Rate limit exceed.", 429)


def missing(name: str) -> WooError:
    return WooError(-1005, f"{name} must not be blank", error_code=90000)


def malformed(name: str) -> WooError:
    return WooError(-1005, f"{_WRONG_FORMAT} ({name})")


def not_found(what: str = "The data is not found in server.") -> WooError:
    return WooError(-1006, what)


def already_cancelled() -> WooError:
    return WooError(-1006, "Your order and symbol are not valid or already canceled.")


def duplicated() -> WooError:
    return WooError(-1007, "The data is already exists or your request is duplicated.")


def maintenance() -> WooError:
    return WooError(-1011, "The system is under maintenance.")


def invalid_symbol(symbol: str) -> WooError:
    """Of a market data call: there the venue sends no code."""
    return WooError(None, f"invalid symbol {symbol[:40]}")


def unsupported_symbol(symbol: str) -> WooError:
    """Of an order."""
    return WooError(317155, f"unsupported symbol: {symbol[:40]}")


def window_exceeded(window_ms: int, stamp: str) -> WooError:
    return WooError(
        317179, f"Request has failed as the receive window: {window_ms} millisecond is exceeded from {stamp[:20]}"
    )


def of_refusal(refusal: Refusal) -> WooError:
    """The account engine's no in this venue's words."""
    code, words = _REFUSALS[refusal.kind]
    if refusal.kind is RefusalKind.BALANCE:
        words = f"Insufficient {refusal.details['asset']}."
    return WooError(code, words)


_TICK: Final = "The order price is not following the tick size rule for the symbol."
_STEP: Final = "The order quantity is not following the step size rule for the symbol."
_REFUSALS: Final = {
    RefusalKind.STEP_SIZE: (-1104, _STEP),
    RefusalKind.PRICE_STEP: (-1103, _TICK),
    RefusalKind.PRICE_BAND: (-1105, "Price is too high or too low from the mid price."),
    RefusalKind.MAX_SIZE: (302172, "max position size is exceeded."),
    RefusalKind.MARGIN: (
        302170,
        "Collateral is not sufficient to cover initial margin requirements under Spot & Futures.",
    ),
    RefusalKind.TOO_MANY_ORDERS: (302303, "Too many pending orders."),
    RefusalKind.CLOSE_SIZE: (302138, "Insufficient position for reduce only order."),
    RefusalKind.MARGIN_MODE: (
        302189,
        "Changing isolated position leverage is not allowed when there is a pending order.",
    ),
    RefusalKind.TRIGGER_SIDE: (317150, "trigger price is on the wrong side of the price."),
    RefusalKind.DUPLICATE_CLIENT_OID: (-1007, "The data is already exists or your request is duplicated."),
    RefusalKind.OPEN_ORDERS: (
        302189,
        "Changing isolated position leverage is not allowed when there is a pending order.",
    ),
    RefusalKind.NOT_FLAT: (
        302126,
        "Attempt failed. Please close your futures positions, cancel open orders and try again.",
    ),
    RefusalKind.LEVERAGE_LIMIT: (302306, "Invalid leverage, please provide positive integer leverage"),
    RefusalKind.LEVERAGE_UNEQUAL: (302306, "Invalid leverage, please provide positive integer leverage"),
    RefusalKind.NOT_ISOLATED: (302191, "Only adjustments to futures isolated margin are allowed."),
    RefusalKind.NOT_FOUND: (-1006, "The data is not found in server."),
    RefusalKind.BALANCE: (302154, "Insufficient balance."),
    RefusalKind.WOULD_TAKE: (-1012, "The place/cancel order request is rejected by internal module."),
    RefusalKind.FINAL: (-1006, "Your order and symbol are not valid or already canceled."),
}
