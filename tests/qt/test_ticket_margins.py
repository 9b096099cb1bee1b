"""The leverage popup: in force, what if, and setting it; the size slider; a price that follows."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QRect, Qt

from helpers.desk_events import FakeClock, fill_desk, make_desk, margin_in_force, ticker
from terminal.domain.account import MarginMode
from terminal.domain.hand_messages import MarginPhase, MarginProgress, SetLeverage, SetMarginMode
from terminal.domain.instrument import perpetual
from terminal.domain.messages import PositionsChanged
from terminal.domain.order import OrderKind, PositionSide
from terminal.domain.risk import RiskLimits
from terminal.domain.ticket import SizeMode
from terminal.ui.viewmodels.ticket_form import ticket_of
from terminal.ui.viewmodels.ticket_room import room_of
from terminal.ui.widgets.ticket.order_ticket import OrderTicket

BTC, LTC = perpetual("BTC"), perpetual("LTC")
D = Decimal
ISOLATED = MarginMode.ISOLATED


@pytest.fixture
def seat(qtbot):
    """Give the ticket of a pair with neither position nor order."""
    clock = FakeClock()
    desk, sent = make_desk(clock)
    fill_desk(desk)
    desk.apply(PositionsChanged(()))
    desk.orders.clear()
    desk.select(LTC)
    ticket = OrderTicket(desk, "DEMO")
    qtbot.addWidget(ticket)
    ticket.resize(348, 680)
    ticket.show()
    sent.clear()
    return ticket, desk, sent, clock


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def write(qtbot, part, text):
    part.field.setFocus()
    part.field.selectAll()
    qtbot.keyClicks(part.field, text)


def progress(phase, text, leverage=3, mode=None):
    return MarginProgress(LTC, leverage, mode, phase, text, 1_763_978_467_000)


# -- in force, and what if ------------------------------------------------------------


def test_the_ticket_goes_by_what_is_in_force(seat):
    ticket, desk, *_ = seat
    assert ticket.entry.leverage_button.text() == "5x"
    assert ticket.entry.popup.in_force.text() == "In force at the venue: 5x cross"
    desk.apply(margin_in_force("LTC", 2, is_isolated=True))
    assert (ticket.entry.leverage_button.text(), ticket.entry.mode_button.text()) == ("2x", "Isolated")
    worked_out = ticket_of(desk, ticket.entry.form)
    assert (worked_out.leverage, worked_out.margin_mode) == (2, ISOLATED)
    assert "What if" not in ticket.words.text


def test_trying_out_is_visible_everywhere_and_sends_nothing(seat, qtbot):
    ticket, desk, sent, _ = seat
    popup = ticket.entry.popup
    click(qtbot, popup.presets[3])
    assert (ticket.entry.leverage_button.text(), ticket.entry.leverage_button.property("alarm")) == ("if 3x", "amber")
    assert popup.what_if.text() == "What if: 3x cross. In force: 5x cross."
    assert popup.in_force.text() == "In force at the venue: 5x cross"
    assert ticket.words.text.startswith("What if: 3x cross. In force: 5x cross.")
    assert ticket_of(desk, ticket.entry.form).leverage == 3
    click(qtbot, popup.back)
    assert ticket.entry.leverage_button.text() == "5x"
    assert "What if" not in ticket.words.text
    assert sent == []


def test_another_pair_tries_nothing_out(seat, qtbot):
    ticket, desk, *_ = seat
    click(qtbot, ticket.entry.popup.modes[ISOLATED])
    desk.select(BTC)
    assert ticket.entry.mode_button.text() == "Cross"


def test_before_the_first_reading_there_is_a_dash_with_a_reason(seat):
    ticket, desk, *_ = seat
    desk.margins.in_force.clear()
    ticket.entry._show()
    ticket.refresh()
    assert ticket.entry.leverage_button.text() == "–"
    assert "not read yet" in ticket.entry.leverage_button.toolTip()
    assert "not read yet; figured at 5x cross" in ticket.words.text


# -- setting -----------------------------------------------------------------------------


def test_set_asks_the_venue_for_what_is_chosen(seat, qtbot):
    ticket, _, sent, _ = seat
    popup = ticket.entry.popup
    assert not popup.set_leverage.isEnabled()
    assert "has it already" in popup.set_leverage.toolTip()
    click(qtbot, popup.presets[3])
    click(qtbot, popup.modes[ISOLATED])
    assert (popup.set_leverage.text(), popup.set_mode.text()) == ("Set 3x", "Set isolated")
    click(qtbot, popup.set_leverage)
    click(qtbot, popup.set_mode)
    assert sent == [SetLeverage(LTC, 3, "Mara"), SetMarginMode(LTC, ISOLATED, "Mara")]


def test_pending_set_and_refused_are_shown(seat, qtbot):
    ticket, desk, *_ = seat
    popup = ticket.entry.popup
    click(qtbot, popup.presets[3])
    desk.apply(progress(MarginPhase.SETTING, "Setting 3x for LTC."))
    assert not popup.set_leverage.isEnabled()
    assert "on its way" in popup.set_leverage.toolTip()
    assert "Setting 3x for LTC." in popup.status.text()
    desk.apply(progress(MarginPhase.REFUSED, "3x was not set for LTC. This pair has an order."))
    assert "has an order" in popup.status.text()
    assert popup.status.property("tone") == "amber"
    assert popup.set_leverage.isEnabled()
    assert ticket.entry.leverage_button.text() == "if 3x"  # still only tried out
    desk.apply(progress(MarginPhase.SET, "LTC now has 3x."))
    desk.apply(margin_in_force("LTC", 3))
    assert popup.status.property("tone") == "up"
    assert (ticket.entry.leverage_button.text(), popup.what_if.isHidden()) == ("3x", True)


def test_a_doubt_is_said_and_nothing_can_be_set(seat, qtbot):
    ticket, desk, *_ = seat
    click(qtbot, ticket.entry.popup.presets[3])
    desk.apply(progress(MarginPhase.UNCLEAR, "No clear answer."))
    desk.apply(margin_in_force("LTC", 5, is_settled=False))
    assert ticket.entry.popup.in_force.text() == "In force at the venue: 5x cross (not sure)"
    assert not ticket.entry.popup.set_leverage.isEnabled()


def test_more_than_the_profile_allows_can_be_tried_and_not_set(seat, qtbot):
    ticket, desk, sent, _ = seat
    desk.limits = RiskLimits(max_leverage=4)
    click(qtbot, ticket.entry.popup.presets[10])
    assert not ticket.entry.popup.set_leverage.isEnabled()
    assert ticket.entry.popup.set_leverage.toolTip().count("at most 4x") == 1
    assert ticket.entry.popup.rules.text().startswith("This profile allows at most 4x.")
    click(qtbot, ticket.entry.popup.set_leverage)
    assert sent == []


def test_a_pair_in_use_says_what_to_do_first(qtbot):
    desk, _ = make_desk()
    fill_desk(desk)  # holds BTC
    ticket = OrderTicket(desk, "DEMO")
    qtbot.addWidget(ticket)
    ticket.entry.popup.presets[3].click()
    assert not ticket.entry.popup.set_leverage.isEnabled()
    assert ticket.entry.popup.rules.text().startswith("BTC has a position: close it first.")


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)  # offscreen has none to grab
def test_the_popup_stays_on_the_screen_and_clips_nothing(seat, qtbot):
    ticket, desk, *_ = seat
    popup = ticket.entry.popup
    desk.apply(progress(MarginPhase.REFUSED, "3x was not set for LTC. " + "The venue says something long. " * 6))
    ticket.move(0, 0)
    click(qtbot, ticket.entry.leverage_button)
    assert ticket.screen().availableGeometry().contains(popup.geometry())
    for label in (popup.in_force, popup.status, popup.rules):
        needed = (
            label.fontMetrics()
            .boundingRect(QRect(0, 0, label.width(), 1_000), Qt.TextFlag.TextWordWrap, label.text())
            .height()
        )
        assert needed <= label.height() <= needed + 6  # whole, and no gap
    popup.close()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)  # offscreen has none to grab
def test_the_number_follows_what_is_in_force_unless_someone_types(seat, qtbot):
    ticket, desk, *_ = seat
    popup = ticket.entry.popup
    click(qtbot, ticket.entry.leverage_button)
    desk.apply(margin_in_force("LTC", 2))
    assert popup.field.text() == "2"
    popup.field.selectAll()
    qtbot.keyClicks(popup.field, "1")
    desk.apply(margin_in_force("LTC", 4))
    assert popup.field.text() == "1"
    popup.close()


# -- the size slider -----------------------------------------------------------------------


def test_the_slider_writes_shares_of_what_may_be_opened(seat, qtbot):
    ticket, desk, sent, _ = seat
    room = room_of(desk, ticket.entry.form)
    assert room.size > 0
    assert "100 % is" in ticket.entry.slider.slider.toolTip()
    click(qtbot, ticket.entry.slider.marks[100])
    assert (ticket.entry.form.size_mode, D(ticket.entry.form.size)) == (SizeMode.COIN, room.size)
    assert ticket.entry.slider.slider.value() == 100
    click(qtbot, ticket.entry.slider.marks[50])
    half = D(ticket.entry.form.size)
    assert room.size / 2 - desk.instruments[LTC].size_step < half <= room.size / 2
    write(qtbot, ticket.entry.amount, str(room.size))
    assert ticket.entry.slider.slider.value() == 100  # it follows what is typed
    ticket.entry.slider.slider.setValue(0)
    assert ticket.entry.form.size == ""
    assert sent == []


def test_the_order_limit_binds_before_margin_does(seat):
    ticket, desk, *_ = seat
    desk.limits = RiskLimits(order_notional=D("0.1"))
    room = room_of(desk, ticket.entry.form)
    assert room.size * D("82.71") <= desk.balance.equity * D("0.1")
    assert "the order limit" in room.why


def test_the_unit_in_use_is_kept_where_it_can_be(seat, qtbot):
    ticket, desk, *_ = seat
    ticket.entry.amount.choose(2)  # USDT
    click(qtbot, ticket.entry.slider.marks[100])
    assert ticket.entry.form.size_mode is SizeMode.USDT
    assert abs(ticket.figures.size - room_of(desk, ticket.entry.form).size) <= desk.instruments[LTC].size_step


def test_without_money_the_slider_says_why(seat):
    ticket, desk, *_ = seat
    desk.balance = replace(desk.balance, available=D(0))
    ticket.refresh()
    assert not ticket.entry.slider.slider.isEnabled()
    assert "Nothing can be opened: the free margin" in ticket.entry.slider.slider.toolTip()


# -- a price that follows --------------------------------------------------------------------


def test_a_pressed_quote_is_followed_until_a_hand_types(seat, qtbot):
    ticket, desk, sent, _ = seat
    entry = ticket.entry
    click(qtbot, entry.quotes["Last"])
    assert (entry.price.field.text(), entry.quotes["Last"].isChecked()) == ("82.71", True)
    assert "follows last" in entry.price.label.text()
    desk.apply(ticker("LTC", "83.05"))
    desk.flush()
    assert entry.price.field.text() == "83.05"
    assert ticket.figures.entry == D("83.05")
    write(qtbot, entry.price, "80")
    desk.apply(ticker("LTC", "84.00"))
    desk.flush()
    assert (entry.price.field.text(), entry.quotes["Last"].isChecked()) == ("80", False)
    assert sent == []


def test_pressing_again_another_pair_and_market_end_it(seat, qtbot):
    ticket, desk, *_ = seat
    entry = ticket.entry
    click(qtbot, entry.quotes["Bid"])
    click(qtbot, entry.quotes["Ask"])
    assert [name for name, button in entry.quotes.items() if button.isChecked()] == ["Ask"]
    click(qtbot, entry.quotes["Ask"])
    assert entry.form.follows == ""
    for stop in (lambda: click(qtbot, entry.kinds[OrderKind.MARKET]), lambda: desk.select(BTC)):
        click(qtbot, entry.quotes["Bid"])
        assert entry.form.follows == "Bid"
        stop()
        assert entry.form.follows == ""


def test_a_stale_quote_is_not_followed(seat, qtbot):
    ticket, desk, _, clock = seat
    click(qtbot, ticket.entry.quotes["Last"])
    desk.tickers[LTC] = ticker("LTC", "99.00")  # without having been heard just now
    clock.forward(60)
    ticket.entry.show_quotes()
    assert ticket.entry.price.field.text() == "82.71"
    assert ticket.entry.form.side is PositionSide.LONG
