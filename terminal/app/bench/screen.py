"""What the measurement looks at: last prices in the market watch, the book in the ladder."""

from array import array
from collections.abc import Callable, Iterable

from terminal.app.bench.ages import Lane
from terminal.app.window_app import WindowRun
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import MarketEvent, OrderBook, Ticker
from terminal.runtime.frame_watch import FrameWatch


def symbol_of(instrument_id: InstrumentId) -> str:
    """Give the pair as the stream spells it (v2, which the demo speaks)."""
    return f"cmt_{base_of(instrument_id).lower()}usdt"


class Screen:
    """Follows messages from the socket to the pixels.

    Attributes:
        ages_ms: of every message that was painted since `start`.
        unchanged: messages since then whose state looked like the one on the screen.
        frames: of the window.
    """

    def __init__(self, run: WindowRun, pair: InstrumentId, pairs: Iterable[InstrumentId]) -> None:
        """`pair` is the one on the ladder."""
        self._desk = run.parts.desk
        self._pair = pair
        self._tickers: dict[InstrumentId, Lane[Ticker]] = {each: Lane() for each in pairs}
        self._book: Lane[int] = Lane()
        self._by_symbol = {symbol_of(each): lane for each, lane in self._tickers.items()}
        self._symbol = symbol_of(pair)
        self._seen: dict[InstrumentId, object] = {}
        self.ages_ms: array[float] = array("d")
        self.unchanged = 0
        self._is_on = False
        self.frames = FrameWatch(run.parts.window, self._painted)
        self._desk.tickers_changed.connect(self._tickers_shown)  # after the models: they connected first
        self._desk.depth.book_changed.connect(self._book_shown)
        if run.session.engine is not None:
            run.session.engine.core.hub.follow(self._told)

    def start(self) -> None:
        for lane in self._tickers.values():
            lane.clear()
        self._book.clear()
        del self.ages_ms[:]
        self.unchanged = 0
        self.frames.clear()
        self._is_on = True

    def stop(self) -> None:
        self._is_on = False

    def received(self, channel: str, at_s: float) -> None:
        """Take a message as it leaves the socket."""
        if not self._is_on:
            return
        kind, _, rest = channel.partition(".")
        if kind == "ticker" and rest in self._by_symbol:
            self._by_symbol[rest].read(at_s)
        elif kind == "depth" and rest.partition(".")[0] == self._symbol:
            self._book.read(at_s)

    def _told(self, event: MarketEvent) -> None:
        if isinstance(event, Ticker):
            self._tickers[event.instrument_id].told(event)
        elif isinstance(event, OrderBook) and event.instrument_id == self._pair:
            self._book.told(event.version)

    def _tickers_shown(self, changed: Iterable[InstrumentId]) -> None:
        for each in changed:
            newest = self._desk.tickers[each]
            looks_new = self._seen.get(each) != newest.last
            self._seen[each] = newest.last
            self.unchanged += self._tickers[each].shown(_not_after(newest), looks_new=looks_new)

    def _book_shown(self, pair: InstrumentId) -> None:
        if pair == self._pair:
            version = self._desk.depth.snapshots[pair].version
            self._book.shown(lambda state: state <= version, looks_new=True)

    def _painted(self, now_s: float) -> None:
        for lane in self._tickers.values():
            lane.painted(now_s, self.ages_ms)
        self._book.painted(now_s, self.ages_ms)


def _not_after(newest: Ticker) -> Callable[[Ticker], bool]:
    return lambda state: state.ts_event_ms <= newest.ts_event_ms
