"""The newest prints of one pair as arrays: a ring of columns, not an object a print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.domain.depth import ticks_of
from terminal.domain.fill import Fill
from terminal.domain.instrument import Instrument
from terminal.domain.market import PublicTrade
from terminal.domain.order import Side

KEPT: Final = 4_096
OWN_WITHIN_MS: Final = 2_000  # a fill and its print are told over two sockets
_FILLS_KEPT: Final = 64

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TapeRows:
    """Prints, newest first, all (n,): prices in ticks, sizes in size steps, Unix ms; `bought`: the taker bought."""

    at_ms: Whole
    ticks: Whole
    sizes: Whole
    bought: Flags
    own: Flags


class TapeRing:
    """Columns of twice the room, written forwards; when full, the newer half moves to the front."""

    def __init__(self, rules: Instrument, kept: int = KEPT) -> None:
        self._tick, self._step = rules.price_step, rules.size_step
        self._kept = kept
        self._numbers = np.zeros((3, 2 * kept), np.int64)  # time, ticks, sizes
        self._flags = np.zeros((2, 2 * kept), np.bool_)  # bought, own
        self._count = 0
        self._fills: list[Fill] = []

    def __len__(self) -> int:
        return min(self._count, self._kept)

    def clear(self) -> None:
        self._count = 0

    def append(self, prints: Sequence[PublicTrade]) -> None:
        """Add prints, oldest first."""
        prints = prints[-self._kept :]
        if self._count + len(prints) > 2 * self._kept:
            self._make_room()
        first, self._count = self._count, self._count + len(prints)
        for at, trade in enumerate(prints, start=first):
            self._numbers[0, at] = trade.ts_event_ms
            self._numbers[1, at] = ticks_of(trade.price, self._tick)
            self._numbers[2, at] = max(1, ticks_of(trade.size, self._step))
        self._flags[0, first : self._count] = [trade.taker is Side.BUY for trade in prints]
        self._flags[1, first : self._count] = False
        for fill in self._fills:
            self._mark(fill, first)

    def mark_own(self, fill: Fill) -> None:
        """Mark the print of one of our fills, whichever of the two comes first."""
        self._fills = [*self._fills[-_FILLS_KEPT + 1 :], fill]
        self._mark(fill, max(0, self._count - self._kept))

    def newest(self, count: int, least_steps: int = 0) -> TapeRows:
        """Give at most `count` prints of at least that size, newest first."""
        first = max(0, self._count - self._kept)
        whole = slice(first, self._count)
        chosen = np.arange(first, self._count)
        if least_steps > 1:
            chosen = chosen[self._numbers[2, whole] >= least_steps]
        chosen = chosen[: -count - 1 : -1]
        at_ms, ticks, sizes = self._numbers[:, chosen]
        bought, own = self._flags[:, chosen]
        return TapeRows(at_ms, ticks, sizes, bought, own)

    def _mark(self, fill: Fill, first: int) -> None:
        """A print of the same price, size, side and moment is taken for ours: the venue does not say whose it is."""
        bought = (fill.side is Side.BUY) is not fill.is_maker
        span = slice(first, self._count)
        same = (
            (self._numbers[1, span] == ticks_of(fill.price, self._tick))
            & (self._numbers[2, span] == max(1, ticks_of(fill.size, self._step)))
            & (np.abs(self._numbers[0, span] - fill.ts_event_ms) <= OWN_WITHIN_MS)
            & (self._flags[0, span] == bought)
        )
        found = np.flatnonzero(same)
        if len(found) and not self._flags[1, span][same].any():
            nearest = found[np.argmin(np.abs(self._numbers[0, span][found] - fill.ts_event_ms))]
            self._flags[1, first + nearest] = True

    def _make_room(self) -> None:
        kept = slice(self._count - self._kept, self._count)
        self._numbers[:, : self._kept] = self._numbers[:, kept].copy()
        self._flags[:, : self._kept] = self._flags[:, kept].copy()
        self._count = self._kept
