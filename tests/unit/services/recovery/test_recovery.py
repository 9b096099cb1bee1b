"""Orders whose outcome is unclear, listings that fail, and positions nothing explains."""

import asyncio
from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_decision, make_order, make_terms
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.errors import AuthFailed, RateLimited
from terminal.domain.market import StreamState
from terminal.domain.messages import Notice, Phase
from terminal.domain.order import OrderState, PositionSide
from terminal.domain.risk import TradingState
from terminal.net.limiter import WEIGHT_WINDOW_S
from terminal.ports.venue import ResyncNeeded, VenueStatus
from terminal.services.recovery.unknown_watch import UnknownWatch


async def sent(step: Step) -> World:
    world = World(make_decision())
    world.venue.script.append(step)
    await world.start()
    await world.approve()
    return world


@pytest.mark.asyncio
async def test_an_unclear_order_that_arrived_is_found_by_listing():
    world = await sent(Step(answer="unclear", events="never"))
    assert world.order().state is OrderState.UNKNOWN
    await world.clock.advance(5)
    assert world.order().state is OrderState.FILLED
    assert world.engine.core.ledger.filled_sum(world.order().client_order_id) == world.order().filled_size
    await world.clock.advance(3)
    assert world.engine.tally.summary()["whole_passports"] == 1
    assert len(world.venue.sends) == 1
    await world.close()


@pytest.mark.asyncio
async def test_an_unclear_order_that_never_arrived_is_given_up_only_after_the_fence():
    world = await sent(Step(answer="unclear", arrives=False))
    signed_ms = world.engine.core.ledger.signed_at_ms[world.order().client_order_id]
    fence_ms = signed_ms + 30_000 + 2 + 5_000 + 60_000
    await world.clock.until(lambda: world.order().state is OrderState.NOT_ACCEPTED, 400)
    assert world.clock.now_ms() >= fence_ms + 30_000
    assert len(world.venue.sends) == 1
    await world.close()


@pytest.mark.asyncio
async def test_failed_listings_never_count_as_absence():
    world = await sent(Step(answer="unclear", arrives=False))
    world.venue.go_away()
    await world.clock.advance(600)
    assert world.order().state is OrderState.UNKNOWN
    assert sum("could not be compared" in event.text for event in world.of(Notice)) == 1
    world.venue.come_back()
    await world.clock.advance(29)
    assert world.order().state is OrderState.UNKNOWN
    await world.clock.advance(150)
    assert world.order().state is OrderState.NOT_ACCEPTED
    await world.close()


@pytest.mark.asyncio
async def test_an_order_the_venue_forgot_for_minutes_is_adopted_late_with_an_alarm():
    world = await sent(Step(answer="unclear", events="never", fill=D(0)))
    (venue_id,) = world.venue.orders
    world.venue.orders[venue_id] = replace(world.venue.orders[venue_id], status=VenueStatus.OPEN)
    world.venue.hidden.add(venue_id)
    await world.clock.until(lambda: world.order().state is OrderState.NOT_ACCEPTED, 400)
    world.venue.hidden.clear()
    await world.clock.advance(40)
    assert world.order().state is OrderState.WORKING
    assert "believed absent" in world.engine._switch.pause_of(BTC)
    assert world.engine.core.ledger.illegal_transitions == 0
    await world.close()


@pytest.mark.asyncio
async def test_unclear_for_five_minutes_needs_a_human():
    world = await sent(Step(answer="unclear", arrives=False))
    # A position that nothing explains may come from this order: absence proves nothing.
    stranger = world.venue.make_order(make_terms(), "stranger")
    sink, world.venue.sink = world.venue.sink, None
    world.venue.fill(stranger.venue_order_id, D("0.0050"))
    world.venue.sink = sink
    await world.clock.advance(400)
    assert world.order().state is OrderState.UNKNOWN
    assert world.order().needs_human
    await world.close()


@pytest.mark.asyncio
async def test_three_unclear_orders_halt():
    world = World()
    await world.start()
    for number in range(3):
        order = make_order(OrderState.UNKNOWN, client_order_id=f"u{number}", decision_id=f"d{number}")
        world.engine.core.ledger.put(order)
    await world.engine.core.recovery.run_pass()
    assert world.engine.trading_state is TradingState.HALTED
    await world.close()


@pytest.mark.asyncio
async def test_a_lost_stream_stops_openings_until_a_pass_has_succeeded():
    world = World()
    await world.start()
    assert world.engine.trading_state is TradingState.ACTIVE
    world.venue.say(StreamState("private", connected=False, detail="no answer to pings"))
    assert world.engine.trading_state is TradingState.STARTING
    world.venue.go_away()
    world.venue.say(StreamState("private", connected=True, detail="connected"))
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.STARTING
    world.venue.come_back()
    await world.clock.advance(20)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_events_lost_during_a_gap_are_fetched():
    world = await sent(Step(events="never"))
    assert world.order().state is OrderState.ACKED
    world.venue.say(ResyncNeeded("a gap"))
    await world.clock.advance(3)
    assert world.order().state is OrderState.FILLED
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_missing_executions_of_a_reported_fill_are_fetched():
    world = await sent(Step(events="never"))
    (report,) = world.venue.orders.values()
    world.venue.say(report)
    order = world.order()
    assert (order.state, order.filled_size) == (OrderState.FILLED, report.size)
    assert world.engine.core.ledger.filled_sum(order.client_order_id) == 0
    await world.clock.advance(4)
    assert world.engine.core.ledger.filled_sum(order.client_order_id) == report.size
    await world.close()


