"""v2's words for refusals: string codes in an envelope of four fields.

Source: reference sections 1.6, 6.1 and 10.2.
"""

from typing import Any

from terminal.sim.exchange.terms import Refusal, RefusalKind
from terminal.sim.weex.errors import Problem, Rejection, WeexError, business_sentence

SYSTEM_CODE = "40015"  # the catch-all for business rejections


def refuse(error: WeexError | Refusal) -> Rejection:
    """Code and sentence of a refusal."""
    if isinstance(error, Refusal):
        if error.kind in _ACCOUNT:
            code, sentence = _ACCOUNT[error.kind]
            return Rejection(code, sentence.format_map(error.details))
        return Rejection(SYSTEM_CODE, business_sentence(error))
    if error.problem is Problem.TOO_MANY:
        return Rejection("429", "Too many requests", 429)
    code, sentence = _PROTOCOL[error.problem]
    return Rejection(code, sentence.format_map(error.details))


def envelope(rejection: Rejection, now_ms: int) -> dict[str, Any]:
    return {"code": rejection.code, "msg": rejection.message, "requestTime": now_ms, "data": None}


def not_found(path: str, _now_ms: int) -> dict[str, Any]:
    return {"status": 404, "error": "Not Found", "path": path}


_ACCOUNT = {
    RefusalKind.MARGIN_MODE: ("40020", "Parameter marginMode is invalid"),
    RefusalKind.LEVERAGE_LIMIT: ("50007", "The leverage cannot exceed the limit {limit}"),
    RefusalKind.LEVERAGE_UNEQUAL: ("40020", "Parameter shortLeverage is invalid"),
    RefusalKind.NOT_FOUND: ("50005", "Order does not exist"),
    RefusalKind.FINAL: ("50005", "Order does not exist or is already closed"),
}
_PROTOCOL = {
    Problem.KEY_MISSING: ("40001", "Header ACCESS_KEY cannot be empty"),
    Problem.SIGN_MISSING: ("40002", "Header ACCESS_SIGN cannot be empty"),
    Problem.TIMESTAMP_MISSING: ("40003", "Header ACCESS_TIMESTAMP cannot be empty"),
    Problem.PASSPHRASE_MISSING: ("40011", "Header ACCESS_PASSPHRASE cannot be empty"),
    Problem.TIMESTAMP_INVALID: ("40005", "Invalid ACCESS_TIMESTAMP"),
    Problem.TIMESTAMP_EXPIRED: ("40008", "Request timestamp expired"),
    Problem.KEY_WRONG: ("40006", "Invalid ACCESS_KEY"),
    Problem.PASSPHRASE_WRONG: ("40012", "Apikey or passphrase is incorrect"),
    Problem.SIGNATURE_WRONG: ("40009", "Sign signature error"),
    Problem.CONTENT_TYPE: ("40007", "Content-Type must be application/json"),
    Problem.BODY_TOO_LARGE: ("40017", "Parameter verification failed: the body is too large"),
    Problem.BODY_NOT_JSON: ("40017", "Parameter verification failed: the body is not valid JSON"),
    Problem.BODY_NOT_OBJECT: ("40017", "Parameter verification failed: the body is not a JSON object"),
    Problem.EMPTY: ("40019", "Parameter {name} cannot be empty"),
    Problem.INVALID: ("40020", "Parameter {name} is invalid"),
    Problem.RANGE: ("40020", "Parameter {name} is invalid"),
    Problem.CLIENT_ID: ("40020", "Parameter {name} is invalid"),
    Problem.UNKNOWN_SYMBOL: ("40020", "Parameter symbol is invalid"),
    # An unknown interval is refused in Chinese whatever the locale.
    Problem.UNKNOWN_INTERVAL: ("40020", "参数granularity错误"),
    Problem.PAIR_FORBIDDEN: ("50003", "No permission to trade this pair"),
    Problem.ORDER_NOT_FOUND: ("50005", "Order does not exist"),
    Problem.LOGS_SWITCHED_OFF: ("40753", "API权限已被禁用"),
    Problem.SYSTEM: (SYSTEM_CODE, "System error"),
}
