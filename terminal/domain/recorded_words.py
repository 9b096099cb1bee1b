"""Figures of recordings in words. Times are UTC, as the recorded days are."""

from datetime import UTC, datetime
from typing import Final

_MEGABYTE: Final = 1_000_000


def utc_second(at_ms: int) -> str:
    """Give the time of day, e.g. `17:02:11`."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%H:%M:%S")


def length_words(ms: int) -> str:
    """Give a length, e.g. `1:04:09`."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}"


def size_words(size_bytes: int) -> str:
    return f"{size_bytes / _MEGABYTE:,.1f} MB"


def gap_words(gaps: tuple[tuple[int, int], ...]) -> str:
    """Say what is missing, e.g. `1 gap, 12:01:10 to 12:04:00`."""
    if not gaps:
        return "no gaps"
    first = f"{utc_second(gaps[0][0])} to {utc_second(gaps[0][1])}"
    return f"1 gap, {first}" if len(gaps) == 1 else f"{len(gaps)} gaps, the first {first}"
