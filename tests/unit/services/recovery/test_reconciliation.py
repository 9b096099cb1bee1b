"""How often we ask the venue, what a difference of positions does, and what a person can do about it."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_terms
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.commands import AcceptVenuePosition, SetTradingState
from terminal.domain.market import StreamState
from terminal.domain.messages import Notice
from terminal.domain.order import Effect, OrderKind, OrderState, Origin, PositionSide, Side, TimeInForce
from terminal.domain.records import PositionAccepted, SwitchSet
from terminal.domain.risk import TradingState
from terminal.ports.venue import ResyncNeeded, VenueStatus
from terminal.services.protection.local_venue import with_protection


class Counting:
    """Counts readings of the venue over a while."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.counts = dict.fromkeys(("open_orders", "positions", "fills", "order_history", "order"), 0)
        for name in self.counts:
            setattr(world.venue, name, self._counted(name, getattr(world.venue, name)))

    def _counted(self, name, call):
        async def counted(*args):
            self.counts[name] += 1
            return await call(*args)

        return counted

    async def over(self, seconds: float) -> dict[str, int]:
        before = dict(self.counts)
        await self.world.clock.advance(seconds)
        return {name: self.counts[name] - before[name] for name in before}


@pytest.mark.asyncio
async def test_cadence_when_all_is_quiet():
    world = World()
    await world.start()
    await world.clock.advance(40)
    counted = await Counting(world).over(300)
    assert 35 <= counted["open_orders"] <= 45  # every 10 s, and with each pass
    assert 9 <= counted["fills"] <= 11  # a complete pass every 30 s
    assert counted["order_history"] == 0
    await world.close()


@pytest.mark.asyncio
async def test_a_full_pass_reads_every_history_every_ten_minutes():
    world = World()
    await world.start()
    await world.clock.advance(10)
    assert (await Counting(world).over(610))["order_history"] == 8
    await world.close()


@pytest.mark.asyncio
async def test_without_a_private_stream_the_venue_is_asked_every_two_seconds():
    world = World()
    await world.start()
    await world.clock.advance(10)
    world.venue.say(StreamState("private", connected=False, detail="gone"))
    counted = await Counting(world).over(60)
    assert 25 <= counted["fills"] <= 31
    await world.close()


@pytest.mark.asyncio
async def test_an_order_that_should_have_moved_is_asked_about_every_two_seconds_a_few_times():
    world = World(make_decision())
    world.venue.script.append(Step(events="never", fill=D(0)))
    await world.start()
    await world.approve()
    (report,) = world.venue.orders.values()
    world.venue.orders[report.venue_order_id] = replace(report, status=VenueStatus.PENDING)
    counted = await Counting(world).over(30)
    assert 8 <= counted["open_orders"] <= 14
    later = await Counting(world).over(60)
    assert later["open_orders"] <= 10
    await world.close()


@pytest.mark.asyncio
async def test_a_gap_during_a_pass_asks_for_another_one():
    world = World()
    await world.start()
    await world.clock.advance(10)
    read = world.venue.positions

    async def gap_while_reading():
        world.venue.positions = read
        world.venue.say(ResyncNeeded("a gap"))
        return await read()

    world.venue.positions = gap_while_reading
    world.venue.say(ResyncNeeded("a gap"))
    await world.clock.advance(0.1)
    assert world.engine.trading_state is TradingState.STARTING
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_positions_that_change_while_they_are_read_are_read_again():
    world = World()
    await world.start()
    await world.clock.advance(55)
    stranger = world.venue.make_order(make_terms(), "stranger")
    listing = world.venue.open_orders

    async def fills_meanwhile():
        world.venue.open_orders = listing
        world.venue.fill(stranger.venue_order_id, stranger.size)
        return await listing()

    world.venue.open_orders = fills_meanwhile
    world.venue.say(ResyncNeeded("a gap"))
    counted = await Counting(world).over(3)
    assert counted["positions"] >= 3
    await world.close()


async def with_a_difference() -> World:
    world = World()
    stranger = world.venue.make_order(make_terms(), "stranger")
    world.venue.fill(stranger.venue_order_id, D("0.0050"))
    world.clock.now_s += 3_600  # before our journal began: not ours to explain
    await world.start()
    return world


@pytest.mark.asyncio
async def test_a_difference_freezes_the_pair_until_a_person_accepts_it():
    world = await with_a_difference()
    assert "our fills explain 0" in world.engine._switch.pause_of(BTC)
    assert world.engine._switch.pause_of(ETH) == ""
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(60)
    assert "our fills explain 0" in world.engine._switch.pause_of(BTC)
    assert world.venue.sends == []  # nothing is ever traded to mend it
    world.engine.post(AcceptVenuePosition(BTC, "ann"))
    await world.clock.advance(60)
    assert world.engine._switch.frozen == frozenset()
    (accepted,) = world.disk.of(PositionAccepted)
    assert (accepted.at_venue, accepted.explained, accepted.who) == (D("0.0050"), D(0), "ann")
    assert accepted.side is PositionSide.LONG
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_what_was_accepted_and_what_is_frozen_survive_a_restart():
    world = await with_a_difference()
    await world.restart()
    assert BTC in world.engine._switch.frozen
    world.engine.post(AcceptVenuePosition(BTC, "ann"))
    await world.clock.advance(5)
    await world.restart()
    await world.clock.advance(60)
    assert world.engine._switch.frozen == frozenset()
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_there_is_nothing_to_accept_where_all_agrees():
    world = World()
    await world.start()
    world.engine.post(AcceptVenuePosition(BTC, "ann"))
    await world.clock.advance(1)
    assert any("Nothing to accept" in event.text for event in world.of(Notice))
    assert world.disk.of(PositionAccepted) == []
    await world.close()


