"""A recorded day looked at again, on the real journal and with the real model."""

import ast
from pathlib import Path

import pytest

import terminal.services.time_machine as room
from helpers.fake_clock import settle
from helpers.recorded_day import LookingBack, run
from terminal.domain.asked_again import AskedAgain, side_by_side
from terminal.domain.commands import Approve
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Abstained, Decided
from terminal.domain.errors import StorageError
from terminal.domain.messages import AiLogChanged, CycleEnded, FillSeen, OrderChanged, ProposalChanged
from terminal.domain.past import bars_known
from terminal.domain.records import (
    AiLogFrozen,
    AiLogLinked,
    CycleOpened,
    DecisionRecorded,
    IntentCommitted,
    ProposalRecorded,
    SnapshotFrozen,
)
from terminal.domain.risk import TradingState
from terminal.domain.time_messages import (
    AskFrozenAgain,
    AskingAgain,
    BarsThen,
    DayOpened,
    DayReading,
    DecisionThen,
    MarkKind,
    MomentShown,
    OpenDay,
    PastSection,
    ShowBarsThen,
    ShowDecisionThen,
    ShowMoment,
)

OF_TRADING = (
    DecisionRecorded,
    AiLogFrozen,
    AiLogLinked,
    ProposalRecorded,
    IntentCommitted,
    CycleOpened,
    SnapshotFrozen,
)


async def all_of(back, *kinds):
    """Every record of these types, read the way the machine reads."""
    past, found, at = back.world.journal.past, [], 0
    while at < back.world.journal.head.seq:
        page = await past.page(at, back.world.journal.head.seq, kinds)
        found += [each.record for each in page.records]
        at = page.read_to
    return found


async def opened(back, **wanted):
    await back.send(OpenDay(**wanted))
    return back.newest(DayOpened)


def marks_of(day, kind):
    return [mark for mark in day.marks if mark.kind is kind]


def test_a_day_is_looked_at_again(tmp_path):
    """One world for the whole story: it takes seconds to make."""

    async def story():
        back = LookingBack(tmp_path / "journal.db")
        await back.run()
        try:
            day = await opened(back)
            await the_day_is_whole(back, day)
            await moments_are_as_they_were(back, day)
            await no_later_bar_is_known(back, day)
            await a_decision_tells_everything(back, day)
            await a_moment_is_found_by_decision_and_by_order(back, day)
            await asking_again_reaches_nothing_else(back, day)
        finally:
            await back.close()

    run(story)


async def the_day_is_whole(back, day):
    assert day.problem == ""
    assert day.at_seq == day.day.last_seq
    assert [mark.seq for mark in day.marks] == sorted(mark.seq for mark in day.marks)
    decisions = await all_of(back, DecisionRecorded)
    assert [mark.decision_id for mark in marks_of(day, MarkKind.DECISION)] == [
        each.decision.decision_id for each in decisions
    ]
    assert all(mark.text for mark in day.marks)
    assert not any("_" in mark.text.split("[")[0] and "OPEN_" in mark.text for mark in day.marks)
    assert back.newest(DayReading).read == day.day.last_seq
    assert marks_of(day, MarkKind.FILL), "the story trades"


async def moments_are_as_they_were(back, day):
    """At the end the machine knows what the engine holds; before the first fill it knows of nothing held."""
    engine = back.world.engine.core
    await back.send(ShowMoment(day.day.last_seq))
    last = back.newest(MomentShown)
    held = {(each.instrument_id, each.side): each.size for each in engine.portfolio.positions}
    assert {(each.instrument_id, each.side): each.size for each in last.positions} == held
    waiting = {order.client_order_id for order in engine.ledger.orders.values() if not order.is_terminal}
    assert {order.client_order_id for order in last.orders} == waiting
    first_fill = marks_of(day, MarkKind.FILL)[0].seq
    await back.send(ShowMoment(first_fill - 1))
    before = back.newest(MomentShown)
    assert before.positions == ()
    assert before.seq == first_fill - 1
    await back.send(ShowMoment(first_fill))
    (leg,) = back.newest(MomentShown).positions
    assert leg.size > 0
    assert before.equity is not None
    assert before.equity_age_s >= 0


