"""What the holding of a coin cost, from our own executions: spot has no positions, so the figures are ours.

The average price of what is held is volume-weighted over the purchases since the holding was last
flat. What was held before the oldest execution the venue still tells of (30 days), and what came in
by deposit, was bought at a price nobody here knows; until such a holding is sold, it has no average.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.order import ZERO, Side
from terminal.venues.hashkey.mapper.orders import Execution


@dataclass(frozen=True, slots=True)
class Cost:
    """What is held after some execution, and how much of it was bought for `cost` since it was last flat.

    `bought` leaves out dust from before. `cost` None: bought at a price that is not known.
    """

    size: Decimal
    bought: Decimal
    cost: Decimal | None

    @property
    def average(self) -> Decimal | None:
        return None if self.cost is None or self.bought <= 0 else self.cost / self.bought


@dataclass(frozen=True, slots=True)
class Dust:
    """What cannot be sold: less than a size on the step, or worth less than the least order."""

    step: Decimal = ZERO
    least_size: Decimal = ZERO
    least_worth: Decimal = ZERO

    def holds(self, size: Decimal, price: Decimal | None) -> bool:
        """Tell whether a holding is dust; without a price its worth does not count."""
        sellable = size - size % self.step if self.step else size
        return sellable < self.least_size or (price is not None and sellable * price < self.least_worth)


class CostBook:
    """One coin's executions in the order they happened, and what they add up to."""

    def __init__(self, dust: Dust) -> None:
        """A holding that is dust cannot be sold, so it counts as flat."""
        self._dust = dust
        self._rows: list[Execution] = []
        self._ids: set[str] = set()
        self._begin = ZERO
        self._flat_before: tuple[tuple[int, int, str], Decimal] | None = None  # an execution, and the dust there was
        self._realized: dict[str, Decimal] = {}
        self._now = Cost(ZERO, ZERO, ZERO)

    @property
    def now(self) -> Cost:
        return self._now

    @property
    def rows(self) -> tuple[Execution, ...]:
        """All executions, oldest first."""
        return tuple(self._rows)

    def realized(self, trade_id: str) -> Decimal:
        """Give what a sale brought over the average price, before fees; 0 where that is not known."""
        return self._realized.get(trade_id, ZERO)

    def knows(self, trade_id: str) -> bool:
        return trade_id in self._ids

    def begin(self, held: Decimal) -> None:
        """Say what is held now, all executions until now being known.

        From there it is reckoned backwards when the holding was last flat: coins that were withdrawn
        leave no execution, and what was paid for them has nothing to do with those bought since.
        """
        left, self._flat_before = held, None
        for row in reversed(self._rows):
            left -= row.moved
            if self._flat_before is None and (left <= 0 or self._dust.holds(left, row.price)):
                self._flat_before = in_time(row), max(ZERO, left)
        self._begin = max(ZERO, left)
        self._walk()

    def add(self, rows: Iterable[Execution]) -> list[Execution]:
        """Take executions and give those that are new."""
        fresh: list[Execution] = []
        for row in rows:
            if row.trade_id not in self._ids:
                self._ids.add(row.trade_id)
                fresh.append(row)
        if not fresh:
            return fresh
        is_later = not self._rows or in_time(fresh[0]) >= in_time(self._rows[-1])
        for row in fresh:
            insort(self._rows, row, key=in_time)
        if is_later and len(fresh) == 1:
            self._now = self._step(self._now, fresh[0])
        else:
            self._walk()
        return fresh

    def entry(self, held: Decimal) -> Decimal | None:
        """Give the average price of what is held; None where part of it came at a price that is not known."""
        return None if held > self._now.size + self._dust.least_size else self._now.average

    def _walk(self) -> None:
        self._realized.clear()
        is_flat = not self._begin or self._dust.holds(self._begin, None)
        now = Cost(self._begin, ZERO if is_flat else self._begin, ZERO if is_flat else None)
        for row in self._rows:
            if self._flat_before is not None and in_time(row) == self._flat_before[0]:
                now = Cost(self._flat_before[1], ZERO, ZERO)
            now = self._step(now, row)
        self._now = now

    def _step(self, before: Cost, row: Execution) -> Cost:
        size = max(ZERO, before.size + row.moved)
        if row.side is Side.BUY:
            added = size - before.size
            return Cost(size, before.bought + added, None if before.cost is None else before.cost + row.price * added)
        if before.average is not None:
            self._realized[row.trade_id] = (row.price - before.average) * min(row.size, before.bought)
        if not size or self._dust.holds(size, row.price):
            return Cost(size, ZERO, ZERO)
        left = min(before.bought, size)
        return Cost(size, left, None if before.average is None else before.average * left)


def in_time(row: Execution) -> tuple[int, int, str]:
    """Give what executions are ordered by: their time, and within it their ids, which count up."""
    return row.at_ms, len(row.trade_id), row.trade_id
