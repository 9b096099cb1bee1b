"""Shadow, advisory, semi-automatic, automatic: typed, loud, and only one of them lets a hand approve."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from helpers.desk_events import NOW_MS, fill_desk, make_desk, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.approval import DeskMode
from terminal.domain.commands import Reject
from terminal.domain.messages import Level, Notice, ProposalChanged
from terminal.domain.promotion import GateRow, PromotionChanged, PromotionReport
from terminal.domain.review_messages import ApprovalVoided, DeskModeChanged, SetDeskMode
from terminal.ui.main_window import MainWindow
from terminal.ui.theme.tokens import DARK
from terminal.ui.viewmodels.mode import WindowMode

Key = Qt.Key
LOUD = (DeskMode.SHADOW, DeskMode.ADVISORY, DeskMode.AUTO)
TONE = {DeskMode.SHADOW: "muted", DeskMode.ADVISORY: "accent", DeskMode.AUTO: "amber"}


@pytest.fixture
def seat(qtbot):
    return ReviewSeat(qtbot)


def set_mode(desk, mode, who="Mara", reason=""):
    desk.apply(DeskModeChanged(mode, who, reason, NOW_MS))


@pytest.mark.parametrize("mode", LOUD)
def test_nothing_is_approved_by_hand_outside_of_semi_automatic(seat, mode):
    made_in = DeskMode.AUTO if mode is DeskMode.AUTO else DeskMode.SEMI_AUTO
    seat.propose("ETH", 1, mode=made_in)
    seat.propose("SOL", 2, mode=made_in)
    set_mode(seat.desk, mode)
    card = seat.card(1)
    assert not card.approve.isEnabled()
    assert "Approve" not in card.approve.text()
    for key in (Key.Key_A, Key.Key_E, Key.Key_Space):
        seat.press(key)
    seat.press(Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    card.approve.click()
    assert seat.sent == []
    set_mode(seat.desk, DeskMode.SEMI_AUTO)
    assert card.approve.text() == "Approve · DEMO  A"
    seat.press(Key.Key_A)
    assert seat.sent == [seat.approval(1, "key A")]


def test_a_card_from_before_automatic_still_waits_for_a_person(seat):
    seat.propose("ETH", 1)
    set_mode(seat.desk, DeskMode.AUTO)
    assert seat.card(1).approve.text() == "Approve · DEMO  A"
    seat.press(Key.Key_A)
    assert seat.sent == [seat.approval(1, "key A")]


def test_a_change_of_mode_closes_an_open_amendment_and_unmarks(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_Space)
    seat.press(Key.Key_E)
    set_mode(seat.desk, DeskMode.SHADOW)
    assert not seat.card(1).amend_form.isVisible()
    assert not seat.review.several.bar.isVisible()


@pytest.mark.parametrize("mode", [DeskMode.SHADOW, DeskMode.ADVISORY])
def test_a_card_made_on_paper_stays_on_paper(seat, mode):
    seat.propose("ETH", 1, mode=mode)
    assert seat.desk.review.mode is DeskMode.SEMI_AUTO
    seat.press(Key.Key_A)
    assert seat.sent == []
    assert "nothing is sent" in seat.card(1).approve.text()


def test_what_code_would_approve_can_still_be_rejected(seat):
    seat.propose("ETH", 1, mode=DeskMode.AUTO)
    set_mode(seat.desk, DeskMode.AUTO)
    seat.press(Key.Key_R)
    seat.card(1).form.chips["Too risky"].click()
    seat.press(Key.Key_Return)
    assert seat.sent == [Reject("d-0001", "Mara", "Too risky")]


def test_a_card_without_a_fingerprint_cannot_be_approved(seat):
    seat.propose("ETH", 1, fingerprint="")
    seat.press(Key.Key_A)
    assert seat.sent == []
    assert "no fingerprint" in seat.card(1).band.mark.text()


# -- changing it ------------------------------------------------------------------


def opened(seat):
    seat.review.mode.click()
    return seat.review.sheets.mode


def test_the_word_must_be_typed_to_the_letter(seat):
    sheet = opened(seat)
    assert sheet.is_open
    assert not sheet.confirm.isEnabled()
    sheet.choices[DeskMode.AUTO].click()
    for wrong in ("auto", "AUT", "AUTOO", "SHADOW"):
        sheet.typed.setText(wrong)
        assert not sheet.confirm.isEnabled()
        sheet._confirm()
    assert seat.sent == []
    sheet.typed.clear()
    QTest.keyClicks(sheet.typed, "AUTO")
    QTest.keyClick(sheet.typed, Key.Key_Return)  # goes to the button and changes nothing
    assert seat.sent == []
    sheet.confirm.click()
    assert seat.sent == [SetDeskMode(DeskMode.AUTO, "AUTO", "Mara")]
    assert not sheet.is_open
    assert seat.desk.review.mode is DeskMode.SEMI_AUTO  # until the engine says so


def test_automatic_that_is_not_earned_says_so_and_asks_for_another_word(seat):
    row = GateRow("Decisions", "41 of 150 decisions", "at least 150", ok=False, share=0.27)
    sheet = opened(seat)
    sheet.choices[DeskMode.AUTO].click()
    assert sheet.word == "AUTO"
    seat.desk.apply(PromotionChanged(PromotionReport("s", (row,), 0)))
    assert "Not earned: 41 of 150 decisions" in sheet.question.text()
    assert "0.25 % of equity" in sheet.question.text()
    sheet.typed.setText("AUTO")
    assert not sheet.confirm.isEnabled()
    sheet.typed.setText("AUTO UNPROVEN")
    sheet.confirm.click()
    assert seat.sent[-1] == SetDeskMode(DeskMode.AUTO, "AUTO UNPROVEN", "Mara")
    sheet = opened(seat)
    sheet.choices[DeskMode.SHADOW].click()
    assert sheet.word == "SHADOW"


def test_a_word_typed_for_one_mode_does_not_set_another(seat):
    sheet = opened(seat)
    sheet.choices[DeskMode.SHADOW].click()
    sheet.typed.setText("SHADOW")
    sheet.choices[DeskMode.AUTO].click()
    assert sheet.typed.text() == ""
    assert not sheet.confirm.isEnabled()


def test_the_mode_in_force_cannot_be_chosen_and_says_who_set_it(seat):
    set_mode(seat.desk, DeskMode.SHADOW, who="Ada", reason="trying a new model")
    sheet = opened(seat)
    assert not sheet.choices[DeskMode.SHADOW].isEnabled()
    assert "Now shadow. Set by Ada at" in sheet.now.text()
    assert "trying a new model." in sheet.now.text()
    QTest.keyClick(sheet, Key.Key_Escape)
    assert not sheet.is_open
    assert seat.sent == []


def test_letters_in_the_sheet_reach_no_card(seat):
    seat.propose("ETH", 1)
    opened(seat).choices[DeskMode.AUTO].click()
    for key in (Key.Key_A, Key.Key_U, Key.Key_T, Key.Key_O, Key.Key_Space):
        seat.press(key)
    assert seat.sent == []


# -- how loud it is ---------------------------------------------------------------


@pytest.fixture
def window(qtbot, tmp_path):
    desk, sent = make_desk()
    mode = WindowMode("DEMO", "built-in exchange", "accent", simulated=True, details="", account="demo")
    made = MainWindow(desk, mode, tmp_path / "window.json")
    qtbot.addWidget(made)
    made.resize(1840, 980)
    fill_desk(desk)
    made.show()
    yield made, desk, sent
    made.finish_close()


@pytest.mark.parametrize("mode", LOUD)
def test_the_whole_window_says_it(window, qtbot, mode):
    made, desk, _ = window
    assert not made.banner.isVisible()
    set_mode(desk, mode, who="Ada")
    qtbot.waitUntil(made.banner.isVisible)
    word = {DeskMode.SHADOW: "SHADOW", DeskMode.ADVISORY: "ADVISORY", DeskMode.AUTO: "AUTOMATIC"}[mode]
    assert made.windowTitle().startswith(word)
    assert made.banner.words.text.startswith(word)
    assert "Set by Ada" in made.banner.words.text
    assert made.top_bar.review_mode.text() == word
    assert word.lower() in made.statusBar().items["review_mode"].text().upper().lower()
    assert made.review.mode.text().startswith(word)
    picture = made.grab().toImage()
    half = picture.height() // 2
    assert picture.pixelColor(0, half) == QColor(DARK.accent)  # the account's frame stays
    assert picture.pixelColor(4, half) == QColor(getattr(DARK, TONE[mode]))
    set_mode(desk, DeskMode.SEMI_AUTO)
    assert not made.banner.isVisible()
    assert made.windowTitle().startswith("DEMO")


def test_the_banner_and_the_top_bar_open_the_same_sheet(window):
    made, desk, _ = window
    set_mode(desk, DeskMode.AUTO)
    for button in (made.banner.change, made.top_bar.review_mode):
        button.click()
        sheet = made.review.sheets.mode
        assert sheet.is_open
        sheet.dismiss()


def test_a_new_card_in_automatic_has_no_approve(window):
    made, desk, sent = window
    set_mode(desk, DeskMode.AUTO)
    desk.apply(ProposalChanged(replace(proposal("BTC", 40), mode=DeskMode.AUTO)))
    card = made.review.stack.get("d-0040")
    assert not card.state.can_approve
    assert card.approve.text() == "Automatic: code approves"
    card.approve.click()
    assert sent == []


def test_the_sheet_of_a_voided_click_is_alone(window):
    made, desk, _ = window
    made.review.choice.settled_s = 0.0
    card = made.review.selected_card
    card.state.wakes_s = 0.0
    made.review._approve(card.proposal.decision_id, "key A")
    desk.apply(ApprovalVoided(card.proposal.decision_id, (), "the price has left the band", NOW_MS))
    desk.apply(Notice(Level.WARNING, "review", "Mara approved ETH long, but it was not sent", NOW_MS))
    assert made.review.sheets.shows_void
    assert not made.toast.isVisible()
    made.review.sheets.void.done.click()
    desk.apply(Notice(Level.WARNING, "review", "SOL long was not approved", NOW_MS))
    assert made.toast.isVisible()
