"""v3's names for pairs, intervals and enums. Source: reference sections 3.1, 5.2, 6.4 and 8.2."""

from terminal.sim.exchange.terms import Effect, MarginMode, OrderStatus, PositionSide, PriceSource
from terminal.sim.market.candles import MONTH
from terminal.sim.market.types import BookSide, BookTif
from terminal.sim.weex.errors import Problem, WeexError, empty, invalid
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.market_view import REST_INTERVALS
from terminal.sim.weex.names import by_name, symbols

_SYMBOLS = symbols("{}USDT", lower=False)
SYMBOLS, PAIRS = _SYMBOLS.of, _SYMBOLS.pairs
CLIENT_ID_LENGTH = 36
ASSET = "USDT"

# The streams know more intervals than REST.
STREAM_INTERVALS = {**REST_INTERVALS, "2h": 120, "6h": 360, "8h": 480, "1M": MONTH}

POSITION_SIDES = {side.value: side for side in PositionSide}
BOOK_SIDES = {side.value: side for side in BookSide}
TIMES_IN_FORCE = {tif.value: tif for tif in BookTif}
MARGIN_TYPE_NAMES = {MarginMode.CROSS: "CROSSED", MarginMode.ISOLATED: "ISOLATED"}
MARGIN_TYPES = by_name(MARGIN_TYPE_NAMES)
WORKING_TYPES = {"CONTRACT_PRICE": PriceSource.LAST, "MARK_PRICE": PriceSource.MARK}
WORKING_TYPE_NAMES = {source: name for name, source in WORKING_TYPES.items()}
STATUSES = {
    OrderStatus.PENDING: "PENDING",
    OrderStatus.OPEN: "NEW",
    OrderStatus.FILLED: "FILLED",
    OrderStatus.CANCELED: "CANCELED",
}
_DAY_MS = 86_400_000


def pair_of(fields: Fields) -> str:
    """The pair an order or a setting is about; case does not matter.

    Raises:
        WeexError: PAIR_FORBIDDEN for a pair this account may not trade, UNKNOWN_SYMBOL for any other.
    """
    symbol = fields.text("symbol").upper()
    if symbol in PAIRS:
        return PAIRS[symbol]
    raise WeexError(Problem.PAIR_FORBIDDEN if symbol in _SYMBOLS.foreign else Problem.UNKNOWN_SYMBOL)


def optional_pair(fields: Fields) -> str | None:
    return pair_of(fields) if fields.has("symbol") else None


def market_pair(fields: Fields) -> str:
    """The pair market data is asked for."""
    symbol = fields.text("symbol").upper()
    if symbol not in PAIRS:
        raise invalid("symbol")
    return PAIRS[symbol]


def direction(fields: Fields) -> tuple[PositionSide, Effect]:
    """BUY with LONG and SELL with SHORT open, the other two close."""
    book_side = fields.choice("side", BOOK_SIDES, Problem.SIDE)
    side = fields.choice("positionSide", POSITION_SIDES)
    opens = (side is PositionSide.LONG) == (book_side is BookSide.BUY)
    if opens and fields.raw.get("reduceOnly") is True:
        raise WeexError(Problem.COMBINATION)
    return side, Effect.OPEN if opens else Effect.CLOSE


def time_range(fields: Fields, days: int, *, only_as_pair: bool = False) -> tuple[int | None, int | None]:
    """`startTime` and `endTime`.

    Raises:
        WeexError: start after end, further apart than `days`, or one without the other where that is refused.
    """
    start_ms, end_ms = fields.time_ms("startTime"), fields.time_ms("endTime")
    if only_as_pair and (start_ms is None) != (end_ms is None):
        raise invalid("endTime" if start_ms is None else "startTime")
    if start_ms is not None and end_ms is not None:
        if start_ms > end_ms:
            raise WeexError(Problem.START_AFTER_END)
        if end_ms - start_ms > days * _DAY_MS:
            raise WeexError(Problem.TIME_SPAN, days=str(days))
    return start_ms, end_ms


def either_id(fields: Fields) -> tuple[str, str]:
    """`orderId` and `origClientOrderId`, one of them may be ""."""
    order_id = fields.optional_text("orderId") or ""
    client_id = fields.optional_text("origClientOrderId") or ""
    if not order_id and not client_id:
        raise WeexError(Problem.NEITHER_ID)
    return order_id, client_id


def required_id(fields: Fields) -> str:
    """An `orderId`; a client id alone is refused here."""
    order_id, _ = either_id(fields)
    if not order_id:
        raise empty("orderId")
    return order_id
