"""A click is bound to what the card showed, and checked afresh; whatever is in doubt sends nothing."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import Amendment, ApprovalSettings, ClickVoided, DeskMode
from terminal.domain.commands import Approve, Reject, SetTradingState
from terminal.domain.messages import Notice, ProposalChanged
from terminal.domain.plain_words import figure
from terminal.domain.records import ApprovalGiven, IntentCommitted, Noted, ReviewClosed
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import ApprovalVoided, ApproveMany, UndoApproval
from terminal.domain.risk import RiskLimits, TradingState

pytestmark = pytest.mark.asyncio


def said(world: World) -> str:
    return " | ".join(each.text for each in world.of(Notice))


async def opened(*decisions, **options) -> World:
    world = World(*(decisions or (make_decision(),)), **options)
    await world.start()
    await world.proposed()
    return world


async def test_a_card_is_bound_for_ninety_seconds_and_fifteen_hundredths_of_a_percent():
    world = await opened()
    card = world.proposal()
    assert card.deadline_s - card.created_s == 90
    assert card.band.low == card.terms.reference_price * D("0.9985")
    assert card.band.high == card.terms.reference_price * D("1.0015")
    assert len(card.fingerprint) == 64
    assert (card.mode, card.sends_at_s) == (DeskMode.SEMI_AUTO, None)
    await world.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fingerprint": "0" * 64}, "something else than is proposed"),
        ({"fingerprint": ""}, "something else than is proposed"),
        ({"who": "  "}, "signed it. Enter a name"),
        ({"how": ""}, "signed it. Enter a name"),
        ({"who": "Auto"}, "how the program signs"),
    ],
)
async def test_what_is_not_signed_or_not_what_was_shown_leaves_the_card_as_it_was(changes, words):
    world = await opened()
    world.engine.post(replace(world.yes(), **changes))
    await settle()
    assert words in said(world)
    assert world.state_of() is ReviewState.PENDING
    assert (world.venue.sends, world.disk.of(ApprovalGiven)) == ([], [])
    await world.approve()
    assert len(world.venue.sends) == 1
    await world.close()


async def test_the_approval_keeps_who_how_what_was_shown_and_every_line_of_the_check():
    world = await opened()
    card = world.proposal()
    await world.approve()
    (given,) = world.disk.of(ApprovalGiven)
    approval = given.approval
    assert (approval.who, approval.how) == ("ann", "key A")
    assert approval.fingerprint == approval.sent_fingerprint == card.fingerprint
    names = [row.name for row in approval.rows]
    for name in ("Price", "Spread", "Margin", "Position BTC", "Leverage", "Decision age", "Model", "Limits"):
        assert name in names
    assert all(row.ok for row in approval.rows)
    price = next(row for row in approval.rows if row.name == "Price")
    assert price.proposed == f"{figure(card.terms.reference_price)} ±0.15 %", "short enough to be read whole"
    await world.close()


def drift(world: World) -> None:
    world.feed.prices[BTC] = "60100.0"


def other_model(world: World) -> None:
    world.worker.__class__ = type("Retrained", (type(world.worker),), {"model_name": property(lambda _self: "other 2")})


def no_margin(world: World) -> None:
    portfolio = world.engine.core.portfolio
    portfolio.balance = replace(portfolio.balance, available=D("1"))


def other_leverage(world: World) -> None:
    leverage = world.engine.core.facts.leverage
    leverage[BTC] = replace(leverage[BTC], isolated_long=3, isolated_short=3, cross=3)


def halted(world: World) -> None:
    world.engine.post(SetTradingState(TradingState.HALTED, "bob"))


@pytest.mark.parametrize(
    ("happens", "line"),
    [
        (drift, "Price"),
        (other_model, "Model"),
        (no_margin, "Margin"),
        (other_leverage, "Leverage"),
        (halted, "Limits"),
    ],
)
async def test_risk_6_what_changed_since_the_card_voids_the_click(happens, line):
    world = await opened()
    happens(world)
    await world.clock.advance(1.2)
    if happens is no_margin:
        no_margin(world)  # the account was read again meanwhile
    await world.approve()
    (told,) = world.of(ApprovalVoided)
    assert line in [row.name for row in told.rows if not row.ok]
    assert any(row.ok for row in told.rows)
    assert told.text
    assert world.state_of() is ReviewState.VOIDED
    await world.clock.advance(1)
    assert world.venue.sends == []
    (click,) = world.disk.of(ClickVoided)
    assert (click.who, click.how, click.rows) == ("ann", "key A", told.rows)
    assert [each.state for each in world.disk.of(ReviewClosed)] == [ReviewState.VOIDED]
    assert world.disk.of(ApprovalGiven) == []
    (log,) = [each for each in world.engine.core.outbox.logs.values() if each.is_about_order]
    assert log.state is AiLogState.KEPT
    await world.close()


async def test_a_refit_of_the_same_model_does_not_void_what_it_decided():
    world = await opened()
    refitted = world.proposal().decision.model + " train20261121T0900Z"
    world.worker.__class__ = type("Refitted", (type(world.worker),), {"model_name": property(lambda _self: refitted)})
    await world.approve()
    (given,) = world.disk.of(ApprovalGiven)
    (row,) = [each for each in given.approval.rows if each.name == "Model"]
    assert (row.now, row.difference, row.ok) == (refitted, "fitted again since", True)
    await world.close()


async def test_a_price_inside_the_band_passes():
    world = await opened()
    world.feed.prices[BTC] = "60080.0"
    await world.clock.advance(1.2)
    await world.approve()
    assert len(world.venue.sends) == 1
    await world.close()


async def test_a_void_click_is_still_void_after_a_restart():
    world = await opened()
    drift(world)
    await world.clock.advance(1.2)
    await world.approve()
    await world.clock.advance(1)
    await world.restart()
    assert world.venue.sends == []
    await world.approve_late()
    assert world.venue.sends == []
    await world.close()


async def test_a_rejection_needs_a_reason():
    world = await opened()
    world.engine.post(Reject("d1", "ann", "  "))
    await settle()
    assert world.state_of() is ReviewState.PENDING
    assert "a reason is needed" in said(world)
    await world.close()


# -- taking back ----------------------------------------------------------------


async def counting(**options) -> World:
    world = await opened(approval=ApprovalSettings(undo_s=2.0), **options)
    await world.approve()
    return world


async def test_an_approved_order_waits_for_the_undo_time_and_then_leaves():
    world = await counting()
    card = world.proposal()
    assert (card.state, card.sends_at_s) == (ReviewState.APPROVED, world.clock.monotonic_s() + 2.0)
    await world.clock.advance(1.9)
    assert world.venue.sends == []
    await world.clock.advance(0.3)
    assert len(world.venue.sends) == 1
    assert world.proposal().sends_at_s is None
    await world.close()


async def test_taking_back_in_time_sends_nothing_and_the_card_can_be_approved_again():
    world = await counting()
    await world.clock.advance(1)
    world.engine.post(UndoApproval("d1", "bob"))
    await world.clock.advance(3)
    assert (world.venue.sends, world.disk.of(ApprovalGiven)) == ([], [])
    assert world.state_of() is ReviewState.PENDING
    assert "took the approval of BTC long back" in " ".join(note.text for note in world.disk.of(Noted))
    await world.approve()
    await world.clock.advance(3)
    assert len(world.venue.sends) == 1
    await world.close()


async def test_taking_back_too_late_says_so():
    world = await counting()
    await world.clock.advance(3)
    world.engine.post(UndoApproval("d1", "bob"))
    await settle()
    assert "Nothing to take back" in said(world)
    assert len(world.venue.sends) == 1
    await world.close()


async def test_what_changes_while_it_waits_voids_it():
    world = await counting()
    drift(world)
    await world.clock.advance(3)
    assert world.venue.sends == []
    assert world.state_of() is ReviewState.VOIDED
    assert world.proposal().sends_at_s is None
    await world.close()


async def test_a_second_click_while_it_waits_makes_no_second_order():
    world = await counting()
    await world.approve_late()
    await world.clock.advance(5)
    assert len(world.venue.sends) == 1
    await world.close()


async def test_closing_the_program_while_it_waits_sends_nothing():
    world = await counting()
    await world.close()
    assert world.venue.sends == []
    assert [each.state for each in world.disk.of(ReviewClosed)] == [ReviewState.EXPIRED]


async def test_a_crash_while_it_waits_ends_as_denied():
    world = await counting()
    await world.restart()
    await world.clock.advance(5)
    assert world.venue.sends == []
    assert [each.state for each in world.disk.of(ReviewClosed)] == [ReviewState.EXPIRED]
    await world.close()


@pytest.mark.parametrize("after", [ApprovalGiven, ClickVoided])
async def test_a_crash_right_after_a_write_never_makes_a_second_order(after):
    world = await opened()
    world.journal.crash_after = lambda records: any(isinstance(each, after) for each in records)
    if after is ClickVoided:
        drift(world)
        await world.clock.advance(1.2)
    await world.approve()
    await world.clock.advance(1)
    sent = len(world.venue.sends)
    assert sent == 0  # durable, but the program died before the request
    await world.restart()
    await world.approve_late()
    await world.clock.advance(5)
    assert len(world.venue.sends) == sent
    await world.close()


# -- several at once --------------------------------------------------------------


async def several(**options) -> World:
    world = World(
        make_decision(),
        make_decision("d2", instrument_id=ETH),
        **options,
    )
    await world.start()
    await world.proposed("d1")
    await world.proposed("d2")
    return world


def marked(world: World, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, world.proposal(name).fingerprint) for name in names)


async def test_marked_cards_of_one_cycle_are_sent_one_after_the_other():
    world = await several()
    cycle_id = world.proposal().decision.cycle_id
    world.engine.post(ApproveMany(cycle_id, marked(world, "d1", "d2"), "ann", "Shift+A"))
    await world.clock.advance(3)
    assert len(world.venue.sends) == 2
    assert {each.approval.how for each in world.disk.of(ApprovalGiven)} == {"Shift+A"}
    await world.close()


async def test_the_first_limit_ends_it_and_the_rest_waits():
    world = await several(limits=RiskLimits(open_orders=1, orders_per_s=1))
    cycle_id = world.proposal().decision.cycle_id
    world.engine.post(ApproveMany(cycle_id, marked(world, "d1", "d2"), "ann", "Shift+A"))
    await world.clock.advance(3)
    assert len(world.venue.sends) == 1
    assert world.state_of("d2") is ReviewState.VOIDED
    assert "1 of 2 marked cards were sent" in said(world)
    await world.close()


@pytest.mark.parametrize("wrong", ["cycle", "unknown", "twice", "none"])
async def test_a_wrong_list_sends_nothing_at_all(wrong):
    world = await several()
    cycle_id = "another" if wrong == "cycle" else world.proposal().decision.cycle_id
    cards = {
        "cycle": marked(world, "d1", "d2"),
        "unknown": (*marked(world, "d1"), ("made up", "0" * 64)),
        "twice": marked(world, "d1", "d1"),
        "none": (),
    }[wrong]
    world.engine.post(ApproveMany(cycle_id, cards, "ann", "Shift+A"))
    await world.clock.advance(1)
    assert world.venue.sends == []
    assert world.state_of("d1") is world.state_of("d2") is ReviewState.PENDING
    assert "Nothing was approved" in said(world)
    await world.close()


async def test_an_approval_of_a_card_nobody_knows_changes_nothing():
    world = await opened()
    world.engine.post(Approve("made up", "ann", "key A", "0" * 64))
    await settle()
    assert world.disk.of(IntentCommitted) == []
    assert all(each.proposal.decision_id == "d1" for each in world.of(ProposalChanged))
    await world.close()


async def test_a_leverage_change_that_takes_time_meets_a_second_click_with_one_order():
    world = await opened()
    change = Amendment(leverage=2)
    for _ in range(3):
        world.engine.post(world.yes(amendment=change))
    world.engine.post(Reject("d1", "bob", "no"))
    await world.clock.advance(5)
    assert world.state_of() is ReviewState.REJECTED
    assert world.venue.sends == []
    assert world.disk.of(ApprovalGiven) == []
    await world.close()


async def test_bulk_with_an_undo_time_waits_for_each_and_a_taken_back_one_ends_it():
    world = await several(approval=ApprovalSettings(undo_s=2.0))
    cycle_id = world.proposal().decision.cycle_id
    world.engine.post(ApproveMany(cycle_id, marked(world, "d1", "d2"), "ann", "Shift+A"))
    await world.clock.advance(1)
    world.engine.post(UndoApproval("d1", "ann"))
    await world.clock.advance(5)
    assert world.venue.sends == []
    assert world.state_of("d1") is world.state_of("d2") is ReviewState.PENDING
    await world.close()
