"""O13, O16: who closed a position that no request of ours explains."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_terms
from helpers.fake_world import World
from helpers.held_world import LONG, said, world_with_position
from terminal.domain.account import Income, IncomeKind
from terminal.domain.errors import VenueUnavailable
from terminal.domain.order import Effect, OrderState, Origin, Side
from terminal.domain.risk import TradingState
from terminal.ports.venue import FiredTrigger, VenueStatus

pytestmark = pytest.mark.asyncio


def held(world: World):
    return world.engine.core.portfolio.held(BTC, LONG)


async def closed(world: World, venue_id: str, wait_s: float = 10):
    await world.clock.advance(wait_s)
    order = world.engine.core.ledger.of_venue_id(venue_id)
    assert (order.terms.effect, order.state) == (Effect.CLOSE, OrderState.FILLED)
    assert world.engine._switch.frozen == frozenset()  # its executions explain the position
    return order


def paused(world: World) -> str:
    return world.engine._switch.pause_of(BTC)


@pytest.mark.parametrize("marks", [{}, {"is_by_hand": True}])
async def test_o13_a_close_on_the_venues_page_is_external_and_pauses_its_pair(marks):
    world = await world_with_position()
    uploads = len(world.venue.uploads)
    venue_id = world.venue.close_by_hand(BTC, LONG, held(world), **marks)
    order = await closed(world, venue_id)
    assert order.origin is Origin.EXTERNAL
    assert "not made here closed a position" in paused(world)
    assert "manual trading" in paused(world)
    assert len(world.venue.uploads) == uploads  # no log is made up for what nobody here decided
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


async def test_o13_a_part_closed_by_hand_is_external_too():
    world = await world_with_position()
    before = held(world)
    order = await closed(world, world.venue.close_by_hand(BTC, LONG, D("0.0010")))
    assert order.origin is Origin.EXTERNAL
    assert held(world) == before - D("0.0010")
    await world.close()


async def test_o13_a_close_by_hand_while_we_were_off_is_found_at_the_start():
    world = await world_with_position()
    size = held(world)
    await world.crash()
    venue_id = world.venue.close_by_hand(BTC, LONG, size)
    await world.restart()
    assert (await closed(world, venue_id)).origin is Origin.EXTERNAL
    assert not said(world, "our fills explain")
    await world.close()


async def test_a_stop_that_fired_while_we_were_off_stays_the_venues():
    world = await world_with_position()
    size = held(world)
    await world.crash()
    venue_id = world.venue.close_by_stop(BTC, LONG, size)
    await world.restart()
    assert (await closed(world, venue_id)).origin is Origin.VENUE
    assert paused(world) == ""
    await world.close()


async def test_one_that_the_stream_calls_triggered_needs_no_question():
    world = await world_with_position()
    world.venue.fired_triggers = None  # asking would fail
    venue_id = world.venue.close_by_hand(BTC, LONG, held(world), is_triggered=True)
    assert (await closed(world, venue_id)).origin is Origin.VENUE
    assert paused(world) == ""
    await world.close()


async def test_what_the_stream_said_counts_although_the_execution_came_first():
    world = await world_with_position()
    size = held(world)
    order_id = world.venue.close_by_hand(BTC, LONG, size, is_triggered=True)
    world.venue.orders[order_id] = replace(world.venue.orders[order_id], is_triggered=False)  # REST does not repeat it
    assert (await closed(world, order_id)).origin is Origin.VENUE
    await world.close()


async def test_a_trigger_the_list_shows_late_is_waited_for():
    world = await world_with_position()
    venue_id = world.venue.close_by_stop(BTC, LONG, held(world))
    late, world.venue.fired = world.venue.fired, []
    await world.clock.advance(1.5)
    assert world.engine.core.ledger.of_venue_id(venue_id) is None
    world.venue.fired = late
    assert (await closed(world, venue_id)).origin is Origin.VENUE
    assert paused(world) == ""
    await world.close()


async def test_one_trigger_explains_one_close_alone():
    world = await world_with_position()
    stop = world.venue.close_by_stop(BTC, LONG, D("0.0010"))
    hand = world.venue.close_by_hand(BTC, LONG, D("0.0010"))
    assert (await closed(world, stop)).origin is Origin.VENUE
    assert (await closed(world, hand)).origin is Origin.EXTERNAL
    await world.close()


def fired(world: World, **changes) -> FiredTrigger:
    """A stop for the whole position that fires now."""
    now_ms, size = world.clock.now_ms(), held(world)
    return replace(FiredTrigger("t9", None, BTC, Side.SELL, Effect.CLOSE, size, now_ms - 60_000, now_ms), **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"side": Side.BUY},
        {"effect": Effect.OPEN},
        {"size": D("0.0001")},
        {"order_id": "another"},
        {"fired_ms": 1_760_000_000_000 - 60_000},
    ],
)
async def test_a_trigger_that_does_not_fit_explains_nothing(changes):
    world = await world_with_position()
    world.venue.fired = [fired(world, **changes)]
    assert (await closed(world, world.venue.close_by_hand(BTC, LONG, held(world)))).origin is Origin.EXTERNAL
    await world.close()


@pytest.mark.parametrize("by", ["trigger_id", "order_id"])
async def test_a_trigger_that_names_its_order_explains_it_whatever_the_moment(by):
    world = await world_with_position()
    size = held(world)
    stop = fired(world, fired_ms=5, size=size)
    venue_id = world.venue.close_by_hand(BTC, LONG, size)
    world.venue.fired = [replace(stop, **{by: venue_id})]
    assert (await closed(world, venue_id)).origin is Origin.VENUE
    await world.close()


async def test_o16_a_liquidation_the_listing_does_not_mark_is_told_by_the_bill():
    world = await world_with_position()
    now_ms = world.clock.now_ms()
    world.venue.bills = [Income("1", IncomeKind.LIQUIDATION, D(0), D(0), BTC, "start_liquidate", now_ms)]
    order = await closed(world, world.venue.close_by_hand(BTC, LONG, held(world)))
    assert (order.origin, order.reason) == (Origin.VENUE, "forced by the venue")
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    await world.close()


async def test_an_old_liquidation_on_the_bill_explains_nothing():
    world = await world_with_position()
    long_ago = world.clock.now_ms() - 60_000
    world.venue.bills = [Income("1", IncomeKind.LIQUIDATION, D(0), D(0), BTC, "start_liquidate", long_ago)]
    order = await closed(world, world.venue.close_by_hand(BTC, LONG, held(world)))
    assert order.origin is Origin.EXTERNAL
    await world.close()


async def test_a_stop_may_carry_the_id_of_its_entry():
    world = await world_with_position()
    size = held(world)
    terms = make_terms(side=Side.SELL, effect=Effect.CLOSE, size=size, stop_price=None, target_price=None)
    report = world.venue.make_order(terms, world.order().client_order_id)
    world.venue.fill(report.venue_order_id, size)
    assert (await closed(world, report.venue_order_id)).origin is Origin.VENUE
    await world.close()


async def test_a_failed_question_is_asked_again_and_never_taken_for_an_answer():
    world = await world_with_position()
    venue_id = world.venue.close_by_stop(BTC, LONG, held(world))
    answer, asked = world.venue.fired_triggers, []

    async def fails(*args):
        asked.append(args)
        raise VenueUnavailable("connection refused", venue="fake")

    world.venue.fired_triggers = fails
    await world.clock.advance(6)
    assert len(asked) >= 3
    world.venue.fired_triggers = answer
    assert (await closed(world, venue_id)).origin is Origin.VENUE
    assert paused(world) == ""
    await world.close()


async def test_when_nobody_can_be_asked_the_pair_is_paused_and_the_doubt_is_said():
    world = await world_with_position()
    venue_id = world.venue.close_by_stop(BTC, LONG, held(world))

    async def fails(*_args):
        raise VenueUnavailable("connection refused", venue="fake")

    world.venue.fired_triggers = fails
    await world.clock.advance(60)
    assert world.engine.core.ledger.of_venue_id(venue_id).origin is Origin.EXTERNAL
    assert "could not be read" in paused(world)
    assert "manual trading" not in paused(world)
    await world.close()


async def test_a_close_that_was_cancelled_without_a_fill_is_nobodys():
    world = await world_with_position()
    terms = make_terms(side=Side.SELL, effect=Effect.CLOSE, stop_price=None, target_price=None)
    report = world.venue.make_order(terms)
    world.venue.finish(report.venue_order_id, VenueStatus.CANCELED)
    await world.clock.advance(10)
    assert world.engine.core.ledger.of_venue_id(report.venue_order_id) is None
    assert paused(world) == ""
    await world.close()
