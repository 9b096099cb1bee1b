"""How much to trade: the model names a risk, code decides the size, always rounded down."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import Instrument
from terminal.domain.order import ZERO
from terminal.domain.risk import RiskLimits
from terminal.domain.room import SizingInputs, caps
from terminal.services.risk.checks.verdicts import plain


@dataclass(frozen=True, slots=True)
class Sized:
    """The size, which cap bound it, and why it cannot be traded ("" when it can)."""

    size: Decimal
    bound_by: str
    refusal: str


def size_order(inputs: SizingInputs, rules: Instrument, limits: RiskLimits) -> Sized:
    """Give the largest size all caps allow; below the contract's least size it is refused, never raised."""
    found = caps(inputs, rules, limits)
    bound_by = min(found, key=lambda name: found[name])
    size = rules.floor_size(max(ZERO, found[bound_by]))
    refusal, least = "", rules.least_size(inputs.price)
    if size < least or size <= 0:
        refusal = (
            f"{bound_by} allows {plain(size)}, less than the least size {plain(least)}; sizes are never rounded up"
        )
    return Sized(size, bound_by, refusal)
