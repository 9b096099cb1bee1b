"""A decision that came too late, whose world changed, or whose figures are none: nothing is sent, and why is said."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from helpers.held_world import SHORT, add_leg
from terminal.domain.decision import Decided
from terminal.domain.messages import CycleEnded, Notice, ProposalChanged
from terminal.domain.records import ApprovalGiven, IntentCommitted
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import ApprovalVoided
from terminal.domain.risk import TradingState

pytestmark = pytest.mark.asyncio
NAN, ENDLESS = D("NaN"), D("Infinity")


async def opened() -> World:
    world = World(make_decision())
    await world.start()
    await world.proposed()
    return world


async def too_late(world: World) -> None:
    await world.clock.advance(91)


async def price_moved(world: World) -> None:
    world.feed.prices[BTC] = "60100.0"
    await world.clock.advance(1.2)


async def position_changed(world: World) -> None:
    add_leg(world, BTC, SHORT)
    await world.engine.core.portfolio.refresh()


async def model_changed(world: World) -> None:
    name = property(lambda _self: "another-model 7")
    world.worker.__class__ = type("Replaced", (type(world.worker),), {"model_name": name})


VOIDS = {
    "price": (price_moved, "Price", "60,101"),
    "position": (position_changed, "Position BTC", "short"),
    "model": (model_changed, "Model", "another-model 7"),
}


@pytest.mark.parametrize("case", VOIDS)
async def test_risk_6_what_changed_under_an_approval_voids_it_for_the_right_reason(case):
    happens, line, words = VOIDS[case]
    world = await opened()
    await happens(world)
    await world.approve_late()
    (told,) = world.of(ApprovalVoided)
    failed = [row for row in told.rows if not row.ok]
    assert line in [row.name for row in failed]
    assert words in next(row.now for row in failed if row.name == line)
    assert world.state_of() is ReviewState.VOIDED
    await nothing_was_sent(world)


async def test_risk_6_an_approval_after_its_time_is_refused_as_expired():
    world = await opened()
    await too_late(world)
    await world.approve_late()
    assert world.state_of() is ReviewState.EXPIRED
    assert "expired" in " | ".join(notice.text for notice in world.of(Notice))
    await nothing_was_sent(world)


async def test_risk_6_an_answer_after_the_deadline_is_said_and_never_becomes_a_card():
    world = World(make_decision())
    in_time, world.worker.answer = world.worker.answer, lambda _snapshot: None
    await world.start()
    await world.clock.until(lambda: world.worker.snapshots)
    await world.clock.advance(61)
    (ended,) = [each for each in world.of(CycleEnded) if "no answer within 60 s" in each.text]
    assert not ended.agreed
    world.worker._say(in_time(world.worker.snapshots[0]))
    await settle()
    assert "came too late and was not used" in " | ".join(notice.text for notice in world.of(Notice))
    assert world.of(ProposalChanged) == []
    await nothing_was_sent(world)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"risk_fraction": NAN}, "risk is no number"),
        ({"stop_price": NAN}, "stop is no number"),
        ({"target_price": ENDLESS}, "target is no number"),
        ({"reference_price": -ENDLESS, "stop_price": NAN}, "price and stop are no numbers"),
    ],
)
async def test_risk_4_figures_that_are_no_numbers_are_dropped_by_name_and_the_desk_goes_on(changes, words):
    world = World(make_decision(**changes))
    await world.start()
    await world.clock.until(lambda: world.of(CycleEnded))
    assert words in world.of(CycleEnded)[-1].text
    assert words in " | ".join(notice.text for notice in world.of(Notice))
    assert world.of(ProposalChanged) == []
    assert world.engine.trading_state is TradingState.ACTIVE
    sound = make_decision("d2")
    world.worker.answer = lambda shot: Decided(shot.cycle_id, (replace(sound, cycle_id=shot.cycle_id),), 5.0)
    world.engine.core.cycle.request("again")
    assert (await world.proposed("d2")).is_open
    await nothing_was_sent(world)


async def nothing_was_sent(world: World) -> None:
    await world.clock.advance(2)
    assert world.venue.sends == []
    assert world.disk.of(IntentCommitted) == []
    assert world.disk.of(ApprovalGiven) == []
    await world.close()
