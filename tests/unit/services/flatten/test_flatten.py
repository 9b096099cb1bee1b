"""Flattening on fakes and virtual time: plan, order of things, proof, and everything that may go wrong."""

import asyncio

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_world import World
from helpers.held_world import (
    ALL,
    LONG,
    SHORT,
    add_leg,
    add_resting,
    flatten,
    over,
    progress,
    said,
    sizes,
    world_with_position,
)
from terminal.domain.commands import SetTradingState
from terminal.domain.errors import VenueUnavailable
from terminal.domain.flatten import FlattenPhase, FlattenPlan, FlattenScope, FlattenTarget
from terminal.domain.hand_messages import Flatten, PauseEntries, PlanFlatten, StopFlatten
from terminal.domain.messages import TradingStateChanged
from terminal.domain.order import Effect, OrderState
from terminal.domain.records import FlattenBegun, FlattenEnded
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState

pytestmark = pytest.mark.asyncio


async def planned(world, target=ALL) -> FlattenPlan:
    world.engine.post(PlanFlatten(target, "ann"))
    await settle()
    return world.of(FlattenPlan)[-1]


async def test_the_plan_walks_the_live_book_and_changes_nothing():
    world = await world_with_position()
    add_resting(world)
    await world.clock.advance(6)
    before = list(world.venue.calls)
    plan = await planned(world)
    (leg,) = plan.legs
    held = world.engine.core.portfolio.held(BTC, LONG)
    assert (leg.held, leg.size, leg.expected_price) == (held, held, D("59999.0"))
    assert leg.fee == (D("59999.0") * held * D("0.0008")).quantize(D("0.0001"))
    assert leg.slip_usdt == held.quantize(D("0.0001"))  # one USDT below mid
    assert leg.slip_bp == D("0.17")
    assert leg.pnl_after == (-held - D("59999.0") * held * D("0.0008")).quantize(D("0.0001"))
    assert (plan.fee, plan.pnl_after) == (leg.fee, leg.pnl_after)
    assert sorted(each.is_trigger for each in plan.cancels) == [False, True, True]
    assert [call for call in world.venue.calls[len(before) :] if not call.startswith("emit")] == []
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


async def test_a_book_too_thin_is_said_and_priced_at_its_last_level():
    world = await world_with_position()
    add_leg(world, ETH, SHORT, "7.0000")
    await world.clock.advance(6)
    leg = next(each for each in (await planned(world)).legs if each.instrument_id == ETH)
    assert (leg.beyond_book, leg.expected_price) == (D("2.0000"), D("60001.0"))
    assert any("more than the book shows" in words for words in world.of(FlattenPlan)[-1].cautions)
    await world.close()


async def test_without_a_live_book_nothing_is_made_up():
    world = await world_with_position()
    world.engine.core.hub.books.clear()
    plan = await planned(world)
    assert (plan.legs[0].expected_price, plan.slip_usdt, plan.fee, plan.pnl_after) == (None, None, None, None)
    assert any("no live book" in words for words in plan.cautions)
    await world.close()


async def test_it_pauses_first_cancels_closes_and_proves():
    world = await world_with_position()
    add_leg(world)
    add_resting(world)
    await world.clock.advance(6)
    world.calls.clear()
    await flatten(world)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    done = [call for call in world.calls if call.startswith(("emit TradingState", "cancel", "submit"))]
    assert done[0] == "emit TradingStateChanged"
    assert done[1] == "cancel_all None"
    await world.clock.until(lambda: over(world), 30)
    assert sizes(world) == {}
    assert world.venue.triggers == []
    assert await world.venue.open_orders() == ()
    last = progress(world)[-1]
    assert last.phase is FlattenPhase.FLAT
    assert {(leg.instrument_id, leg.side): leg.held for leg in last.legs} == {(BTC, LONG): 0, (ETH, SHORT): 0}
    assert all(leg.is_done for leg in last.legs)
    (begun,), (ended,) = world.disk.of(FlattenBegun), world.disk.of(FlattenEnded)
    assert (begun.who, begun.how, ended.outcome, ended.who) == ("ann", "held 1.5 s", "flat", "ann")
    assert ended.at_ms > ended.started_ms
    assert len(ended.legs) == 2
    assert world.engine.trading_state is TradingState.REDUCE_ONLY  # only a person re-arms
    await world.close()


