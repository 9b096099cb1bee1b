from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from helpers.desk_events import NOW_MS, FakeClock, fill_desk, make_desk
from terminal.domain.decision import Action
from terminal.domain.instrument import perpetual
from terminal.domain.messages import (
    AskAi,
    ClosePosition,
    CycleEnded,
    Level,
    PositionsChanged,
    ShowChart,
    TradingStateChanged,
)
from terminal.domain.order import PositionSide
from terminal.domain.risk import TradingState
from terminal.ui.widgets.order_ticket import STATEMENT, OrderTicket

BTC, SOL, ADA = perpetual("BTC"), perpetual("SOL"), perpetual("ADA")


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, sent = make_desk(clock)
    fill_desk(desk)
    ticket = OrderTicket(desk, "DEMO")
    qtbot.addWidget(ticket)
    ticket.resize(360, 460)
    ticket.show()
    return ticket, desk, sent, clock


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_asking_sends_the_question_and_nothing_else(seat, qtbot):
    ticket, _, sent, _ = seat
    click(qtbot, ticket.ask_short)
    assert sent == [AskAi(BTC, Action.OPEN_SHORT, "Mara")]
    assert "open short BTC" in ticket.answer.text
    assert not ticket.ask_long.isEnabled()  # one question at a time


def test_a_disagreeing_answer_is_shown_and_asking_is_free_again(seat, qtbot):
    ticket, desk, *_ = seat
    click(qtbot, ticket.ask_long)
    desk.apply(CycleEnded("c-9", "BTC: the model disagrees: hold, no edge after costs", Level.INFO, NOW_MS))
    assert "no edge after costs" in ticket.answer.text
    assert ticket.ask_long.isEnabled()


def test_a_failed_answer_is_an_alarm(seat, qtbot):
    ticket, desk, *_ = seat
    click(qtbot, ticket.ask_long)
    desk.apply(CycleEnded("c-9", "The model failed: timeout. Ask again.", Level.ERROR, NOW_MS))
    assert ticket.answer.text == "The model failed: timeout. Ask again."
    assert ticket.answer.tone == "down"


def test_markup_in_an_answer_is_shown_as_it_is(seat):
    ticket, desk, *_ = seat
    desk.apply(CycleEnded("c-9", "BTC <b>hold</b>", Level.INFO, NOW_MS + 1))
    assert ticket.answer.text == "BTC <b>hold</b>."


def test_closing_is_enabled_only_for_what_is_held(seat, qtbot):
    ticket, desk, sent, _ = seat
    assert all(button.isEnabled() for button in ticket.close_long.buttons)
    assert not any(button.isEnabled() for button in ticket.close_short.buttons)
    click(qtbot, ticket.close_long.buttons[1])
    assert sent == [ClosePosition(BTC, PositionSide.LONG, Decimal("0.5"), "Mara")]
    desk.apply(PositionsChanged(()))
    assert not any(button.isEnabled() for button in ticket.close_long.buttons)


def test_closing_stays_possible_when_everything_else_stops(seat):
    ticket, desk, *_ = seat
    desk.apply(TradingStateChanged(TradingState.HALTED, "daily loss"))
    assert not ticket.ask_long.isEnabled()
    assert "Halted" in ticket.ask_long.toolTip()
    assert all(button.isEnabled() for button in ticket.close_long.buttons)


def test_a_close_goes_to_the_pair_on_show(seat, qtbot):
    ticket, desk, sent, _ = seat
    click(qtbot, ticket.pairs.buttons[SOL])
    assert desk.selection[0] == SOL
    click(qtbot, ticket.close_short.buttons[3])
    assert sent == [ShowChart(SOL, desk.selection[1]), ClosePosition(SOL, PositionSide.SHORT, Decimal(1), "Mara")]


def test_the_pair_follows_the_selection(seat):
    ticket, desk, *_ = seat
    desk.select(ADA)
    assert [item for item, button in ticket.pairs.buttons.items() if button.isChecked()] == [ADA]
    assert ticket.quotes.values["Last"].text() == "0.4275"
    assert ticket.header.summary.text() == "ADA perpetual"


def test_a_second_click_on_the_shown_pair_keeps_it_pressed(seat, qtbot):
    ticket, *_ = seat
    click(qtbot, ticket.pairs.buttons[BTC])
    assert ticket.pairs.buttons[BTC].isChecked()


def test_stale_quotes_fade(seat, qtbot):
    ticket, _, _, clock = seat
    clock.forward(30)
    qtbot.waitUntil(lambda: ticket.quotes.values["Bid"].property("tone") == "muted", timeout=3_000)


def test_the_words_that_matter_are_there_and_every_button_has_a_name(seat):
    ticket, *_ = seat
    from PySide6.QtWidgets import QLabel

    assert STATEMENT in [label.text() for label in ticket.findChildren(QLabel)]
    buttons = ticket.findChildren(QPushButton)
    assert len(buttons) == 18
    assert all(button.accessibleName() for button in buttons)
    trading = [ticket.ask_long, ticket.ask_short, *ticket.close_long.buttons, *ticket.close_short.buttons]
    assert all("DEMO" in button.accessibleName() for button in trading)
    assert all(button.height() == 34 for button in trading)


def test_costs_are_worked_out_from_the_venues_own_rules(seat):
    ticket, desk, *_ = seat
    shown = {name: label.text() for name, label in ticket.costs.values.items()}
    assert shown["Fees both ways"] == "1.60 USDT"  # 1,000 USDT at 0.08 % in and out
    assert shown["Spread"] == "0.0011 USDT"
    assert shown["Smallest order"] == "0.0001 BTC ≈ 9.08 USDT"
    assert shown["Next funding"] == "short pays 0.20 in 2:14:09"
    desk.select(SOL)
    assert ticket.costs.values["Next funding"].text().startswith("nothing, in")


def test_unknown_costs_are_dashes_with_a_reason(qtbot):
    desk, _ = make_desk()
    ticket = OrderTicket(desk)
    qtbot.addWidget(ticket)
    assert {label.text() for label in ticket.costs.values.values()} == {"–"}
    assert all(label.toolTip() for label in ticket.costs.values.values())


def test_a_long_answer_moves_no_button(seat, qtbot):
    ticket, desk, *_ = seat
    before = ticket.close_long.geometry()
    desk.apply(CycleEnded("c-9", "BTC: " + "a long story " * 40, Level.INFO, NOW_MS + 1))
    qtbot.wait(20)
    assert ticket.close_long.geometry() == before
    assert "a long story" in ticket.answer.toolTip()
