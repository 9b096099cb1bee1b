"""When an order whose outcome is unclear may be believed absent.

Until its signature has expired at the venue (and a margin after it), absence means
nothing; after that only complete, successful listings count, several of them over time.
Everything is measured on the operator's clock from the moment we began to look: a wall
clock that jumps cannot make a signature expire.
"""

from dataclasses import dataclass, field
from typing import Final

from terminal.domain.order import Order
from terminal.ports.clock import Clock

POLL_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_FENCE_MARGIN_S: Final = 5.0
_LATE_MARGIN_S: Final = 60.0
_PASSES: Final = 3
_SPREAD_S: Final = 30.0
_HUMAN_S: Final = 300.0
_LIKELY_ERROR_MS: Final = 1_000.0  # of our idea of the venue's time, for planning alone


@dataclass(slots=True)
class _Search:
    since_s: float
    next_s: float
    polls: int = 0
    clean_s: list[float] = field(default_factory=list)


class UnknownWatch:
    """The search for each unclear order, by client order id."""

    def __init__(self, clock: Clock, validity_ms: int) -> None:
        self._clock = clock
        self._validity_s = validity_ms / 1_000
        self._searches: dict[str, _Search] = {}

    def follow(self, unknown: tuple[Order, ...]) -> None:
        """Begin new searches and forget those that are over."""
        now_s = self._clock.monotonic_s()
        ids = {order.client_order_id for order in unknown}
        self._searches = {key: search for key, search in self._searches.items() if key in ids}
        for key in sorted(ids - self._searches.keys()):
            self._searches[key] = _Search(now_s, now_s + POLL_S[0])

    def next_poll_s(self) -> float | None:
        """When the next look is due, on the operator's clock."""
        return min((search.next_s for search in self._searches.values()), default=None)

    def polled(self) -> None:
        """A look was taken (or failed): wait longer for the next."""
        now_s = self._clock.monotonic_s()
        for search in self._searches.values():
            search.polls += 1
            search.next_s = now_s + POLL_S[min(search.polls, len(POLL_S) - 1)]
            fence_at_s = search.since_s + self.fence_s(_LIKELY_ERROR_MS)
            if now_s >= fence_at_s:
                search.next_s = now_s + _SPREAD_S / (_PASSES - 1)  # only what is read now counts
            elif search.next_s > fence_at_s:
                search.next_s = fence_at_s

    def absent(self, order: Order, clock_error_ms: float, began_s: float) -> bool:
        """Count one complete pass that did not find the order; True when that is enough.

        Args:
            order: the unclear order.
            clock_error_ms: how far our idea of the venue's time may be off.
            began_s: when the pass began: only what was read after the fence counts.
        """
        search = self._searches.get(order.client_order_id)
        if search is None or began_s < search.since_s + self.fence_s(clock_error_ms):
            return False
        search.clean_s.append(began_s)
        return len(search.clean_s) >= _PASSES and search.clean_s[-1] - search.clean_s[0] >= _SPREAD_S

    def fence_s(self, clock_error_ms: float) -> float:
        """How long after sending the venue might still take the order, with all margins."""
        return self._validity_s + abs(clock_error_ms) / 1_000 + _FENCE_MARGIN_S + _LATE_MARGIN_S

    def needs_human(self, order: Order) -> bool:
        search = self._searches.get(order.client_order_id)
        return search is not None and self._clock.monotonic_s() - search.since_s >= _HUMAN_S
