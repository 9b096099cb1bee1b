import json
from dataclasses import replace
from hashlib import sha256

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from helpers.desk_events import NOW_MS, ai_log, fill_desk, make_desk, proposal
from terminal.domain.ai_log import KEPT_ON_PAPER, AiLogState, LogResolution, LogTry, upload_body
from terminal.domain.canonical import canonical_json
from terminal.domain.commands import ResolveLog
from terminal.domain.instrument import perpetual
from terminal.domain.log_messages import AiLogGaps, FindLogGaps, GapKind, LogGap, RecordLogGap
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


def test_a_log_about_a_simulated_order_was_never_sent_and_never_accepted(seat):
    logs, desk = seat
    kept = replace(ai_log("BTC", 3, AiLogState.KEPT, attempts=1), last_code="paper", last_message=KEPT_ON_PAPER)
    desk.apply(AiLogChanged(kept))
    assert rows(logs)[0].endswith("…4620003  kept on paper, never sent")
    assert logs.header.summary.text() == "0 accepted   0 sending   0 waiting   1 kept"
    tip = logs.model.data(logs.model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "no venue gets a log" in tip
    assert "sent once" not in tip
    details = open_row(logs, 0)
    assert details.fact("State") == "kept on paper, never sent"
    assert details.fact("Attempts") == "never sent"
    assert details.fact("Venue's answer") == "–"
    assert details.fact("Receipt").startswith("none. Kept on paper")
    assert details._title.text().endswith("bytes, never uploaded")


def test_a_shortened_log_says_so_and_where_the_whole_is(seat):
    logs, desk = seat
    whole = ai_log("BTC", 3, AiLogState.ACCEPTED)
    desk.apply(AiLogChanged(whole))
    assert open_row(logs, 0).fact("Length") == "whole"
    logs.details.accept()
    body = json.loads(whole.content)
    content = canonical_json(body | {"input": {"truncated": True}}).encode()
    cut = replace(ai_log("BTC", 4, AiLogState.ACCEPTED), content=content, content_sha256=sha256(content).hexdigest())
    desk.apply(AiLogChanged(cut))
    assert "lies in the journal with its decision" in open_row(logs, 0).fact("Length")
    tips = [logs.model.data(logs.model.index(row), Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert ["by their ends and hash" in tip for tip in tips] == [True, False]


def test_a_log_kept_because_its_exchange_is_gone_says_so(seat):
    logs, desk = seat
    why = "the built-in exchange was started anew and does not know it"
    desk.apply(AiLogChanged(replace(ai_log("BTC", 3, AiLogState.KEPT), last_message=why)))
    assert rows(logs)[0].endswith("kept")
    assert open_row(logs, 0).fact("Receipt") == f"none: {why}"


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


# -- a log the venue refused for good ------------------------------------------


@pytest.fixture
def refused(qtbot):
    """The details of a refused log, and everything the desk has sent."""
    desk, sent = make_desk()
    logs = AiLogDesk(desk)
    qtbot.addWidget(logs)
    logs.resize(390, 220)
    with qtbot.waitExposed(logs):
        logs.show()
    desk.apply(AiLogChanged(REFUSED))
    yield open_row(logs, 0), desk, sent
    logs.close()


REFUSED = ai_log("LTC", 8, AiLogState.NEEDS_HAND, attempts=3, last_code="40753", last_message="no permission")


def test_only_a_refused_log_offers_the_two_ways_out(refused):
    details, desk, _ = refused
    assert details.way_out.isVisible()
    assert "nothing opens" in details.way_out.words.text()
    desk.apply(AiLogChanged(replace(REFUSED, state=AiLogState.RETRYING, resolved_by="Mara", resolved_ms=NOW_MS)))
    assert not details.way_out.isVisible()
    assert details.fact("By a person").startswith("Mara, 2025-11-24")
    assert details.fact("By a person").endswith("had the same bytes uploaded again")


def test_a_retry_is_asked_for_once_and_can_be_asked_again_after_another_no(refused):
    details, desk, sent = refused
    details.way_out.retry.click()
    details.way_out.retry.click()
    assert sent == [ResolveLog("log-0008", LogResolution.RETRY, "", desk.who)]
    assert not details.way_out.retry.isEnabled()
    desk.apply(AiLogChanged(replace(REFUSED, state=AiLogState.RETRYING, resolved_by="Mara", resolved_ms=NOW_MS)))
    desk.apply(AiLogChanged(replace(REFUSED, attempts=4, resolved_by="Mara", resolved_ms=NOW_MS)))
    assert details.way_out.isVisible()
    assert details.way_out.retry.isEnabled()


def test_a_gap_is_recorded_with_a_reason_only(refused):
    details, desk, sent = refused
    row = details.way_out
    assert not row.record.isEnabled()
    QTest.keyClick(row.reason, Qt.Key.Key_Return)
    row.reason.setText("  a ")
    assert not row.record.isEnabled()
    row.reason.setText("  the key had   no permission ")
    QTest.keyClick(row.reason, Qt.Key.Key_Return)
    assert sent == [ResolveLog("log-0008", LogResolution.UNMENDABLE, "the key had no permission", desk.who)]
    assert not row.record.isEnabled()
    assert not row.retry.isEnabled()
    assert details.isVisible()  # Enter in the field did not close the dialog
    gap = replace(
        REFUSED,
        state=AiLogState.GAP,
        resolved_by="Mara",
        resolved_reason="the key had no permission",
        resolved_ms=NOW_MS,
    )
    desk.apply(AiLogChanged(gap))
    assert not row.isVisible()
    assert details.fact("By a person").endswith("gap recorded: the key had no permission")
    assert "gap is on record" in details.fact("Receipt")
    assert "without its log" in details.fact("Receipt")


def test_a_press_that_came_to_nothing_can_be_repeated(refused, qtbot):
    details, _, sent = refused
    details.way_out._rest.setInterval(30)
    details.way_out.retry.click()
    qtbot.waitUntil(details.way_out.retry.isEnabled)
    details.way_out.retry.click()
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [({"content": b"not what was frozen"}, "not what was frozen"), ({"venue_order_id": None}, "no number")],
)
def test_what_cannot_be_uploaded_offers_the_record_alone(refused, change, words):
    details, desk, _ = refused
    desk.apply(AiLogChanged(replace(REFUSED, **change)))
    assert words in details.way_out.words.text()
    assert not details.way_out.retry.isEnabled()
    details.way_out.reason.setText("damaged on disk")
    assert details.way_out.record.isEnabled()


def test_gaps_are_counted_apart_from_refusals(seat):
    logs, desk = seat
    desk.apply(AiLogChanged(REFUSED))
    assert logs.refused.text() == "1 refused"
    assert "gaps" not in logs.header.summary.text()
    desk.apply(AiLogChanged(replace(REFUSED, state=AiLogState.GAP)))
    assert not logs.refused.isVisible()
    assert logs.header.summary.text().endswith("1 gaps")
    assert rows(logs)[0].endswith("gap on record")


# -- gaps ------------------------------------------------------------------------


def gap(**changes) -> LogGap:
    values = {
        "gap_id": "order-c8",
        "kind": GapKind.ORDER,
        "venue_order_id": "596471064624620008",
        "client_order_id": "c8",
        "instrument_id": perpetual("LTC"),
        "log_id": "",
        "what": "LTC buy 5.9 has no AI log",
        "advice": "Record the gap with the reason.",
        "order_ms": NOW_MS,
    }
    return LogGap(**(values | changes))


def found(*gaps, **changes) -> AiLogGaps:
    return AiLogGaps(**({"gaps": gaps, "orders_seen": 41, "occasion": "hourly", "at_ms": NOW_MS} | changes))


def sheet_of(logs):
    logs.gaps.click()
    assert logs.sheet.isVisible()
    return logs.sheet


def test_gaps_are_counted_in_the_header_and_say_that_nothing_opens(seat):
    logs, desk = seat
    assert logs.gaps.text() == "0 gaps"
    assert not logs.alarm.isVisible()
    desk.apply(found(gap(), gap(gap_id="x", kind=GapKind.EXTERNAL, recorded_ms=NOW_MS)))
    assert logs.gaps.text() == "1 gap"
    assert logs.alarm.text() == "Nothing opens, exits work: 1 gap in the AI logs"
    desk.apply(found())
    assert logs.gaps.text() == "0 gaps"
    assert not logs.alarm.isVisible()


@pytest.mark.parametrize("code", ["40753", "40021"])
def test_a_missing_permission_is_a_red_stop_with_the_venues_words(seat, code):
    logs, desk = seat
    words = "‹api permission› disabled\u202e"
    refused = ai_log("LTC", 8, AiLogState.NEEDS_HAND, attempts=1, last_code=code, last_message=words)
    desk.apply(AiLogChanged(refused))
    assert "takes no AI logs from this account" in logs.alarm.text()
    assert f"({code})" in logs.alarm.text()
    assert "‹U+202E›" in logs.alarm.text()
    assert logs.alarm.property("tone") == "down"
    desk.apply(AiLogChanged(replace(refused, state=AiLogState.ACCEPTED, last_code="00000")))
    assert not logs.alarm.isVisible()


def test_the_list_says_what_each_gap_means_and_what_to_do(seat):
    logs, desk = seat
    external = gap(
        gap_id="external-7",
        kind=GapKind.EXTERNAL,
        what="A closing sell was made elsewhere",
        recorded_ms=NOW_MS,
        recorded_reason="no AI log can exist",
    )
    desk.apply(found(gap(log_id="log-0008"), external))
    sheet = sheet_of(logs)
    assert "41 orders of the venue" in sheet.compared.text()
    card = sheet.cards["order-c8"]
    assert card.title.text() == "Order without its log  LTC"
    assert card.what.text() == "LTC buy 5.9 has no AI log"
    assert card.advice.text() == "Record the gap with the reason."
    assert card.open_log.isVisible()
    assert not card.record.isVisible()
    recorded = sheet.cards["external-7"]
    assert recorded.title.text() == "External order  LTC  (on record)"
    assert recorded.recorded.text().startswith("On record: the program, ")
    assert not recorded.record.isVisible()
    desk.apply(found(external))
    assert list(sheet.cards) == ["external-7"]
    desk.apply(found())
    assert sheet.none.isVisible()
    QApplication.processEvents()


def test_a_gap_goes_on_record_with_a_reason_that_survives_a_new_comparison(qtbot):
    desk, sent = make_desk()
    logs = AiLogDesk(desk)
    qtbot.addWidget(logs)
    logs.resize(600, 500)
    with qtbot.waitExposed(logs):
        logs.show()
    desk.apply(found(gap()))
    card = sheet_of(logs).cards["order-c8"]
    assert not card.record.isEnabled()
    card.reason.setText("  the disk   was full ")
    desk.apply(found(gap(), gap(gap_id="order-c9", venue_order_id="9")))
    assert logs.sheet.cards["order-c8"] is card
    QTest.keyClick(card.reason, Qt.Key.Key_Return)
    card.record.click()
    assert sent == [RecordLogGap("order-c8", "the disk was full", desk.who)]
    desk.apply(found(gap(recorded_by="Mara", recorded_reason="the disk was full", recorded_ms=NOW_MS)))
    assert not card.record.isVisible()
    assert "Mara" in card.recorded.text()
    logs.sheet.again.click()
    assert sent[-1] == FindLogGaps(desk.who)


def test_a_gap_leads_to_its_log(seat):
    logs, desk = seat
    fill_desk(desk)
    desk.apply(found(gap(log_id="log-0008")))
    sheet_of(logs).cards["order-c8"].open_log.click()
    assert logs.details.log.log_id == "log-0008"


def test_lists_that_could_not_be_read_are_said(seat):
    logs, desk = seat
    sheet = sheet_of(logs)
    assert "have not been compared" in sheet.compared.text()
    desk.apply(found(trouble="Connection refused."))
    assert "could not be read" in sheet.compared.text()
    assert "Connection refused." in sheet.compared.text()


# -- attempts and logs about no order ---------------------------------------------


def test_each_attempt_has_its_time_and_the_venues_raw_words(seat):
    logs, desk = seat
    tries = (LogTry(1, NOW_MS, NOW_MS + 1_500, "40015", "<b>System error</b>"), LogTry(2, NOW_MS + 4_000))
    desk.apply(AiLogChanged(replace(ai_log("LTC", 8, AiLogState.SENDING, attempts=2), tries=tries)))
    lines = open_row(logs, 0).fact("Attempts").split("\n")
    assert lines[0] == "sent 2 times"
    assert lines[1].startswith("1.  2025-11-24")
    assert lines[1].endswith("answered after 1.5 s: 40015 <b>System error</b>")
    assert lines[2].endswith("no answer yet")


def test_a_log_about_no_order_shows_the_bytes_with_null_and_can_be_retried(qtbot):
    desk, sent = make_desk()
    logs = AiLogDesk(desk)
    qtbot.addWidget(logs)
    with qtbot.waitExposed(logs):
        logs.show()
    base = ai_log("LTC", 8, AiLogState.NEEDS_HAND, last_code="40753", last_message="no permission")
    log = replace(base, log_id="evt-1", client_order_id="evt-1", venue_order_id=None, stage="Risk Assessment")
    desk.apply(AiLogChanged(log))
    details = open_row(logs, 0)
    assert details.content.toPlainText().startswith('{"orderId":null,')
    assert "about no order" in details.fact("Order")
    assert details.way_out.retry.isEnabled()
    details.way_out.retry.click()
    assert sent == [ResolveLog("evt-1", LogResolution.RETRY, "", desk.who)]


@pytest.mark.parametrize(
    ("output", "about"),
    [
        ({"decisions": [{"instrument_id": "BTC-PERP"}, {"instrument_id": "ETH-PERP"}]}, "2 pairs hold"),
        ({"decisions": [{"instrument_id": "BTC-PERP"}]}, "BTC holds"),
        ({"model_sha256": "ab"}, "new model"),
        ({"instrument_id": "SOL-PERP", "stop_price": "1"}, "SOL"),
        ({}, ""),
    ],
)
def test_a_log_about_no_order_says_what_it_tells_of(seat, output, about):
    logs, desk = seat
    content = json.dumps({"output": output}).encode()
    log = replace(
        ai_log("LTC", 8, AiLogState.QUEUED), log_id="evt-1", decision_id="x", client_order_id="evt-1", content=content
    )
    desk.apply(AiLogChanged(log))
    assert logs.model.pair(log) == about
