"""A seeded storm against the order manager: whatever the venue does, the promises hold."""

import asyncio
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from helpers.builders import D, make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_worker import deciding
from helpers.fake_world import World
from terminal.domain.commands import ClosePosition, SetTradingState
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.order import AT_VENUE, OrderState, PositionSide
from terminal.domain.records import ApprovalGiven, FillBooked, IntentCommitted
from terminal.domain.risk import RiskLimits, TradingState
from terminal.ports.venue import ResyncNeeded

STEPS = st.builds(
    Step,
    answer=st.sampled_from(["ack", "ack", "refuse", "not_sent", "unclear"]),
    arrives=st.booleans(),
    events=st.sampled_from(["after", "before", "never"]),
    parts=st.integers(1, 3),
    fill=st.sampled_from([D(1), D("0.5"), D(0)]),
    echo_id=st.booleans(),
)
WIDE = RiskLimits(
    orders_per_min=1_000,
    orders_per_day=10_000,
    entry_interval_s=0.0,
    duplicate_window_s=0.0,
    fills_per_min=10,
    rejects_per_min=1_000,
    daily_loss_reduce=D("0.09"),
    daily_loss_halt=D("0.09"),
)


class OrderStorm(RuleBasedStateMachine):
    """Decisions, approvals, exits, faults, replays, crashes and time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world: World | None = None
        self.decisions = 0
        self.filled: dict[str, Decimal] = {}
        self.loop.run_until_complete(self._start())

    async def _start(self) -> None:
        self.world = World(limits=WIDE)
        await self.world.start()

    def teardown(self) -> None:
        try:
            self.loop.run_until_complete(self._come_to_rest())
        finally:
            self.loop.run_until_complete(self.world.crash())
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.close()

    async def _come_to_rest(self) -> None:
        self._arm()
        await self.world.clock.advance(400)
        self._check_rest()

    def _arm(self) -> None:
        self.world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))

    @rule(step=STEPS, which=st.integers(0, 2), clicks=st.integers(1, 3), gap_s=st.sampled_from([0.0, 0.01, 0.3]))
    def decide_and_approve(self, step, which, clicks, gap_s):
        async def run() -> None:
            world = self.world
            self.decisions += 1
            name = f"d{self.decisions}"
            if step.answer == "ack":
                step.arrives = True
            elif not step.fill:
                step.echo_id = True  # without answer, execution or our id nothing tells whose order it was
            world.venue.script.clear()
            world.venue.script.append(step)
            self._arm()
            world.worker.answer = deciding(make_decision(name, instrument_id=ALLOWED_INSTRUMENTS[which]))
            world.engine.core.cycle.request("bar closed")
            await settle()
            for _ in range(clicks):
                world.engine.post(world.yes(name))
                await world.clock.advance(gap_s)

        self.loop.run_until_complete(run())

    @rule(step=STEPS, which=st.integers(0, 2), fraction=st.sampled_from([D("0.5"), D(1)]))
    def close(self, step, which, fraction):
        async def run() -> None:
            if step.answer == "ack":
                step.arrives = True
            elif not step.fill:
                step.echo_id = True
            self.world.venue.script.clear()
            self.world.venue.script.append(step)
            instrument_id = ALLOWED_INSTRUMENTS[which]
            self.world.engine.post(ClosePosition(instrument_id, PositionSide.LONG, fraction, "ann"))
            await settle()

        self.loop.run_until_complete(run())

    @rule()
    def stop_executes(self):
        async def run() -> None:
            for position in await self.world.venue.positions():
                self.world.venue.close_by_stop(position.instrument_id, position.side, position.size)
            await settle()

        self.loop.run_until_complete(run())

    @rule(newest=st.integers(1, 4))
    def replay(self, newest):
        """The venue says old things again."""

        async def run() -> None:
            venue = self.world.venue
            for report in list(venue.orders.values())[-newest:]:
                venue.say(report)
                venue.say(replace(report, filled_size=D(0), updated_ms=report.created_ms - 1))
            for fill in venue.all_fills[-newest:]:
                venue.say(fill)
            await settle()

        self.loop.run_until_complete(run())

    @rule(seconds=st.sampled_from([0.5, 3.0, 20.0, 130.0]))
    def wait(self, seconds):
        self.loop.run_until_complete(self.world.clock.advance(seconds))

    @rule(seconds=st.sampled_from([1.0, 30.0]))
    def venue_goes_away(self, seconds):
        async def run() -> None:
            self.world.venue.go_away()
            await self.world.clock.advance(seconds)
            self.world.venue.come_back()
            self.world.venue.say(ResyncNeeded("back"))
            await self.world.clock.advance(1)

        self.loop.run_until_complete(run())

    @rule()
    def crash(self):
        self.loop.run_until_complete(self.world.restart())

    @invariant()
    def never_twice(self):
        sends = Counter(self.world.venue.sends)
        assert all(count == 1 for count in sends.values())
        intents = self.world.disk.of(IntentCommitted)
        assert set(sends) <= {intent.order.client_order_id for intent in intents}
        decided = Counter(intent.order.decision_id for intent in intents if intent.order.decision_id)
        assert all(count == 1 for count in decided.values())
        assert set(decided) <= {record.approval.decision_id for record in self.world.disk.of(ApprovalGiven)}

    @invariant()
    def filled_only_grows(self):
        ledger = self.world.engine.core.ledger
        assert ledger.illegal_transitions == 0
        for key, order in ledger.orders.items():
            if key in self.filled:
                assert order.filled_size >= self.filled[key] or key.startswith("v")
            self.filled[key] = order.filled_size
            assert ledger.filled_sum(key) <= order.filled_size <= order.terms.size

    def _check_rest(self) -> None:
        """At rest the venue's truth is ours: every order, every execution, and nothing unclear."""
        world, ledger = self.world, self.world.engine.core.ledger
        assert set(world.venue.orders) <= {order.venue_order_id for order in ledger.orders.values()}
        assert {fill.trade_id for fill in world.venue.all_fills} == {
            record.fill.trade_id for record in world.disk.of(FillBooked)
        }
        for key, order in ledger.orders.items():
            assert ledger.filled_sum(key) == order.filled_size
            assert order.state not in {OrderState.SUBMITTING, OrderState.UNKNOWN} or order.needs_human
            if order.venue_order_id is not None and order.state not in AT_VENUE:
                assert order.filled_size == world.venue.orders[order.venue_order_id].filled_size


TestOrderStorm = OrderStorm.TestCase
TestOrderStorm.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A shrunk storm takes minutes; the printed blob and the steps are enough to find the fault.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
