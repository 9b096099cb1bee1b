"""The codes this exchange refuses with.

They are the venue's common ones: codes of its own for contracts are not documented.
Source: reference section 6.
"""

from enum import IntEnum

from terminal.sim.exchange.terms import Refusal, RefusalKind


class Code(IntEnum):
    PARAMETER = -102
    VERIFICATION = -103
    SIGNATURE = -105
    NETWORK_2 = -106
    TOO_MANY = -110
    MAINTENANCE = -112
    REQUEST_FAILED = -100044
    SYMBOL_TICKER = -100101
    SYMBOL_DEPTH = -100201
    SYMBOL_KLINE = -100301
    KLINE_TYPE = -100302
    KLINE_SIZE = -100303
    SYMBOL_TRADES = -100401
    TRADING_HALT = -200025
    PRICE = -200027
    AMOUNT_POSITIVE = -200028
    AMOUNT_RANGE = -200029
    PRICE_RANGE = -200030
    NO_FUNDS = -200031
    SYSTEM = -200032
    NO_SUCH_ORDER = -200034
    ORDER_FILLED = -200035
    DIRECTION = -200037
    MARKET = -200038
    NO_RECORD = -200055
    KEY_ILLEGAL = -300069
    TRANSACTION_TYPE = -300101
    NEGATIVE = -300102


_MESSAGES = {
    Code.PARAMETER: "Invalid parameter",
    Code.VERIFICATION: "Verification failed",
    Code.SIGNATURE: "Invalid api signature",
    Code.NETWORK_2: "Network Error-2",
    Code.TOO_MANY: "The number of access requests exceeded",
    Code.MAINTENANCE: "Service is under maintenance",
    Code.SYSTEM: "System error. Please contact customer service",
    Code.KEY_ILLEGAL: "api_key is illegal",
}


def message_of(code: int) -> str:
    """The venue's words for a code, "" where it sends none."""
    return _MESSAGES.get(Code(code), "") if code in set(Code) else ""


class BitzError(Exception):
    """A refused request."""

    def __init__(self, code: int) -> None:
        super().__init__(int(code))
        self.code = int(code)


_REFUSALS = {
    RefusalKind.STEP_SIZE: Code.AMOUNT_RANGE,
    RefusalKind.MAX_SIZE: Code.AMOUNT_RANGE,
    RefusalKind.PRICE_STEP: Code.PRICE,
    RefusalKind.PRICE_BAND: Code.PRICE_RANGE,
    RefusalKind.MARGIN: Code.NO_FUNDS,
    RefusalKind.NOT_FOUND: Code.NO_SUCH_ORDER,
}


def code_of(refusal: Refusal) -> int:
    """The code of a refusal by the account engine; what no code is documented for is an invalid parameter."""
    return _REFUSALS.get(refusal.kind, Code.PARAMETER)
