"""Market replies, spelled as WEEX spells them. Source: weex contract API v2, market endpoints."""

from pydantic import Field

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


class ServerTime(Wire):
    """GET market/time."""

    timestamp: TimeMs


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


class CandleRow(Wire):
    """A row of GET market/candles, named; on the wire it is an array of seven strings."""

    open_ms: TimeMs
    open: Price
    high: Price
    low: Price
    close: Price
    base_volume: Amount


class FundingRate(Wire):
    """A row of GET market/currentFundRate; `collect_cycle` in minutes."""

    symbol: str
    funding_rate: Signed = Field(alias="fundingRate")
    collect_cycle: Count = Field(alias="collectCycle", gt=0)


class FundingTime(Wire):
    """GET market/funding_time."""

    symbol: str
    funding_time: TimeMs = Field(alias="fundingTime")


class TickerPush(Wire):
    """An element of the ticker channel. No bid, no ask, no time."""

    symbol: str
    last_price: Price = Field(alias="lastPrice")
    mark_price: OptionalPrice = Field(default=None, alias="markPrice")
    index_price: OptionalPrice = Field(default=None, alias="indexPrice")
    price_change_percent: OptionalSigned = Field(default=None, alias="priceChangePercent")
    high: OptionalPrice = None
    low: OptionalPrice = None
    size: OptionalAmount = None
    value: OptionalAmount = None


class BookRow(Wire):
    """One level of the depth channel; size 0 deletes it."""

    price: Price
    size: Amount


class DepthPush(Wire):
    """An element of the depth channel. Sizes are absolute."""

    symbol: str
    start_version: Count = Field(alias="startVersion")
    end_version: Count = Field(alias="endVersion")
    depth_type: str = Field(alias="depthType")
    asks: tuple[BookRow, ...] = ()
    bids: tuple[BookRow, ...] = ()