async def test_the_kill_switch_is_quick():
    """State within 100 ms, first cancel within 500 ms: here nothing at all is waited for."""
    world = await world_with_position()
    world.journal.delay = lambda: world.clock.sleep(0.9)  # a slow journal must not hold it back
    began_s = world.clock.now_s
    world.calls.clear()
    world.engine.post(Flatten(ALL, "", "ann", "key"))
    await settle()
    assert world.clock.now_s == began_s
    assert "cancel_all None" in world.calls
    assert world.of(TradingStateChanged)[-1].state is TradingState.REDUCE_ONLY
    world.journal.delay = None
    await world.clock.until(lambda: over(world), 60)
    await world.close()


async def test_it_works_when_halted_and_with_pending_approvals():
    world = await world_with_position()
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    await settle()
    await flatten(world)
    await world.clock.until(lambda: over(world), 30)
    assert sizes(world) == {}
    assert world.engine.trading_state is TradingState.HALTED
    await world.close()


async def test_an_approval_after_the_latch_opens_nothing():
    world = World(make_decision(), make_decision("d2", instrument_id=ETH))
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert world.state_of("d2") is ReviewState.PENDING
    await flatten(world)
    await world.approve_late("d2")
    await world.clock.until(lambda: over(world), 30)
    assert world.state_of("d2") is ReviewState.VOIDED
    opened = [o for o in world.engine.core.ledger.orders.values() if o.terms.effect is Effect.OPEN]
    assert [o.decision_id for o in opened] == ["d1"]
    assert sizes(world) == {}
    await world.close()


async def test_a_dead_network_is_tried_again_until_it_is_back():
    world = await world_with_position()
    world.venue.go_away()
    world.venue.script.append(Step(answer="not_sent"))
    await flatten(world)
    await world.clock.advance(120)
    assert not over(world)
    assert progress(world)[-1].phase is FlattenPhase.WAITING
    assert "Connection refused" in progress(world)[-1].text
    rounds = progress(world)[-1].rounds
    assert 8 <= rounds <= 20  # with back-off, and never given up
    assert len(world.venue.sends) <= 2  # nothing is sent again and again without a reading
    world.venue.come_back()
    await world.clock.until(lambda: over(world), 60)
    assert sizes(world) == {}
    assert progress(world)[-1].phase is FlattenPhase.FLAT
    await world.close()


async def test_a_failing_journal_does_not_hold_it_back():
    world = await world_with_position()
    world.journal.broken = True
    await flatten(world)
    await world.clock.until(lambda: over(world), 60)
    assert sizes(world) == {}
    assert world.disk.of(FlattenBegun) == []
    world.journal.broken = False
    await world.clock.advance(5)
    assert len(world.disk.of(FlattenEnded)) == 1  # written down later
    await world.close()


async def test_rejected_closes_are_repeated_with_back_off_and_their_words_shown():
    world = await world_with_position()
    world.venue.script.extend(Step(answer="refuse") for _ in range(3))
    await flatten(world)
    await world.clock.advance(1)
    (leg,) = progress(world)[-1].legs
    assert "refused by venue: margin is not enough" in leg.text
    assert leg.held > 0
    await world.clock.until(lambda: over(world), 60)
    assert sizes(world) == {}
    closes = [o for o in world.engine.core.ledger.orders.values() if o.terms.effect is Effect.CLOSE]
    assert [o.state for o in closes] == [OrderState.REJECTED] * 3 + [OrderState.FILLED]
    await world.close()


async def test_a_close_of_unclear_outcome_is_not_doubled():
    world = await world_with_position()
    world.venue.script.append(Step(answer="unclear", events="never"))
    await flatten(world)
    await world.clock.until(lambda: over(world), 120)
    assert len(world.venue.sends) == 2  # the opening, and one close
    assert sizes(world) == {}
    await world.close()


async def test_a_close_that_never_arrived_is_proved_absent_before_another():
    world = await world_with_position()
    world.venue.script.append(Step(answer="unclear", arrives=False))
    await flatten(world)
    await world.clock.advance(30)
    assert not over(world)
    assert len(world.venue.sends) == 2
    proofs = progress(world)[-1].proofs
    assert any("outcome unknown" in proof.text for proof in proofs)  # its last proof is shown
    await world.clock.until(lambda: over(world), 300)
    assert sizes(world) == {}
    await world.close()


async def test_partial_fills_are_closed_to_the_end():
    world = World()
    await world.start()
    add_leg(world)
    await world.clock.advance(3)
    world.venue.script.append(Step(fill=D("0.5")))
    await flatten(world)
    await world.clock.until(lambda: over(world), 60)
    assert sizes(world) == {}
    await world.close()


