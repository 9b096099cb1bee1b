"""The fills of one pair as columns, and each exit joined to the entries it closed. No Qt.

Exits close entries first in, first out, long and short apart, as hedge mode keeps them. What one
join earned is size times the way between its two prices; the venue's own figure of a closing fill
stands with the fill.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.domain.fill import Fill
from terminal.domain.order import PositionSide
from terminal.ui import formatting as f
from terminal.ui.charts.layers.markers import closes, fill_glyph, fill_words, result_words
from terminal.ui.charts.series.mark_columns import MarkColumns

_FIRST_ROOM: Final = 64


@dataclass(frozen=True, slots=True)
class Join:
    """Part of an exit and the entry it closed, by their numbers among the fills; size in base coin."""

    entry: int
    exit: int
    size: Decimal


class JoinColumns:
    """Joins as columns that grow: entries and exits by number, and the sign of the result."""

    def __init__(self) -> None:
        self.joins: list[Join] = []
        self._rows = np.empty((3, _FIRST_ROOM), dtype=np.int64)

    def __len__(self) -> int:
        return len(self.joins)

    @property
    def rows(self) -> NDArray[np.int64]:
        """(3, n) int64: number of the entry, number of the exit, -1, 0 or 1 for lost, even or won."""
        return self._rows[:, : len(self.joins)]

    def add(self, join: Join, sign: int) -> None:
        at = len(self.joins)
        if at == self._rows.shape[1]:
            self._rows = np.concatenate((self._rows, np.empty_like(self._rows)), axis=1)
        self._rows[:, at] = join.entry, join.exit, sign
        self.joins.append(join)


class FillTrack:
    """Fills in the order of their time.

    Attributes:
        fills: all of them.
        marks: one mark a fill, at its price.
        joins: entry to exit.
    """

    def __init__(self, fills: Iterable[Fill] = ()) -> None:
        self.fills: list[Fill] = []
        self.marks = MarkColumns()
        self.joins = JoinColumns()
        self._number: dict[str, int] = {}
        self._open: dict[PositionSide, deque[tuple[int, Decimal]]] = {side: deque() for side in PositionSide}
        for fill in sorted(fills, key=lambda fill: fill.ts_event_ms):
            self.add(fill)

    def follows(self, fill: Fill) -> bool:
        """Tell whether a fill is known, or belongs at the end."""
        return fill.trade_id in self._number or not self.fills or fill.ts_event_ms >= self.fills[-1].ts_event_ms

    def add(self, fill: Fill) -> None:
        """Take the next fill; one that is known already is only told anew."""
        known = self._number.get(fill.trade_id)
        if known is not None:
            self.fills[known] = fill
            return
        number = self._number[fill.trade_id] = len(self.fills)
        self.fills.append(fill)
        self.marks.add(fill.ts_event_ms, float(fill.price), fill_glyph(fill))
        waiting = self._open[fill.position_side]
        if not closes(fill):
            waiting.append((number, fill.size))
            return
        left = fill.size
        while left > 0 and waiting:
            entry, size = waiting.popleft()
            taken = min(size, left)
            left -= taken
            if size > taken:
                waiting.appendleft((entry, size - taken))
            join = Join(entry, number, taken)
            result = self.result(join)
            self.joins.add(join, (result > 0) - (result < 0))

    def result(self, join: Join) -> Decimal:
        """Give what a join earned before fees, in quote currency."""
        entry, out = self.fills[join.entry], self.fills[join.exit]
        way = out.price - entry.price
        return join.size * (way if entry.position_side is PositionSide.LONG else -way)

    def words(self, number: int) -> str:
        """Say what a fill was."""
        return fill_words(self.fills[number])

    def join_words(self, number: int) -> str:
        """Say what lies between an entry and its exit."""
        join = self.joins.joins[number]
        entry, out = self.fills[join.entry], self.fills[join.exit]
        side = "Long" if entry.position_side is PositionSide.LONG else "Short"
        return (
            f"{side} {f.trimmed(join.size)} from {f.number(entry.price)} to {f.number(out.price)}: "
            f"{result_words(self.result(join))}\n"
            f"{f.local_time(entry.ts_event_ms)} to {f.local_time(out.ts_event_ms)}; first in, first out"
        )
