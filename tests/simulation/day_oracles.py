"""What must hold at the end of a whole day, beyond what holds after every storm.

D-a  each order and execution of the venue's books is in the journal, with its origin
D-b  each order of ours has exactly one accepted log with the frozen bytes, or its gap is on record by a person
D-c  what was made on the venue's page has no log, and is on record as such
D-d  the gap finder finds nothing else
D-e  equity is the start balance plus what fills, fees and funding made of it, to the cent
D-f  every rule light is green, or for a reason that lies in what was done to the day
"""

import json
from collections import Counter, defaultdict
from decimal import Decimal

from simulation.day_world import DayWorld
from simulation.oracles import Watcher
from simulation.whole_day import GAP_REASON, WHO, Day
from terminal.domain.account import IncomeKind
from terminal.domain.ai_log import AiLog, AiLogState, upload_body
from terminal.domain.hand_messages import FundingPaid
from terminal.domain.instrument import base_of
from terminal.domain.log_messages import GapKind
from terminal.domain.order import Origin, PositionSide, Side
from terminal.domain.recovered import Recovered
from terminal.domain.rules import RuleState
from terminal.sim.exchange.exchange import DEFAULT_BALANCE
from terminal.sim.exchange.records import Order as VenueOrder
from terminal.sim.exchange.terms import OrderOrigin

CENT = Decimal("0.01")
# Lights that are not green, and why: somebody traded on the venue's page, and one log was refused for good.
EXPLAINED = {"R5": "1 opening order without a decision", "R6": "3 orders will never have a log"}


class DayJudge(Watcher):
    """Judges a day while its program still runs; findings go to `world.violations`."""

    def __init__(self, day: Day) -> None:
        super().__init__(day.world)
        self._day = day
        self._kept: Recovered

    async def judge(self) -> None:
        world = self._day.world
        await world.engine._writer.flush(5.0)
        self._kept = await world.disk.read()
        self.at_rest(self._kept)
        self._origins()
        self._gaps()
        await self._equity()
        self._lights()
        for name in self._day.left:
            self._tell("story", f"the day went by without this: {name}")

    # -- orders --------------------------------------------------------------------

    def _origins(self) -> None:
        """D-a."""
        ours = {order.venue_order_id: order for order in self._kept.orders if order.venue_order_id}
        for found in self._reached():
            order = ours.get(found.order_id)
            if order is None:
                self._tell("lost", f"{found.order_id} ({found.origin.value}) is not in the journal")
            elif order.origin not in _expected(self._day.world, found):
                self._tell("origin", f"{found.order_id} ({found.origin.value}) counts as {order.origin.value}")

    def _reached(self) -> list[VenueOrder]:
        orders = self._day.world.exchange.books.orders.values()
        return [order for order in orders if order.filled_size > 0 or order.origin is OrderOrigin.API]

    def _logs(self) -> None:
        """D-b and D-c, in place of the storm's rule, which knows no recorded gaps."""
        uploads: dict[str, list[dict[str, object]]] = defaultdict(list)
        for uploaded in self._day.world.exchange.books.ai_logs:
            uploads[uploaded.order_id].append(uploaded.body)
        logs: dict[str, list[AiLog]] = defaultdict(list)
        for log in self._kept.ai_logs:
            if log.venue_order_id is not None:
                logs[log.venue_order_id].append(log)
        for found in self._reached():
            sent, known = uploads[found.order_id], logs[found.order_id]
            if found.order_id in self._day.world.external:
                if sent or known:
                    self._tell("log", f"a log was made up for {found.order_id}, which was made elsewhere")
                continue
            states = [log.state for log in known]
            if states == [AiLogState.GAP] and not sent:
                continue
            if states != [AiLogState.ACCEPTED] or not sent:
                self._tell("log", f"{found.order_id}: logs {[each.value for each in states]}, {len(sent)} uploads")
                continue
            promised = json.loads(upload_body(known[0].content, found.order_id))
            if any(body != promised for body in sent):
                self._tell("log", f"the log of {found.order_id} is not what was frozen")

    # -- gaps ----------------------------------------------------------------------

    def _gaps(self) -> None:
        """D-d."""
        world, found = self._day.world, Counter[str]()
        for gap in world.engine.core.logs.finder.gaps:
            outside = gap.kind is GapKind.EXTERNAL and gap.venue_order_id in world.external
            by_person = (gap.recorded_by, gap.recorded_reason) == (WHO, GAP_REASON)
            found["outside" if outside else "person"] += 1
            if gap.is_open or not (outside or by_person):
                self._tell("gap", gap.what)
        reached = {order.order_id for order in self._reached()}
        wanted = Counter(outside=len(world.external & reached), person=self._day.done["log refused for good"])
        if found != wanted:
            self._tell("gap", f"the finder knows {dict(found)}, the day made {dict(wanted)}")

    # -- money ---------------------------------------------------------------------

    async def _equity(self) -> None:
        """D-e."""
        world, exchange = self._day.world, self._day.world.exchange
        paid = {event.income.income_id: event.income for event in world.of(FundingPaid)}
        funding = sum((each.amount for each in paid.values() if each.kind is IncomeKind.FUNDING), Decimal(0))
        traded = sum((_cash(fill.side, fill.price * fill.size) - fill.fee for fill in self._kept.fills), Decimal(0))
        await world.engine.core.portfolio.refresh()
        worth = Decimal(0)
        for held in world.engine.core.portfolio.positions:
            value = held.size * exchange.mark(base_of(held.instrument_id))
            worth += value if held.side is PositionSide.LONG else -value
        ours, theirs = DEFAULT_BALANCE + traded + funding + worth, exchange.margin.equity()
        if abs(ours - theirs) >= CENT:
            self._tell("money", f"fills, fees and funding make {ours:.4f}, the venue has {theirs:.4f}")
        shown = world.engine.core.portfolio.balance
        if shown is None or abs(shown.equity - theirs) >= CENT:
            self._tell("money", f"the window shows {shown}, the venue has {theirs:.4f}")
        if len(paid) < 2:
            self._tell("story", "hardly any funding was paid")

    # -- rules ---------------------------------------------------------------------

    def _lights(self) -> None:
        """D-f."""
        desk = self._day.world.engine._lights
        assert desk is not None
        desk.look()
        for light in desk.lights:
            reason = EXPLAINED.get(light.rule.rule_id)
            if light.state is not RuleState.OK and (reason is None or reason not in light.evidence):
                self._tell("rule", f"{light.rule.rule_id} is {light.state.value}: {light.evidence} {light.distance}")


def _expected(world: DayWorld, found: VenueOrder) -> set[Origin]:
    if found.order_id in world.external:
        return {Origin.EXTERNAL}
    if found.origin in {OrderOrigin.PLAN, OrderOrigin.LIQUIDATION}:
        return {Origin.VENUE}
    return {Origin.AI, Origin.AI_AMENDED, Origin.HUMAN_EXIT}


def _cash(side: Side, value: Decimal) -> Decimal:
    return value if side is Side.SELL else -value
