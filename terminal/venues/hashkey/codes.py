"""HashKey's error codes: what each means for us, and whether it is a definite no.

Source: HashKey API, error codes. Nearly all of them come with HTTP 400, so the status alone never
tells a refusal from an unknown outcome: the code does. A code that is not listed is an unknown
outcome for an order, and no information for a read.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

VENUE: Final = "HashKey"
SUCCESS_CODES: Final = frozenset({"0", "0000", "200"})
TOO_MANY: Final = 429
BLOCKED: Final = 418
"""The address is blocked for going on after 429; a person must act."""


class Kind(Enum):
    """What a code is about."""

    FATAL = "fatal"  # key, permission, account: no order can succeed until a person acts
    ADDRESS = "address"
    CLOCK = "clock"
    RATE = "rate"
    LATER = "later"  # not executed; the same may work in a while
    INVALID = "invalid"
    FINAL = "final"  # the order is not there, or is over already
    FAILED = "failed"  # a definite failure, looked up once all the same
    UNCLEAR = "unclear"  # it may have been executed
    STRANGE = "strange"  # of calls this program never makes, or not listed


@dataclass(frozen=True, slots=True)
class CodeRule:
    kind: Kind
    hint: str

    @property
    def is_no(self) -> bool:
        """True when it proves that an order that was being placed does not exist."""
        return self.kind in _PROOFS

    @property
    def halts(self) -> bool:
        """True when no order can succeed until a person acts."""
        return self.kind in {Kind.FATAL, Kind.ADDRESS}


_PROOFS: Final = frozenset({Kind.FATAL, Kind.ADDRESS, Kind.CLOCK, Kind.RATE, Kind.LATER, Kind.INVALID})

_KEY = "Check the API key in the settings; a key belongs to one HashKey site only."
_SIGNED = "Check the secret in the settings; copy it again without spaces."
_RIGHTS = "Give the key read and write permission in the HashKey account, then connect again."
_ACCOUNT = "The account may not trade now. Ask HashKey support."
_IP = "This machine's public internet address is not on the key's list. Add it in the HashKey account."
_VALUES = "HashKey did not accept these values."
_PRICE = "The price does not fit the pair's tick or lies too far from the market; reload the rules or move it."
_SIZE = "The size is outside the pair's limits or does not fit its step."
_AMOUNT = "Size times price is outside what the pair allows."
_BALANCE = "There is not enough free balance for this order."
_LATER = "Nothing was done; try again in a while."
_PAIR = "The pair is not open for trading by program now."
_OVER = "The order is over, or HashKey does not know it."
_LOOK = "Whether it was done is not known; it is looked up."
_RANGE = "The dates reach further back than HashKey keeps."
_STREAM = "HashKey's stream did not accept a subscription."

_TABLE: Final = (
    (Kind.UNCLEAR, _LOOK, "-1000 -1001 -1006 -1007 -1024 -1141 -1146 -1147"),
    (Kind.RATE, "Too many requests; everything waits.", "0003 -1015 -3145"),
    (Kind.CLOCK, "The request's time was outside the window; the clock is measured again.", "-1021"),
    (Kind.LATER, _LATER, "-1101 -1144"),
    (Kind.LATER, _PAIR, "-1151 -1155"),
    (Kind.INVALID, _PRICE, "0207 0209 0210 -1124 -1132 -1133 -1153"),
    (Kind.INVALID, _SIZE, "-1126 -1135 -1136 -1137 -1200 -1201 -1202 -1203"),
    (Kind.INVALID, _AMOUNT, "-1140 -1148 -1206"),
    (Kind.INVALID, _BALANCE, "0401"),
    (Kind.INVALID, "This pair is not listed on this HashKey site.", "0201"),
    (Kind.INVALID, _VALUES, "0206 -1004 -1014 -1115 -1117 -1123 -1129 -1130 -1154 -2022 -2030"),
    (Kind.INVALID, "A maker order would have been executed at once; move its price.", "-1156 -2010"),
    (Kind.INVALID, "There are too many open orders; cancel some first.", "-1193 -2017"),
    (Kind.INVALID, "Market orders are closed for this pair now; use a limit price.", "-1194"),
    (Kind.INVALID, _RANGE, "-2027 -2028 -2029"),
    (Kind.FINAL, _OVER, "0211 0212 -1139 -1142 -1143 -1145 -2011"),
    (Kind.FAILED, "HashKey could not carry it out.", "-1149 -1150"),
    (Kind.FATAL, _SIGNED, "0002"),
    (Kind.FATAL, _KEY, "0102 0103 -1002"),
    (Kind.FATAL, _RIGHTS, "0104 -1005 -1020 -1205 -1215"),
    (Kind.FATAL, _ACCOUNT, "-1152 -1160 -1186 -2020 -2021 -3117 -3143"),
    (Kind.FATAL, "Finish the identity check in the HashKey account first.", "-2023"),
    (Kind.ADDRESS, _IP, "0202"),
    (Kind.INVALID, _STREAM, "-100010 -100011 -100012"),
)
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_STRANGE_TEXT: Final = "HashKey answered with a code of a service this program does not use; please report it."
_STRANGE_RANGES: Final = (
    (-1182, -1161),
    (-1214, -1207),
    (-1305, -1300),
    (-2016, -2016),
    (-2019, -2018),
    (-2026, -2024),
    (-3144, -3144),
    (-4099, -4000),
    (-5099, -5000),
)
RULES: Final[dict[str, CodeRule]] = {
    code: CodeRule(kind, hint) for kind, hint, codes in _TABLE for code in codes.split()
}
ADDRESS_RULE: Final = RULES["0202"]
BLOCKED_RULE: Final = CodeRule(
    Kind.ADDRESS,
    "HashKey has blocked this internet address for too many requests. Stop other programs and ask HashKey support.",
)
RATE_RULE: Final = RULES["0003"]
WRONG_KEY: Final = frozenset({"0102", "-1002"})
NOT_FOUND: Final = frozenset({"0211", "0212", "-1143"})
_MISSING_FIELD: Final = CodeRule(Kind.INVALID, _VALUES)
_WRONG_SIGNATURE: Final = CodeRule(Kind.FATAL, _SIGNED)
_UNLISTED: Final = CodeRule(Kind.STRANGE, "The code is not documented.")
_STRANGE: Final = CodeRule(Kind.STRANGE, _STRANGE_TEXT)


def rule_of(code: str, message: str) -> CodeRule:
    """Give the rule of a code. `0001` is printed twice: its message tells a wrong signature from a missing field."""
    if code == "0001":
        return _WRONG_SIGNATURE if "signature" in message.lower() else _MISSING_FIELD
    rule = RULES.get(code)
    if rule is not None:
        return rule
    number = int(code) if _NUMBER.fullmatch(code) else 0
    return _STRANGE if any(low <= number <= high for low, high in _STRANGE_RANGES) else _UNLISTED


def rule_of_reply(status: int, code: str, message: str) -> CodeRule:
    """As `rule_of`, where the HTTP status has the last word: too many requests, or a blocked address."""
    if status == BLOCKED:
        return BLOCKED_RULE
    return RATE_RULE if status == TOO_MANY else rule_of(code, message)


def code_and_message(reply: Any) -> tuple[str, str]:
    """Read `code` and `msg`; ("", "") when there is none, or when it says success."""
    if not isinstance(reply, dict) or reply.get("code") is None:
        return "", ""
    code = str(reply["code"])
    return ("", "") if code in SUCCESS_CODES else (code, str(reply.get("msg") or reply.get("message") or ""))
