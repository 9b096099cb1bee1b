"""A limit order book with price-time priority.

Every level is one queue in which strangers' sizes and accounts' orders stand
in the order they arrived. Prices are ticks, sizes lots. The book knows nothing
about time, fees or accounts; whoever calls it stamps the matches.
"""

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from terminal.sim.market.types import BookSide, BookTif


@dataclass(frozen=True, slots=True)
class Match:
    """A piece of a taker's order filled at one price; `maker_id` is None for a stranger."""

    price_ticks: int
    lots: int
    maker_id: str | None


@dataclass(frozen=True, slots=True)
class BookResult:
    """What became of an order: its matches, what rests now, what was cancelled."""

    matches: tuple[Match, ...]
    resting_lots: int
    cancelled_lots: int


class _Chunk:
    """One place in a queue."""

    __slots__ = ("lots", "order_id")

    def __init__(self, lots: int, order_id: str | None) -> None:
        self.lots = lots
        self.order_id = order_id


class _Level:
    """The queue at one price; `lots` is its sum and `own` the accounts' part of it."""

    __slots__ = ("lots", "own", "queue")

    def __init__(self) -> None:
        self.lots = 0
        self.own = 0
        self.queue: deque[_Chunk] = deque()


class _Half:
    """One side of the book; keys are prices signed so that the best comes first."""

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, side: BookSide) -> None:
        self.sign = -1 if side is BookSide.BUY else 1
        self.keys: list[int] = []
        self.levels: dict[int, _Level] = {}

    def best(self) -> int | None:
        return self.keys[0] * self.sign if self.keys else None

    def add(self, price: int, chunk: _Chunk) -> None:
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = _Level()
            insort(self.keys, price * self.sign)
        level.queue.append(chunk)
        level.lots += chunk.lots
        if chunk.order_id is not None:
            level.own += chunk.lots

    def drop_if_empty(self, price: int) -> None:
        if not self.levels[price].lots:
            del self.levels[price]
            del self.keys[bisect_left(self.keys, price * self.sign)]

    def reaches(self, price: int, limit: int | None) -> bool:
        """True when a taker with this limit may trade at `price` on this side."""
        return limit is None or price * self.sign <= limit * self.sign


