"""The ensemble asks all, counts, and shows every member's exact model and answer; it never falls back."""

import asyncio
import json
from decimal import Decimal

import pytest

from helpers import market_paths
from helpers.builders import BTC, make_decision
from helpers.fake_clock import ManualClock, settle
from terminal.domain.decision import Abstained, Action, Decided, Failed, FailureKind
from terminal.domain.market import Interval
from terminal.ports.strategy import TrainingSet
from terminal.strategy.ensemble.merging import counted_again
from terminal.strategy.ensemble.strategist import EnsembleStrategist, Member

pytestmark = pytest.mark.asyncio
SNAPSHOT = market_paths.snapshot(market_paths.market(3, bars=60))


class Says:
    """A member that gives one decision, or whatever `answer` is."""

    def __init__(self, name, action=Action.OPEN_LONG, answer=None, **changes):
        self.model_name = f"model-of-{name} sha1234"
        own = {"model": self.model_name, "action": action, "cycle_id": SNAPSHOT.cycle_id} | changes
        self.decision = make_decision(f"d-{name}", **own)
        self.answer = answer

    def fit(self, training, seed):
        raise AssertionError("nobody asked for a fit")

    def decide(self, snapshot):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or Decided(snapshot.cycle_id, (self.decision,), 1.0)


class Never(Says):
    async def decide(self, snapshot):
        await asyncio.Event().wait()


class Later(Says):
    async def decide(self, snapshot):
        await asyncio.sleep(0)
        return Decided(snapshot.cycle_id, (self.decision,), 1.0)


def team(*strategists, **options):
    members = [Member(name, who) for name, who in zip("abcd", strategists, strict=False)]
    return EnsembleStrategist(members, ManualClock(), **options)


async def only(ensemble):
    outcome = await ensemble.decide(SNAPSHOT)
    assert isinstance(outcome, Decided)
    (decision,) = outcome.decisions
    return decision


async def test_every_members_model_and_answer_is_in_the_log():
    ensemble = team(Says("a"), Later("b", confidence=0.7), Says("c", Action.HOLD))
    decision = await only(ensemble)
    said = json.loads(decision.output_json)["ensemble"]
    assert decision.model == ensemble.model_name
    assert decision.model.startswith("ensemble[a+b+c]")
    assert [each["model"] for each in said["votes"]] == [f"model-of-{name} sha1234" for name in "abc"]
    assert [each["action"] for each in said["votes"]] == ["OPEN_LONG", "OPEN_LONG", "HOLD"]
    assert said["answers"] == {name: {"p": 0.62} for name in "abc"}
    assert said["dissenters"] == ["c"]
    assert json.loads(decision.input_json)["model"] == decision.model
    assert "c did not agree" in decision.explanation


async def test_size_is_the_smallest_and_halved_where_one_did_not_agree():
    small = Says("b", risk_fraction=Decimal("0.002"))
    assert (await only(team(Says("a"), small))).risk_fraction == Decimal("0.002")
    held = await only(team(Says("a"), small, Says("c", Action.HOLD)))
    assert held.risk_fraction == Decimal("0.001")


async def test_opposed_members_hold_and_nothing_of_the_order_is_left():
    decision = await only(team(Says("a"), Says("b", Action.OPEN_SHORT)))
    assert decision.action is Action.HOLD
    assert (decision.stop_price, decision.target_price, decision.risk_fraction) == (None, None, Decimal(0))


async def test_a_member_that_crashes_or_abstains_is_named_and_no_quorum_is_a_failure():
    crashed = await team(Says("a"), Says("b", answer=RuntimeError("boom"))).decide(SNAPSHOT)
    assert isinstance(crashed, Failed)
    assert "b failed" in crashed.detail
    assert "boom" not in crashed.detail
    quiet = Says("b", answer=Abstained(SNAPSHOT.cycle_id, "too few bars"))
    abstained = await team(Says("a"), quiet).decide(SNAPSHOT)
    assert isinstance(abstained, Abstained)
    assert "b abstained" in abstained.reason


async def test_with_a_quorum_a_failure_is_counted_and_shown():
    billing = Says("c", answer=Failed(SNAPSHOT.cycle_id, FailureKind.BILLING, "no credit left"))
    decision = await only(team(Says("a"), Says("b"), billing))
    vote = json.loads(decision.output_json)["ensemble"]["votes"][2]
    assert vote["state"] == "failed"
    assert "no credit left" in vote["detail"]
    assert "c failed" in decision.explanation
    assert decision.risk_fraction == Decimal("0.0025")


async def test_a_late_member_fails_alone():
    clock = ManualClock()
    ensemble = EnsembleStrategist(
        [Member("a", Later("a")), Member("b", Later("b")), Member("c", Never("c"))], clock, deadline_s=20
    )
    asked = asyncio.ensure_future(ensemble.decide(SNAPSHOT))
    await settle()
    await clock.advance(21)
    outcome = await asked
    assert isinstance(outcome, Decided)
    vote = json.loads(outcome.decisions[0].output_json)["ensemble"]["votes"][2]
    assert (vote["state"], "no answer within 20 s" in vote["detail"]) == ("failed", True)


async def test_a_judge_that_failed_opens_nothing_and_is_no_hold():
    judge = Member("judge", Says("j", answer=RuntimeError()), vetoes=True)
    members = [Member("a", Says("a")), Member("b", Says("b")), judge]
    outcome = await EnsembleStrategist(members, ManualClock()).decide(SNAPSHOT)
    assert isinstance(outcome, Failed)
    assert "judge must be heard" in outcome.detail


async def test_a_stored_decision_counts_the_same_again():
    decision = await only(team(Says("a"), Says("b"), Says("c", Action.HOLD)))
    again = counted_again(decision.output_json)
    assert (again.action, again.leader, again.supporters) == (decision.action, "b", ("a", "b"))
    with pytest.raises(ValueError, match="no decision of an ensemble"):
        counted_again('{"p": 1}')


async def test_ids_are_the_same_for_the_same_answers_only():
    one, two = [await only(team(Says("a"), Says("b"))) for _ in range(2)]
    other = await only(team(Says("a"), Says("b", confidence=0.9)))
    assert one == two
    assert one.decision_id != other.decision_id


async def test_it_needs_enough_members_of_different_names():
    with pytest.raises(ValueError, match="the quorum is 2"):
        EnsembleStrategist([Member("a", Says("a"))], ManualClock())
    with pytest.raises(ValueError, match="same name"):
        EnsembleStrategist([Member("a", Says("a")), Member("a", Says("b"))], ManualClock())
    with pytest.raises(NotImplementedError):
        team(Says("a"), Says("b")).fit(TrainingSet(Interval.M15, (), 0.0, simulated=True), 1)


async def test_what_one_member_alone_speaks_of_is_not_addressed():
    eth = next(view.instrument.instrument_id for view in SNAPSHOT.views if view.instrument.instrument_id != BTC)
    outcome = await team(Says("a"), Says("b", instrument_id=eth)).decide(SNAPSHOT)
    assert isinstance(outcome, Abstained)
