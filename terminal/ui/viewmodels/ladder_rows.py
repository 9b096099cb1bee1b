"""A book as a ladder shows it: grouped, added up, compared side with side. Pure arrays, nothing is painted here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.domain.depth import SHALLOW, DepthSnapshot

GROUPS: Final = (1, 5, 10, 50, 100, 500, 1_000)  # ticks in a row
ROWS_WANTED: Final = 12  # a side's first levels should fit into about so many rows

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LadderSide:
    """One side, best first, all (n,): `rows` in units of the group, sizes and their running sums in size steps."""

    rows: Whole
    sizes: Whole
    sums: Whole

    @property
    def best(self) -> int | None:
        return int(self.rows[0]) if len(self.rows) else None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Both sides of one book in groups of `group` ticks. A bid counts down, an ask up to its row's price."""

    snapshot: DepthSnapshot
    group: int
    bids: LadderSide
    asks: LadderSide
    imbalance: float | None

    @property
    def band(self) -> int:
        """Lines between best bid and best ask: one for the spread itself, and the empty rows."""
        gap = self.gap
        return 1 if gap is None else gap + 1

    @property
    def gap(self) -> int | None:
        """Empty rows between the sides; None without both."""
        if self.bids.best is None or self.asks.best is None:
            return None
        return self.asks.best - self.bids.best - 1

    def price(self, row: int) -> Decimal:
        """Give the price of a row, exactly."""
        return row * self.group * self.snapshot.price_step

    def size(self, steps: int) -> Decimal:
        return steps * self.snapshot.size_step


def ladder_of(snapshot: DepthSnapshot, group: int, levels: int) -> Ladder:
    """Group the first `levels` levels of each side."""
    bid_ticks, bid_sizes, ask_ticks, ask_sizes = unpacked(snapshot, levels)
    return Ladder(
        snapshot,
        group,
        _side(bid_ticks // group, bid_sizes),
        _side(-(-ask_ticks // group), ask_sizes),
        imbalance(bid_sizes, ask_sizes),
    )


def unpacked(snapshot: DepthSnapshot, levels: int) -> tuple[Whole, Whole, Whole, Whole]:
    """Give bid ticks, bid sizes, ask ticks, ask sizes without copying them, best first."""
    parts = (snapshot.bid_ticks, snapshot.bid_sizes, snapshot.ask_ticks, snapshot.ask_sizes)
    first, second, third, fourth = (np.frombuffer(part, np.int64)[:levels] for part in parts)
    return first, second, third, fourth


def imbalance(bid_sizes: Whole, ask_sizes: Whole) -> float | None:
    """Give (bids - asks) / (bids + asks) of the sizes shown, -1 to 1; None without both sides."""
    bids, asks = int(bid_sizes.sum()), int(ask_sizes.sum())
    return None if not (bids and asks) else (bids - asks) / (bids + asks)


def cumulative(snapshot: DepthSnapshot, levels: int) -> tuple[Whole, Whole, Whole, Whole]:
    """Give bid ticks with their sums and ask ticks with theirs, best first: the two arms of a depth curve."""
    bid_ticks, bid_sizes, ask_ticks, ask_sizes = unpacked(snapshot, levels)
    return bid_ticks, np.cumsum(bid_sizes), ask_ticks, np.cumsum(ask_sizes)


def _side(rows: Whole, sizes: Whole) -> LadderSide:
    """Join levels of one row; levels come best first, so equal rows stand together."""
    if not len(rows):
        return LadderSide(rows, sizes, sizes)
    starts = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    joined = np.add.reduceat(sizes, starts)
    return LadderSide(rows[starts], joined, np.cumsum(joined))


def fitting_group(snapshot: DepthSnapshot, levels: int = SHALLOW) -> int:
    """Give the finest grouping in which the first levels of each side stand together; for who chose none."""
    bid_ticks, _, ask_ticks, _ = unpacked(snapshot, levels)
    reach = max((int(abs(ticks[-1] - ticks[0])) for ticks in (bid_ticks, ask_ticks) if len(ticks)), default=0)
    return next((group for group in GROUPS if reach <= group * ROWS_WANTED), GROUPS[-1])


@dataclass(frozen=True, slots=True)
class View:
    """Which prices stand in which of `count` lines, top to bottom.

    A price stays in its line, whatever the market does: asks stand one line above where bids of the
    same price would, and that line is the spread's. `anchor` is the bid row of the middle line.
    """

    anchor: int
    count: int

    @property
    def middle(self) -> int:
        return self.count // 2

    def bid_line(self, row: int) -> int:
        return self.middle + self.anchor - row

    def ask_line(self, row: int) -> int:
        return self.bid_line(row) - 1

    def bids_from(self, ladder: Ladder) -> int:
        """Give the first line of the bids: just under the band."""
        bid, ask = ladder.bids.best, ladder.asks.best
        if bid is not None:
            return self.bid_line(bid)
        return self.middle + 1 if ask is None else self.ask_line(ask) + 1 + ladder.band

    def row_at(self, line: int, ladder: Ladder) -> tuple[int, bool] | None:
        """Give the row of a line and whether it is an ask's; None in the band between them."""
        first = self.bids_from(ladder)
        if line >= first:
            return self.bid_line(line), False  # line and row turn into each other the same way
        if line >= first - ladder.band:
            return None
        return self.ask_line(line), True

    def is_centred(self, ladder: Ladder) -> bool:
        """Tell whether the middle of the band stands in the middle half."""
        twice = 2 * self.bids_from(ladder) - ladder.band - 1
        return self.count // 2 <= twice <= 2 * self.count - self.count // 2


def centred(ladder: Ladder, count: int) -> View:
    """Give the view with the band in the middle."""
    bid, ask = ladder.bids.best, ladder.asks.best
    if bid is None:
        bid = 0 if ask is None else ask - 2
    return View(bid + (ladder.band + 1) // 2, count)
