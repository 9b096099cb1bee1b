"""Moments on the venue's clock, from what was stamped by ours: a jump of ours makes nothing older or younger.

A moment is read when it is first heard of, with the offset in force then, and is not read again: later our clock may
show another day. Moments of earlier runs are read with the offset recorded nearest to them.
"""

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

_SAME_MS: Final = 2_000  # an offset is measured, and may be wrong by that much


def heard_at(stamped_ms: int, offset_ms: int, now_ms: int) -> int:
    """Give the venue's time of something stamped by either clock; `now_ms` is the venue's.

    `offset_ms` is the venue's time less ours. What was found in bars bears the venue's time already: of both readings
    the later one counts that has come.
    """
    readings = (stamped_ms, stamped_ms + offset_ms)
    return max((each for each in readings if each <= now_ms + _SAME_MS), default=min(readings))


class RecordedOffsets:
    """The venue's time less ours as it was recorded, pairs of our time and the offset, both in ms."""

    def __init__(self, marks: Sequence[tuple[int, int]]) -> None:
        self._marks = sorted(marks, key=itemgetter(0))

    def at(self, our_ms: int) -> int:
        """Give the offset recorded nearest to a moment of ours; 0 where none ever was."""
        place = bisect_left(self._marks, our_ms, key=itemgetter(0))
        near = self._marks[max(0, place - 1) : place + 1]
        return min(near, key=lambda mark: abs(mark[0] - our_ms), default=(0, 0))[1]
