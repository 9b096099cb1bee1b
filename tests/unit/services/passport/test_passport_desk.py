"""A passport asked for by a seat: everything from the journal, word for word."""

import json
from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from helpers.held_world import LONG, SHORT, add_leg, world_with_position
from helpers.store_journal import StoreJournal
from terminal.domain.canonical import canonical_json
from terminal.domain.commands import ClosePosition
from terminal.domain.messages import Notice
from terminal.domain.order import OrderState
from terminal.domain.passport import STEPS, DotState, is_whole
from terminal.domain.passport_messages import (
    FillSubject,
    OrderSubject,
    PassportChain,
    PositionSubject,
    ShowPassport,
)
from terminal.domain.records import (
    ApprovalGiven,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    ProposalRecorded,
    ReviewClosed,
    RiskChecked,
)
from terminal.domain.review import ReviewState
from terminal.domain.risk import Verdict
from terminal.services.passport.desk import MOST_ORDERS
from terminal.services.passport.steps import passport_of_chain

DONE, BROKEN, NOT_DUE = DotState.DONE, DotState.BROKEN, DotState.NOT_DUE
pytestmark = pytest.mark.asyncio


async def shown(world: World, subject) -> PassportChain:
    world.engine.post(ShowPassport(subject))
    await settle()
    return world.of(PassportChain)[-1]


async def of_order(world: World):
    chain = await shown(world, OrderSubject(world.order().client_order_id))
    assert chain.problem == ""
    (passport,) = chain.passports
    return passport


def step(passport, name):
    return passport.steps[STEPS.index(name)]


def titles(passport, name):
    return [paper.title for paper in step(passport, name).papers]


def paper(passport, name, title):
    return next(each for each in step(passport, name).papers if each.title.startswith(title))


async def test_a_whole_order_is_seven_steps_with_the_exact_bytes():
    world = await world_with_position()
    passport = await of_order(world)
    assert is_whole([each.dot for each in passport.steps]), [each.dot for each in passport.steps]
    assert passport.origin == "AI"
    order, disk = world.order(), world.disk
    (intent,) = disk.of(IntentCommitted)
    (recorded,) = disk.of(DecisionRecorded)
    assert paper(passport, "decision", "Decision").text == canonical_json(recorded)
    assert paper(passport, "inputs", "Input given").text == recorded.decision.input_json
    assert json.loads(paper(passport, "inputs", "Snapshot").text)["snapshot"]["cycle_id"]
    assert paper(passport, "approval", "Approval").text == canonical_json(disk.of(ApprovalGiven)[0])
    assert paper(passport, "request", "Body as sent").text == intent.body.decode()
    assert intent.endpoint in paper(passport, "request", "Body as sent").title
    assert "Order: acknowledged by the venue" in titles(passport, "request")
    assert paper(passport, "fills", "Fill").text == canonical_json(disk.of(FillBooked)[0])
    assert paper(passport, "AI log", "Body as uploaded").text.encode() == world.venue.uploads[0]
    assert titles(passport, "AI log")[-2:] == ["Upload 1", "Receipt of upload 1"]
    assert order.venue_order_id in step(passport, "request").dot.words
    await world.close()


async def test_every_paper_names_its_record_and_every_step_its_time_and_who():
    world = await world_with_position()
    passport = await of_order(world)
    for each in passport.steps:
        assert each.papers, each.dot.name
        assert each.dot.at_ms > 0, each.dot.name
        assert each.dot.who, each.dot.name
        for one in each.papers:
            assert one.mac == f"{one.seq:064x}"  # what the journal in memory seals with
            if not one.is_part:
                assert one.text == canonical_json(world.disk.records[one.seq - 1])
    (proposal,) = world.engine.core.review.proposals.values()
    assert step(passport, "approval").dot.who == proposal.reviewer
    await world.close()


async def test_every_check_is_told_with_its_figures():
    world = await world_with_position()
    passport = await of_order(world)
    lines = step(passport, "checks").lines
    (checked,) = world.disk.of(RiskChecked)
    assert len(lines) == len(checked.verdict.checks) > 5
    for line, check in zip(lines, checked.verdict.checks, strict=True):
        assert check.text in line
        assert line.startswith("✓")
    await world.close()


