"""One symbol's order book from a snapshot and the changes that follow it, and whether it can be trusted.

Each change names the time of the one before it, and nothing else ties them together: there is no
checksum, and no snapshot comes with the stream. A change that does not continue the book is never
applied. Until a snapshot fits, changes are kept: the snapshot may be older than the first of them.
"""

from collections import deque
from enum import Enum
from typing import Final

from terminal.domain.market import BookLevel
from terminal.net.stream.levels import SortedLevels
from terminal.net.wire.quick import Levels
from terminal.venues.woox.wire.pushes import BookChange

MAX_WAITING: Final = 4_000
"""Changes kept while no snapshot fits: over three minutes of the busiest book."""


class BookStep(Enum):
    """What one change did."""

    UPDATED = "updated"
    IGNORED = "ignored"  # old, repeated, or waiting for a snapshot
    GAP = "gap"  # the book is broken; a new snapshot is needed


class Fit(Enum):
    """How a snapshot meets the changes that wait."""

    ALIGNED = "aligned"
    BEHIND = "behind"  # older than the first change: a later one may fit
    UNPROVEN = "unproven"  # no change touches it: the book is quiet, or the snapshot old
    BROKEN = "broken"  # the changes themselves have a gap, or the book is crossed


_UPDATED, _IGNORED, _GAP = BookStep  # a class attribute takes thrice as long, for every push


class ChainedBook:
    """Sizes are absolute; size 0 deletes a level. `last_ms` is the time of the change the book ends with."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.last_ms = 0
        self.synchronised = False
        self._bids = SortedLevels()
        self._asks = SortedLevels()
        self._waiting: deque[BookChange] = deque(maxlen=MAX_WAITING)

    @property
    def waiting(self) -> int:
        """How many changes wait for a snapshot."""
        return len(self._waiting)

    def apply(self, change: BookChange) -> BookStep:
        """Take one change."""
        if not self.synchronised:
            self._waiting.append(change)
            return _IGNORED
        if change.ts_ms <= self.last_ms:
            return _IGNORED
        if change.previous_ms != self.last_ms or not self._merge(change):
            self.lose()
            self._waiting.append(change)
            return _GAP
        return _UPDATED

    def align(self, snapshot_ms: int, bids: Levels, asks: Levels, *, is_quiet: bool = False) -> Fit:
        """Begin from a snapshot and the changes after it; without a fit the book stays as it was.

        `is_quiet` says that long enough was waited for a change that touches the snapshot.
        """
        touched = is_quiet
        while self._waiting and self._waiting[0].ts_ms <= snapshot_ms:
            touched = self._waiting.popleft().ts_ms == snapshot_ms or touched
        if self._waiting and self._waiting[0].previous_ms != snapshot_ms:
            return Fit.BEHIND if self._waiting[0].previous_ms > snapshot_ms else Fit.BROKEN
        if not self._waiting and not touched:
            return Fit.UNPROVEN
        self._bids.load(bids)
        self._asks.load(asks)
        self.last_ms = snapshot_ms
        if self._is_crossed() or not self._follow():
            self.lose()
            return Fit.BROKEN
        self._trim()
        self.synchronised = True
        return Fit.ALIGNED

    def show(self, snapshot_ms: int, bids: Levels, asks: Levels) -> None:
        """Take a snapshot to look at while no change fits: it is not a book to trade on."""
        self._bids.load(bids)
        self._asks.load(asks)
        self.last_ms = snapshot_ms

    def lose(self) -> None:
        """Mark the book as broken; the last levels stay readable. What waited belongs to a broken chain."""
        self.synchronised = False
        self._waiting.clear()

    def bids(self) -> tuple[BookLevel, ...]:
        """Best (highest) first, at most the depth."""
        return self._bids.highest(self.depth)

    def asks(self) -> tuple[BookLevel, ...]:
        """Best (lowest) first, at most the depth."""
        return self._asks.lowest(self.depth)

    def _follow(self) -> bool:
        """Apply what waits; False when a link of the chain is missing."""
        while self._waiting:
            change = self._waiting[0]
            if change.previous_ms != self.last_ms or not self._merge(change):
                return False
            self._waiting.popleft()
        return True

    def _merge(self, change: BookChange) -> bool:
        """Apply a change by price; False when the book is crossed after it, so something was missed."""
        self._bids.merge(change.bids)
        self._asks.merge(change.asks)
        self.last_ms = change.ts_ms
        if self._is_crossed():
            return False
        self._trim()
        return True

    def _is_crossed(self) -> bool:
        bids, asks = self._bids.prices, self._asks.prices
        return bool(bids and asks) and bids[-1] >= asks[0]

    def _trim(self) -> None:
        """Forget levels beyond the depth: the venue sends no more news of them."""
        self._bids.keep_highest(self.depth)
        self._asks.keep_lowest(self.depth)
