"""What the venue says about orders and fills, from the stream and from listings alike.

A report or fill of an order we do not know yet is held: it may be our own, ahead of the
answer to our request. If it does not link soon it is looked up at the venue and adopted,
never lost.
"""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from terminal.domain.errors import VenueError
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Level
from terminal.domain.order import Effect, Order, OrderEvent, OrderState, OrderTerms, Origin
from terminal.domain.plain_words import joined, order_words, why
from terminal.domain.risk import TradingState
from terminal.ports.clock import Clock
from terminal.ports.venue import OrderReport, TradingVenue, VenueStatus
from terminal.services.orders.close_origin import CloseOrigin, Maker
from terminal.services.orders.ledger import OrderLedger
from terminal.services.orders.merge import event_of
from terminal.services.recovery.other_terminal import OtherTerminal
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

_LINK_WAIT_S: Final = 5.0  # an answer to a request may be this late behind its own fill
_LINK_POLL_S: Final = 0.25
_LOOK_UP_S: Final = (1.0, 2.0, 4.0, 8.0)  # an execution nobody explains freezes its pair: stay close
_LOOK_UP_LIMIT_S: Final = 15.0  # after that an execution counts as unexplained, though the look-up goes on
_OURS: Final = Maker(Origin.EXTERNAL)  # stands in where the maker is not asked for
_WAITING: Final = frozenset({OrderState.SUBMITTING, OrderState.UNKNOWN})
_AFTER_DEATH: Final = frozenset({OrderState.NOT_ACCEPTED})

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class OrderIntake:
    """Merges what the venue reports into the ledger.

    `on_adopted(order, report)` is told of every order the venue or someone else made.
    """

    def __init__(
        self,
        venue: TradingVenue,
        ledger: OrderLedger,
        clock: Clock,
        switch: TradingSwitch,
        reporter: Reporter,
        spawn: Spawn,
        others: OtherTerminal,
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._clock = clock
        self._switch = switch
        self._reporter = reporter
        self._spawn = spawn
        self._held_fills: dict[str, dict[str, Fill]] = {}
        self._held_reports: dict[str, OrderReport] = {}
        self._looking_up: dict[str, float] = {}  # since when, on the operator's clock
        self._others = others
        self._origin = CloseOrigin(venue, ledger, others, clock, reporter)
        self._marked: dict[str, OrderReport] = {}
        self._twins: set[str] = set()  # orders of which nobody can tell which of them is ours
        self.on_adopted: Callable[[Order, OrderReport], None] = lambda _order, _report: None

    # -- from the venue --------------------------------------------------------

    def on_report(self, report: OrderReport) -> None:
        """Take one report; safe to call with old and repeated ones."""
        order = self._find(report)
        if order is not None:
            self._merge(order, report)
            return
        foreign = self._others.see(report)
        self._remember_marks(report)
        if _is_order_by_now(report) or (foreign and report.status is not VenueStatus.UNTRIGGERED):
            self._judge_second(report)
            self._held_reports[report.venue_order_id] = report
            self._look_up(report.venue_order_id)

    def on_fill(self, fill: Fill) -> None:
        """Take one execution; repeated ones change nothing."""
        order = self._ledger.of_venue_id(fill.venue_order_id)
        if order is None and fill.client_order_id is not None:
            order = self._ledger.get(fill.client_order_id)
            if order is not None and order.venue_order_id is None:
                order = self.link(order, fill.venue_order_id)
        if order is not None:
            self._ledger.book(order, fill)
        elif fill.trade_id not in self._ledger.fills:
            self._held_fills.setdefault(fill.venue_order_id, {})[fill.trade_id] = fill
            self._look_up(fill.venue_order_id)

    def link(self, order: Order, venue_order_id: str) -> Order:
        """Set the venue's id, once, and apply what was held for it."""
        present = self._ledger.orders[order.client_order_id]
        if present.venue_order_id is None:
            self._ledger.put(replace(present, venue_order_id=venue_order_id))
        elif present.venue_order_id != venue_order_id:
            self._ledger.note_illegal(
                present, f"the venue shows two orders of it, {present.venue_order_id} and {venue_order_id}"
            )
            return present
        report = self._held_reports.pop(venue_order_id, None)
        if report is not None:
            self._merge(self._ledger.orders[order.client_order_id], report)
        for fill in self._held_fills.pop(venue_order_id, {}).values():
            self._ledger.book(present, fill)
        return self._ledger.orders[order.client_order_id]

    def acknowledge(self, order: Order, venue_order_id: str) -> Order:
        """The answer to our request: link, then ACK unless the stream already said more."""
        present = self._ledger.orders[order.client_order_id]
        if present.venue_order_id not in {None, venue_order_id}:
            return self.link(order, venue_order_id)
        if present.venue_order_id is None:
            self._ledger.put(replace(present, venue_order_id=venue_order_id))
        if present.state in _WAITING or present.state in _AFTER_DEATH:
            self._ledger.move(present, OrderEvent.ACK)
        return self.link(order, venue_order_id)

    # -- merging ---------------------------------------------------------------

    def _find(self, report: OrderReport) -> Order | None:
        order = self._ledger.of_venue_id(report.venue_order_id)
        if order is not None or report.client_order_id is None:
            return order
        order = self._ledger.get(report.client_order_id)
        # A venue may give the stop it made the client id of the entry it belongs to.
        if order is not None and order.terms.effect is not report.effect:
            return None
        if order is not None and order.venue_order_id not in {None, report.venue_order_id}:
            return None
        return order

    def _judge_second(self, report: OrderReport) -> None:
        """Two venue orders with one client id: never ours to explain, always an alarm."""
        order = self._ledger.get(report.client_order_id or "")
        if report.venue_order_id in self._held_reports or order is None or order.terms.effect is not report.effect:
            return
        self._ledger.note_illegal(order, f"the venue shows a second order of it, {report.venue_order_id}")

    def _merge(self, order: Order, report: OrderReport) -> None:
        if order.venue_order_id is None:
            # The id comes with the first proof; it is written with the event below.
            self._ledger.put(replace(order, venue_order_id=report.venue_order_id))
        present = self._ledger.orders[order.client_order_id]
        if report.status is VenueStatus.UNKNOWN and not present.frozen:
            self._freeze(present)
            return
        event = event_of(present, report)
        if event is not None:
            self._apply(present, report, event)
        if order.venue_order_id is None:
            if event is None:
                self._ledger.change(present, "LINKED")
            self.link(present, report.venue_order_id)

    def _apply(self, present: Order, report: OrderReport, event: OrderEvent) -> None:
        came_back = present.state in _AFTER_DEATH
        filled = max(present.filled_size, report.filled_size)
        grew = filled > present.filled_size
        if grew:
            self._ledger.put(
                replace(
                    present,
                    filled_size=filled,
                    average_price=report.average_price or present.average_price,
                    fee_paid=max(present.fee_paid, report.fee),
                )
            )
        if not grew and event is OrderEvent.FILL and present.state in {OrderState.PARTIAL, OrderState.CANCEL_PENDING}:
            return
        if not grew and event is OrderEvent.FILL_ALL and present.state is OrderState.FILLED:
            return
        self._ledger.move(present, event, updated_ms=report.updated_ms)
        if came_back:
            self._switch.pause(
                present.terms.instrument_id,
                f"an order believed absent appeared at the venue: {order_words(present.terms)}",
            )

    def _freeze(self, order: Order) -> None:
        self._ledger.change(order, "FROZEN", frozen=True, needs_human=True)
        self._switch.pause(
            order.terms.instrument_id,
            f"the venue shows an order in a state we do not know ({order_words(order.terms)}); look there",
        )

    # -- orders we did not make ------------------------------------------------

    def _look_up(self, venue_order_id: str) -> None:
        if venue_order_id not in self._looking_up:
            self._looking_up[venue_order_id] = self._clock.monotonic_s()
            self._spawn(self._adopt_later(venue_order_id), f"look up order {venue_order_id}")

    async def _adopt_later(self, venue_order_id: str) -> None:
        try:
            if not await self._linked_by_itself(venue_order_id):
                report = self._held_reports.get(venue_order_id) or await self._fetch(venue_order_id)
                own = self._find(report) or self._only_match(report)
                maker = _OURS if own is not None else await self._maker(report)
                if self._ledger.of_venue_id(venue_order_id) is None:
                    self._adopt(self._newest(report), maker)
        finally:
            self._looking_up.pop(venue_order_id, None)

    async def _linked_by_itself(self, venue_order_id: str) -> bool:
        """Wait while an order of ours has no venue id yet: this may be it."""
        start_s = self._clock.monotonic_s()
        while self._ledger.of_venue_id(venue_order_id) is None:
            waited_s = self._clock.monotonic_s() - start_s
            if waited_s >= _LINK_WAIT_S or not self._unlinked():
                return False
            await self._clock.sleep(_LINK_POLL_S)
        return True

    def _unlinked(self) -> list[Order]:
        return [order for order in self._ledger.at_venue() if order.venue_order_id is None and order.state in _WAITING]

    async def _fetch(self, venue_order_id: str) -> OrderReport:
        tries = 0
        while True:
            try:
                return await self._venue.order(venue_order_id)
            except VenueError as error:
                words = joined(f"The venue's order {venue_order_id} could not be read", why(error), "Trying on")
                self._reporter.failing("order look-up", words)
            await self._clock.sleep(_LOOK_UP_S[min(tries, len(_LOOK_UP_S) - 1)])
            tries += 1

    @property
    def looking_into(self) -> frozenset[InstrumentId]:
        """Instruments with executions whose order is just being looked up: they are explained any moment."""
        now_s = self._clock.monotonic_s()
        found: set[InstrumentId] = set()
        for venue_order_id, since_s in self._looking_up.items():
            if now_s - since_s <= _LOOK_UP_LIMIT_S:
                found |= {fill.instrument_id for fill in self._held_fills.get(venue_order_id, {}).values()}
                if venue_order_id in self._held_reports:
                    found.add(self._held_reports[venue_order_id].instrument_id)
        return frozenset(found)

    def _remember_marks(self, report: OrderReport) -> None:
        """Keep what one report says of its maker: the next one, from another source, may not repeat it."""
        waits = report.status is VenueStatus.UNTRIGGERED or report.effect is Effect.OPEN
        if not waits and (report.is_forced or report.is_triggered or report.is_by_hand):
            self._marked[report.venue_order_id] = report

    def _newest(self, report: OrderReport) -> OrderReport:
        """What is known of an order by now, with everything that was said of its maker."""
        report = self._held_reports.get(report.venue_order_id, report)
        marked = self._marked.get(report.venue_order_id, report)
        return replace(
            report,
            is_forced=report.is_forced or marked.is_forced,
            is_triggered=report.is_triggered or marked.is_triggered,
            is_by_hand=report.is_by_hand or marked.is_by_hand,
        )

    async def _maker(self, report: OrderReport) -> Maker:
        """Find out who made an order that is not ours."""
        self._others.see(report)
        return self._origin.said(self._newest(report)) or await self._origin.find(lambda: self._newest(report))

    def _adopt(self, report: OrderReport, maker: Maker) -> None:
        self._reporter.works("order look-up")
        own = self._find(report) or self._only_match(report)
        if own is not None:
            self._merge(own, report)
            return
        report = replace(report, is_forced=maker.is_forced)
        order = _order_of(report, maker.origin, self._clock.now_ms())
        self._ledger.save(order, "ADOPTED")
        self._held_reports.pop(report.venue_order_id, None)
        self._marked.pop(report.venue_order_id, None)
        self._merge(order, report)
        for fill in self._held_fills.pop(report.venue_order_id, {}).values():
            self._ledger.book(order, fill)
        self._say(order, report, is_told=maker.is_told)
        self.on_adopted(self._ledger.orders[order.client_order_id], report)

    def _only_match(self, report: OrderReport) -> Order | None:
        """An order without our id in it is ours only when it fits one unclear order alone, and no other fits that."""
        if report.client_order_id is not None:
            return None
        fits = [order for order in self._unlinked() if _has_terms_of(report, order)]
        if len(fits) != 1:
            return None
        rivals = {held.venue_order_id for held in self._held_reports.values() if _has_terms_of(held, fits[0])}
        rivals.add(report.venue_order_id)
        if len(rivals) > 1:
            self._twins |= rivals  # for good: once one of them is taken in, the other must not look like the only one
        return None if report.venue_order_id in self._twins else fits[0]

    def _say(self, order: Order, report: OrderReport, *, is_told: bool) -> None:
        terms = order.terms
        what = order_words(terms)
        if report.is_forced:
            self._switch.pause(terms.instrument_id, f"the venue forced {what} (order {report.venue_order_id})")
            self._switch.demand(
                "forced close", TradingState.REDUCE_ONLY, f"the venue forced a close: {what}. Look, then set Active"
            )
        elif order.origin is Origin.EXTERNAL:
            does = "opened a position" if terms.effect is Effect.OPEN else "closed a position"
            rule = "purely manual trading is against the rules"
            doubt = rule if is_told else "whether a stop did it could not be read"
            words = f"an order not made here {does}: {what} (order {report.venue_order_id}); {doubt}"
            self._switch.pause(terms.instrument_id, words)
        else:
            words = f"The venue executed a stop or target: {what} (its order {report.venue_order_id})"
            self._reporter.notice(Level.INFO, "orders", words, keep=True)


def _has_terms_of(report: OrderReport, order: Order) -> bool:
    terms = order.terms
    return (terms.instrument_id, terms.side, terms.effect, terms.kind, terms.size, terms.price) == (
        report.instrument_id,
        report.side,
        report.effect,
        report.kind,
        report.size,
        report.price,
    )


def _is_order_by_now(report: OrderReport) -> bool:
    """A trigger that waits or ended without a fill is no order yet; a close counts once it fills."""
    if report.status is VenueStatus.UNTRIGGERED or (report.status is VenueStatus.CANCELED and not report.filled_size):
        return False
    return report.effect is Effect.OPEN or report.filled_size > 0 or report.status is VenueStatus.FILLED


def _order_of(report: OrderReport, origin: Origin, now_ms: int) -> Order:
    price = report.average_price or report.price
    terms = OrderTerms(
        instrument_id=report.instrument_id,
        side=report.side,
        effect=report.effect,
        kind=report.kind,
        tif=report.tif,
        size=report.size,
        price=report.price,
        leverage=0,
        stop_price=None,
        target_price=None,
        reference_price=price if price is not None else report.size * 0,
    )
    return Order(
        client_order_id=f"v{report.venue_order_id}",
        terms=terms,
        origin=origin,
        decision_id=None,
        state=OrderState.ACKED,
        created_ms=report.created_ms or now_ms,
        venue_order_id=report.venue_order_id,
        reason="forced by the venue" if report.is_forced else "",
    )
