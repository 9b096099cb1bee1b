"""Markets and their rules: steps, limits, fees."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import NewType

InstrumentId = NewType("InstrumentId", str)
"""Our name of a market, e.g. `BTC-PERP`. The venue's own symbol stays inside `venues/`."""


def perpetual(base: str) -> InstrumentId:
    """Name the USDT perpetual of a base coin: `BTC` gives `BTC-PERP`."""
    return InstrumentId(f"{base}-PERP")


def base_of(instrument_id: InstrumentId) -> str:
    """Give the base coin of an instrument: `BTC-PERP` gives `BTC`."""
    return instrument_id.split("-", 1)[0]


@lru_cache(maxsize=256)  # asked for with every figure that is written; steps are few
def step_decimals(step: Decimal) -> int:
    """Count the decimals a multiple of `step` needs: 0.010 gives 2, 100 gives 0."""
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class Instrument:
    """One market's contract rules, as loaded from the venue.

    Sizes are in base coin, prices in quote currency, fees are fractions of
    notional (0.0008 = 0.08 %), limit ratios are fractions of the mark price.
    """

    instrument_id: InstrumentId
    price_step: Decimal
    size_step: Decimal
    min_size: Decimal
    max_size: Decimal
    max_position_size: Decimal
    max_market_open_size: Decimal | None
    min_leverage: int
    max_leverage: int
    maker_fee: Decimal
    taker_fee: Decimal
    buy_limit_ratio: Decimal
    sell_limit_ratio: Decimal
    min_notional: Decimal = Decimal(0)  # of an opening; 0 where the venue asks for none

    @property
    def base(self) -> str:
        return base_of(self.instrument_id)

    @property
    def price_decimals(self) -> int:
        return step_decimals(self.price_step)

    @property
    def size_decimals(self) -> int:
        return step_decimals(self.size_step)

    def floor_size(self, size: Decimal) -> Decimal:
        """Round a size down to the step; never up, so a limit is never passed by rounding."""
        return (size / self.size_step).to_integral_value(ROUND_FLOOR) * self.size_step

    def least_size(self, price: Decimal) -> Decimal:
        """Give the smallest size an opening may have at a price, on the step."""
        if price <= 0 or self.min_notional <= 0:
            return self.min_size
        worth = (self.min_notional / price / self.size_step).to_integral_value(ROUND_CEILING) * self.size_step
        return max(self.min_size, worth)

    def floor_price(self, price: Decimal) -> Decimal:
        return (price / self.price_step).to_integral_value(ROUND_FLOOR) * self.price_step

    def ceil_price(self, price: Decimal) -> Decimal:
        return (price / self.price_step).to_integral_value(ROUND_CEILING) * self.price_step

    def is_on_tick(self, price: Decimal) -> bool:
        return price % self.price_step == 0

    def is_on_step(self, size: Decimal) -> bool:
        return size % self.size_step == 0
