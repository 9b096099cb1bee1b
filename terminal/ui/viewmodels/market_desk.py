"""Market data of the window: newest of each, announced on a timer.

Market data is latest-wins and announced a few times a second, however many messages
arrive. GUI thread only.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, CandleUpdate, Funding, Interval, OrderBook, Ticker
from terminal.domain.messages import CandlesLoaded, InstrumentsLoaded

FLUSH_MS: Final = 66  # about 15 repaints of market data a second


class MarketDesk(QObject):
    """What the markets say.

    Attributes:
        instruments, tickers, books, funding: newest of each, by instrument.
        received_s: when the newest ticker or book of an instrument came, on `monotonic_s`.
        candles: bars of each (instrument, interval) asked for, oldest first.
        market_handlers: what takes each kind of market event.

    Signals:
        tickers_changed, books_changed (frozenset of InstrumentId): coalesced.
        candles_loaded (InstrumentId, Interval): a new series is in `candles`.
        candles_changed (InstrumentId, Interval): its last bars moved; coalesced.
        funding_changed (Funding): told at once.
    """

    instruments_changed = Signal()
    tickers_changed = Signal(object)
    books_changed = Signal(object)
    funding_changed = Signal(object)
    candles_loaded = Signal(object, object)
    candles_changed = Signal(object, object)

    def __init__(self, monotonic_s: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.monotonic_s = monotonic_s
        self.instruments: dict[InstrumentId, Instrument] = {}
        self.tickers: dict[InstrumentId, Ticker] = {}
        self.books: dict[InstrumentId, OrderBook] = {}
        self.funding: dict[InstrumentId, Funding] = {}
        self.received_s: dict[InstrumentId, float] = {}
        self.candles: dict[tuple[InstrumentId, Interval], list[Candle]] = {}
        self._dirty_tickers: set[InstrumentId] = set()
        self._dirty_books: set[InstrumentId] = set()
        self._dirty_candles: set[tuple[InstrumentId, Interval]] = set()
        self.market_handlers: dict[type, Callable[..., None]] = {
            Ticker: self._on_ticker,
            OrderBook: self._on_book,
            Funding: self._on_funding,
            CandleUpdate: self._on_candle,
            CandlesLoaded: self._on_candles,
            InstrumentsLoaded: self._on_instruments,
        }
        self._timer = QTimer(self)
        self._timer.setInterval(FLUSH_MS)
        self._timer.timeout.connect(self.flush)
        self._timer.start()

    def quote_age_s(self, instrument_id: InstrumentId) -> float | None:
        """Age of the newest market data of an instrument; None before the first."""
        received = self.received_s.get(instrument_id)
        return None if received is None else max(0.0, self.monotonic_s() - received)

    def flush(self) -> None:
        """Announce the market data that changed since the last time."""
        if self._dirty_tickers:
            changed, self._dirty_tickers = frozenset(self._dirty_tickers), set()
            self.tickers_changed.emit(changed)
        if self._dirty_books:
            changed, self._dirty_books = frozenset(self._dirty_books), set()
            self.books_changed.emit(changed)
        series, self._dirty_candles = self._dirty_candles, set()
        for instrument_id, interval in series:
            self.candles_changed.emit(instrument_id, interval)

    def _on_ticker(self, ticker: Ticker) -> None:
        self.tickers[ticker.instrument_id] = ticker
        self.received_s[ticker.instrument_id] = self.monotonic_s()
        self._dirty_tickers.add(ticker.instrument_id)

    def _on_book(self, book: OrderBook) -> None:
        self.books[book.instrument_id] = book
        if book.synchronised:
            self.received_s[book.instrument_id] = self.monotonic_s()
        self._dirty_books.add(book.instrument_id)

    def _on_funding(self, funding: Funding) -> None:
        self.funding[funding.instrument_id] = funding
        self.funding_changed.emit(funding)

    def _on_candle(self, update: CandleUpdate) -> None:
        key = (update.instrument_id, update.interval)
        bars = self.candles.get(key)
        if not bars:
            return
        if update.candle.open_ms == bars[-1].open_ms:
            bars[-1] = update.candle
        elif update.candle.open_ms > bars[-1].open_ms:
            bars.append(update.candle)
        else:
            return
        self._dirty_candles.add(key)

    def _on_candles(self, loaded: CandlesLoaded) -> None:
        self.candles[loaded.instrument_id, loaded.interval] = list(loaded.candles)
        self.candles_loaded.emit(loaded.instrument_id, loaded.interval)

    def _on_instruments(self, loaded: InstrumentsLoaded) -> None:
        self.instruments = {item.instrument_id: item for item in loaded.instruments}
        self.instruments_changed.emit()
