"""A person's answers: yes once, no, nothing, too late; and what blocks before they are asked."""

import asyncio
import random
from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.commands import AskAi, Reject, SetTradingState
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Abstained, Action, Failed, FailureKind
from terminal.domain.messages import CycleEnded, Level, Notice, ProposalChanged, TradingStateChanged
from terminal.domain.order import OrderState
from terminal.domain.records import ApprovalGiven, CycleClosed, IntentCommitted, ReviewClosed
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState
from terminal.services.review.demo_reviewer import DemoReviewer


@pytest.mark.asyncio
async def test_1000_double_approvals_give_one_order_each():
    chance = random.Random(7)  # noqa: S311 - reproducible on purpose
    world = World(make_decision())
    await world.start()
    first = await world.proposed()
    review, orders = world.engine.core.review, world.engine.core.orders
    pace = world.engine.core.pace
    for number in range(1_000):
        decision = make_decision(f"n{number}")
        proposal = replace(
            first,
            decision=decision,
            client_order_id=orders.new_client_order_id(),
            created_s=world.clock.now_s,
            deadline_s=world.clock.now_s + 90,
        )
        log = next(iter(world.engine.core.outbox.logs.values()))
        own = replace(
            log, log_id=f"l{number}", decision_id=decision.decision_id, client_order_id=proposal.client_order_id
        )
        world.engine.core.outbox.add(own)
        review.add(proposal)
        world.venue.script.append(Step(fill=D(0)))
        pace._sends.clear()
        world.engine.post(world.yes(decision.decision_id))
        gap_s = chance.uniform(0, 0.05)
        if gap_s > 0.01:
            await world.clock.advance(gap_s)
        world.engine.post(world.yes(decision.decision_id, "button"))
        await world.clock.advance(0.06)
    assert len(world.venue.sends) == 1_000
    assert len(set(world.venue.sends)) == 1_000
    assert len({each.approval.decision_id for each in world.disk.of(ApprovalGiven)}) == 1_000
    assert len(world.disk.of(ApprovalGiven)) == len(world.disk.of(IntentCommitted)) == 1_000
    await world.crash()


@pytest.mark.asyncio
async def test_the_second_click_says_so():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.approve_late()
    assert any("answered already" in event.text for event in world.of(Notice))
    assert len(world.venue.sends) == 1
    await world.close()


@pytest.mark.asyncio
async def test_reject_sends_nothing_and_keeps_the_log():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.engine.post(Reject("d1", "ann", "news at 14:00"))
    await world.approve_late()
    await world.clock.advance(5)
    assert world.venue.sends == []
    assert world.proposal().state is ReviewState.REJECTED
    assert world.proposal().reason == "news at 14:00"
    (log,) = world.engine.core.outbox.logs.values()
    assert log.state is AiLogState.KEPT
    assert world.venue.uploads == []
    await world.close()


@pytest.mark.asyncio
async def test_silence_expires_after_the_ttl():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    await world.clock.advance(89)
    assert world.proposal().is_open
    await world.clock.advance(2)
    assert world.proposal().state is ReviewState.EXPIRED
    assert world.disk.of(ReviewClosed)[0].state is ReviewState.EXPIRED
    await world.approve_late()
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_drift_between_draft_and_click_voids_the_approval():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.feed.prices[BTC] = "60300.0"
    await world.clock.advance(1.5)
    await world.approve()
    await world.clock.advance(1)
    assert world.venue.sends == []
    assert world.proposal().state is ReviewState.VOIDED
    assert "R11" in world.proposal().reason
    await world.close()


@pytest.mark.asyncio
async def test_too_small_is_recorded_as_blocked_never_raised():
    world = World(make_decision(stop_price=D("30000.0")))
    world.feed.rules[BTC] = replace(world.feed.rules[BTC], min_size=D("0.01"), size_step=D("0.001"))
    await world.start()
    proposal = await world.proposed()
    assert proposal.state is ReviewState.BLOCKED
    assert "never rounded up" in proposal.reason
    assert proposal.terms.size < D("0.01")
    assert world.disk.of(ReviewClosed)[0].state is ReviewState.BLOCKED
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("step", "state"), [(Step(answer="refuse"), "REJECTED"), (Step(answer="not_sent"), "NOT_SENT")]
)
async def test_definite_noes(step, state):
    world = World(make_decision())
    world.venue.script.append(step)
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert world.order().state is OrderState(state)
    (log,) = world.engine.core.outbox.logs.values()
    assert log.state is AiLogState.KEPT
    assert len(world.venue.sends) == 1
    await world.close()


