"""The way down is the program's: each limit alone takes an automatic desk back, and its distance is shown before."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.builders import BTC, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.approval import DeskMode, DeskModeSet
from terminal.domain.decision import FailureKind
from terminal.domain.messages import CycleEnded, Level
from terminal.domain.order import PositionSide
from terminal.domain.promotion import (
    GateRow,
    IncidentNoted,
    PromotionChanged,
    PromotionJudged,
    PromotionSettings,
    RecordEnded,
)
from terminal.domain.review_messages import SetDeskMode
from terminal.services.guardrails.trades import Trade
from terminal.services.promotion.demotion import Watched, watch

MODEL = "made-up-model 1"
NET = GateRow("Net result", "+1.0 bp a decision", "above 0", ok=True, share=1.0)


# -- the rows alone ------------------------------------------------------------------


def rows(**changes):
    values = {
        "strategy": "s",
        "given_to": "s",
        "results": (),
        "net": NET,
        "equity": Decimal(1000),
        "failures": 0,
        "unlogged": 0,
        "is_unproven": True,
        "day_loss": Decimal("0.004"),
    }
    return {row.name: row for row in watch(Watched(**(values | changes)), PromotionSettings())}


def test_every_limit_is_shown_with_its_distance():
    assert {name: (row.stands, row.needed, round(row.share, 2)) for name, row in rows(failures=1).items()} == {
        "Drawdown": ("0.0 % of equity", "at most 8 %", 0.0),
        "Calibration drift": ("0 of 100 claims so far", "at most 10 points", 0.0),
        "Model failures": ("1 that only a person can mend", "below 3 a day", 0.33),
        "AI log gaps": ("every order has its AI log", "none", 0.0),
        "Model": ("s", "still s", 0.0),
        "Loss of the day": ("0.4 % of equity", "at most 1 % while unproven", 0.4),
    }


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"failures": 3}, "Model failures"),
        ({"unlogged": 1}, "AI log gaps"),
        ({"strategy": "another"}, "Model"),
        ({"day_loss": Decimal("0.01")}, "Loss of the day"),
        ({"is_unproven": False, "net": replace(NET, ok=False, share=0.4)}, "Newest look"),
    ],
)
def test_each_limit_alone_takes_it_back(changes, name):
    assert [each.name for each in rows(**changes).values() if not each.ok] == [name]
    assert rows(**changes)[name].lacks


def test_before_it_is_given_no_model_is_the_wrong_one():
    assert rows(given_to="")["Model"].ok


# -- on a running desk ---------------------------------------------------------------


def trade(number, net, *, came_true=True):
    return Trade(
        key=f"k{number}",
        decision_id=f"r{number}",
        instrument_id=BTC,
        side=PositionSide.LONG,
        opened_ms=1_760_000_000_000 + number * 60_000,
        entry=Decimal(50_000),
        size=Decimal("0.01"),
        net=Decimal(net),
        ended_ms=1_760_000_000_000 + number * 60_000 + 30_000,
        gross=Decimal(1) if came_true else Decimal(-1),
    )


async def automatic():
    world = World()
    await world.start()
    await world.clock.advance(3)
    await choose(world)
    return world


async def choose(world, mode=DeskMode.AUTO):
    word = f"{mode.value} UNPROVEN" if mode is DeskMode.AUTO else mode.value
    world.engine.post(SetDeskMode(mode, word, "ann"))
    await settle()


def take(world, *trades, confidence=0.6):
    archive, desk = world.engine.core.archive, world.engine.core.guard_kit.promotion
    for each in trades:
        archive.decisions[each.decision_id] = make_decision(each.decision_id, model=MODEL, confidence=confidence)
        desk._book.take(each)
    desk._changed.set()


def mode(world):
    return world.engine.core.binding.modes.mode


def report(world):
    return world.of(PromotionChanged)[-1].report


def fall(world):
    """A drawdown of a tenth of the account."""
    tenth = world.engine.core.portfolio.live_equity() / 10
    return trade(1, "5"), trade(2, str(-tenth))


@pytest.mark.asyncio
async def test_a_drawdown_takes_it_back_and_a_persons_choice_begins_anew():
    world = await automatic()
    take(world, *fall(world))
    await world.clock.advance(3)
    assert mode(world) is DeskMode.SEMI_AUTO
    (ended,) = world.disk.of(RecordEnded)
    assert (ended.strategy, ended.who) == (MODEL, "")
    assert ended.reason == world.disk.of(PromotionJudged)[-1].occasion
    assert next(row for row in report(world).rows if row.name == "Drawdown").ok is False  # still shown

    await choose(world)
    await world.clock.advance(3)
    assert mode(world) is DeskMode.AUTO  # the same fall does not take it back again and again
    assert "a drawdown of" in world.disk.of(DeskModeSet)[-1].override  # what was known when it was chosen
    assert (report(world).ended_by, report(world).rows[0].stands) == (ended.reason, "0 of 150 decisions")
    assert "shared by 2 versions" in next(row for row in report(world).rows if row.name == "Net result").needed

    await choose(world, DeskMode.SEMI_AUTO)
    assert [each.who for each in world.disk.of(RecordEnded)] == ["", "ann"]  # acknowledged once
    await world.close()


@pytest.mark.asyncio
async def test_an_end_outlives_a_restart_until_a_person_answers():
    world = await automatic()
    take(world, *fall(world))
    await world.clock.advance(3)
    await world.restart()
    await world.clock.advance(3)
    assert [each.who for each in world.disk.of(RecordEnded)] == [""]
    await choose(world, DeskMode.SHADOW)
    await world.clock.advance(3)
    assert [each.who for each in world.disk.of(RecordEnded)] == ["", "ann"]
    await world.restart()
    await world.clock.advance(3)
    assert report(world).anew_ms == world.disk.of(RecordEnded)[-1].at_ms
    await world.close()


@pytest.mark.asyncio
async def test_claims_that_drift_take_it_back():
    world = await automatic()
    take(world, *(trade(number, "0.01", came_true=number % 10 < 4) for number in range(99)))
    await world.clock.advance(3)
    assert mode(world) is DeskMode.AUTO
    assert "99 of 100 claims so far" in [row.stands for row in report(world).watch]
    take(world, trade(99, "0.01", came_true=False))
    await world.clock.advance(3)
    assert mode(world) is DeskMode.SEMI_AUTO
    assert "off by" in world.disk.of(DeskModeSet)[-1].reason
    await world.close()


@pytest.mark.asyncio
async def test_three_failures_only_a_person_can_mend_take_it_back():
    world = await automatic()
    desk = world.engine.core.guard_kit.promotion

    async def fails(kind, number):
        failed = CycleEnded(f"c{number}", "no answer", Level.ERROR, world.clock.now_ms(), failure=kind)
        desk.take(failed)
        await world.clock.advance(3)

    for number, kind in enumerate((FailureKind.TIMEOUT, FailureKind.AUTH, FailureKind.TIMEOUT, FailureKind.BILLING)):
        await fails(kind, number)
    assert mode(world) is DeskMode.AUTO
    await fails(FailureKind.MODEL_MISSING, 9)
    assert mode(world) is DeskMode.SEMI_AUTO
    assert "failed 3 times within a day" in world.disk.of(DeskModeSet)[-1].reason
    assert "only a person can mend" in world.disk.of(IncidentNoted)[0].kind
    assert world.disk.of(RecordEnded) == []  # its results were not the trouble
    await world.close()


@pytest.mark.asyncio
async def test_an_order_without_its_log_takes_it_back():
    world = await automatic()
    desk = world.engine.core.guard_kit.promotion
    desk._open_gaps = 1
    desk._changed.set()
    await world.clock.advance(3)
    assert mode(world) is DeskMode.SEMI_AUTO
    assert world.disk.of(DeskModeSet)[-1].reason == "1 order has no accepted AI log"
    await world.close()


@pytest.mark.asyncio
async def test_another_model_has_a_record_of_its_own():
    world = await automatic()
    take(world, *fall(world))
    desk = world.engine.core.guard_kit.promotion
    desk._model_now = lambda: "another-model 2"
    await world.clock.advance(3)
    assert "another one now" in world.disk.of(DeskModeSet)[-1].reason
    assert report(world).rows[0].stands == "0 of 150 decisions"
    assert next(row for row in report(world).watch if row.name == "Drawdown").stands == "0.0 % of equity"
    assert world.disk.of(RecordEnded) == []
    await world.close()


@pytest.mark.asyncio
async def test_before_it_is_given_the_limits_are_those_it_could_be_had_with():
    world = World()
    await world.start()
    await world.clock.advance(3)
    assert [row.name for row in report(world).watch if row.ok] == [
        "Drawdown", "Calibration drift", "Model failures", "AI log gaps", "Model", "Loss of the day",
    ]  # fmt: skip
    await world.close()
