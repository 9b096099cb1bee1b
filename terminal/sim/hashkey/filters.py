"""What an order must keep to, pair by pair, and which code says that it does not.

Source: reference section 5. BTCUSDT's figures are published; those of the
other pairs follow its pattern and are our own choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from terminal.sim.exchange.spot.rules import SpotRules
from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.names import EXCHANGE_ID, QUOTE, symbol_of
from terminal.sim.market.types import BookSide
from terminal.sim.serving.digits import text

MAKER_FEE = Decimal("0.0012")
TAKER_FEE = Decimal("0.0012")
MAX_OPEN_ORDERS = 300
_BAND = Decimal("0.1")
_QUOTE_STEP = Decimal("0.0000001")


@dataclass(frozen=True, slots=True)
class PairFilters:
    """One pair's filters. Sizes in the base coin, amounts in USDT."""

    pair: str
    tick: Decimal
    step: Decimal
    min_size: Decimal
    max_size: Decimal
    market_max_size: Decimal
    min_amount: Decimal = Decimal(1)
    max_amount: Decimal = Decimal(400_000)
    market_max_amount: Decimal = Decimal(200_000)
    band: Decimal = _BAND
    max_open: int = MAX_OPEN_ORDERS

    @property
    def symbol(self) -> str:
        return symbol_of(self.pair)

    def rules(self) -> SpotRules:
        return SpotRules(self.pair, QUOTE, self.tick, self.step, MAKER_FEE, TAKER_FEE)

    def check_size(self, size: Decimal, *, is_market: bool) -> None:
        """Refuse a size in the base coin that the pair does not allow."""
        if size <= 0:
            raise HashKeyError(errors.BAD_QUANTITY)
        if size % self.step:
            raise HashKeyError(errors.QUANTITY_PRECISION)
        if size < self.min_size:
            raise HashKeyError(errors.QUANTITY_TOO_SMALL)
        if size > (self.market_max_size if is_market else self.max_size):
            raise HashKeyError(errors.QUANTITY_TOO_LARGE)

    def check_amount(self, amount: Decimal) -> None:
        """Refuse an amount in USDT, of a market order, that the pair does not allow."""
        if amount <= 0:
            raise HashKeyError(errors.BAD_QUANTITY)
        if amount % _QUOTE_STEP:
            raise HashKeyError(errors.AMOUNT_PRECISION)
        self._check_worth(amount, self.market_max_amount)

    def check_price(self, price: Decimal, side: BookSide, mark: Decimal) -> None:
        """Refuse a limit price off the step, or a buy far above (a sell far below) the mark."""
        if price <= 0:
            raise HashKeyError(errors.BAD_PRICE)
        if price % self.tick:
            raise HashKeyError(errors.PRICE_PRECISION)
        if side is BookSide.BUY and price > mark * (1 + self.band):
            raise HashKeyError(errors.PRICE_TOO_HIGH)
        if side is BookSide.SELL and price < mark * (1 - self.band):
            raise HashKeyError(errors.PRICE_TOO_LOW)

    def check_value(self, value: Decimal, *, is_market: bool) -> None:
        """Refuse an order whose size times price is too small or too large."""
        self._check_worth(value, self.market_max_amount if is_market else self.max_amount)

    def _check_worth(self, worth: Decimal, most: Decimal) -> None:
        if worth < self.min_amount:
            raise HashKeyError(errors.AMOUNT_TOO_SMALL)
        if worth > most:
            raise HashKeyError(errors.AMOUNT_TOO_LARGE)

    def as_json(self, status: str) -> dict[str, Any]:
        """The pair's row of exchangeInfo."""
        return {
            "symbol": self.symbol,
            "symbolName": self.symbol,
            "status": status,
            "baseAsset": self.pair,
            "baseAssetName": self.pair,
            "baseAssetPrecision": text(self.step),
            "quoteAsset": QUOTE,
            "quoteAssetName": QUOTE,
            "quotePrecision": text(_QUOTE_STEP),
            "exchangeId": str(EXCHANGE_ID),
            "retailAllowed": True,
            "piAllowed": True,
            "corporateAllowed": True,
            "omnibusAllowed": True,
            "icebergAllowed": False,
            "isAggregate": False,
            "allowMargin": False,
            "filters": self._filters(),
        }

    def _filters(self) -> list[dict[str, Any]]:
        rates = {"buyPriceUpRate": text(self.band), "sellPriceDownRate": text(self.band)}
        return [
            {
                "minPrice": text(self.tick),
                "maxPrice": "100000.00000000",
                "tickSize": text(self.tick),
                "filterType": "PRICE_FILTER",
            },
            {
                "minQty": text(self.min_size),
                "maxQty": text(self.max_size),
                "stepSize": text(self.step),
                "marketOrderMinQty": text(self.min_size),
                "marketOrderMaxQty": text(self.market_max_size),
                "filterType": "LOT_SIZE",
            },
            {"minNotional": text(self.min_amount), "filterType": "MIN_NOTIONAL"},
            {
                "minAmount": text(self.min_amount),
                "maxAmount": text(self.max_amount),
                "minBuyPrice": "0",
                "marketOrderMinAmount": text(self.min_amount),
                "marketOrderMaxAmount": text(self.market_max_amount),
                "filterType": "TRADE_AMOUNT",
            },
            {"maxSellPrice": "0", **rates, "maxEntrustNum": self.max_open, "filterType": "LIMIT_TRADING"},
            {**rates, "filterType": "MARKET_TRADING"},
            {
                "noAllowMarketStartTime": "0",
                "noAllowMarketEndTime": "0",
                "limitOrderStartTime": "0",
                "limitOrderEndTime": "0",
                "limitMinPrice": "0",
                "limitMaxPrice": "0",
                "filterType": "OPEN_QUOTE",
            },
        ]


def _filters(pair: str, tick: str, step: str, least: str, most: str) -> PairFilters:
    largest = Decimal(most)
    return PairFilters(pair, Decimal(tick), Decimal(step), Decimal(least), largest, largest / 2)


ALL_FILTERS: Mapping[str, PairFilters] = {
    filters.pair: filters
    for filters in (
        _filters("BTC", "0.01", "0.00001", "0.00001", "8"),
        _filters("ETH", "0.01", "0.0001", "0.0001", "150"),
        _filters("SOL", "0.01", "0.001", "0.01", "3000"),
        _filters("DOGE", "0.00001", "0.1", "1", "2000000"),
        _filters("XRP", "0.0001", "0.1", "1", "200000"),
        _filters("LTC", "0.01", "0.001", "0.01", "4000"),
    )
}
