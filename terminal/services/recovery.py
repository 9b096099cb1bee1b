"""Asks the venue what is true and repairs our view: at the start, after every gap, and all along.

A pass reads open orders, history, fills and positions. A failed reading is "no
information", never "empty". Merging is the intake's; nothing here ever sends an order.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from terminal.domain.errors import RequestRejected, VenueError
from terminal.domain.fill import Fill
from terminal.domain.messages import Level
from terminal.domain.order import ZERO, Order, OrderEvent, OrderState
from terminal.domain.position import Position
from terminal.domain.risk import TradingState
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import OrderReport, TradingVenue
from terminal.services.order_intake import OrderIntake
from terminal.services.order_ledger import OrderLedger
from terminal.services.portfolio import Portfolio
from terminal.services.position_audit import PositionAudit
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch
from terminal.services.unknown_watch import UnknownWatch

_BUSY_S: Final = 10.0  # while orders are at the venue or fills are missing
_QUIET_S: Final = 30.0
_MISSING_S: Final = 2.0
_FAILED_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_OVERLAP_MS: Final = 600_000
_LATE_WATCH_MS: Final = 86_400_000
CAUSE: Final = "reconcile"


@dataclass(frozen=True, slots=True)
class _Listing:
    reports: tuple[OrderReport, ...]
    fills: tuple[Fill, ...]
    positions: tuple[Position, ...]
    gone: tuple[Order, ...]  # the venue says it knows no such order


class Recovery:
    """Runs passes. `journal_start_ms`: older orders of the account are not ours to explain."""

    def __init__(
        self,
        venue: TradingVenue,
        feed: MarketFeed,
        ledger: OrderLedger,
        intake: OrderIntake,
        portfolio: Portfolio,
        switch: TradingSwitch,
        clock: Clock,
        reporter: Reporter,
        unknown_limit: int,
    ) -> None:
        self._venue = venue
        self._feed = feed
        self._ledger = ledger
        self._intake = intake
        self._portfolio = portfolio
        self._switch = switch
        self._clock = clock
        self._reporter = reporter
        self._unknown_limit = unknown_limit
        self._watch = UnknownWatch(clock, venue.order_validity_ms)
        self._audit = PositionAudit()
        self._audited = False
        self._journal_start_ms = 0
        self._last_good_ms = 0
        self._failures = 0
        self._next_s = 0.0
        self._wake = asyncio.Event()

    def begin(self, journal_start_ms: int, last_good_ms: int) -> None:
        """Set how far back to look: to the journal's start, and overlapping the last good moment."""
        self._journal_start_ms = journal_start_ms
        self._last_good_ms = last_good_ms

    def distrust(self, reason: str) -> None:
        """Events may be lost: nothing opens until a pass has succeeded."""
        self._switch.demand(CAUSE, TradingState.STARTING, reason)
        self.look_soon()

    def look_soon(self) -> None:
        self._next_s = self._clock.monotonic_s()
        self._wake.set()

    def fills_missing(self) -> None:
        """An order filled more than we have executions of: fetch them unless they come by themselves."""
        soon_s = self._clock.monotonic_s() + _MISSING_S
        if soon_s < self._next_s:
            self._next_s = soon_s
            self._wake.set()

    def look_for(self, order: Order) -> None:
        """An outcome is unclear: start looking for this order."""
        del order  # every unclear order of the ledger is followed
        self._watch.follow(self._ledger.unknown())
        self._wake.set()

    async def run(self) -> None:
        """Make passes when they are due, until cancelled."""
        while True:
            await self._wait()
            await self.run_pass()

    async def run_pass(self) -> bool:
        """Make one pass; True when it was complete."""
        self._watch.follow(self._ledger.unknown())
        try:
            listing = await self._read()
        except VenueError as error:
            self._reporter.failing("reconciliation", f"The venue could not be compared with our records: {error}")
            self._next_s = self._clock.monotonic_s() + _FAILED_S[min(self._failures, len(_FAILED_S) - 1)]
            self._failures += 1
            self._watch.polled()
            return False
        self._failures = 0
        self._take(listing)
        self._resolve_unknown(listing)
        self._compare_positions(listing.positions)
        self._last_good_ms = self._clock.now_ms()
        self._next_s = self._clock.monotonic_s() + (_BUSY_S if self._is_busy() else _QUIET_S)
        self._watch.polled()
        self._reporter.works("reconciliation")
        self._switch.clear(CAUSE)
        return True

    # -- reading ---------------------------------------------------------------

    async def _read(self) -> _Listing:
        open_orders = await self._venue.open_orders()
        reports = list(open_orders)
        gone: list[Order] = []
        listed = {report.venue_order_id for report in open_orders}
        since_ms = self._since_ms()
        for instrument_id in sorted({order.terms.instrument_id for order in self._sought()}):
            history = await self._venue.order_history(instrument_id, since_ms)
            reports.extend(
                each
                for each in history
                if self._concerns_us(each.venue_order_id, each.client_order_id, each.updated_ms)
            )
        for order in self._ledger.at_venue():
            if order.venue_order_id is not None and order.venue_order_id not in listed:
                try:
                    reports.append(await self._venue.order(order.venue_order_id))
                except RequestRejected:
                    gone.append(order)
        fills = await self._venue.fills(None, since_ms)
        positions = await self._venue.positions()
        return _Listing(tuple(reports), fills, positions, tuple(gone))

    def _sought(self) -> list[Order]:
        """Orders to look for in the history: unclear ones, and for a day those believed absent."""
        oldest_ms = self._clock.now_ms() - _LATE_WATCH_MS
        return [
            order
            for order in self._ledger.orders.values()
            if order.state is OrderState.UNKNOWN
            or (order.state is OrderState.NOT_ACCEPTED and order.created_ms >= oldest_ms)
        ]

    def _since_ms(self) -> int:
        """Where listings begin, in the venue's time; what they show beyond our own is filtered afterwards."""
        open_ms = [order.created_ms for order in (*self._ledger.at_venue(), *self._sought(), *self._unexplained())]
        return self._venue_ms(min([self._last_good_ms, *open_ms])) - _OVERLAP_MS

    def _concerns_us(self, venue_order_id: str, client_order_id: str | None, at_ms: int) -> bool:
        """Ours, or younger than the journal: what the account did before that is not ours to explain."""
        known = self._ledger.of_venue_id(venue_order_id) or self._ledger.get(client_order_id or "")
        return known is not None or at_ms >= self._venue_ms(self._journal_start_ms)

    def _venue_ms(self, our_ms: int) -> int:
        """Give a moment of our clock in the venue's time, never later: a clock that is ahead must not hide orders."""
        return our_ms + min(0, round(self._feed.health().clock_offset_ms or 0.0))

    def _unexplained(self) -> list[Order]:
        """Orders that filled more than the executions we have seen."""
        return [
            order
            for order in self._ledger.orders.values()
            if order.filled_size > 0 and self._ledger.filled_sum(order.client_order_id) < order.filled_size
        ]

    # -- taking ----------------------------------------------------------------

    def _take(self, listing: _Listing) -> None:
        for report in listing.reports:
            self._intake.on_report(report)
        for fill in listing.fills:
            if self._concerns_us(fill.venue_order_id, fill.client_order_id, fill.ts_event_ms):
                self._intake.on_fill(fill)
        self._portfolio.set_positions(listing.positions)
        for order in listing.gone:
            self._take_gone(order)

    def _take_gone(self, order: Order) -> None:
        present = self._ledger.orders[order.client_order_id]
        if present.is_terminal or present.needs_human:
            return
        if self._venue.is_simulated:
            # The built-in exchange forgets everything when it is stopped.
            self._ledger.move(present, OrderEvent.CANCELED, reason="the built-in exchange was started anew")
            return
        self._ledger.change(present, "GONE", needs_human=True)
        self._switch.pause(
            present.terms.instrument_id, f"the venue no longer knows order {present.venue_order_id}; look there"
        )

    def _resolve_unknown(self, listing: _Listing) -> None:
        offset_ms = self._feed.health().clock_offset_ms or 0.0
        unknown = self._ledger.unknown()
        for order in unknown:
            signed_at_ms = self._ledger.signed_at_ms.get(order.client_order_id, order.created_ms)
            hidden = self._may_have_filled(order, listing.positions)
            if not hidden and self._watch.absent(order, signed_at_ms, offset_ms):
                reason = "looked for in every list long after its signature expired; the venue never had it"
                self._ledger.move(order, OrderEvent.ABSENT, reason=reason)
                self._reporter.notice(Level.GOOD, "orders", f"Order {order.client_order_id} never arrived.", keep=True)
            elif self._watch.needs_human(order) and not order.needs_human:
                self._ledger.change(order, "NEEDS_HUMAN", needs_human=True)
                words = f"Order {order.client_order_id} is still unclear after 5 minutes: look at the venue."
                self._reporter.notice(Level.ERROR, "orders", words, keep=True)
        if len(self._ledger.unknown()) >= self._unknown_limit:
            self._switch.demand("unclear orders", TradingState.HALTED, "too many orders with an unknown outcome")

    def _may_have_filled(self, order: Order, positions: tuple[Position, ...]) -> bool:
        """A position nothing else explains may come from this very order."""
        terms = order.terms
        held = sum((each.size for each in positions if (each.instrument_id, each.side) == _key(order)), ZERO)
        return held > 0 and self._ledger.entry_of(terms.instrument_id, terms.position_side) is None

    def _compare_positions(self, positions: tuple[Position, ...]) -> None:
        fills = tuple(self._ledger.fills.values())
        if not self._audited:
            self._audited = True
            for found in self._audit.accept(fills, positions):
                if self._venue.is_simulated:
                    words = f"The built-in exchange was started anew: {found.text}."
                    self._reporter.notice(Level.INFO, "positions", words)
                else:
                    self._switch.pause(found.instrument_id, found.text)
            return
        in_flight = frozenset(order.terms.instrument_id for order in self._ledger.at_venue())
        waiting = frozenset(order.terms.instrument_id for order in self._unexplained())
        for found in self._audit.compare(fills, positions, in_flight | waiting):
            self._switch.pause(found.instrument_id, found.text)

    # -- waiting ---------------------------------------------------------------

    def _is_busy(self) -> bool:
        return bool(self._ledger.at_venue() or self._unexplained())

    async def _wait(self) -> None:
        """Sleep until a pass is due; a call to look sooner cuts it short."""
        while True:
            polls_s = self._watch.next_poll_s()
            due_s = self._next_s if polls_s is None else min(self._next_s, polls_s)
            pause_s = due_s - self._clock.monotonic_s()
            if pause_s <= 0:
                return
            self._wake.clear()
            waits: set[asyncio.Future[object]] = {
                asyncio.ensure_future(self._wake.wait()),
                asyncio.ensure_future(self._clock.sleep(pause_s)),
            }
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()


def _key(order: Order) -> tuple[object, object]:
    return order.terms.instrument_id, order.terms.position_side
