"""A refusal or a failure as an exception, for every call that is not a placement."""

from typing import Final

from terminal.domain.errors import (
    AuthFailed,
    ClockSkew,
    MalformedReply,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueError,
    VenueUnavailable,
)
from terminal.venues.hashkey.codes import VENUE, Kind, rule_of_reply

_KINDS: Final[dict[Kind, type[VenueError]]] = {
    Kind.FATAL: AuthFailed,
    Kind.ADDRESS: AuthFailed,
    Kind.CLOCK: ClockSkew,
    Kind.LATER: VenueUnavailable,
    Kind.INVALID: RequestRejected,
    Kind.FINAL: RequestRejected,
    Kind.FAILED: RequestRejected,
}


def error_for(status: int, code: str, message: str, *, endpoint: str, is_write: bool) -> VenueError:
    """Give the exception of an error reply. `code` is "" when the body carried none.

    A rate limit comes with `retry_after_s` 0; the caller knows how long its gate stays closed.
    """
    rule = rule_of_reply(status, code, message)
    shown = code or str(status)
    text = message or f"HTTP status {status}"
    if rule.kind is Kind.RATE:
        return RateLimited(text, retry_after_s=0.0, venue=VENUE, endpoint=endpoint, code=shown, hint=rule.hint)
    kind = _kind(status, code, rule.kind, is_write=is_write)
    hint = rule.hint if code or rule.halts else _hint(status)
    return kind(text, venue=VENUE, endpoint=endpoint, code=shown, hint=hint)


def _kind(status: int, code: str, kind: Kind, *, is_write: bool) -> type[VenueError]:
    if status >= 500:  # whatever the body says, it may have been done before it failed
        return OutcomeUnknown if is_write else VenueUnavailable
    if kind in _KINDS:
        return _KINDS[kind]
    if is_write:
        return OutcomeUnknown
    if kind is Kind.UNCLEAR:
        return VenueUnavailable
    if status in {401, 403} and not code:
        return AuthFailed
    return MalformedReply  # a code nobody documents is no information, and asking again brings it again


def _hint(status: int) -> str:
    if status in {401, 403}:
        return "Check the API key and its permissions in the HashKey account."
    return "HashKey has trouble; try again later." if status >= 500 else ""
