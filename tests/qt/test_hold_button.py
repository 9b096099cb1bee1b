import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from helpers.desk_events import FakeClock
from terminal.ui.widgets.hold_button import HoldButton


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    window = QWidget()
    button, other = HoldButton("Hold to flatten", lambda: clock.monotonic), QLineEdit()
    button._timer.setInterval(3_600_000)  # the test moves time; the program's own timer must not
    column = QVBoxLayout(window)
    column.addWidget(button)
    column.addWidget(other)
    qtbot.addWidget(window)
    window.resize(300, 120)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    done = []
    button.held.connect(lambda: done.append("held"))
    button.let_go.connect(lambda: done.append("let go"))
    yield button, other, clock, done
    window.close()  # and until here it is held: a widget nobody holds is gone


def live(button, clock, seconds, step=0.05):
    for _ in range(round(seconds / step)):
        clock.forward(step)
        button.tick()


def key(button, kind, code=Qt.Key.Key_Space, *, repeat=False):
    QApplication.sendEvent(button, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, " ", repeat))


PRESS, RELEASE = QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease


def test_the_whole_time_must_be_held(seat, qtbot):
    button, _, clock, done = seat
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    live(button, clock, 1.45)
    assert done == []
    assert button.progress == pytest.approx(1.45 / 1.5)
    live(button, clock, 0.05)
    assert done == ["held"]
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    live(button, clock, 3)
    assert done == ["held"]  # once a press


def test_letting_go_early_does_nothing_and_starts_over(seat, qtbot):
    button, _, clock, done = seat
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    live(button, clock, 1.4)
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert done == ["let go"]
    assert button.progress == 0
    live(button, clock, 1)
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    live(button, clock, 1.4)
    assert done == ["let go"]


def test_leaving_the_button_lets_go(seat, qtbot):
    button, _, clock, done = seat
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    live(button, clock, 1)
    qtbot.mouseMove(button, QPoint(button.width() + 20, 5))
    live(button, clock, 1)
    assert done == ["let go"]


@pytest.mark.parametrize("code", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_holds_as_well_and_its_repeats_neither_press_nor_release(seat, code):
    button, _, clock, done = seat
    button.setFocus()
    key(button, PRESS, code)
    for _ in range(14):
        live(button, clock, 0.1)
        key(button, RELEASE, code, repeat=True)
        key(button, PRESS, code, repeat=True)
    assert done == []
    live(button, clock, 0.1)
    assert done == ["held"]
    key(button, PRESS, code, repeat=True)  # still held down: no second hold begins
    live(button, clock, 3)
    assert done == ["held"]


def test_a_released_key_lets_go(seat):
    button, _, clock, done = seat
    key(button, PRESS)
    live(button, clock, 1.2)
    key(button, RELEASE)
    live(button, clock, 1.2)
    assert done == ["let go"]


@pytest.mark.parametrize("how", ["focus", "hide", "disable"])
def test_whatever_takes_the_button_away_lets_go(seat, how):
    button, other, clock, done = seat
    button.setFocus()
    key(button, PRESS)
    live(button, clock, 1)
    if how == "focus":
        other.setFocus()
    elif how == "hide":
        button.hide()
    else:
        button.setEnabled(False)
    live(button, clock, 2)
    assert done == ["let go"]


def test_a_stall_of_the_program_holds_nothing(seat, qtbot):
    """The release may wait in the queue behind the stall: the time nobody watched does not count."""
    button, _, clock, done = seat
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    clock.forward(30)
    button.tick()
    assert done == []
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert done == ["let go"]


def test_a_disabled_button_cannot_be_held(seat, qtbot):
    button, _, clock, done = seat
    button.setEnabled(False)
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    key(button, PRESS)
    live(button, clock, 3)
    assert done == []
