"""What an approval is bound to, how it is checked again, and how far a person may change it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Final

from terminal.domain.canonical import canonical_json, decimal_text
from terminal.domain.order import OrderTerms

DEFAULT_LIFE_S: Final = 90.0
DEFAULT_BAND: Final = Decimal("0.0015")  # fraction of the price the card shows


UNPROVEN_WORD: Final = "UNPROVEN"
"""Typed behind a mode's word by who takes a step the record has not earned."""
UNPROVEN_RISK: Final = Decimal("0.0025")  # of equity an order may risk while such a step is in force
UNPROVEN_LEVERAGE: Final = 3
UNPROVEN_DAY_LOSS: Final = Decimal("0.01")  # of the day's first equity; then a person approves again

_LIFE_S: Final = (10.0, 300.0)  # least and most, whatever a profile says
_MOST_BAND: Final = Decimal("0.005")
_MOST_UNDO_S: Final = 5.0


class DeskMode(Enum):
    """What becomes of the AI's decisions. A change is typed by a person, recorded, and loud."""

    SHADOW = "SHADOW"  # decided and followed on paper; no card can be approved
    ADVISORY = "ADVISORY"  # shown with all figures; no order path
    SEMI_AUTO = "SEMI_AUTO"  # a person approves each order
    AUTO = "AUTO"  # approved by code within limits; a restart falls back to SEMI_AUTO

    @property
    def may_approve(self) -> bool:
        """True when a decision of this mode can become an order at all."""
        return self in {DeskMode.SEMI_AUTO, DeskMode.AUTO}


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Prices at which an approval holds, both ends included."""

    low: Decimal
    high: Decimal

    @classmethod
    def around(cls, price: Decimal, fraction: Decimal) -> "PriceBand":
        return cls(price * (1 - fraction), price * (1 + fraction))

    def holds(self, price: Decimal) -> bool:
        return self.low <= price <= self.high


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a person changes at the click; None leaves a term as proposed.

    Only towards less risk: a smaller size, a stop nearer to the entry, a lower leverage.
    """

    size: Decimal | None = None
    stop_price: Decimal | None = None
    leverage: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.size is None and self.stop_price is None and self.leverage is None


@dataclass(frozen=True, slots=True)
class RecheckRow:
    """One line of the check at the click, as text: proposed, now, difference. `ok` False voids."""

    name: str
    proposed: str
    now: str
    difference: str
    ok: bool


@dataclass(frozen=True, slots=True)
class ClickVoided:
    """Somebody approved, but a fresh check failed: every line of it. A `ReviewClosed` follows."""

    decision_id: str
    who: str
    how: str
    fingerprint: str
    rows: tuple[RecheckRow, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class DeskModeSet:
    """What becomes of decisions from now on; `who` is "" when the program itself fell back.

    `override` says what was missing when a person made the desk automatic without its record having earned
    that; "" otherwise. While it is in force what may be risked is capped.
    """

    mode: DeskMode
    who: str
    reason: str
    at_ms: int
    override: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """How long a card of one strategy may be answered (seconds), and how far its price may drift (a fraction)."""

    life_s: float = DEFAULT_LIFE_S
    band: Decimal = DEFAULT_BAND

    def __post_init__(self) -> None:
        """Refuse what lies beyond the hard limits.

        Raises:
            ValueError: it names the setting and its limits.
        """
        least, most = _LIFE_S
        if not least <= self.life_s <= most:
            raise ValueError(f"life_s is {self.life_s:g}; it must be from {least:g} to {most:g}")
        if not 0 < self.band <= _MOST_BAND:
            raise ValueError(f"band is {self.band}; it must be above 0 and at most {_MOST_BAND}")


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """A profile's approval settings: the rule for every strategy, and those of some by their names.

    A strategy's name is what its model's name begins with, up to a slash or a space, or all of it.
    `undo_s` is how long an approved order waits before it leaves, 0 for not at all.
    """

    rule: ApprovalRule = ApprovalRule()
    undo_s: float = 0.0
    strategies: tuple[tuple[str, ApprovalRule], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what lies beyond the hard limits.

        Raises:
            ValueError: it names the setting and its limits.
        """
        if not 0 <= self.undo_s <= _MOST_UNDO_S:
            raise ValueError(f"undo_s is {self.undo_s:g}; it must be from 0 to {_MOST_UNDO_S:g}")

    def rule_of(self, model: str) -> ApprovalRule:
        """Give the rule of a model: of its whole name, else of its first part, else the common one."""
        named = dict(self.strategies)
        family = model.replace(" ", "/").partition("/")[0]
        return named.get(model) or named.get(family) or self.rule


def fingerprint(terms: OrderTerms, band: PriceBand, rule_version: str) -> str:
    """Give the hash a person's approval is bound to: what they saw is what is sent, or nothing is.

    Covers symbol, side, effect, size, price band, limit price, stop, target, leverage and the
    version of the rules, as canonical JSON with decimals as text; 64 hex digits.
    """
    plain = {
        "symbol": terms.instrument_id,
        "side": terms.side.value,
        "effect": terms.effect.value,
        "kind": terms.kind.value,
        "size": decimal_text(terms.size),
        "price": _text(terms.price),
        "band": [decimal_text(band.low), decimal_text(band.high)],
        "stop": _text(terms.stop_price),
        "target": _text(terms.target_price),
        "leverage": terms.leverage,
        "rules": rule_version,
    }
    return sha256(canonical_json(plain).encode()).hexdigest()


def _text(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)
