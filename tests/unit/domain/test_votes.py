"""Votes read from a decision's own text, and the card's words about them."""

import json

import pytest

from helpers.builders import make_decision
from terminal.domain.canonical import canonical_json
from terminal.domain.decision import Action
from terminal.domain.votes import votes_of

VOTE = {
    "member": "language:one",
    "model": "language:one/m@host",
    "state": "failed",
    "weight": 0.5,
    "action": None,
    "side": "",
    "confidence": 0.0,
    "vetoes": False,
    "detail": "its account is not paid: 402",
}
SHEET = {
    "rule": {},
    "votes": [VOTE, VOTE | {"member": "embedded", "state": "answered", "action": "OPEN_LONG", "confidence": 0.64}],
    "leader": "embedded",
    "supporters": ["embedded"],
    "dissenters": ["language:one"],
    "share": 1.0,
    "half_size": True,
    "veto": None,
    "reason": "1 of 2",
}


def decision(ensemble):
    return make_decision("d-1", output_json=canonical_json({"ensemble": ensemble}))


def test_who_voted_what_is_read():
    sheet = votes_of(decision(SHEET))
    failed, answered = sheet.votes
    assert (failed.action, failed.failed, failed.detail) == (None, True, "its account is not paid: 402")
    assert (answered.action, answered.confidence, answered.judges) == (Action.OPEN_LONG, 0.64, False)
    assert (sheet.leader, sheet.veto, sheet.half_size) == ("embedded", "", True)


@pytest.mark.parametrize(
    "ensemble",
    ["a word", [], {}, {"votes": []}, SHEET | {"votes": [VOTE | {"action": "BUY"}]}, SHEET | {"votes": [None]}],
)
def test_a_text_that_only_looks_like_it_holds_no_votes(ensemble):
    assert votes_of(decision(ensemble)) is None


def test_another_model_s_text_is_not_read():
    assert votes_of(make_decision("d-1", output_json='{"p": 1}')) is None
    assert votes_of(make_decision("d-1", output_json='not json, but "ensemble"')) is None
    assert json.loads(make_decision("d-1").output_json)
