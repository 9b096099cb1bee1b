"""The bytes of a candle file.

A line that names the kind of file, a line of canonical JSON that says whose bars they are,
the bars, and the SHA-256 of everything before. Bars are five columns (open, high, low,
close, volume) of little-endian float64, deflated. Opening times are not written: bars
without gaps need only the first and their number.
"""

import json
import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from terminal.domain.canonical import canonical_json
from terminal.domain.errors import StorageError
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval

_KIND: Final = b"alphadesk candles 1\n"
_SUM_BYTES: Final = 32
_COLUMNS: Final = 5
_MOST_BARS: Final = 1_000_000  # a header that asks for more is not one of ours


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose bars a file holds; bars of another owner are never read as these."""

    venue: str
    simulated: bool
    instrument_id: InstrumentId
    interval: Interval


class UnusableFile(StorageError):
    """A candle file that is damaged or not what its place says. The venue's own bars are used instead."""


def packed(owner: Owner, bars: tuple[Candle, ...]) -> bytes:
    """Give a file's content.

    Raises:
        ValueError: an open bar, or a gap among them.
    """
    step = owner.interval.ms
    for number, bar in enumerate(bars):
        if not bar.closed:
            raise ValueError(f"the bar of {bar.open_ms} is still open; only closed bars are kept")
        if bar.open_ms != bars[0].open_ms + number * step:
            raise ValueError(f"bars are missing before {bar.open_ms}; only bars without gaps are kept")
    columns = [value for column in zip(*map(_values, bars), strict=True) for value in column]
    head = {**_named(owner), "first_open_ms": bars[0].open_ms if bars else 0, "count": len(bars)}
    body = zlib.compress(struct.pack(f"<{len(columns)}d", *columns))
    content = _KIND + canonical_json(head).encode() + b"\n" + body
    return content + sha256(content).digest()


def unpacked(owner: Owner, content: bytes, newest: int) -> tuple[Candle, ...]:
    """Give at most `newest` of the bars of a file's content, the newest ones, oldest first.

    Raises:
        UnusableFile: damaged, cut short, of another kind or of another owner.
    """
    whole, checksum = content[:-_SUM_BYTES], content[-_SUM_BYTES:]
    if not whole.startswith(_KIND) or sha256(whole).digest() != checksum:
        raise UnusableFile("the file is damaged or of another version")
    line, _, body = whole[len(_KIND) :].partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
        first_ms, count = int(head.pop("first_open_ms")), int(head.pop("count"))
        if head != _named(owner):
            raise UnusableFile("the file holds the bars of another market")
        if not 0 <= count <= _MOST_BARS:
            raise UnusableFile("the file is not one of this program's")
        size = 8 * _COLUMNS * count
        values = struct.unpack(f"<{_COLUMNS * count}d", zlib.decompressobj().decompress(body, size + 1))
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error, struct.error) as error:
        raise UnusableFile("the file cannot be read") from error
    step = owner.interval.ms
    skipped = max(0, count - newest)
    times = range(first_ms + skipped * step, first_ms + count * step, step)
    opened, high, low, close, volume = (values[i * count + skipped : (i + 1) * count] for i in range(_COLUMNS))
    rows = zip(times, opened, high, low, close, volume, strict=True)
    return tuple(Candle(ms, o, h, low_, c, v, closed=True) for ms, o, h, low_, c, v in rows)


def _values(bar: Candle) -> tuple[float, float, float, float, float]:
    return bar.open, bar.high, bar.low, bar.close, bar.volume


def _named(owner: Owner) -> dict[str, Any]:
    return {
        "venue": owner.venue,
        "simulated": owner.simulated,
        "instrument_id": owner.instrument_id,
        "interval_min": owner.interval.value,
    }
