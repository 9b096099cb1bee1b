"""An ensemble's card shows who voted what, who did not go along, and what the confidence is worth."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from helpers.builders import make_decision
from helpers.desk_events import proposal
from terminal.domain.canonical import canonical_json
from terminal.ui.widgets.review.card_words import confidence_tip
from terminal.ui.widgets.review.decision_card import DecisionCard

NAME = "ensemble[embedded+language:one+language:two]/1a2b3c4d of embedded-ridge/1 + language:one/m@h + language:two/n@h"


def vote(member, action, *, state="answered", vetoes=False, detail=""):
    return {
        "member": member,
        "model": f"exact model of {member}",
        "state": state,
        "weight": 1.0,
        "action": action,
        "side": "",
        "confidence": 0.6,
        "vetoes": vetoes,
        "detail": detail,
    }


def ensemble_text(*votes, supporters, dissenters=(), veto=None):
    sheet = {"rule": {}, "votes": list(votes), "leader": supporters[0], "supporters": list(supporters)}
    sheet |= {"dissenters": list(dissenters), "veto": veto, "share": 0.7, "reason": "2 of 3"}
    return canonical_json({"ensemble": sheet | {"half_size": bool(dissenters)}})


def card_of(qtbot, output_json, model=NAME):
    made = replace(proposal("BTC", 1), decision=make_decision("d-1", output_json=output_json, model=model))
    card = DecisionCard(made)
    qtbot.addWidget(card)
    card.resize(380, 600)
    card.set_selected(True)
    card.show()
    return card


DISSENT = ensemble_text(
    vote("embedded", "OPEN_LONG"),
    vote("language:one", "OPEN_LONG"),
    vote("language:two", None, state="failed", detail="its account is not paid: 402 <b>from</b> its server"),
    vote("language:judge", "OPEN_LONG", vetoes=True),
    supporters=("embedded", "language:one"),
    dissenters=("language:two",),
)


def test_dissent_is_in_sight_and_amber(qtbot):
    card = card_of(qtbot, DISSENT)
    assert card.votes.isVisible()
    assert card.votes.text == (
        "2 of 3 voters for it: embedded, language:one; language:two failed (its account is not paid); "
        "judge language:judge did not stop it; half the size"
    )
    assert card.votes.tone == "amber"


def test_the_details_list_every_member_with_its_exact_model(qtbot):
    card = card_of(qtbot, DISSENT)
    card.toggle_details()
    assert not card.votes.isVisible()
    lines = [label for label in card.details.findChildren(QLabel) if label.accessibleName() == "Vote"]
    assert len(lines) == 4
    shown = [label.text().replace("\u200b", "") for label in lines]
    assert shown[0] == "✓ embedded: open long, 60\u2009%; weight 1.00, its levels are used\nexact model of embedded"
    assert "<b>from</b>" in shown[2]
    assert [label.property("tone") for label in lines] == ["muted", "muted", "down", "muted"]


def test_all_in_favour_is_no_warning(qtbot):
    both = ensemble_text(
        vote("embedded", "OPEN_LONG"), vote("language:one", "OPEN_LONG"), supporters=("embedded", "language:one")
    )
    card = card_of(qtbot, both)
    assert card.votes.tone == "text"
    assert card.votes.text == "2 of 2 voters for it: embedded, language:one"


def test_one_model_alone_shows_no_votes(qtbot):
    card = card_of(qtbot, '{"p": 1}', "embedded-ridge/1 sha12")
    assert not card.votes.isVisible()


@pytest.mark.parametrize(
    ("model", "word"),
    [("embedded-gbm-ridge/1 seed1", "Calibrated"), (NAME, "weight of their votes"), ("language:a/m@h", "own claim")],
)
def test_a_confidence_is_called_what_it_is(model, word):
    assert word in confidence_tip(model)
