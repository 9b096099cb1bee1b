"""One symbol's order book from snapshots and changes, and whether it can be trusted.

Levels are domain values and are kept sorted: a change costs what it changes, and a book is
handed on by copying two tuples, however deep it is.
"""

from enum import Enum

from terminal.domain.market import BookLevel
from terminal.net.stream.levels import SortedLevels
from terminal.venues.weex.wire.quick import BookChange


class BookStep(Enum):
    """What one push did."""

    UPDATED = "updated"
    IGNORED = "ignored"  # old, repeated, or waiting for a snapshot
    GAP = "gap"  # the book is broken; a new snapshot is needed


_UPDATED, _IGNORED, _GAP = BookStep  # a class attribute takes thrice as long, for every push


class LiveBook:
    """Sizes in pushes are absolute; size 0 deletes a level."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self._bids = SortedLevels()
        self._asks = SortedLevels()
        self.version = 0
        self.synchronised = False

    def apply(self, push: BookChange) -> BookStep:
        """Apply one push.

        A change fits only if it starts at the version the book ends with; one that ends
        at or before it is old news. A crossed result means something was missed.
        """
        _, start, end, kind, asks, bids = push
        if kind.upper() == "SNAPSHOT":
            self._bids.load(bids)
            self._asks.load(asks)
            return self._finish(end)
        if not self.synchronised or end <= self.version:
            return _IGNORED
        if start != self.version:
            return self.lose()
        self._bids.merge(bids)
        self._asks.merge(asks)
        return self._finish(end)

    def lose(self) -> BookStep:
        """Mark the book as broken; the last levels stay readable."""
        self.synchronised = False
        return _GAP

    def bids(self) -> tuple[BookLevel, ...]:
        """Best (highest) first, at most the depth."""
        return self._bids.highest(self.depth)

    def asks(self) -> tuple[BookLevel, ...]:
        """Best (lowest) first, at most the depth."""
        return self._asks.lowest(self.depth)

    def _finish(self, version: int) -> BookStep:
        self.version = version
        bids, asks = self._bids.prices, self._asks.prices
        if bids and asks and bids[-1] >= asks[0]:
            return self.lose()
        if len(bids) > self.depth or len(asks) > self.depth:
            self._trim()
        self.synchronised = True
        return _UPDATED

    def _trim(self) -> None:
        """Forget levels beyond the depth: the venue sends no more news of them."""
        self._bids.keep_highest(self.depth)
        self._asks.keep_lowest(self.depth)
