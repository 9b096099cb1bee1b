"""The windows of the API test and of go/no-go: every answer in words, and nothing real without being asked twice."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers.desk_events import make_desk, order, position
from helpers.whole_window import MODE, open_window
from terminal.domain.commands import CancelOrder, ClosePosition, Reject
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.messages import OrderChanged, PositionsChanged
from terminal.domain.order import OrderState, PositionSide
from terminal.domain.rehearsal import (
    ALL_STEPS,
    API_TEST_STEPS,
    BY_OUTBOX,
    READINESS_POINTS,
    ApproveTestOrder,
    CheckReadiness,
    HttpExchange,
    RehearsalChanged,
    RehearsalKind,
    RehearsalRow,
    RowState,
    RunApiTest,
    TestOrder,
)
from terminal.ui.viewmodels.rehearsal_book import traffic_text, verdict_tone
from terminal.ui.widgets.rehearsal.api_test_window import ApiTestWindow
from terminal.ui.widgets.rehearsal.go_window import GoWindow

BTC = ALLOWED_INSTRUMENTS[0]
LIVE = replace(MODE, word="LIVE", simulated=False)
WAITS = TestOrder("d9", "ab" * 32, "cid9", "buy to open 0.0001 BTC at 90,000, stop 89,000, 5x", is_open=True)
SENT = HttpExchange("GET /capi/v2/account/assets", "ACCESS-KEY: [hidden]", 200, '[{"equity": "1000"}]', 12)


def rows(**states):
    return tuple(
        RehearsalRow(name, title, states.get(name, RowState.WAITING), exchanges=(SENT,) if name == "balance" else ())
        for name, title in API_TEST_STEPS.items()
    )


def stands(**changes):
    event = RehearsalChanged(RehearsalKind.API_TEST, rows(order=RowState.ASKS), is_running=True, order=WAITS)
    return replace(event, **changes)


def open_test(qtbot, mode=MODE):
    desk, sent = make_desk()
    window = ApiTestWindow(desk, mode, None)
    qtbot.addWidget(window)
    window.open()
    return window, desk, sent


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_step_has_its_button_before_anything_was_run(qtbot):
    window, _, sent = open_test(qtbot)
    assert list(window.list.run) == list(API_TEST_STEPS)
    assert window.verdict.text() == "Not run yet"
    click(window.list.run["balance"])
    click(window.run_all)
    assert sent == [RunApiTest("balance", "Mara"), RunApiTest(ALL_STEPS, "Mara")]


def test_while_it_runs_nothing_starts_a_second_run(qtbot):
    window, desk, sent = open_test(qtbot)
    desk.apply(stands())
    assert window.verdict.text() == "Waits for your approval"
    assert not window.run_all.isEnabled()
    assert not any(button.isEnabled() for button in window.list.run.values())
    click(window.run_all)
    assert sent == []


def test_the_order_waits_for_a_click_and_goes_with_its_fingerprint(qtbot):
    window, desk, sent = open_test(qtbot)
    assert not window.bar.isVisible()
    desk.apply(stands())
    assert window.bar.isVisible()
    assert "0.0001 BTC at 90,000" in window.bar.words.text()
    click(window.bar.approve)
    assert sent == [ApproveTestOrder("d9", WAITS.fingerprint, "Mara")]
    click(window.bar.reject)
    assert isinstance(sent[-1], Reject)


def test_on_a_real_account_it_is_asked_once_more_and_leaving_is_the_default(qtbot):
    window, desk, sent = open_test(qtbot, LIVE)
    desk.apply(stands())
    assert window.bar.approve.text() == "Approve and send (LIVE)"
    click(window.bar.approve)
    assert sent == []
    assert window.bar.sheet.is_open
    assert "real money moves" in window.bar.sheet.words.text()
    assert window.focusWidget() is window.bar.sheet.cancel
    click(window.bar.sheet.cancel)
    assert sent == []
    click(window.bar.approve)
    click(window.bar.sheet.confirm)
    assert sent == [ApproveTestOrder("d9", WAITS.fingerprint, "Mara")]


def test_afterwards_it_is_cancelled_while_it_rests_and_closed_once_filled(qtbot):
    window, desk, sent = open_test(qtbot)
    made = replace(order("BTC", 1, OrderState.WORKING), client_order_id="cid9", filled_size=Decimal(0))
    desk.apply(stands(order=replace(WAITS, is_open=False)))
    desk.apply(OrderChanged(made))
    assert (window.bar.cancel.isVisible(), window.bar.close_out.isVisible()) == (True, False)
    click(window.bar.cancel)
    assert sent == [CancelOrder("cid9", "Mara")]
    held = position("BTC", PositionSide.LONG, "0.0001", "90000", 5, "1.8", None)
    desk.apply(PositionsChanged((held,)))
    desk.apply(OrderChanged(replace(made, state=OrderState.FILLED, filled_size=made.terms.size)))
    assert (window.bar.cancel.isVisible(), window.bar.close_out.isVisible()) == (False, True)
    click(window.bar.close_out)
    assert sent[-1] == ClosePosition(BTC, PositionSide.LONG, Decimal(1), "Mara")
    desk.apply(PositionsChanged(()))
    assert not window.bar.isVisible()


def test_requests_and_answers_are_shown_as_they_were(qtbot):
    window, desk, _ = open_test(qtbot)
    desk.apply(stands(rows=rows(balance=RowState.OK)))
    click(window.list.traffic["balance"])
    assert "1. GET /capi/v2/account/assets\nACCESS-KEY: [hidden]" in window.traffic.toPlainText()
    assert '→ HTTP 200, 12 ms\n[{"equity": "1000"}]' in window.traffic.toPlainText()
    assert not window.list.traffic["ticker"].isVisible()
    assert window.list.traffic["balance"].isChecked()
    assert window.list.traffic["balance"].text() == "1 request"


def test_the_result_names_its_record(qtbot):
    window, desk, _ = open_test(qtbot)
    over = stands(is_running=False, verdict="Passed: 8 of 8", record_seq=1234, seal="ab12", at_ms=1_763_978_467_000)
    desk.apply(over)
    assert window.verdict.text() == "Passed: 8 of 8"
    assert window.record.text().startswith("Record 1,234 of the journal, seal ab12, ")
    assert window.run_all.isEnabled()


@pytest.mark.parametrize(
    ("verdict", "tone"),
    [
        ("Passed: 8 of 8", "up"),
        ("Go", "up"),
        ("Go with care: look at Sound", "amber"),
        ("No-go: Disk", "down"),
        ("Failed: Ticker", "down"),
        ("", "muted"),
    ],
)
def test_the_colour_of_a_result(verdict, tone):
    assert verdict_tone(verdict) == tone


def test_what_no_answer_came_to_and_what_the_outbox_uploaded_say_so():
    lost = replace(SENT, status=0, answer="The request may have arrived: link cut.")
    logged = HttpExchange("AI log about order 7", "{}", BY_OUTBOX, "00000 success", 0)
    text = traffic_text(RehearsalRow("x", "X", RowState.OK, exchanges=(lost, logged)))
    assert "→ no answer, 12 ms\nThe request may have arrived: link cut." in text
    assert "→ uploaded by the outbox; the venue says\n00000 success" in text


def test_go_or_no_go_looks_at_everything_with_one_button(qtbot):
    desk, sent = make_desk()
    window = GoWindow(desk, MODE, None)
    qtbot.addWidget(window)
    window.open()
    assert list(window.list.signs) == list(READINESS_POINTS)
    assert window.list.run == {}
    click(window.look)
    assert sent == [CheckReadiness("Mara")]
    points = tuple(RehearsalRow(name, title, RowState.OK, "fine") for name, title in READINESS_POINTS.items())
    bad = replace(points[9], state=RowState.FAILED, words="0.1 GB free", hint="Free the disk.")
    event = RehearsalChanged(RehearsalKind.GO_NO_GO, (*points[:9], bad, *points[10:]), is_running=False)
    desk.apply(replace(event, verdict="No-go: Disk", record_seq=3, seal="ff", at_ms=1_763_978_467_000))
    assert window.list.text_of("disk") == "0.1 GB free. Free the disk."
    assert window.verdict.text() == "No-go: Disk"
    with qtbot.waitSignal(window.test_asked):
        click(window.test)


def test_both_open_from_the_view_menu_and_from_each_other(qtbot, tmp_path):
    window, _, _ = open_window(qtbot, tmp_path / "window.json")
    acts = {act.text(): act for act in window.top_bar.menu.actions()}
    acts["Go or no-go…"].trigger()
    assert window.rehearsal.go.isVisible()
    assert not window.rehearsal.go.isModal()
    click(window.rehearsal.go.test)
    assert window.rehearsal.test.isVisible()
    assert window.isEnabled()
