"""Between the streams and the core: wire models in, domain events out."""

import logging
from collections import OrderedDict
from typing import Final

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import CandleUpdate, Interval, OrderBook, StreamState
from terminal.domain.order import ZERO
from terminal.net.server_clock import ServerClock
from terminal.ports.market_feed import FeedSink
from terminal.ports.venue import AccountTouched, ResyncNeeded, VenueSink
from terminal.venues.hashkey.account import SpotAccount
from terminal.venues.hashkey.mapper.market import candle_from, sane, ticker_from, trades_from
from terminal.venues.hashkey.mapper.orders import execution_from_push, report_from_push
from terminal.venues.hashkey.mapper.words import INTERVAL_OF, instrument_of
from terminal.venues.hashkey.prices import Prices
from terminal.venues.hashkey.stream.book import LiveBook
from terminal.venues.hashkey.wire.market import DayRow, KlineRow, TradePush
from terminal.venues.hashkey.wire.private import Report

REMEMBERED_ORDERS: Final = 5000
_log = logging.getLogger(__name__)


class FeedRelay:
    """Turns public pushes into market events."""

    def __init__(self, sink: FeedSink, server_clock: ServerClock, prices: Prices) -> None:
        self._sink = sink
        self._server_clock = server_clock
        self._prices = prices
        self._newest: dict[tuple[InstrumentId, Interval], tuple[KlineRow, bool]] = {}  # bar, told as closed

    def ticker(self, row: DayRow) -> None:
        """Pass a ticker on; its price is remembered for what is held."""
        try:
            ticker = ticker_from(row)
        except MalformedReply as error:
            _log.warning("a ticker was dropped: %s", error)
            return
        self._prices.heard(ticker.instrument_id, ticker.last)
        self._sink(ticker)

    def book(self, symbol: str, book: LiveBook) -> None:
        self._sink(
            OrderBook(instrument_of(symbol), book.bids, book.asks, book.version, book.synchronised, book.version)
        )

    def trades(self, symbol: str, rows: list[TradePush]) -> None:
        for trade in trades_from(instrument_of(symbol), rows):
            self._sink(trade)

    def bars(self, symbol: str, interval: str, rows: list[KlineRow]) -> None:
        """Pass bars on, oldest first; the bar before a new one is passed once more, closed."""
        try:
            key = (instrument_of(symbol), INTERVAL_OF[interval])
            bars = sorted(map(sane, rows), key=lambda row: row.open_ms)
        except MalformedReply as error:
            _log.warning("bars of %s dropped: %s", symbol, error)
            return
        for bar in bars:
            self._bar(key, bar)

    def bars_lost(self) -> None:
        """Forget forming bars: what was missed meanwhile would make a bar look final."""
        self._newest.clear()

    def state(self, connected: bool, detail: str) -> None:
        self._sink(StreamState("public", connected, detail))

    def _bar(self, key: tuple[InstrumentId, Interval], bar: KlineRow) -> None:
        last, told_closed = self._newest.get(key, (None, True))
        if last is not None and bar.open_ms > last.open_ms and not told_closed:
            self._emit(key, last, venue_now_ms=bar.open_ms)  # by then the earlier bar is over
        closed = self._emit(key, bar, venue_now_ms=self._server_clock.now_ms())
        if last is None or bar.open_ms >= last.open_ms:
            self._newest[key] = (bar, closed)

    def _emit(self, key: tuple[InstrumentId, Interval], bar: KlineRow, *, venue_now_ms: int) -> bool:
        instrument_id, interval = key
        candle = candle_from(bar, interval.ms, venue_now_ms)
        self._sink(CandleUpdate(instrument_id, interval, candle))
        return candle.closed


class VenueRelay:
    """Turns private events into venue events: each once, in order, and none missing unseen."""

    def __init__(self, sink: VenueSink, account: SpotAccount) -> None:
        self._sink = sink
        self._account = account
        self._newest: OrderedDict[str, Report] = OrderedDict()

    def report(self, push: Report) -> None:
        """Pass on an order's fill, then its state. What was told before, or is older, is dropped."""
        last = self._newest.get(push.order_id)
        if last is not None and (push == last or push.filled < last.filled):
            return
        try:
            report, execution = report_from_push(push), execution_from_push(push)
        except MalformedReply as error:
            _log.info("an event of a pair we do not follow: %s", error)
            self.touched("an order of another pair")
            return
        self._remember(push)
        if execution is not None:
            for fill in self._account.took([execution]):
                self._sink(fill)
        self._sink(report)
        if last is not None and push.filled > last.filled + (push.last_size or ZERO):
            self.resync(f"a fill of order {push.order_id} was not received")

    def touched(self, reason: str) -> None:
        self._sink(AccountTouched(reason))

    def resync(self, reason: str) -> None:
        self._sink(ResyncNeeded(reason))

    def state(self, connected: bool, detail: str) -> None:
        self._sink(StreamState("private", connected, detail))

    async def catch_up(self) -> None:
        """Tell of executions REST knows and nobody was told of. Raises `VenueError`."""
        for fill in await self._account.news():
            self._sink(fill)

    def _remember(self, push: Report) -> None:
        self._newest[push.order_id] = push
        self._newest.move_to_end(push.order_id)
        if len(self._newest) > REMEMBERED_ORDERS:
            self._newest.popitem(last=False)
