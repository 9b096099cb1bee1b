"""Public replies and pushes, spelled as WOO X spells them. Source: WOO X API v3, public data and WebSocket v3."""

from pydantic import Field

from terminal.net.wire.types import Amount, Count, Price, Signed
from terminal.venues.woox.wire.types import Moment, OptionalAmount, OptionalPrice, OptionalSigned, Wire


class InstrumentRow(Wire):
    """A row of GET public/instruments. Prices in quote coin, sizes in base coin; ratios of the middle price."""

    symbol: str
    status: str
    price_step: Price = Field(alias="quoteTick")
    min_price: Amount = Field(alias="quoteMin")
    max_price: Amount = Field(alias="quoteMax")
    size_step: Price = Field(alias="baseTick")
    min_size: Amount = Field(alias="baseMin")
    max_size: Amount = Field(alias="baseMax")
    min_notional: OptionalAmount = Field(default=None, alias="minNotional")
    bid_cap: OptionalAmount = Field(default=None, alias="bidCapRatio")
    ask_floor: OptionalAmount = Field(default=None, alias="askFloorRatio")
    initial_margin: OptionalAmount = Field(default=None, alias="baseIMR")


class BookRow(Wire):
    """A level of GET public/orderbook, which names price and size."""

    price: Price
    size: Amount = Field(alias="quantity")


class BookRows(Wire):
    """`data` of GET public/orderbook. Neither side's order is promised."""

    bids: list[BookRow]
    asks: list[BookRow]


class BookReply(Wire):
    """GET public/orderbook whole. `changed_ms` is when the book last changed, which may be a minute ago."""

    changed_ms: Moment = Field(alias="timestamp")
    data: BookRows


class TradeRow(Wire):
    """A row of GET public/marketTrades."""

    symbol: str
    side: str
    price: Price = Field(alias="executedPrice")
    size: Amount = Field(alias="executedQuantity")
    time: Moment = Field(alias="executedTimestamp")


class KlineRow(Wire):
    """A row of GET public/kline and klineHistory. `volume` in base coin."""

    open_ms: Moment = Field(alias="startTimestamp")
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Amount


class FuturesRow(Wire):
    """A row of GET public/futures: the day's figures of a perpetual."""

    symbol: str
    index: OptionalPrice = Field(default=None, alias="indexPrice")
    mark: OptionalPrice = Field(default=None, alias="markPrice")
    open_interest: OptionalAmount = Field(default=None, alias="openInterest")
    open: OptionalPrice = Field(default=None, alias="24hOpen")
    last: OptionalPrice = Field(default=None, alias="24hClose")
    high: OptionalPrice = Field(default=None, alias="24hHigh")
    low: OptionalPrice = Field(default=None, alias="24hLow")
    base_volume: OptionalAmount = Field(default=None, alias="24hVolume")
    quote_volume: OptionalAmount = Field(default=None, alias="24hAmount")


class FundingRow(Wire):
    """A row of GET public/fundingRate. Rates are fractions."""

    symbol: str
    estimated: OptionalSigned = Field(default=None, alias="estFundingRate")
    last: OptionalSigned = Field(default=None, alias="lastFundingRate")
    next_ms: Moment = Field(alias="nextFundingTime")
    interval_hours: Count = Field(default=8, alias="estFundingIntervalHours")


class FundingPast(Wire):
    """A row of GET public/fundingRateHistory."""

    symbol: str
    rate: Signed = Field(alias="fundingRate")
    time: Moment = Field(alias="fundingRateTimestamp")


class TickerPush(Wire):
    """Data of `ticker@SYM`: the day's figures, once a second."""

    symbol: str = Field(alias="s")
    open: OptionalPrice = Field(default=None, alias="o")
    last: Price = Field(alias="c")
    high: OptionalPrice = Field(default=None, alias="h")
    low: OptionalPrice = Field(default=None, alias="l")
    base_volume: OptionalAmount = Field(default=None, alias="v")
    quote_volume: OptionalAmount = Field(default=None, alias="a")


class PricePush(Wire):
    """Data of `markprice@SYM` and `indexprice@SYM`."""

    symbol: str = Field(alias="s")
    price: Price = Field(alias="px")


class TradePush(Wire):
    """Data of `trade@SYM`."""

    symbol: str = Field(alias="s")
    price: Price = Field(alias="px")
    size: Amount = Field(alias="sx")
    side: str = Field(alias="sd")


class KlinePush(Wire):
    """Data of `kline@SYM@1m`. `volume` in base coin."""

    symbol: str = Field(alias="s")
    interval: str = Field(alias="t")
    open_ms: Moment = Field(alias="st")
    open: Price = Field(alias="o")
    high: Price = Field(alias="h")
    low: Price = Field(alias="l")
    close: Price = Field(alias="c")
    volume: Amount = Field(alias="v")


class BookPush(Wire):
    """Data of `orderbookupdate@SYM@50`: absolute sizes, 0 deletes a level; `previous_ms` chains the pushes."""

    symbol: str = Field(alias="s")
    previous_ms: Count = Field(alias="prevTs")
    ts_ms: Count = Field(alias="ts")
    bids: list[tuple[Price, Amount]]
    asks: list[tuple[Price, Amount]]
