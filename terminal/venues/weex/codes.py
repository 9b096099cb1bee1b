"""WEEX's error codes: what each means for us, and whether it is a definite no.

Source: weex contract API v2 and v3, error codes; HTTP statuses likewise. v2 codes are positive,
v3 codes negative, so one table holds both. Codes that only other programs claim to have seen
are left out on purpose: unknown means outcome unknown.
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

VENUE: Final = "WEEX"
SUCCESS_CODES: Final = frozenset({"200", "00000", "0"})
LOG_ACCEPTED: Final = "00000"
IP_STATUS: Final = 521
TOO_MANY: Final = 429
PAGE_SIZE: Final = 100
"""The most rows WEEX gives in one page, so a full one may have another after it."""


class Kind(Enum):
    """What a code is about."""

    AUTH = "auth"
    PERMISSION = "permission"
    PERMISSION_FOR_NOW = "permission for now"
    IP_LIST = "ip list"
    CLOCK = "clock"
    RATE = "rate"
    INVALID = "invalid request"
    BUSINESS = "business"
    NOT_FOUND = "not found"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodeRule:
    """`definitive` on a placement proves that no order exists; `halts` until a person acts."""

    kind: Kind
    hint: str
    definitive: bool = True
    halts: bool = False


_KEY = "Check the API key in the settings."
_PHRASE = "Check the passphrase in the settings: it is the one typed when the key was made."
_SIGNATURE = "Check the secret in the settings; copy it again without spaces."
_EITHER = "Check the API key and the passphrase in the settings: one of the two is wrong."
_PERMISSION = "Give the key the contract-trading permission in the WEEX account, then connect again."
_IP = (
    "Competition rule 14 (fixed address): this machine's public IP address is not on the key's white list. "
    "Add it in the WEEX account, then connect again."
)
_WINDOW = "The account is not enabled for the API, or the competition is not running. Ask the organiser."
_REQUEST = "The venue did not accept these values."
_PAIR = "This key may not trade this pair. Check the key's pairs in the WEEX account."
_CLOCK = "The request's time was outside the venue's window; the clock is measured again."


def _auth(hint: str) -> CodeRule:
    return CodeRule(Kind.AUTH, hint, halts=True)


RULES: dict[str, CodeRule] = {
    "40001": _auth(_KEY),
    "40002": _auth(_SIGNATURE),
    "40003": _auth("The request carried no time; please report this."),
    "40005": CodeRule(Kind.CLOCK, "The clock is measured again before the next request."),
    "40006": _auth(_KEY),
    "40007": _auth("The request had the wrong content type; please report this."),
    "40008": CodeRule(Kind.CLOCK, "The request's time was outside the 30 s window; the clock is measured again."),
    "40009": _auth(_SIGNATURE),
    "40011": _auth(_PHRASE),
    "40012": _auth(_EITHER),
    "40013": CodeRule(Kind.PERMISSION, "The account is frozen. Ask WEEX support.", halts=True),
    "40014": CodeRule(Kind.PERMISSION, _PERMISSION, halts=True),
    "40017": CodeRule(Kind.INVALID, _REQUEST),
    "40018": CodeRule(Kind.IP_LIST, _IP, halts=True),
    "40019": CodeRule(Kind.INVALID, "A value was missing."),
    "40020": CodeRule(Kind.INVALID, _REQUEST),
    "40021": CodeRule(Kind.PERMISSION_FOR_NOW, "The venue could not check the key's permission; try again later."),
    "40022": CodeRule(Kind.PERMISSION, _PERMISSION, halts=True),
    "40753": CodeRule(Kind.PERMISSION, _WINDOW, halts=True),
    "429": CodeRule(Kind.RATE, "Too many requests; everything waits."),
    "50003": CodeRule(Kind.PERMISSION, _PAIR),
    "50004": CodeRule(Kind.PERMISSION, _PERMISSION, halts=True),
    # Says nothing about an order that was being placed, so no proof there.
    "50005": CodeRule(Kind.NOT_FOUND, "The venue does not know this order.", definitive=False),
    "50007": CodeRule(Kind.INVALID, "The leverage is above the venue's limit."),
}
RULES |= {
    "-1040": _auth(_KEY),
    "-1041": _auth(_SIGNATURE),
    "-1042": _auth("The request carried no time; please report this."),
    "-1043": CodeRule(Kind.CLOCK, _CLOCK),
    "-1044": _auth(_KEY),
    "-1045": _auth("The request had the wrong content type; please report this."),
    "-1046": CodeRule(Kind.CLOCK, _CLOCK),
    "-1047": _auth(_SIGNATURE),
    "-1049": _auth(_EITHER),
    "-1050": CodeRule(Kind.PERMISSION, "The account may not trade now. Ask WEEX support.", halts=True),
    "-1051": CodeRule(Kind.PERMISSION, _PERMISSION, halts=True),
    "-1052": CodeRule(Kind.PERMISSION, _PERMISSION, halts=True),
    "-1053": CodeRule(Kind.PERMISSION_FOR_NOW, "The venue could not check the key's permission; try again later."),
    "-1055": CodeRule(Kind.PERMISSION, "Bind a phone or an authenticator in the WEEX account first.", halts=True),
    "-1056": CodeRule(Kind.IP_LIST, _IP, halts=True),
    "-1057": CodeRule(Kind.PERMISSION, "The account is locked. Ask WEEX support.", halts=True),
    "-1058": CodeRule(Kind.PERMISSION, _PAIR),
    "-1190": CodeRule(Kind.PERMISSION, _PERMISSION, halts=True),
    "-3007": CodeRule(Kind.INVALID, "The size is above the venue's largest order."),
    # Says nothing about an order that was being placed, so no proof there.
    "-3200": CodeRule(Kind.NOT_FOUND, "The venue does not know this order.", definitive=False),
    "FAILED_ORDER_NOT_FOUND": CodeRule(Kind.NOT_FOUND, "The venue does not know this order.", definitive=False),
    "-3235": CodeRule(Kind.PERMISSION, _PAIR),
    "-3236": CodeRule(Kind.PERMISSION, _PERMISSION, halts=True),
    "-3313": CodeRule(Kind.INVALID, "The leverage is above the venue's limit."),
}
# Values the venue could not use: time in force, type, side, symbol, JSON, precision, times, ids.
_INVALID_V3: Final = (
    "-1115 -1116 -1117 -1121 -1128 -1135 -1140 -1141 -1142 -1150 -1160 -1170 -1171 -1180 -2007 -2200 -3006 -3613"
)
RULES |= dict.fromkeys(_INVALID_V3.split(), CodeRule(Kind.INVALID, _REQUEST))
_UNKNOWN: Final = CodeRule(Kind.UNKNOWN, "The code is not documented.", definitive=False)
IP_RULE: Final = RULES["40018"]

# The catch-all of each dialect. Only its business texts are a no; a bare "System error"
# leaves it open whether the order exists. First match wins.
SYSTEM_ERRORS: Final = frozenset({"40015", "-1054"})
_BUSINESS_TEXTS: Final = (
    ("stepsize", "The size does not fit the venue's step or minimum; reload the contract rules."),
    ("triggerprice must be", "Stop or target lies on the wrong side of the order's price."),
    ("margin available amount not enough", "Not enough free margin for this order."),
    ("amount not enough", "Not enough free margin for this order."),
    ("open orders", "Leverage cannot change while orders are open; cancel them first."),
    ("limit exceed", "Too many open orders; cancel some first."),
    ("invalid_argument:", _REQUEST),
    ("failed_precondition:", "The account is not in the state this request needs."),
)


def rule_of(code: str, message: str) -> CodeRule:
    """Give the rule of a body code; the catch-all is judged by its message."""
    if code in SYSTEM_ERRORS:
        lowered = message.lower()
        for text, hint in _BUSINESS_TEXTS:
            if text in lowered:
                return CodeRule(Kind.BUSINESS, hint)
        return CodeRule(Kind.UNKNOWN, "The venue reports only a system error.", definitive=False)
    return RULES.get(code, _UNKNOWN)


def code_and_message(reply: Any) -> tuple[str, str]:
    """Read `code` and `msg` of an envelope; ("", "") when there is none."""
    if not isinstance(reply, dict) or reply.get("code") is None:
        return "", ""
    return str(reply["code"]), str(reply.get("msg") or reply.get("message") or "")


def error_for(status: int, code: str, message: str, *, endpoint: str, is_write: bool) -> VenueError:
    """Give the exception of an error reply that is not a placement.

    `code` is "" when the body carried none. A rate limit comes with `retry_after_s` 0;
    the caller knows how long its gate stays closed.
    """
    rule = IP_RULE if status == IP_STATUS else rule_of(code, message)
    if status == TOO_MANY or rule.kind is Kind.RATE:
        text = message or "Too many requests"
        return RateLimited(text, retry_after_s=0.0, venue=VENUE, endpoint=endpoint, code=code or str(status))
    shown = code or str(status)
    text = message or f"HTTP status {status}"
    kind = _error_type(status, code, rule, is_write=is_write)
    return kind(text, venue=VENUE, endpoint=endpoint, code=shown, hint=_hint(status, code, rule))


def _error_type(status: int, code: str, rule: CodeRule, *, is_write: bool) -> type[VenueError]:
    if rule.kind in {Kind.AUTH, Kind.PERMISSION, Kind.IP_LIST}:
        return AuthFailed
    if rule.kind is Kind.PERMISSION_FOR_NOW:  # the venue's own trouble: it says nothing about our key
        return VenueUnavailable
    if rule.kind is Kind.CLOCK:
        return ClockSkew
    if status >= 500 and rule.kind is not Kind.BUSINESS:  # v3 sends its reasoned refusals with 500
        return OutcomeUnknown if is_write else VenueUnavailable
    if rule.kind in {Kind.INVALID, Kind.BUSINESS, Kind.NOT_FOUND}:
        return RequestRejected
    if status in {401, 403} and not code:
        return AuthFailed
    if not is_write:
        return VenueUnavailable if code else RequestRejected
    return OutcomeUnknown


def _hint(status: int, code: str, rule: CodeRule) -> str:
    if code or status == IP_STATUS:
        return rule.hint
    if status == 401:
        return _KEY
    if status == 403:
        return _PERMISSION
    return "The venue has trouble; try again later." if status >= 500 else ""
