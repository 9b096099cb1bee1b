"""One symbol's order book from snapshots and changes, and whether it can be trusted."""

from decimal import Decimal
from enum import Enum

from terminal.venues.weex.wire.market import BookPush, BookRow

Levels = list[tuple[Decimal, Decimal]]


class BookStep(Enum):
    """What one push did."""

    UPDATED = "updated"
    IGNORED = "ignored"  # old, repeated, or waiting for a snapshot
    GAP = "gap"  # the book is broken; a new snapshot is needed


class LiveBook:
    """Levels keyed by price. Sizes in pushes are absolute; size 0 deletes a level."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self._bids: dict[Decimal, Decimal] = {}
        self._asks: dict[Decimal, Decimal] = {}
        self.version = 0
        self.synchronised = False

    def apply(self, push: BookPush) -> BookStep:
        """Apply one push.

        A change fits only if it starts at the version the book ends with; one that ends
        at or before it is old news. A crossed result means something was missed.
        """
        if push.depth_type.upper() == "SNAPSHOT":
            self._bids = {row.price: row.size for row in push.bids if row.size > 0}
            self._asks = {row.price: row.size for row in push.asks if row.size > 0}
            return self._finish(push.end_version)
        if not self.synchronised:
            return BookStep.IGNORED
        if push.end_version <= self.version:
            return BookStep.IGNORED
        if push.start_version != self.version:
            return self.lose()
        _merge(self._bids, push.bids)
        _merge(self._asks, push.asks)
        return self._finish(push.end_version)

    def lose(self) -> BookStep:
        """Mark the book as broken; the last levels stay readable."""
        self.synchronised = False
        return BookStep.GAP

    def bids(self) -> Levels:
        """Best (highest) first, at most the depth."""
        return sorted(self._bids.items(), reverse=True)[: self.depth]

    def asks(self) -> Levels:
        """Best (lowest) first, at most the depth."""
        return sorted(self._asks.items())[: self.depth]

    def _finish(self, version: int) -> BookStep:
        self.version = version
        if self._bids and self._asks and max(self._bids) >= min(self._asks):
            return self.lose()
        self._trim()
        self.synchronised = True
        return BookStep.UPDATED

    def _trim(self) -> None:
        """Forget levels beyond the depth: the venue sends no more news of them."""
        if len(self._bids) > self.depth:
            self._bids = dict(self.bids())
        if len(self._asks) > self.depth:
            self._asks = dict(self.asks())


def _merge(side: dict[Decimal, Decimal], rows: tuple[BookRow, ...]) -> None:
    for row in rows:
        if row.size > 0:
            side[row.price] = row.size
        else:
            side.pop(row.price, None)