@pytest.mark.asyncio
async def test_a_live_position_of_unknown_origin_pauses_its_instrument():
    world = World()
    stranger = world.venue.make_order(make_terms(), "stranger")
    world.venue.fill(stranger.venue_order_id, D("0.0050"))
    world.clock.now_s += 3_600
    await world.start()
    assert "our fills explain 0" in world.engine._switch.pause_of(BTC)
    await world.close()


@pytest.mark.asyncio
async def test_a_built_in_exchange_that_started_anew_is_not_an_alarm():
    world = World(make_decision(), simulated=True)
    await world.start()
    await world.approve()
    await world.clock.advance(15)
    assert world.engine.core.portfolio.held(BTC, PositionSide.LONG) > 0
    world.venue.orders.clear()
    world.venue.all_fills.clear()
    await world.restart()
    await world.clock.advance(60)
    assert world.engine.trading_state is TradingState.ACTIVE
    assert world.engine._switch.pause_of(BTC) == ""
    assert any("started anew" in event.text for event in world.of(Notice))
    await world.close()


@pytest.mark.asyncio
async def test_the_start_waits_for_a_venue_that_is_away_and_then_gets_ready():
    world = World()
    world.venue.go_away()
    await world.engine.start()
    await world.clock.advance(20)
    assert world.engine.trading_state is TradingState.STARTING
    assert any("waiting for the venue" in event.text for event in world.of(Phase))
    assert world.engine.core.hub.quote(BTC).last is not None  # prices are live all the same
    world.venue.come_back()
    await world.clock.advance(40)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_a_refused_key_halts_and_recovers_when_it_works():
    world = World()
    world.venue.read_error = AuthFailed("IP not on the white list", venue="fake")
    await world.engine.start()
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.HALTED
    world.venue.come_back()
    await world.clock.advance(60)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


def test_absence_needs_three_passes_over_thirty_seconds_after_the_fence():
    class Time:
        ms, s = 0, 0.0

        def now_ms(self):
            return self.ms

        def monotonic_s(self):
            return self.s

    clock = Time()
    watch = UnknownWatch(clock, 30_000)
    order = make_order(OrderState.UNKNOWN)
    watch.follow((order,))

    def look(at_s: float) -> bool:
        clock.s, clock.ms = at_s, round(at_s * 1_000)
        return watch.absent(order, -40.0, at_s)

    assert not look(95.0)  # 30 + 0.04 + 5 + 60: one moment too early
    assert not look(95.1)
    assert not look(100.0)
    assert not look(110.0)
    assert look(125.2)


@pytest.mark.asyncio
@pytest.mark.parametrize(("retry_after_s", "passes"), [(3.0, 1), (20.0, 0), (300.0, 0)])
async def test_n05_after_a_rate_limit_the_next_comparison_comes_when_it_ends(retry_after_s, passes):
    world = World()
    await world.start()
    await world.clock.advance(30)
    for _ in range(6):  # the pauses between failures have grown to their longest
        world.engine.core.recovery._failures += 1
    positions, limited = world.venue.positions, [True]

    async def at_first_limited():
        if limited:
            limited.clear()
            raise RateLimited("slow down", retry_after_s=retry_after_s)
        return await positions()

    world.venue.positions = at_first_limited
    world.engine.core.recovery.look_soon()
    await world.clock.advance(1)
    assert not limited
    before = world.engine.core.recovery._last_pass_s
    await world.clock.advance(5)
    assert (world.engine.core.recovery._last_pass_s > before) is bool(passes)
    await world.clock.advance(27)
    assert world.engine.core.recovery._last_pass_s > before
    await world.close()


@pytest.mark.asyncio
async def test_a_pass_that_had_to_wait_counts_from_its_end(monkeypatch):
    world = World()
    await world.start()
    recovery, clock = world.engine.core.recovery, world.clock
    await clock.advance(60)
    asked = recovery._reader.whole

    async def late(*given, **named):
        await clock.sleep(8.0)
        return await asked(*given, **named)

    monkeypatch.setattr(recovery._reader, "whole", late)
    ended = asyncio.ensure_future(recovery.run_pass())
    await clock.until(ended.done)
    recovery._share.forget(clock.monotonic_s() + WEIGHT_WINDOW_S - 0.1)
    assert recovery._share.used > 0
    recovery._share.forget(clock.monotonic_s() + WEIGHT_WINDOW_S + 0.1)
    assert recovery._share.used == 0
    await world.close()
