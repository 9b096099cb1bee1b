"""A simulated account that outlives the program (paper) is compared like a real one; a fresh exchange begins anew."""

import pytest

from helpers.builders import BTC, D, make_decision, make_terms
from helpers.fake_world import World
from helpers.held_world import LONG, said, world_with_position
from terminal.domain.commands import AcceptVenuePosition
from terminal.domain.messages import EquityHistory
from terminal.domain.order import OrderKind, TimeInForce
from terminal.domain.risk import TradingState
from terminal.ports.venue import LogReceipt, VenueStatus

pytestmark = pytest.mark.asyncio
REFUSED = LogReceipt(accepted=False, code="40020", message="no such order", permanent=True)


def paper(*decisions) -> World:
    world = World(*decisions, simulated=True)
    world.venue.kept = True
    return world


@pytest.mark.parametrize("kept", [True, False])
async def test_curve_day_start_and_peak_go_on_where_the_account_does(kept):
    world = World(simulated=True)
    world.venue.kept = kept
    await world.start()
    await world.clock.advance(30)
    world.venue.equity = D(980)
    await world.restart()
    portfolio = world.engine.core.portfolio
    expected = D(1_000) if kept else D(980)
    assert (portfolio.peak_equity, portfolio.day_start_equity) == (expected, expected)
    assert bool(world.of(EquityHistory)) is kept
    await world.close()


async def test_the_days_loss_still_counts_after_a_restart():
    world = paper()
    await world.start()
    await world.clock.advance(30)
    world.venue.equity = D(960)  # 4 % down
    await world.restart()
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    await world.close()


async def test_pauses_go_on_where_the_account_does():
    world = paper()
    await world.start()
    world.engine._switch.pause(BTC, "a reason")
    await world.clock.advance(1)
    await world.restart()
    assert world.engine._switch.pause_of(BTC) == "a reason"
    await world.close()


async def test_a_position_nothing_explains_waits_for_a_person():
    world = paper()
    stranger = world.venue.make_order(make_terms(), "stranger")
    world.venue.fill(stranger.venue_order_id, D("0.0050"))
    world.clock.now_s += 3_600
    await world.start()
    assert "our fills explain 0" in world.engine._switch.pause_of(BTC)
    assert not said(world, "started anew")
    world.engine.post(AcceptVenuePosition(BTC, "ann"))
    await world.clock.advance(5)
    await world.restart()
    assert world.engine._switch.pause_of(BTC) == ""
    await world.close()


async def test_a_position_of_the_run_before_is_simply_still_there():
    world = await world_with_position(simulated=True)
    world.venue.kept = True
    await world.restart()
    await world.clock.advance(60)
    assert world.engine.core.portfolio.held(BTC, LONG) > 0
    assert world.engine.trading_state is TradingState.ACTIVE
    assert world.engine._switch.pause_of(BTC) == ""
    await world.close()


@pytest.mark.parametrize("kept", [True, False])
async def test_an_order_that_is_gone_is_over_only_where_the_account_began_anew(kept):
    world = World(make_decision(), simulated=True)
    world.venue.kept = kept
    await world.start()
    report = world.venue.make_order(make_terms(kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=D("59000.0")), "web123")
    world.venue.finish(report.venue_order_id, VenueStatus.OPEN)
    await world.clock.advance(5)
    del world.venue.orders[report.venue_order_id]
    await world.clock.advance(15)
    order = world.engine.core.ledger.of_venue_id(report.venue_order_id)
    assert order.needs_human is kept
    assert order.is_terminal is not kept
    assert ("no longer knows" in world.engine._switch.pause_of(BTC)) is False  # it was paused before, as made elsewhere
    await world.close()


@pytest.mark.parametrize("kept", [True, False])
async def test_a_log_refused_after_a_restart_needs_a_person_where_the_account_went_on(kept):
    world = World(make_decision(), simulated=True)
    world.venue.kept = kept
    world.venue.receipts.extend([LogReceipt(accepted=False, code="500", message="later", permanent=False)] * 2)
    await world.start()
    await world.approve()
    await world.clock.advance(1)
    world.venue.receipts.clear()
    world.venue.receipts.extend([REFUSED] * 5)
    await world.restart()
    await world.clock.advance(30)
    states = {log.state.value for log in world.engine.core.outbox.logs.values()}
    assert states == ({"NEEDS_HAND"} if kept else {"KEPT"})
    await world.close()
