"""Book and tape of the pair a seat looks at: what comes by the hundred is told at the pace of the eye.

A book is told at once and then at most every `PACE_S`, the newest alone; prints are gathered and
none is left out. Nothing runs while nobody looks.

Subscriptions are counted by the venue (240 an hour), and people switch pairs faster than that. So
a pair that was looked at stays subscribed for the rest of the run: coming back to it costs none.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from terminal.domain.depth import SHALLOW, DepthSnapshot, Prints, WatchDepth, snapshot_of
from terminal.domain.errors import VenueError
from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.domain.market import MarketEvent, OrderBook, PublicTrade, StreamState
from terminal.domain.messages import Event
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.reporter import Reporter

PACE_S: Final = 0.012  # well below the feed's own distance: prints bring books in between, and the two must not add up
HISTORY: Final = 500  # prints read when a tape is first looked at
_TAPE: Final = "tape"

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class DepthDesk:
    """Listens to the market beside the hub; tells the seat `DepthSnapshot` and `Prints`."""

    def __init__(
        self,
        feed: MarketFeed,
        clock: Clock,
        rules: Mapping[InstrumentId, Instrument],
        *,
        emit: Callable[[Event], None],
        reporter: Reporter,
        spawn: Spawn,
    ) -> None:
        """`rules` fills as the venue's contracts are loaded; nothing is told of a pair without them."""
        self._feed = feed
        self._clock = clock
        self._rules = rules
        self._emit = emit
        self._reporter = reporter
        self._spawn = spawn
        self._shown: InstrumentId | None = None
        self._deep: frozenset[InstrumentId] = frozenset()
        self._tapes: frozenset[InstrumentId] = frozenset()
        self._books: dict[InstrumentId, tuple[OrderBook, float]] = {}
        self._known_until_ms: dict[InstrumentId, int] = {}  # prints up to here came with the history
        self._prints: list[PublicTrade] = []
        self._is_dirty = False
        self._is_pacing = False
        self._was_lost = False

    def watch(self, command: WatchDepth) -> None:
        """Show another pair, another depth, or nothing."""
        chosen = command.instrument_id
        is_other, self._shown = chosen != self._shown, chosen
        if is_other:
            self._prints.clear()
        if chosen is None:
            return
        if command.levels > SHALLOW and chosen not in self._deep:
            self._deep |= {chosen}
            self._feed.watch_deep_books(self._deep)
        if chosen not in self._tapes:
            self._tapes |= {chosen}
            self._feed.watch_trades(self._tapes)
        if is_other:
            self._spawn(self._load(chosen), f"tape of {base_of(chosen)}")
        self._is_dirty = True
        self._tell()

    def hear(self, event: MarketEvent) -> None:
        """Take one event of the public stream."""
        match event:
            case OrderBook():
                self._on_book(event)
            case PublicTrade():
                self._on_trade(event)
            case StreamState():
                self._on_stream(event)

    # -- inside ------------------------------------------------------------------

    def _on_book(self, book: OrderBook) -> None:
        # What a broken book still shows is as old as the last message that fitted.
        before = self._books.get(book.instrument_id)
        at_s = self._clock.monotonic_s() if book.synchronised or before is None else before[1]
        self._books[book.instrument_id] = (book, at_s)
        if book.instrument_id == self._shown:
            self._is_dirty = True
            self._changed()

    def _on_trade(self, trade: PublicTrade) -> None:
        if trade.instrument_id != self._shown:
            return
        if trade.ts_event_ms <= self._known_until_ms.get(trade.instrument_id, 0):
            return  # the history has it
        self._prints.append(trade)
        self._changed()

    def _on_stream(self, state: StreamState) -> None:
        if not state.connected:
            self._was_lost = True
        elif self._was_lost:
            self._was_lost = False
            if self._shown is not None:  # what was printed meanwhile is only in the history
                self._spawn(self._load(self._shown), f"tape of {base_of(self._shown)}")

    def _changed(self) -> None:
        """Tell now, or with the next turn of the pace that runs already."""
        if not self._is_pacing:
            self._is_pacing = True
            self._tell()
            self._spawn(self._pace(), "depth pace")

    async def _pace(self) -> None:
        try:
            while True:
                await self._clock.sleep(PACE_S)
                if not (self._is_dirty or self._prints):
                    return
                self._tell()
        finally:
            self._is_pacing = False

    def _tell(self) -> None:
        shown = self._shown
        if shown is None:
            return
        if self._is_dirty:
            self._is_dirty = False
            snapshot = self._snapshot(shown)
            if snapshot is not None:
                self._emit(snapshot)
        if self._prints:
            prints, self._prints = tuple(self._prints), []
            self._emit(Prints(shown, prints))

    def _snapshot(self, shown: InstrumentId) -> DepthSnapshot | None:
        found, rules = self._books.get(shown), self._rules.get(shown)
        return None if found is None or rules is None else snapshot_of(found[0], rules, found[1])

    async def _load(self, shown: InstrumentId) -> None:
        """Read the newest prints once; what streams in later goes on from there."""
        try:
            prints = await self._feed.recent_trades(shown, HISTORY)
        except VenueError as error:
            self._reporter.failing(_TAPE, f"The tape of {base_of(shown)} could not be read back", error)
            return
        self._reporter.works(_TAPE)
        self._known_until_ms[shown] = max((each.ts_event_ms for each in prints), default=0)
        if shown == self._shown:
            self._prints = [each for each in self._prints if each.ts_event_ms > self._known_until_ms[shown]]
            self._emit(Prints(shown, prints, whole=True))


def shallow(book: OrderBook) -> OrderBook:
    """Give the levels all else goes by: what a model is shown must not hang on what a person looks at."""
    if len(book.bids) <= SHALLOW and len(book.asks) <= SHALLOW:
        return book
    return OrderBook(
        book.instrument_id, book.bids[:SHALLOW], book.asks[:SHALLOW], book.version, book.synchronised, book.ts_event_ms
    )
