"""What comes into sight below the top bar, and how it goes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from helpers.desk_events import FakeClock, make_desk
from terminal.domain.commands import AskAi
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Action
from terminal.domain.hand_messages import PauseEntries
from terminal.domain.messages import Level, ModelPhase, ModelStatus, Notice
from terminal.ui.widgets.toast import Toast


@pytest.fixture
def seat(qtbot):
    desk, _sent = make_desk(FakeClock())
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1_000, 600)
    toast = Toast(desk, window)
    window.show()
    return toast, desk


def test_a_refusal_soon_after_a_command_comes_into_sight(seat, qtbot):
    toast, desk = seat
    desk.apply(Notice(Level.WARNING, "market", "LTC quotes are old", 1))
    assert not toast.isVisible()  # nobody asked
    desk.send(PauseEntries("Mara"))
    desk.apply(Notice(Level.WARNING, "protection", "the stop was not moved: 40015 trigger price", 1))
    assert toast.isVisible()
    assert toast.words.text() == "The stop was not moved: 40015 trigger price."
    qtbot.mouseClick(toast.close_button, Qt.MouseButton.LeftButton)
    assert not toast.isVisible()


def test_a_model_s_alarm_comes_into_sight_without_any_command_and_stays(seat, qtbot):
    toast, desk = seat
    desk.apply(Notice(Level.ERROR, "brain", "its account is not paid", 1))
    assert toast.isVisible()
    assert toast.words.property("tone") == "down"
    assert not toast._leave.isActive(), "only a person ends it"
    qtbot.mouseClick(toast.close_button, Qt.MouseButton.LeftButton)
    desk.apply(Notice(Level.ERROR, "model", "it took too long", 1))
    assert not toast.isVisible()


def test_a_failure_of_the_model_is_said_until_it_answers_an_alarm_until_it_is_read(seat):
    toast, desk = seat
    answers = ModelStatus(ModelPhase.READY, "language:tiny/m", "1 decision, 0 to open")
    desk.send(AskAi(ALLOWED_INSTRUMENTS[0], Action.OPEN_LONG, "Mara"))
    desk.apply(Notice(Level.ERROR, "model", "the model gave no answer: asked again in 12 s", 0))
    assert toast.isVisible()
    desk.apply(ModelStatus(ModelPhase.FAILED, "language:tiny/m", "429"))
    assert toast.isVisible()
    desk.apply(answers)
    assert not toast.isVisible()
    desk.apply(Notice(Level.ERROR, "brain", "its account is not paid", 0))
    desk.apply(answers)
    assert toast.isVisible()
    desk.apply(Notice(Level.ERROR, "model", "the model would close BTC; it cannot be proposed", 0))
    desk.apply(answers)
    assert toast.isVisible(), "no failure of the model: nothing has mended it"
