"""Market replies and pushes, where WEEX v2 spells them in its own way.

Source: weex contract API v2, market and public WebSocket.
"""

from pydantic import Field

from terminal.net.wire.types import (
    Amount,
    Count,
    Decimals,
    OptionalAmount,
    OptionalPrice,
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
    OpenInterestRow,
    TickerRow,
    TradeRow,
)


class Contract(ContractRow):
    """A row of GET market/contracts.

    `size_increment` and `tick_size` count decimals; they are not steps.
    """

    price_decimals: Decimals = Field(alias="tick_size")
    size_decimals: Decimals = Field(alias="size_increment")
    price_end_step: Price = Field(alias="priceEndStep")


class Ticker(TickerRow):
    """GET market/ticker, and a row of tickers. `base_volume` is base volume whatever the page says."""

    high: OptionalPrice = Field(default=None, alias="high_24h")
    low: OptionalPrice = Field(default=None, alias="low_24h")
    quote_volume: OptionalAmount = Field(default=None, alias="volume_24h")
    best_bid: OptionalPrice = None
    best_ask: OptionalPrice = None
    time: TimeMs = Field(default=0, alias="timestamp")


class Depth(BookReply):
    """GET market/depth: pairs of strings, no version."""

    time: TimeMs = Field(default=0, alias="timestamp")


class Trade(TradeRow):
    """A row of GET market/trades. `ticketId` is the venue's spelling."""

    trade_id: str = Field(alias="ticketId")


class IndexPrice(Wire):
    """GET market/index; with priceType MARK it carries the mark price under the same name."""

    symbol: str
    index: Price
    timestamp: TimeMs


class OpenInterest(OpenInterestRow):
    """The one row of GET market/open_interest."""

    base_size: Amount = Field(alias="base_volume")
    quote_size: OptionalAmount = Field(default=None, alias="target_volume")
    time: TimeMs = Field(default=0, alias="timestamp")


class FundingRate(FundingRow):
    """A row of GET market/currentFundRate."""

    rate: Signed = Field(alias="fundingRate")


class FundingTime(Wire):
    """GET market/funding_time."""

    symbol: str
    funding_time: TimeMs = Field(alias="fundingTime")


class TickerPush(TickerRow):
    """An element of the ticker channel. No bid, no ask, no time."""

    last: Price = Field(alias="lastPrice")
    base_volume: OptionalAmount = Field(default=None, alias="size")
    quote_volume: OptionalAmount = Field(default=None, alias="value")


class DepthPush(BookPush):
    """An element of the depth channel."""

    start_version: Count = Field(alias="startVersion")
    end_version: Count = Field(alias="endVersion")
    depth_type: str = Field(alias="depthType")


class CandlePush(CandleRow):
    """An element of a kline channel."""

    open_ms: TimeMs = Field(alias="klineTime")
    base_volume: Amount = Field(alias="size")


class TradePush(TradeRow):
    """An element of the trades channel; it carries no id."""

    buyer_maker: bool = Field(alias="buyerMaker", strict=True)
