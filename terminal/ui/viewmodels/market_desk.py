"""Market data of the window: newest of each, announced together.

Market data is latest-wins. What comes in one burst is announced once, as soon as the burst is
over; the next announcement keeps a distance, however many messages arrive. GUI thread only.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

from terminal.domain.chart_messages import OlderBars, SeriesKey
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, CandleUpdate, Funding, Interval, OrderBook, Ticker
from terminal.domain.messages import CandlesLoaded, InstrumentsLoaded

FLUSH_MS: Final = 15  # least time between two announcements; the feed hands on every 20 ms at most
FIGURES_MS: Final = 200  # the same for what is read and not watched: working out and laying out cost more than painting
_ANNOUNCE: Final = QEvent.Type(QEvent.registerEventType())


class MarketDesk(QObject):
    """What the markets say.

    Attributes:
        instruments, tickers, books, funding: newest of each, by instrument.
        received_s: when the newest ticker or book of an instrument came, on `monotonic_s`.
        candles: bars of each (instrument, interval) asked for, oldest first.
        first_bars: series whose first bar is the venue's first: there is nothing older.
        market_handlers: what takes each kind of market event.

    Signals:
        tickers_changed (frozenset of InstrumentId): coalesced.
        quotes_changed (frozenset of InstrumentId): the same, of tickers and books.
        figures_changed (frozenset of InstrumentId): tickers or books of these changed; five times a second at most.
        candles_loaded (InstrumentId, Interval): a new series is in `candles`.
        candles_changed (InstrumentId, Interval): its last bars moved; coalesced.
        older_loaded (InstrumentId, Interval, int): so many older bars were put in front of a series.
        older_ended (InstrumentId, Interval): an asking for older bars is answered or has failed.
        funding_changed (Funding): told at once.
    """

    instruments_changed = Signal()
    tickers_changed = Signal(object)
    quotes_changed = Signal(object)
    figures_changed = Signal(object)
    funding_changed = Signal(object)
    candles_loaded = Signal(object, object)
    candles_changed = Signal(object, object)
    older_loaded = Signal(object, object, int)
    older_ended = Signal(object, object)

    def __init__(self, monotonic_s: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.monotonic_s = monotonic_s
        self.instruments: dict[InstrumentId, Instrument] = {}
        self.tickers: dict[InstrumentId, Ticker] = {}
        self.books: dict[InstrumentId, OrderBook] = {}
        self.funding: dict[InstrumentId, Funding] = {}
        self.received_s: dict[InstrumentId, float] = {}
        self.candles: dict[tuple[InstrumentId, Interval], list[Candle]] = {}
        self.first_bars: set[SeriesKey] = set()
        self._dirty_tickers: set[InstrumentId] = set()
        self._dirty_books: set[InstrumentId] = set()
        self._dirty_candles: set[tuple[InstrumentId, Interval]] = set()
        self.market_handlers: dict[type, Callable[..., None]] = {
            Ticker: self._on_ticker,
            OrderBook: self._on_book,
            Funding: self._on_funding,
            CandleUpdate: self._on_candle,
            CandlesLoaded: self._on_candles,
            OlderBars: self._on_older,
            InstrumentsLoaded: self._on_instruments,
        }
        self._figures: set[InstrumentId] = set()
        self._turn = _single_shot(self, self._announce)
        self._figures_turn = _single_shot(self, self._announce_figures)
        self._is_posted = False
        self._announced_s = self._figured_s = float("-inf")

    def quote_age_s(self, instrument_id: InstrumentId) -> float | None:
        """Age of the newest market data of an instrument; None before the first."""
        received = self.received_s.get(instrument_id)
        return None if received is None else max(0.0, self.monotonic_s() - received)

    def flush(self) -> None:
        """Announce everything that changed since the last time, now."""
        self._announce()
        self._announce_figures()

    def _announce(self) -> None:
        self._turn.stop()
        self._is_posted = False
        self._announced_s = self.monotonic_s()
        tickers, books = frozenset(self._dirty_tickers), frozenset(self._dirty_books)
        self._dirty_tickers.clear()
        self._dirty_books.clear()
        self._figures |= tickers | books
        if tickers:
            self.tickers_changed.emit(tickers)
        if tickers or books:
            self.quotes_changed.emit(tickers | books)
        series, self._dirty_candles = self._dirty_candles, set()
        for instrument_id, interval in series:
            self.candles_changed.emit(instrument_id, interval)
        if self._figures:
            left_ms = self._left_ms(self._figured_s, FIGURES_MS)
            if not left_ms:
                self._announce_figures()  # into the same frame
            elif not self._figures_turn.isActive():
                self._figures_turn.start(left_ms + FLUSH_MS)  # for when nothing else comes

    def _announce_figures(self) -> None:
        self._figures_turn.stop()
        if self._figures:
            self._figured_s = self.monotonic_s()
            changed, self._figures = frozenset(self._figures), set()
            self.figures_changed.emit(changed)

    def _announce_soon(self) -> None:
        """Announce when what has come with this is in, not sooner than `FLUSH_MS` after the last time."""
        if self._is_posted or self._turn.isActive():
            return
        left_ms = self._left_ms(self._announced_s, FLUSH_MS)
        if left_ms:
            self._turn.start(left_ms)
        else:  # a posted event comes before the window paints, a timer after it
            self._is_posted = True
            QCoreApplication.postEvent(self, QEvent(_ANNOUNCE))

    def event(self, event: QEvent) -> bool:
        if event.type() != _ANNOUNCE:
            return super().event(event)
        if self._is_posted:
            self._announce()
        return True

    def _left_ms(self, last_s: float, every_ms: int) -> int:
        """Give what is left of a distance that began at `last_s`."""
        return max(0, round(every_ms - min((self.monotonic_s() - last_s) * 1_000, every_ms)))

    def _on_ticker(self, ticker: Ticker) -> None:
        self.tickers[ticker.instrument_id] = ticker
        self.received_s[ticker.instrument_id] = self.monotonic_s()
        self._dirty_tickers.add(ticker.instrument_id)
        self._announce_soon()

    def _on_book(self, book: OrderBook) -> None:
        self.books[book.instrument_id] = book
        if book.synchronised:
            self.received_s[book.instrument_id] = self.monotonic_s()
        self._dirty_books.add(book.instrument_id)
        self._announce_soon()

    def _on_funding(self, funding: Funding) -> None:
        self.funding[funding.instrument_id] = funding
        self.funding_changed.emit(funding)

    def _on_candle(self, update: CandleUpdate) -> None:
        key = (update.instrument_id, update.interval)
        bars = self.candles.get(key)
        if not bars or update.candle == bars[-1]:  # venues repeat a bar nobody traded on
            return
        if update.candle.open_ms == bars[-1].open_ms:
            bars[-1] = update.candle
        elif update.candle.open_ms > bars[-1].open_ms:
            bars.append(update.candle)
        else:
            return
        self._dirty_candles.add(key)
        self._announce_soon()

    def _on_candles(self, loaded: CandlesLoaded) -> None:
        key = (loaded.instrument_id, loaded.interval)
        self.candles[key] = [*_older_part(self.candles.get(key, []), loaded.candles), *loaded.candles]
        self.candles_loaded.emit(loaded.instrument_id, loaded.interval)

    def _on_older(self, page: OlderBars) -> None:
        """Put a page in front of the series it was asked for; a series that began anew meanwhile does not want it."""
        key = (page.instrument_id, page.interval)
        bars = self.candles.get(key)
        if bars and bars[0].open_ms == page.before_ms:
            if page.is_all:
                self.first_bars.add(key)
            if page.candles:
                self.candles[key] = [*page.candles, *bars]
                self.older_loaded.emit(*key, len(page.candles))
        if page.ends:
            self.older_ended.emit(*key)

    def _on_instruments(self, loaded: InstrumentsLoaded) -> None:
        self.instruments = {item.instrument_id: item for item in loaded.instruments}
        self.instruments_changed.emit()


def _single_shot(owner: QObject, act: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(act)
    return timer


def _older_part(known: list[Candle], loaded: tuple[Candle, ...]) -> list[Candle]:
    """Give the known bars older than the loaded ones, if the two meet: pages scrolled to are not read twice."""
    if not known or not loaded or not known[0].open_ms < loaded[0].open_ms <= known[-1].open_ms:
        return []
    return known[: bisect_left(known, loaded[0].open_ms, key=lambda bar: bar.open_ms)]
