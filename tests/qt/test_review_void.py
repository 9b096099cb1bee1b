"""A voided click: three columns, what failed in sign, word and colour, and the way to ask again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers.desk_events import NOW_MS, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.approval import RecheckRow
from terminal.domain.commands import AskAi
from terminal.domain.decision import Action
from terminal.domain.messages import CycleEnded, Level, ProposalChanged
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import ApprovalVoided

Key = Qt.Key
ROWS = (
    RecheckRow("Price", "3,012.44", "3,031.00", "+0.62 %, band 0.15 %", ok=False),
    RecheckRow("Free margin", "812.09 USDT", "640.10 USDT", "−171.99 USDT", ok=True),
    RecheckRow("Hostile\u202e", "<b>a</b>", "b\u0007", "c\u200b", ok=False),
)


@pytest.fixture
def seat(qtbot):
    return ReviewSeat(qtbot)


def void(seat, number, text="the price has left the band"):
    decision_id = f"d-{number:04d}"
    seat.answered(number, ReviewState.VOIDED, reason=text)
    seat.desk.apply(ApprovalVoided(decision_id, ROWS, text, NOW_MS))


def approved_and_void(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    void(seat, 1)
    return seat.review.sheets.void


def test_the_sheet_shows_proposed_now_and_difference(seat):
    sheet = approved_and_void(seat)
    assert sheet.is_open
    assert sheet.grid.texts[0] == ["✕ failed", "Price", "3,012.44", "3,031.00", "+0.62 %, band 0.15 %"]
    assert sheet.grid.texts[1] == ["✓ ok", "Free margin", "812.09 USDT", "640.10 USDT", "−171.99 USDT"]
    assert [label.property("tone") for label in sheet.grid.labels[0]] == ["down"] * 5
    assert "down" not in [label.property("tone") for label in sheet.grid.labels[1]]
    assert sheet.cause.text() == "The price has left the band."
    assert "Nothing was sent" in sheet.next.text()


def test_hostile_rows_are_shown_as_they_are(seat):
    texts = approved_and_void(seat).grid.texts[2]
    assert texts == ["✕ failed", "Hostile‹U+202E›", "<b>a</b>", "b‹U+0007›", "c‹U+200B›"]


def test_a_long_cell_keeps_both_ends_and_the_whole_on_hover(seat):
    long = "embedded-ridge/1 feat0982e625 seed7 train20261121T0830Z sha7308e538"
    seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    seat.answered(1, ReviewState.VOIDED)
    rows = (RecheckRow("Model", long, long, "-0.197 %", ok=False),)
    seat.desk.apply(ApprovalVoided("d-0001", rows, "another model", NOW_MS))
    cells = seat.review.sheets.void.grid.labels[0]
    assert cells[2].text() == f"{long[:11].rstrip()}…{long[-11:].lstrip()}"
    assert long in cells[2].toolTip()
    assert cells[4].text() == "−0.197 %"


def test_a_long_name_keeps_its_beginning_and_no_cell_is_cut_by_the_sheet(seat, qtbot):
    seat.window.resize(1_000, 820)
    name = "Competition rule 5 (decision age and drift, risk check R11)"
    long = "embedded-ridge/1 feat0982e625 seed7 train20261121T0830Z sha7308e538"
    seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    seat.answered(1, ReviewState.VOIDED)
    rows = tuple(RecheckRow(each, long, long, "fitted again since", ok=False) for each in (name, "Model"))
    seat.desk.apply(ApprovalVoided("d-0001", rows, "another model", NOW_MS))
    labels = seat.review.sheets.void.grid.labels[0]
    assert labels[1].text() == "Competition rule 5"
    assert name in labels[1].toolTip()
    qtbot.waitUntil(lambda: all(label.width() >= label.sizeHint().width() for label in labels))


def test_the_card_is_in_the_history_and_nothing_more_is_sent(seat):
    approved_and_void(seat)
    assert seat.card(1) is None
    model = seat.review.history.model
    assert model.data(model.index(0)).startswith("Voided: Open long")
    assert "the price has left the band" in model.result(model.proposal(0))
    before = len(seat.sent)
    for key in (Key.Key_A, Key.Key_R, Key.Key_U, Key.Key_Space):  # Space presses Close, which has the focus
        seat.press(key)
    assert len(seat.sent) == before == 1
    assert not seat.review.sheets.void.is_open


def test_a_void_this_seat_did_not_cause_opens_nothing(seat):
    seat.propose("ETH", 1)
    void(seat, 1)
    assert seat.review.sheets.void is None
    assert "d-0001" in seat.desk.review.voids


def test_ask_again_puts_the_same_question_and_says_the_answer(seat):
    sheet = approved_and_void(seat)
    sheet.ask.click()
    sheet.ask.click()
    asked = seat.sent[1:]
    assert len(asked) == 1
    question = asked[0]
    assert isinstance(question, AskAi)
    assert (question.instrument_id, question.action, question.who) == ("ETH-PERP", Action.OPEN_LONG, "Mara")
    assert not sheet.ask.isEnabled()
    other = CycleEnded("c-8", "an answer to somebody else", Level.INFO, NOW_MS, "other", "ETH-PERP", agreed=False)
    seat.desk.apply(other)
    assert not sheet.ask.isEnabled()
    seat.desk.apply(
        CycleEnded("c-9", "hold, no edge", Level.INFO, NOW_MS, question.question_id, "ETH-PERP", agreed=False)
    )
    assert sheet.next.text() == "The AI does not agree any more. Hold, no edge."
    assert sheet.ask.isEnabled()
    assert sheet.is_open


def test_an_agreeing_answer_uncovers_its_new_card_which_rests(seat):
    sheet = approved_and_void(seat)
    sheet.ask.click()
    question = seat.sent[1]
    seat.desk.apply(ProposalChanged(proposal("ETH", 2)))
    seat.desk.apply(CycleEnded("c-9", "agreed", Level.INFO, NOW_MS, question.question_id, "ETH-PERP", agreed=True))
    assert not sheet.is_open
    seat.press(Key.Key_A)
    assert len(seat.sent) == 2
    seat.clock.forward(1)
    seat.press(Key.Key_A)
    assert seat.sent[2] == seat.approval(2, "key A")


def test_esc_and_close_leave_without_asking(seat):
    sheet = approved_and_void(seat)
    QTest.keyClick(sheet, Key.Key_Escape)
    assert not sheet.is_open
    assert len(seat.sent) == 1


def test_several_voids_are_told_one_after_the_other(seat, qtbot):
    seat.propose("ETH", 1)
    seat.propose("SOL", 2)
    seat.press(Key.Key_A)
    seat.press(Key.Key_J)
    seat.press(Key.Key_A)
    void(seat, 1, "the first")
    void(seat, 2, "the second")
    sheet = seat.review.sheets.void
    assert sheet.cause.text() == "The first."
    sheet.done.click()
    qtbot.waitUntil(lambda: sheet.is_open)
    assert sheet.cause.text() == "The second."


def test_the_check_can_be_read_again_from_the_history(seat):
    approved_and_void(seat).done.click()
    seat.review.history.list._open(seat.review.history.model.index(0))
    decision = seat.review.sheets.decision
    assert decision.is_open
    assert decision.void.isVisible()
    decision.void.click()
    assert seat.review.sheets.void.is_open
    assert not decision.is_open
