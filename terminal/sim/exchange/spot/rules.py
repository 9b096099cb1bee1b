"""Steps and fees of a spot pair."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SpotRules:
    """What the account engine must know of a pair. Sizes in the base coin, prices in the quote coin.

    Fees are fractions, charged in the coin that is received.
    """

    pair: str  # base coin, e.g. "BTC"
    quote: str
    tick: Decimal
    lot: Decimal
    maker_fee: Decimal
    taker_fee: Decimal

    @property
    def base(self) -> str:
        return self.pair

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


def _whole(amount: Decimal, step: Decimal) -> int | None:
    steps = amount / step
    whole = int(steps)
    return whole if whole == steps else None
