"""Protection: what the venue really holds, seconds naked, repair in the safe order, sweeps."""

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_world import World
from helpers.held_world import LONG, SHORT, add_leg, add_resting, said, world_with_position
from terminal.domain.commands import ClosePosition
from terminal.domain.errors import OutcomeUnknown, RequestRejected
from terminal.domain.hand_messages import (
    MoveStop,
    MoveStopToBreakEven,
    MoveTarget,
    ProtectionChanged,
    RepairProtection,
    SweepOrphans,
)
from terminal.domain.order import Effect, PositionSide, Side
from terminal.domain.protection import ProtectionState, ProtectionStatus
from terminal.domain.records import ProtectionSet
from terminal.ports.venue import Refused, TriggerReport, Unclear

pytestmark = pytest.mark.asyncio
KEY = (BTC, LONG)


def status(world: World, key=KEY) -> ProtectionStatus | None:
    return world.engine.core.hands.watch.status_of(key)


def states(world: World, key=KEY) -> list[ProtectionState]:
    """States of a leg in the order they were shown, without repeats."""
    shown: list[ProtectionState] = []
    for event in world.of(ProtectionChanged):
        for each in event.statuses:
            if (each.instrument_id, each.side) == key and shown[-1:] != [each.state]:
                shown.append(each.state)
    return shown


def stops(world: World, instrument_id=BTC) -> list:
    return sorted((t.trigger_price, t.size) for t in world.venue.triggers if t.instrument_id == instrument_id)


def alone(world: World) -> None:
    """The venue loses the position's triggers."""
    world.venue.triggers = []


async def test_a_position_with_its_stop_listed_is_protected():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(*KEY)
    now = status(world)
    assert (now.state, now.uncovered, now.excess, now.naked_s) == (ProtectionState.PROTECTED, 0, 0, 0.0)
    assert (now.stop.price, now.target.price, now.stop.size) == (D("59000.0"), D("62000.0"), held)
    assert (now.wanted_stop, now.wanted_target) == (D("59000.0"), D("62000.0"))
    assert now.is_as_wanted
    assert now.checked_ms > 0
    await world.close()


@pytest.mark.parametrize(
    ("lag_ms", "shown"),
    [
        (2_000, [ProtectionState.PROTECTED]),  # the position is read two seconds late as well
        (4_000, [ProtectionState.WAITING, ProtectionState.PROTECTED]),
    ],
)
async def test_a_list_that_lags_is_waited_for_and_never_called_none(lag_ms, shown):
    world = World(make_decision())
    world.venue.trigger_lag_ms = lag_ms
    await world.start()
    await world.approve()
    await world.clock.advance(12)
    assert states(world) == shown
    assert world.engine._switch.pause_of(BTC) == ""
    await world.close()


async def test_a_missing_stop_is_asked_for_several_times_then_unconfirmed_then_an_alarm():
    world = await world_with_position()
    alone(world)
    began_s = world.clock.now_s
    await world.clock.until(lambda: status(world).state is ProtectionState.WAITING, 10)
    await world.clock.until(lambda: status(world).state is ProtectionState.UNCONFIRMED, 10)
    assert world.engine._switch.pause_of(BTC) == ""
    await world.clock.until(lambda: status(world).naked_s > 10, 20)
    assert 9 < world.clock.now_s - began_s < 20
    assert "without a full stop" in world.engine._switch.pause_of(BTC)
    assert said(world, "has had no full stop at the venue")
    assert status(world).naked_s > 10
    assert "Repair it" in status(world).text
    await world.close()


async def test_a_list_that_cannot_be_read_says_so_and_is_no_alarm():
    world = await world_with_position()
    world.venue.go_away()
    await world.clock.advance(20)
    assert status(world).state is ProtectionState.PROTECTED  # the last list, 20 s old
    alone(world)
    await world.clock.advance(60)
    assert status(world).naked_s == 0.0
    assert world.engine._switch.pause_of(BTC) == ""
    await world.close()


