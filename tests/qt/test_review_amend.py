"""Amending in the card: only tighter values get in, and they are what is approved."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import NOW_MS, NOW_S, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.account import Balance
from terminal.domain.approval import Amendment
from terminal.domain.decision import Action
from terminal.domain.messages import BalanceChanged
from terminal.ui.widgets.review.card_state import Answer

D = Decimal
Key = Qt.Key


@pytest.fixture
def seat(qtbot):
    made = ReviewSeat(qtbot)
    made.desk.apply(BalanceChanged(Balance(D(1000), D(900), D(0), D(0), NOW_MS)))
    return made


def typed(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def opened(seat, **changes):
    seat.propose("ETH", 1, **changes)  # 0.059 ETH, stop 2982.91 below an entry of 3010.63, 5x
    seat.press(Key.Key_E)
    return seat.card(1)


def test_e_opens_the_form_with_what_was_proposed(seat):
    card = opened(seat)
    assert card.amend_form.isVisible()
    assert not card.approve.isVisible()
    assert {name: field.text() for name, field in card.amend_form.fields.items()} == {
        "Size": "0.059", "Stop": "2982.91", "Leverage": "5",
    }  # fmt: skip
    assert seat.sent == []


def test_a_sends_the_fingerprint_of_the_card_and_what_was_changed(seat):
    card = opened(seat)
    typed(card.amend_form.fields["Size"], "0.03")
    typed(card.amend_form.fields["Stop"], "2990.5")
    seat.press(Key.Key_Return)
    assert card.amend_form.title.text() == "Amended to size 0.03, stop 2,990.5"
    seat.press(Key.Key_A)
    seat.press(Key.Key_A)
    expected = replace(seat.approval(1, "key A"), amendment=Amendment(D("0.03"), D("2990.5"), None))
    assert seat.sent == [expected]
    assert card.state.answer is Answer.SENDING
    assert not card.amend_form.isVisible()


def test_the_button_of_the_form_approves_as_amended(seat):
    card = opened(seat)
    typed(card.amend_form.fields["Leverage"], "2")
    card.amend_form.approve.click()
    assert seat.sent == [replace(seat.approval(1, "button"), amendment=Amendment(leverage=2))]


def test_an_unchanged_form_approves_as_proposed(seat):
    opened(seat)
    seat.press(Key.Key_Return)
    seat.press(Key.Key_A)
    assert seat.sent == [seat.approval(1, "key A")]


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [("Size", "0.06", "0.0"), ("Size", "9", ""), ("Leverage", "6", ""), ("Leverage", "50", "5"), ("Size", "1e9", "")],
)
def test_a_wider_number_cannot_be_typed(seat, name, text, left):
    field = opened(seat).amend_form.fields[name]
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, text)
    assert field.text() == left


def test_a_wider_number_cannot_be_pasted(seat):
    field = opened(seat).amend_form.fields["Size"]
    field.selectAll()
    QApplication.clipboard().setText("5")
    field.paste()
    assert field.text() in {"", "0.059"}
    field.put_on_step()
    assert field.text() == "0.059"
    QApplication.clipboard().clear()


def test_arrows_stop_at_the_proposed_size(seat):
    field = opened(seat).amend_form.fields["Size"]
    QTest.keyClick(field, Key.Key_Up)
    assert field.text() == "0.059"
    QTest.keyClick(field, Key.Key_Down)
    assert field.text() == "0.058"


def test_a_wider_stop_blocks_the_approval_and_goes_back(seat):
    card = opened(seat)
    field = card.amend_form.fields["Stop"]
    typed(field, "2900")
    assert not card.amend_form.approve.isEnabled()
    assert card.amend_form.title.text() == "Stop is 2,982.91 to 3,010.62; Enter puts it right"
    seat.press(Key.Key_A)  # typed into the field, which takes no letters
    assert seat.sent == []
    seat.press(Key.Key_Return)
    assert field.text() == "2982.91"
    assert card.amend_form.approve.isEnabled()


def test_a_short_may_only_lower_its_stop(seat):
    card = opened(seat, action=Action.OPEN_SHORT)
    field, proposed = card.amend_form.fields["Stop"], card.proposal.terms.stop_price
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, str(proposed + 1))
    assert D(field.text() or "0") <= proposed
    typed(field, str(proposed - 1))
    assert card.amend_form.amendment == Amendment(stop_price=proposed - 1)


def test_an_empty_or_zero_field_is_as_proposed_again(seat):
    card = opened(seat)
    for text in ("", "0"):
        field = card.amend_form.fields["Size"]
        field.setFocus()
        field.clear()
        QTest.keyClicks(field, text)
        seat.press(Key.Key_Return)
        assert field.text() == "0.059"
    assert card.amend_form.amendment == Amendment()


def test_the_figures_follow_the_hand(seat):
    card = opened(seat)
    before = card.amend_form.figures.value("Risk"), card.amend_form.figures.value("R after costs")
    typed(card.amend_form.fields["Size"], "0.02")
    typed(card.amend_form.fields["Stop"], "3000")
    after = card.amend_form.figures.value("Risk"), card.amend_form.figures.value("R after costs")
    assert before == ("0.16\u2009% of equity", "1.70")
    assert after[0] == "0.02\u2009% of equity"
    assert D(after[1]) > D(before[1])


@pytest.mark.parametrize("leave", ["esc", "e", "back"])
def test_leaving_the_form_forgets_it(seat, leave):
    card = opened(seat)
    typed(card.amend_form.fields["Size"], "0.02")
    if leave == "esc":
        seat.press(Key.Key_Escape)
    elif leave == "e":
        seat.press(Key.Key_Return)
        seat.press(Key.Key_E)
    else:
        card.amend_form.back.click()
    assert card.state.answer is Answer.NONE
    seat.review.setFocus()
    seat.press(Key.Key_A)
    assert seat.sent == [seat.approval(1, "key A")]


def test_new_terms_close_the_form_and_rest_the_card(seat):
    card = opened(seat)
    other = proposal("ETH", 1)
    seat.say(1, terms=replace(other.terms, size=D("0.02")), fingerprint="b" * 64)
    assert card.state.answer is Answer.NONE
    seat.review.setFocus()
    seat.press(Key.Key_A)
    assert seat.sent == []
    seat.clock.forward(1)
    seat.press(Key.Key_A)
    assert seat.sent[0].fingerprint == "b" * 64


def test_time_running_out_closes_the_form(seat):
    card = opened(seat)
    seat.clock.monotonic = NOW_S + 66
    seat.review._tick()
    assert not card.amend_form.isVisible()
    assert seat.sent == []


def test_the_whole_form_comes_into_view_on_a_low_desk(seat, qtbot):
    seat.window.resize(420, 520)
    seat.propose("ETH", 1)
    qtbot.wait(50)
    seat.press(Key.Key_E)
    button = seat.card(1).amend_form.approve
    qtbot.waitUntil(lambda: button.visibleRegion().boundingRect() == button.rect())
