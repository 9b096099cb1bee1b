"""Reads takes back, one after the other, as one recording."""

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.domain.recording import Moment, RecordedDayRow, RecordedFrom
from terminal.storage.recording.codec import Decoder
from terminal.storage.recording.frames import Chunk, Kind, chunks, spans
from terminal.storage.recording.library import RecordedDay, Take

_FACTS: Final = frozenset({Kind.FACTS})
_STREAM: Final = frozenset({Kind.START, Kind.GO_ON})
_UNREADABLE: Final = (ValueError, LookupError, TypeError, ArithmeticError, zlib.error)


class DayPlayback:
    """A `RecordedMarket` of one or more takes in the order of their times."""

    def __init__(self, takes: tuple[Take, ...]) -> None:
        self._takes = tuple(sorted(takes, key=lambda take: take.row.from_ms))

    @property
    def source(self) -> RecordedFrom:
        return self._takes[0].source

    @property
    def from_ms(self) -> int:
        return self._takes[0].row.from_ms

    @property
    def to_ms(self) -> int:
        return max(take.row.to_ms for take in self._takes)

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """What is missing within and between the takes."""
        return RecordedDayRow("", self.source, tuple(take.row for take in self._takes)).gaps

    def facts(self) -> Iterator[Moment]:
        """As the port says; a chunk that cannot be read is left out."""
        for take in self._takes:
            for chunk in _chunks(take, _FACTS):
                decoder = Decoder()
                try:
                    moments = [decoder.moment(line) for line in zlib.decompress(chunk.body).splitlines()]
                except _UNREADABLE:
                    continue
                yield from moments

    def events(self, since_ms: int = 0) -> Iterator[Moment]:
        """As the port says; behind a damaged place it goes on at the next part that stands by itself."""
        for take in self._takes:
            if take.row.to_ms >= since_ms:
                yield from _stream(take, since_ms)


def playable(day: RecordedDay, number: int | None = None) -> tuple[Take, ...]:
    """Choose what of a day is played: the take of this number, or all that fit together.

    A demo's clock can begin anew at an hour that was recorded already; two markets at one time are
    never mixed, so of takes that overlap the longest is played.

    Raises:
        StorageError: there is no such take.
    """
    if number is not None:
        chosen = tuple(take for take in day.takes if take.row.number == number)
        if not chosen:
            known = ", ".join(str(take.row.number) for take in day.takes)
            raise StorageError(f"{day.day} has no take {number}; it has {known}.")
        return chosen
    fitting: list[Take] = []
    for take in sorted(day.takes, key=lambda each: each.row.from_ms - each.row.to_ms):
        if all(_fits(take, other) for other in fitting):
            fitting.append(take)
    return tuple(fitting)


def _fits(one: Take, other: Take) -> bool:
    apart = one.row.to_ms < other.row.from_ms or other.row.to_ms < one.row.from_ms
    return apart and one.source == other.source


def _chunks(take: Take, kinds: frozenset[Kind], since_ms: int = 0) -> Iterator[Chunk]:
    try:
        with take.path.open("rb") as file:
            begins = _before(file, take, since_ms) if since_ms > take.row.from_ms else 0
            if begins:
                yield from islice(chunks(file, only=frozenset({Kind.STATE}), begins=begins), 1)
            yield from chunks(file, only=kinds, begins=begins)
    except OSError as error:
        raise StorageError(
            f"The recording {take.path} cannot be read ({cause(error)}). Give this user read access."
        ) from error


def _before(file: BinaryIO, take: Take, since_ms: int) -> int:
    """Where the last STATE before a time begins; 0 where there is none."""
    begins = 0
    for span in spans(file, take.row.size_bytes):
        if span.from_ms > since_ms:
            break
        if span.kind is Kind.STATE:
            begins = span.begins
    return begins


def _stream(take: Take, since_ms: int) -> Iterator[Moment]:
    decoder = Decoder()
    unpacker = None
    for chunk in _chunks(take, _STREAM, since_ms):
        if chunk.from_ms > take.row.to_ms:
            return  # written since the day was looked at: a replay has an end, also of a take that goes on
        if chunk.kind is not Kind.GO_ON:  # it stands by itself
            decoder.begin()
            unpacker = zlib.decompressobj()
        elif chunk.after_damage:
            unpacker = None  # what it continues is lost
        if unpacker is None:
            continue
        try:
            moments = [decoder.moment(line) for line in unpacker.decompress(chunk.body).splitlines()]
        except _UNREADABLE:
            unpacker = None  # books and times count from what could not be read
            continue
        yield from (moment for moment in moments if moment.at_ms <= take.row.to_ms)
