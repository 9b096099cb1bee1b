"""Watches the market for the stops and targets this program keeps, and sends the exit when one is met.

For venues without triggers (see `local_venue`). A position gets those of its opening decision once,
as another venue would make them of an attached order; after a restart they come back from the
journal. What a person moves or cancels afterwards stays so. An exit that did not go through is
tried on until nothing is held: it is one close at a time, never larger than what is held.
"""

import asyncio
from decimal import Decimal
from typing import Final

from terminal.domain.commands import ClosePosition
from terminal.domain.errors import RequestRejected
from terminal.domain.flatten import LegKey
from terminal.domain.messages import Level
from terminal.domain.order import ZERO, Effect, PositionSide
from terminal.domain.plain_words import figure, joined, leg_words, why
from terminal.domain.position import Position
from terminal.domain.protection import TriggerRole
from terminal.ports.venue import TriggerReport
from terminal.services.flatten.plan import side_of
from terminal.services.market.quote import Quote
from terminal.services.orders.manager import OrderManager
from terminal.services.protection.board import role_of
from terminal.services.protection.local_venue import LocallyProtectedVenue
from terminal.services.protection.watch import ProtectionWatch
from terminal.services.protection.wishes import ProtectionWishes
from terminal.services.reporter import Reporter
from terminal.services.risk.facts import RiskFacts

TICK_S: Final = 0.25
AGAIN_S: Final = 2.0  # a close just sent may not be in the venue's positions yet
DEAF_S: Final = 15.0  # prices older than that protect nobody
WHO: Final = "this program"


