"""v3's words for refusals: negative integer codes in `{"code", "msg"}`.

Source: reference section 10.3. What callers of the live venue have seen goes
beyond it: business refusals (-1054) come with HTTP 500, refused credentials
with 401, a wrong method with 405, and market data answers an unknown symbol
with -1142 although the list of codes has -1121 for it.
"""

from typing import Any

from terminal.sim.exchange.terms import Refusal, RefusalKind
from terminal.sim.weex.errors import Problem, Rejection, WeexError, business_sentence

NOT_FOUND_TEXT = "FAILED_ORDER_NOT_FOUND"  # what a cancel's answer says instead of a code
_SYSTEM_CODE = "-1054"  # the catch-all for business rejections
_SYSTEM_STATUS = 500


def refuse(error: WeexError | Refusal) -> Rejection:
    """Code, sentence and HTTP status of a refusal."""
    if isinstance(error, Refusal):
        if error.kind in _ACCOUNT:
            return Rejection(*_ACCOUNT[error.kind])
        return Rejection(_SYSTEM_CODE, business_sentence(error), _SYSTEM_STATUS)
    code, sentence, status = _PROTOCOL[error.problem]
    return Rejection(code, sentence.format_map(error.details), status)


def envelope(rejection: Rejection, _now_ms: int) -> dict[str, Any]:
    code = rejection.code
    return {"code": int(code) if code.lstrip("-").isdigit() else code, "msg": rejection.message}


def not_found(path: str, now_ms: int) -> dict[str, Any]:
    return {"timestamp": now_ms, "status": 404, "error": "Not Found", "path": path}


_ACCOUNT = {
    RefusalKind.MARGIN_MODE: ("-1142", "Parameter 'marginType' is invalid."),
    RefusalKind.MAX_SIZE: ("-3007", "Maximum contract order quantity exceeded."),
    RefusalKind.LEVERAGE_LIMIT: ("-3313", "Leverage exceeds maximum limit."),
    RefusalKind.LEVERAGE_UNEQUAL: ("-1128", "Combination of optional parameters invalid."),
    RefusalKind.NOT_FOUND: ("-3200", "Order does not exist."),
    RefusalKind.FINAL: ("-3200", "Order does not exist."),
}
_PROTOCOL = {
    Problem.KEY_MISSING: ("-1040", "ACCESS_KEY header is required.", 401),
    Problem.SIGN_MISSING: ("-1041", "ACCESS_SIGN header is required.", 401),
    Problem.TIMESTAMP_MISSING: ("-1042", "ACCESS_TIMESTAMP header is required.", 401),
    # The list of codes has none for a missing passphrase; it is treated as a wrong one.
    Problem.PASSPHRASE_MISSING: ("-1049", "API key or passphrase incorrect.", 401),
    Problem.TIMESTAMP_INVALID: ("-1043", "Invalid ACCESS_TIMESTAMP.", 401),
    Problem.TIMESTAMP_EXPIRED: ("-1046", "Request timestamp expired.", 401),
    Problem.KEY_WRONG: ("-1044", "Invalid ACCESS_KEY.", 401),
    Problem.PASSPHRASE_WRONG: ("-1049", "API key or passphrase incorrect.", 401),
    Problem.SIGNATURE_WRONG: ("-1047", "API authentication failed.", 401),
    Problem.CONTENT_TYPE: ("-1045", "Invalid Content-Type, please use application/json.", 400),
    Problem.TOO_MANY: ("429", "Too many requests", 429),
    Problem.BODY_TOO_LARGE: ("-1140", "Parameter validation failed. The body is too large.", 400),
    Problem.BODY_NOT_JSON: ("-1135", "Invalid JSON request.", 400),
    Problem.BODY_NOT_OBJECT: ("-1135", "Invalid JSON request.", 400),
    Problem.EMPTY: ("-1141", "Parameter '{name}' cannot be empty.", 400),
    Problem.INVALID: ("-1142", "Parameter '{name}' is invalid.", 400),
    Problem.RANGE: ("-1140", "Parameter validation failed. {name} must be between {low} and {high}.", 400),
    Problem.CLIENT_ID: ("-1180", "{name} length must not exceed 36 and must not contain special characters.", 400),
    Problem.UNKNOWN_SYMBOL: ("-1121", "Invalid symbol.", 400),
    Problem.UNKNOWN_INTERVAL: ("-1142", "Parameter 'interval' is invalid.", 400),
    Problem.PAIR_FORBIDDEN: ("-1058", "No permission for this trading pair.", 400),
    Problem.ORDER_NOT_FOUND: ("-3200", "Order does not exist.", 400),
    Problem.LOGS_SWITCHED_OFF: ("-3236", "No permission to access this API.", 400),
    Problem.SYSTEM: (_SYSTEM_CODE, "System error, please retry later.", _SYSTEM_STATUS),
    Problem.SIDE: ("-1117", "Invalid side.", 400),
    Problem.ORDER_TYPE: ("-1116", "Invalid order type.", 400),
    Problem.TIME_IN_FORCE: ("-1115", "Invalid timeInForce.", 400),
    Problem.METHOD: ("-1150", "Request method '{method}' not supported", 405),
    Problem.NEITHER_ID: ("-1140", "Either orderId or origClientOrderId must be sent.", 400),
    Problem.COMBINATION: ("-1128", "Combination of optional parameters invalid.", 400),
    Problem.START_AFTER_END: ("-1171", "startTime cannot be greater than endTime.", 400),
    Problem.TIME_SPAN: ("-1170", "Time range cannot exceed {days} days.", 400),
    Problem.SEPARATED_MODE: (
        _SYSTEM_CODE,
        "FAILED_PRECONDITION: The contract does not support the 'SEPARATED' separated mode",
        _SYSTEM_STATUS,
    ),
}
