"""What has been recorded: days, takes and gaps, found by the heads of the chunks alone."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import orjson

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.domain.recording import GAP_MS, RecordedDayRow, RecordedFrom, TakeRow
from terminal.storage.recording.frames import Kind, Span, chunks, spans
from terminal.storage.recording.room import day_folders
from terminal.storage.recording.take_writer import FORMAT, SUFFIX


@dataclass(frozen=True, slots=True)
class Take:
    """One readable file."""

    path: Path
    source: RecordedFrom
    row: TakeRow


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """One day; `takes` in the order they were made. Takes without any market data are left out."""

    day: str
    takes: tuple[Take, ...]

    @property
    def row(self) -> RecordedDayRow:
        return RecordedDayRow(self.day, self.takes[0].source, tuple(take.row for take in self.takes))


def recorded_days(folder: Path) -> tuple[RecordedDay, ...]:
    """Find all days with market data, the oldest first.

    Raises:
        StorageError: the folder cannot be read.
    """
    try:
        found = (RecordedDay(place.name, _takes(place)) for place in day_folders(folder))
        return tuple(day for day in found if day.takes)
    except OSError as error:
        raise StorageError(
            f"The recordings in {folder} cannot be read ({cause(error)}). Give this user read access."
        ) from error


def recorded_day(folder: Path, day: str) -> RecordedDay:
    """Find one day.

    Raises:
        StorageError: nothing of it was recorded.
    """
    days = recorded_days(folder)
    for each in days:
        if each.day == day:
            return each
    known = ", ".join(each.day for each in days[-5:])
    there = (
        f"The newest recorded: {known}"
        if known
        else "Nothing is recorded yet: run the desk with recording switched on first"
    )
    raise StorageError(f"Nothing was recorded on {day} (UTC). {there}. 'alphadesk recordings' lists them.")


def _takes(place: Path) -> tuple[Take, ...]:
    # By time of making: a demo's clock may begin anew at an earlier hour, so names do not tell.
    paths = sorted(place.glob(f"*{SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    found = [_take(path, number) for number, path in enumerate(paths, 1)]
    return tuple(take for take in found if take is not None)


def _take(path: Path, number: int) -> Take | None:
    """Look at one file; None for one that holds nothing that can be played."""
    with path.open("rb") as file:
        first = next(chunks(file), None)
        size = path.stat().st_size
        stream = [span for span in spans(file, size) if span.kind in {Kind.START, Kind.GO_ON}]
    if first is None or first.kind is not Kind.HEAD or not stream:
        return None
    head = orjson.loads(first.body)
    if head.get("format") != FORMAT:
        return None
    source = RecordedFrom(head["venue"], head["simulated"], head["spot"], head["short"])
    from_ms, to_ms = stream[0].from_ms, max(span.to_ms for span in stream)
    return Take(path, source, TakeRow(number, from_ms, to_ms, size, _gaps(stream)))


def _gaps(stream: list[Span]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (before.to_ms, after.from_ms) for before, after in pairwise(stream) if after.from_ms - before.to_ms > GAP_MS
    )
