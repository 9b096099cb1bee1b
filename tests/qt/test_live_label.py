import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from terminal.ui.widgets.live_label import LiveLabel


class Requests(QObject):
    """Counts how often a widget is asked to lay out anew."""

    count = 0

    def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def seat(qtbot):
    """Give what puts a label into a row, and the row's requests."""

    def make(label):
        holder, requests = QWidget(), Requests()
        qtbot.addWidget(holder)
        QHBoxLayout(holder).addWidget(label)
        with qtbot.waitExposed(holder):
            holder.show()
        QApplication.processEvents()
        holder.installEventFilter(requests)
        requests.setParent(holder)
        return holder, requests

    return make


def after(label, requests, text):
    label.setText(text)
    QApplication.processEvents()
    counted, requests.count = requests.count, 0
    return counted


def test_other_digits_move_nothing_and_more_of_them_do(seat):
    label = LiveLabel("90,755.3")
    holder, requests = seat(label)
    before = holder.grab().toImage()
    assert after(label, requests, "90,114.8") == 0
    assert label.text() == "90,114.8"
    assert holder.grab().toImage() != before
    assert after(label, requests, "100,114.8") == 1
    assert label.sizeHint() == QLabel("000,000.0").sizeHint()
    plain = QLabel("90,755.3")
    _, requests = seat(plain)
    assert after(plain, requests, "90,114.8") == 1


def test_one_that_takes_what_is_left_never_asks_for_more(seat):
    label = LiveLabel(keeps_room=True)
    _, requests = seat(label)
    assert after(label, requests, "PnL +1.20") == 1
    assert after(label, requests, "PnL −1,234.56 and more") == 0
    assert label.text() == "PnL −1,234.56 and more"


def test_it_is_painted_as_a_plain_label_is(seat):
    live, plain = LiveLabel("quote 14 s old"), QLabel("quote 14 s old")
    for label in (live, plain):
        label.setStyleSheet("color: #ff8800")
    assert seat(live)[0].grab().toImage() == seat(plain)[0].grab().toImage()


def test_a_screen_reader_hears_the_figure(seat):
    bare, named = LiveLabel("41 of 400"), LiveLabel()
    named.setAccessibleName("budget")
    for label in (bare, named):
        label.setText("42 of 400")
    assert bare.accessibleName() == "42 of 400"
    assert (named.accessibleName(), named.accessibleDescription()) == ("budget", "42 of 400")
