"""Asks the venue what is true and repairs our view: at the start, after every gap, and all along.

Complete passes read open orders, history, fills and positions; glances read open orders
and what is in flight. Merging is the intake's; nothing here ever sends an order.

    complete pass   at the start, after every gap, every 30 s; every 2 s without a private stream
    full pass       the same with a day of history of every instrument, every 10 minutes
    glance          every 10 s; every 2 s while an order has been in flight for 5 s
    unclear orders  1, 2, 4, 8, 15, 30 s after they became unclear, see `unknown_watch`
"""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.errors import RateLimited, VenueError
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import Level
from terminal.domain.order import ZERO, Order, OrderEvent, OrderState, Origin
from terminal.domain.plain_words import order_words
from terminal.domain.position import Position
from terminal.domain.records import PositionAccepted
from terminal.domain.risk import TradingState
from terminal.net.limiter import WEIGHT_WINDOW_S
from terminal.net.waiting import wait_for
from terminal.net.windows import RollingWindow
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import TradingVenue
from terminal.services.orders.intake import OrderIntake
from terminal.services.orders.ledger import OrderLedger
from terminal.services.positions.portfolio import Portfolio
from terminal.services.recovery.position_audit import PositionAudit
from terminal.services.recovery.unknown_watch import UnknownWatch
from terminal.services.recovery.venue_reading import Listing, OrderListing, VenueReader, sought_orders
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

PASS_S: Final = 30.0
FULL_S: Final = 600.0
GLANCE_S: Final = 10.0
FAST_S: Final = 2.0
LEAST_S: Final = 1.0  # between two passes, whatever happens
_FULL_LEAST_S: Final = 20.0
_IN_FLIGHT_S: Final = 5.0
_IN_FLIGHT_GLANCES: Final = 5
_PLAIN_WEIGHT: Final = 24  # open orders, fills and positions, by the venue that counts most (WEEX)
_HISTORY_WEIGHT: Final = 10
_DETAIL_WEIGHT: Final = 2
_POSITIONS_WEIGHT: Final = 15
_FAILED_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_CLOCK_ERROR_MS: Final = 1_000.0  # when the round trip is not measured yet
_MOVING: Final = frozenset({OrderState.ACKED, OrderState.PARTIAL, OrderState.CANCEL_PENDING})
CAUSE: Final = "reconcile"


