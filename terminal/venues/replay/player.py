"""Moves the replay's time and hands on what was recorded until then."""

from collections.abc import Callable
from typing import Final

from terminal.domain.market import CandleUpdate, MarketEvent, OrderBook, StreamState, Ticker
from terminal.domain.recorded_words import utc_second
from terminal.domain.recording import GAP_MS, Moment, Recorded
from terminal.ports.recording import DrivenClock, RecordedMarket
from terminal.venues.replay.market import RecordedNow

MOST_A_STEP: Final = 400  # records; more would hold up the window
CROWDED: Final = 100  # records in one step from which only the newest of each kind is told, as a live stream does
WHOLE_WITHIN_MS: Final = 120_000  # how long the start looks for prices of every market
PUBLIC: Final = "public"

Tell = Callable[[MarketEvent], None]


class Player:
    """Plays one recording once, from `start_ms` on. `now` is what the market shows at this moment."""

    def __init__(self, recording: RecordedMarket, clock: DrivenClock, start_ms: int = 0) -> None:
        """Read ahead to the first moment at which every market has prices, at `start_ms` or later.

        Raises:
            StorageError: the recording cannot be read.
        """
        self.now = RecordedNow()
        self._clock = clock
        for moment in recording.facts():
            self.now.learn(moment.what)
        self._events = recording.events(start_ms)
        self._next: Moment | None = next(self._events, None)
        self._begin(recording.from_ms, start_ms)

    @property
    def is_over(self) -> bool:
        return self._next is None

    def play(self, to_ms: int, tell: Tell) -> None:
        """Go on to a time, or to where this step's share of records ends: time waits for what must be read."""
        batch: list[Recorded] = []
        reached_ms = to_ms
        while self._next is not None and self._next.at_ms <= to_ms and len(batch) < MOST_A_STEP:
            batch.append(self._next.what)
            reached_ms = self._next.at_ms
            self._step()
        # The market's time never runs ahead of what was told, nor beyond the end.
        is_short = len(batch) == MOST_A_STEP or self._next is None
        self._clock.move_to(reached_ms if is_short else to_ms)
        for event in told(batch):
            tell(event)
        self._pass_gap(tell)

    def _begin(self, from_ms: int, start_ms: int) -> None:
        reached_ms = from_ms
        while self._next is not None:
            is_late = self._next.at_ms > from_ms + WHOLE_WITHIN_MS
            if self._next.at_ms > start_ms and (self.now.is_whole or is_late):
                break
            reached_ms = self._next.at_ms
            self._step()
        self._clock.move_to(max(reached_ms, min(start_ms, reached_ms if self._next is None else self._next.at_ms)))

    def _step(self) -> None:
        if self._next is not None:
            self.now.learn(self._next.what)
            self._next = next(self._events, None)

    def _pass_gap(self, tell: Tell) -> None:
        """Skip a time in which nothing was recorded, and say so."""
        now_ms = self._clock.now_ms()
        if self._next is None or self._next.at_ms - now_ms <= GAP_MS:
            return
        hours = f"{utc_second(now_ms)} to {utc_second(self._next.at_ms)}"
        words = f"nothing was recorded from {hours} UTC; the replay goes on behind it"
        tell(StreamState(PUBLIC, connected=False, detail=words))
        self._clock.move_to(self._next.at_ms)
        tell(StreamState(PUBLIC, connected=True, detail="the recording goes on"))


def told(batch: list[Recorded]) -> list[MarketEvent]:
    """Give what of a step is told: all of it, or of a crowded one every print, closed bar and state, and the newest."""
    events = [each for each in batch if isinstance(each, MarketEvent)]
    if len(events) < CROWDED:
        return events
    newest = {_slot(event): index for index, event in enumerate(events)}
    return [event for index, event in enumerate(events) if _is_single(event) or newest[_slot(event)] == index]


def _slot(event: MarketEvent) -> tuple[object, ...]:
    match event:
        case Ticker() | OrderBook():
            return type(event), event.instrument_id
        case CandleUpdate():
            return type(event), event.instrument_id, event.interval
        case _:
            return (type(event),)


def _is_single(event: MarketEvent) -> bool:
    """True for what is told each time."""
    match event:
        case Ticker() | OrderBook():
            return False
        case CandleUpdate():
            return event.candle.closed
        case _:
            return True
