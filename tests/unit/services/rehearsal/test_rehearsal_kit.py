"""The API test and the look before the day, on a scripted venue: one gate, one journal, a person's word."""

import asyncio
from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_journal import chain_of
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.approval import DeskMode
from terminal.domain.commands import Reject
from terminal.domain.errors import AuthFailed
from terminal.domain.messages import Notice
from terminal.domain.order import OrderKind, Origin, Side
from terminal.domain.records import (
    AiLogFrozen,
    ApprovalGiven,
    DecisionRecorded,
    IntentCommitted,
    RiskChecked,
    SnapshotFrozen,
)
from terminal.domain.rehearsal import (
    ALL_STEPS,
    API_TEST_MODEL,
    ApproveTestOrder,
    CheckReadiness,
    RehearsalChanged,
    RehearsalEnded,
    RehearsalKind,
    RowState,
    RunApiTest,
)
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import SetDeskMode
from terminal.ports.machine import MachineFact
from terminal.services.passport.steps import passport_of_chain

pytestmark = pytest.mark.asyncio


async def started(**options) -> World:
    world = World(**options)
    await world.start()
    world.venue.margin_sends.clear()
    return world


def newest(world: World, kind: RehearsalKind = RehearsalKind.API_TEST) -> RehearsalChanged:
    return [each for each in world.of(RehearsalChanged) if each.kind is kind][-1]


def row(world: World, name: str, kind: RehearsalKind = RehearsalKind.API_TEST):
    return next(each for each in newest(world, kind).rows if each.name == name)


