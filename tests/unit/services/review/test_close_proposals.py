"""A close the model asks for: one card, one approval, one reducing order, void when the position moves."""

import asyncio
import json
from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_worker import deciding
from helpers.fake_world import World
from helpers.held_world import LONG, SHORT, add_leg, said, sizes, world_with_position
from terminal.domain.ai_log import AiLogState
from terminal.domain.commands import ClosePosition, Reject, SetTradingState
from terminal.domain.decision import Action
from terminal.domain.errors import VenueUnavailable
from terminal.domain.messages import CycleEnded
from terminal.domain.order import Effect, OrderKind, OrderState, Origin, Side
from terminal.domain.records import (
    AiLogFrozen,
    ApprovalGiven,
    DecisionRecorded,
    IntentCommitted,
    ProposalRecorded,
    ReviewClosed,
    RiskChecked,
)
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState

pytestmark = pytest.mark.asyncio


def close_decision(decision_id="c1", **changes):
    values = {
        "action": Action.CLOSE,
        "close_side": LONG,
        "stop_price": None,
        "target_price": None,
        "risk_fraction": D(0),
        "explanation": "The held long now has the odds against it.",
    }
    return make_decision(decision_id, **(values | changes))


async def wish(world: World, *decisions) -> None:
    """Let the model decide this in its next cycle."""
    world.worker.answer = deciding(*(decisions or (close_decision(),)))
    world.engine.core.cycle.request("test")
    await settle()


async def offered(**options) -> World:
    """A long BTC position, and the proposal c1 to close it."""
    world = await world_with_position(**options)
    await wish(world)
    assert world.state_of("c1") is ReviewState.PENDING
    return world


def held(world: World, key=(BTC, LONG)):
    return sizes(world).get(key, D(0))


async def executed_but_not_read(world: World) -> None:
    """The stop has closed a part: the execution is known, the positions could not be read since."""
    world.venue.read_error = VenueUnavailable("no connection")
    world.venue.close_by_stop(BTC, LONG, D("0.0010"))
    await world.clock.advance(1.5)
    assert world.engine.core.portfolio.held(BTC, LONG) > held(world)


async def test_it_is_written_before_it_is_shown_and_closes_the_whole_position():
    world = await world_with_position()
    world.calls.clear()
    await wish(world)
    names = [kind.__name__ for kind in (DecisionRecorded, AiLogFrozen, ProposalRecorded)]
    written = world.calls.index("commit " + " ".join(names))
    assert written < world.calls.index("emit ProposalChanged")
    proposal = world.proposal("c1")
    terms = proposal.terms
    assert (terms.side, terms.effect, terms.kind, terms.size) == (
        Side.SELL,
        Effect.CLOSE,
        OrderKind.MARKET,
        held(world),
    )
    assert (terms.stop_price, terms.target_price) == (None, None)
    assert {check.rule for check in proposal.verdict.checks} == {"R2", "R12", "R24", "R31"}
    assert proposal.deadline_s - proposal.created_s == 90
    await world.close()


async def test_approval_sends_one_reducing_order_with_its_log_linked():
    world = await offered()
    sent = len(world.venue.sends)
    world.calls.clear()
    await world.approve("c1")
    await world.clock.advance(8)
    order = world.order("c1")
    assert (order.origin, order.terms.effect, order.state) == (Origin.AI, Effect.CLOSE, OrderState.FILLED)
    assert len(world.venue.sends) == sent + 1
    assert held(world) == 0
    names = [kind.__name__ for kind in (ApprovalGiven, RiskChecked, IntentCommitted)]
    assert world.calls.index("commit " + " ".join(names)) < world.calls.index(f"submit {order.client_order_id}")
    (log,) = world.engine.core.outbox.of_order(order.client_order_id)
    assert (log.decision_id, log.state, log.venue_order_id) == ("c1", AiLogState.ACCEPTED, order.venue_order_id)
    body = json.loads(world.venue.uploads[-1])
    assert body["stage"] == "Position Management"
    assert body["explanation"] == close_decision().explanation
    assert body["output"]["proposed_order"]["effect"] == "CLOSE"
    assert body["orderId"] == int(order.venue_order_id)
    assert all(passport.is_whole for passport in world.engine.tally.passports())
    await world.close()


