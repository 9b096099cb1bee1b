"""What the venue answers: envelopes, error codes and the sentences it uses.

Source: reference sections 1.6, 6.1 and 10. Sentences that no document quotes
are marked by starting with the code's documented meaning.
"""

from decimal import Decimal
from typing import Any

from terminal.sim.exchange.terms import Refusal, RefusalKind


class WeexError(Exception):
    """An answer in the error envelope."""

    def __init__(self, code: str, message: str, http_status: int = 400) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.http_status = http_status

    def body(self, now_ms: int) -> dict[str, Any]:
        return {"code": self.code, "msg": self.message, "requestTime": now_ms, "data": None}


def empty(name: str) -> WeexError:
    return WeexError("40019", f"Parameter {name} cannot be empty")


def invalid(name: str) -> WeexError:
    return WeexError("40020", f"Parameter {name} is invalid")


def business(message: str) -> WeexError:
    """The catch-all for business rejections."""
    return WeexError("40015", message)


def done(now_ms: int) -> dict[str, Any]:
    """Shape 2: leverage, margin and hold mode changes."""
    return {"code": "200", "msg": "success", "requestTime": now_ms}


def done_with(now_ms: int, data: Any) -> dict[str, Any]:
    """Shape 3: AI log upload and TP/SL change."""
    return {"code": "00000", "msg": "success", "requestTime": now_ms, "data": data}


def text(amount: Decimal) -> str:
    """A decimal as the venue writes it: plain digits, no exponent, no needless zeros."""
    written = f"{amount:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in {"-0", ""} else written


def refusal_error(refusal: Refusal) -> WeexError:
    """The venue's code and sentence for a refusal of the account engine."""
    if refusal.kind is RefusalKind.TRIGGER_SIDE:
        return business(_trigger_sentence(refusal.details))
    code, template = _SENTENCES[refusal.kind]
    return WeexError(code, template.format_map(refusal.details))


def _trigger_sentence(details: dict[str, str]) -> str:
    action = "buy long" if details["side"] == "LONG" else "sell short"
    short = "tp" if details["which"] == "take profit" else "sl"
    return (
        f"INVALID_ARGUMENT: The {action} order {details['which']} param triggerPrice must be {details['relation']} "
        f"than price {details['price']}. Current order open {short} param trigger price is {details['trigger']}"
    )


_SENTENCES = {
    RefusalKind.STEP_SIZE: (
        "40015",
        (
            "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize '{step}' requirement. "
            "Current size is '{size}'"
        ),
    ),
    RefusalKind.PRICE_STEP: (
        "40015",
        (
            "INVALID_ARGUMENT: The order price must be greater than 0 and matches the tickSize '{step}' requirement. "
            "Current price is '{price}'"
        ),
    ),
    RefusalKind.PRICE_BAND: (
        "40015",
        "INVALID_ARGUMENT: The order price {price} must not be {relation} than the price limit {limit}",
    ),
    RefusalKind.MAX_SIZE: ("40015", "INVALID_ARGUMENT: The order size {size} must not be greater than {limit}"),
    RefusalKind.MARGIN: ("40015", "FAILED_PRECONDITION: The order margin available amount not enough"),
    RefusalKind.TOO_MANY_ORDERS: ("40015", "FAILED_PRECONDITION: The open order count limit exceed. Limit is 200"),
    RefusalKind.CLOSE_SIZE: (
        "40015",
        "FAILED_PRECONDITION: The close size {size} must not be greater than the available position size {held}",
    ),
    RefusalKind.MARGIN_MODE: ("40020", "Parameter marginMode is invalid"),
    RefusalKind.DUPLICATE_CLIENT_OID: ("40015", "INVALID_ARGUMENT: Duplicate client order id {client_oid}"),
    RefusalKind.OPEN_ORDERS: ("40015", "FAILED_PRECONDITION: The leverage cannot be changed, there are open orders"),
    RefusalKind.NOT_FLAT: (
        "40015",
        "FAILED_PRECONDITION: The margin mode cannot be changed while there are positions or orders",
    ),
    RefusalKind.LEVERAGE_LIMIT: ("50007", "The leverage cannot exceed the limit {limit}"),
    RefusalKind.LEVERAGE_UNEQUAL: ("40020", "Parameter shortLeverage is invalid"),
    RefusalKind.NOT_ISOLATED: ("40015", "FAILED_PRECONDITION: The position is not an isolated position"),
    RefusalKind.NOT_FOUND: ("50005", "Order does not exist"),
    RefusalKind.FINAL: ("50005", "Order does not exist or is already closed"),
}
