"""Our clock may jump: what the guardrails count by the hour and day is the venue's time, and nothing is forgotten."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.builders import BTC, make_decision, make_order, make_terms
from helpers.fake_world import World
from helpers.hindsight_events import ended
from terminal.domain.approval import DeskMode
from terminal.domain.funnel_messages import ShadowChanged
from terminal.domain.messages import EquityPoint, OrderChanged, ProposalChanged
from terminal.domain.order import Effect, OrderState, Origin, Side
from terminal.domain.records import EquityMarked
from terminal.domain.recovered import Recovered
from terminal.domain.shadow import ShadowCause
from terminal.services.guardrails.desk import DAY_MS
from terminal.services.guardrails.trades import TradeBook
from terminal.services.guardrails.venue_time import RecordedOffsets, heard_at

MINUTE_MS = 60_000
START = 1_760_000_000_000
JUMPS = [DAY_MS, -DAY_MS]


def jump(world, by_ms):
    """Somebody sets this machine's clock; the venue's and the monotonic one go on."""
    world.clock.start_ms += by_ms
    world.feed.clock_offset_ms -= by_ms


def said(world, name):
    checks = world.engine.core.guard_kit.guards.at_draft(make_decision("d9"), make_terms())
    return next(check for check in checks if check.name == name)


def opening(created_ms, filled_ms):
    return make_order(
        OrderState.FILLED,
        filled_size=Decimal("0.0050"),
        average_price=Decimal(60000),
        fee_paid=Decimal("0.2"),
        created_ms=created_ms,
        updated_ms=filled_ms,
    )


def stopped(at_ms):
    terms = make_terms(side=Side.SELL, effect=Effect.CLOSE, stop_price=None, target_price=None)
    return make_order(
        OrderState.FILLED,
        client_order_id="x1",
        terms=terms,
        origin=Origin.VENUE,
        decision_id=None,
        filled_size=Decimal("0.0050"),
        realized_pnl=Decimal(-5),
        fee_paid=Decimal("0.2"),
        created_ms=at_ms,
        updated_ms=at_ms,
    )


@pytest.mark.asyncio
@pytest.mark.parametrize("by_ms", JUMPS)
async def test_a_stop_is_remembered_over_a_jump_of_a_day(by_ms):
    world = World()
    await world.start()
    guards, now_ms = world.engine.core.guard_kit.guards, world.clock.now_ms()
    guards.take(OrderChanged(opening(now_ms - 20 * MINUTE_MS, now_ms - 20 * MINUTE_MS)))
    guards.take(OrderChanged(stopped(now_ms - 5 * MINUTE_MS)))
    before = said(world, "Cooldown")
    assert not before.passed
    assert not said(world, "Repetition").passed
    day = said(world, "Openings of the day").text
    jump(world, by_ms)
    assert said(world, "Cooldown") == before
    assert said(world, "Openings of the day").text == day
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("by_ms", JUMPS)
async def test_after_a_jump_real_and_paper_trades_count_like_before_it(by_ms):
    """Orders bear our time when they are made and the venue's when it tells of them; paper bears ours throughout."""
    world = World()
    await world.start()
    guards, venue_ms = world.engine.core.guard_kit.guards, world.clock.now_ms()
    jump(world, by_ms)
    ours_ms = world.clock.now_ms()
    guards.take(OrderChanged(opening(ours_ms - 20 * MINUTE_MS, venue_ms - 20 * MINUTE_MS)))
    guards.take(OrderChanged(stopped(venue_ms - 5 * MINUTE_MS)))
    check = said(world, "Cooldown")
    assert (check.passed, "a stop" in check.text) == (False, True)
    over = ended("BTC", 1, "-0.010")
    paper = replace(
        over,
        plan=replace(over.plan, cause=ShadowCause.SHADOW, instrument_id=BTC),
        entry_ms=ours_ms - 30 * MINUTE_MS,
        exit_ms=ours_ms - 5 * MINUTE_MS,
    )
    world.engine.core.guard_kit.take(ShadowChanged(paper))
    (told,) = world.engine.core.guard_kit.guards._trades.shadow()
    assert abs(told.ended_ms - (venue_ms - 5 * MINUTE_MS)) < 10
    assert abs(told.opened_ms - (venue_ms - 30 * MINUTE_MS)) < 10
    jump(world, -by_ms)
    world.engine.core.guard_kit.take(ShadowChanged(paper))  # told again under another clock
    assert world.engine.core.guard_kit.guards._trades.shadow() == (told,)
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("by_ms", JUMPS)
async def test_shadow_mode_rests_after_a_loss_on_paper_whatever_our_clock_does(by_ms):
    world = World()
    await world.start()
    kit, now_ms = world.engine.core.guard_kit, world.clock.now_ms()
    kit.guards._modes.mode = DeskMode.SHADOW
    over = ended("BTC", 1, "-0.010")
    plan = replace(over.plan, cause=ShadowCause.SHADOW, instrument_id=BTC)
    kit.take(ShadowChanged(replace(over, plan=plan, entry_ms=now_ms - 9 * MINUTE_MS, exit_ms=now_ms - 2 * MINUTE_MS)))
    before = said(world, "Cooldown")
    assert not before.passed
    jump(world, by_ms)
    assert said(world, "Cooldown") == before
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("by_ms", JUMPS)
async def test_the_hours_high_and_the_hours_proposals_survive_a_jump(by_ms):
    world = World(make_decision())
    await world.start()
    proposal = await world.proposed()
    guards, now_ms = world.engine.core.guard_kit.guards, world.clock.now_ms()
    guards.take(EquityPoint(now_ms - 10 * MINUTE_MS, Decimal(99_999)))
    guards.take(ProposalChanged(proposal))

    def seen():
        ctx = guards._context(make_decision("d9"), make_terms(), drafting=True)
        return ctx.proposals_hour, ctx.hour_high

    before = seen()
    assert before == (1, Decimal(99_999))
    jump(world, by_ms)
    assert seen() == before
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("by_ms", JUMPS)
async def test_a_bar_just_closed_is_fresh_whatever_our_clock_says(by_ms):
    world = World()
    await world.start()
    guards = world.engine.core.guard_kit.guards
    before = guards._context(make_decision("d9"), make_terms(), drafting=True)
    jump(world, by_ms)
    after = guards._context(make_decision("d9"), make_terms(), drafting=True)
    assert (after.now_ms, after.bar_close_ms) == (before.now_ms, before.bar_close_ms)
    await world.close()