async def test_many_clicks_make_one_order():
    world = await offered()
    before = len(world.venue.sends)
    for _ in range(20):
        world.engine.post(world.yes("c1"))
    await world.clock.advance(5)
    assert len(world.venue.sends) == before + 1
    assert len([each for each in world.disk.of(ApprovalGiven) if each.approval.decision_id == "c1"]) == 1
    await world.close()


async def test_a_rejection_sends_nothing_and_keeps_the_log():
    world = await offered()
    before = list(world.venue.sends)
    world.engine.post(Reject("c1", "ann", "the trend holds"))
    await world.clock.advance(3)
    assert world.state_of("c1") is ReviewState.REJECTED
    assert world.venue.sends == before
    (log,) = world.engine.core.outbox.of_order(world.proposal("c1").client_order_id)
    assert log.state is AiLogState.KEPT
    assert held(world) > 0
    await world.close()


async def test_silence_closes_nothing():
    world = await offered()
    before = list(world.venue.sends)
    await world.clock.advance(91)
    assert world.state_of("c1") is ReviewState.EXPIRED
    await world.approve_late("c1")
    assert world.venue.sends == before
    await world.close()


@pytest.mark.parametrize("state", [TradingState.REDUCE_ONLY, TradingState.HALTED])
async def test_it_passes_whatever_state_trading_is_in(state):
    world = await world_with_position()
    world.engine.post(SetTradingState(state, "ann"))
    await settle()
    await wish(world)
    await world.approve("c1")
    await world.clock.advance(3)
    assert held(world) == 0
    await world.close()


async def test_old_prices_and_a_market_far_away_hold_no_exit_back():
    world = await offered()
    world.feed.prices[BTC] = "57000.0"
    await world.clock.advance(2)
    world.engine.core.hub.books.clear()
    await world.approve("c1")
    await world.clock.advance(3)
    assert held(world) == 0
    await world.close()


async def test_a_position_that_has_gone_voids_the_card():
    world = await offered()
    world.venue.close_by_stop(BTC, LONG, held(world))
    await world.clock.advance(5)
    proposal = world.proposal("c1")
    assert proposal.state is ReviewState.EXPIRED
    assert proposal.reason == "BTC long has gone meanwhile"
    assert [each.reason for each in world.disk.of(ReviewClosed) if each.decision_id == "c1"] == [proposal.reason]
    before = list(world.venue.sends)
    await world.approve_late("c1")
    assert world.venue.sends == before
    await world.close()


async def test_a_position_that_has_changed_voids_the_card():
    world = await offered()
    add_leg(world, BTC, LONG, "0.0010")
    await world.clock.advance(5)
    assert world.state_of("c1") is ReviewState.EXPIRED
    assert "has changed meanwhile from" in world.proposal("c1").reason
    await world.close()


async def test_a_click_ahead_of_the_reading_reads_again_and_never_closes_more_than_is_held():
    world = await offered()
    await executed_but_not_read(world)
    world.venue.read_error = None
    before, left = list(world.venue.sends), held(world)
    world.engine.post(world.yes("c1"))
    await world.clock.advance(1)
    assert world.venue.sends == before
    assert world.state_of("c1") is ReviewState.VOIDED
    assert "has changed meanwhile" in world.proposal("c1").reason
    assert held(world) == left
    await world.close()


async def test_a_venue_that_gives_no_reading_holds_no_exit_back():
    world = await offered()
    await world.clock.advance(3)
    world.venue.read_error = VenueUnavailable("no connection")
    await world.approve("c1")
    assert held(world) == 0
    await world.close()


async def test_a_reading_that_fails_after_an_execution_sends_nothing_and_says_what_to_do():
    world = await offered()
    await executed_but_not_read(world)
    world.engine.core.ledger.filled_s[BTC] = world.clock.monotonic_s()
    before = list(world.venue.sends)
    world.engine.post(world.yes("c1"))
    await world.clock.advance(1)
    assert world.venue.sends == before
    assert "Close it in Positions" in world.proposal("c1").reason
    await world.close()


