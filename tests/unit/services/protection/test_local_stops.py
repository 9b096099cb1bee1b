"""Stops of a venue that keeps none: this program keeps them, and leaves when the market meets one."""

import asyncio
from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_decision, make_ticker
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_world import World
from helpers.held_world import LONG, said
from terminal.domain.ai_log import AiLogState
from terminal.domain.capabilities import FULL_CAPABILITIES
from terminal.domain.commands import CancelAll
from terminal.domain.hand_messages import MoveStop, ProtectionChanged
from terminal.domain.market import StreamState
from terminal.domain.messages import Notice
from terminal.domain.order import Effect, Origin
from terminal.domain.protection import ProtectionState
from terminal.ports.venue import Unclear

pytestmark = pytest.mark.asyncio
BARE = replace(FULL_CAPABILITIES, triggers=False, ai_logs=False)
KEY = (BTC, LONG)


async def bare_world(**options) -> World:
    """A long BTC position of decision d1 at a venue without triggers."""
    world = World(make_decision(), able=BARE, **options)
    world.venue.presets = False
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert world.engine.core.portfolio.held(*KEY) > 0
    return world


def market(world: World, price: str) -> None:
    """Move what the venue trades at, without a stream that would soon say otherwise."""
    world.feed.prices[BTC] = price
    world.venue.prices[BTC] = D(price)
    world.feed.tick()


def kept(world: World) -> list:
    return sorted((each.trigger_price, each.size) for each in world.engine.core.hands.watch.triggers)


def exits(world: World) -> list:
    return [each for each in world.engine.core.ledger.orders.values() if each.terms.effect is Effect.CLOSE]


def status(world: World):
    return world.engine.core.hands.watch.status_of(KEY)


async def test_the_opening_goes_without_its_stop_and_the_program_keeps_it():
    world = await bare_world()
    (sent,) = (terms for terms, _ in world.venue._prepared.values())
    assert (sent.stop_price, sent.target_price) == (None, None)
    assert world.venue.triggers == []
    held = world.engine.core.portfolio.held(*KEY)
    assert kept(world) == [(D("59000.0"), held), (D("62000.0"), held)]
    assert status(world).state is ProtectionState.PROTECTED
    assert status(world).by_program
    assert "only while the program runs" in status(world).text
    await world.close()


@pytest.mark.parametrize(("price", "name"), [("58990.0", "stop"), ("62010.0", "target")])
async def test_the_market_meets_one_and_the_program_leaves_once(price, name):
    world = await bare_world()
    held = world.engine.core.portfolio.held(*KEY)
    market(world, price)
    await world.clock.advance(20)
    (order,) = exits(world)
    assert (order.origin, order.filled_size) == (Origin.PROGRAM_STOP, held)
    assert len(world.venue.sends) == 2
    assert said(world, f"its {name} at")
    assert world.engine.core.portfolio.held(*KEY) == 0
    assert kept(world) == []
    (log,) = world.engine.core.outbox.of_order(order.client_order_id)
    assert log.state is AiLogState.KEPT
    assert f"its {name} at" in log.content.decode()
    assert "by a person" not in log.content.decode()
    await world.close()


async def test_nothing_leaves_while_the_market_stays_between():
    world = await bare_world()
    for price in ("59001.0", "61999.0", "60000.0"):
        market(world, price)
        await world.clock.advance(3)
    assert exits(world) == []
    await world.close()


async def test_an_exit_that_was_refused_is_tried_again_until_nothing_is_held():
    world = await bare_world()
    world.venue.script.extend([Step(answer="refuse"), Step(answer="not_sent"), Step()])
    market(world, "58990.0")
    await world.clock.advance(15)
    assert world.engine.core.portfolio.held(*KEY) == 0
    assert [each.state.value for each in exits(world)] == ["REJECTED", "NOT_SENT", "FILLED"]
    await world.close()


async def test_an_exit_whose_answer_is_lost_is_not_sent_twice():
    world = await bare_world()
    world.venue.script.append(Step(answer="unclear", events="never"))
    market(world, "58990.0")
    await world.clock.advance(30)
    assert len(exits(world)) == 1
    assert world.engine.core.portfolio.held(*KEY) == 0
    await world.close()


