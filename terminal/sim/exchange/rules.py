"""Contract rules of the simulated pairs: steps, limits, fees, margin.

Source: the venue reference, sections 3.2 and 3.3. Figures the documents leave
open (largest sizes of the small pairs, maintenance margin) are our own choice.
"""

from dataclasses import dataclass
from decimal import Decimal

from terminal.sim.market.types import PairSpec

MAKER_FEE = Decimal("0.0002")
TAKER_FEE = Decimal("0.0008")
MAX_LEVERAGE = 400
MIN_LEVERAGE = 1
MAX_OPEN_ORDERS = 200
DEFAULT_LEVERAGE = Decimal(20)
# The documents name no maintenance rate; half the initial margin, at most 0.4 % of notional.
MAINTENANCE_RATE = Decimal("0.004")
_PRICE_RATIO = Decimal("0.01")
_LARGE = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class ContractRules:
    """What an order in one pair must keep to. Sizes in base coin, prices in USDT."""

    pair: str
    tick: Decimal
    lot: Decimal
    min_size: Decimal
    max_order_size: Decimal
    max_position_size: Decimal
    market_open_limit: Decimal
    price_ratio: Decimal = _PRICE_RATIO
    maker_fee: Decimal = MAKER_FEE
    taker_fee: Decimal = TAKER_FEE

    def price(self, ticks: int) -> Decimal:
        return self.tick * ticks

    def size(self, lots: int) -> Decimal:
        return self.lot * lots

    def ticks(self, price: Decimal) -> int | None:
        """The price in ticks, or None when it is not on the step."""
        return _whole(price, self.tick)

    def lots(self, size: Decimal) -> int | None:
        """The size in lots, or None when it is not on the step."""
        return _whole(size, self.lot)


def maintenance_rate(leverage: Decimal) -> Decimal:
    return min(MAINTENANCE_RATE, Decimal(1) / (2 * leverage))


def rules_for(spec: PairSpec) -> ContractRules:
    order_size, position_size, market_size = _LIMITS.get(spec.base, (_LARGE, _LARGE, _LARGE))
    return ContractRules(
        pair=spec.base,
        tick=spec.tick,
        lot=spec.lot,
        min_size=spec.lot * spec.min_lots,
        max_order_size=order_size,
        max_position_size=position_size,
        market_open_limit=market_size,
    )


_LIMITS = {
    "BTC": (Decimal(1200), Decimal(1_000_000), Decimal(100)),
    "ETH": (Decimal(1_000_000), Decimal(5_000_000), Decimal(2300)),
}


def _whole(amount: Decimal, step: Decimal) -> int | None:
    steps = amount / step
    whole = int(steps)
    return whole if whole == steps else None
