"""The engine is dropped after each step of the way and built again on the same disk and venue."""

from collections import Counter

import pytest

from helpers.builders import make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.order import OrderState
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogLinked,
    CycleOpened,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    ProposalRecorded,
    ReviewClosed,
)
from terminal.domain.review import ReviewState

STEPS = {
    "W1": CycleOpened,
    "W2": ProposalRecorded,
    "W3": IntentCommitted,
    "W4 ack": OrderMoved,
    "W4 fill": FillBooked,
    "W5": AiLogLinked,
    "W6 before": AiLogAttempted,
    "W6 after": AiLogAnswered,
}


def check_oracles(world: World) -> None:
    """Every venue order maps to one intent, nothing was sent twice, no log is missing at the end."""
    intents = {intent.order.client_order_id for intent in world.disk.of(IntentCommitted)}
    assert set(world.venue.sends) <= intents
    assert all(count == 1 for count in Counter(world.venue.sends).values())
    decisions = Counter(intent.order.decision_id for intent in world.disk.of(IntentCommitted))
    assert all(count == 1 for count in decisions.values())
    known = {order.venue_order_id for order in world.engine.core.ledger.orders.values()}
    assert set(world.venue.orders) <= known
    assert world.engine.core.ledger.illegal_transitions == 0
    for order in world.engine.core.ledger.orders.values():
        assert world.engine.core.ledger.filled_sum(order.client_order_id) == order.filled_size


async def run_until_crash(world: World, kind: type) -> None:
    world.journal.crash_after = lambda records: any(isinstance(record, kind) for record in records)
    await world.start()
    if kind not in {CycleOpened, ProposalRecorded}:
        await world.approve()
    await world.clock.until(lambda: world.journal.dead)
    await settle()


@pytest.mark.asyncio
@pytest.mark.parametrize("step", STEPS)
async def test_risk_8_crash_after_each_durable_step(step):
    world = World(make_decision())
    await run_until_crash(world, STEPS[step])
    await world.restart()
    await world.clock.advance(150)
    check_oracles(world)
    if step in {"W1", "W2"}:
        assert world.venue.sends == []
    elif step == "W3":
        # Durable but never sent: looked for until its signature is long dead, then given up.
        assert world.venue.sends == []
        assert world.order().state is OrderState.NOT_ACCEPTED
        (log,) = world.engine.core.outbox.logs.values()
        assert log.state is AiLogState.KEPT
    else:
        assert world.order().state is OrderState.FILLED
        (log,) = world.engine.core.outbox.logs.values()
        assert log.state is AiLogState.ACCEPTED
        assert len(set(world.venue.uploads)) == 1
        assert world.engine.tally.gaps() == ()
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("arrives", [True, False])
async def test_risk_8_crash_while_the_request_is_under_way(arrives):
    world = World(make_decision())
    world.venue.script.append(Step(answer="hang", arrives=arrives, events="before"))
    if not arrives:
        world.venue.script[0].answer = "hang"
    await world.start()
    await world.approve()
    await world.restart()
    assert world.venue.sends == [world.order().client_order_id]
    await world.clock.advance(200)
    check_oracles(world)
    assert world.order().state is (OrderState.FILLED if arrives else OrderState.NOT_ACCEPTED)
    await world.close()


@pytest.mark.asyncio
async def test_restart_denies_what_nobody_answered():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    await world.restart()
    (closed,) = world.disk.of(ReviewClosed)
    assert closed.state is ReviewState.EXPIRED
    await world.approve_late()
    await world.clock.advance(5)
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_a_halt_survives_the_restart():
    from terminal.domain.commands import SetTradingState
    from terminal.domain.risk import TradingState

    world = World()
    await world.start()
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    await world.clock.advance(1)
    await world.restart()
    assert world.engine.trading_state is TradingState.HALTED
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(1)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.restart()
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()
