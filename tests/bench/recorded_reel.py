"""Recorded days for measuring, made with the program's own writer of what a real demo has recorded.

The demo's events are put at a stated rate, one after the other and over and over, so that a second of the market
holds as many as a busy venue sends; the times inside them move along, and a bar that is over is told closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import CandleUpdate, Funding, Interval, OrderBook, PublicTrade, Ticker
from terminal.domain.recording import BarsRead, Moment, Recorded, RecordedFrom
from terminal.storage.recording.frames import Kind, spans
from terminal.storage.recording.known import Known
from terminal.storage.recording.library import recorded_days
from terminal.storage.recording.playback import DayPlayback
from terminal.storage.recording.take_writer import TakeWriter

EVENTS_PER_S: Final = 220
DAY: Final = "2026-11-18"
BEGAN_MS: Final = 1_794_960_000_000  # its midnight, UTC
DAY_S: Final = 86_400
NOON_S: Final = DAY_S // 2
_CHUNK_MS: Final = 500  # as the recorder beats
CHUNKS: Final = DAY_S * 1_000 // _CHUNK_MS
_FULL: Final = EVENTS_PER_S * _CHUNK_MS // 1_000  # events a chunk
_SPARSE: Final = 2
_DENSE_S: Final = 120  # at full rate that long before and behind the moments the long day is opened at
_STREAM: Final = frozenset({Kind.START, Kind.GO_ON, Kind.STATE})


@dataclass(frozen=True, slots=True)
class Reel:
    """What a demo told: facts read at its start, its events, and the bytes these take on the disk."""

    source: RecordedFrom
    facts: tuple[Moment, ...]
    events: tuple[Moment, ...]
    event_bytes: int


def read_reel(folder: Path) -> Reel:
    """Read all a demo has just recorded."""
    takes = tuple(take for day in recorded_days(folder) for take in day.takes)
    event_bytes = 0
    for take in takes:
        with take.path.open("rb") as file:
            ours = (span for span in spans(file, take.row.size_bytes) if span.kind in _STREAM)
            event_bytes += sum(span.offset - span.begins + span.length for span in ours)
    playback = DayPlayback(takes)
    return Reel(playback.source, tuple(playback.facts()), tuple(playback.events()), event_bytes)


def write_busy(folder: Path, reel: Reel, seconds: int) -> None:
    """Write the first `seconds` of `DAY`, each at the full rate."""
    _write(folder, reel, [_FULL] * (seconds * 1_000 // _CHUNK_MS))


def write_long(folder: Path, reel: Reel) -> None:
    """Write all of `DAY`: as many chunks as a day has, at the full rate around midnight and noon, sparse elsewhere."""
    dense = [range(at_s - _DENSE_S, at_s + _DENSE_S) for at_s in (0, NOON_S)]
    seconds = (number * _CHUNK_MS // 1_000 for number in range(CHUNKS))
    _write(folder, reel, [_FULL if any(second in each for each in dense) else _SPARSE for second in seconds])


def _write(folder: Path, reel: Reel, chunks: list[int]) -> None:
    """Write a take with as many events in each chunk, as the recorder would."""
    known, mover = Known(), _Mover(reel.events)
    take = TakeWriter(folder, reel.source, BEGAN_MS, known.newest)
    for fact in reel.facts:
        take.add(Moment(BEGAN_MS, _fact_moved(fact.what)))
    for number, events in enumerate(chunks):
        for at in range(events):
            for moment in mover.at(BEGAN_MS + number * _CHUNK_MS + at * _CHUNK_MS // events):
                known.learn(moment.what)
                take.add(moment)
        take.flush()
    take.close()


class _Mover:
    """Tells the events over and over, each at the time asked for."""

    def __init__(self, events: tuple[Moment, ...]) -> None:
        self._events = cycle(events)
        self._forming: dict[tuple[InstrumentId, Interval], CandleUpdate] = {}

    def at(self, at_ms: int) -> Iterator[Moment]:
        """Give the next event; before the first of a new bar the one that is over, closed."""
        moment = next(self._events)
        what = _event_moved(moment.what, at_ms, at_ms - moment.at_ms)
        if isinstance(what, CandleUpdate):
            series = (what.instrument_id, what.interval)
            before = self._forming.get(series)
            if before is not None and before.candle.open_ms < what.candle.open_ms:
                yield Moment(at_ms, replace(before, candle=replace(before.candle, closed=True)))
            self._forming[series] = what
        yield Moment(at_ms, what)


def _event_moved(what: Recorded, at_ms: int, by_ms: int) -> Recorded:
    match what:
        case OrderBook() | Ticker() | PublicTrade():
            return replace(what, ts_event_ms=what.ts_event_ms + by_ms)
        case Funding():
            return replace(what, next_ms=what.next_ms + by_ms)
        case CandleUpdate():
            open_ms = at_ms - at_ms % what.interval.ms
            return replace(what, candle=replace(what.candle, open_ms=open_ms, closed=False))
        case _:
            return what


def _fact_moved(what: Recorded) -> Recorded:
    """Bars end where the day begins; rules are what they are, and settlements are history either way."""
    if not isinstance(what, BarsRead) or not what.bars:
        return what
    by_ms = BEGAN_MS - BEGAN_MS % what.interval.ms - what.interval.ms - what.bars[-1].open_ms
    return replace(what, bars=tuple(replace(bar, open_ms=bar.open_ms + by_ms, closed=True) for bar in what.bars))
