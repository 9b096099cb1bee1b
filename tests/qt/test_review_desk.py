from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from helpers.desk_events import NOW_MS, make_desk, order, proposal
from helpers.review_seat import ReviewSeat as Seat
from terminal.domain.commands import Reject
from terminal.domain.messages import CycleEnded, Level, Notice, OrderChanged, ProposalChanged
from terminal.domain.order import OrderState
from terminal.domain.review import ReviewState
from terminal.domain.risk import Check, Verdict
from terminal.ui.widgets.review.card_state import Answer
from terminal.ui.widgets.review.review_desk import ReviewDesk

Key = Qt.Key


@pytest.fixture
def seat(qtbot):
    return Seat(qtbot)


def test_a_approves_the_selected_card_exactly_once(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    seat.press(Key.Key_A)
    assert seat.sent == [seat.approval(1, "key A")]
    card = seat.review.stack.get("d-0001")
    assert card.approve.text() == "Sending…"
    assert not card.approve.isEnabled()
    assert not card.reject.isEnabled()


def test_a_held_key_approves_once(seat):
    seat.propose("ETH", 1)
    seat.propose("SOL", 2)
    for repeats in (False, True, True, True):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", repeats)
            QApplication.sendEvent(seat.window.windowHandle(), event)
        seat.answered(1, ReviewState.APPROVED) if seat.desk.proposals["d-0001"].is_open else None
        seat.clock.forward(1)
    assert seat.sent == [seat.approval(1, "key A")]


def test_the_next_card_is_not_approved_by_a_key_meant_for_the_last(seat):
    seat.propose("ETH", 1)
    seat.propose("SOL", 2)
    seat.press(Key.Key_A)
    seat.answered(1, ReviewState.APPROVED)
    assert seat.review.selected_id == "d-0002"
    seat.press(Key.Key_A)
    assert len(seat.sent) == 1
    seat.clock.forward(1)
    seat.press(Key.Key_A)
    assert seat.sent[1] == seat.approval(2, "key A")


def test_the_button_says_it_was_the_button(seat):
    seat.propose("ETH", 1)
    seat.review.stack.get("d-0001").approve.click()
    seat.review.stack.get("d-0001").approve.click()
    assert seat.sent == [seat.approval(1, "button")]


def test_a_second_click_does_not_reach_the_card_that_takes_the_place(seat):
    seat.propose("ETH", 1)
    seat.propose("SOL", 2)
    seat.review.stack.get("d-0001").approve.click()
    seat.answered(1, ReviewState.APPROVED)
    seat.review.stack.get("d-0002").approve.click()
    assert [command.decision_id for command in seat.sent] == ["d-0001"]
    seat.clock.forward(1)
    seat.review.stack.get("d-0002").approve.click()
    assert [command.decision_id for command in seat.sent] == ["d-0001", "d-0002"]


def test_an_unchanged_proposal_can_be_answered_again_after_word_came_back(seat):
    made = seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    seat.desk.apply(ProposalChanged(made))
    assert seat.review.stack.get("d-0001").state.can_approve
    seat.press(Key.Key_A)
    assert len(seat.sent) == 2


def test_a_refused_answer_can_be_given_again_after_a_rest(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    seat.desk.apply(Notice(Level.INFO, "market", "LTC quotes are 14 s old", NOW_MS))
    assert seat.card(1).approve.text() == "Sending…"
    seat.desk.apply(Notice(Level.WARNING, "review", "ETH long was not approved: look at it again", NOW_MS))
    assert seat.card(1).state.can_approve
    seat.press(Key.Key_A)
    assert len(seat.sent) == 1
    seat.clock.forward(1)
    seat.press(Key.Key_A)
    assert len(seat.sent) == 2


def test_j_and_k_move_and_the_chart_follows(seat):
    for number, base in enumerate(("ETH", "SOL", "BTC"), 1):
        seat.propose(base, number)
    assert seat.review.selected_id == "d-0001"
    heard = []
    seat.review.proposal_selected.connect(heard.append)
    for key in (Key.Key_J, Key.Key_J, Key.Key_J, Key.Key_K):
        seat.press(key)
    assert heard == ["d-0002", "d-0003", "d-0002"]
    assert seat.desk.selection[0] == "SOL-PERP"
    assert seat.sent == []
    seat.press(Key.Key_A)
    assert seat.sent == [seat.approval(2, "key A")]


def test_only_the_selected_card_is_open(seat):
    seat.propose("ETH", 1)
    seat.propose("SOL", 2)
    first, second = seat.review.stack.get("d-0001"), seat.review.stack.get("d-0002")
    assert first.approve.isVisible()
    assert not second.approve.isVisible()
    assert second.short.isVisible()
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert second.approve.isVisible()
    assert not first.approve.isVisible()


def test_r_asks_for_a_reason_and_sends_it_once(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_R)
    card = seat.review.stack.get("d-0001")
    assert card.form.isVisible()
    assert not card.approve.isVisible()
    assert seat.sent == []
    card.form.chips["Too risky"].click()
    QTest.keyClicks(card.form.words, "news at nine")
    seat.press(Key.Key_Return)
    card.form.submit()
    assert seat.sent == [Reject("d-0001", "Mara", "Too risky: news at nine")]


def test_typing_letters_into_the_reason_answers_nothing(seat):
    seat.propose("ETH", 1)
    seat.propose("SOL", 2)
    seat.press(Key.Key_R)
    for key in (Key.Key_A, Key.Key_R, Key.Key_J, Key.Key_K, Key.Key_D):
        seat.press(key)
    assert seat.review.stack.get("d-0001").form.words.text() == "arjkd"
    assert seat.sent == []
    assert seat.review.selected_id == "d-0001"


@pytest.mark.parametrize("make_field", [QLineEdit, QPlainTextEdit])
def test_typing_elsewhere_answers_nothing(seat, make_field):
    seat.propose("ETH", 1)
    field = make_field()
    seat.window.layout().addWidget(field)
    QApplication.processEvents()
    field.setFocus()
    assert QApplication.focusWidget() is field
    seat.press(Key.Key_A)
    assert seat.sent == []
    field.setReadOnly(True)  # takes no letters, so the key is offered to the window
    seat.press(Key.Key_A)
    assert seat.sent == []


def test_esc_goes_back_without_answering(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_R)
    seat.press(Key.Key_Escape)
    card = seat.review.stack.get("d-0001")
    assert not card.form.isVisible()
    assert card.approve.isVisible()
    assert seat.sent == []


def test_a_rejection_needs_a_reason(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_R)
    card = seat.review.stack.get("d-0001")
    seat.press(Key.Key_Return)
    card.form.chips["Other"].click()
    seat.press(Key.Key_Return)
    assert seat.sent == []
    card.form.chips["Bad timing"].click()
    seat.press(Key.Key_Return)
    assert seat.sent == [Reject("d-0001", "Mara", "Bad timing")]


def test_an_expired_card_cannot_be_answered(seat):
    seat.propose("ETH", 1)
    seat.clock.forward(200)
    seat.press(Key.Key_A)
    card = seat.review.stack.get("d-0001")
    assert card.approve.text() == "Time is up"
    assert not card.approve.isEnabled()
    assert not card.reject.isEnabled()
    card.approve.click()
    seat.press(Key.Key_R)
    assert seat.sent == []


def test_time_running_out_while_a_reason_is_typed_closes_the_form(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_R)
    seat.clock.forward(200)
    seat.review._tick()
    assert not seat.review.stack.get("d-0001").form.isVisible()
    seat.review.stack.get("d-0001").form.given.emit("Too risky")
    assert seat.sent == []


def test_a_proposal_that_failed_a_check_cannot_be_approved(seat):
    seat.propose("ETH", 1, verdict=Verdict((Check("R4", "leverage", False, "30x is above 20x"),)))
    card = seat.review.stack.get("d-0001")
    seat.press(Key.Key_A)
    assert seat.sent == []
    assert card.gate.text == "✕ Risk check R4 (leverage): 30x is above 20x"
    assert card.reject.isEnabled()
    seat.propose("SOL", 2, verdict=Verdict(()))
    assert not seat.review.stack.get("d-0002").state.can_approve


def test_a_hidden_desk_hears_no_keys(seat):
    seat.propose("ETH", 1)
    seat.review.hide()
    seat.window.setFocus()
    seat.press(Key.Key_A)
    assert seat.sent == []


def test_the_ring_empties_turns_amber_and_rests_without_cards(seat):
    seat.propose("ETH", 1)
    ring = seat.review.stack.get("d-0001").head.ring
    seat.review._tick()
    assert ring.words == "64s"
    assert not ring.is_urgent
    seat.clock.forward(50)
    seat.review._tick()
    assert ring.is_urgent
    assert seat.review.pace.interval() == 250
    seat.answered(1, ReviewState.EXPIRED)
    assert seat.review.pace.interval() == 1_000
    seat.review.hide()
    assert not seat.review.pace.isActive()


HOSTILE = "<b>Approve now</b>\u202e\u0007 <img src='http://127.0.0.1/x'> " + "A" * 400


def test_hostile_words_are_shown_as_they_are(seat):
    made = proposal("ETH", 1)
    piece = replace(made.decision.evidence[0], label="<i>label</i>", value="1\u202e2")
    decision = replace(
        made.decision, explanation=HOSTILE, invalidation=HOSTILE, evidence=(piece,), model="<h1>model</h1>"
    )
    seat.desk.apply(ProposalChanged(replace(made, decision=decision)))
    card = seat.review.stack.get("d-0001")
    assert card.explanation.text.startswith("<b>Approve now</b>‹U+202E›‹U+0007› <img")
    assert card.model.text == "Model <h1>model</h1>"
    assert "<h1>" not in card.model.toolTip()
    card.toggle_details()
    QApplication.processEvents()
    labels = [label for label in card.findChildren(QLabel) if label.text()]
    assert any("<b>Approve now</b>‹U+202E›" in label.text() for label in labels)
    assert all(label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text() for label in labels)
    assert not any("\u202e" in label.text() for label in labels)
    assert card.width() <= seat.review.stack.viewport().width()


def test_a_long_explanation_is_cut_and_whole_in_the_details(seat):
    made = proposal("ETH", 1)
    words = "word " * 400
    seat.desk.apply(ProposalChanged(replace(made, decision=replace(made.decision, explanation=words + "end"))))
    QApplication.processEvents()
    card = seat.review.stack.get("d-0001")
    assert len(card.explanation._lines(320)) == 5
    assert card.explanation._lines(320)[-1].endswith("…")
    seat.press(Key.Key_D)
    labels = card.details.findChildren(QLabel)
    assert any(label.text().endswith("end") for label in labels)
    assert card.approve.isVisible()
    seat.press(Key.Key_D)
    assert card.details is None


def test_the_age_of_a_cycle_is_on_the_operators_clock(seat):
    seat.desk.apply(CycleEnded("c-1", "bar closed: 8 hold (16 ms).", Level.INFO, 1))  # a market far behind
    seat.clock.forward(4)
    seat.review._tick()
    assert "Last AI cycle, 4\u2009s ago:\nBar closed: 8 hold (16 ms)." in seat.review.stack.empty.text()
    assert ".." not in seat.review.stack.empty.text()


def test_the_reason_form_comes_into_view_on_a_low_desk(seat, qtbot):
    seat.window.resize(420, 420)
    seat.propose("ETH", 1)
    qtbot.wait(50)
    seat.press(Key.Key_R)
    form = seat.review.stack.get("d-0001").form
    qtbot.waitUntil(lambda: form.confirm.visibleRegion().boundingRect() == form.confirm.rect())
    assert form.words.visibleRegion().boundingRect() == form.words.rect()
    assert seat.review.stack.horizontalScrollBar().value() == 0


def test_a_collapsed_card_says_the_main_reason(seat):
    seat.propose("ETH", 1)
    seat.propose("SOL", 2)
    assert seat.review.stack.get("d-0002").first_line.text == "▲ 15m distance to EMA21 −0.41 ATR"


def history(review):
    model = review.history.model
    return [model.data(model.index(row)) for row in range(model.rowCount())]


def test_answered_proposals_stay_in_the_history(seat):
    for number, base in enumerate(("ETH", "SOL", "BTC"), 1):
        seat.propose(base, number)
    seat.answered(1, ReviewState.APPROVED)
    seat.answered(2, ReviewState.REJECTED, reason="Too risky")
    seat.answered(3, ReviewState.EXPIRED, reason="nobody answered in 90 s")
    assert [line.split(":")[0] for line in history(seat.review)] == ["Expired", "Rejected", "Approved"]
    model = seat.review.history.model
    assert model.result(model.proposal(1)) == "by Mara, Too risky"
    assert model.result(model.proposal(2)) == "by Mara, no order yet"
    seat.desk.apply(OrderChanged(order("ETH", 1, OrderState.REJECTED, reason="40015: beyond the collar")))
    assert "refused by venue, 40015: beyond the collar" in model.result(model.proposal(2))
    assert seat.review.history.title.text() == "Answered 3"


def test_history_keeps_and_lists_everything(seat, qtmodeltester):
    qtmodeltester.check(seat.review.history.model, force_py=True)
    for number in range(1, 121):
        seat.desk.apply(ProposalChanged(proposal("ETH", number, ReviewState.EXPIRED)))
    model = seat.review.history.model
    assert model.total == model.rowCount() == 120
    assert model.proposal(0).decision_id == "d-0120"
    assert model.proposal(119).decision_id == "d-0001"
    seat.desk.apply(ProposalChanged(proposal("ETH", 1, ReviewState.EXPIRED, reason="late word")))
    assert model.total == 120
    assert "late word" in model.result(model.proposal(119))


def test_a_desk_opened_late_knows_what_was_before(qtbot):
    desk, _ = make_desk()
    for number, state in ((1, ReviewState.PENDING), (2, ReviewState.REJECTED)):
        desk.apply(ProposalChanged(proposal("ETH", number, state)))
    review = ReviewDesk(desk, animate=False)
    qtbot.addWidget(review)
    assert review.selected_id == "d-0001"
    assert review.history.model.total == 1


def test_the_empty_desk_says_why(seat):
    seat.desk.apply(CycleEnded("c-1", "BTC bar closed: 8 holds", Level.INFO, NOW_MS))
    assert seat.review.stack.empty.isVisible()
    assert "BTC bar closed: 8 holds" in seat.review.stack.empty.text()
    assert seat.review.count.text() == "0 waiting"
    seat.propose("ETH", 1)
    assert not seat.review.stack.empty.isVisible()
    assert seat.review.count.text() == "1 waiting"
    assert not seat.review.foot.stamp.isVisible()  # the card has its own
    seat.answered(1, ReviewState.EXPIRED)
    assert seat.review.foot.stamp.isVisible()


def test_a_new_card_fades_in_and_ends_opaque(qtbot):
    seat = Seat(qtbot, animate=True)
    seat.propose("ETH", 1)
    card = seat.review.stack.get("d-0001")
    assert card.graphicsEffect() is not None
    qtbot.waitUntil(lambda: card.graphicsEffect() is None)


def test_a_card_answered_while_it_fades_in_leaves_nothing_behind(qtbot):
    seat = Seat(qtbot, animate=True)
    seat.propose("ETH", 1)
    seat.answered(1, ReviewState.EXPIRED)
    assert seat.review.selected_id is None
    qtbot.wait(200)  # longer than the fade; its end must not touch the deleted card
    assert seat.review.stack.empty.isVisible()


def test_a_card_opens_no_window_of_its_own(seat):
    seat.propose("ETH", 1)
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert shown == [seat.window]
    assert QApplication.focusWidget() is seat.review


@pytest.mark.parametrize("mode", ["DEMO", "PAPER", "LIVE", "COMPETITION"])
def test_the_approving_button_says_the_mode_in_full(qtbot, mode):
    seat = Seat(qtbot, mode=mode)
    seat.propose("ETH", 1)
    approve = seat.review.selected_card.approve
    assert approve.text() == f"Approve · {mode}  A"
    seat.window.resize(376, 820)
    QApplication.processEvents()
    assert approve.width() >= approve.minimumSizeHint().width()
    assert seat.review.stack.horizontalScrollBar().maximum() == 0


def test_the_keyboard_stays_at_the_desk_when_the_pressed_card_goes(seat):
    seat.propose("ETH", 1)
    seat.review.selected_card.approve.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Space)
    assert seat.sent == [seat.approval(1, "button")]
    seat.answered(1, ReviewState.APPROVED)
    assert QApplication.focusWidget() is seat.review


def test_a_card_that_goes_takes_no_keyboard_from_elsewhere(seat):
    seat.propose("ETH", 1)
    seat.field.setFocus()
    seat.answered(1, ReviewState.EXPIRED)
    assert QApplication.focusWidget() is seat.field


def test_every_control_has_a_name(seat):
    seat.propose("ETH", 1)
    card = seat.review.stack.get("d-0001")
    controls = [card.approve, card.more, card.reject, card.form.words, card.form.confirm, *card.form.chips.values()]
    assert all(control.accessibleName() for control in controls)
    assert card.approve.accessibleName() == "Approve open long ETH, DEMO"
    assert card.state.answer is Answer.NONE
