"""Several cards of one cycle: marked, listed, asked once more, never past what can be sent."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import NOW_MS, NOW_S, decision, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.account import Balance
from terminal.domain.messages import BalanceChanged, ProposalChanged
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import ApproveMany
from terminal.domain.risk import Check, Verdict

D = Decimal
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def seat(qtbot):
    made = ReviewSeat(qtbot)
    for number, base in enumerate(("ETH", "SOL", "BTC"), 1):
        one_cycle(made, base, number)
    return made


def one_cycle(seat, base, number, cycle="c-1", **changes):
    seat.propose(base, number, decision=replace(decision(base, number), cycle_id=cycle), **changes)


def mark(seat, *numbers):
    for number in numbers:
        seat.review.choice.choose(f"d-{number:04d}")
        seat.press(Key.Key_Space)


def listed(seat, *numbers):
    return tuple((f"d-{n:04d}", seat.desk.proposals[f"d-{n:04d}"].fingerprint) for n in numbers)


def test_space_marks_and_unmarks_the_selected_card(seat):
    mark(seat, 1)
    assert seat.card(1).is_marked
    assert seat.card(1).head.mark.isVisible()
    assert seat.review.several.bar.words.text() == "1 marked"
    mark(seat, 1)
    assert not seat.card(1).is_marked
    assert not seat.review.several.bar.isVisible()
    assert seat.sent == []


def test_a_click_with_ctrl_marks(seat):
    QTest.mouseClick(seat.card(2), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier)
    assert seat.card(2).is_marked
    assert seat.review.selected_id == "d-0001"


def test_space_on_a_button_presses_it_and_marks_nothing(seat):
    seat.card(1).more.setFocus()
    seat.press(Key.Key_Space)
    assert seat.card(1).details is not None
    assert not seat.card(1).is_marked


def test_space_in_a_text_field_is_a_space(seat):
    seat.field.setFocus()
    seat.press(Key.Key_Space)
    assert seat.field.text() == " "
    assert not seat.card(1).is_marked


def test_shift_a_lists_and_only_the_button_approves(seat):
    mark(seat, 1, 3)
    seat.press(Key.Key_A, SHIFT)
    sheet = seat.review.sheets.bulk
    assert sheet.is_open
    assert [row[0] for row in sheet.grid.texts] == [
        "Open long 0.059 ETH at 3,010.63",
        "Open long 0.0059 BTC at 90,700.8",
    ]
    assert QApplication.focusWidget() is sheet.cancel
    assert seat.sent == []
    seat.press(Key.Key_A)
    seat.press(Key.Key_Return)
    assert seat.sent == []
    sheet.confirm.click()
    sheet.confirm.click()
    assert seat.sent == [ApproveMany("c-1", listed(seat, 1, 3), "Mara", "marked cards")]
    assert not sheet.is_open
    assert seat.card(1).approve.text() == "Sending…"
    assert not seat.card(1).is_marked
    assert seat.card(2).state.can_approve


def test_shift_a_without_marks_does_nothing(seat):
    seat.press(Key.Key_A, SHIFT)
    assert seat.review.sheets.bulk is None
    assert seat.sent == []


def test_cards_of_another_cycle_cannot_join(seat):
    mark(seat, 1)
    one_cycle(seat, "SOL", 9, cycle="c-2")
    mark(seat, 9)
    assert not seat.card(9).is_marked
    assert seat.review.several.bar.words.text() == "SOL is of another cycle: approve those first"
    assert seat.review.several.bar.words.property("tone") == "amber"


def test_a_card_that_failed_a_check_cannot_be_marked(seat):
    one_cycle(seat, "BTC", 9, verdict=Verdict((Check("R4", "leverage", False, "30x is above 20x"),)))
    mark(seat, 9)
    assert not seat.card(9).is_marked
    assert "cannot be approved" in seat.review.several.bar.words.text()


def test_a_card_that_ends_while_the_list_is_open_is_left_out(seat):
    mark(seat, 1, 2)
    seat.press(Key.Key_A, SHIFT)
    seat.answered(1, ReviewState.EXPIRED)
    sheet = seat.review.sheets.bulk
    assert sheet.grid.texts[0][-1] == "✕ gone"
    assert sheet.confirm.text() == "Approve 1 · DEMO"
    assert "1 of them cannot be approved any more" in sheet.caution.text()
    sheet.confirm.click()
    assert seat.sent == [ApproveMany("c-1", listed(seat, 2), "Mara", "marked cards")]


def test_a_card_whose_terms_change_while_the_list_is_open_is_left_out(seat):
    mark(seat, 1, 2)
    seat.press(Key.Key_A, SHIFT)
    seat.say(1, fingerprint="c" * 64)
    seat.review.sheets.bulk.confirm.click()
    assert seat.sent == [ApproveMany("c-1", listed(seat, 2), "Mara", "marked cards")]


def test_a_list_whose_time_is_up_approves_nothing(seat):
    mark(seat, 1, 2)
    seat.press(Key.Key_A, SHIFT)
    seat.clock.monotonic = NOW_S + 66
    seat.review._tick()
    sheet = seat.review.sheets.bulk
    assert not sheet.confirm.isEnabled()
    sheet.confirm.click()
    assert seat.sent == []


def test_sums_and_a_limit_that_would_be_passed_are_said(seat):
    seat.desk.apply(BalanceChanged(Balance(D(100), D(90), D(0), D(0), NOW_MS)))
    mark(seat, 1, 2)
    seat.press(Key.Key_A, SHIFT)
    sheet = seat.review.sheets.bulk
    together = sum(seat.card(number).proposal.terms.notional for number in (1, 2))
    assert sheet.sums.text().startswith(f"Together {together:.2f} USDT; all stops hit −")
    assert sheet.sums.text().endswith("% of equity")
    assert sheet.caution.text().startswith("Together they open more than 5 times the equity: it will end at")


def test_clear_unmarks_all(seat):
    mark(seat, 1, 2)
    seat.review.several.bar.clear.click()
    assert seat.review.several.marks.cards == []
    assert not seat.review.several.bar.isVisible()


def test_a_marked_card_that_is_answered_loses_its_mark(seat):
    mark(seat, 1, 2)
    seat.answered(2, ReviewState.REJECTED, reason="no")
    assert seat.review.several.bar.words.text() == "1 marked"
    seat.desk.apply(ProposalChanged(replace(proposal("ETH", 1), verdict=Verdict(()))))
    assert not seat.review.several.bar.isVisible()


def approve_all_three(seat):
    mark(seat, 1, 2, 3)
    seat.press(Key.Key_A, SHIFT)
    seat.review.sheets.bulk.confirm.click()


def test_cards_behind_one_that_could_not_be_sent_can_be_answered_again(seat):
    approve_all_three(seat)
    seat.answered(1, ReviewState.APPROVED)
    assert not seat.card(3).state.can_answer
    seat.answered(2, ReviewState.BLOCKED, reason="five orders a minute are the limit")
    assert seat.card(3).state.can_answer
    seat.press(Key.Key_A)  # rests first
    seat.clock.forward(1)
    seat.press(Key.Key_A)
    assert seat.sent[1:] == [seat.approval(3, "key A")]


def test_a_card_waits_its_turn_while_those_before_it_count_down(seat):
    approve_all_three(seat)
    seat.clock.forward(10)  # two undo times of five seconds
    seat.review._tick()
    assert seat.card(3).approve.text() == "Sending…"
    seat.clock.forward(7)
    seat.review._tick()
    assert seat.card(3).approve.text() == "Approve · DEMO  A"


def test_a_single_answer_without_a_word_can_be_given_again(seat):
    seat.press(Key.Key_A)
    seat.clock.forward(4.1)
    seat.review._tick()
    seat.press(Key.Key_A)
    assert len(seat.sent) == 1
    seat.clock.forward(1)
    seat.press(Key.Key_A)
    assert seat.sent == [seat.approval(1, "key A")] * 2
