"""How much to trade: the model names a risk, code decides the size, always rounded down."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument
from terminal.domain.order import ZERO
from terminal.domain.risk import RiskLimits
from terminal.services.risk.checks.verdicts import plain

_MARGIN_SHARE: Final = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class SizingInputs:
    """All in quote currency and base coin. `day_equity` is the equity at day start.

    `held` is the size of the position the order would add to; `gross` the notional of
    all positions and working openings.
    """

    price: Decimal
    stop_price: Decimal | None
    risk_fraction: Decimal
    leverage: int
    equity: Decimal
    day_equity: Decimal
    available: Decimal
    held: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class Sized:
    """The size, which cap bound it, and why it cannot be traded ("" when it can)."""

    size: Decimal
    bound_by: str
    refusal: str


def size_order(inputs: SizingInputs, rules: Instrument, limits: RiskLimits) -> Sized:
    """Give the largest size all caps allow; below the contract's least size it is refused, never raised."""
    caps = _caps(inputs, rules, limits)
    bound_by = min(caps, key=lambda name: caps[name])
    size = rules.floor_size(max(ZERO, caps[bound_by]))
    refusal = ""
    if size < rules.min_size or size <= 0:
        refusal = (
            f"{bound_by} allows {plain(size)}, less than the least size {plain(rules.min_size)}; "
            "sizes are never rounded up"
        )
    return Sized(size, bound_by, refusal)


def _caps(inputs: SizingInputs, rules: Instrument, limits: RiskLimits) -> dict[str, Decimal]:
    price, leverage = inputs.price, Decimal(inputs.leverage)
    free = inputs.available - limits.margin_buffer * inputs.day_equity
    cost = price * (1 / leverage + 2 * rules.taker_fee)
    caps = {
        "the order limit": limits.order_notional * inputs.day_equity / price,
        "the position limit": limits.position_notional * inputs.day_equity / price - inputs.held,
        "the gross limit": (limits.gross_notional * inputs.day_equity - inputs.gross) / price,
        "the free margin": min(inputs.available * _MARGIN_SHARE * leverage / price, free / cost),
        "the contract's largest size": rules.max_size,
        "the contract's largest position": rules.max_position_size - inputs.held,
    }
    if rules.max_market_open_size is not None:
        caps["the contract's largest market size"] = rules.max_market_open_size
    if inputs.stop_price is not None and inputs.stop_price != price:
        risked = inputs.equity * min(inputs.risk_fraction, limits.risk_per_trade)
        caps["the risk per trade"] = risked / abs(price - inputs.stop_price)
    return caps
