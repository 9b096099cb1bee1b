"""Votes: weight by measured skill, quorum, opposition, veto; nothing acts alone and no failure is a hold."""

import itertools

import pytest

from terminal.domain.decision import Action
from terminal.strategy.ensemble.voting import Vote, VoteState, VotingRule, count_votes, weight_of, why_no_quorum

LONG, SHORT, HOLD, CLOSE = Action.OPEN_LONG, Action.OPEN_SHORT, Action.HOLD, Action.CLOSE
RULE = VotingRule()


def vote(member, action, weight=1.0, **changes):
    values = {"state": VoteState.ANSWERED, "confidence": 0.6} | changes
    return Vote(member, f"model of {member}", weight=weight, action=action, **values)


def silent(member, state=VoteState.FAILED, **changes):
    return Vote(member, f"model of {member}", state, 1.0, detail="timed out", **changes)


def test_agreement_is_carried_by_the_heaviest():
    count = count_votes((vote("a", LONG), vote("b", LONG, 2.0), vote("c", HOLD)), RULE)
    assert (count.action, count.leader, count.supporters) == (LONG, "b", ("a", "b"))
    assert count.dissenters == ("c",)
    assert count.is_half
    assert count.share == pytest.approx(0.75)


def test_half_the_weight_is_not_enough():
    assert count_votes((vote("a", LONG), vote("b", HOLD)), RULE).action is HOLD


def test_members_that_oppose_each_other_hold_whatever_they_weigh():
    count = count_votes((vote("a", LONG, 4.0), vote("b", LONG, 4.0), vote("c", SHORT, 0.5)), RULE)
    assert count.action is HOLD
    assert "oppose each other" in count.reason


@pytest.mark.parametrize("said", [SHORT, HOLD, None])
def test_who_may_only_veto_stops_and_never_causes(said):
    state = VoteState.FAILED if said is None else VoteState.ANSWERED
    judge = vote("judge", said, 4.0, vetoes=True, state=state)
    stopped = count_votes((vote("a", LONG), vote("b", LONG), judge), RULE)
    assert (stopped.action, stopped.veto) == (HOLD, "judge")
    alone = count_votes((vote("a", HOLD), vote("b", HOLD), vote("judge", LONG, 4.0, vetoes=True)), RULE)
    assert (alone.action, alone.veto) == (HOLD, "")


def test_a_veto_keeps_nobody_in_a_position():
    votes = (vote("a", CLOSE, side="LONG"), vote("b", CLOSE, side="LONG"), vote("judge", HOLD, vetoes=True))
    assert (count_votes(votes, RULE).action, count_votes(votes, RULE).side) == (CLOSE, "LONG")


def test_who_failed_is_no_hold_and_no_answer():
    votes = (vote("a", LONG), silent("b"), silent("c", VoteState.ABSTAINED))
    words = why_no_quorum(votes, RULE)
    assert words == "1 of 3 members answered, 2 are needed: b failed; c abstained"
    assert why_no_quorum((*votes, vote("judge", LONG, vetoes=True)), RULE) == words  # a judge fills no quorum
    assert why_no_quorum((vote("a", LONG), vote("d", HOLD), silent("b")), RULE) == ""


@pytest.mark.parametrize(("skill", "weight"), [(None, 0.5), (-0.02, 0.5), (0.0, 0.5), (0.01, 2.0), (0.5, 4.0)])
def test_weight_follows_measured_skill(skill, weight):
    assert weight_of(skill) == pytest.approx(weight)


@pytest.mark.parametrize("wrong", [{"quorum": 1}, {"majority": 0.4}, {"majority": 1.0}])
def test_no_rule_lets_one_member_act(wrong):
    with pytest.raises(ValueError, match="must be"):
        VotingRule(**wrong)


def test_nothing_opens_without_two_that_want_it_and_nobody_against():
    answers = [vote("x", each) for each in (LONG, SHORT, HOLD)] + [silent("x")]
    for some in itertools.product(answers, repeat=3):
        votes = tuple(
            Vote(name, each.model, each.state, each.weight, each.action, confidence=0.6)
            for name, each in zip("abc", some, strict=True)
        )
        if why_no_quorum(votes, RULE):
            continue
        action = count_votes(votes, RULE).action
        if action.opens:
            said = [each.action for each in votes]
            assert said.count(action) >= 2
            assert not {LONG, SHORT} - {action} & set(said)
