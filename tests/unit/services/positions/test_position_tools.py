"""Reverse, amend, cancel several, funding, and a person's idea on its way through the AI."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_world import World
from helpers.held_world import LONG, SHORT, add_resting, said, sizes, world_with_position
from terminal.domain.account import Income, IncomeKind
from terminal.domain.commands import AskAi, SetTradingState
from terminal.domain.decision import Abstained, Action, Decided
from terminal.domain.hand_messages import (
    AmendOrder,
    AmendPhase,
    AmendProgress,
    CancelOrders,
    FundingPaid,
    ReversePosition,
)
from terminal.domain.messages import CycleEnded
from terminal.domain.order import OrderKind, OrderState, TimeInForce
from terminal.domain.risk import TradingState
from terminal.domain.ticket import SizeMode, TicketIdea
from terminal.ports.venue import VenueStatus

pytestmark = pytest.mark.asyncio


def answering(world: World, *decisions) -> None:
    """Let the model give these to every question from now on."""

    def answer(snapshot):
        now = [replace(each, cycle_id=snapshot.cycle_id, created_ms=snapshot.created_ms) for each in decisions]
        return Decided(snapshot.cycle_id, tuple(now), 5.0)

    world.worker.answer = answer


def ended(world: World, question_id: str) -> CycleEnded | None:
    return next((each for each in world.of(CycleEnded) if each.question_id == question_id), None)


# -- reverse -----------------------------------------------------------------------


async def test_a_reverse_closes_first_and_asks_only_when_flat():
    world = await world_with_position()
    asked = len(world.worker.snapshots)
    world.engine.post(ReversePosition(BTC, LONG, "ann", "q7"))
    await settle()
    assert len(world.worker.snapshots) == asked
    await world.clock.advance(5)
    assert sizes(world) == {}
    question = world.worker.snapshots[-1].question
    assert (question.action, question.instrument_id, question.asked_by) == (Action.OPEN_SHORT, BTC, "ann")
    assert ended(world, "q7").instrument_id == BTC
    assert said(world, "reversing in two steps")
    assert len(world.venue.sends) == 2  # the opening and the close: a reverse is never one order
    await world.close()


async def test_a_reverse_that_does_not_get_flat_asks_nothing():
    world = await world_with_position()
    asked = len(world.worker.snapshots)
    world.venue.script.append(Step(answer="refuse"))
    world.engine.post(ReversePosition(BTC, LONG, "ann"))
    await world.clock.advance(60)
    assert all(each.question is None for each in world.worker.snapshots[asked:])
    assert said(world, "is not flat yet, so the AI was not asked")
    await world.close()


async def test_a_reverse_while_nothing_may_open_is_refused_with_the_reason():
    world = await world_with_position()
    world.engine.post(SetTradingState(TradingState.REDUCE_ONLY, "ann"))
    world.engine.post(ReversePosition(BTC, LONG, "ann"))
    await world.clock.advance(5)
    assert sizes(world) != {}
    assert said(world, "nothing could open afterwards")
    await world.close()


# -- amend -------------------------------------------------------------------------


def phases(world: World) -> list[AmendPhase]:
    return [each.phase for each in world.of(AmendProgress)]


async def resting_world() -> World:
    world = World()
    await world.start()
    add_resting(world)
    return world


async def test_an_amend_proves_the_cancel_before_it_asks_and_shows_the_gap():
    world = await resting_world()
    world.engine.post(AmendOrder("mine", D("59950.0"), D("0.0040"), "ann", "q1"))
    await world.clock.advance(3)
    assert phases(world) == [AmendPhase.CANCELLING, AmendPhase.ASKED]
    assert world.engine.core.ledger.orders["mine"].state is OrderState.CANCELED
    question = world.worker.snapshots[-1].question
    assert (question.action, question.instrument_id) == (Action.OPEN_LONG, BTC)
    assert (question.idea.limit_price, question.idea.size_value) == (D("59950.0"), D("0.0040"))
    assert (question.idea.kind, question.idea.tif) == (OrderKind.LIMIT, TimeInForce.GTC)
    assert world.of(AmendProgress)[-1].gap_since_ms > 0
    assert world.venue.sends == []  # no order without its own decision and approval
    await world.close()


async def test_the_old_order_is_not_gone_until_the_venue_says_so():
    world = await resting_world()
    asked = len(world.worker.snapshots)
    world.venue.cancel_result = True  # taken, but nothing comes of it
    world.engine.post(AmendOrder("mine", D("59950.0"), None, "ann"))
    await world.clock.advance(30)
    assert phases(world)[-1] is AmendPhase.REFUSED
    assert "may still fill" in world.of(AmendProgress)[-1].text
    assert all(each.question is None for each in world.worker.snapshots[asked:])
    await world.close()


async def test_an_order_that_fills_during_the_cancel_is_not_amended():
    world = await resting_world()
    order = world.engine.core.ledger.orders["mine"]
    cancel = world.venue.cancel_order

    async def fills_first(instrument_id, venue_order_id):
        world.venue.fill(venue_order_id, D("0.0010"))
        return await cancel(instrument_id, venue_order_id)

    world.venue.cancel_order = fills_first
    world.engine.post(AmendOrder("mine", D("59950.0"), None, "ann"))
    await world.clock.advance(20)
    assert phases(world)[-1] is AmendPhase.REFUSED
    assert "filled before the cancel" in world.of(AmendProgress)[-1].text
    assert world.engine.core.ledger.orders["mine"].filled_size == D("0.0010")
    assert order.filled_size == 0
    await world.close()


@pytest.mark.parametrize(
    ("price", "size", "words"),
    [
        (None, None, "neither price nor size"),
        (None, "0.0051", "may only shrink"),
        ("59950.03", None, "not a multiple of 0.1"),
        (None, "0.00005", "at least 0.0001"),
        ("-1", None, "not a multiple"),
    ],
)
async def test_amends_that_cannot_be_change_nothing(price, size, words):
    world = await resting_world()
    world.calls.clear()
    world.engine.post(AmendOrder("mine", price and D(price), size and D(size), "ann"))
    await world.clock.advance(1)
    assert phases(world) == [AmendPhase.REFUSED]
    assert words in world.of(AmendProgress)[-1].text
    assert not [call for call in world.calls if call.startswith("cancel")]
    await world.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.engine.post(SetTradingState(TradingState.HALTED, "a")), "trading is halted"),
        (lambda w: w.venue.fill(next(iter(w.venue.orders)), D("0.0010")), "part of it is filled"),
        (lambda w: w.venue.finish(next(iter(w.venue.orders)), VenueStatus.CANCELED), "only working limit orders"),
    ],
)
async def test_amends_at_the_wrong_moment_are_refused(change, words):
    world = await resting_world()
    change(world)
    await world.clock.advance(1)
    world.engine.post(AmendOrder("mine", D("59950.0"), None, "ann"))
    await world.clock.advance(1)
    assert words in world.of(AmendProgress)[-1].text
    await world.close()


async def test_an_unknown_order_is_said():
    world = World()
    await world.start()
    world.engine.post(AmendOrder("nobody", D(1), None, "ann"))
    await settle()
    assert "no such order" in world.of(AmendProgress)[-1].text
    await world.close()


async def test_several_orders_are_cancelled_and_each_says_what_became_of_it():
    world = World()
    await world.start()
    add_resting(world)
    add_resting(world, "other", "r2", instrument_id=ETH)
    add_resting(world, "stays", "r3", instrument_id=ETH)
    world.engine.post(CancelOrders(("mine", "other", "nobody"), "ann"))
    await world.clock.advance(2)
    orders = world.engine.core.ledger.orders
    assert [orders[key].state for key in ("mine", "other")] == [OrderState.CANCELED] * 2
    assert orders["stays"].state in {OrderState.ACKED, OrderState.WORKING}
    assert said(world, "this order is not known here")
    await world.close()


# -- funding -----------------------------------------------------------------------


async def test_funding_payments_are_told_once_and_apart_from_trades():
    world = World()
    now_ms = world.clock.now_ms()
    paid = Income("f1", IncomeKind.FUNDING, D("-0.12"), D(0), BTC, "funding", now_ms - 3_600_000)
    trade = Income("t1", IncomeKind.TRADE, D(5), D("0.1"), BTC, "close_long", now_ms - 1_000)
    world.venue.bills = [paid, trade]
    await world.start()
    await world.clock.advance(700)
    assert [each.income for each in world.of(FundingPaid)] == [paid]
    late = replace(paid, income_id="f2", ts_event_ms=world.clock.now_ms() - 60_000)
    world.venue.bills.append(late)
    await world.clock.advance(301)
    assert [each.income for each in world.of(FundingPaid)] == [paid, late]
    await world.close()


# -- the ticket's idea ---------------------------------------------------------------


def idea(**changes) -> TicketIdea:
    return replace(TicketIdea(), **changes)


async def asked(world: World, wish: TicketIdea | None, action=Action.OPEN_LONG, question_id="q1"):
    world.engine.post(AskAi(BTC, action, "ann", wish, question_id))
    await world.clock.until(lambda: ended(world, question_id) is not None, 10)
    return ended(world, question_id)


async def fresh_world(*decisions) -> World:
    world = World()
    await world.start()
    await world.clock.advance(1)
    answering(world, *(decisions or (make_decision(),)))
    return world


async def test_a_tighter_idea_narrows_the_order():
    world = await fresh_world()
    wish = idea(
        kind=OrderKind.LIMIT,
        limit_price=D("59990.07"),
        tif=TimeInForce.POST_ONLY,
        size_value=D("0.00123"),
        stop_price=D("59400.03"),
        target_price=D("61000.09"),
    )
    answer = await asked(world, wish)
    terms = world.proposal().terms
    assert (terms.kind, terms.tif, terms.price) == (OrderKind.LIMIT, TimeInForce.POST_ONLY, D("59990.0"))
    assert (terms.size, terms.stop_price, terms.target_price) == (D("0.0012"), D("59400.1"), D("61000.0"))
    assert (answer.agreed, answer.instrument_id, answer.decision_id) == (True, BTC, "d1")
    assert world.worker.snapshots[-1].question.idea == wish
    await world.close()


async def test_a_wider_idea_changes_nothing_and_says_so():
    world = await fresh_world()
    await asked(world, None, question_id="q0")
    plain = world.proposal().terms
    await world.close()
    world = await fresh_world()
    wish = idea(
        kind=OrderKind.LIMIT,
        limit_price=D("60200.0"),
        tif=TimeInForce.GTC,
        size_value=D(1),
        stop_price=D("58000.0"),
        target_price=D("65000.0"),
    )
    answer = await asked(world, wish)
    terms = world.proposal().terms
    assert (terms.size, terms.stop_price, terms.target_price) == (plain.size, plain.stop_price, plain.target_price)
    assert terms.price == plain.reference_price  # not above the market
    for words in ("beyond the market", "is wider than the AI's", "farther than the AI's", "is above what"):
        assert words in answer.text
    await world.close()


@pytest.mark.parametrize(
    ("mode", "value", "size"),
    [
        (SizeMode.USDT, "120", "0.0019"),
        (SizeMode.EQUITY_PCT, "12", "0.0019"),
        (SizeMode.RISK_PCT, "0.1", "0.0009"),  # 1 USDT over 1001 + fees of 95.2 a coin
        (SizeMode.COIN, "0.00005", "0.0000"),
    ],
)
async def test_every_size_mode_only_shrinks(mode, value, size):
    world = await fresh_world()
    await asked(world, idea(size_mode=mode, size_value=D(value)))
    assert world.proposal().terms.size == D(size)
    if not D(size):
        assert "less than the least size" in world.proposal().reason
    await world.close()


async def test_a_stop_on_the_wrong_side_is_not_taken():
    world = await fresh_world()
    answer = await asked(world, idea(stop_price=D("61000.0"), target_price=D("59000.0")))
    terms = world.proposal().terms
    assert (terms.stop_price, terms.target_price) == (D("59000.0"), D("62000.0"))
    assert answer.text.count("wrong side") == 2
    await world.close()


async def test_a_hold_is_an_answer_with_its_full_reason():
    reason = "no long, expected value: EV -3.0 bp, more than 5.0 needed. " + "The rest of the reason. " * 10
    world = await fresh_world(make_decision(action=Action.HOLD, explanation=reason.strip()))
    answer = await asked(world, idea())
    assert (answer.agreed, answer.decision_id) == (False, "")
    assert reason.strip() in answer.text
    assert not world.venue.sends
    await world.close()


async def test_an_answer_for_the_other_side_is_no_yes():
    world = await fresh_world(
        make_decision(action=Action.OPEN_SHORT, stop_price=D("61000.0"), target_price=D("58000.0"))
    )
    answer = await asked(world, idea())
    assert answer.agreed is False
    assert "not open long, the model would open short" in answer.text
    assert world.engine.core.review.proposals == {}
    await world.close()


async def test_no_answer_is_neither_yes_nor_no():
    world = await fresh_world()
    world.worker.answer = lambda snapshot: Abstained(snapshot.cycle_id, "too few bars")
    assert (await asked(world, idea())).agreed is False
    world.worker.answer = lambda _snapshot: None
    world.engine.post(AskAi(BTC, Action.OPEN_LONG, "ann", None, "q2"))
    await world.clock.advance(65)
    assert ended(world, "q2").agreed is None
    await world.close()


async def test_two_questions_find_their_own_answers():
    world = await fresh_world()
    answering(world)
    world.engine.post(AskAi(BTC, Action.OPEN_LONG, "ann", None, "a"))
    world.engine.post(AskAi(ETH, Action.OPEN_SHORT, "bob", None, "b"))
    await world.clock.advance(2)
    assert (ended(world, "a").instrument_id, ended(world, "b").instrument_id) == (BTC, ETH)
    await world.close()


async def test_a_short_idea_is_narrowed_the_other_way():
    short = make_decision(action=Action.OPEN_SHORT, stop_price=D("61000.0"), target_price=D("58000.0"))
    world = await fresh_world(short)
    wish = idea(
        kind=OrderKind.LIMIT,
        limit_price=D("60010.01"),
        tif=TimeInForce.GTC,
        stop_price=D("60600.09"),
        target_price=D("59000.01"),
    )
    await asked(world, wish, Action.OPEN_SHORT)
    terms = world.proposal().terms
    assert (terms.price, terms.stop_price, terms.target_price) == (D("60010.1"), D("60600.0"), D("59000.1"))
    assert terms.position_side is SHORT
    await world.close()
