"""The venue's error codes: what each means for us, and whether it is a definite no.

A code that is not listed leaves it open whether an order exists: a wrong "no" would let the same
trade be made twice. Source: name the page of the venue's document here.
"""

from dataclasses import dataclass
from enum import Enum
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

VENUE: Final = "Your Venue"
TOO_MANY: Final = 429


class Kind(Enum):
    """What a code is about."""

    FATAL = "fatal"  # key, permission, account: no order can succeed until a person acts
    CLOCK = "clock"
    RATE = "rate"
    LATER = "later"  # not executed; the same may work in a while
    INVALID = "invalid"
    FINAL = "final"  # the order is not there, or is over already
    UNCLEAR = "unclear"  # it may have been executed


@dataclass(frozen=True, slots=True)
class CodeRule:
    """`definitive` on a placement proves that no order exists; `halts` until a person acts."""

    kind: Kind
    hint: str

    @property
    def definitive(self) -> bool:
        return self.kind not in {Kind.FINAL, Kind.UNCLEAR}

    @property
    def halts(self) -> bool:
        return self.kind is Kind.FATAL


RULES: Final[dict[str, CodeRule]] = {
    "1001": CodeRule(Kind.FATAL, "Check the API key in the settings."),
    "1002": CodeRule(Kind.FATAL, "Check the secret in the settings; copy it again without spaces."),
    "1003": CodeRule(Kind.CLOCK, "The request's time was outside the venue's window; the clock is measured again."),
    "1004": CodeRule(Kind.RATE, "Too many requests; everything waits."),
    "2001": CodeRule(Kind.INVALID, "The price or the size does not fit the pair's steps; reload the rules."),
    "2002": CodeRule(Kind.INVALID, "There is not enough free balance for this order."),
    "2003": CodeRule(Kind.FINAL, "The order is over, or the venue does not know it."),
    "3001": CodeRule(Kind.LATER, "The venue is under maintenance; wait until it has ended."),
    "3002": CodeRule(Kind.UNCLEAR, "Whether it was done is not known; it is looked up."),
}
_UNLISTED: Final = CodeRule(Kind.UNCLEAR, "The code is not documented.")


def rule_of(code: str) -> CodeRule:
    """Give the rule of a code."""
    return RULES.get(code, _UNLISTED)


def code_and_message(value: Any) -> tuple[str, str]:
    """Read code and message of an answer; the code is "" for a success."""
    if not isinstance(value, dict) or "code" not in value:
        return "", ""
    return str(value["code"]), str(value.get("message") or "")


def error_for(code: str, message: str, *, endpoint: str, is_write: bool) -> VenueError:
    """Give the exception of a refusal that is not a placement."""
    rule = rule_of(code)
    text = message or "The venue refused"
    where = {"venue": VENUE, "endpoint": endpoint, "code": code, "hint": rule.hint}
    match rule.kind:
        case Kind.RATE:
            return RateLimited(text, retry_after_s=0.0, **where)  # the caller knows how long its gate stays closed
        case Kind.FATAL:
            return AuthFailed(text, **where)
        case Kind.CLOCK:
            return ClockSkew(text, **where)
        case Kind.LATER:
            return VenueUnavailable(text, **where)
        case Kind.UNCLEAR:
            return OutcomeUnknown(text, **where) if is_write else VenueUnavailable(text, **where)
        case Kind.INVALID | Kind.FINAL:
            return RequestRejected(text, **where)
