"""One symbol's book: whole snapshots ten times a second, and the best prices at once in between.

HashKey sends no changes, so there is no gap to find in a book; what can happen is that the
snapshots stop. The best prices then move on alone, and that shows it.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from terminal.domain.market import BookLevel
from terminal.net.wire import quick
from terminal.net.wire.decode import parse
from terminal.net.wire.quick import NOT_QUICK, Levels
from terminal.venues.hashkey.wire.market import Best, Depth

STALE_S: Final = 1.5
"""How long best prices may be news to the book before it counts as broken."""


class LiveBook:
    """The newest snapshot down to `depth`, with the best prices laid over it."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.version = 0
        self.synchronised = False
        self.bids: tuple[BookLevel, ...] = ()
        self.asks: tuple[BookLevel, ...] = ()
        self._best: Best | None = None
        self._ahead_since_s: float | None = None

    def snapshot(self, raw: Any) -> bool:
        """Take a push of the depth topic; False when it is older than what is there.

        Raises:
            MalformedReply: it is not as documented.
        """
        at_ms, bids, asks = _read(raw, self.depth)
        if at_ms < self.version:
            return False
        self.version = at_ms
        self.bids, self.asks = bids, asks
        self.synchronised = not _is_crossed(bids, asks)
        self._ahead_since_s = None
        if self._best is not None and self._best.t > at_ms:
            self._lay_over(self._best)
        return True

    def best(self, raw: Any, now_s: float) -> bool:
        """Take a push of the bbo topic; False when it is no news.

        Raises:
            MalformedReply: it is not as documented.
        """
        best = parse(Best, raw)
        if best.t < self.version or (self._best is not None and best.t < self._best.t):
            return False
        self._best = best
        if not self.synchronised or not self._lay_over(best):
            return False
        if self._ahead_since_s is None:
            self._ahead_since_s = now_s
        return True

    def is_left_behind(self, now_s: float) -> bool:
        """Tell whether best prices have been news for so long that snapshots must have stopped."""
        since_s = self._ahead_since_s
        return self.synchronised and since_s is not None and now_s - since_s > STALE_S

    def lose(self) -> None:
        """Mark the book as broken; the last levels stay readable."""
        self.synchronised = False
        self._ahead_since_s = None

    def _lay_over(self, best: Best) -> bool:
        """Put the best prices on top and drop what they passed; False when they are there already."""
        bids = _topped(self.bids, best.bid, best.bid_size, 1)
        asks = _topped(self.asks, best.ask, best.ask_size, -1)
        if (bids, asks) == (self.bids, self.asks):
            return False
        self.bids, self.asks, self.version = bids, asks, best.t
        self.synchronised = not _is_crossed(bids, asks)
        return True


def _topped(
    levels: tuple[BookLevel, ...], price: Decimal | None, size: Decimal | None, sign: int
) -> tuple[BookLevel, ...]:
    """Give a side whose best level is this one; `sign` 1 where a higher price is better."""
    if not price or not size or (levels and levels[0] == BookLevel(price, size)):
        return levels
    return (BookLevel(price, size), *(each for each in levels if (each.price - price) * sign < 0))


def _is_crossed(bids: tuple[BookLevel, ...], asks: tuple[BookLevel, ...]) -> bool:
    return bool(bids and asks and bids[0].price >= asks[0].price)


def _read(raw: Any, depth: int) -> tuple[int, tuple[BookLevel, ...], tuple[BookLevel, ...]]:
    """Read a snapshot down to a depth: the levels below it are not even looked at where all is as documented."""
    try:
        bids, asks = quick.pairs(raw["b"][:depth]), quick.pairs(raw["a"][:depth])
        if _is_sorted(bids, 1) and _is_sorted(asks, -1):
            return quick.time_ms(raw["t"]), _levels(bids), _levels(asks)
    except NOT_QUICK:
        pass
    row = parse(Depth, raw)
    pairs = [(level.price, level.size) for level in row.bids], [(level.price, level.size) for level in row.asks]
    best_bids, best_asks = sorted(pairs[0], reverse=True), sorted(pairs[1])
    return row.t, _levels(best_bids[:depth]), _levels(best_asks[:depth])


def _is_sorted(rows: Levels, sign: int) -> bool:
    return all((first[0] - second[0]) * sign > 0 for first, second in pairwise(rows))


def _levels(rows: Iterable[tuple[Decimal, Decimal]]) -> tuple[BookLevel, ...]:
    return tuple(BookLevel(price, size) for price, size in rows if size)
