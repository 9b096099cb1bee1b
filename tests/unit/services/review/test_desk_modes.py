"""Modes are typed, written down first, and never become automatic by themselves."""

import asyncio
from dataclasses import replace

import pytest

from helpers.builders import ETH, make_decision
from helpers.fake_clock import settle
from helpers.fake_worker import deciding
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import DeskMode, DeskModeSet
from terminal.domain.commands import SetTradingState
from terminal.domain.decision import Failed, FailureKind
from terminal.domain.log_messages import AiLogGaps, GapKind, LogGap
from terminal.domain.market import StreamState
from terminal.domain.messages import AiLogChanged, Level, Notice
from terminal.domain.records import ApprovalGiven, ReviewClosed
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import DeskModeChanged, SetDeskMode
from terminal.domain.risk import TradingState

pytestmark = pytest.mark.asyncio


def mode(world: World) -> DeskMode:
    return world.engine.core.binding.modes.mode


def earn(world: World) -> None:
    """Give the strategy a record that allows an automatic desk; the gate's own tests are in promotion."""
    world.engine.core.binding.modes.why_unearned = lambda: ""
    world.engine.core.guard_kit.promotion.passed = lambda _report: ()


async def in_mode(wanted: DeskMode, *decisions, **options) -> World:
    """A world that is in this mode before its first decision comes."""
    world = World(**options)
    await world.start()
    earn(world)
    await world.clock.advance(1)
    world.engine.post(SetDeskMode(wanted, wanted.value, "ann"))
    await settle()
    assert mode(world) is wanted
    world.worker.answer = deciding(*decisions)
    world.engine.core.cycle.request("bar closed")
    if decisions:
        await world.proposed()
    return world


async def test_it_begins_semi_automatic_and_says_so():
    world = World()
    await world.start()
    assert [each.mode for each in world.of(DeskModeChanged)] == [DeskMode.SEMI_AUTO]
    await world.close()


@pytest.mark.parametrize(("typed", "who"), [("auto", "ann"), ("", "ann"), ("SHADOW", "ann"), ("AUTO", " ")])
async def test_a_wrong_word_or_nobody_changes_nothing(typed, who):
    world = World()
    await world.start()
    earn(world)
    world.engine.post(SetDeskMode(DeskMode.AUTO, typed, who))
    await settle()
    assert mode(world) is DeskMode.SEMI_AUTO
    assert world.disk.of(DeskModeSet) == []
    assert any("was not set to automatic" in each.text for each in world.of(Notice))
    await world.close()


async def test_a_change_is_written_with_who_and_when_before_it_is_in_force():
    world = World()
    await world.start()
    earn(world)
    world.calls.clear()
    world.engine.post(SetDeskMode(DeskMode.AUTO, "AUTO", "ann"))
    await settle()
    (record,) = world.disk.of(DeskModeSet)
    assert (record.mode, record.who, record.at_ms > 0) == (DeskMode.AUTO, "ann", True)
    assert world.calls.index("commit DeskModeSet") < world.calls.index("emit DeskModeChanged")
    await world.close()


async def test_automatic_does_not_begin_without_a_journal_or_while_trading_is_not_active():
    world = World()
    await world.start()
    earn(world)
    world.journal.refuse = lambda records: any(isinstance(each, DeskModeSet) for each in records)
    world.engine.post(SetDeskMode(DeskMode.AUTO, "AUTO", "ann"))
    await settle()
    assert mode(world) is DeskMode.SEMI_AUTO
    world.journal.refuse = None
    world.engine.post(SetTradingState(TradingState.REDUCE_ONLY, "ann"))
    await world.clock.advance(2)
    world.engine.post(SetDeskMode(DeskMode.AUTO, "AUTO", "ann"))
    await settle()
    assert mode(world) is DeskMode.SEMI_AUTO
    await world.close()


async def test_a_halt_while_it_is_being_written_wins():
    world = World()
    await world.start()
    earn(world)
    gate = asyncio.Event()
    world.journal.delay = gate.wait
    world.engine.post(SetDeskMode(DeskMode.AUTO, "AUTO", "ann"))
    await settle()
    world.engine.post(SetTradingState(TradingState.HALTED, "bob"))
    await settle()
    gate.set()
    await settle()
    assert mode(world) is DeskMode.SEMI_AUTO
    assert world.disk.of(DeskModeSet)[-1].mode is DeskMode.SEMI_AUTO
    await world.close()


