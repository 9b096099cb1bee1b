"""One symbol's order book from snapshots and changes, and whether it can be trusted.

Levels are domain values and are kept sorted: a change costs what it changes, and a book is
handed on by copying two tuples, however deep it is.
"""

from bisect import bisect_left
from decimal import Decimal
from enum import Enum

from terminal.domain.market import BookLevel
from terminal.venues.weex.wire.quick import BookChange, Levels


class BookStep(Enum):
    """What one push did."""

    UPDATED = "updated"
    IGNORED = "ignored"  # old, repeated, or waiting for a snapshot
    GAP = "gap"  # the book is broken; a new snapshot is needed


_UPDATED, _IGNORED, _GAP = BookStep  # a class attribute takes thrice as long, for every push


class _Side:
    """Levels by rising price: `prices[i]` is the price of `levels[i]`."""

    __slots__ = ("levels", "prices")

    def __init__(self) -> None:
        self.prices: list[Decimal] = []
        self.levels: list[BookLevel] = []

    def load(self, rows: Levels) -> None:
        """Take a whole side; of a price named twice the later size counts."""
        sizes = {price: size for price, size in rows if size > 0}
        self.prices = sorted(sizes)
        self.levels = [BookLevel(price, sizes[price]) for price in self.prices]

    def merge(self, rows: Levels) -> None:
        """Take absolute sizes; 0 deletes a level."""
        prices, levels = self.prices, self.levels
        for price, size in rows:
            at = bisect_left(prices, price)
            is_there = at < len(prices) and prices[at] == price
            if not size:
                if is_there:
                    del prices[at], levels[at]
            elif is_there:
                levels[at] = BookLevel(price, size)
            else:
                prices.insert(at, price)
                levels.insert(at, BookLevel(price, size))


class LiveBook:
    """Sizes in pushes are absolute; size 0 deletes a level."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self._bids = _Side()
        self._asks = _Side()
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
        return tuple(self._bids.levels[: -self.depth - 1 : -1])

    def asks(self) -> tuple[BookLevel, ...]:
        """Best (lowest) first, at most the depth."""
        return tuple(self._asks.levels[: self.depth])

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
        depth, bids, asks = self.depth, self._bids, self._asks
        if len(bids.prices) > depth:
            del bids.prices[:-depth], bids.levels[:-depth]
        if len(asks.prices) > depth:
            del asks.prices[depth:], asks.levels[depth:]
