"""What a measure of one rule gives, and the words measures share."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.plain_words import figure
from terminal.domain.rules import RuleState

NEAR_FROM: Final = 0.8  # so much of a limit used up is worth a look


@dataclass(frozen=True, slots=True)
class Measured:
    """State, evidence, distance and the part of the limit used up; see `RuleLight`."""

    state: RuleState
    evidence: str
    distance: str = ""
    used: float | None = None


def not_known(what: str) -> Measured:
    """What was not measured is not kept."""
    return Measured(RuleState.UNKNOWN, f"{what} is not known yet")


def against(amount: float, limit: float, evidence: str, distance: str) -> Measured:
    """Judge an amount that may reach `limit` but not pass it."""
    used = amount / limit
    within = RuleState.NEAR if used >= NEAR_FROM else RuleState.OK
    return Measured(RuleState.BROKEN if amount > limit else within, evidence, distance, used)


def percent(fraction: Decimal) -> str:
    return f"{figure(round(fraction * 100, 1), signed=True)} %"


def some(count: int, what: str) -> str:
    """`1 order`, `3 orders`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
