"""Writes one take: the recording of a run on one day, a file that is only ever added to."""

import os
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from terminal.domain.recording import BarsRead, Moment, Recorded, RecordedFrom, RulesRead, SettlementsRead
from terminal.storage.flush import flush_folder
from terminal.storage.recording.codec import Encoder
from terminal.storage.recording.frames import Kind, framed

FORMAT: Final = 1
SUFFIX: Final = ".take"
GROUP: Final = 60  # chunks from one START to the next: what is lost behind a damaged place
_LEVEL: Final = 6


def day_of(at_ms: int) -> str:
    """Give the UTC date of a time, e.g. `2026-11-21`."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d")


class TakeWriter:
    """One open file. Nothing here is durable before `sync`; what `flush` wrote survives the end of the program."""

    def __init__(
        self, folder: Path, source: RecordedFrom, at_ms: int, state: Callable[[], Iterable[Recorded]] = tuple
    ) -> None:
        """Begin a take in the day's folder; `state` tells the newest of everything added so far. Raises `OSError`."""
        self._state = state
        self.day = day_of(at_ms)
        self._last_ms = at_ms
        place = folder / self.day
        place.mkdir(parents=True, exist_ok=True)
        self.path, handle = _fresh(place, at_ms)
        self._file = os.fdopen(handle, "wb", buffering=0)
        self._facts: list[Moment] = []
        self._events: list[Moment] = []
        self._encoder = Encoder()
        self._packer = zlib.compressobj(_LEVEL)
        self._since_start = GROUP
        head = {
            "format": FORMAT,
            "venue": source.venue,
            "simulated": source.is_simulated,
            "spot": source.is_spot,
            "short": source.has_short,
        }
        self._file.write(framed(Kind.HEAD, at_ms, at_ms, orjson.dumps(head)))
        flush_folder(place)

    def add(self, moment: Moment) -> None:
        """Take a record; it reaches the file with the next `flush`."""
        is_fact = isinstance(moment.what, RulesRead | BarsRead | SettlementsRead)
        (self._facts if is_fact else self._events).append(moment)

    def flush(self) -> None:
        """Hand what waits to the system, in whole chunks. Raises `OSError`."""
        if self._facts:
            self._write_alone(Kind.FACTS, self._facts)
            self._facts = []
        if self._events:
            kind = Kind.GO_ON
            if self._since_start >= GROUP:
                kind, self._since_start = Kind.START, 0
                self._encoder.begin()
                self._packer = zlib.compressobj(_LEVEL)
            self._since_start += 1
            packed = self._packer.compress(b"".join(map(self._encoder.line, self._events)))
            self._write(kind, self._events, packed + self._packer.flush(zlib.Z_SYNC_FLUSH))
            at_ms, self._events = self._events[-1].at_ms, []
            if self._since_start == GROUP:
                self._write_alone(Kind.STATE, [Moment(at_ms, what) for what in self._state()])

    def sync(self) -> None:
        """Make what was flushed survive a loss of power. Raises `OSError`."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Write what waits and end the file. Raises `OSError`."""
        try:
            self.flush()
            self.sync()
        finally:
            self._file.close()

    def _write_alone(self, kind: Kind, moments: list[Moment]) -> None:
        """Write a chunk that needs no other."""
        if moments:
            self._write(kind, moments, zlib.compress(b"".join(map(Encoder().line, moments)), _LEVEL))

    def _write(self, kind: Kind, moments: list[Moment], body: bytes) -> None:
        # Clocks may be set back; what covers the records must not.
        from_ms = min(moment.at_ms for moment in moments)
        to_ms = max(moment.at_ms for moment in moments)
        view = memoryview(framed(kind, from_ms, to_ms, body))
        while view:  # a raw file may take less than it was given
            view = view[self._file.write(view) :]


def _fresh(place: Path, at_ms: int) -> tuple[Path, int]:
    """Make a file whose name says when it began; two of one second get different ones."""
    clock = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%H%M%S")
    number = 0
    while True:
        path = place / f"{clock}-{number:02d}{SUFFIX}"
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError:
            number += 1