class Recovery:
    """Runs passes and glances. `on_pass(listing)` is told of each pass that succeeded, after all of it was taken in."""

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
        instruments: tuple[InstrumentId, ...] = (),
        *,
        dust_of: Callable[[InstrumentId], Decimal] = lambda _: ZERO,
        is_listed: Callable[[InstrumentId], bool] = lambda _: True,
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
        self._ids = instruments
        self._is_listed = is_listed
        self._reader = VenueReader(venue, feed, ledger, clock)
        self._watch = UnknownWatch(clock, venue.order_validity_ms)
        self._audit = PositionAudit(dust_of, hedge_mode=venue.capabilities.hedge_mode)
        self._audited = False
        self._stream_away = False
        self._is_first_of_all = False
        self._doubts = 0
        self._failures = 0
        self._in_flight: dict[str, tuple[Order, float, int]] = {}
        self._next_pass_s = self._next_full_s = 0.0
        self._last_full_s = self._last_pass_s = float("-inf")
        self._next_glance_s = float("inf")
        self._share = RollingWindow(1, WEIGHT_WINDOW_S)  # what passes may spend; the limit is read when needed
        self._busy = asyncio.Lock()
        self._wake = asyncio.Event()
        self.on_pass: Callable[[Listing], None] = lambda _listing: None

    # -- what others tell it -----------------------------------------------------

    def begin(
        self,
        journal_start_ms: int,
        last_good_ms: int,
        accepted: tuple[PositionAccepted, ...] = (),
        *,
        new: bool = False,
    ) -> None:
        """Set how far back to look, and what persons accepted in earlier runs.

        `new`: nothing was ever sent or read under this journal, so the first pass needs no
        history. Leaving that to the second keeps the first start within one window of the budget.
        """
        self._reader.begin(journal_start_ms, last_good_ms, is_venue_time=not new)
        self._audit.restore(accepted)
        self._is_first_of_all = new

    def concerns_us(self, venue_order_id: str, client_order_id: str | None, at_ms: int) -> bool:
        """Ours, or younger than the journal; see `VenueReader`."""
        return self._reader.concerns_us(venue_order_id, client_order_id, at_ms)

    def distrust(self, reason: str) -> None:
        """Events may be lost: nothing opens until a pass that begins after now has succeeded."""
        self._doubts += 1
        self._switch.demand(CAUSE, TradingState.STARTING, reason)
        self._next_full_s = min(self._next_full_s, self._last_full_s + _FULL_LEAST_S)
        self.look_soon()

    def stream_is(self, *, away: bool) -> None:
        """Without a private stream we ask instead of being told."""
        self._stream_away = away
        if away:
            self.look_soon(FAST_S)

    def look_soon(self, in_s: float = 0.0) -> None:
        soon_s = self._clock.monotonic_s() + in_s
        if soon_s < self._next_pass_s:
            self._next_pass_s = soon_s
            self._wake.set()

    def fills_missing(self) -> None:
        """An order filled more than we have executions of: fetch them unless they come by themselves."""
        self.look_soon(FAST_S)

    def look_for(self, order: Order) -> None:
        """An outcome is unclear: start looking for this order."""
        del order  # every unclear order of the ledger is followed
        self._watch.follow(self._ledger.unknown())
        self._wake.set()

    def accept_position(self, instrument_id: InstrumentId, who: str) -> None:
        """A person takes the venue's word for one instrument; nothing is traded."""
        taken = self._audit.accept(instrument_id)
        if not taken and instrument_id not in self._switch.frozen:
            words = f"Nothing to accept: our records and the venue agree on {base_of(instrument_id)}"
            self._reporter.notice(Level.INFO, "positions", words)
            return
        for each in taken:
            side, held, expected = each.side, each.at_venue, each.expected
            self._reporter.record(
                lambda at_ms, side=side, held=held, expected=expected: PositionAccepted(  # type: ignore[misc]  # bound per turn
                    instrument_id, side, held, expected, who, at_ms
                )
            )
        self._switch.release(instrument_id, who)

    # -- running -----------------------------------------------------------------

    async def run(self) -> None:
        """Make passes and glances when they are due, until cancelled."""
        self._next_glance_s = self._clock.monotonic_s() + GLANCE_S
        while True:
            if await self._wait():
                await self.run_pass()
            else:
                await self._glance()

    async def run_pass(self) -> bool:
        """Make one complete pass; True when it succeeded."""
        async with self._busy:
            cost = self._pass_cost(full=self._is_full_due())
            try:
                return await self._pass()
            finally:  # counted at its end: one that had to wait for the budget asked late
                self._share.spend(cost, self._clock.monotonic_s())

    async def _pass(self) -> bool:
        self._watch.follow(self._ledger.unknown())
        self._last_pass_s = self._clock.monotonic_s()
        doubts, full = self._doubts, self._is_full_due()
        sought = sought_orders(self._ledger, self._clock.now_ms(), full=full)
        try:
            histories = tuple(filter(self._is_listed, self._ids)) if full else ()
            listing = await self._reader.whole(sought, histories, full=full)
        except VenueError as error:
            self._reporter.failing("reconciliation", "The venue could not be compared with our records", error)
            self._next_pass_s = self._clock.monotonic_s() + self._pause_s(error)
            self._failures += 1
            self._watch.polled()
            return False
        self._failures = 0
        self._is_first_of_all = False
        self._take_orders(listing.orders)
        for fill in listing.fills:
            self._intake.on_fill(fill)
        self._portfolio.set_positions(listing.positions, listing.positions_s)
        self._resolve_unknown(listing)
        self._compare_positions(listing.positions)
        self._reader.was_good(listing)
        self.on_pass(listing)
        self._plan_next(full=full)
        self._watch.polled()
        self._reporter.works("reconciliation")
        if doubts == self._doubts:  # otherwise something was lost while we read: once more
            self._switch.clear(CAUSE)
        else:
            self.look_soon()
        return True

    def _pause_s(self, error: VenueError) -> float:
        """How long to wait after a failed pass: longer each time, but not beyond the end of a rate limit."""
        pause_s = _FAILED_S[min(self._failures, len(_FAILED_S) - 1)]
        if isinstance(error, RateLimited):
            return min(_FAILED_S[-1], max(LEAST_S, error.retry_after_s))
        return pause_s

    async def _glance(self) -> None:
        """Read resting orders and those in flight. A failure is no information, and the next pass will tell."""
        async with self._busy:
            self._share.spend(_DETAIL_WEIGHT * (1 + len(self._ledger.at_venue())), self._clock.monotonic_s())
            try:
                listing = await self._reader.resting()
            except VenueError as error:
                self._reporter.failing("open orders", "Open orders could not be read", error)
            else:
                self._reporter.works("open orders")
                self._take_orders(listing)
        self._next_glance_s = self._clock.monotonic_s() + (FAST_S if self._count_in_flight() else GLANCE_S)

    def _count_in_flight(self) -> int:
        """How many orders should have moved by now and are worth another quick look."""
        now_s = self._clock.monotonic_s()
        known, self._in_flight = self._in_flight, {}
        for order in self._ledger.at_venue():
            if order.state in _MOVING:
                same = known.get(order.client_order_id)
                since_s, looks = (same[1], same[2]) if same is not None and same[0] == order else (now_s, 0)
                overdue = now_s - since_s >= _IN_FLIGHT_S
                self._in_flight[order.client_order_id] = (order, since_s, looks + overdue)
        return sum(looks <= _IN_FLIGHT_GLANCES for _, _, looks in self._in_flight.values())

    # -- taking ------------------------------------------------------------------

    def _take_orders(self, listing: OrderListing) -> None:
        for report in listing.reports:
            self._intake.on_report(report)
        for order in listing.gone:
            self._take_gone(order)

    def _take_gone(self, order: Order) -> None:
        present = self._ledger.orders[order.client_order_id]
        if present.is_terminal or present.needs_human:
            return
        if not self._venue.keeps_account:
            # The built-in exchange forgets everything when it is stopped.
            self._ledger.move(present, OrderEvent.CANCELED, reason="the built-in exchange was started anew")
            return
        self._ledger.change(present, "GONE", needs_human=True)
        words = f"the venue no longer knows an order of ours ({order_words(present.terms)}); look there"
        self._switch.pause(present.terms.instrument_id, words)

    def _resolve_unknown(self, listing: Listing) -> None:
        error_ms = self._feed.health().latency_ms or _CLOCK_ERROR_MS
        moved = {
            (each.instrument_id, each.side)
            for each in self._audit.differences(self._ledger.fills.values(), listing.positions)
        }
        for order in self._ledger.unknown():
            # A position nothing else explains may come from this very order: absence proves nothing then.
            hidden = (order.terms.instrument_id, order.terms.position_side) in moved or self._may_be(order)
            if not hidden and self._watch.absent(order, error_ms, listing.began_s):
                reason = "looked for in every list long after its signature expired; the venue never had it"
                self._ledger.move(order, OrderEvent.ABSENT, reason=reason)
                words = f"{order_words(order.terms)} never arrived at the venue"
                self._reporter.notice(Level.GOOD, "orders", words, keep=True)
            elif self._watch.needs_human(order) and not order.needs_human:
                self._ledger.change(order, "NEEDS_HUMAN", needs_human=True)
                words = f"{order_words(order.terms)} is still unclear after 5 minutes: look at the venue"
                self._reporter.notice(Level.ERROR, "orders", words, keep=True)
        if len(self._ledger.unknown()) >= self._unknown_limit:
            self._switch.demand("unclear orders", TradingState.HALTED, "too many orders with an unknown outcome")

    def _may_be(self, order: Order) -> bool:
        """Where the venue keeps no ids of ours: an order nobody here made may be this one, so a person decides."""
        if self._venue.capabilities.client_order_ids:
            return False
        terms = order.terms
        return any(
            each.origin is Origin.EXTERNAL
            and each.created_ms >= order.created_ms - _CLOCK_ERROR_MS
            and (each.terms.instrument_id, each.terms.side) == (terms.instrument_id, terms.side)
            for each in self._ledger.orders.values()
        )

    def _compare_positions(self, positions: tuple[Position, ...]) -> None:
        fills = tuple(self._ledger.fills.values())
        if not self._audited and not self._venue.keeps_account:
            for found in self._audit.begin_anew(fills, positions):
                words = f"The built-in exchange was started anew: {found.text}."
                self._reporter.notice(Level.INFO, "positions", words)
        in_flight = frozenset(order.terms.instrument_id for order in self._ledger.at_venue())
        waiting = frozenset(order.terms.instrument_id for order in self._reader.unexplained())
        busy = in_flight | waiting | self._intake.looking_into
        for found in self._audit.compare(fills, positions, busy, at_once=not self._audited):
            self._switch.freeze(found.instrument_id, found.text)
        differ = {each.instrument_id for each in self._audit.differences(fills, positions)}
        for instrument_id in self._switch.frozen - differ:
            self._switch.release(instrument_id, "")
        self._audited = True

    # -- waiting -----------------------------------------------------------------

    def _plan_next(self, *, full: bool) -> None:
        now_s = self._clock.monotonic_s()
        hurry = self._stream_away or self._audit.is_suspicious or self._reader.unexplained()
        self._next_pass_s = now_s + (FAST_S if hurry else PASS_S)
        if full:
            self._last_full_s, self._next_full_s = now_s, now_s + FULL_S

    def _is_full_due(self) -> bool:
        return not self._is_first_of_all and self._clock.monotonic_s() >= self._next_full_s

    def _pass_cost(self, *, full: bool) -> int:
        """Request weight of one pass, a little more than less."""
        sought = {order.terms.instrument_id for order in self._ledger.unknown()}
        histories = len(self._ids) if full else len(sought)
        details = len(self._ledger.at_venue())
        return _PLAIN_WEIGHT + _HISTORY_WEIGHT * histories + _DETAIL_WEIGHT * details + _POSITIONS_WEIGHT * full

    def _affordable_s(self) -> float:
        """The earliest moment at which a pass stays within our half of the request budget."""
        now_s = self._clock.monotonic_s()
        self._share.limit = self._feed.health().budget_limit * 9 // 20  # a glance or two fits beside it
        cost = min(self._share.limit, self._pass_cost(full=self._is_full_due()))
        return now_s + self._share.wait_s(cost, now_s)

    async def _wait(self) -> bool:
        """Sleep until something is due; True for a complete pass, False for a glance."""
        while True:
            polls_s = self._watch.next_poll_s()
            pass_s = self._next_pass_s if polls_s is None else min(self._next_pass_s, polls_s)
            pass_s = max(pass_s, self._last_pass_s + LEAST_S)
            if pass_s <= self._clock.monotonic_s():
                pass_s = self._affordable_s()
            pause_s = min(pass_s, self._next_glance_s) - self._clock.monotonic_s()
            if pause_s <= 0:
                return pass_s <= self._next_glance_s
            self._wake.clear()
            await wait_for(self._wake, self._clock, pause_s)