class MatchingBook:
    """Both sides of one pair. `version` grows with every change."""

    def __init__(self, pair: str) -> None:
        self.pair = pair
        self.version = 0
        self._halves = {side: _Half(side) for side in BookSide}
        self._orders: dict[str, tuple[BookSide, int, _Chunk]] = {}

    @property
    def best_bid(self) -> int | None:
        return self._halves[BookSide.BUY].best()

    @property
    def best_ask(self) -> int | None:
        return self._halves[BookSide.SELL].best()

    def submit(
        self,
        order_id: str | None,
        side: BookSide,
        lots: int,
        limit_ticks: int | None,
        tif: BookTif = BookTif.GTC,
    ) -> BookResult:
        """Match an order and let the rest stay as its time in force says.

        Args:
            order_id: the account's order, unique among resting orders; None
                for a stranger.
            side: BUY takes from the asks.
            lots: at least 1.
            limit_ticks: worst price accepted; None for a market order, of
                which nothing ever rests.
            tif: POST_ONLY is refused whole if it would match, FOK if it would
                not match whole.

        Raises:
            ValueError: the order makes no sense (size, price, duplicate id).
        """
        self._check(order_id, lots, limit_ticks, tif)
        if tif is BookTif.POST_ONLY and self._crosses(side, limit_ticks):
            return BookResult((), 0, lots)
        if tif is BookTif.FOK and self.available(side, limit_ticks, lots) < lots:
            return BookResult((), 0, lots)
        matches = self._match(side, lots, limit_ticks)
        left = lots - sum(match.lots for match in matches)
        if matches:
            self.version += 1
        if left and limit_ticks is not None and tif in {BookTif.GTC, BookTif.POST_ONLY}:
            self._rest(order_id, side, left, limit_ticks)
            return BookResult(matches, left, 0)
        return BookResult(matches, 0, left)

    def cancel(self, order_id: str) -> int:
        """Take an order out; returns the lots removed, 0 if it does not rest here."""
        found = self._orders.pop(order_id, None)
        if found is None:
            return 0
        side, price, chunk = found
        half = self._halves[side]
        level = half.levels[price]
        level.queue.remove(chunk)
        level.lots -= chunk.lots
        level.own -= chunk.lots
        half.drop_if_empty(price)
        self.version += 1
        return chunk.lots

    def reduce(self, order_id: str, lots: int) -> int:
        """Make a resting order smaller without losing its place.

        Returns:
            The lots that still rest; 0 when nothing is left or it is unknown.
        """
        if lots < 1:
            raise ValueError("Reduce an order by at least one lot.")
        found = self._orders.get(order_id)
        if found is None:
            return 0
        side, price, chunk = found
        if lots >= chunk.lots:
            self.cancel(order_id)
            return 0
        level = self._halves[side].levels[price]
        chunk.lots -= lots
        level.lots -= lots
        level.own -= lots
        self.version += 1
        return chunk.lots

    def remove_strangers(self, side: BookSide, price_ticks: int, lots: int | None = None) -> int:
        """Cancel strangers' size at a price, last in the queue first; returns the lots removed."""
        half = self._halves[side]
        level = half.levels.get(price_ticks)
        if level is None:
            return 0
        wanted = level.lots - level.own if lots is None else min(lots, level.lots - level.own)
        left = wanted
        for chunk in reversed(tuple(level.queue)):
            if not left:
                break
            if chunk.order_id is None:
                part = min(left, chunk.lots)
                chunk.lots -= part
                left -= part
                if not chunk.lots:
                    level.queue.remove(chunk)
        if wanted:
            level.lots -= wanted
            half.drop_if_empty(price_ticks)
            self.version += 1
        return wanted

    def available(self, side: BookSide, limit_ticks: int | None, enough: int | None = None) -> int:
        """Lots a taker on `side` would find within the limit; stops counting at `enough`."""
        half = self._halves[side.opposite]
        total = 0
        for key in half.keys:
            price = key * half.sign
            if not half.reaches(price, limit_ticks) or (enough is not None and total >= enough):
                break
            total += half.levels[price].lots
        return total

    def depth(self, levels: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """(bids, asks), each (price ticks, lots), best first, at most `levels` of each."""
        return self._rows(BookSide.BUY, levels), self._rows(BookSide.SELL, levels)

    def prices(self, side: BookSide, most: int | None = None) -> list[int]:
        """Prices of a side, best first, `most` of them at most."""
        half = self._halves[side]
        return [key * half.sign for key in half.keys[:most]]

    def prices_through(self, side: BookSide, limit_ticks: int) -> list[int]:
        """Prices of a side from the best to `limit_ticks` inclusive."""
        half = self._halves[side]
        return [key * half.sign for key in half.keys[: bisect_right(half.keys, limit_ticks * half.sign)]]

    def level_count(self, side: BookSide) -> int:
        return len(self._halves[side].keys)

    def level(self, side: BookSide, price_ticks: int) -> tuple[int, int]:
        """(strangers' lots, accounts' lots) at a price."""
        level = self._halves[side].levels.get(price_ticks)
        return (0, 0) if level is None else (level.lots - level.own, level.own)

    def resting(self, order_id: str) -> int:
        """Lots of an order that still rest; 0 if it does not rest here."""
        found = self._orders.get(order_id)
        return found[2].lots if found else 0

    def orders(self) -> Iterator[tuple[str, BookSide, int, int]]:
        """Resting orders as (order id, side, price ticks, lots), in order of arrival."""
        for order_id, (side, price, chunk) in self._orders.items():
            yield order_id, side, price, chunk.lots

    def _rows(self, side: BookSide, levels: int) -> list[tuple[int, int]]:
        half = self._halves[side]
        return [(key * half.sign, half.levels[key * half.sign].lots) for key in half.keys[:levels]]

    def _check(self, order_id: str | None, lots: int, limit: int | None, tif: BookTif) -> None:
        if lots < 1:
            raise ValueError("An order needs at least one lot.")
        if limit is not None and limit < 1:
            raise ValueError("A limit price is at least one tick.")
        if limit is None and tif is BookTif.POST_ONLY:
            raise ValueError("A post-only order needs a limit price.")
        if order_id is not None and order_id in self._orders:
            raise ValueError(f"Order {order_id} rests in the {self.pair} book already; use another id.")

    def _crosses(self, side: BookSide, limit: int | None) -> bool:
        half = self._halves[side.opposite]
        best = half.best()
        return best is not None and half.reaches(best, limit)

    def _rest(self, order_id: str | None, side: BookSide, lots: int, price: int) -> None:
        chunk = _Chunk(lots, order_id)
        self._halves[side].add(price, chunk)
        if order_id is not None:
            self._orders[order_id] = (side, price, chunk)
        self.version += 1

    def _match(self, side: BookSide, lots: int, limit: int | None) -> tuple[Match, ...]:
        half = self._halves[side.opposite]
        matches: list[Match] = []
        left = lots
        while left and half.keys:
            price = half.keys[0] * half.sign
            if not half.reaches(price, limit):
                break
            left -= self._match_level(half, price, left, matches)
        return tuple(matches)

    def _match_level(self, half: _Half, price: int, wanted: int, matches: list[Match]) -> int:
        level = half.levels[price]
        left = wanted
        from_strangers = 0
        while left and level.queue:
            chunk = level.queue[0]
            part = min(left, chunk.lots)
            chunk.lots -= part
            left -= part
            if chunk.order_id is None:
                from_strangers += part
            else:
                if from_strangers:
                    matches.append(Match(price, from_strangers, None))
                    from_strangers = 0
                matches.append(Match(price, part, chunk.order_id))
                level.own -= part
            if not chunk.lots:
                level.queue.popleft()
                if chunk.order_id is not None:
                    del self._orders[chunk.order_id]
        if from_strangers:
            matches.append(Match(price, from_strangers, None))
        level.lots -= wanted - left
        half.drop_if_empty(price)
        return wanted - left
