"""Between the streams and the core: wire models in, domain events out.

The streams know no domain but a book's levels, and the mapper knows no sockets; here they meet.
"""

import logging

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import CandleUpdate, Interval, StreamState
from terminal.net.server_clock import ServerClock
from terminal.ports.market_feed import FeedSink
from terminal.ports.venue import AccountTouched, ResyncNeeded, VenueSink
from terminal.venues.weex.mapper.market import book_from, candle_from, sane, ticker_from, trades_from
from terminal.venues.weex.mapper.private import report_from_push, valued_fill
from terminal.venues.weex.mapper.words import instrument_of, stream_interval
from terminal.venues.weex.stream.book import LiveBook
from terminal.venues.weex.wire.market import CandleRow
from terminal.venues.weex.wire.private import FillPush, OrderPush
from terminal.venues.weex.wire.quick import Print, TickerFigures

_log = logging.getLogger(__name__)


class FeedRelay:
    """Turns public pushes into market events. Pushes carry no time: the venue's clock gives it."""

    def __init__(self, sink: FeedSink, server_clock: ServerClock) -> None:
        self._sink = sink
        self._server_clock = server_clock
        self._newest: dict[tuple[InstrumentId, Interval], tuple[CandleRow, bool]] = {}  # bar, told as closed

    def ticker(self, row: TickerFigures) -> None:
        self._sink(ticker_from(row, self._server_clock.now_ms()))

    def trades(self, symbol: str, rows: list[Print]) -> None:
        for trade in trades_from(instrument_of(symbol), rows):
            self._sink(trade)

    def book(self, symbol: str, book: LiveBook) -> None:
        self._sink(
            book_from(
                symbol,
                book.bids(),
                book.asks(),
                version=book.version,
                synchronised=book.synchronised,
                ts_event_ms=self._server_clock.now_ms(),
            )
        )

    def bars(self, symbol: str, interval: str, rows: list[CandleRow]) -> None:
        """Pass bars on, oldest first; the bar before a new one is passed once more, closed."""
        try:
            key = (instrument_of(symbol), stream_interval(interval))
            bars = sorted(map(sane, rows), key=lambda row: row.open_ms)
        except MalformedReply as error:
            _log.warning("bars of %s dropped: %s", symbol, error)
            return
        for bar in bars:
            self._bar(key, bar)

    def state(self, connected: bool, detail: str) -> None:
        if not connected:
            self._newest.clear()  # what was missed meanwhile would make a bar look final
        self._sink(StreamState("public", connected, detail))

    def _bar(self, key: tuple[InstrumentId, Interval], bar: CandleRow) -> None:
        last, told_closed = self._newest.get(key, (None, True))
        if last is not None and bar.open_ms > last.open_ms and not told_closed:
            self._emit(key, last, venue_now_ms=bar.open_ms)  # by then the earlier bar is over
        closed = self._emit(key, bar, venue_now_ms=self._server_clock.now_ms())
        if last is None or bar.open_ms >= last.open_ms:
            self._newest[key] = (bar, closed)

    def _emit(self, key: tuple[InstrumentId, Interval], bar: CandleRow, *, venue_now_ms: int) -> bool:
        instrument_id, interval = key
        candle = candle_from(bar, interval.ms, venue_now_ms)
        self._sink(CandleUpdate(instrument_id, interval, candle))
        return candle.closed


class VenueRelay:
    """Turns private pushes into venue events. What cannot be mapped asks for a resync."""

    def __init__(self, sink: VenueSink) -> None:
        self._sink = sink

    def order(self, push: OrderPush) -> None:
        """Pass an order report on."""
        try:
            report = report_from_push(push)
        except MalformedReply as error:
            self.resync(str(error))
            return
        self._sink(report)

    def fill(self, push: FillPush) -> None:
        """Pass a fill on."""
        try:
            fill = valued_fill(push)
        except MalformedReply as error:
            self.resync(str(error))
            return
        self._sink(fill)

    def touched(self, reason: str) -> None:
        self._sink(AccountTouched(reason))

    def resync(self, reason: str) -> None:
        self._sink(ResyncNeeded(reason))

    def state(self, connected: bool, detail: str) -> None:
        self._sink(StreamState("private", connected, detail))
