"""The whole way of one decision, on fakes: cycle, proposal, approval, order, fill, AI log."""

import json

import pytest

from helpers.builders import make_decision
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.messages import CycleEnded, Phase
from terminal.domain.order import OrderState
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState


@pytest.mark.asyncio
async def test_a_decision_becomes_a_filled_order_with_an_accepted_log():
    world = World(make_decision())
    await world.start()
    assert world.engine.trading_state is TradingState.ACTIVE
    proposal = await world.proposed()
    assert proposal.state is ReviewState.PENDING, proposal.reason
    await world.approve()
    await world.clock.advance(5)
    order = world.order()
    assert order.state is OrderState.FILLED
    assert order.filled_size == proposal.terms.size
    (log,) = world.engine.core.outbox.of_order(order.client_order_id)
    assert log.state is AiLogState.ACCEPTED
    body = json.loads(world.venue.uploads[0])
    assert body["orderId"] == int(order.venue_order_id)
    assert body["stage"] == "Decision Making"
    assert world.engine.tally.summary() == {
        "cycles": 1,
        "decisions": 1,
        "holds": 0,
        "approvals": 1,
        "orders": 1,
        "fills": 1,
        "ai_logs_accepted": 1,
        "gaps": 0,
        "illegal_transitions": 0,
        "whole_passports": 1,
    }
    assert world.of(Phase)[-1] == Phase("Ready", ready=True)
    assert "1 proposed" in world.of(CycleEnded)[0].text
    await world.close()
    assert world.journal.closed
    assert world.worker.closed
