"""The seconds in which an approval can be taken back."""

import pytest
from PySide6.QtCore import Qt

from helpers.desk_events import NOW_MS, NOW_S, make_desk, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.messages import ProposalChanged
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import UndoApproval
from terminal.ui.widgets.review.review_desk import ReviewDesk

Key = Qt.Key


@pytest.fixture
def seat(qtbot):
    return ReviewSeat(qtbot)


def leave(seat, number, in_s=2.0):
    """The engine took the approval and holds the order back for a moment."""
    at_s = seat.clock.monotonic + in_s
    seat.say(number, state=ReviewState.APPROVED, reviewer="Mara", reviewed_ms=NOW_MS, sends_at_s=at_s)


def approved(seat, in_s=2.0):
    seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    leave(seat, 1, in_s)
    return seat.card(1)


def test_the_countdown_is_on_the_card(seat):
    card = approved(seat)
    assert card.strip.isVisible()
    assert card.strip.words.text() == "Sending in 2.0\u2009s – U undoes"
    assert not card.approve.isVisible()
    seat.clock.forward(0.2)
    seat.review._tick()
    assert card.strip.words.text() == "Sending in 1.8\u2009s – U undoes"
    assert seat.review.count.text() == "0 waiting"
    assert seat.review.history.model.total == 0


@pytest.mark.parametrize("by", ["key", "button"])
def test_undo_is_sent_once(seat, by):
    card = approved(seat)
    for _ in range(2):
        seat.press(Key.Key_U) if by == "key" else card.strip.undo.click()
    assert seat.sent[1:] == [UndoApproval("d-0001", "Mara")]
    assert card.strip.words.text() == "Taking it back…"


def test_what_was_taken_back_waits_again_and_rests(seat):
    card = approved(seat)
    seat.press(Key.Key_U)
    seat.say(1, state=ReviewState.PENDING, reviewer="", reviewed_ms=0, sends_at_s=None)
    assert not card.strip.isVisible()
    assert card.approve.isVisible()
    seat.press(Key.Key_A)
    assert len(seat.sent) == 2
    seat.clock.forward(1)
    seat.press(Key.Key_A)
    assert seat.sent[2] == seat.approval(1, "key A")


def test_what_was_taken_back_for_good_is_history(seat):
    approved(seat)
    seat.press(Key.Key_U)
    seat.say(1, state=ReviewState.REJECTED, reason="taken back by Mara", sends_at_s=None)
    assert seat.card(1) is None
    assert seat.review.history.model.total == 1


def test_once_it_left_nothing_can_be_undone(seat):
    card = approved(seat)
    seat.clock.forward(2.1)
    seat.press(Key.Key_U)
    assert len(seat.sent) == 1
    assert not card.strip.undo.isEnabled()
    assert "Sending…" in card.strip.words.text()
    seat.say(1, reviewed_ms=NOW_MS)  # the engine's word that it has left
    assert seat.card(1) is None
    assert seat.review.history.model.data(seat.review.history.model.index(0)).startswith("Approved")


def test_an_order_that_left_without_a_word_goes_to_the_history_by_itself(seat):
    approved(seat)
    seat.clock.forward(4.5)
    seat.review._tick()
    assert seat.card(1) is None
    assert seat.review.history.model.total == 1


def test_u_without_a_countdown_does_nothing(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_U)
    assert seat.sent == []


def test_u_undoes_the_selected_card_else_the_newest(seat):
    for number, base in enumerate(("ETH", "SOL", "BTC"), 1):
        seat.propose(base, number)
    leave(seat, 2, 3.0)
    leave(seat, 3, 4.0)
    seat.press(Key.Key_U)  # ETH is selected and is not leaving
    assert seat.sent == [UndoApproval("d-0003", "Mara")]
    seat.press(Key.Key_J)
    seat.press(Key.Key_U)
    assert seat.sent[1] == UndoApproval("d-0002", "Mara")


def test_an_approval_that_leaves_at_once_shows_no_countdown(seat):
    seat.propose("ETH", 1)
    seat.press(Key.Key_A)
    seat.answered(1, ReviewState.APPROVED)
    assert seat.card(1) is None
    assert seat.review.history.model.total == 1


def test_the_desk_ticks_faster_while_an_order_counts_down(seat):
    approved(seat)
    assert seat.review.pace.interval() == 100


def test_a_desk_opened_during_the_countdown_knows_the_card(qtbot):
    desk, sent = make_desk()
    leaving = proposal("ETH", 1, ReviewState.APPROVED, reviewer="Mara", sends_at_s=NOW_S + 3)
    desk.apply(ProposalChanged(leaving))
    desk.apply(ProposalChanged(proposal("SOL", 2, ReviewState.APPROVED, reviewer="Mara", sends_at_s=NOW_S - 3)))
    review = ReviewDesk(desk, animate=False)
    qtbot.addWidget(review)
    card = review.stack.get("d-0001")
    assert card.state.can_undo
    assert review.stack.get("d-0002") is None
    assert review.history.model.total == 1
    card.strip.undo.click()
    assert sent == [UndoApproval("d-0001", "Mara")]
