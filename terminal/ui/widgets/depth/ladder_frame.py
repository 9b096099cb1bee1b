"""One frame of the ladder: what stands in each line, worked out before anything is painted.

The frame that was painted is kept: a click means what was seen, also when the market has moved since.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from terminal.domain.order import PositionSide
from terminal.ui.viewmodels.ladder_marks import Condition, Marks
from terminal.ui.viewmodels.ladder_rows import Ladder, LadderSide, View

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SideLines:
    """The visible lines of one side, all (n,): line, row, size and sum in steps (-1 where nothing rests)."""

    lines: Whole
    rows: Whole
    sizes: Whole
    sums: Whole
    is_ask: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What was painted."""

    ladder: Ladder
    view: View
    marks: Marks
    condition: Condition
    bids: SideLines
    asks: SideLines

    @property
    def band(self) -> tuple[int, int]:
        """First visible line of the band between the sides, and how many are seen: not one when below 1."""
        end = self.view.bids_from(self.ladder)
        first = max(0, end - self.ladder.band)
        return first, min(end, self.view.count) - first

    @property
    def deepest(self) -> int:
        """The largest running sum in view; at least 1."""
        return max(1, int(self.bids.sums.max(initial=1)), int(self.asks.sums.max(initial=1)))

    @property
    def largest(self) -> int:
        return max(1, int(self.bids.sizes.max(initial=1)), int(self.asks.sizes.max(initial=1)))


@dataclass(frozen=True, slots=True)
class Spot:
    """A line under the mouse. Price and size are exact; `size` 0 where nothing rests."""

    line: int
    row: int
    is_ask: bool
    price: Decimal
    size: Decimal

    @property
    def side(self) -> PositionSide:
        """The side a limit order resting in this line opens: bids buy, asks sell."""
        return PositionSide.SHORT if self.is_ask else PositionSide.LONG


def frame_of(ladder: Ladder, view: View, marks: Marks, condition: Condition) -> Frame:
    first = view.bids_from(ladder)
    above, below = np.arange(max(0, min(first - ladder.band, view.count))), np.arange(max(first, 0), view.count)
    bid_rows = view.bid_line(0) - below
    ask_rows = view.ask_line(0) - above
    bids = _lines(below, bid_rows, ladder.bids, is_ask=False)
    return Frame(ladder, view, marks, condition, bids, _lines(above, ask_rows, ladder.asks, is_ask=True))


def spot_at(frame: Frame, line: int) -> Spot | None:
    """Give what stands in a line; None in the band and outside."""
    found = frame.view.row_at(line, frame.ladder) if 0 <= line < frame.view.count else None
    if found is None:
        return None
    row, is_ask = found
    if row <= 0:
        return None
    side = frame.asks if is_ask else frame.bids
    at = np.flatnonzero(side.rows == row)
    steps = int(side.sizes[at[0]]) if len(at) else 0
    return Spot(line, row, is_ask, frame.ladder.price(row), frame.ladder.size(max(0, steps)))


def _lines(lines: Whole, rows: Whole, side: LadderSide, *, is_ask: bool) -> SideLines:
    order = side.rows if is_ask else -side.rows
    wanted = rows if is_ask else -rows
    if not len(order):
        nothing = np.full(len(rows), -1)
        return SideLines(lines, rows, nothing, nothing, is_ask)
    at = np.minimum(np.searchsorted(order, wanted), len(order) - 1)
    is_there = order[at] == wanted
    return SideLines(lines, rows, np.where(is_there, side.sizes[at], -1), np.where(is_there, side.sums[at], -1), is_ask)
