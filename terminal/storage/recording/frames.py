"""The file of a recording: chunks with length and checksum, one after the other.

A chunk is written in one call, so a crash leaves at most one torn chunk, at the end. A reader
takes what is whole; behind a damaged place it goes on at the next chunk that stands by itself.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO, Final

MAGIC: Final = b"ADm1"
_HEAD: Final = struct.Struct("<4sBIqqI")  # magic, kind, length, first and last time, checksum
_CHECKED: Final = struct.Struct("<BIqq")
MOST_BYTES: Final = 64 << 20  # a longer chunk is none of ours: a damaged length must not ask for memory


class Kind(IntEnum):
    """What a chunk holds. All but `GO_ON` can be read without any chunk before them."""

    HEAD = 0
    FACTS = 1
    START = 2  # the stream; compression and books begin anew
    GO_ON = 3  # the stream; needs every chunk since the last START
    STATE = 4  # the newest of everything where the next START begins: for a replay that starts there


@dataclass(frozen=True, slots=True)
class Span:
    """Where a chunk lies in the file and which times it covers; `from_ms` and `to_ms` are those of its records."""

    kind: Kind
    offset: int  # of the body
    length: int
    from_ms: int
    to_ms: int

    @property
    def begins(self) -> int:
        """Where in the file its head lies."""
        return self.offset - _HEAD.size


@dataclass(frozen=True, slots=True)
class Chunk:
    """A whole, checked chunk; `after_damage` when something before it could not be read."""

    kind: Kind
    from_ms: int
    to_ms: int
    body: bytes
    after_damage: bool


def framed(kind: Kind, from_ms: int, to_ms: int, body: bytes) -> bytes:
    """Give a chunk's bytes."""
    checksum = zlib.crc32(body, zlib.crc32(_CHECKED.pack(kind, len(body), from_ms, to_ms)))
    return _HEAD.pack(MAGIC, kind, len(body), from_ms, to_ms, checksum) + body


def spans(file: BinaryIO, size: int) -> Iterator[Span]:
    """Find chunks by their heads alone, without reading what they hold; ends at the first that does not fit."""
    offset = 0
    while offset + _HEAD.size <= size:
        file.seek(offset)
        magic, kind, length, from_ms, to_ms, _ = _HEAD.unpack(file.read(_HEAD.size))
        body = offset + _HEAD.size
        if magic != MAGIC or kind not in list(Kind) or length > MOST_BYTES or body + length > size:
            return
        yield Span(Kind(kind), body, length, from_ms, to_ms)
        offset = body + length


def chunks(file: BinaryIO, *, only: frozenset[Kind] | None = None, begins: int = 0) -> Iterator[Chunk]:
    """Read the chunks from the start, or from a head that `begins` there; `only` these kinds, no other is read.

    A torn end is left out. Behind a damaged place the next whole chunk is given, marked as such.
    """
    offset, damaged = begins, False
    while True:
        file.seek(offset)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        magic, kind, length, from_ms, to_ms, _ = _HEAD.unpack(head)
        is_ours = magic == MAGIC and kind in list(Kind) and length <= MOST_BYTES
        if is_ours and only is not None and kind not in only:
            offset += _HEAD.size + length
            continue
        body = file.read(length) if is_ours else b""
        if is_ours and len(body) == length and framed(Kind(kind), from_ms, to_ms, body)[: _HEAD.size] == head:
            yield Chunk(Kind(kind), from_ms, to_ms, body, damaged)
            offset, damaged = offset + _HEAD.size + length, False
            continue
        found = _next_magic(file, offset + 1)
        if found is None:
            return
        offset, damaged = found, True


def _next_magic(file: BinaryIO, offset: int) -> int | None:
    step, overlap = 1 << 20, len(MAGIC) - 1
    while True:
        file.seek(offset)
        block = file.read(step + overlap)
        at = block.find(MAGIC)
        if at >= 0:
            return offset + at
        if len(block) < step:
            return None
        offset += step
