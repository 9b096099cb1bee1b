"""WOO X's envelope, and the exception of an answer that is no success.

Success is `"success": true` and nothing else: a gateway answers HTTP 200 with a code of its own, and
some refusals carry no code at all.
"""

from typing import Any, Final

from terminal.domain.errors import (
    AuthFailed,
    ClockSkew,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueError,
    VenueUnavailable,
)
from terminal.venues.woox.codes import TOO_MANY, VENUE, CodeRule, Kind, rule_of

_REFUSALS: Final = frozenset({Kind.INVALID, Kind.FUNDS, Kind.NOT_FOUND, Kind.DUPLICATE})
_FORBIDDEN: Final = frozenset({401, 403})
_TROUBLE: Final = 500
_KEY_HINT: Final = "Check the API key and its secret in the settings."


def is_success(status: int, reply: Any) -> bool:
    """Tell whether an answer says yes."""
    return 200 <= status < 300 and isinstance(reply, dict) and reply.get("success") is True


def code_and_message(reply: Any) -> tuple[str, str]:
    """Read code and message of an answer; ("", "") when it is no envelope. A code may be a number or text."""
    if not isinstance(reply, dict):
        return "", ""
    code = reply.get("code")
    return "" if code is None else str(code), str(reply.get("message") or "")


def error_for(status: int, reply: Any, *, endpoint: str, is_write: bool) -> VenueError:
    """Give the exception of an answer that is no success and no placement.

    A rate limit comes with `retry_after_s` 0; the caller knows how long its gate stays closed.
    """
    code, message = code_and_message(reply)
    rule = rule_of(code, message)
    text = message or _words(status)
    hint = _hint(status, code, rule)
    if status == TOO_MANY or rule.kind is Kind.RATE:
        return RateLimited(text, retry_after_s=0.0, venue=VENUE, endpoint=endpoint, code=code, hint=hint)
    return _class_for(status, rule, is_write=is_write)(text, venue=VENUE, endpoint=endpoint, code=code, hint=hint)


def _class_for(status: int, rule: CodeRule, *, is_write: bool) -> type[VenueError]:
    if status >= _TROUBLE and is_write:  # whatever it says: what failed inside may have been done before
        return OutcomeUnknown
    if rule.kind is Kind.FATAL:
        return AuthFailed
    if rule.kind is Kind.CLOCK:
        return ClockSkew
    if rule.kind is Kind.BUSY:
        return VenueUnavailable
    if rule.kind in _REFUSALS:
        return RequestRejected
    if status in _FORBIDDEN:
        return AuthFailed
    if is_write:
        return OutcomeUnknown
    return RequestRejected if 400 <= status < _TROUBLE else VenueUnavailable


def _words(status: int) -> str:
    if status >= _TROUBLE or 200 <= status < 300:
        return "WOO X has trouble inside."
    return f"WOO X refused with HTTP status {status}."


def _hint(status: int, code: str, rule: CodeRule) -> str:
    if rule.kind is not Kind.UNKNOWN:
        return rule.hint
    if status in _FORBIDDEN:
        return _KEY_HINT
    return "Try again later." if status >= _TROUBLE else rule.hint if code else ""
