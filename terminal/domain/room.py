"""How much an opening may be, cap by cap. Pure arithmetic."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument
from terminal.domain.risk import RiskLimits

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


def caps(inputs: SizingInputs, rules: Instrument, limits: RiskLimits) -> dict[str, Decimal]:
    """Give each cap's size in base coin, before the step, by its name; one may be below zero."""
    price, leverage = inputs.price, Decimal(inputs.leverage)
    free = inputs.available - limits.margin_buffer * inputs.day_equity
    cost = price * (1 / leverage + 2 * rules.taker_fee)
    found = {
        "the order limit": limits.order_notional * inputs.day_equity / price,
        "the position limit": limits.position_notional * inputs.day_equity / price - inputs.held,
        "the gross limit": (limits.gross_notional * inputs.day_equity - inputs.gross) / price,
        "the free margin": min(inputs.available * _MARGIN_SHARE * leverage / price, free / cost),
        "the contract's largest size": rules.max_size,
        "the contract's largest position": rules.max_position_size - inputs.held,
    }
    if rules.max_market_open_size is not None:
        found["the contract's largest market size"] = rules.max_market_open_size
    if inputs.stop_price is not None and inputs.stop_price != price:
        risked = inputs.equity * min(inputs.risk_fraction, limits.risk_per_trade)
        found["the risk per trade"] = risked / abs(price - inputs.stop_price)
    return found