async def test_a_stop_smaller_than_the_position_is_partial():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(*KEY)
    world.venue.triggers = [TriggerReport("7", None, BTC, Side.SELL, Effect.CLOSE, D("0.0010"), D(59_000), 1)]
    await world.clock.advance(12)
    now = status(world)
    assert (now.state, now.uncovered) == (ProtectionState.PARTIAL, held - D("0.0010"))
    assert not now.is_as_wanted
    await world.close()


async def test_repair_places_new_sees_it_listed_and_only_then_cancels_the_old():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(*KEY)
    world.venue.triggers = [TriggerReport("7", None, BTC, Side.SELL, Effect.CLOSE, D("0.0010"), D(59_000), 1)]
    world.venue.trigger_lag_ms = 1_500
    await world.clock.advance(6)
    world.calls.clear()
    world.engine.post(RepairProtection(BTC, LONG, "ann"))
    await world.clock.advance(1)
    assert status(world).doing == "checking that they are listed"
    assert "cancel trigger 7" not in world.calls
    await world.clock.advance(10)
    done = [call for call in world.calls if call.startswith(("protect", "cancel"))]
    assert done == ["protect BTC-PERP 59000.0 62000.0", "cancel trigger 7"]
    assert stops(world) == [(D("59000.0"), held), (D("62000.0"), held)]
    assert (status(world).state, status(world).doing) == (ProtectionState.PROTECTED, "")
    assert [each.outcome for each in world.disk.of(ProtectionSet)] == ["asked", "listed"]
    await world.close()


async def test_a_refused_repair_leaves_the_old_stop_and_says_the_venues_words():
    world = await world_with_position()
    world.venue.triggers = [TriggerReport("7", None, BTC, Side.SELL, Effect.CLOSE, D("0.0010"), D(59_000), 1)]
    await world.clock.advance(6)
    world.venue.protect_answer = Refused("40015", "too many triggers", "", halts=False)
    world.engine.post(RepairProtection(BTC, LONG, "ann"))
    await world.clock.advance(10)
    assert [each.venue_order_id for each in world.venue.triggers] == ["7"]
    assert said(world, "too many triggers [40015]")
    assert world.disk.of(ProtectionSet)[-1].outcome == "refused"
    await world.close()


async def test_a_repair_that_is_never_listed_stays_unconfirmed_and_keeps_the_old():
    world = await world_with_position()
    world.venue.triggers = [TriggerReport("7", None, BTC, Side.SELL, Effect.CLOSE, D("0.0010"), D(58_000), 1)]
    await world.clock.advance(6)
    world.venue.protect_answer = Unclear("no answer")
    world.engine.post(RepairProtection(BTC, LONG, "ann"))
    await world.clock.advance(15)
    assert [each.venue_order_id for each in world.venue.triggers] == ["7"]
    assert world.disk.of(ProtectionSet)[-1].outcome == "unconfirmed"
    assert said(world, "does not list it yet")
    await world.close()


async def test_an_alarm_ends_with_the_repair():
    world = await world_with_position()
    alone(world)
    await world.clock.advance(20)
    world.engine.post(RepairProtection(BTC, LONG, "ann"))
    await world.clock.advance(5)
    assert status(world).state is ProtectionState.PROTECTED
    assert said(world, "lists a stop for the whole position again")
    await world.close()


async def test_orphans_are_found_only_after_the_lag_and_swept_by_hand():
    world = World()
    await world.start()
    world.venue.triggers = [TriggerReport("8", None, ETH, Side.BUY, Effect.CLOSE, D(1), D(61_000), 1)]
    await world.clock.advance(20)
    now = status(world, (ETH, SHORT))
    assert (now.state, now.size, [each.venue_order_id for each in now.orphans]) == (ProtectionState.ORPHAN, 0, ["8"])
    world.engine.post(SweepOrphans(None, "ann"))
    await world.clock.advance(5)
    assert world.venue.triggers == []
    assert status(world, (ETH, SHORT)) is None
    await world.close()