async def test_the_program_can_end_while_such_an_exit_is_on_its_way():
    """An adapter takes the wish to end for an unclear answer: the watching must not go on for that."""
    world = await bare_world()
    on_its_way = asyncio.Event()

    async def submit(_prepared) -> Unclear:
        on_its_way.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return Unclear("sending was interrupted")
        raise AssertionError("nobody sets it")

    world.venue.submit_order = submit
    market(world, "58990.0")
    await world.clock.advance(1)
    assert on_its_way.is_set()
    await world.close()  # which waits a minute at most


async def test_an_exit_that_found_nobody_is_followed_by_another():
    world = await bare_world()
    held = world.engine.core.portfolio.held(*KEY)
    world.venue.script.append(Step(fill=D(0)))
    market(world, "58990.0")
    await world.clock.advance(30)
    assert [each.state.value for each in exits(world)] == ["CANCELED", "FILLED"]
    assert exits(world)[-1].filled_size == held
    await world.close()


async def test_a_moved_stop_is_the_one_that_counts():
    world = await bare_world()
    world.engine.post(MoveStop(BTC, LONG, D("59500.0"), "ann"))
    await world.clock.advance(8)
    assert D("59500.0") in {price for price, _ in kept(world)}
    assert said(world, "this program keeps it while it runs")
    market(world, "59400.0")
    await world.clock.advance(10)
    assert len(exits(world)) == 1
    await world.close()


async def test_what_a_person_cancels_does_not_come_back_by_itself():
    world = await bare_world()
    world.engine.post(CancelAll("ann"))
    await world.clock.advance(20)
    assert kept(world) == []
    assert status(world).state is ProtectionState.UNCONFIRMED
    assert "keeps no stop for it" in status(world).text
    market(world, "58000.0")
    await world.clock.advance(5)
    assert exits(world) == []
    await world.close()


async def test_after_a_restart_the_stops_come_back_from_the_journal():
    world = await bare_world()
    world.engine.post(MoveStop(BTC, LONG, D("59500.0"), "ann"))
    await world.clock.advance(8)
    await world.restart()
    await world.clock.advance(5)
    assert [price for price, _ in kept(world)] == [D("59500.0"), D("62000.0")]
    market(world, "59400.0")
    await world.clock.advance(10)
    assert world.engine.core.portfolio.held(*KEY) == 0
    await world.close()


async def test_a_stop_met_while_the_program_was_away_is_left_by_at_the_start():
    world = await bare_world()
    await world.crash()
    world.feed.prices[BTC], world.venue.prices[BTC] = "58000.0", D("58000.0")
    world.build()
    await world.start()
    await world.clock.advance(10)
    assert world.engine.core.portfolio.held(*KEY) == 0
    await world.close()


async def test_a_silent_market_is_said_because_the_stop_cannot_act():
    world = await bare_world()
    world.feed.live = False
    await world.clock.advance(30)
    assert said(world, "has been silent")
    assert said(world, "cannot act")
    world.feed.live = True
    await world.clock.advance(3)
    assert said(world, "working again")
    await world.close()


async def test_a_venue_with_triggers_is_left_alone():
    world = World(make_decision())
    await world.start()
    assert world.engine.core.hands.local_stops is None
    assert world.engine._venue is world.venue
    await world.close()


async def test_no_stop_is_shown_twice_and_every_status_says_who_keeps_it():
    world = await bare_world()
    shown = [each for event in world.of(ProtectionChanged) for each in event.statuses]
    assert shown
    assert all(each.by_program for each in shown)
    assert not [event for event in world.of(Notice) if "no full stop at the venue" in event.text]
    await settle()
    await world.close()


async def test_a_book_stands_in_where_nobody_trades():
    world = await bare_world()
    world.feed.live = False
    hub = world.engine.core.hub
    for _ in range(20):
        hub.on_market(hub.books[BTC])
        await world.clock.advance(1)
    assert not said(world, "has been silent")
    hub.on_market(make_ticker(BTC, "60000.0"))
    hub.on_market(StreamState("public", connected=True, detail="connected"))
    await world.close()
