"""Market figures both dialects send, named by us; each dialect's models add its spelling."""

from typing import Any

from pydantic import AliasChoices, Field

from terminal.domain.errors import MalformedReply
from terminal.venues.weex.wire.decode import parse
from terminal.venues.weex.wire.types import (
    Amount,
    Count,
    OptionalAmount,
    OptionalPrice,
    OptionalSigned,
    Price,
    TimeMs,
    Wire,
)

_ROW_FIELDS = ("open_ms", "open", "high", "low", "close", "base_volume")
_ROW_LENGTH = 7


class ServerTime(Wire):
    """GET market/time: `timestamp` in v2, `serverTime` in v3."""

    timestamp: TimeMs = Field(validation_alias=AliasChoices("timestamp", "serverTime"))


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
    mark: OptionalPrice = None
    index: OptionalPrice = None
    change: OptionalSigned = None
    high: OptionalPrice = None
    low: OptionalPrice = None
    base_volume: OptionalAmount = None
    quote_volume: OptionalAmount = None
    time: TimeMs = 0


class BookRow(Wire):
    """One level; in a change, size 0 deletes it."""

    price: Price
    size: Amount


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

    asks: tuple[BookRow, ...]
    bids: tuple[BookRow, ...]
    version: Count = 0
    time: TimeMs = 0


class TradeRow(Wire):
    """One print. `buyer_maker` true means that the taker sold."""

    trade_id: str = ""
    time: TimeMs
    price: Price
    size: Amount
    buyer_maker: bool = Field(strict=True)


def candle_row(row: Any) -> CandleRow:
    """Name the parts of an array row: open time, O, H, L, C, base volume, and more we do not use.

    Raises:
        MalformedReply: fewer than seven parts, or one that is no number.
    """
    if not isinstance(row, list) or len(row) < _ROW_LENGTH:
        raise MalformedReply("A candle has fewer than seven parts.", venue="WEEX")
    return parse(CandleRow, dict(zip(_ROW_FIELDS, row, strict=False)))


def level_row(value: Any) -> Any:
    """Name the two parts of a `[price, size]` pair; anything else is left for the model to refuse."""
    return {"price": value[0], "size": value[1]} if isinstance(value, list) and len(value) == 2 else value