@pytest.mark.asyncio
async def test_a_refusal_that_halts():
    world = World(make_decision())
    world.venue.script.append(Step(answer="refuse", halts=True))
    await world.start()
    await world.approve()
    await world.clock.advance(1)
    assert world.engine.trading_state is TradingState.HALTED
    assert "takes no orders from here" in world.of(TradingStateChanged)[-1].reason
    await world.close()


@pytest.mark.asyncio
async def test_one_direction_and_no_averaging():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    from helpers.fake_worker import deciding

    world.worker.answer = deciding(
        make_decision("d2", action=Action.OPEN_SHORT, stop_price=D("61000.0"), target_price=D("58000.0"))
    )
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(5)
    assert "skipped" in world.of(CycleEnded)[-1].text
    assert "position is held" in world.of(CycleEnded)[-1].text
    await world.close()


@pytest.mark.asyncio
async def test_ask_ai_asks_about_one_instrument_among_all_markets():
    world = World()
    await world.start()
    world.engine.post(AskAi(ETH, Action.OPEN_SHORT, "ann"))
    await world.clock.advance(2)
    snapshot = world.worker.snapshots[-1]
    assert snapshot.question.instrument_id == ETH
    assert [view.instrument.instrument_id for view in snapshot.views] == list(ALLOWED_INSTRUMENTS)
    assert snapshot.question.action is Action.OPEN_SHORT
    assert len(world.worker.snapshots[0].views) == len(ALLOWED_INSTRUMENTS)
    assert all(bar.closed for view in snapshot.views for bar in view.candles)
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("outcome", "kind", "level"),
    [
        (lambda cycle: Abstained(cycle, "too few bars"), "abstained", Level.WARNING),
        (lambda cycle: Failed(cycle, FailureKind.INTERNAL, "broken pipe"), "failed", Level.ERROR),
        (lambda cycle: None, "failed", Level.ERROR),
    ],
)
async def test_failures_are_never_holds(outcome, kind, level):
    world = World()
    world.worker.answer = lambda snapshot: outcome(snapshot.cycle_id)
    await world.start()
    await world.clock.until(lambda: bool(world.of(CycleEnded)))
    await world.clock.advance(1)
    (closed,) = world.disk.of(CycleClosed)
    assert (closed.kind, closed.holds) == (kind, 0)
    ended = world.of(CycleEnded)[0]
    assert ended.level is level
    assert "hold" not in ended.text
    await world.close()


@pytest.mark.asyncio
async def test_holds_are_counted_in_the_cycle():
    world = World(make_decision("h1", action=Action.HOLD, stop_price=None, target_price=None))
    await world.start()
    await world.clock.advance(2)
    (closed,) = world.disk.of(CycleClosed)
    assert (closed.kind, closed.holds, closed.proposals) == ("decided", 1, 0)
    assert world.of(ProposalChanged) == []
    await world.close()


@pytest.mark.asyncio
async def test_an_unusable_log_drops_the_decision_aloud():
    world = World(make_decision(output_json="not json"))
    await world.start()
    await world.clock.advance(2)
    assert world.of(ProposalChanged) == []
    assert "dropped" in world.of(CycleEnded)[0].text
    await world.close()


@pytest.mark.asyncio
async def test_halted_by_a_person_blocks_openings():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    await world.approve()
    await world.clock.advance(1)
    assert world.venue.sends == []
    assert "R1" in world.proposal().reason
    await world.close()


@pytest.mark.asyncio
async def test_the_demo_policy_approves_after_its_delay_and_signs_as_itself():
    world = World(make_decision())
    world.options["reviewer"] = DemoReviewer(world.clock, delay_s=2.0)
    world.build(make_decision())
    await world.start()
    await world.proposed()
    await world.clock.advance(1.5)
    assert world.venue.sends == []
    await world.clock.advance(3)
    assert len(world.venue.sends) == 1
    assert world.engine.core.archive.approvals["d1"].who == "demo policy"
    assert world.engine.tally.summary()["whole_passports"] == 1
    await world.close()


@pytest.mark.asyncio
async def test_closing_waits_for_an_order_that_is_being_sent():
    world = World(make_decision())
    gate = asyncio.Event()
    submit = world.venue.submit_order

    async def slow_submit(prepared):
        await gate.wait()
        return await submit(prepared)

    world.venue.submit_order = slow_submit
    await world.start()
    await world.approve()
    ending = asyncio.ensure_future(world.engine.aclose())
    await settle()
    assert not ending.done()
    gate.set()
    await world.clock.until(ending.done)
    assert world.disk.records
    assert world.order().venue_order_id is not None
