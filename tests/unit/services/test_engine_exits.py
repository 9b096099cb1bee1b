"""Ways out of a position: by a person, by the venue's stop, by force; and orders nobody here made."""

import json

import pytest

from helpers.builders import BTC, D, make_decision, make_terms
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.commands import CancelAll, CancelOrder, ClosePosition, SetTradingState
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Notice
from terminal.domain.order import Effect, OrderKind, OrderState, Origin, PositionSide, Side, TimeInForce
from terminal.domain.risk import TradingState
from terminal.ports.venue import TriggerReport


async def world_with_position() -> World:
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert world.engine.core.portfolio.held(BTC, PositionSide.LONG) > 0
    return world


def newest(world: World):
    return list(world.engine.core.ledger.orders.values())[-1]


@pytest.mark.asyncio
async def test_a_person_closes_in_a_halt_and_the_log_claims_no_model():
    world = await world_with_position()
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D(1), "ann"))
    await world.clock.advance(10)
    order = newest(world)
    assert (order.origin, order.state, order.terms.effect) == (Origin.HUMAN_EXIT, OrderState.FILLED, Effect.CLOSE)
    assert await world.venue.positions() == ()
    body = json.loads(world.venue.uploads[-1])
    assert body["stage"] == "Position Management"
    assert body["orderId"] == int(order.venue_order_id)
    assert body["input"]["decision_id"] == "d1"
    assert body["output"]["exit_decided_by_model"] is False
    assert "closed by a person (ann)" in body["explanation"]
    assert world.engine.tally.summary()["illegal_transitions"] == 0
    await world.close()


@pytest.mark.asyncio
async def test_a_part_is_rounded_down_and_a_double_click_never_closes_more_than_held():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(BTC, PositionSide.LONG)
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D("0.5"), "ann"))
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D("0.6"), "ann"))
    await world.clock.advance(5)
    closes = [order for order in world.engine.core.ledger.orders.values() if order.origin is Origin.HUMAN_EXIT]
    assert sum(order.terms.size for order in closes) <= held
    assert len(closes) == 1
    assert any("R24" in event.text for event in world.of(Notice))
    await world.close()


@pytest.mark.asyncio
async def test_nothing_to_close_is_said():
    world = World()
    await world.start()
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D(1), "ann"))
    await world.clock.advance(1)
    assert any("Nothing to close" in event.text for event in world.of(Notice))
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_a_stop_the_venue_executes_is_adopted_logged_and_its_orphans_go():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(BTC, PositionSide.LONG)
    world.venue.triggers = [TriggerReport("9", None, BTC, Side.SELL, Effect.CLOSE, held, D(62_000), 1)]
    venue_id = world.venue.close_by_stop(BTC, PositionSide.LONG, held)
    await world.clock.advance(15)
    order = world.engine.core.ledger.of_venue_id(venue_id)
    assert (order.origin, order.state, order.filled_size) == (Origin.VENUE, OrderState.FILLED, held)
    body = json.loads(world.venue.uploads[-1])
    assert body["orderId"] == int(venue_id)
    assert "an order the venue held" in body["explanation"]
    assert "stop was 59000" in body["explanation"]
    assert world.venue.triggers == []
    assert world.engine.tally.gaps(0.0) == ()
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_a_log_that_a_slow_disk_took_too_late_is_uploaded_and_not_called_a_second_one():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(BTC, PositionSide.LONG)
    world.journal.delay = lambda: world.clock.sleep(1.5)
    venue_id = world.venue.close_by_stop(BTC, PositionSide.LONG, held)
    await world.clock.advance(30)
    world.journal.delay = None
    await world.clock.advance(30)
    assert json.loads(world.venue.uploads[-1])["orderId"] == int(venue_id)
    assert not [event.text for event in world.of(Notice) if "could not be kept" in event.text]
    await world.close()


@pytest.mark.asyncio
async def test_a_forced_close_reduces_only_and_pauses():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(BTC, PositionSide.LONG)
    world.venue.close_by_stop(BTC, PositionSide.LONG, held, forced=True)
    await world.clock.advance(10)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert "forced" in world.engine._switch.pause_of(BTC)
    await world.close()