async def run_to_the_question(world: World) -> None:
    world.engine.post(RunApiTest(ALL_STEPS, "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and row(world, "order").state is RowState.ASKS)


async def approve(world: World) -> None:
    order = newest(world).order
    world.engine.post(ApproveTestOrder(order.decision_id, order.fingerprint, "ann"))
    await world.clock.until(lambda: not newest(world).is_running)
    await settle()


async def test_the_whole_test_passes_with_one_order_a_person_approved():
    world = await started()
    await run_to_the_question(world)
    assert world.venue.sends == []
    await approve(world)
    result = newest(world)
    assert [each.state for each in result.rows] == [RowState.OK] * 8, result.rows
    assert result.verdict == "Passed: 8 of 8"
    assert len(world.venue.sends) == 1
    order = world.engine.core.ledger.get(world.venue.sends[0])
    assert (order.terms.size, order.terms.kind, order.terms.side) == (D("0.0001"), OrderKind.LIMIT, Side.BUY)
    assert order.terms.stop_price < order.terms.reference_price < order.terms.price
    assert order.origin is Origin.API_TEST
    await world.close()


async def test_its_order_is_written_down_like_any_other_before_it_leaves():
    world = await started()
    await run_to_the_question(world)
    await approve(world)
    disk = world.disk
    decision = disk.of(DecisionRecorded)[-1].decision
    assert decision.model == API_TEST_MODEL
    assert disk.of(SnapshotFrozen)[-1].snapshot.cycle_id == decision.cycle_id
    assert b"No model was asked" in disk.of(AiLogFrozen)[-1].log.content
    assert disk.of(ApprovalGiven)[-1].approval.who == "ann"
    assert disk.of(RiskChecked)[-1].verdict.allowed
    assert disk.of(IntentCommitted)[-1].order.decision_id == decision.decision_id
    sent = next(at for at, call in enumerate(world.calls) if call.startswith("submit"))
    assert any("IntentCommitted" in call for call in world.calls[:sent])
    await world.close()


async def test_its_passport_is_whole_and_says_that_no_model_was_asked():
    world = await started()
    await run_to_the_question(world)
    await approve(world)
    order = world.engine.core.ledger.get(world.venue.sends[0])
    shown = passport_of_chain(chain_of(world.disk, order.client_order_id))
    words = {step.dot.name: (step.dot.words, *step.lines) for step in shown.steps}
    assert shown.origin == "API test"
    assert words["decision"][0] == f"{API_TEST_MODEL}, no model was asked"
    assert "No model was asked: the participant guide's own order" in " ".join(words["inputs"])
    assert not any("replay" in line for line in words["inputs"])
    await world.close()


async def test_the_result_is_a_record_of_the_journal():
    world = await started()
    await run_to_the_question(world)
    await approve(world)
    kept = world.disk.of(RehearsalEnded)[-1]
    assert (kept.kind, kept.who, kept.verdict) == (RehearsalKind.API_TEST, "ann", "Passed: 8 of 8")
    assert newest(world).record_seq == world.journal.head.seq
    assert newest(world).seal
    await world.close()


async def test_nobody_there_means_no_order_and_the_test_ends():
    world = await started()
    await run_to_the_question(world)
    await world.clock.advance(200)
    await world.clock.until(lambda: not newest(world).is_running)
    assert row(world, "order").state is RowState.FAILED
    assert "nobody answered in time" in row(world, "order").words
    assert row(world, "details").state is RowState.WAITING
    assert world.venue.sends == []
    await world.close()


async def test_a_rejection_in_the_review_desk_counts():
    world = await started()
    await run_to_the_question(world)
    world.engine.post(Reject(newest(world).order.decision_id, "ann", "not now"))
    await world.clock.until(lambda: not newest(world).is_running)
    assert "it was rejected" in row(world, "order").words
    assert world.venue.sends == []
    await world.close()


async def test_another_fingerprint_sends_nothing():
    world = await started()
    await run_to_the_question(world)
    world.engine.post(ApproveTestOrder(newest(world).order.decision_id, "00" * 32, "ann"))
    world.engine.post(ApproveTestOrder("another", newest(world).order.fingerprint, "ann"))
    await settle()
    assert world.venue.sends == []
    assert any("no longer the one of the API test" in each.text for each in world.of(Notice))
    await world.close()


async def test_automatic_never_approves_it():
    world = await started()
    modes = world.engine.core.binding.modes
    modes.why_unearned = lambda: ""
    world.engine.core.guard_kit.promotion.passed = lambda _report: ()
    world.engine.post(SetDeskMode(DeskMode.AUTO, "AUTO", "ann"))
    await settle()
    assert modes.mode is DeskMode.AUTO
    await run_to_the_question(world)
    await world.clock.advance(5)
    assert world.venue.sends == []
    await approve(world)
    assert len(world.venue.sends) == 1
    await world.close()


async def test_a_pair_in_use_is_left_alone_and_said():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    before = len(world.venue.sends)
    world.engine.post(RunApiTest("order", "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and not newest(world).is_running)
    assert row(world, "order").state is RowState.FAILED
    assert "long is held" in row(world, "order").words
    assert "Close BTC" in row(world, "order").hint
    assert len(world.venue.sends) == before
    await world.close()


async def test_the_gate_stops_it_when_trading_is_not_active():
    world = await started()
    world.engine.core.switch.pause(BTC, "a reason")
    world.engine.post(RunApiTest("order", "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and not newest(world).is_running)
    assert row(world, "order").state is RowState.FAILED
    assert "paused" in row(world, "order").words
    decision_id = world.disk.of(DecisionRecorded)[-1].decision.decision_id
    assert world.engine.core.review.proposals[decision_id].state is ReviewState.BLOCKED
    await world.close()


async def test_a_refusal_of_the_venue_is_told_in_its_words_and_ends_the_test():
    world = await started()
    world.venue.script.append(Step("refuse", arrives=False))
    await run_to_the_question(world)
    await approve(world)
    assert newest(world).verdict.startswith("Failed: Order")
    assert row(world, "details").state is RowState.WAITING
    await world.close()


async def test_one_step_alone_runs_alone():
    world = await started()
    world.engine.post(RunApiTest("balance", "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and not newest(world).is_running)
    states = {each.name: each.state for each in newest(world).rows}
    assert states.pop("balance") is RowState.OK
    assert set(states.values()) == {RowState.WAITING}
    assert newest(world).verdict == "Passed: 1 of 1"
    assert "1,000.00 USDT" in row(world, "balance").words
    await world.close()


async def test_without_an_order_the_ai_log_is_probed_with_one_about_nothing():
    world = await started()
    world.engine.post(RunApiTest("ai_log", "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and not newest(world).is_running)
    assert row(world, "ai_log").state is RowState.OK, row(world, "ai_log")
    assert "a log about no order was accepted" in row(world, "ai_log").words
    assert b'"decided_by_model":false' in world.disk.of(AiLogFrozen)[-1].log.content
    await world.close()


async def test_a_refused_key_fails_with_what_to_do(monkeypatch):
    world = await started()
    error = AuthFailed("the key is not known", code="40006")

    async def refused():
        raise error

    monkeypatch.setattr(world.venue, "balance", refused)
    world.engine.post(RunApiTest("balance", "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and not newest(world).is_running)
    assert row(world, "balance").state is RowState.FAILED
    assert "40006" in row(world, "balance").words
    assert "Check key, permissions" in row(world, "balance").hint
    await world.close()


async def test_a_step_there_is_not_is_said():
    world = await started()
    world.engine.post(RunApiTest("dance", "ann"))
    await settle()
    assert any("has no step dance" in each.text for each in world.of(Notice))
    assert not world.of(RehearsalChanged)
    await world.close()


async def test_unsigned_is_refused_and_a_second_run_waits_for_the_first():
    world = await started()
    world.engine.post(RunApiTest(ALL_STEPS, "  "))
    await settle()
    assert not world.of(RehearsalChanged)
    await run_to_the_question(world)
    world.engine.post(RunApiTest(ALL_STEPS, "ann"))
    await settle()
    assert any("runs already" in each.text for each in world.of(Notice))
    await world.close()


# -- go or no-go ----------------------------------------------------------------------


class Laptop:
    def __init__(self, *facts: MachineFact) -> None:
        self.found = facts

    def facts(self) -> tuple[MachineFact, ...]:
        return self.found


GOOD = tuple(MachineFact(name, name, is_good=True, words="fine") for name in ("disk", "sleep", "sound"))


async def look(world: World) -> RehearsalChanged:
    world.engine.post(CheckReadiness("ann"))
    await settle()
    kind = RehearsalKind.GO_NO_GO

    def is_over() -> bool:
        told = [each for each in world.of(RehearsalChanged) if each.kind is kind]
        return bool(told) and not told[-1].is_running

    async with asyncio.timeout(10):
        while not is_over():  # the machine is looked at on a real thread: let threads have their turn
            await asyncio.to_thread(lambda: None)
            await settle()
    return newest(world, kind)


async def test_everything_right_but_the_test_not_run_is_go_with_care():
    world = await started()
    world.engine.core.rehearsal.use(Laptop(*GOOD))
    result = await look(world)
    assert result.verdict == "Go with care: look at API test", result.rows
    assert row(world, "api_test", RehearsalKind.GO_NO_GO).hint == "Run View, API test."
    await world.close()


async def test_after_a_passed_test_it_is_go_and_the_journal_has_it():
    world = await started()
    world.engine.core.rehearsal.use(Laptop(*GOOD))
    await run_to_the_question(world)
    await approve(world)
    result = await look(world)
    assert result.verdict == "Go", result.rows
    kept = world.disk.of(RehearsalEnded)[-1]
    assert (kept.kind, kept.verdict) == (RehearsalKind.GO_NO_GO, "Go")
    await world.close()


async def test_a_step_run_alone_is_no_passed_test_and_a_whole_one_counts_after_a_restart_for_a_day():
    world = await started()
    world.engine.core.rehearsal.use(Laptop(*GOOD))
    world.engine.post(RunApiTest("balance", "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and not newest(world).is_running)
    assert (await look(world)).verdict == "Go with care: look at API test"
    await run_to_the_question(world)
    await approve(world)
    await world.restart()
    world.engine.core.rehearsal.use(Laptop(*GOOD))
    assert (await look(world)).verdict == "Go"
    assert row(world, "api_test", RehearsalKind.GO_NO_GO).words.startswith("passed: 8 of 8, 20")
    await world.crash()
    world.clock.now_s += 86_500
    world.events.clear()
    world.build()
    await world.start()
    world.engine.core.rehearsal.use(Laptop(*GOOD))
    assert "API test" in (await look(world)).verdict
    assert "more than a day ago" in row(world, "api_test", RehearsalKind.GO_NO_GO).hint
    await world.close()


async def test_a_test_begun_while_the_program_starts_waits_for_it():
    world = World()
    await world.engine.start()
    world.engine.post(RunApiTest("order", "ann"))
    await world.clock.until(lambda: world.of(RehearsalChanged) and row(world, "order").state is RowState.ASKS)
    assert world.engine._startup.ready.is_set()
    await world.close()


async def test_one_wrong_point_is_no_go_and_the_rest_is_still_looked_at():
    world = await started()
    full = MachineFact("disk", "Disk", is_good=False, words="0.1 GB free", hint="Free the disk.")
    world.engine.core.rehearsal.use(Laptop(full, *GOOD[1:]))
    world.venue.put_leverage(BTC, 25)
    result = await look(world)
    assert result.verdict == "No-go: Leverage of the eight pairs, Disk"
    assert row(world, "model", RehearsalKind.GO_NO_GO).state is RowState.OK
    await world.close()


async def test_without_a_machine_a_person_is_asked_to_look():
    world = await started()
    result = await look(world)
    states = {each.name: each.state for each in result.rows}
    assert {states[name] for name in ("disk", "sleep", "sound")} == {RowState.LOOK}
    await world.close()


async def test_rows_never_hold_a_secret_of_the_account():
    world = await started()
    test = world.engine.core.rehearsal._test
    test._holds_secret = lambda text: "s3cret" in text
    from terminal.ports.traffic import Overheard

    heard = Overheard("GET", "/x", (("ACCESS-KEY", "[hidden]"),), "s3cret", 200, '{"a":1}', "", 5)
    test.sending.take(heard)
    test.sending.take(replace(heard, body="{}", answer="x" * 5_000))
    first, second = test.sending.exchanges
    assert "s3cret" not in first.sent
    assert "5,000 characters in all" in second.answer
    await world.close()
