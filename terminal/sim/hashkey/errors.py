"""Why a request is refused: the venue's codes, statuses and sentences.

Source: reference section 10. The seed prints no error body; the shape is the
one other clients read: `{"code": "...", "msg": "..."}`. Every business error
is HTTP 400, an unknown outcome too.
"""

from typing import Any

MISSING_FIELD = "0001"  # the same code as BAD_SIGNATURE: only the sentence tells them apart
BAD_SIGNATURE = "0001 signature"
RATE_LIMIT = "0003"
BAD_KEY = "0102"
UNKNOWN_INSTRUMENT = "0201"
BAD_TYPE = "0206"
PRICE_PRECISION = "0209"
PRICE_RANGE = "0210"
ORDER_NOT_FOUND = "0211"
NO_BALANCE = "0401"
UNKNOWN_ERROR = "-1000"
INTERNAL_ERROR = "-1001"
UNAUTHORIZED = "-1002"
BAD_REQUEST = "-1004"
BAD_COMBINATION = "-1014"
BAD_TIMESTAMP = "-1021"
BAD_TIF = "-1115"
BAD_SIDE = "-1117"
BAD_CLIENT_ID = "-1123"
BAD_PRICE = "-1124"
BAD_QUANTITY = "-1126"
QUANTITY_AND_AMOUNT = "-1129"
ILLEGAL_PARAMETER = "-1130"
PRICE_TOO_HIGH = "-1132"
PRICE_TOO_LOW = "-1133"
QUANTITY_TOO_LARGE = "-1135"
QUANTITY_TOO_SMALL = "-1136"
QUANTITY_PRECISION = "-1137"
ORDER_FILLED = "-1139"
AMOUNT_TOO_SMALL = "-1140"
DUPLICATE_ORDER = "-1141"
ORDER_CANCELLED = "-1142"
NOT_ON_BOOK = "-1143"
AMOUNT_PRECISION = "-1148"
PAIR_NOT_OPEN = "-1151"
MAKER_WOULD_TAKE = "-1156"
AMOUNT_TOO_LARGE = "-1206"
TOO_MANY_OPEN = "-2017"
BATCH_TOO_LARGE = "-2022"
SPAN_TOO_LONG = "-2027"
OLDER_THAN_A_MONTH = "-2028"
OLDER_THAN_THREE_MONTHS = "-2029"
BAD_SYMBOLS = "-100010"
BAD_STREAM_PARAMETER = "-100011"
SYMBOL_MISSING = "-100012"

_SENTENCES = {
    MISSING_FIELD: "Required field '{name}' missing or invalid.",
    BAD_SIGNATURE: "Incorrect signature",
    RATE_LIMIT: "Rate limit exceeded",
    BAD_KEY: "Invalid ApiKey",
    UNKNOWN_INSTRUMENT: "Instrument not found",
    BAD_TYPE: "Unsupported order type",
    PRICE_PRECISION: "Invalid price precision",
    PRICE_RANGE: "Price outside of allowed range",
    ORDER_NOT_FOUND: "Order not found",
    NO_BALANCE: "Insufficient asset",
    UNKNOWN_ERROR: "An unknown error occurred while processing the request",
    INTERNAL_ERROR: "Internal error",
    UNAUTHORIZED: "Unauthorized operation",
    BAD_REQUEST: "Bad request",
    "-1006": "Execution status unknown",
    "-1007": "Timeout waiting for response from server",
    BAD_COMBINATION: "Unsupported order combination",
    BAD_TIMESTAMP: "Timestamp for this request is outside of the recvWindow",
    BAD_TIF: "Invalid timeInForce",
    BAD_SIDE: "Invalid order side",
    BAD_CLIENT_ID: "Invalid client order id",
    BAD_PRICE: "Invalid price",
    BAD_QUANTITY: "Invalid quantity",
    QUANTITY_AND_AMOUNT: ("Invalid parameters, quantity and amount are not allowed to be sent at the same time."),
    ILLEGAL_PARAMETER: "Illegal parameter '{name}'",
    PRICE_TOO_HIGH: "Order price greater than the maximum",
    PRICE_TOO_LOW: "Order price lower than the minimum",
    QUANTITY_TOO_LARGE: "Order quantity greater than the maximum",
    QUANTITY_TOO_SMALL: "Order quantity lower than the minimum",
    QUANTITY_PRECISION: "Order quantity precision too large",
    ORDER_FILLED: "Order has been filled",
    AMOUNT_TOO_SMALL: "Order amount lower than the minimum",
    DUPLICATE_ORDER: "Duplicate order",
    ORDER_CANCELLED: "Order has been cancelled",
    NOT_ON_BOOK: "Order not found on order book",
    "-1146": "Order creation timeout",
    "-1147": "Order cancellation timeout",
    AMOUNT_PRECISION: "Order amount precision too large",
    PAIR_NOT_OPEN: "The trading pair is not open yet",
    MAKER_WOULD_TAKE: "Limit maker order creation failed",
    AMOUNT_TOO_LARGE: "Order amount greater than the maximum",
    TOO_MANY_OPEN: "Open orders exceeds the limit of the trading pair",
    BATCH_TOO_LARGE: "Order batch size exceeds the limit",
    SPAN_TOO_LONG: "Exceed maximum time range of 30 days",
    OLDER_THAN_A_MONTH: "The search is limited to data within the last one month",
    OLDER_THAN_THREE_MONTHS: "The search is limited to data within the last three months",
    BAD_SYMBOLS: "Invalid Symbols!",
    BAD_STREAM_PARAMETER: "Parameter error!",
    SYMBOL_MISSING: "Parameter symbol [String] missing!",
}


class HashKeyError(Exception):
    """A refused request; `name` is the field it is about."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(code, name)
        self.code = code.partition(" ")[0]
        self.message = sentence(code).format(name=name)
        self.http_status = 429 if code == RATE_LIMIT else 400

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "msg": self.message}


def sentence(code: str) -> str:
    """What the venue says with a code; codes that only a test sends have a general one."""
    return _SENTENCES.get(code, "Request failed")


def missing(name: str) -> HashKeyError:
    return HashKeyError(MISSING_FIELD, name)


def illegal(name: str) -> HashKeyError:
    return HashKeyError(ILLEGAL_PARAMETER, name)