@pytest.mark.asyncio
async def test_an_order_made_elsewhere_is_adopted_as_external_and_pauses_its_instrument():
    world = World()
    await world.start()
    report = world.venue.make_order(make_terms(), "web-1")
    world.venue.fill(report.venue_order_id, D("0.0050"))
    await world.clock.advance(10)
    order = world.engine.core.ledger.of_venue_id(report.venue_order_id)
    assert (order.origin, order.filled_size) == (Origin.EXTERNAL, D("0.0050"))
    assert "not made here" in world.engine._switch.pause_of(BTC)
    assert world.engine.tally.gaps(0.0) == (order,)
    await world.close()


@pytest.mark.asyncio
async def test_exits_of_a_position_without_a_decision_stay_without_a_log():
    world = World()
    await world.start()
    report = world.venue.make_order(make_terms(), "web-1")
    world.venue.fill(report.venue_order_id, D("0.0050"))
    await world.clock.advance(5)
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D(1), "ann"))
    await world.clock.advance(5)
    assert await world.venue.positions() == ()
    assert world.venue.uploads == []
    await world.close()


LIMIT = {"kind": OrderKind.LIMIT, "tif": TimeInForce.GTC, "price": D("59900.0")}


async def world_with_resting_order() -> World:
    """A resting limit order of ours: the ledger is given one that the venue holds."""
    world = World()
    await world.start()
    core = world.engine.core
    terms = make_terms(**LIMIT)
    from helpers.builders import make_order

    report = world.venue.make_order(terms, "mine")
    core.ledger.put(make_order(OrderState.SUBMITTING, client_order_id="mine", terms=terms))
    core.intake.acknowledge(core.ledger.orders["mine"], report.venue_order_id)
    return world


@pytest.mark.asyncio
async def test_cancel_is_done_when_the_venue_says_so():
    world = await world_with_resting_order()
    world.engine.post(CancelOrder("mine", "ann"))
    await world.clock.advance(2)
    assert world.engine.core.ledger.orders["mine"].state is OrderState.CANCELED
    await world.close()


@pytest.mark.asyncio
async def test_cancel_of_a_filled_order_adopts_the_fill():
    world = await world_with_resting_order()
    order = world.engine.core.ledger.orders["mine"]
    sink, world.venue.sink = world.venue.sink, None
    world.venue.fill(order.venue_order_id, order.terms.size)
    world.venue.sink = sink
    world.engine.post(CancelOrder("mine", "ann"))
    await world.clock.advance(20)
    order = world.engine.core.ledger.orders["mine"]
    assert (order.state, order.filled_size) == (OrderState.FILLED, order.terms.size)
    assert world.engine.core.ledger.filled_sum("mine") == order.filled_size
    assert world.engine.core.ledger.illegal_transitions == 0
    await world.close()


@pytest.mark.asyncio
async def test_a_refused_cancel_of_an_open_order_leaves_it_working():
    world = await world_with_resting_order()
    world.venue.cancel_result = False
    world.engine.post(CancelOrder("mine", "ann"))
    await world.clock.advance(2)
    assert world.engine.core.ledger.orders["mine"].state is OrderState.WORKING
    await world.close()


@pytest.mark.asyncio
async def test_cancel_all_keeps_trying_while_the_venue_is_away():
    world = await world_with_resting_order()
    world.venue.go_away()
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    world.engine.post(CancelAll("ann"))
    await world.clock.advance(2)
    assert world.engine.core.ledger.orders["mine"].state is OrderState.ACKED
    world.venue.come_back()
    await world.clock.advance(10)
    assert world.engine.core.ledger.orders["mine"].state is OrderState.CANCELED
    await world.close()


@pytest.mark.asyncio
async def test_a_close_of_a_pair_outside_the_eight_is_refused():
    world = World()
    await world.start()
    world.engine.post(ClosePosition(InstrumentId("PEPE-PERP"), PositionSide.LONG, D(1), "ann"))
    await world.clock.advance(1)
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_an_exit_whose_outcome_is_unclear_is_looked_up_not_resent():
    world = await world_with_position()
    world.venue.script.append(Step(answer="unclear", events="never"))
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D(1), "ann"))
    await world.clock.advance(30)
    assert newest(world).state is OrderState.FILLED
    assert len(world.venue.sends) == 2
    (log,) = world.engine.core.outbox.of_order(newest(world).client_order_id)
    assert log.state is AiLogState.ACCEPTED
    await world.close()