@pytest.mark.asyncio
async def test_a_difference_that_explains_itself_is_released():
    world = await with_a_difference()
    closing = make_terms(side=Side.SELL, effect=Effect.CLOSE, stop_price=None, target_price=None)
    stranger = world.venue.make_order(closing)
    sink, world.venue.sink = world.venue.sink, None
    world.venue.fill(stranger.venue_order_id, D("0.0050"))
    world.venue.all_fills = []  # both ends lie outside what we may see
    world.venue.sink = sink
    await world.clock.advance(70)
    assert world.engine._switch.frozen == frozenset()
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("client_id", [None, "web123"])
async def test_o13_an_opening_made_elsewhere_is_adopted_and_pauses_its_pair(client_id):
    world = World()
    await world.start()
    stranger = world.venue.make_order(make_terms(), client_id)
    world.venue.fill(stranger.venue_order_id, D("0.0050"))
    await world.clock.advance(8)
    order = world.engine.core.ledger.of_venue_id(stranger.venue_order_id)
    assert (order.origin, order.state) == (Origin.EXTERNAL, OrderState.FILLED)
    assert "not made here" in world.engine._switch.pause_of(BTC)
    assert "manual trading" in world.engine._switch.pause_of(BTC)
    await world.close()


@pytest.mark.asyncio
async def test_o13_a_resting_order_made_elsewhere_is_seen_within_ten_seconds_without_a_stream_event():
    world = World()
    await world.start()
    await world.clock.advance(20)
    terms = make_terms(kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=D("59000.0"))
    sink, world.venue.sink = world.venue.sink, None
    stranger = world.venue.make_order(terms, "web123")
    world.venue.finish(stranger.venue_order_id, VenueStatus.OPEN)
    world.venue.sink = sink
    await world.clock.advance(11)
    assert world.engine.core.ledger.of_venue_id(stranger.venue_order_id).origin is Origin.EXTERNAL
    await world.close()


@pytest.mark.asyncio
async def test_pauses_survive_a_restart_until_a_person_sets_active():
    world = World()
    await world.start()
    world.engine._switch.pause(ETH, "an order not made here")
    await world.clock.advance(1)
    await world.restart()
    assert "not made here" in world.engine._switch.pause_of(ETH)
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(1)
    await world.restart()
    assert world.engine._switch.pause_of(ETH) == ""
    assert world.disk.of(SwitchSet)
    await world.close()


@pytest.mark.asyncio
async def test_a_journal_that_was_never_used_has_no_history_to_read_at_the_first_start():
    world = World()
    counting = Counting(world)
    await world.start()
    assert (await counting.over(25))["order_history"] == 0
    assert counting.counts["positions"] > 0
    assert (await counting.over(10))["order_history"] == 8
    await world.close()


@pytest.mark.asyncio
async def test_n11_a_clock_that_jumps_between_two_runs_does_not_move_the_journals_start():
    world = World()
    await world.start()
    await world.clock.advance(5)
    await world.crash()
    stranger = world.venue.make_order(make_terms(), "web123")
    world.venue.fill(stranger.venue_order_id, D("0.0050"))
    world.feed.clock_offset_ms = 300_000.0  # our clock went back five minutes: the venue's is that far ahead now
    world.build()
    await world.start()
    order = world.engine.core.ledger.of_venue_id(stranger.venue_order_id)
    assert (order.origin, order.state) == (Origin.EXTERNAL, OrderState.FILLED)
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("knows", "asked"), [(True, 0), (False, 8)])
async def test_a_full_pass_reads_one_listing_of_all_pairs_where_the_venue_has_one(knows, asked):
    world = World()
    await world.start()
    await world.clock.advance(10)
    counting, spans = Counting(world), []

    async def whole_history(since_ms):
        spans.append(world.clock.now_ms() - since_ms)
        return () if knows else None

    world.venue.whole_history = whole_history
    assert (await counting.over(610))["order_history"] == asked
    assert len(spans) == 1
    assert spans[0] >= 86_400_000
    await world.close()


@pytest.mark.asyncio
async def test_this_programs_stops_around_a_venue_hide_nothing_of_its_listings():
    venue = World().venue
    venue.able = replace(venue.able, triggers=False)
    guarded = with_protection(venue, venue.clock)
    assert await guarded.whole_history(5) is None, "it must be asked pair by pair"

    async def whole_history(since_ms):
        return (since_ms,)

    venue.whole_history = whole_history
    assert await guarded.whole_history(5) == (5,)