async def no_later_bar_is_known(back, day):
    """At each decision the chart has exactly the bars the model was given, and none after them."""
    pair = ALLOWED_INSTRUMENTS[0]
    await back.send(ShowBarsThen(pair))
    bars = back.newest(BarsThen)
    assert bars.problem == ""
    assert bars.instrument_id == pair
    seen = 0
    for mark in marks_of(day, MarkKind.DECISION):
        _, snapshot = await back.world.journal.past.question(mark.decision_id)
        view = next(each for each in snapshot.views if each.instrument.instrument_id == pair)
        known = bars_known(bars.learnt, mark.seq)
        assert known[-len(view.candles) :] == view.candles
        assert known[-1].open_ms + bars.interval.ms <= snapshot.bar_close_ms
        seen += 1
    assert seen > 3


async def a_decision_tells_everything(back, day):
    filled = next(mark for mark in marks_of(day, MarkKind.FILL) if mark.decision_id)
    await back.send(ShowDecisionThen(filled.decision_id))
    then = back.newest(DecisionThen)
    assert then.decision.decision_id == filled.decision_id
    assert then.again == ()
    for section in PastSection:
        assert then.parts(section), section
    first = {section: then.parts(section)[0].seq for section in PastSection}
    assert first[PastSection.INPUTS] < first[PastSection.DECISION] < first[PastSection.APPROVAL]
    assert first[PastSection.APPROVAL] < first[PastSection.FILLS]
    approval = then.parts(PastSection.APPROVAL)[0]
    assert approval.title == "Approved by demo policy"
    assert approval.rows, "the fresh check is on record"
    assert {"Price", "Margin"} <= {row[1].text for row in approval.rows}
    inputs = then.parts(PastSection.INPUTS)[0]
    ages = {row[0].text: row[2].text for row in inputs.rows}
    assert ages["Last price"].endswith(" s")
    assert ages["Closed bars"].endswith(" s")
    await back.send(ShowDecisionThen("dnone"))
    assert "no such decision" in back.newest(DecisionThen).problem


async def a_moment_is_found_by_decision_and_by_order(back, day):
    mark = next(mark for mark in marks_of(day, MarkKind.FILL) if mark.decision_id)
    made = next(each for each in marks_of(day, MarkKind.DECISION) if each.decision_id == mark.decision_id)
    found = await opened(back, decision_id=mark.decision_id)
    assert (found.at_seq, found.decision_id) == (made.seq, mark.decision_id)
    order = mark.record.fill.client_order_id
    assert (await opened(back, client_order_id=order)).at_seq == made.seq
    lost = await opened(back, client_order_id="nobody")
    assert lost.day is None
    assert "Choose a day" in lost.problem
    assert lost.days == day.days


async def asking_again_reaches_nothing_else(back, day):
    mark = marks_of(day, MarkKind.DECISION)[0]
    before = await all_of(back, *OF_TRADING)
    told = [back.count(kind) for kind in (ProposalChanged, AiLogChanged, CycleEnded, OrderChanged, FillSeen)]
    logs, proposals = dict(back.world.engine.core.outbox.logs), dict(back.world.engine.core.review.proposals)
    uploads = len(back.world.venue.uploads)
    choices = (await opened(back)).choices
    assert [each.key for each in choices[:2]] == ["named:embedded", "named:stranger"]
    assert all(each.key.startswith("stored:") for each in choices[2:])

    back.worker.answer = lambda snapshot: Abstained(snapshot.cycle_id, "no_view: nothing stands out")
    for choice in choices:
        await back.send(AskFrozenAgain(mark.decision_id, choice.key, "ann"))
        await settle()
        assert back.newest(AskingAgain) == AskingAgain(mark.decision_id, choice.key, running=False)
    then = back.newest(DecisionThen)
    assert [again.outcome for again in then.again] == ["decided", "abstained", *["decided"] * (len(choices) - 2)]
    assert then.again == tuple(await all_of(back, AskedAgain)), "each has its own record"
    assert then.again[1].detail == "Nothing stands out."
    own = next(each for each in then.again[2:] if each.model == then.decision.model)
    assert not any(row.differs for row in side_by_side(then.decision, own)), "the same inputs, the same model"

    assert await all_of(back, *OF_TRADING) == before
    now = [back.count(kind) for kind in (ProposalChanged, AiLogChanged, CycleEnded, OrderChanged, FillSeen)]
    assert now == told
    core = back.world.engine.core
    assert core.outbox.logs == logs
    assert core.review.proposals == proposals
    assert len(back.world.venue.uploads) == uploads
    await nothing_asked_again_can_be_approved(back, then.again)
    await what_cannot_be_asked_is_said(back, mark.decision_id)
    recovered = await back.world.journal.load()
    assert len(recovered.decisions) == sum(isinstance(each, DecisionRecorded) for each in before)
    assert len(recovered.ai_logs) == len(logs)


