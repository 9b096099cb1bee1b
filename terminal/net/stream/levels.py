"""One side of an order book, kept sorted: a change costs what it changes, however deep the book is."""

from bisect import bisect_left
from decimal import Decimal

from terminal.domain.market import BookLevel
from terminal.net.wire.quick import Levels


class SortedLevels:
    """Levels by rising price: `prices[i]` is the price of `levels[i]`."""

    __slots__ = ("levels", "prices")

    def __init__(self) -> None:
        self.prices: list[Decimal] = []
        self.levels: list[BookLevel] = []

    def load(self, rows: Levels) -> None:
        """Take a whole side; of a price named twice the later size counts, and size 0 is no level."""
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

    def highest(self, depth: int) -> tuple[BookLevel, ...]:
        """Give the levels of the highest prices, highest first."""
        return tuple(self.levels[: -depth - 1 : -1])

    def lowest(self, depth: int) -> tuple[BookLevel, ...]:
        """Give the levels of the lowest prices, lowest first."""
        return tuple(self.levels[:depth])

    def keep_highest(self, depth: int) -> None:
        """Forget all but the highest prices."""
        if len(self.prices) > depth:
            del self.prices[:-depth], self.levels[:-depth]

    def keep_lowest(self, depth: int) -> None:
        """Forget all but the lowest prices."""
        if len(self.prices) > depth:
            del self.prices[depth:], self.levels[depth:]