def test_a_close_belongs_to_its_opening_though_our_clock_was_a_day_ahead_when_it_was_made():
    book = TradeBook()
    ahead = opening(START + DAY_MS, START + 100)
    book.take_order(replace(ahead, state=OrderState.WORKING, filled_size=Decimal(0), updated_ms=START), -DAY_MS)
    book.take_order(ahead, 0)  # set right meanwhile
    book.take_order(stopped(START + MINUTE_MS))
    (trade,) = book.real()
    assert (trade.opened_ms, trade.ended_ms, trade.by_stop) == (START, START + MINUTE_MS, True)


def test_an_order_that_ends_without_a_fill_is_not_kept():
    book = TradeBook()
    gone = replace(opening(START, START), state=OrderState.CANCELED, filled_size=Decimal(0))
    book.take_order(gone)
    assert (book.real(), book._created_ms) == ((), {})


@pytest.mark.asyncio
async def test_earlier_runs_are_read_with_the_offset_of_their_time():
    """Our clock was a day ahead then, and has been set right since."""
    world = World()
    await world.start()
    guards, now_ms = world.engine.core.guard_kit.guards, world.clock.now_ms()
    then_ms = now_ms - 20 * MINUTE_MS
    marks = (
        EquityMarked(Decimal(1000), Decimal(1000), then_ms + DAY_MS, -DAY_MS),
        EquityMarked(Decimal(1000), Decimal(1000), now_ms - MINUTE_MS, 0),
    )
    order = opening(then_ms + DAY_MS, then_ms + 50)
    guards.restore(Recovered((), (), (order,), (), (), (), (), marks, (), ()))
    (trade,) = guards._trades.real()
    assert trade.opened_ms == then_ms
    assert not said(world, "Repetition").passed
    await world.close()


def test_of_two_readings_the_later_one_that_has_come_counts():
    assert heard_at(START + DAY_MS, -DAY_MS, START) == START  # by our clock, a day ahead
    assert heard_at(START - DAY_MS, DAY_MS, START) == START  # by our clock, a day behind
    assert heard_at(START, DAY_MS, START) == START  # found in bars: the venue's own
    assert heard_at(START, -DAY_MS, START) == START
    assert heard_at(START + DAY_MS, DAY_MS, START) == START + DAY_MS  # neither has come


def test_the_nearest_recorded_offset_counts():
    offsets = RecordedOffsets([(200, -7), (100, 5)])
    assert [offsets.at(ms) for ms in (0, 100, 149, 151, 999)] == [5, 5, 5, -7, -7]
    assert RecordedOffsets([]).at(5) == 0
