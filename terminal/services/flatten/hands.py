"""What a flatten does at the venue: reads, cancels, and closes through the one sender."""

import asyncio
from decimal import ROUND_CEILING, Decimal, localcontext
from typing import Final

from terminal.domain.commands import ClosePosition
from terminal.domain.errors import VenueError
from terminal.domain.flatten import LegKey
from terminal.domain.order import ZERO, Effect, Order, OrderEvent, OrderState
from terminal.domain.plain_words import figure, state_words, why
from terminal.domain.position import Position
from terminal.ports.venue import TradingVenue
from terminal.ports.way_out import way_out
from terminal.services.flatten.job import FlattenJob, Reading
from terminal.services.orders.intake import OrderIntake
from terminal.services.orders.manager import OrderManager
from terminal.services.risk.facts import RiskFacts

_AGAIN_S: Final = 2.0  # a close just sent may not be in the venue's positions yet
_CANCELABLE: Final = frozenset({OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL})
_FAILED: Final = frozenset({OrderState.REJECTED, OrderState.NOT_SENT, OrderState.NOT_ACCEPTED, OrderState.CANCELED})


class FlattenHands:
    """Carries out single steps. None of them raises for what the network or venue does."""

    def __init__(self, venue: TradingVenue, facts: RiskFacts, orders: OrderManager, intake: OrderIntake) -> None:
        self._venue = venue
        self._facts = facts
        self._orders = orders
        self._intake = intake

    # -- reading -----------------------------------------------------------------

    async def look(self, job: FlattenJob) -> Reading | str:
        """Read positions, orders and triggers; words instead when one of them got no answer."""
        at_ms, instrument_id = self._facts.clock.now_ms(), job.target.instrument_id
        try:
            # Positions come last: a trigger whose position closes meanwhile is seen as left over, never missed.
            with way_out():
                triggers = await self._venue.trigger_orders(instrument_id)
                orders = await self._venue.open_orders()
                began_s = self._facts.clock.monotonic_s()
                positions = await self._venue.positions()
        except VenueError as error:
            return why(error)
        self._facts.portfolio.set_positions(positions, began_s)
        for report in orders:
            self._intake.on_report(report)
        seen = Reading(self._facts.portfolio.positions, orders, triggers, at_ms)
        job.take(seen, self._unproved(job))
        return seen

    def known_positions(self, job: FlattenJob) -> tuple[Position, ...]:
        """What was last known to be held of the job's legs."""
        return tuple(each for each in self._facts.portfolio.positions if job.wants(each))

    def _unproved(self, job: FlattenJob) -> tuple[Order, ...]:
        return tuple(order for order in self._facts.ledger.at_venue() if job.takes(order))

    # -- cancelling --------------------------------------------------------------

    async def cancel(self, job: FlattenJob) -> str:
        """Cancel what must go; gives the venue's words when it failed, else ""."""
        self._facts.pace.cancel_sent()
        try:
            if job.by_listing:
                await self._cancel_listed(job)
            else:
                await self._venue.cancel_all(job.target.instrument_id)
        except VenueError as error:
            return why(error)
        for order in self._unproved(job):
            if order.state in _CANCELABLE and order.terms.effect is Effect.OPEN:
                self._facts.ledger.cancel_asked_by[order.client_order_id] = job.who
                self._facts.ledger.move(order, OrderEvent.CANCEL_REQUEST)
        return ""

    async def _cancel_listed(self, job: FlattenJob) -> None:
        """One by one: orders of other legs stay. Before the first reading our own records tell which."""
        if job.seen is None:
            for order in self._unproved(job):
                if order.venue_order_id is not None:
                    await self._venue.cancel_order(order.terms.instrument_id, order.venue_order_id)
            return
        for report in job.left_orders(job.seen):
            await self._venue.cancel_order(report.instrument_id, report.venue_order_id)
        for trigger in job.left_triggers(job.seen):
            await self._venue.cancel_trigger(trigger.venue_order_id)

    # -- closing -----------------------------------------------------------------

    async def close(self, job: FlattenJob, positions: tuple[Position, ...]) -> bool:
        """Send the closes that are due; True when one of them was sent and did not fail."""
        due = [each for each in positions if job.wants(each) and self._is_due(job, each)]
        results = await asyncio.gather(*(self._close_leg(job, each) for each in due))
        return any(results)

    def _is_due(self, job: FlattenJob, position: Position) -> bool:
        key = (position.instrument_id, position.side)
        if self._wanted(job, position) <= 0:
            return False
        waited_s = self._facts.clock.monotonic_s() - job.sent_s.get(key, float("-inf"))
        return waited_s >= _AGAIN_S

    def _wanted(self, job: FlattenJob, position: Position) -> Decimal:
        """What is left to close beyond the closes already on their way."""
        key = (position.instrument_id, position.side)
        return position.size - job.goal(key) - self._closing(key)

    def _closing(self, key: LegKey) -> Decimal:
        working = (order for order in self._facts.ledger.at_venue() if order.terms.effect is Effect.CLOSE)
        return sum(
            (order.open_size for order in working if (order.terms.instrument_id, order.terms.position_side) == key),
            ZERO,
        )

    async def _close_leg(self, job: FlattenJob, position: Position) -> bool:
        key = (position.instrument_id, position.side)
        wanted = self._wanted(job, position)
        rules = self._facts.hub.instruments.get(position.instrument_id)
        if rules is not None and 0 < rules.max_size < wanted:
            wanted = rules.max_size  # the rest follows in the next round
        before = frozenset(self._facts.ledger.orders)
        job.at_start.setdefault(key, position.size)
        job.words[key] = f"closing {figure(wanted)}"
        fraction = _fraction(wanted, position.size)
        await self._orders.close(ClosePosition(position.instrument_id, position.side, fraction, job.who))
        order = self._newest_close(key, before)
        if order is None:
            job.words[key] = "the close could not be made; see the notices"
            return False
        job.words[key] = f"close of {figure(order.terms.size)}: {state_words(order)}"
        failed = order.state in _FAILED
        if not failed:
            job.sent_s[key] = self._facts.clock.monotonic_s()
        return not failed

    def _newest_close(self, key: LegKey, before: frozenset[str]) -> Order | None:
        for order in reversed(self._facts.ledger.orders.values()):
            leg = (order.terms.instrument_id, order.terms.position_side)
            if leg == key and order.terms.effect is Effect.CLOSE and order.client_order_id not in before:
                return order
        return None

    def refresh_words(self, job: FlattenJob) -> None:
        """Say of each leg what became of its newest close."""
        for key in job.words:
            order = self._newest_close(key, frozenset())
            if order is not None and order.created_ms >= job.started_ms:
                size = figure(order.terms.size)
                job.words[key] = f"close of {size}: {state_words(order)}"


def _fraction(part: Decimal, whole: Decimal) -> Decimal:
    """The fraction that gives `part` again after multiplying and rounding down to the step."""
    if part >= whole:
        return Decimal(1)
    with localcontext() as context:
        context.rounding = ROUND_CEILING
        return part / whole