async def nothing_asked_again_can_be_approved(back, answers):
    orders = dict(back.world.engine.core.ledger.orders)
    for again in answers:
        for name in (again.ask_id, again.decision_id):
            await back.world.engine.handle(Approve(name, "ann", "key A", ""))
            await settle()
    assert back.world.engine.core.ledger.orders == orders


async def what_cannot_be_asked_is_said(back, decision_id):
    kept = len(await all_of(back, AskedAgain))
    for choice, words in (("named:nobody", "No model called nobody"), ("stored:00", "not in the journal")):
        await back.send(AskFrozenAgain(decision_id, choice, "ann"))
        assert words in back.newest(AskingAgain).problem
        assert not back.newest(AskingAgain).running
    await back.send(AskFrozenAgain("dnone", "named:embedded", "ann"))
    assert "no decision dnone" in back.newest(AskingAgain).problem
    assert len(await all_of(back, AskedAgain)) == kept


def test_an_answer_about_another_pair_is_none(tmp_path):
    async def story():
        back = LookingBack(tmp_path / "journal.db")
        await back.run(1)
        try:
            day = await opened(back)
            mark = marks_of(day, MarkKind.DECISION)[0]
            back.worker.answer = lambda snapshot: Decided(snapshot.cycle_id, (), 1.0)
            await back.send(AskFrozenAgain(mark.decision_id, "named:stranger", "ann"))
            (again,) = back.newest(DecisionThen).again
            assert (again.outcome, again.answer) == ("abstained", None)
            assert "said nothing about" in again.detail
            await a_fault_here_halts_nothing(back, mark.decision_id)
            before = back.count(DecisionThen)
            back.world.journal.past.question = broken
            await back.send(AskFrozenAgain(mark.decision_id, "named:stranger", "ann"))
            assert "disk" in back.newest(AskingAgain).problem
            assert back.count(DecisionThen) == before
        finally:
            await back.close()

    async def broken(_):
        raise StorageError("the disk is gone")

    run(story)


async def a_fault_here_halts_nothing(back, decision_id):
    """A model that breaks in an unknown way is said; trading goes on, and it may be asked again."""

    def breaks(_):
        raise ZeroDivisionError

    back.worker.answer = breaks
    for _ in range(2):
        await back.world.engine.handle(AskFrozenAgain(decision_id, "named:stranger", "ann"))
        assert "Trading goes on" in back.newest(AskingAgain).problem
    assert back.world.engine.trading_state is TradingState.ACTIVE
    assert len(back.newest(DecisionThen).again) == 1, "no answer, no record"


@pytest.mark.parametrize("forbidden", ["review", "ai_logs", "orders", "risk", "funnel", "shadow", "promotion"])
def test_the_room_cannot_reach_what_trades(forbidden):
    """The answer to a question asked again has no way into a queue, an order or a log: nothing here knows them."""
    for path in Path(room.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not any(f"services.{forbidden}" in (name or "") for name in names), path
