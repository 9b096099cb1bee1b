"""WOO X's error codes: what each means for us, and whether it is a definite no.

The numbers look like other venues' and mean other things here (-1006 is "not found", -1007 is
"already there"), so this table is WOO X's alone. Some refusals carry no code: a few texts are
known then, and anything else leaves it open whether an order exists. Source: WOO X API v3, error codes.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

VENUE: Final = "WOO X"
TOO_MANY: Final = 429
RATE_CODE: Final = "-1003"


class Kind(Enum):
    """What a code is about."""

    FATAL = "fatal"
    CLOCK = "clock"
    RATE = "rate"
    BUSY = "not now"
    INVALID = "invalid request"
    FUNDS = "funds"
    DUPLICATE = "duplicate"
    NOT_FOUND = "not found"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodeRule:
    """`definitive` on a placement proves that no order exists; `halts` until a person acts."""

    kind: Kind
    hint: str
    definitive: bool = True
    halts: bool = False


_UNCLEAR: Final = CodeRule(Kind.UNKNOWN, "WOO X had trouble inside; it is looked up.", definitive=False)
_UNLISTED: Final = CodeRule(Kind.UNKNOWN, "The code is not documented.", definitive=False)
_DUPLICATE: Final = CodeRule(Kind.DUPLICATE, "An order with this id is there already.", definitive=False)
# Says nothing about an order that was being placed, so no proof there.
_MISSING: Final = CodeRule(Kind.NOT_FOUND, "WOO X does not know this order, or it is done.", definitive=False)
_BUSY: Final = CodeRule(Kind.BUSY, "WOO X does not take this now; try again in a moment.")
_MAINTENANCE: Final = CodeRule(Kind.BUSY, "WOO X is under maintenance; wait until it has ended.")
_REQUEST: Final = CodeRule(Kind.INVALID, "WOO X did not accept these values.")
_PAIR: Final = CodeRule(Kind.INVALID, "WOO X does not trade this pair.")
_SMALL: Final = CodeRule(Kind.INVALID, "The order is below WOO X's smallest price, size or value.")
_HELD: Final = CodeRule(Kind.INVALID, "The position is smaller than this order, or there is none.")
_SIDE: Final = CodeRule(
    Kind.INVALID, "The account's position mode does not fit; read the account again, then propose anew."
)
_LIMIT: Final = CodeRule(Kind.INVALID, "WOO X's limit for one position is reached; make it smaller.")
_AMOUNT: Final = CodeRule(Kind.INVALID, "WOO X wants a value instead of a size, or the other way round.")
_REDUCING: Final = CodeRule(Kind.INVALID, "The account may only reduce; look at the account on WOO X's page.")
_LEVERAGE: Final = CodeRule(Kind.INVALID, "WOO X does not take this leverage.")
_TRIGGER: Final = CodeRule(Kind.INVALID, "Stop or target lies on the wrong side of the market.")
_FUNDS: Final = CodeRule(Kind.FUNDS, "Not enough free margin or coins for this order.")
_CLOCK: Final = CodeRule(Kind.CLOCK, "The request's time was outside WOO X's window; the clock is measured again.")
_RATE: Final = CodeRule(Kind.RATE, "Too many requests; everything waits.")


def _fatal(hint: str) -> CodeRule:
    return CodeRule(Kind.FATAL, hint, halts=True)


_KEY: Final = _fatal(
    "Check the API key and its secret in the settings, and that the key may trade and has not expired."
)

_CLASSES: Final = (
    (_UNCLEAR, "-1000 -1011 302159 302109 317154 317168 302005 302311 302312 302313 302999 311999"),
    (_DUPLICATE, "-1007 302117"),
    (_RATE, RATE_CODE),
    (_CLOCK, "317178 317179"),
    (_BUSY, "317174 302185 317157 317158 317169"),
    (_MISSING, "-1006 317149 317152 317153 317184 302129 317161 317177 302127 302130"),
    (_REQUEST, "-1004 -1005 -1008 -1009 -1012 317164 317162 317165 317166 317167 317171 317172 317173 317176"),
    (_REQUEST, "302003 302004 302135 317136 317137 317138 317139 317140 317141 317142 317143 317144 317170"),
    (_PAIR, "302101 317148 317155 317156 317159 317160"),
    (_SMALL, "-1102 302114 302115 302140 302141 302164"),
    (_HELD, "302125 302137 302138 302314"),
    (_SIDE, "302186 302195"),
    (_LIMIT, "302172 302188 302194 302303"),
    (_AMOUNT, "302147 302148 302149 302150 302151 302152"),
    (_REDUCING, "302160 302162 302163 302171"),
    (_LEVERAGE, "302306 302189"),
    (_TRIGGER, "317150 317151"),
    (_FUNDS, "302102 302103 302104 302118 302119 302128 302154 302155 302157 302169 302170 302193 302301 302305"),
    (_KEY, "-1001 -1002"),
)
RULES: Final[dict[str, CodeRule]] = {code: rule for rule, codes in _CLASSES for code in codes.split()} | {
    "-1101": CodeRule(Kind.INVALID, "The risk would be too high: make the order smaller."),
    "-1103": CodeRule(Kind.INVALID, "The price does not fit WOO X's price step; reload the contract rules."),
    "-1104": CodeRule(Kind.INVALID, "The size does not fit WOO X's size step; reload the contract rules."),
    "-1105": CodeRule(Kind.INVALID, "The price is too far from the middle of the market."),
    "317145": CodeRule(Kind.INVALID, "The price is below WOO X's lowest."),
    "317146": CodeRule(Kind.INVALID, "The price is above WOO X's highest."),
    "317147": CodeRule(Kind.INVALID, "The price does not fit WOO X's price step; reload the contract rules."),
    "302156": CodeRule(Kind.INVALID, "This coin cannot be sold short now."),
    "302178": CodeRule(Kind.BUSY, "The position is being closed by another order already."),
    "302110": _fatal("The account is locked. Look at it on WOO X's page."),
    "302111": _fatal("The account is being liquidated; trading is suspended. Look at it on WOO X's page."),
    "302307": _fatal("The account is suspended. Ask WOO X's support."),
}

# Refusals without a code, or with one that means several things. First match wins; the texts are WOO X's.
_TEXTS: Final = (
    ("maintenance", _MAINTENANCE),
    ("can not place", _UNCLEAR),
    ("rate limit", _RATE),
    ("receive window", _CLOCK),
    ("invalid symbol", _PAIR),
    ("symbol must not be blank", _PAIR),
    ("not valid or already canceled", _MISSING),
    ("insufficient", _FUNDS),
    ("api key", _KEY),
    ("signature", _KEY),
)
_AMBIGUOUS: Final = frozenset({"-1011", "-1012"})


def rule_of(code: str, message: str) -> CodeRule:
    """Give the rule of a code; where there is none, or it means several things, the text decides."""
    if code and code not in _AMBIGUOUS:
        return RULES.get(code, _UNLISTED)
    lowered = message.lower()
    for text, rule in _TEXTS:
        if text in lowered:
            return rule
    return RULES.get(code, _UNLISTED)


def is_listed(code: str) -> bool:
    """Tell whether the documents name this code."""
    return code in RULES
