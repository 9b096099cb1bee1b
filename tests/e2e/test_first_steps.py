"""A newcomer's first start with the mouse alone: from the guide to the first order, counted in clicks."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.seat import at_the_seat
from terminal.app.cli import read_arguments
from terminal.app.session import SessionOptions
from terminal.domain.review import ReviewState
from terminal.storage.first_start import is_first_start
from terminal.storage.profiles import DEMO_FIRST_MS

MOST_CLICKS = 5
DAY_MS = 86_400_000


class Clicks(QObject):
    """Counts every press of a mouse button in the whole program."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802 - Qt's own name
        self.count += event.type() == QEvent.Type.MouseButtonPress and watched.isWidgetType()
        return False

    def click(self, button) -> None:
        assert button.isVisible()
        assert button.isEnabled()
        before = self.count
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.count = before + 1  # a press that nobody takes is handed on to what lies below: still one click


async def until_an_order(seat, told):
    clicks = Clicks()
    seat.window.guide.open()  # what the very first start does by itself
    guide = seat.window.guide.window
    clicks.click(guide.welcome.demo)
    assert not guide.isVisible()
    assert await seat.noticed("Review desk", "press A")
    sent = None
    while sent is None:  # a price may leave the band just before the click; a person clicks the next card then
        decision_id = await seat.listens()
        clicks.click(seat.window.review.selected_card.approve)
        await seat.until(seat.desk.proposal_changed, lambda name=decision_id: not seat.desk.proposals[name].is_open)
        if seat.desk.proposals[decision_id].state is ReviewState.APPROVED:
            sent = decision_id
    told["clicks"], told["market_ms"] = clicks.count, seat.desk.now_ms()
    await seat.log_accepted(sent)
    told["state"] = seat.desk.proposals[sent].state
    QApplication.instance().removeEventFilter(clicks)


def test_from_the_first_start_to_the_first_approved_order_in_few_clicks(qapp, monkeypatch, tmp_path):
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    assert is_first_start()
    assert read_arguments([]).command is None
    told = {}
    at_the_seat(SessionOptions(is_plain=True), lambda seat: until_an_order(seat, told))
    assert told["state"] is ReviewState.APPROVED
    assert told["clicks"] <= MOST_CLICKS
    assert 0 < told["market_ms"] - DEMO_FIRST_MS < DAY_MS, "the first market begins at the same hour for all"
    assert not is_first_start(), "the guide opens by itself once only"