async def test_a_sweep_takes_no_trigger_of_a_held_leg_or_of_an_entry_under_way():
    world = await world_with_position()
    add_resting(world, instrument_id=ETH)
    world.venue.triggers.append(TriggerReport("9", None, ETH, Side.SELL, Effect.CLOSE, D(1), D(59_000), 1))
    before = set(world.venue.triggers)
    world.engine.post(SweepOrphans(None, "ann"))
    await world.clock.advance(8)
    assert set(world.venue.triggers) == before
    assert said(world, "is an orphan (ann asked)")
    await world.close()


async def test_a_conditional_entry_nobody_here_placed_is_shown_and_swept_on_demand_only():
    world = await world_with_position()
    entry = TriggerReport("9", None, BTC, Side.BUY, Effect.OPEN, D(1), D(65_000), 1)
    world.venue.triggers.append(entry)
    await world.clock.advance(8)
    assert [each.venue_order_id for each in status(world).orphans] == ["9"]
    world.engine.post(ClosePosition(BTC, LONG, D(1), "ann"))
    await world.clock.advance(15)
    assert world.venue.triggers == [entry]  # the sweep after a close takes what closes
    world.engine.post(SweepOrphans(BTC, "ann"))
    await world.clock.advance(5)
    assert world.venue.triggers == []
    await world.close()


async def test_a_close_sweeps_by_itself_also_when_the_venue_is_away_at_first():
    world = await world_with_position()
    world.engine.post(ClosePosition(BTC, LONG, D(1), "ann"))
    await world.clock.advance(1)
    assert len(world.venue.triggers) == 2
    world.venue.go_away()
    await world.clock.advance(4)
    world.venue.come_back()
    await world.clock.advance(15)
    assert world.venue.triggers == []
    await world.close()


async def test_a_partial_close_fits_the_stop_to_what_is_left():
    world = await world_with_position()
    world.engine.post(ClosePosition(BTC, LONG, D("0.5"), "ann"))
    await world.clock.advance(20)
    left = world.engine.core.portfolio.held(*KEY)
    assert left > 0
    assert stops(world) == [(D("59000.0"), left), (D("62000.0"), left)]
    assert status(world).is_as_wanted
    await world.close()


async def test_a_stop_is_tightened_by_a_move_and_remembered_over_a_restart():
    world = await world_with_position()
    (name,) = [t.venue_order_id for t in world.venue.triggers if t.trigger_price == D("59000.0")]
    world.calls.clear()
    world.engine.post(MoveStop(BTC, LONG, D("59500.04"), "ann"))
    await world.clock.advance(6)
    assert [call for call in world.calls if call.startswith(("modify", "protect", "cancel"))] == [
        f"modify {name} 59500.1"  # rounded towards the market, never away
    ]
    assert status(world).stop.price == D("59500.1")
    assert status(world).wanted_stop == D("59500.1")
    await world.restart()
    await world.clock.advance(3)
    assert status(world).wanted_stop == D("59500.1")
    assert status(world).is_as_wanted
    await world.close()


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("58999.9", "tightened, not widened"),
        ("60000.0", "must be below the market"),
        ("-1", "must be below the market"),
    ],
)
async def test_a_stop_is_never_widened_or_put_beyond_the_market(price, words):
    world = await world_with_position()
    before = stops(world)
    world.engine.post(MoveStop(BTC, LONG, D(price), "ann"))
    await world.clock.advance(6)
    assert stops(world) == before
    assert said(world, words)
    await world.close()


async def test_a_short_mirrors_it():
    world = World()
    await world.start()
    add_leg(world)
    await world.clock.advance(6)
    world.engine.post(MoveStop(ETH, SHORT, D("61000.1"), "ann"))
    world.engine.post(MoveStop(ETH, SHORT, D("60500.09"), "ann"))
    await world.clock.advance(8)
    assert said(world, "tightened, not widened")
    assert status(world, (ETH, SHORT)).stop.price == D("60500.0")
    await world.close()


