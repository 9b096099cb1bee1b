"""A book as its readers know it: one chain of changes that REST and the stream share.

Every change has the time of the one before (`prevTs`) and its own (`ts`). A
REST book is stamped with the last change of the same depth, so that a reader
can join the two. Source: reference sections 5 and 6.1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.sim.market.types import BookSide

DEPTHS: Final = (50, 200, 500)
Levels = list[tuple[int, int]]
ReadSide = Callable[[BookSide, int], Levels]


@dataclass(frozen=True, slots=True)
class BookChange:
    """Levels that changed; 0 lots remove one."""

    previous_ms: int
    time_ms: int
    bids: Levels
    asks: Levels


@dataclass(frozen=True, slots=True)
class BookState:
    """Levels best first, and the time of the change that made them so."""

    time_ms: int
    bids: Levels
    asks: Levels


class BookTape:
    """One book at one depth.

    Args:
        read: gives a side's levels, best first, at most so many.
        depth: how many levels it is about.
        now_ms: when it begins.
    """

    def __init__(self, read: ReadSide, depth: int, now_ms: int) -> None:
        self._read = read
        self._depth = depth
        self._time_ms = now_ms
        self._sides = self._look()
        self._swollen: tuple[BookSide, int] | None = None
        self._turn = 0

    @property
    def state(self) -> BookState:
        bids, asks = (list(self._sides[side].items()) for side in (BookSide.BUY, BookSide.SELL))
        return BookState(self._time_ms, bids, asks)

    def refresh(self, now_ms: int) -> BookChange | None:
        """Take the book as it is now; None when nothing within the depth changed."""
        before, self._sides = self._sides, self._look()
        self._swollen = None
        bids, asks = (changes(before[side], self._sides[side]) for side in (BookSide.BUY, BookSide.SELL))
        if not bids and not asks:
            return None
        return self._step(now_ms, bids, asks)

    def swell(self, now_ms: int) -> BookChange | None:
        """A change for the load mode: a level grows by a lot, and shrinks back the next time; another each time."""
        grown, self._swollen = self._swollen, None if self._swollen else self._next_level()
        level = grown or self._swollen
        if level is None:
            return None
        side, ticks = level
        self._sides[side][ticks] += -1 if grown else 1
        change = [(ticks, self._sides[side][ticks])]
        return self._step(now_ms, change if side is BookSide.BUY else [], change if side is BookSide.SELL else [])

    def _look(self) -> dict[BookSide, dict[int, int]]:
        return {side: dict(self._read(side, self._depth)) for side in BookSide}

    def _step(self, now_ms: int, bids: Levels, asks: Levels) -> BookChange:
        previous, self._time_ms = self._time_ms, max(self._time_ms + 1, now_ms)
        return BookChange(previous, self._time_ms, bids, asks)

    def _next_level(self) -> tuple[BookSide, int] | None:
        self._turn += 1
        side = BookSide.BUY if self._turn % 2 else BookSide.SELL
        levels = tuple(self._sides[side])
        return (side, levels[self._turn // 2 % len(levels)]) if levels else None


def changes(before: dict[int, int], after: dict[int, int]) -> Levels:
    """Levels with their new size; 0 for those that are gone."""
    gone = [(ticks, 0) for ticks in before if ticks not in after]
    return gone + [(ticks, lots) for ticks, lots in after.items() if before.get(ticks) != lots]
