"""Market replies and pushes, where WEEX v3 spells them in its own way.

Source: weex contract API v3, market and public WebSocket.
"""

from pydantic import Field

from terminal.net.wire.types import (
    Amount,
    Count,
    Decimals,
    OptionalAmount,
    OptionalPrice,
    OptionalSigned,
    Price,
    Signed,
    TimeMs,
    Wire,
)
from terminal.venues.weex.wire.market import (
    BookPush,
    BookReply,
    CandleRow,
    ContractRow,
    FundingRow,
    Level,
    OpenInterestRow,
    TickerRow,
    TradeRow,
)


class SymbolInfo(ContractRow):
    """A row of `symbols` in GET market/exchangeInfo. Figures come as numbers or as strings; there is no end step."""

    price_decimals: Decimals = Field(alias="pricePrecision")
    size_decimals: Decimals = Field(alias="quantityPrecision")


class Ticker24h(TickerRow):
    """A row of GET market/ticker/24hr. No bid, no ask; `openPrice` is of another window and not read."""

    last: Price = Field(alias="lastPrice")
    price_change: OptionalSigned = Field(default=None, alias="priceChange")
    high: OptionalPrice = Field(default=None, alias="highPrice")
    low: OptionalPrice = Field(default=None, alias="lowPrice")
    base_volume: OptionalAmount = Field(default=None, alias="volume")
    quote_volume: OptionalAmount = Field(default=None, alias="quoteVolume")
    time: TimeMs = Field(default=0, alias="closeTime")


class BookTicker(Wire):
    """A row of GET market/ticker/bookTicker."""

    symbol: str
    bid_price: OptionalPrice = Field(default=None, alias="bidPrice")
    bid_size: OptionalAmount = Field(default=None, alias="bidQty")
    ask_price: OptionalPrice = Field(default=None, alias="askPrice")
    ask_size: OptionalAmount = Field(default=None, alias="askQty")
    time: TimeMs = 0


class Depth(BookReply):
    """GET market/depth."""

    version: Count = Field(default=0, alias="lastUpdateId")


class Trade(TradeRow):
    """A row of GET market/trades."""

    trade_id: str = Field(alias="id", coerce_numbers_to_str=True)
    size: Amount = Field(alias="qty")


class SymbolPrice(Wire):
    """GET market/symbolPrice: the index or the mark price, as asked."""

    symbol: str
    price: Price
    time: TimeMs


class OpenInterest(OpenInterestRow):
    """GET market/openInterest; in base coin, one object."""

    base_size: Amount = Field(alias="openInterest")


class PremiumIndex(FundingRow):
    """A row of GET market/premiumIndex."""

    mark_price: OptionalPrice = Field(default=None, alias="markPrice")
    index_price: OptionalPrice = Field(default=None, alias="indexPrice")
    rate: Signed = Field(alias="lastFundingRate")
    next_funding_time: TimeMs = Field(alias="nextFundingTime")


class TickerPush(TickerRow):
    """An element of the ticker channel. `o` is of another window and not read."""

    last: Price = Field(alias="c")
    mark: OptionalPrice = Field(default=None, alias="m")
    index: OptionalPrice = Field(default=None, alias="i")
    change: OptionalSigned = Field(default=None, alias="P")
    high: OptionalPrice = Field(default=None, alias="h")
    low: OptionalPrice = Field(default=None, alias="l")
    base_volume: OptionalAmount = Field(default=None, alias="v")
    quote_volume: OptionalAmount = Field(default=None, alias="q")


class DepthPush(BookPush):
    """A depth frame; levels and versions stand at its top level."""

    symbol: str = Field(alias="s")
    start_version: Count = Field(alias="U")
    end_version: Count = Field(alias="u")
    depth_type: str = Field(alias="d")
    asks: tuple[Level, ...] = Field(default=(), alias="a")
    bids: tuple[Level, ...] = Field(default=(), alias="b")


class CandlePush(CandleRow):
    """An element of a kline channel."""

    open_ms: TimeMs = Field(alias="t")
    open: Price = Field(alias="o")
    high: Price = Field(alias="h")
    low: Price = Field(alias="l")
    close: Price = Field(alias="c")
    base_volume: Amount = Field(alias="v")


class TradePush(TradeRow):
    """An element of the trade channel."""

    trade_id: str = Field(default="", alias="t")
    time: TimeMs = Field(alias="T")
    price: Price = Field(alias="p")
    size: Amount = Field(alias="q")
    buyer_maker: bool = Field(alias="m", strict=True)
