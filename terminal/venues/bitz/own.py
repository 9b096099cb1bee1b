"""The orders this program made: the venue keeps no name of ours, so we remember which are ours.

An order whose answer got lost is searched for by its terms. Before an order leaves, the open
orders of its contract are listed; afterwards an order that is new, not known to be ours and
has exactly its terms can only be it, for one contract has one order on its way at a time.
Exactly one fits: it is ours. None after five looks over fifteen seconds: it is believed absent
(and still recognised if it shows up later). Several fit: nobody but a person can tell.

So that it never comes to that by our own doing, no order leaves while one of the same terms is
searched for (`twin_sought`). Of two of the same terms that left one after the other, an order made
after the second had left is the second: the first was looked for in vain before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from terminal.domain.order import Effect
from terminal.venues.bitz.mapper.orders import Wanted
from terminal.venues.bitz.wire.orders import Order

LOOKS_S: Final = (1.0, 3.0, 6.0, 10.0, 15.0)
"""When to look, after the answer got lost."""
_LOOK_LEAST_S: Final = 0.9  # looks closer together count as one
_LATE_LOOK_S: Final = 10.0  # what is believed absent, or cannot be told apart, is looked at now and then
_FORGOTTEN_S: Final = 180.0
_BEFORE_MS: Final = 2_000  # the venue's clock may be that far off, and it shows whole seconds


class Found(Enum):
    """How a search stands."""

    SEARCHING = "searching"
    FOUND = "found"
    ABSENT = "absent"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Made:
    """An order of ours at the venue. `client_order_id` is None for a close that no order of the journal stands for."""

    client_order_id: str | None
    effect: Effect


@dataclass(slots=True)
class Search:
    """One order whose answer got lost."""

    made: Made
    wanted: Wanted
    before: frozenset[str]
    since_ms: int  # the venue's time, in whole seconds
    began_s: float
    state: Found = Found.SEARCHING
    looks: int = 0
    last_look_s: float = field(default=float("-inf"))

    def may_be(self, row: Order) -> bool:
        """Tell whether an order could be this one, by its terms and its time."""
        return row.order_id not in self.before and row.created_ms >= self.since_ms and self.wanted.fits(row)

    def is_due(self, now_s: float) -> bool:
        """Tell whether the last look is long enough ago for another to count."""
        wait_s = _LOOK_LEAST_S if self.state is Found.SEARCHING else _LATE_LOOK_S
        return now_s - self.last_look_s >= wait_s


class OwnOrders:
    """What is ours, and what is still searched for. Times on the operator's clock."""

    def __init__(self) -> None:
        self._made: dict[str, Made] = {}
        self._searches: list[Search] = []

    def of(self, order_id: str) -> Made | None:
        return self._made.get(order_id)

    def name_of(self, order_id: str) -> str | None:
        """Give our id of an order; "" when it cannot be ours, None when nobody knows.

        What was there before an order left that is still searched for is somebody else's.
        """
        made = self._made.get(order_id)
        if made is not None:
            return made.client_order_id
        return "" if any(order_id in each.before for each in self._searches) else None

    def note(self, order_id: str, made: Made) -> None:
        """Remember an order the venue confirmed."""
        self._made[order_id] = made

    def lost(self, made: Made, wanted: Wanted, before: Iterable[str], sent_ms: int, now_s: float) -> Search:
        """Begin to search for an order whose answer got lost; `sent_ms` is the venue's time before it left."""
        since_ms = (sent_ms - _BEFORE_MS) // 1000 * 1000
        search = Search(made, wanted, frozenset(before), since_ms, now_s)
        self._searches.append(search)
        return search

    def unresolved(self, contract_id: str) -> bool:
        """Tell whether an order of this contract may still be on its way."""
        return any(each.state is Found.SEARCHING for each in self._of_contract(contract_id))

    def twin_sought(self, wanted: Wanted) -> bool:
        """Tell whether an order of exactly these terms may still be on its way."""
        return any(each.wanted == wanted and each.state is Found.SEARCHING for each in self._searches)

    def searched(self, now_s: float) -> tuple[str, ...]:
        """Give the contracts to look at now, and forget searches that are over for long."""
        self._searches = [
            each for each in self._searches if each.state is not Found.FOUND and now_s - each.began_s < _FORGOTTEN_S
        ]
        return tuple(sorted({each.wanted.contract_id for each in self._searches if each.is_due(now_s)}))

    def next_look_s(self) -> float | None:
        """When the next look is due."""
        due = (
            each.began_s + LOOKS_S[min(each.looks, len(LOOKS_S) - 1)]
            for each in self._searches
            if each.state is Found.SEARCHING
        )
        return min(due, default=None)

    def oldest_ms(self, contract_id: str) -> int:
        """From when on fills of a contract matter to its searches."""
        return min(each.since_ms for each in self._of_contract(contract_id))

    def is_stranger(self, order_id: str, contract_id: str) -> bool:
        """Tell whether an order could be one that is searched for, as far as its id goes."""
        waiting = self._of_contract(contract_id)
        return order_id not in self._made and any(order_id not in each.before for each in waiting)

    def looked(self, contract_id: str, rows: Iterable[Order], now_s: float) -> list[Search]:
        """Judge one complete look: all orders of a contract that could be ours.

        Returns:
            The searches whose state changed.
        """
        strangers = {row.order_id: row for row in rows if row.order_id not in self._made}
        waiting = [each for each in self._of_contract(contract_id) if each.state is not Found.FOUND]
        changed = [each for each in waiting if self._judge(each, waiting, strangers.values(), now_s)]
        for each in changed:
            if each.state is Found.FOUND:
                row = next(row for row in strangers.values() if each.may_be(row))
                self.note(row.order_id, each.made)
        return changed

    def _judge(self, search: Search, waiting: list[Search], rows: Iterable[Order], now_s: float) -> bool:
        fits = [row for row in rows if search.may_be(row) and not self._left_to_later(search, waiting, row)]
        rivals = [
            each
            for each in waiting
            if each is not search
            and any(each.may_be(row) and not self._left_to_later(each, waiting, row) for row in fits)
        ]
        before = search.state
        if now_s - search.last_look_s >= _LOOK_LEAST_S:
            search.looks += 1
            search.last_look_s = now_s
        if len(fits) == 1 and not rivals:
            search.state = Found.FOUND
        elif fits:
            search.state = Found.SEVERAL
        elif search.state is Found.SEARCHING and self._is_enough(search, now_s):
            search.state = Found.ABSENT
        return search.state is not before

    @staticmethod
    def _left_to_later(search: Search, waiting: list[Search], row: Order) -> bool:
        """Tell whether an order was made after a later one of the same terms had left, which it then is."""
        return any(each.began_s > search.began_s and each.may_be(row) for each in waiting)

    @staticmethod
    def _is_enough(search: Search, now_s: float) -> bool:
        return search.looks >= len(LOOKS_S) and now_s - search.began_s >= LOOKS_S[-1]

    def _of_contract(self, contract_id: str) -> list[Search]:
        return [each for each in self._searches if each.wanted.contract_id == contract_id]
