"""Market figures to domain."""

from collections.abc import Iterable
from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import BookLevel, Candle, OrderBook, PublicTrade, Ticker
from terminal.domain.order import Side
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.mapper.words import instrument_of
from terminal.venues.hashkey.wire.market import BookRow, DayRow, Depth, KlineRow, TradePush, TradeRow, kline_row


def ticker_from(row: DayRow) -> Ticker:
    """Give the ticker. Spot has no mark and no index; a change that is not sent is made of the opening price."""
    change = row.change
    if change is None and row.opened is not None:
        change = row.last / row.opened - 1
    return Ticker(
        instrument_id=instrument_of(row.symbol),
        last=row.last,
        mark=None,
        index=None,
        change_24h=change,
        high_24h=row.high,
        low_24h=row.low,
        base_volume_24h=row.base_volume,
        quote_volume_24h=row.quote_volume,
        ts_event_ms=row.t,
    )


def book_from(instrument_id: InstrumentId, row: Depth, levels: int) -> OrderBook:
    """Give a book fetched once, best first, at most `levels` a side.

    Raises:
        MalformedReply: it is crossed, so it is no book.
    """
    bids = tuple(sorted(map(_level, row.bids), key=lambda level: -level.price))[:levels]
    asks = tuple(sorted(map(_level, row.asks), key=lambda level: level.price))[:levels]
    if bids and asks and bids[0].price >= asks[0].price:
        raise MalformedReply(f"The book of {instrument_id} is crossed.", venue=VENUE)
    return OrderBook(instrument_id, bids, asks, row.t, synchronised=True, ts_event_ms=row.t)


def _level(row: BookRow) -> BookLevel:
    return BookLevel(row.price, row.size)


def trade_from(instrument_id: InstrumentId, row: TradeRow | TradePush) -> PublicTrade:
    """Give a print: when the buyer was the maker, the taker sold. REST names no id."""
    taker = Side.SELL if row.buyer_maker else Side.BUY
    trade_id = row.trade_id if isinstance(row, TradePush) else ""
    return PublicTrade(instrument_id, trade_id, row.price, row.size, taker, row.t)


def trades_from(instrument_id: InstrumentId, rows: Iterable[TradeRow | TradePush]) -> tuple[PublicTrade, ...]:
    """Give prints oldest first."""
    return tuple(trade_from(instrument_id, row) for row in sorted(rows, key=lambda row: row.t))


def sane(row: KlineRow) -> KlineRow:
    """Refuse a bar that cannot have happened.

    Raises:
        MalformedReply: low above open or close, or high below.
    """
    if not row.low <= min(row.open, row.close) <= max(row.open, row.close) <= row.high:
        raise MalformedReply(f"The candle of {row.open_ms} contradicts itself.", venue=VENUE)
    return row


def candle_from(row: KlineRow, interval_ms: int, venue_now_ms: int) -> Candle:
    """Give the domain bar; closed once the venue's clock has passed its end."""
    return Candle(
        open_ms=row.open_ms,
        open=float(row.open),
        high=float(row.high),
        low=float(row.low),
        close=float(row.close),
        volume=float(row.volume),
        closed=row.open_ms + interval_ms <= venue_now_ms,
    )


def candles_from(rows: list[Any], interval_ms: int, venue_now_ms: int) -> tuple[Candle, ...]:
    """Give bars oldest first, one an open time. A bar with a later one after it is closed.

    Raises:
        MalformedReply: any row is unreadable; a gap must not pass for a bar.
    """
    named = {row.open_ms: row for row in (sane(kline_row(row)) for row in rows)}
    now_ms = max(venue_now_ms, max(named, default=0))
    return tuple(candle_from(named[key], interval_ms, now_ms) for key in sorted(named))
