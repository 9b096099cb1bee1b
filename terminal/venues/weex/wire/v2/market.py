"""Market replies and pushes, spelled as WEEX v2 spells them.

Source: weex contract API v2, market and public WebSocket.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from terminal.venues.weex.wire.market import BookPush, BookReply, BookRow, CandleRow, TickerRow, TradeRow, level_row
from terminal.venues.weex.wire.types import (
    Amount,
    Count,
    Decimals,
    Leverage,
    OptionalAmount,
    OptionalPrice,
    OptionalSigned,
    Price,
    Signed,
    TimeMs,
    Wire,
)


class Contract(Wire):
    """A row of GET market/contracts.

    `size_increment` and `tick_size` count decimals; they are not steps.
    """

    symbol: str
    size_increment: Decimals
    tick_size: Decimals
    price_end_step: Price = Field(alias="priceEndStep")
    min_leverage: Leverage = Field(alias="minLeverage")
    max_leverage: Leverage = Field(alias="maxLeverage")
    buy_limit_price_ratio: Amount = Field(alias="buyLimitPriceRatio")
    sell_limit_price_ratio: Amount = Field(alias="sellLimitPriceRatio")
    maker_fee_rate: Signed = Field(alias="makerFeeRate")
    taker_fee_rate: Signed = Field(alias="takerFeeRate")
    min_order_size: Amount = Field(alias="minOrderSize")
    max_order_size: Amount = Field(alias="maxOrderSize")
    max_position_size: Amount = Field(alias="maxPositionSize")
    market_open_limit_size: OptionalAmount = Field(default=None, alias="marketOpenLimitSize")


class Ticker(TickerRow):
    """GET market/ticker, and a row of tickers. `base_volume` is base volume whatever the page says."""

    mark: OptionalPrice = Field(default=None, alias="markPrice")
    index: OptionalPrice = Field(default=None, alias="indexPrice")
    change: OptionalSigned = Field(default=None, alias="priceChangePercent")
    high: OptionalPrice = Field(default=None, alias="high_24h")
    low: OptionalPrice = Field(default=None, alias="low_24h")
    quote_volume: OptionalAmount = Field(default=None, alias="volume_24h")
    best_bid: OptionalPrice = None
    best_ask: OptionalPrice = None
    time: TimeMs = Field(default=0, alias="timestamp")


Level = Annotated[BookRow, BeforeValidator(level_row)]


class Depth(BookReply):
    """GET market/depth: pairs of strings, no version."""

    asks: tuple[Level, ...]
    bids: tuple[Level, ...]
    time: TimeMs = Field(default=0, alias="timestamp")


class Trade(TradeRow):
    """A row of GET market/trades. `ticketId` is the venue's spelling."""

    trade_id: str = Field(alias="ticketId")
    buyer_maker: bool = Field(alias="isBuyerMaker", strict=True)


class IndexPrice(Wire):
    """GET market/index; with priceType MARK it carries the mark price under the same name."""

    symbol: str
    index: Price
    timestamp: TimeMs


class OpenInterestRow(Wire):
    """The one row of GET market/open_interest; `target_volume` is in quote currency."""

    symbol: str
    base_volume: Amount
    target_volume: OptionalAmount = None
    timestamp: TimeMs = 0


class FundingRate(Wire):
    """A row of GET market/currentFundRate; `collect_cycle` in minutes."""

    symbol: str
    funding_rate: Signed = Field(alias="fundingRate")
    collect_cycle: Count = Field(alias="collectCycle", gt=0)


class FundingTime(Wire):
    """GET market/funding_time."""

    symbol: str
    funding_time: TimeMs = Field(alias="fundingTime")


class FundingPast(Wire):
    """A row of GET market/getHistoryFundRate."""

    symbol: str
    funding_rate: Signed = Field(alias="fundingRate")
    funding_time: TimeMs = Field(alias="fundingTime")


class TickerPush(TickerRow):
    """An element of the ticker channel. No bid, no ask, no time."""

    last: Price = Field(alias="lastPrice")
    mark: OptionalPrice = Field(default=None, alias="markPrice")
    index: OptionalPrice = Field(default=None, alias="indexPrice")
    change: OptionalSigned = Field(default=None, alias="priceChangePercent")
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
