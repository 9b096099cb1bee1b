"""The catalogue: symbols, steps, limits and fees of eight perpetuals and their spot twins.

A coin's perpetual and its spot pair trade in one simulated book, so their
prices are one; what differs is who may see which part of it (see `liquidity`)
and what an order must keep to. Known from the reference: the price step of
the BTC perpetual, sizes in base coin, the fees, the bands of the sample row.
The other figures are our own. Source: reference sections 4 and 7.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Final

from terminal.sim.exchange.rules import ContractRules
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.types import PairSpec

QUOTE: Final = "USDT"
MAX_LEVERAGE: Final = 100  # 1 / baseIMR
BASE_IMR: Final = "0.01"
BASE_MMR: Final = "0.004"
FUNDING_HOURS: Final = 8


class Product(Enum):
    PERP = "PERP"
    SPOT = "SPOT"


@dataclass(frozen=True, slots=True)
class Listing:
    """What a venue symbol names: one product of one coin."""

    product: Product
    pair: str

    @property
    def symbol(self) -> str:
        return f"{self.product.value}_{self.pair}_{QUOTE}"

    @property
    def is_spot(self) -> bool:
        return self.product is Product.SPOT


@dataclass(frozen=True, slots=True)
class Terms:
    """What orders of a product keep to, beside the steps.

    Attributes:
        buy_cap, sell_floor: highest buy and lowest sell, multiples of the middle price.
        maker_fee, taker_fee: fractions of the value.
    """

    min_notional: Decimal
    buy_cap: Decimal
    sell_floor: Decimal
    maker_fee: Decimal
    taker_fee: Decimal


TERMS: Final = {
    Product.PERP: Terms(Decimal(5), Decimal("1.05"), Decimal("0.95"), Decimal(0), Decimal("0.0003")),
    Product.SPOT: Terms(Decimal(1), Decimal("1.1"), Decimal("0.9"), Decimal(0), Decimal("0.0006")),
}

# pair: price step, size step, smallest size, largest size
_STEPS: Final = {
    "BTC": ("1", "0.0001", "0.0001", "100"),
    "ETH": ("0.1", "0.001", "0.001", "2000"),
    "SOL": ("0.01", "0.01", "0.01", "20000"),
    "DOGE": ("0.00001", "1", "10", "10000000"),
    "XRP": ("0.0001", "0.1", "1", "2000000"),
    "ADA": ("0.0001", "1", "1", "5000000"),
    "BNB": ("0.01", "0.01", "0.01", "5000"),
    "LTC": ("0.01", "0.01", "0.01", "20000"),
}
SPECS: Final = tuple(
    replace(
        spec,
        tick=Decimal(_STEPS[spec.base][0]),
        lot=Decimal(_STEPS[spec.base][1]),
        min_lots=int(Decimal(_STEPS[spec.base][2]) / Decimal(_STEPS[spec.base][1])),
    )
    for spec in EIGHT_PAIRS
)
LISTINGS: Final = {
    listing.symbol: listing for product in Product for listing in (Listing(product, spec.base) for spec in SPECS)
}
_NO_BAND: Final = Decimal("0.9")  # the engine's own band stays out of the way of this venue's


def rules_for(spec: PairSpec) -> ContractRules:
    """The engine's rules of a perpetual."""
    largest = Decimal(_STEPS[spec.base][3])
    terms = TERMS[Product.PERP]
    return ContractRules(
        pair=spec.base,
        tick=spec.tick,
        lot=spec.lot,
        min_size=spec.lot * spec.min_lots,
        max_order_size=largest,
        max_position_size=largest * 10,
        market_open_limit=largest,
        price_ratio=_NO_BAND,
        maker_fee=terms.maker_fee,
        taker_fee=terms.taker_fee,
    )


RULES: Final = {spec.base: rules_for(spec) for spec in SPECS}
