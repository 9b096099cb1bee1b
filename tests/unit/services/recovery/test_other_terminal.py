"""D7: an order with our kind of id from a run we do not know means that another terminal trades this account."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_decision, make_terms
from helpers.fake_chance import SeededChance
from helpers.fake_world import World
from helpers.held_world import LONG, world_with_position
from terminal.domain.commands import ClosePosition, SetTradingState
from terminal.domain.order import Effect, OrderKind, OrderState, Origin, Side, TimeInForce
from terminal.domain.records import SessionOpened, SwitchSet
from terminal.domain.risk import TradingState
from terminal.ports.venue import TriggerReport, VenueStatus
from terminal.services.ids import client_order_id, instance_of

STRANGE = client_order_id("zz9x", 1_760_000_400_000, SeededChance(3))
RESTING = {"kind": OrderKind.LIMIT, "tif": TimeInForce.GTC, "price": D("59000.0")}


def halted(world: World) -> bool:
    return world.engine.trading_state is TradingState.HALTED and "another terminal" in world.engine._switch.reason


async def rearm(world: World) -> None:
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web123",
        "zz9x0mgj6sruw",
        "0123456789abcdef0123456789abcdef",  # a UUID
        "ffffffffffffffffffffffffffffffff",
        "1760000400000",
        STRANGE.upper(),
        f"{STRANGE}0",
        "zz9x" + "0000000001" + "a" * 18,  # made in 1970
    ],
)
def test_d7_ids_of_other_programs_name_no_run(text):
    assert instance_of(text) is None


def test_d7_our_ids_name_the_run_that_made_them():
    assert instance_of(STRANGE) == "zz9x"


@pytest.mark.asyncio
async def test_d7_an_order_of_another_terminal_halts_and_is_shown_as_made_elsewhere():
    world = World()
    await world.start()
    report = world.venue.make_order(make_terms(**RESTING), STRANGE)
    world.venue.finish(report.venue_order_id, VenueStatus.OPEN)
    await world.clock.advance(1)
    assert halted(world)
    assert "buy to open" in world.engine._switch.reason
    assert report.venue_order_id in world.engine._switch.reason
    order = world.engine.core.ledger.of_venue_id(report.venue_order_id)
    assert (order.origin, order.state) == (Origin.EXTERNAL, OrderState.WORKING)
    assert world.disk.of(SwitchSet)[-1].state is TradingState.HALTED
    await world.close()


@pytest.mark.asyncio
async def test_d7_without_a_stream_the_listing_tells_it():
    world = World()
    await world.start()
    await world.clock.advance(20)
    sink, world.venue.sink = world.venue.sink, None
    report = world.venue.make_order(make_terms(**RESTING), STRANGE)
    world.venue.finish(report.venue_order_id, VenueStatus.OPEN)
    world.venue.sink = sink
    await world.clock.advance(11)
    assert halted(world)
    await world.close()


@pytest.mark.asyncio
async def test_d7_a_cancelled_order_of_another_terminal_is_told_once_even_over_a_restart():
    world = World()
    await world.start()
    report = world.venue.make_order(make_terms(**RESTING), STRANGE)
    world.venue.finish(report.venue_order_id, VenueStatus.CANCELED)
    await world.clock.advance(1)
    assert halted(world)
    await rearm(world)
    world.venue.say(world.venue.orders[report.venue_order_id])
    await world.clock.advance(700)  # a full pass reads the history
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.restart()
    await world.clock.advance(700)
    assert world.engine.trading_state is TradingState.ACTIVE
    second = world.venue.make_order(make_terms(**RESTING), client_order_id("zz9x", 1_760_000_500_000, SeededChance(4)))
    world.venue.finish(second.venue_order_id, VenueStatus.OPEN)
    await world.clock.advance(1)
    assert halted(world)  # it goes on trading: that is news again
    await world.close()


@pytest.mark.asyncio
async def test_d7_a_close_by_another_terminal_halts_and_is_not_taken_for_a_stop():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(BTC, LONG)
    terms = make_terms(side=Side.SELL, effect=Effect.CLOSE, size=held, stop_price=None, target_price=None)
    report = world.venue.make_order(terms, STRANGE)
    world.venue.fill(report.venue_order_id, held)
    await world.clock.advance(1)
    assert halted(world)
    assert world.engine.core.ledger.of_venue_id(report.venue_order_id).origin is Origin.EXTERNAL
    await world.close()


@pytest.mark.asyncio
async def test_d7_a_trigger_of_another_terminal_halts_too():
    world = World()
    await world.start()
    world.venue.triggers = [TriggerReport("9", STRANGE, BTC, Side.BUY, Effect.OPEN, D("0.01"), D(58_000), 1)]
    await world.clock.advance(20)
    assert halted(world)
    assert "a trigger" in world.engine._switch.reason
    await world.close()


@pytest.mark.asyncio
async def test_d7_orders_and_stops_of_our_own_earlier_runs_are_ours():
    world = await world_with_position()
    world.options["instance"] = "bbbb"
    await world.restart()
    assert [each.instance for each in world.disk.of(SessionOpened)] == ["aaaa", "bbbb"]
    held = world.engine.core.portfolio.held(BTC, LONG)
    # A stop placed in the first run fires and carries the id it was given there.
    own = client_order_id("aaaa", 1_760_000_400_000, SeededChance(5))
    terms = make_terms(side=Side.SELL, effect=Effect.CLOSE, size=held, stop_price=None, target_price=None)
    report = world.venue.make_order(terms, own)
    world.venue.fill(report.venue_order_id, held)
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.ACTIVE
    assert world.engine.core.ledger.of_venue_id(report.venue_order_id).origin is Origin.VENUE
    await world.close()


@pytest.mark.asyncio
async def test_d7_a_journal_of_an_earlier_version_knows_its_runs_by_their_orders():
    world = await world_with_position(make_decision())
    world.disk.records = [
        replace(each, instance="") if isinstance(each, SessionOpened) else each for each in world.disk.records
    ]
    world.options["instance"] = "bbbb"
    await world.restart()
    report = world.venue.make_order(make_terms(**RESTING), client_order_id("aaaa", 1_760_000_400_000, SeededChance(6)))
    world.venue.finish(report.venue_order_id, VenueStatus.OPEN)
    await world.clock.advance(1)
    assert not halted(world)
    await world.close()


@pytest.mark.asyncio
async def test_d7_a_person_can_still_close_while_halted():
    world = await world_with_position()
    report = world.venue.make_order(make_terms(**RESTING), STRANGE)
    world.venue.finish(report.venue_order_id, VenueStatus.OPEN)
    await world.clock.advance(1)
    assert halted(world)
    world.engine.post(ClosePosition(BTC, LONG, D(1), "ann"))
    await world.clock.advance(5)
    assert await world.venue.positions() == ()
    await world.close()
