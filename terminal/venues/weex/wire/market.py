"""Market figures both dialects send, named by us; each dialect's models add what it spells otherwise."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from terminal.domain.errors import MalformedReply
from terminal.net.wire.decode import parse
from terminal.net.wire.types import (
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

_ROW_FIELDS = ("open_ms", "open", "high", "low", "close", "base_volume")
_ROW_LENGTH = 7


class ServerTime(Wire):
    """GET market/time: `timestamp` in v2, `serverTime` in v3."""

    timestamp: TimeMs = Field(validation_alias=AliasChoices("timestamp", "serverTime"))


class ContractRow(Wire):
    """A contract's rules. Prices move in steps of `price_end_step` at the last decimal."""

    symbol: str
    price_decimals: Decimals
    size_decimals: Decimals
    price_end_step: Price = Decimal(1)
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
    """One bar."""

    open_ms: TimeMs
    open: Price
    high: Price
    low: Price
    close: Price
    base_volume: Amount


class TickerRow(Wire):
    """Day figures of one symbol. `change` is a fraction; `time` 0 where none is sent."""

    symbol: str
    last: Price
    mark: OptionalPrice = Field(default=None, alias="markPrice")
    index: OptionalPrice = Field(default=None, alias="indexPrice")
    change: OptionalSigned = Field(default=None, alias="priceChangePercent")
    high: OptionalPrice = None
    low: OptionalPrice = None
    base_volume: OptionalAmount = None
    quote_volume: OptionalAmount = None
    time: TimeMs = 0


class BookRow(Wire):
    """One level; in a change, size 0 deletes it."""

    price: Price
    size: Amount


def level_row(value: Any) -> Any:
    """Name the two parts of a `[price, size]` pair; anything else is left for the model to refuse."""
    return {"price": value[0], "size": value[1]} if isinstance(value, list) and len(value) == 2 else value


Level = Annotated[BookRow, BeforeValidator(level_row)]


class BookPush(Wire):
    """An element of a depth channel. Sizes are absolute."""

    symbol: str
    start_version: Count
    end_version: Count
    depth_type: str
    asks: tuple[BookRow, ...] = ()
    bids: tuple[BookRow, ...] = ()


class BookReply(Wire):
    """A book fetched once. `version` and `time` are 0 where none is sent."""

    asks: tuple[Level, ...]
    bids: tuple[Level, ...]
    version: Count = 0
    time: TimeMs = 0


class TradeRow(Wire):
    """One print. `buyer_maker` true means that the taker sold."""

    trade_id: str = ""
    time: TimeMs
    price: Price
    size: Amount
    buyer_maker: bool = Field(alias="isBuyerMaker", strict=True)


class OpenInterestRow(Wire):
    """The size of all open contracts. `time` 0 and `quote_size` None where none is sent."""

    symbol: str
    base_size: Amount
    quote_size: OptionalAmount = None
    time: TimeMs = 0


class FundingRow(Wire):
    """The present funding rate; `collect_cycle` in minutes."""

    symbol: str
    rate: Signed
    collect_cycle: Count = Field(alias="collectCycle", gt=0)


class FundingPast(Wire):
    """A settlement that was."""

    symbol: str
    funding_rate: Signed = Field(alias="fundingRate")
    funding_time: TimeMs = Field(alias="fundingTime")


def candle_row(row: Any) -> CandleRow:
    """Name the parts of an array row: open time, O, H, L, C, base volume, and more we do not use.

    Raises:
        MalformedReply: fewer than seven parts, or one that is no number.
    """
    if not isinstance(row, list) or len(row) < _ROW_LENGTH:
        raise MalformedReply("A candle has fewer than seven parts.", venue="WEEX")
    return parse(CandleRow, dict(zip(_ROW_FIELDS, row, strict=False)))