async def test_a_person_who_closes_first_wins():
    world = await offered()
    gate = asyncio.Event()
    submit = world.venue.submit_order

    async def slow_submit(prepared):
        await gate.wait()
        return await submit(prepared)

    world.venue.submit_order = slow_submit
    world.engine.post(ClosePosition(BTC, LONG, D(1), "bob"))
    await settle()
    world.engine.post(world.yes("c1"))
    await settle()
    assert world.state_of("c1") is ReviewState.VOIDED
    assert "R24" in world.proposal("c1").reason
    gate.set()
    await world.clock.advance(5)
    assert held(world) == 0
    await world.close()


async def test_no_second_card_while_one_waits_or_a_close_is_on_its_way():
    world = await offered()
    await wish(world, close_decision("c2"))
    assert "a proposal of it is open" in world.of(CycleEnded)[-1].text
    world.venue.script.append(Step(answer="unclear", arrives=False))
    await world.approve("c1")
    await wish(world, close_decision("c3"))
    assert "a close of it is on its way" in world.of(CycleEnded)[-1].text
    assert set(world.engine.core.review.proposals) == {"d1", "c1"}
    await world.close()


async def test_a_broken_journal_shows_no_card_but_says_what_the_model_wants():
    world = await world_with_position()
    world.journal.refuse = lambda records: any(isinstance(each, ProposalRecorded) for each in records)
    await wish(world)
    assert "c1" not in world.engine.core.review.proposals
    assert said(world, "The model would close BTC")
    assert said(world, "Close it in Positions if you agree")
    await world.close()


async def test_a_journal_that_breaks_after_the_card_holds_no_exit_back():
    world = await offered()
    world.journal.broken = True
    await world.approve("c1")
    await world.clock.advance(2)
    assert held(world) == 0
    assert world.state_of("c1") is ReviewState.APPROVED
    assert said(world, "is sent although the journal failed")
    world.journal.broken = False
    await world.clock.advance(5)
    assert [each.order.decision_id for each in world.disk.of(IntentCommitted)] == ["d1", "c1"]
    assert [each.approval.decision_id for each in world.disk.of(ApprovalGiven)] == ["d1", "c1"]
    await world.close()


async def test_a_decision_the_journal_calls_answered_is_not_sent():
    world = await offered()
    world.disk.keys.add(("answer", "c1"))
    before = list(world.venue.sends)
    await world.approve("c1")
    await world.clock.advance(2)
    assert world.venue.sends == before
    assert world.state_of("c1") is ReviewState.BLOCKED
    await world.close()


async def test_a_restart_answers_nothing():
    world = await offered()
    before = list(world.venue.sends)
    await world.restart()
    await world.clock.advance(3)
    assert [each.state for each in world.disk.of(ReviewClosed)] == [ReviewState.EXPIRED]
    await world.approve_late("c1")
    assert world.venue.sends == before
    await world.close()


async def test_nothing_held_makes_no_card():
    world = World()
    await world.start()
    await wish(world)
    assert "c1" not in world.engine.core.review.proposals
    assert "nothing is held there any more" in world.of(CycleEnded)[-1].text
    await world.close()


async def test_a_close_without_a_side_needs_a_position_that_is_alone():
    world = await world_with_position()
    add_leg(world, BTC, SHORT)
    await world.clock.advance(5)
    await wish(world, close_decision(close_side=None))
    assert "does not say which to close" in world.of(CycleEnded)[-1].text
    add_leg(world, ETH, SHORT)
    await world.clock.advance(5)
    await wish(world, close_decision("c2", instrument_id=ETH, close_side=None, reference_price=D("60000.0")))
    assert world.proposal("c2").terms.side is Side.BUY
    await world.close()


async def test_more_than_one_order_may_hold_is_closed_up_to_that():
    world = await world_with_position()
    add_leg(world, ETH, SHORT, "0.5000")
    await world.clock.advance(5)
    rules = world.engine.core.hub.instruments
    rules[ETH] = replace(rules[ETH], max_size=D("0.3"))
    await wish(world, close_decision(instrument_id=ETH, close_side=SHORT))
    await world.approve("c1")
    await world.clock.advance(5)
    assert held(world, (ETH, SHORT)) == D("0.2000")
    await world.close()
