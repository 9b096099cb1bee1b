"""Writes the ensemble's one decision: the leader's levels and inputs, everybody's model and answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Action, Decision
from terminal.strategy.ensemble.voting import Count, Vote, VoteState, VotingRule, count_votes

_RUN_MARKS: Final = ("train", "sha", "seed")  # words of a model's name that change with every fit
_CHARS: Final = 900  # of an explanation; the log allows 1000
_TWO: Final = Decimal(2)


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes about one instrument, with the decisions of the members that made one, by member."""

    votes: tuple[Vote, ...]
    decisions: Mapping[str, Decision]


def name_of(models: Mapping[str, str], judges: Sequence[str], rule: VotingRule) -> str:
    """Name an ensemble after its members' exact models, by member; "" before any of them can answer.

    The first word stays when a member is fitted again, and changes with any other model or rule.
    """
    if not any(models.values()):
        return ""
    kinds = [[word for word in name.split() if not word.startswith(_RUN_MARKS)] for name in models.values()]
    made_of = digest(canonical_json([list(models), kinds, list(judges), rule]))[:8]
    exact = " + ".join(name or f"{member}, not fitted yet" for member, name in models.items())
    return f"ensemble[{'+'.join(models)}]/{made_of} of {exact}"


def merge(model: str, ballot: Ballot, count: Count, rule: VotingRule) -> Decision:
    """Give the ensemble's decision. Inputs, evidence, levels and invalidation are the leader's, and say so.

    Size is the smallest any supporter asked for, half of it where a voter did not support; what is expected is the
    most cautious supporter's.
    """
    leader = ballot.decisions[count.leader]
    backing = [ballot.decisions[name] for name in count.supporters if name in ballot.decisions] or [leader]
    opens = count.action.opens
    risk = min(each.risk_fraction for each in backing) / (_TWO if count.is_half else 1) if opens else Decimal(0)
    number = _number(model, ballot, rule)
    decision = replace(
        leader,
        decision_id=number,
        action=count.action,
        confidence=_confidence(ballot, count) if opens else leader.confidence,
        stop_price=leader.stop_price if opens else None,
        target_price=leader.target_price if opens else None,
        risk_fraction=risk,
        expected_value_bp=min(each.expected_value_bp for each in backing),
        explanation=_explanation(ballot, count, leader),
        model=model,
        close_side=leader.close_side if count.action is Action.CLOSE else None,
    )
    given = _object(leader.input_json) | {"model": model, "ensemble": _asked(ballot, count)}
    return replace(
        decision, input_json=canonical_json(given), output_json=canonical_json(_output(decision, ballot, count, rule))
    )


def counted_again(output_json: str) -> Count:
    """Count the votes of a stored decision anew, for replays: no member is asked.

    Raises:
        ValueError: the text holds no votes of an ensemble.
    """
    return count_votes(*stored_votes(output_json))


def stored_votes(output_json: str) -> tuple[tuple[Vote, ...], VotingRule]:
    """Read the votes of a stored decision, and the rule they were counted by.

    Raises:
        ValueError: the text holds no votes of an ensemble.
    """
    try:
        stored = json.loads(output_json)["ensemble"]
        weights = tuple((str(name), float(weight)) for name, weight in stored["rule"].get("weights", ()))
        return tuple(_vote(each) for each in stored["votes"]), VotingRule(**(stored["rule"] | {"weights": weights}))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this is no decision of an ensemble: it holds no votes") from error


def _vote(stored: Mapping[str, Any]) -> Vote:
    action = stored["action"]
    return Vote(
        member=stored["member"],
        model=stored["model"],
        state=VoteState(stored["state"]),
        weight=float(stored["weight"]),
        action=None if action is None else Action(action),
        side=stored["side"],
        confidence=float(stored["confidence"]),
        vetoes=stored["vetoes"],
        detail=stored["detail"],
    )


