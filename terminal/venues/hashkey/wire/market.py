"""Market replies and pushes, fields spelled as HashKey spells them.

Source: HashKey API, REST market data and public WebSocket v1 and v2.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from terminal.domain.errors import MalformedReply
from terminal.net.wire.decode import parse
from terminal.net.wire.types import Amount, OptionalAmount, OptionalPrice, OptionalSigned, Price, TimeMs, Wire

_KLINE_PARTS = ("t", "o", "h", "l", "c", "v")


class ServerTime(Wire):
    """GET /api/v1/time."""

    server_time: TimeMs = Field(alias="serverTime")


class FilterRow(Wire):
    """One filter of a symbol; which fields there are depends on `filterType`. Zero means no limit."""

    kind: str = Field(alias="filterType")
    tick_size: OptionalAmount = Field(default=None, alias="tickSize")
    min_qty: OptionalAmount = Field(default=None, alias="minQty")
    max_qty: OptionalAmount = Field(default=None, alias="maxQty")
    step_size: OptionalAmount = Field(default=None, alias="stepSize")
    market_max_qty: OptionalAmount = Field(default=None, alias="marketOrderMaxQty")
    min_notional: OptionalAmount = Field(default=None, alias="minNotional")
    min_amount: OptionalAmount = Field(default=None, alias="minAmount")
    max_amount: OptionalAmount = Field(default=None, alias="maxAmount")
    market_max_amount: OptionalAmount = Field(default=None, alias="marketOrderMaxAmount")
    buy_price_up_rate: OptionalAmount = Field(default=None, alias="buyPriceUpRate")
    sell_price_down_rate: OptionalAmount = Field(default=None, alias="sellPriceDownRate")


class SymbolRow(Wire):
    """A symbol of GET /api/v1/exchangeInfo."""

    symbol: str
    status: str
    base: str = Field(alias="baseAsset")
    quote: str = Field(alias="quoteAsset")
    retail_allowed: bool = Field(default=True, alias="retailAllowed")
    filters: tuple[FilterRow, ...]


def _pair(value: Any) -> Any:
    return {"price": value[0], "size": value[1]} if isinstance(value, list) and len(value) == 2 else value


class BookRow(Wire):
    price: Price
    size: Amount


Level = Annotated[BookRow, BeforeValidator(_pair)]


class Depth(Wire):
    """A book: GET /quote/v1/depth, and each push of the depth topic, which is always the whole book."""

    t: TimeMs
    symbol: str = Field(default="", alias="s")
    bids: tuple[Level, ...] = Field(alias="b")
    asks: tuple[Level, ...] = Field(alias="a")


class Best(Wire):
    """A push of the bbo topic."""

    t: TimeMs
    symbol: str = Field(alias="s")
    bid: OptionalPrice = Field(default=None, alias="b")
    bid_size: OptionalAmount = Field(default=None, alias="bz")
    ask: OptionalPrice = Field(default=None, alias="a")
    ask_size: OptionalAmount = Field(default=None, alias="az")


class TradeRow(Wire):
    """A print of GET /quote/v1/trades. `ibm` true: the buyer was the maker, so the taker sold."""

    t: TimeMs
    price: Price = Field(alias="p")
    size: Amount = Field(alias="q")
    buyer_maker: bool = Field(alias="ibm", strict=True)


class TradePush(Wire):
    """A print of the trade topic, which names its id."""

    trade_id: str = Field(alias="v", coerce_numbers_to_str=True)
    t: TimeMs
    price: Price = Field(alias="p")
    size: Amount = Field(alias="q")
    buyer_maker: bool = Field(alias="m", strict=True)


class DayRow(Wire):
    """Day figures: GET /quote/v1/ticker/24hr and the realtimes topic. `m` is the change as a fraction."""

    t: TimeMs
    symbol: str = Field(alias="s")
    last: Price = Field(alias="c")
    opened: OptionalPrice = Field(default=None, alias="o")
    high: OptionalPrice = Field(default=None, alias="h")
    low: OptionalPrice = Field(default=None, alias="l")
    base_volume: OptionalAmount = Field(default=None, alias="v")
    quote_volume: OptionalAmount = Field(default=None, alias="qv")
    change: OptionalSigned = Field(default=None, alias="m")


class PriceRow(Wire):
    """A row of GET /quote/v1/ticker/price."""

    symbol: str = Field(alias="s")
    price: Price = Field(alias="p")


class KlineRow(Wire):
    """One bar of the kline topic, or of GET /quote/v1/klines once its parts are named."""

    open_ms: TimeMs = Field(alias="t")
    open: Price = Field(alias="o")
    high: Price = Field(alias="h")
    low: Price = Field(alias="l")
    close: Price = Field(alias="c")
    volume: Amount = Field(alias="v")


def kline_row(row: Any) -> KlineRow:
    """Name the parts of an array row; the close time, always 0, and what follows it are not used.

    Raises:
        MalformedReply: fewer than six parts, or one that is no number.
    """
    if not isinstance(row, list) or len(row) < len(_KLINE_PARTS):
        raise MalformedReply("A candle has fewer than six parts.", venue="HashKey")
    return parse(KlineRow, dict(zip(_KLINE_PARTS, row, strict=False)))