async def test_one_pair_leaves_the_others_alone():
    world = await world_with_position()
    add_leg(world)
    await world.clock.advance(3)
    await flatten(world, FlattenTarget(FlattenScope.PAIR, BTC))
    await world.clock.until(lambda: over(world), 30)
    assert sizes(world) == {(ETH, SHORT): D("0.5000")}
    assert {each.instrument_id for each in world.venue.triggers} == {ETH}
    await world.close()


async def test_both_legs_of_a_hedge_are_closed_apart():
    world = await world_with_position()
    add_leg(world, BTC, SHORT, "0.0100")
    await world.clock.advance(3)
    await flatten(world, FlattenTarget(FlattenScope.PAIR, BTC))
    await world.clock.until(lambda: over(world), 30)
    assert sizes(world) == {}
    closes = [o for o in world.engine.core.ledger.orders.values() if o.terms.effect is Effect.CLOSE]
    assert {o.terms.position_side: o.terms.size for o in closes}[SHORT] == D("0.0100")
    assert len(closes) == 2
    await world.close()


async def test_losing_legs_are_those_of_the_plan():
    world = await world_with_position()
    add_leg(world)
    world.feed.prices[BTC] = "59500.0"
    world.feed.prices[ETH] = "59500.0"
    await world.clock.advance(3)
    target = FlattenTarget(FlattenScope.LOSERS)
    plan = await planned(world, target)
    assert [leg.key for leg in plan.legs] == [(BTC, LONG)]
    world.feed.prices[BTC] = "60500.0"  # it wins by now, but the person confirmed that plan
    await world.clock.advance(2)
    await flatten(world, target, plan.plan_id)
    await world.clock.until(lambda: over(world), 30)
    assert sizes(world) == {(ETH, SHORT): D("0.5000")}
    assert {each.instrument_id for each in world.venue.triggers} == {ETH}
    await world.close()


async def test_half_rounds_down_once_and_fits_the_stops():
    world = await world_with_position()
    add_leg(world, ETH, SHORT, "0.5001")
    await world.clock.advance(3)
    held = world.engine.core.portfolio.held(BTC, LONG)
    target = FlattenTarget(FlattenScope.HALF)
    plan = await planned(world, target)
    await flatten(world, target, plan.plan_id)
    await world.clock.until(lambda: over(world), 30)
    half = {leg.key: leg.held - leg.size for leg in plan.legs}
    assert sizes(world) == half
    assert half[ETH, SHORT] == D("0.2501")
    assert half[BTC, LONG] == held - world.engine.core.hub.instruments[BTC].floor_size(held / 2)
    await world.clock.advance(30)
    stops = {each.instrument_id: each.size for each in world.venue.triggers if each.instrument_id == BTC}
    assert stops == {BTC: half[BTC, LONG]}
    await world.close()


async def test_a_trigger_that_shows_up_late_is_still_cancelled():
    world = await world_with_position()
    world.venue.trigger_lag_ms = 2_000
    venue_id = add_resting(world)
    await flatten(world)
    report = world.venue.orders[venue_id]
    assert report.status.value == "CANCELED"
    add_leg(world, ETH, SHORT)  # an entry that filled in the very last moment, its stop not listed yet
    await world.clock.until(lambda: over(world), 60)
    assert sizes(world) == {}
    assert world.venue.triggers == []
    await world.close()


async def test_active_is_refused_while_it_runs_and_a_person_may_stop_it():
    world = await world_with_position()
    world.venue.go_away()
    world.venue.script.append(Step(answer="not_sent"))
    await flatten(world)
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(1)
    assert said(world, "A flatten is running")
    assert world.engine._switch.state is not TradingState.ACTIVE
    world.engine.post(StopFlatten("bob"))
    await settle()
    assert progress(world)[-1].phase is FlattenPhase.STOPPED
    assert progress(world)[-1].is_over
    world.venue.come_back()
    await world.clock.advance(20)
    assert sizes(world) != {}
    assert world.disk.of(FlattenEnded)[-1].outcome == "stopped"
    await world.close()


async def test_a_second_press_does_not_start_a_second_one():
    world = await world_with_position()
    await flatten(world)
    await flatten(world)
    await flatten(world, FlattenTarget(FlattenScope.PAIR, BTC))
    assert said(world, "running already")
    await world.clock.until(lambda: over(world), 30)
    assert len(world.disk.of(FlattenBegun)) == 1
    assert len(world.venue.sends) == 2
    await world.close()


