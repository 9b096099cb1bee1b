from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from helpers.desk_events import NOW_MS, ai_log, fill_desk, make_desk, proposal
from terminal.domain.ai_log import AiLogState, upload_body
from terminal.domain.messages import AiLogChanged, ProposalChanged
from terminal.ui.widgets.ai_logs.desk import AiLogDesk


@pytest.fixture
def seat(qtbot):
    desk, _ = make_desk()
    logs = AiLogDesk(desk)
    qtbot.addWidget(logs)
    logs.resize(390, 220)
    with qtbot.waitExposed(logs):
        logs.show()
    return logs, desk


def rows(logs):
    return [logs.model.data(logs.model.index(row)) for row in range(logs.model.rowCount())]


def open_row(logs, row):
    place = logs.list.visualRect(logs.model.index(row)).center()
    QTest.mouseClick(logs.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    return logs.details


def test_it_explains_its_emptiness(seat):
    logs, desk = seat
    assert logs.empty.isVisible()
    assert not logs.list.isVisible()
    desk.apply(AiLogChanged(ai_log("BTC", 1, AiLogState.QUEUED)))
    assert logs.list.isVisible()


def test_rows_say_stage_pair_order_and_state(seat, qtmodeltester):
    logs, desk = seat
    fill_desk(desk)
    assert rows(logs) == [
        "Order Execution  XRP  kept",
        "Order Execution  LTC  …4620008  refused 40753",
        "Order Execution  DOGE  …4620005  sending",
        "Order Execution  SOL  …4620004  accepted",
        "Order Execution  BTC  …4620003  accepted",
    ]
    assert logs.header.summary.text() == "2 accepted   1 sending   0 waiting   1 kept"
    assert logs.refused.text() == "1 refused"
    qtmodeltester.check(logs.model, force_py=True)


def test_a_log_that_moves_on_keeps_its_row(seat):
    logs, desk = seat
    fill_desk(desk)
    desk.apply(AiLogChanged(ai_log("LTC", 8, AiLogState.ACCEPTED, accepted_ms=NOW_MS, attempts=4)))
    assert rows(logs)[1] == "Order Execution  LTC  …4620008  accepted"
    assert not logs.refused.isVisible()
    assert logs.model.rowCount() == 5


def test_details_show_the_exact_bytes_and_follow_the_log(seat):
    logs, desk = seat
    fill_desk(desk)
    details = open_row(logs, 1)
    assert details.isVisible()
    log = desk.ai_logs["log-0008"]
    assert details.content.toPlainText() == upload_body(log.content, log.venue_order_id).decode()
    assert details.content.isReadOnly()
    assert log.content_sha256 in details.fact("SHA-256")
    assert "matches" in details.fact("SHA-256")
    assert details.fact("Attempts") == "sent 3 times"
    assert details.fact("Venue's answer") == "40753 order not found"
    assert details.fact("Receipt") == "none yet"
    desk.apply(AiLogChanged(replace(log, state=AiLogState.ACCEPTED, accepted_ms=NOW_MS)))
    assert details.fact("Receipt").startswith("accepted 2025-11-24")
    details.accept()
    assert logs.details is None


def test_enter_opens_the_selected_log(seat):
    logs, desk = seat
    fill_desk(desk)
    logs.list.setFocus()
    logs.list.setCurrentIndex(logs.model.index(4))
    QTest.keyClick(logs.list, Qt.Key.Key_Return)
    assert logs.details is not None
    assert "BTC" in logs.details.fact("Stage")


def test_copying(seat):
    logs, desk = seat
    fill_desk(desk)
    details = open_row(logs, 2)
    log = desk.ai_logs["log-0005"]
    buttons = {button.text(): button for button in details.findChildren(QPushButton)}
    expected = {
        "Copy content": log.content.decode(),
        "Copy upload body": upload_body(log.content, log.venue_order_id).decode(),
        "Copy SHA-256": log.content_sha256,
    }
    for name, text in expected.items():
        buttons[name].click()
        assert QGuiApplication.clipboard().text() == text
    assert all(button.accessibleName() for button in buttons.values())


def test_a_kept_log_shows_its_frozen_content(seat):
    logs, desk = seat
    fill_desk(desk)
    details = open_row(logs, 0)
    assert details.content.toPlainText() == desk.ai_logs["log-0006"].content.decode()
    assert "nothing is uploaded" in details.fact("Receipt")


def test_damaged_content_is_loud(seat):
    logs, desk = seat
    desk.apply(AiLogChanged(replace(ai_log("BTC", 1, AiLogState.ACCEPTED), content=b"not what was frozen")))
    assert rows(logs)[0].endswith("content damaged")
    details = open_row(logs, 0)
    assert "does NOT match" in details.fact("SHA-256")
    assert details.content.toPlainText() == "not what was frozen"


def test_hostile_words_stay_words(seat):
    logs, desk = seat
    desk.apply(ProposalChanged(proposal("BTC", 1)))
    content = '{"explanation":"<b>\u202e\u0007"}'.encode()
    log = ai_log("BTC", 1, AiLogState.NEEDS_HAND, stage="<img src=x>", content=content, last_message="<b>no</b>")
    desk.apply(AiLogChanged(log))
    assert rows(logs)[0].startswith("<img src=x>  BTC")
    tip = logs.model.data(logs.model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;no" in tip
    details = open_row(logs, 0)
    assert "‹U+202E›" in details.content.toPlainText()
    assert details.fact("Venue's answer") == "<b>no</b>"
    QApplication.processEvents()
