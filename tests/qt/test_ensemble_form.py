"""The ensemble's form: parts, weights, what it needs, and that nobody untested decides."""

import pytest
from PySide6.QtCore import Qt

from helpers.desk_events import FakeClock, make_desk
from terminal.domain.ensemble import EnsembleSettings, MemberSettings, VoteMode
from terminal.domain.language_model import LanguageModel, StrategySettings
from terminal.domain.model_probe import ProbeReport, ProbeStep
from terminal.ui.viewmodels.ensemble_form import MemberPart
from terminal.ui.viewmodels.model_form import without_model
from terminal.ui.viewmodels.model_shelf import Saved
from terminal.ui.widgets.models.ensemble_form import EnsembleForm

ONE, TWO = (LanguageModel(name, "http://127.0.0.1:1/v1", "m") for name in ("one", "two"))
MEMBERS = (MemberSettings("embedded"), MemberSettings("language:one", 0.5), MemberSettings("language:two", vetoes=True))
PASSED = ProbeReport((ProbeStep("Answer", ok=True, words="in 9 ms"),))


@pytest.fixture
def form(qtbot):
    desk, _sent = make_desk(FakeClock())
    saved = []
    desk.models.offer(
        StrategySettings("embedded", (ONE, TWO)), lambda *_: None, lambda *args: saved.append(args[0]) or Saved(args[0])
    )
    made = EnsembleForm(desk.models)
    qtbot.addWidget(made)
    made.open()
    yield made, desk.models, saved
    desk.deleteLater()


def choose(form, name, part):
    row = next(row for row in form.rows if row.name == name)
    row.part.setCurrentIndex(row.part.findData(part))
    row.part.activated.emit(row.part.currentIndex())
    return row


def prove(shelf, *models):
    for model in models:
        shelf.test(model, "")
        shelf.take_report(PASSED)


def test_only_a_model_that_passed_its_test_can_be_let_in(form):
    made, shelf, _saved = form
    enabled = {row.name: row.part.isEnabled() for row in made.rows}
    assert enabled == {"embedded": True, "language:one": False, "language:two": False}
    prove(shelf, ONE)
    assert made.rows[1].part.isEnabled()
    assert not made.rows[2].part.isEnabled()
    assert "Test it first" in made.rows[2].part.toolTip()


def test_what_is_chosen_is_saved_and_shown_again(form, qtbot):
    made, shelf, saved = form
    prove(shelf, ONE, TWO)
    choose(made, "embedded", MemberPart.VOTES)
    choose(made, "language:one", MemberPart.VOTES).weight.setText("0.5")
    row = choose(made, "language:two", MemberPart.JUDGES)
    assert not row.weight.isEnabled()
    made.mode.setCurrentIndex(made.mode.findData(VoteMode.UNANIMOUS))
    made.decides.setChecked(True)
    qtbot.mouseClick(made.save_button, Qt.MouseButton.LeftButton)
    expected = StrategySettings("ensemble", (ONE, TWO), EnsembleSettings(MEMBERS, 2, VoteMode.UNANIMOUS))
    assert saved == [expected]
    assert "next start" in made.words.text()
    assert made.entry().decides
    assert [row.weight.text() for row in made.rows] == ["", "0.5", ""]


@pytest.mark.parametrize(
    ("weight", "said"), [("heavy", "is no number"), ("9", "at most 4"), ("nan", "more than 0"), ("0", "more than 0")]
)
def test_a_weight_that_is_none_is_said_and_nothing_is_saved(form, weight, said):
    made, shelf, saved = form
    prove(shelf, ONE)
    choose(made, "embedded", MemberPart.VOTES)
    choose(made, "language:one", MemberPart.VOTES).weight.setText(weight)
    made.save()
    assert saved == []
    assert said in made.words.text()


def test_too_few_voters_is_said(form):
    made, _shelf, saved = form
    choose(made, "embedded", MemberPart.VOTES)
    made.save()
    assert saved == []
    assert "only embedded would vote" in made.words.text()


def test_removing_it_gives_the_decision_back_to_the_embedded_model(form):
    made, shelf, saved = form
    shelf.offer(StrategySettings("ensemble", (ONE, TWO), EnsembleSettings(MEMBERS)), shelf._test, shelf._save)
    assert made.decides.isChecked()
    assert all(row.part.isEnabled() for row in made.rows), "who decides already was tested"
    made.remove()
    assert saved == [StrategySettings("embedded", (ONE, TWO))]
    assert not made.remove_button.isEnabled()


def test_a_model_taken_away_leaves_the_rows_and_the_ensemble(form):
    made, shelf, _saved = form
    both = StrategySettings("ensemble", (ONE, TWO), EnsembleSettings(MEMBERS))
    left = without_model(both, "two")
    assert left.ensemble.names == ("embedded", "language:one")
    assert left.strategist == "ensemble"
    nobody = without_model(left, "one")
    assert (nobody.strategist, nobody.ensemble) == ("embedded", None)
    shelf.save(left)
    assert [row.name for row in made.rows] == ["embedded", "language:one"]


def test_one_model_alone_is_told_what_is_missing(form):
    made, shelf, _saved = form
    assert not made.words.text()
    made.close()
    shelf.offer(StrategySettings("embedded"), lambda *_: None, lambda *args: Saved(args[0]))
    made.open()
    assert made.words.isVisible()
    assert "needs two models" in made.words.text()