async def test_a_persons_close_has_its_own_chain():
    world = await world_with_position()
    world.engine.post(ClosePosition(BTC, LONG, D(1), "ann"))
    await settle()
    await world.clock.advance(5)
    close = list(world.engine.core.ledger.orders.values())[-1]
    assert close.state is OrderState.FILLED
    chain = await shown(world, OrderSubject(close.client_order_id))
    (passport,) = chain.passports
    assert passport.origin == "human exit"
    assert passport.title.startswith("Sell to close")
    assert [each.dot.state for each in passport.steps] == [NOT_DUE] * 3 + [DONE] * 4
    assert not step(passport, "decision").papers
    await world.close()


async def test_a_fill_and_a_position_lead_to_their_orders():
    world = await world_with_position()
    order = world.order()
    (fill,) = world.engine.core.ledger.fills.values()
    by_fill = await shown(world, FillSubject(fill.trade_id))
    by_position = await shown(world, PositionSubject(BTC, LONG))
    for chain in (by_fill, by_position):
        assert [each.client_order_id for each in chain.passports] == [order.client_order_id]
        assert (chain.problem, chain.left_out) == ("", 0)
    await world.close()


async def test_what_no_order_explains_is_said_with_what_to_do():
    world = await world_with_position()
    for subject in (FillSubject("t-none"), PositionSubject(BTC, SHORT)):
        chain = await shown(world, subject)
        assert chain.passports == ()
        assert "No order on record" in chain.problem
        assert "Look up at the venue" in chain.problem
    await world.close()


async def test_an_order_the_journal_does_not_know_is_red_all_through():
    world = await world_with_position()
    chain = await shown(world, OrderSubject("nobody"))
    (passport,) = chain.passports
    assert {each.dot.state for each in passport.steps} == {BROKEN}
    assert all(each.dot.todo for each in passport.steps)
    await world.close()


async def test_a_leg_from_elsewhere_is_external_and_broken():
    world = await world_with_position()
    venue_order_id = add_leg(world)
    await world.clock.advance(60)
    order = world.engine.core.ledger.of_venue_id(venue_order_id)
    chain = await shown(world, OrderSubject(order.client_order_id))
    (passport,) = chain.passports
    assert passport.origin == "external"
    assert [each.dot.state for each in passport.steps[:3]] == [BROKEN] * 3
    assert all("venue" in each.dot.todo for each in passport.steps[:3])
    await world.close()


async def test_a_journal_that_cannot_be_read_is_said_and_trading_goes_on():
    world = await world_with_position()
    world.journal.broken = True
    chain = await shown(world, OrderSubject(world.order().client_order_id))
    world.journal.broken = False
    assert chain.passports == ()
    assert "could not be read" in chain.problem
    assert "Try again" in chain.problem
    assert (await of_order(world)).steps
    await world.close()


async def test_of_many_orders_the_newest_are_read_and_the_others_counted():
    world = await world_with_position()
    core = world.engine.core
    (first,) = core.ledger.fills.values()
    for number in range(MOST_ORDERS + 3):
        name = f"more-{number:02d}"
        core.ledger.put(replace(world.order(), client_order_id=name, decision_id=None, venue_order_id=name))
        fill = replace(first, trade_id=name, client_order_id=name, ts_event_ms=first.ts_event_ms + number + 1)
        core.ledger.fills[name] = fill
    chain = await shown(world, PositionSubject(BTC, LONG))
    assert [each.client_order_id for each in chain.passports][-1] == f"more-{MOST_ORDERS + 2:02d}"
    assert len(chain.passports) == MOST_ORDERS
    assert chain.left_out == 4
    await world.close()


async def test_asking_is_quiet():
    world = await world_with_position()
    before = len(world.of(Notice))
    seq = world.journal.head.seq
    await of_order(world)
    assert len(world.of(Notice)) == before
    assert world.journal.head.seq == seq
    await world.close()


async def test_a_proposal_that_was_rejected_shows_the_no(tmp_path):
    """From the journal's file: nothing was sent, and the no is on record."""
    world = World(make_decision())
    await world.start()
    proposal = await world.proposed()
    journal = StoreJournal(tmp_path / "j.sqlite")
    journal.write(DecisionRecorded(proposal.decision))
    journal.write(
        ProposalRecorded(proposal.decision_id, proposal.client_order_id, proposal.terms, Verdict(()), 1),
        ReviewClosed(proposal.decision_id, ReviewState.REJECTED, "ann", "news soon", 2),
    )
    passport = passport_of_chain(await journal.chain_of(proposal.client_order_id))
    assert [each.dot.state for each in passport.steps] == [BROKEN, DONE, BROKEN] + [NOT_DUE] * 4
    assert step(passport, "approval").dot.words == "rejected. news soon"
    assert titles(passport, "approval") == ["Answer without approval"]
    journal.close()
    await world.close()
