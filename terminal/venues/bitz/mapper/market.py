"""Market figures to domain; sizes come in contracts and leave in base coin."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from terminal.domain.errors import MalformedReply
from terminal.domain.market import (
    BookLevel,
    Candle,
    Funding,
    Interval,
    OpenInterest,
    OrderBook,
    PublicTrade,
    Ticker,
)
from terminal.domain.order import Side
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.mapper.catalogue import Listed
from terminal.venues.bitz.wire import market as wire

INTERVALS: Final = {
    Interval.M1: "1m",
    Interval.M5: "5m",
    Interval.M15: "15m",
    Interval.M30: "30m",
    Interval.H1: "1h",
    Interval.H4: "4h",
    Interval.H12: "12h",
    Interval.D1: "1d",
    Interval.W1: "1w",
}
DEPTHS: Final = (5, 10, 15, 20, 30, 100)
_SIDES: Final = {"buy": Side.BUY, "sell": Side.SELL}
_FUNDING_MIN: Final = 480  # 00, 08 and 16 UTC; no document says when
_FUNDING_MS: Final = _FUNDING_MIN * 60_000


def depth_for(levels: int) -> int:
    """Give the next depth the venue serves, its deepest at most."""
    return next((depth for depth in DEPTHS if depth >= levels), DEPTHS[-1])


def ticker_from(listed: Listed, row: wire.Ticker, at_ms: int) -> Ticker:
    return Ticker(
        instrument_id=listed.rules.instrument_id,
        last=row.latest,
        mark=row.fair,
        index=row.index,
        change_24h=row.change,
        high_24h=row.high,
        low_24h=row.low,
        base_volume_24h=listed.base(row.amount),
        quote_volume_24h=row.turnover,
        ts_event_ms=at_ms,
    )


def funding_from(listed: Listed, row: wire.Ticker, at_ms: int) -> Funding:
    next_ms = (at_ms // _FUNDING_MS + 1) * _FUNDING_MS
    return Funding(listed.rules.instrument_id, row.funding, next_ms, _FUNDING_MIN)


def interest_from(listed: Listed, row: wire.Ticker, at_ms: int) -> OpenInterest:
    return OpenInterest(listed.rules.instrument_id, listed.base(row.open_interest), row.quote_interest, at_ms)


def book_from(listed: Listed, book: wire.Book, version: int, at_ms: int) -> OrderBook:
    """Give a whole book.

    Raises:
        MalformedReply: the levels are not in order, or the sides cross.
    """
    bids, asks = (_levels(listed, side) for side in (book.bids, book.asks))
    falls = all(upper.price > lower.price for upper, lower in pairwise(bids))
    rises = all(lower.price < upper.price for lower, upper in pairwise(asks))
    if not (falls and rises) or (bids and asks and bids[0].price >= asks[0].price):
        raise MalformedReply("The book's levels are out of order.", venue=VENUE)
    return OrderBook(listed.rules.instrument_id, bids, asks, version, synchronised=True, ts_event_ms=at_ms)


def trade_from(listed: Listed, row: wire.Trade) -> PublicTrade:
    return PublicTrade(
        listed.rules.instrument_id, row.trade_id, row.price, listed.base(row.amount), _SIDES[row.side], row.time_ms
    )


def candles_from(listed: Listed, rows: Sequence[wire.Bar], interval: Interval, now_ms: int) -> tuple[Candle, ...]:
    """Give bars oldest first.

    Raises:
        MalformedReply: an impossible bar; one spoils the answer.
    """
    if not all(row.is_sane for row in rows):
        raise MalformedReply("A bar's prices contradict each other.", venue=VENUE)
    return tuple(
        Candle(
            open_ms=row.open_ms,
            open=float(row.open),
            high=float(row.high),
            low=float(row.low),
            close=float(row.close),
            volume=float(listed.base(row.volume)),
            closed=row.open_ms + interval.ms <= now_ms,
        )
        for row in sorted(rows, key=lambda row: row.open_ms)
    )


def _levels(listed: Listed, rows: Sequence[wire.Level]) -> tuple[BookLevel, ...]:
    return tuple(BookLevel(row.price, listed.base(row.amount)) for row in rows)
