"""Bit-Z's error codes: what each means for us, and whether it is a definite no.

They come with HTTP 200, as `status` or as a negative number in `data`. They are the venue's
common ones: codes of its own for contracts are not documented, so a code that is not listed
leaves it open whether an order exists. Source: ccxt 1.57.1 `bitz`, exceptions.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

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

VENUE: Final = "Bit-Z"
NAME: Final = "Bit-Z (simulated, exchange closed 2021)"
SUCCESS: Final = 200


class Kind(Enum):
    """What a code is about."""

    FATAL = "fatal"
    VERIFICATION = "verification"
    RATE = "rate"
    BUSY = "not now"
    INVALID = "invalid request"
    FUNDS = "funds"
    ORDER_STATE = "order state"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodeRule:
    """`definitive` on a placement proves that no order exists; `halts` until a person acts."""

    kind: Kind
    hint: str
    definitive: bool = True
    halts: bool = False


def _fatal(hint: str) -> CodeRule:
    return CodeRule(Kind.FATAL, hint, halts=True)


_KEY_HINT: Final = "Check the API key in the settings."
_SIGN_HINT: Final = "Check the secret in the settings; copy it again without spaces."
_PHRASE_HINT: Final = "The account asks for a password for every order, which this program never sends."
_REQUEST: Final = CodeRule(Kind.INVALID, "The venue did not accept these values.")
_CONTRACT: Final = CodeRule(Kind.INVALID, "The venue does not know this contract; reload the contract rules.")
_PRICE: Final = CodeRule(Kind.INVALID, "The price does not fit the venue's step or range; reload the contract rules.")
_AMOUNT: Final = CodeRule(Kind.INVALID, "The size must be a whole number of contracts within the venue's limits.")
_GONE: Final = CodeRule(Kind.ORDER_STATE, "The venue does not know this order, or it is done.", definitive=False)
_TROUBLE: Final = CodeRule(Kind.UNKNOWN, "The venue reports trouble of its own.", definitive=False)
_UNLISTED: Final = CodeRule(Kind.UNKNOWN, "The code is not documented.", definitive=False)

RULES: Final[dict[int, CodeRule]] = {
    -103: CodeRule(Kind.VERIFICATION, f"{_KEY_HINT} If it is right, this computer's clock may be off.", halts=True),
    -105: _fatal(_SIGN_HINT),
    -107: _fatal("The venue refused the request without saying why. Look at the account there."),
    -109: _fatal(_SIGN_HINT),
    -110: CodeRule(Kind.RATE, "Too many requests; everything waits."),
    -111: _fatal("This machine's public IP address is not on the key's list. Add it in the account."),
    -112: CodeRule(Kind.BUSY, "The venue is under maintenance; wait until it has ended."),
    -114: CodeRule(Kind.RATE, "The requests of this day are used up; go on tomorrow.", halts=True),
    -117: _fatal("The API key has expired. Make a new one."),
    -200005: _fatal("This account may not trade."),
    -200025: CodeRule(Kind.BUSY, "Trading is halted for a while; try again later."),
    -200031: CodeRule(Kind.FUNDS, "Not enough free margin for this order."),
    -200037: CodeRule(Kind.INVALID, "The venue did not accept the direction; please report this."),
    -300069: _fatal(_KEY_HINT),
}
RULES.update(dict.fromkeys((-102, -300101, -100302, -100303), _REQUEST))
RULES.update(dict.fromkeys((-200038, -100101, -100201, -100301, -100401), _CONTRACT))
RULES.update(dict.fromkeys((-200027, -200030, -300102), _PRICE))
RULES.update(dict.fromkeys((-200028, -200029), _AMOUNT))
RULES.update(dict.fromkeys((-200034, -200035, -200055), _GONE))
RULES.update(dict.fromkeys((-200003, -100015, -300103), _fatal(_PHRASE_HINT)))
RULES.update(dict.fromkeys((-104, -106, -301001, -200032, -200033, -100044), _TROUBLE))


def rule_of(code: int) -> CodeRule:
    """Give the rule of a code."""
    return RULES.get(code, _UNLISTED)


def code_and_message(envelope: Any) -> tuple[int, str]:
    """Read the code of an answer: 200 for a success, else what `status` or `data` refuses with.

    Raises:
        MalformedReply: it is not the venue's envelope.
    """
    if not isinstance(envelope, dict) or "data" not in envelope:
        raise MalformedReply("The answer is not the venue's envelope.", venue=VENUE)
    status, data = envelope.get("status"), envelope["data"]
    if not isinstance(status, int) or isinstance(status, bool):
        raise MalformedReply("The answer has no status.", venue=VENUE)
    message = str(envelope.get("msg") or "")
    if status == SUCCESS and isinstance(data, int) and not isinstance(data, bool):
        return data, message
    return status, message


def error_for(code: int, message: str, *, endpoint: str, is_write: bool) -> VenueError:
    """Give the exception of a refusal that is not a placement.

    A rate limit comes with `retry_after_s` 0; the caller knows how long its gate stays closed.
    """
    rule = rule_of(code)
    text = message or "The venue refused"
    where = {"venue": VENUE, "endpoint": endpoint, "code": str(code), "hint": rule.hint}
    match rule.kind:
        case Kind.RATE:
            return RateLimited(text, retry_after_s=0.0, **where)
        case Kind.FATAL:
            return AuthFailed(text, **where)
        case Kind.VERIFICATION:  # the time or the nonce: the clock is measured again, and a read asked once more
            return ClockSkew(text, **where)
        case Kind.BUSY:
            return VenueUnavailable(text, **where)
        case Kind.UNKNOWN:
            return OutcomeUnknown(text, **where) if is_write else VenueUnavailable(text, **where)
        case _:
            return RequestRejected(text, **where)