async def test_a_wider_flatten_beside_a_narrow_one_doubles_no_close():
    world = await world_with_position()
    add_leg(world)
    await world.clock.advance(3)
    await flatten(world, FlattenTarget(FlattenScope.PAIR, BTC))
    await flatten(world)
    await world.clock.until(lambda: len(world.disk.of(FlattenEnded)) == 2, 60)
    assert sizes(world) == {}
    closes = [o for o in world.engine.core.ledger.orders.values() if o.terms.effect is Effect.CLOSE]
    assert len(closes) == 2
    await world.close()


async def test_a_crash_in_the_middle_latches_and_offers_it_again():
    world = await world_with_position()
    world.venue.script.append(Step(answer="hang", arrives=False))
    await flatten(world)
    await world.clock.advance(0.5)
    sends = len(world.venue.sends)
    await world.restart()
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    offered = world.of(FlattenPlan)[-1]
    assert offered.offered_again
    assert [leg.key for leg in offered.legs] == [(BTC, LONG)]
    await world.clock.advance(60)
    assert len(world.venue.sends) == sends  # nothing is resumed by itself
    assert sizes(world) != {}
    await world.restart()  # and it is offered until somebody answers
    assert world.of(FlattenPlan)[-1].offered_again
    await flatten(world, ALL, world.of(FlattenPlan)[-1].plan_id)
    await world.clock.until(lambda: over(world), 400)
    assert sizes(world) == {}
    await world.restart()
    assert world.of(FlattenPlan) == []
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    await world.close()


async def test_the_latch_holds_over_a_crash_even_while_the_stream_was_lost():
    from terminal.domain.market import StreamState

    world = await world_with_position()
    world.venue.say(StreamState("private", connected=False, detail="gone"))
    world.venue.go_away()
    await flatten(world)
    await world.clock.advance(3)
    await world.crash()
    world.venue.come_back()
    world.events.clear()
    world.build()
    await world.start()
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    await world.close()


async def test_an_offered_flatten_can_be_dropped():
    world = await world_with_position()
    world.venue.go_away()
    await flatten(world)
    await world.clock.advance(1)
    world.venue.come_back()
    await world.restart()
    world.engine.post(StopFlatten("ann"))
    await world.clock.advance(1)
    await world.restart()
    assert world.of(FlattenPlan) == []
    await world.close()


async def test_pause_entries_never_lifts_a_halt():
    world = await world_with_position()
    world.engine.post(PauseEntries("ann"))
    await settle()
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    world.engine.post(PauseEntries("ann"))
    await settle()
    assert world.engine.trading_state is TradingState.HALTED
    await world.close()


async def test_a_bug_in_one_round_does_not_end_it(monkeypatch, caplog):
    world = await world_with_position()
    hands, calls = world.engine.core.hands.flatten._hands, []
    look = hands.look

    async def breaks_once(job):
        calls.append(1)
        if len(calls) == 1:
            raise KeyError("made-up bug")
        return await look(job)

    monkeypatch.setattr(hands, "look", breaks_once)
    await flatten(world)
    await world.clock.until(lambda: over(world), 60)
    assert sizes(world) == {}
    assert any("error of its own; the log file says more" in each.text for each in progress(world))
    assert not any("made-up bug" in each.text for each in progress(world))
    assert "made-up bug" in caplog.text
    await world.close()


async def test_cancels_that_fail_are_repeated():
    world = await world_with_position()
    add_resting(world)
    cancel_all, failures = world.venue.cancel_all, [VenueUnavailable("busy"), VenueUnavailable("busy")]

    async def fails_twice(instrument_id):
        if failures:
            raise failures.pop()
        return await cancel_all(instrument_id)

    world.venue.cancel_all = fails_twice
    await flatten(world)
    await world.clock.until(lambda: over(world), 60)
    assert await world.venue.open_orders() == ()
    assert world.venue.triggers == []
    assert any("busy" in each.text.lower() for each in progress(world))
    await world.close()


async def test_closing_the_program_in_the_middle_keeps_it_for_the_next_start():
    world = await world_with_position(make_decision())
    world.venue.go_away()
    await flatten(world)
    ending = asyncio.ensure_future(world.engine.aclose())
    await world.clock.until(ending.done, 60)
    await ending
    assert len(world.disk.of(FlattenBegun)) == 1
    assert world.disk.of(FlattenEnded) == []
