"""Forms that are as large as their words: nothing on them is cut, whatever they say."""

import pytest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLayout, QVBoxLayout

from helpers.desk_events import FakeClock, make_desk
from terminal.ui.widgets.models.ensemble_form import EnsembleForm
from terminal.ui.widgets.models.result_words import ResultWords, WrappedWords

WIDTH = 300


def test_the_ensembles_form_is_high_enough_with_a_single_model(qtbot):
    desk, _sent = make_desk(FakeClock())
    form = EnsembleForm(desk.models)
    qtbot.addWidget(form)
    form.open()
    qtbot.waitExposed(form)
    for label in (each for each in form.findChildren(QLabel) if each.isVisible() and each.wordWrap()):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    assert all(box.height() >= box.sizeHint().height() for box in form.findChildren(QComboBox))
    form.close()
    desk.deleteLater()


@pytest.mark.parametrize("words", ["short", "a longer sentence that needs several lines in this width " * 4])
def test_the_form_grows_and_shrinks_with_what_it_says(qtbot, words):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    column = QVBoxLayout(dialog)
    column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
    column.addWidget(WrappedWords(WIDTH, "what the form is for"))
    said = ResultWords(WIDTH)
    column.addWidget(said)
    dialog.show()
    quiet = dialog.sizeHint().height()
    said.say(words)
    qtbot.waitUntil(lambda: said.height() == said.heightForWidth(WIDTH))
    qtbot.waitUntil(lambda: dialog.height() == dialog.sizeHint().height())
    assert dialog.height() > quiet
    said.say("")
    qtbot.waitUntil(lambda: dialog.height() == quiet)
    dialog.close()
