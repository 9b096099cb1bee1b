"""A recorded day as a line to move along: lanes of marks, the next one, and times. Pure, no Qt.

Places on the line are record numbers: each record is as far from its neighbour as any other.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Final

from terminal.domain.past import RecordedDay
from terminal.domain.time_messages import DayMark, MarkKind

SHOWN: Final = (
    MarkKind.CYCLE,
    MarkKind.DECISION,
    MarkKind.APPROVAL,
    MarkKind.ORDER,
    MarkKind.FILL,
    MarkKind.LOG,
    MarkKind.STATE,
)
_LOUDEST: Final = ("down", "amber", "up", "ai", "accent")  # what a crowded pixel shows


class DayLanes:
    """Marks by lane, with look-ups that cost a search each; `times` are moments between the marks."""

    def __init__(self, day: RecordedDay, marks: Sequence[DayMark], times: Sequence[tuple[int, int]] = ()) -> None:
        self.day = day
        self.marks = tuple(marks)
        self._seqs = [mark.seq for mark in self.marks]
        moments = sorted({*times, *((mark.seq, mark.at_ms) for mark in self.marks)})
        self._moments = [seq for seq, _ in moments]
        self._times = list(accumulate((at_ms for _, at_ms in moments), max))  # a clock set back stands still
        self._lanes: dict[MarkKind, list[DayMark]] = {kind: [] for kind in SHOWN}
        for mark in self.marks:
            self._lanes[mark.kind].append(mark)
        self._lane_seqs = {kind: [mark.seq for mark in lane] for kind, lane in self._lanes.items()}

    def count(self, kind: MarkKind) -> int:
        return len(self._lanes[kind])

    def at(self, seq: int) -> DayMark | None:
        """Give the newest mark up to a record, whatever its lane; None before the first."""
        index = bisect_right(self._seqs, seq) - 1
        return self.marks[index] if index >= 0 else None

    def after(self, seq: int, kinds: Collection[MarkKind]) -> int | None:
        """Give the record of the next mark of these lanes."""
        found = []
        for kind in kinds:
            seqs = self._lane_seqs[kind]
            index = bisect_right(seqs, seq)
            found.extend(seqs[index : index + 1])
        return min(found, default=None)

    def before(self, seq: int, kinds: Collection[MarkKind]) -> int | None:
        """Give the record of the mark before this place."""
        found = []
        for kind in kinds:
            seqs = self._lane_seqs[kind]
            index = bisect_left(seqs, seq)
            found.extend(seqs[max(0, index - 1) : index])
        return max(found, default=None)

    def seq_at(self, at_ms: int) -> int:
        """Give the newest record written by a moment; the day's first before that."""
        index = bisect_right(self._times, at_ms) - 1
        return self._moments[index] if index >= 0 else self.day.first_seq

    def time_of(self, seq: int) -> int:
        """Give when a record was written, as the moments known around it tell (Unix ms)."""
        index = bisect_right(self._moments, seq) - 1
        return self._times[index] if index >= 0 else self.day.from_ms

    def upto(self, seq: int, kind: MarkKind, most: int) -> list[DayMark]:
        """Give the newest marks of a lane up to a record."""
        end = bisect_right(self._lane_seqs[kind], seq)
        return self._lanes[kind][max(0, end - most) : end]

    def columns(self, kind: MarkKind, width: int) -> dict[int, str]:
        """Give, for a line of so many pixels, where marks stand and in which tone; the loudest one of a pixel."""
        columns: dict[int, str] = {}
        for mark in self._lanes[kind]:
            x = place_px(self.day, mark.seq, width)
            if x not in columns or _rank(mark.tone) < _rank(columns[x]):
                columns[x] = mark.tone
        return columns


def place_px(day: RecordedDay, seq: int, width: int) -> int:
    """Give the pixel of a record on a line of `width` pixels."""
    span = max(1, day.last_seq - day.first_seq)
    return round((seq - day.first_seq) / span * max(0, width - 1))


def seq_at_px(day: RecordedDay, x: float, width: int) -> int:
    """Give the record at a pixel."""
    share = min(1.0, max(0.0, x / max(1, width - 1)))
    return day.first_seq + round(share * (day.last_seq - day.first_seq))


def _rank(tone: str) -> int:
    return _LOUDEST.index(tone) if tone in _LOUDEST else len(_LOUDEST)
