"""How much an opening may be, cap by cap. Pure arithmetic."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument
from terminal.domain.order import ZERO
from terminal.domain.risk import RiskLimits

_MARGIN_SHARE: Final = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class SizingInputs:
    """All in quote currency and base coin. `day_equity` is the equity at day start.

    `held` is the size of the position the order would add to; `gross` the notional of
    all positions and working openings. `band` is the fraction the price may move until the order is approved.
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
    band: Decimal = ZERO


def caps(inputs: SizingInputs, rules: Instrument, limits: RiskLimits) -> dict[str, Decimal]:
    """Give each cap's size in base coin, before the step, by its name; one may be below zero.

    What is checked again before sending (R5, R6, R13) is held at the highest price of the band, so that an
    approval inside it is never void for the size. The risk is the one the card shows, at its own price.
    """
    price, leverage = inputs.price, Decimal(inputs.leverage)
    dearest = price * (1 + inputs.band)
    free = inputs.available - limits.margin_buffer * inputs.day_equity
    cost = dearest * (1 / leverage + 2 * rules.taker_fee)
    found = {
        "the order limit": limits.order_notional * inputs.day_equity / dearest,
        "the position limit": limits.position_notional * inputs.day_equity / dearest - inputs.held,
        "the gross limit": (limits.gross_notional * inputs.day_equity - inputs.gross) / dearest,
        "the free margin": min(inputs.available * _MARGIN_SHARE * leverage / dearest, free / cost),
        "the contract's largest size": rules.max_size,
        "the contract's largest position": rules.max_position_size - inputs.held,
    }
    if rules.max_market_open_size is not None:
        found["the contract's largest market size"] = rules.max_market_open_size
    if inputs.stop_price is not None and inputs.stop_price != price:
        risked = inputs.equity * min(inputs.risk_fraction, limits.risk_per_trade)
        found["the risk per trade"] = risked / abs(price - inputs.stop_price)
    return found
