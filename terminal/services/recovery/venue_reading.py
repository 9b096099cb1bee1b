"""Reads what the venue says of orders, fills and positions, for comparing with our records.

A failed reading is "no information": it raises, and nothing of the pass counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Order, OrderState
from terminal.domain.position import Position
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import ListsWholeHistory, OrderReport, TradingVenue
from terminal.services.orders.ledger import OrderLedger

OVERLAP_MS: Final = 600_000
DAY_MS: Final = 86_400_000
_STEADY_READS: Final = 5
Positions = tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class OrderListing:
    """Reports of resting and asked-for orders; `gone` are those the venue says it never heard of."""

    reports: tuple[OrderReport, ...]
    gone: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One complete pass: when it began and when positions were read, on the operator's clock."""

    orders: OrderListing
    fills: tuple[Fill, ...]
    positions: Positions
    began_s: float
    positions_s: float


class VenueReader:
    """One account's reader. Times it keeps are the venue's: a wall clock that jumps must not hide orders."""

    def __init__(self, venue: TradingVenue, feed: MarketFeed, ledger: OrderLedger, clock: Clock) -> None:
        self._venue = venue
        self._feed = feed
        self._ledger = ledger
        self._clock = clock
        self._journal_start_ms = 0
        self._start_is_venue_time = False
        self._last_good_ms = 0

    def begin(self, journal_start_ms: int, last_good_ms: int, *, is_venue_time: bool) -> None:
        """Set how far back to look: to the journal's start, overlapping the last good moment.

        Both in our own time unless `is_venue_time`; what an earlier run noted must be the
        venue's, for our clock may have jumped since.
        """
        self._journal_start_ms = journal_start_ms
        self._last_good_ms = last_good_ms
        self._start_is_venue_time = is_venue_time

    def venue_now_ms(self) -> int:
        return self._clock.now_ms() + round(self._feed.health().clock_offset_ms or 0.0)

    async def resting(self) -> OrderListing:
        """Read open orders, and one by one those of ours that are not among them any more.

        Raises:
            VenueError: no information.
        """
        reports = list(await self._venue.open_orders())
        listed = {report.venue_order_id for report in reports}
        gone: list[Order] = []
        for order in self._ledger.at_venue():
            if order.venue_order_id is not None and order.venue_order_id not in listed:
                try:
                    reports.append(await self._venue.order(order.venue_order_id))
                except RequestRejected:
                    gone.append(order)
        return OrderListing(tuple(reports), tuple(gone))

    async def whole(self, sought: Iterable[Order], histories: Iterable[InstrumentId], *, full: bool) -> Listing:
        """Read everything: orders, histories where something is sought, fills, positions before and after.

        Args:
            sought: orders to look for in the history of their instruments.
            histories: instruments whose history is read as well.
            full: look back a whole day.

        Raises:
            VenueError: no information.
        """
        began_s = self._clock.monotonic_s()
        sought = tuple(sought)
        self._fix_start()
        since_ms = self._since_ms(sought, full=full)
        before = await self._venue.positions() if full else None
        for _ in range(_STEADY_READS):
            orders = await self.resting()
            past = await self._histories({order.terms.instrument_id for order in sought} | set(histories), since_ms)
            fills = await self._venue.fills(None, since_ms)
            positions_s = self._clock.monotonic_s()
            positions = await self._venue.positions()
            if before is None or _sizes(before) == _sizes(positions):
                break
            before = positions
        reports = (*orders.reports, *past)
        ours = tuple(
            fill for fill in fills if self.concerns_us(fill.venue_order_id, fill.client_order_id, fill.ts_event_ms)
        )
        return Listing(OrderListing(reports, orders.gone), ours, positions, began_s, positions_s)

    def was_good(self, listing: Listing) -> None:
        """Everything up to the beginning of this pass is known."""
        self._last_good_ms = self.venue_now_ms() - round((self._clock.monotonic_s() - listing.began_s) * 1_000)

    def concerns_us(self, venue_order_id: str, client_order_id: str | None, at_ms: int) -> bool:
        """Ours, or younger than the journal: what the account did before that is not ours to explain."""
        known = self._ledger.of_venue_id(venue_order_id) or self._ledger.get(client_order_id or "")
        return known is not None or at_ms >= self._journal_start_ms

    def unexplained(self) -> list[Order]:
        """Orders that filled more than the executions we have seen."""
        return [
            order
            for order in self._ledger.orders.values()
            if order.filled_size > 0 and self._ledger.filled_sum(order.client_order_id) < order.filled_size
        ]

    async def _histories(self, instruments: set[InstrumentId], since_ms: int) -> list[OrderReport]:
        return [
            each
            for history in await self._read_histories(instruments, since_ms)
            for each in history
            if self.concerns_us(each.venue_order_id, each.client_order_id, each.updated_ms)
        ]

    async def _read_histories(self, instruments: set[InstrumentId], since_ms: int) -> list[tuple[OrderReport, ...]]:
        """Read in one listing what several pairs need, where the venue has one."""
        if len(instruments) > 1 and isinstance(self._venue, ListsWholeHistory):
            whole = await self._venue.whole_history(since_ms)
            if whole is not None:
                return [tuple(each for each in whole if each.instrument_id in instruments)]
        return [await self._venue.order_history(each, since_ms) for each in sorted(instruments)]

    def _fix_start(self) -> None:
        """Turn the journal's start into the venue's time once, while we know the offset that belongs to it."""
        if not self._start_is_venue_time:
            self._start_is_venue_time = True
            offset_ms = round(self._feed.health().clock_offset_ms or 0.0)
            self._journal_start_ms += offset_ms
            self._last_good_ms += offset_ms

    def _since_ms(self, sought: tuple[Order, ...], *, full: bool) -> int:
        """Where listings begin, in the venue's time; what they show beyond our own is filtered afterwards."""
        now_ms, now_s = self.venue_now_ms(), self._clock.monotonic_s()
        moments = [self._last_good_ms, now_ms]
        for order in (*self._ledger.at_venue(), *sought, *self.unexplained()):
            seen_ms = now_ms - round((now_s - self._ledger.seen_s[order.client_order_id]) * 1_000)
            moments += [order.created_ms, seen_ms]
        if full:
            moments.append(now_ms - DAY_MS)
        return max(0, min(moments) - OVERLAP_MS)


def sought_orders(ledger: OrderLedger, now_ms: int, *, full: bool) -> list[Order]:
    """Orders to look for: unclear ones, and in full passes for a day those believed absent."""
    return [
        order
        for order in ledger.orders.values()
        if order.state is OrderState.UNKNOWN
        or (full and order.state is OrderState.NOT_ACCEPTED and order.created_ms >= now_ms - DAY_MS)
    ]


def _sizes(positions: Positions) -> set[tuple[object, ...]]:
    return {(each.instrument_id, each.side, each.size) for each in positions if each.size > 0}