def _confidence(ballot: Ballot, count: Count) -> float:
    """The supporters' claims, weighted; who only vetoes claims nothing."""
    backing = [vote for vote in ballot.votes if vote.member in count.supporters and not vote.vetoes]
    total = sum(vote.weight for vote in backing)
    return round(sum(vote.confidence * vote.weight for vote in backing) / total, 6)


def _number(model: str, ballot: Ballot, rule: VotingRule) -> str:
    ids = {name: each.decision_id for name, each in sorted(ballot.decisions.items())}
    return "d" + digest(canonical_json([model, ids, _votes(ballot.votes), rule]))[:20]


def _votes(votes: Sequence[Vote]) -> list[dict[str, Any]]:
    return [
        {
            "member": vote.member,
            "model": vote.model,
            "state": vote.state.value,
            "weight": round(vote.weight, 6),
            "action": None if vote.action is None else vote.action.value,
            "side": vote.side,
            "confidence": round(vote.confidence, 6),
            "vetoes": vote.vetoes,
            "detail": vote.detail,
        }
        for vote in votes
    ]


def _asked(ballot: Ballot, count: Count) -> dict[str, Any]:
    """Who was asked with what: the leader's input stands in full above, the others' by their hash.

    By `model_sha256` and `exchange_ids` the journal finds what each answered from.
    """
    members = [{"member": vote.member, "model": vote.model, **_traces(ballot, vote.member)} for vote in ballot.votes]
    return {"input_of": count.leader, "members": members}


def _traces(ballot: Ballot, member: str) -> dict[str, Any]:
    if member not in ballot.decisions:
        return {"input_sha256": None}
    text = ballot.decisions[member].input_json
    given = _object(text)
    names = ("model_sha256", "exchange_ids")
    return {"input_sha256": digest(text), **{name: given[name] for name in names if name in given}}


def _output(decision: Decision, ballot: Ballot, count: Count, rule: VotingRule) -> dict[str, Any]:
    return {
        "decision_id": decision.decision_id,
        "model": decision.model,
        "action": decision.action,
        "instrument_id": decision.instrument_id,
        "close_side": decision.close_side,
        "confidence": decision.confidence,
        "stop_price": decision.stop_price,
        "target_price": decision.target_price,
        "risk_fraction": decision.risk_fraction,
        "horizon_min": decision.horizon_min,
        "evidence": [
            {"feature_id": each.key, "value": each.value, "contribution": each.contribution, "for": each.supports}
            for each in decision.evidence
        ],
        "ensemble": {
            "rule": rule,
            "votes": _votes(ballot.votes),
            "leader": count.leader,
            "supporters": count.supporters,
            "dissenters": count.dissenters,
            "share": round(count.share, 6),
            "half_size": count.is_half,
            "veto": count.veto or None,
            "reason": count.reason,
            "answers": {name: _object(each.output_json) for name, each in sorted(ballot.decisions.items())},
        },
    }


def _explanation(ballot: Ballot, count: Count, leader: Decision) -> str:
    failed = [  # by the kind of failure only: the votes say it whole
        f"{vote.member} failed ({vote.detail.partition(': ')[0]})"
        for vote in ballot.votes
        if vote.state is VoteState.FAILED
    ]
    silent = [f"{vote.member} abstained" for vote in ballot.votes if vote.state is VoteState.ABSTAINED]
    against = [f"{name} did not agree" for name in count.dissenters if name in ballot.decisions]
    size = ["half size, as not every member agrees"] if count.is_half and count.action.opens else []
    action = count.action.value.replace("OPEN_", "open ").lower()
    head = "; ".join([f"Ensemble: {action}, {count.reason}", *against, *silent, *failed, *size])
    text = f"{head}. {count.leader} says: {leader.explanation}"
    return text if len(text) <= _CHARS else f"{text[:_CHARS].rsplit(' ', 1)[0]} ..."


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("a member's text is no JSON object")
    return value