async def test_a_move_of_unknown_outcome_is_read_not_repeated():
    world = await world_with_position()
    modify = world.venue.modify_trigger

    async def unclear(venue_order_id, price):
        await modify(venue_order_id, price)
        raise OutcomeUnknown("no answer")

    world.venue.modify_trigger = unclear
    world.calls.clear()
    world.engine.post(MoveStop(BTC, LONG, D("59500.0"), "ann"))
    await world.clock.advance(6)
    assert len([call for call in world.calls if call.startswith("modify")]) == 1
    assert world.disk.of(ProtectionSet)[-1].outcome == "listed"
    await world.close()


async def test_a_refused_move_keeps_the_old_wish():
    world = await world_with_position()

    async def refused(venue_order_id, price):
        raise RequestRejected("too close to the market")

    world.venue.modify_trigger = refused
    world.engine.post(MoveStop(BTC, LONG, D("59500.0"), "ann"))
    await world.clock.advance(6)
    assert said(world, "Too close to the market.")
    assert status(world).wanted_stop == D("59000.0")
    await world.close()


async def test_break_even_pays_both_fees_and_is_refused_before_the_price_is_beyond():
    world = await world_with_position()
    world.engine.post(MoveStopToBreakEven(BTC, LONG, "ann"))
    await world.clock.advance(3)
    assert said(world, "not beyond break-even yet")
    world.feed.prices[BTC] = "60500.0"
    await world.clock.advance(3)
    world.engine.post(MoveStopToBreakEven(BTC, LONG, "ann"))
    await world.clock.advance(8)
    stop = status(world).stop.price
    held, fee = world.engine.core.portfolio.held(*KEY), D("0.0008")
    paid = sum(fill.fee for fill in world.venue.all_fills)
    assert held * (stop - 60_000) - stop * held * fee - paid >= 0
    assert held * (stop - D("0.1") - 60_000) - (stop - D("0.1")) * held * fee - paid < 0
    assert D("60096.0") < stop < D("60097.0")
    await world.close()


async def test_a_target_moves_freely_on_its_side_of_the_market():
    world = await world_with_position()
    world.engine.post(MoveTarget(BTC, LONG, D("59999.0"), "ann"))
    await world.clock.advance(2)
    assert said(world, "must be above the market")
    world.engine.post(MoveTarget(BTC, LONG, D("61000.07"), "ann"))
    await world.clock.advance(6)
    assert [price for price, _ in stops(world)] == [D("59000.0"), D("61000.0")]
    assert status(world).target.price == D("61000.0")
    await world.close()


async def test_a_leg_of_no_decision_gets_a_stop_by_hand():
    world = World()
    world.venue.presets = False
    await world.start()
    add_leg(world, ETH, PositionSide.LONG)
    await world.clock.advance(8)
    now = status(world, (ETH, LONG))
    assert (now.state, now.wanted_stop) == (ProtectionState.UNCONFIRMED, None)
    world.engine.post(RepairProtection(ETH, LONG, "ann"))
    await world.clock.advance(2)
    assert said(world, "no stop is known for it")
    world.engine.post(MoveStop(ETH, LONG, D("59000.0"), "ann"))
    await world.clock.advance(8)
    assert status(world, (ETH, LONG)).state is ProtectionState.PROTECTED
    assert status(world, (ETH, LONG)).stop.price == D("59000.0")
    await world.close()


async def test_nothing_is_done_to_a_leg_that_is_not_held():
    world = World()
    await world.start()
    for command in (
        MoveStop(BTC, LONG, D(1), "a"),
        MoveStopToBreakEven(BTC, LONG, "a"),
        MoveTarget(BTC, LONG, D(1), "a"),
    ):
        world.engine.post(command)
    await world.clock.advance(2)
    assert said(world, "nothing is held there")
    assert not [call for call in world.calls if call.startswith(("protect", "modify"))]
    await world.close()