@pytest.mark.parametrize("chosen", [DeskMode.SHADOW, DeskMode.ADVISORY])
async def test_no_card_of_shadow_or_advisory_can_ever_be_approved(chosen):
    world = await in_mode(chosen, make_decision())
    assert world.proposal().mode is chosen
    await world.approve()
    assert any("was not approved" in each.text for each in world.of(Notice))
    world.engine.post(SetDeskMode(DeskMode.SEMI_AUTO, "SEMI_AUTO", "ann"))
    await settle()
    await world.approve_late()
    await world.clock.advance(1)
    assert world.venue.sends == []
    await world.clock.advance(95)
    assert world.state_of() is ReviewState.EXPIRED
    assert world.disk.of(ApprovalGiven) == []
    await world.close()


async def test_a_card_of_before_cannot_be_approved_while_the_desk_is_in_shadow():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.engine.post(SetDeskMode(DeskMode.SHADOW, "SHADOW", "ann"))
    await settle()
    await world.approve_late()
    await world.clock.advance(1)
    assert world.venue.sends == []
    await world.close()


@pytest.mark.parametrize(
    ("left", "found"),
    [
        (DeskMode.SHADOW, DeskMode.SHADOW),
        (DeskMode.ADVISORY, DeskMode.ADVISORY),
        (DeskMode.SEMI_AUTO, DeskMode.SEMI_AUTO),
        (DeskMode.AUTO, DeskMode.SEMI_AUTO),
    ],
)
async def test_a_restart_keeps_the_mode_but_never_automatic(left, found):
    world = await in_mode(left)
    await world.restart()
    assert mode(world) is found
    assert world.of(DeskModeChanged)[-1].mode is found
    if left is DeskMode.AUTO:
        assert any("was restarted" in each.text for each in world.of(Notice))
        assert world.disk.of(DeskModeSet)[-1].mode is DeskMode.SEMI_AUTO
    await world.close()


async def test_automatic_approves_by_itself_with_the_same_fresh_checks():
    world = await in_mode(DeskMode.AUTO, make_decision())
    await world.clock.advance(1)
    (given,) = world.disk.of(ApprovalGiven)
    assert (given.approval.who, given.approval.how) == ("auto", "automatic within limits")
    assert given.approval.rows
    assert len(world.venue.sends) == 1
    await world.close()


GAP = LogGap("g1", next(iter(GapKind)), "77", "c1", ETH, "", "an order without its log", "look", 1)
TROUBLES = {
    "halt": lambda world: world.engine.post(SetTradingState(TradingState.HALTED, "bob")),
    "reduce only": lambda world: world.engine.post(SetTradingState(TradingState.REDUCE_ONLY, "bob")),
    "stream": lambda world: world.engine._emit(StreamState("public", connected=False, detail="cut")),
    "log gap": lambda world: world.engine._emit(AiLogGaps((GAP,), 1, "hourly", 1)),
    "failed log": lambda world: world.engine._emit(AiLogChanged(refused(world))),
}


def refused(world: World):
    log = next(iter(world.engine.core.outbox.logs.values()))
    return replace(log, state=AiLogState.NEEDS_HAND)


@pytest.mark.parametrize("trouble", list(TROUBLES))
async def test_any_trouble_gives_the_desk_back_to_a_person(trouble):
    world = await in_mode(DeskMode.AUTO, make_decision())
    await world.clock.advance(1)
    TROUBLES[trouble](world)
    await settle()
    assert mode(world) is DeskMode.SEMI_AUTO
    last = world.of(DeskModeChanged)[-1]
    assert (last.mode, last.who) == (DeskMode.SEMI_AUTO, "")
    assert last.reason
    assert any(each.level is Level.ERROR and "Automatic ended" in each.text for each in world.of(Notice))
    await world.clock.advance(1)
    assert world.disk.of(DeskModeSet)[-1].mode is DeskMode.SEMI_AUTO
    await world.close()


async def test_three_failed_cycles_in_a_row_end_it():
    world = await in_mode(DeskMode.AUTO)
    await world.clock.advance(1)
    world.worker.answer = lambda snapshot: Failed(snapshot.cycle_id, FailureKind.INTERNAL, "broken")
    for number in range(3):
        assert mode(world) is DeskMode.AUTO, number
        world.engine.core.cycle.request(f"bar {number}")
        await world.clock.advance(2)
    assert mode(world) is DeskMode.SEMI_AUTO
    await world.close()


async def test_a_card_that_failed_is_not_tried_again_by_itself():
    world = await in_mode(DeskMode.AUTO)
    await world.clock.advance(1)
    world.worker.__class__ = type("Unnamed", (type(world.worker),), {"model_name": property(lambda _self: "another")})
    world.worker.answer = deciding(make_decision(), make_decision("d2", instrument_id=ETH))
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(5)
    assert world.venue.sends == []
    assert [each.state for each in world.disk.of(ReviewClosed)] == [ReviewState.VOIDED] * 2
    assert mode(world) is DeskMode.AUTO
    await world.close()