class LocalStops:
    """`run` does everything; `look` is one turn of it."""

    def __init__(
        self,
        venue: LocallyProtectedVenue,
        facts: RiskFacts,
        wishes: ProtectionWishes,
        watch: ProtectionWatch,
        orders: OrderManager,
        reporter: Reporter,
    ) -> None:
        self._venue = venue
        self._kept = venue.kept
        self._facts = facts
        self._clock = facts.clock
        self._wishes = wishes
        self._watch = watch
        self._orders = orders
        self._reporter = reporter
        self._dressed: set[LegKey] = set()
        self._roles: dict[str, TriggerRole] = {}
        self._leaving: dict[LegKey, tuple[str, float]] = {}  # why, and when an exit was last tried

    async def run(self) -> None:
        """Look four times a second, until cancelled."""
        me = asyncio.current_task()
        while me is None or not me.cancelling():  # a send that is interrupted ends as unclear and keeps the rest quiet
            await self.look()
            await self._clock.sleep(TICK_S)

    async def look(self) -> None:
        """Dress new positions, fit what is kept to what is held, and leave where the market says so."""
        held = {(each.instrument_id, each.side): each for each in self._facts.portfolio.positions}
        for key in [key for key in self._dressed if key not in held and not self._is_opening(key)]:
            self._undress(key)
        for key, position in held.items():
            if key not in self._dressed:
                await self._dress(key, position)
            self._fit(key, position)
            await self._judge(key)

    # -- dressing --------------------------------------------------------------------

    async def _dress(self, key: LegKey, position: Position) -> None:
        wish = self._wishes.of(key)
        if wish.stop is None and wish.target is None:
            return  # nobody decided one: the protection light says so
        self._dressed.add(key)
        if self._of(key):
            return  # a person was quicker
        ids = self._orders.new_client_order_id(), self._orders.new_client_order_id()
        try:
            await self._venue.protect(position, wish.stop, wish.target, stop_id=ids[0], target_id=ids[1])
        except RequestRejected as error:
            words = joined(f"{leg_words(*key)}: its stop cannot be kept", why(error), "Set one by hand")
            self._reporter.notice(Level.ERROR, "protection", words, keep=True)
        self._watch.touch()

    def _undress(self, key: LegKey) -> None:
        """Nothing is held any more: what was kept for it ends with it."""
        self._dressed.discard(key)
        self._leaving.pop(key, None)
        for each in self._of(key):
            self._kept.drop(each.venue_order_id)
            self._roles.pop(each.venue_order_id, None)
        self._watch.touch()

    def _fit(self, key: LegKey, position: Position) -> None:
        for each in self._of(key):
            if each.size != position.size:
                self._kept.fit(each.venue_order_id, position.size)
                self._watch.touch()

    def _of(self, key: LegKey) -> tuple[TriggerReport, ...]:
        closing = (each for each in self._kept.all() if each.effect is Effect.CLOSE)
        return tuple(each for each in closing if (each.instrument_id, side_of(each)) == key)

    def _is_opening(self, key: LegKey) -> bool:
        return any(
            (order.terms.instrument_id, order.terms.position_side) == key and order.terms.effect is Effect.OPEN
            for order in self._facts.ledger.at_venue()
        )

    # -- judging ---------------------------------------------------------------------

    async def _judge(self, key: LegKey) -> None:
        kept = self._of(key)
        price = _heard(self._facts.hub.quote(key[0]), key[1])
        if kept and price is None:
            words = f"The market of {leg_words(*key)} has been silent for {DEAF_S:.0f} s"
            todo = "Its stop is kept by this program and cannot act; look at the connection, or close it at the venue"
            self._reporter.failing(_source(key), joined(words, todo))
            return
        self._reporter.works(_source(key))
        met = None if price is None else next((each for each in kept if self._is_met(key, each, price)), None)
        if met is not None and price is not None:
            role = self._role(key, met)
            self._kept.fire(met.venue_order_id)
            cause = f"its {role.value} at {figure(met.trigger_price)} was met (market {figure(price)})"
            self._reporter.notice(Level.WARNING, "protection", f"{leg_words(*key)}: {cause}; closing it", keep=True)
            self._leaving[key] = cause, float("-inf")
            self._watch.touch()
        if key in self._leaving:
            await self._leave(key)

    def _is_met(self, key: LegKey, report: TriggerReport, price: Decimal) -> bool:
        falls = (key[1] is PositionSide.LONG) is (self._role(key, report) is TriggerRole.STOP)
        return price <= report.trigger_price if falls else price >= report.trigger_price

    def _role(self, key: LegKey, report: TriggerReport) -> TriggerRole:
        """What it is was decided when it was made: by the wish, else by where it lies from the entry."""
        known = self._roles.get(report.venue_order_id)
        if known is not None:
            return known
        wish, position = self._wishes.of(key), self._facts.portfolio.position(*key)
        if report.trigger_price == wish.stop:
            found = TriggerRole.STOP
        elif report.trigger_price == wish.target:
            found = TriggerRole.TARGET
        else:
            found = role_of(report, key[1], None if position is None else position.entry_price)
        self._roles[report.venue_order_id] = found
        return found

    # -- leaving ---------------------------------------------------------------------

    async def _leave(self, key: LegKey) -> None:
        cause, tried_s = self._leaving[key]
        now_s = self._clock.monotonic_s()
        closing = sum(
            (
                order.open_size
                for order in self._facts.ledger.at_venue()
                if (order.terms.instrument_id, order.terms.position_side) == key and order.terms.effect is Effect.CLOSE
            ),
            ZERO,
        )
        if closing > 0 or now_s - tried_s < AGAIN_S:
            return
        self._leaving[key] = cause, now_s
        await self._orders.close(ClosePosition(*key, Decimal(1), WHO), stop_met=cause)


def _source(key: LegKey) -> str:
    return f"stop of {leg_words(*key)}"


def _heard(quote: Quote, side: PositionSide) -> Decimal | None:
    """The price a stop goes by: mark where there is one, else the last trade; where nobody trades, the book.

    None when all of them are old.
    """
    if quote.ticker_age_s <= DEAF_S:
        return quote.mark if quote.mark is not None else quote.last
    touch = quote.bid if side is PositionSide.LONG else quote.ask
    return touch if quote.book_age_s <= DEAF_S else None
