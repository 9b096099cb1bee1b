from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from helpers.desk_events import NOW_MS, FakeClock, fill_desk, make_desk
from terminal.domain.account import MarginMode
from terminal.domain.commands import AskAi, ClosePosition, ShowChart
from terminal.domain.decision import Action
from terminal.domain.instrument import perpetual
from terminal.domain.messages import CycleEnded, Level, ModelPhase, ModelStatus, PositionsChanged, TradingStateChanged
from terminal.domain.order import OrderKind, PositionSide, TimeInForce
from terminal.domain.risk import TradingState
from terminal.domain.ticket import LevelMode, SizeMode, TicketIdea
from terminal.ui.viewmodels.ticket_form import SIZE_WORDS, ticket_of
from terminal.ui.widgets.ticket.order_ticket import STATEMENT, OrderTicket

BTC, SOL, ADA = perpetual("BTC"), perpetual("SOL"), perpetual("ADA")
D = Decimal


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, sent = make_desk(clock)
    fill_desk(desk)
    ticket = OrderTicket(desk, "DEMO")
    qtbot.addWidget(ticket)
    ticket.resize(348, 620)
    ticket.show()
    return ticket, desk, sent, clock


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def write(qtbot, part, text):
    part.field.setFocus()
    part.field.selectAll()
    qtbot.keyClicks(part.field, text)


def fill_ticket(qtbot, ticket, price="90750", size="0.5", stop="89870", target="92510"):
    entry = ticket.entry
    for part, text in ((entry.price, price), (entry.amount, size), (entry.stop, stop), (entry.target, target)):
        write(qtbot, part, text)


def shown(ticket):
    return {name: label.text() for name, label in ticket.grid.values.items()}


# -- asking -------------------------------------------------------------------------


def test_a_blank_ticket_leaves_the_terms_to_the_ai(seat, qtbot):
    ticket, _, sent, _ = seat
    click(qtbot, ticket.entry.sides[PositionSide.SHORT])
    click(qtbot, ticket.ask_button)
    (command,) = sent
    assert isinstance(command, AskAi)
    assert (command.instrument_id, command.action, command.who) == (BTC, Action.OPEN_SHORT, "Mara")
    assert command.idea is None
    assert command.question_id
    assert "open short BTC" in ticket.answer.text
    assert not ticket.ask_button.isEnabled()  # one question at a time


def test_the_typed_terms_travel_with_the_question(seat, qtbot):
    ticket, _, sent, _ = seat
    fill_ticket(qtbot, ticket)
    click(qtbot, ticket.entry.tifs[TimeInForce.POST_ONLY])
    click(qtbot, ticket.ask_button)
    (command,) = sent
    assert command.action is Action.OPEN_LONG
    assert command.idea == TicketIdea(
        OrderKind.LIMIT, D("90750.0"), TimeInForce.POST_ONLY, SizeMode.RISK_PCT, D("0.5"), D("89870.0"), D("92510.0")
    )


def test_a_market_ticket_has_no_limit(seat, qtbot):
    ticket, _, sent, _ = seat
    fill_ticket(qtbot, ticket)
    click(qtbot, ticket.entry.kinds[OrderKind.MARKET])
    assert not ticket.entry.price.field.isEnabled()
    assert not any(button.isEnabled() for button in ticket.entry.tifs.values())
    click(qtbot, ticket.ask_button)
    assert (sent[0].idea.kind, sent[0].idea.limit_price) == (OrderKind.MARKET, None)


def test_enter_in_a_field_sends_nothing(seat, qtbot):
    ticket, _, sent, _ = seat
    fill_ticket(qtbot, ticket)
    for part in (ticket.entry.price, ticket.entry.amount, ticket.entry.stop):
        qtbot.keyClick(part.field, Qt.Key.Key_Return)
    assert sent == []


def test_the_answer_to_this_very_question_counts(seat, qtbot):
    ticket, desk, sent, _ = seat
    click(qtbot, ticket.ask_button)
    desk.apply(CycleEnded("c-8", "BTC: somebody else's answer", Level.INFO, NOW_MS, "another", BTC, agreed=False))
    assert not ticket.ask_button.isEnabled()
    asked = sent[0].question_id
    desk.apply(CycleEnded("c-9", "BTC: no edge after costs", Level.INFO, NOW_MS, asked, BTC, agreed=False))
    assert "no edge after costs" in ticket.answer.text
    assert ticket.ask_button.isEnabled()


def test_a_failed_answer_is_an_alarm(seat, qtbot):
    ticket, desk, *_ = seat
    click(qtbot, ticket.ask_button)
    desk.apply(CycleEnded("c-9", "The model failed: timeout. Ask again.", Level.ERROR, NOW_MS))
    assert ticket.answer.text == "The model failed: timeout. Ask again."
    assert ticket.answer.tone == "down"


def test_markup_in_an_answer_is_shown_as_it_is(seat):
    ticket, desk, *_ = seat
    desk.apply(CycleEnded("c-9", "BTC <b>hold</b>", Level.INFO, NOW_MS + 1))
    assert ticket.answer.text == "BTC <b>hold</b>."


# -- figures and refusals -----------------------------------------------------------


def test_figures_follow_every_key(seat, qtbot):
    ticket, *_ = seat
    assert set(shown(ticket).values()) == {"–"}
    fill_ticket(qtbot, ticket)
    now = shown(ticket)
    assert now["Size"] == "0.0054 BTC   490.05 USDT"
    assert now["Margin  /  fees both ways"] == "98.01  /  0.49 USDT"
    assert now["Break-even"] == "90,840.9"
    assert now["R before  /  after costs"] == "2.00  /  1.72 R"
    write(qtbot, ticket.entry.amount, "0.25")
    assert shown(ticket)["Size"] == "0.0027 BTC   245.02 USDT"
    assert "rounded down to 0.0027" in ticket.words.text


@pytest.mark.parametrize(("side", "stop"), [(PositionSide.LONG, "91000"), (PositionSide.SHORT, "90000")])
def test_a_stop_on_the_wrong_side_is_refused_with_the_reason(seat, qtbot, side, stop):
    ticket, _, sent, _ = seat
    click(qtbot, ticket.entry.sides[side])
    fill_ticket(qtbot, ticket, stop=stop, target="")
    word = "below" if side is PositionSide.LONG else "above"
    assert f"must be {word} the entry" in ticket.words.text
    assert ticket.words.tone == "amber"
    assert not ticket.ask_button.isEnabled()
    click(qtbot, ticket.ask_button)
    assert sent == []


def test_words_instead_of_a_number_are_refused(seat, qtbot):
    ticket, *_ = seat
    write(qtbot, ticket.entry.stop, "soon")
    assert "stop is not a number" in ticket.words.text
    assert not ticket.ask_button.isEnabled()


def test_the_tick_is_applied_in_sight(seat, qtbot):
    ticket, *_ = seat
    write(qtbot, ticket.entry.price, "90750.57")
    assert ticket.entry.price.field.text() == "90750.57"
    qtbot.keyClick(ticket.entry.price.field, Qt.Key.Key_Return)
    assert ticket.entry.price.field.text() == "90750.6"
    assert ticket.entry.price.field.property("flash") == "true"
    qtbot.keyClick(ticket.entry.price.field, Qt.Key.Key_Down)
    assert ticket.entry.form.price == "90750.5"


def test_a_unit_can_be_changed_without_changing_the_meaning(seat, qtbot):
    ticket, *_ = seat
    fill_ticket(qtbot, ticket)
    entry = ticket.entry
    for mode, text in (
        (SizeMode.COIN, "0.0054"), (SizeMode.USDT, "490.05"), (SizeMode.EQUITY_PCT, "46.12"),
    ):  # fmt: skip
        entry.amount.choose(list(SIZE_WORDS).index(mode))
        assert (entry.form.size_mode, entry.amount.field.text()) == (mode, text)
        assert shown(ticket)["Size"].startswith("0.0054") or mode is not SizeMode.COIN
        fill_ticket(qtbot, ticket, size=text)
    entry.target.choose(2)
    assert (entry.form.target_mode, entry.target.field.text()) == (LevelMode.R, "2")
    entry.stop.choose(1)
    assert (entry.form.stop_mode, entry.stop.field.text()) == (LevelMode.PERCENT, "0.97")


@pytest.mark.parametrize(
    ("name", "price"), [("Bid", "90755.3"), ("Ask", "90755.4"), ("Last", "90755.3"), ("Mid", "90755.4")]
)
def test_a_quote_button_writes_the_price(seat, qtbot, name, price):
    ticket, _, sent, _ = seat
    click(qtbot, ticket.entry.kinds[OrderKind.MARKET])
    click(qtbot, ticket.entry.quotes[name])
    assert ticket.entry.form.kind is OrderKind.LIMIT
    assert ticket.entry.price.field.text() == price
    assert sent == []


def test_stale_quotes_fade(seat, qtbot):
    ticket, _, _, clock = seat
    clock.forward(30)
    qtbot.waitUntil(lambda: ticket.entry.quotes["Bid"].property("stale") == "true", timeout=60_000)


# -- leverage -----------------------------------------------------------------------


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)  # offscreen has none to grab
def test_21x_cannot_be_typed(seat, qtbot):
    ticket, desk, *_ = seat
    entry = ticket.entry
    click(qtbot, entry.leverage_button)
    field = entry.popup.field
    field.clear()
    qtbot.keyClicks(field, "21")
    assert field.text() == "2"
    assert entry.form.leverage == 2
    field.clear()
    qtbot.keyClicks(field, "20")
    assert entry.form.leverage == 20
    for text in ("0", "-5", "400", "2.5"):
        field.clear()
        qtbot.keyClicks(field, text)
        assert 1 <= ticket_of(desk, entry.form).leverage <= 20
    assert "more cannot be typed" in entry.popup.rules.text()
    entry.popup.close()


def test_leverage_and_margin_mode_move_the_figures(seat, qtbot):
    ticket, *_ = seat
    fill_ticket(qtbot, ticket)
    click(qtbot, ticket.entry.popup.presets[10])
    assert ticket.entry.leverage_button.text() == "if 10x"
    assert shown(ticket)["Margin  /  fees both ways"] == "49.00  /  0.49 USDT"
    click(qtbot, ticket.entry.popup.modes[MarginMode.ISOLATED])
    assert ticket.entry.mode_button.text() == "if isolated"
    assert "(−9." in shown(ticket)["Liquidation"]


# -- closing ------------------------------------------------------------------------


def test_closing_is_enabled_only_for_what_is_held(seat, qtbot):
    ticket, desk, sent, _ = seat
    assert all(button.isEnabled() for button in ticket.close_long.buttons)
    assert not any(button.isEnabled() for button in ticket.close_short.buttons)
    click(qtbot, ticket.close_long.buttons[1])
    assert sent == [ClosePosition(BTC, PositionSide.LONG, D("0.5"), "Mara")]
    desk.apply(PositionsChanged(()))
    assert not any(button.isEnabled() for button in ticket.close_long.buttons)


def test_closing_stays_possible_when_everything_else_stops(seat):
    ticket, desk, *_ = seat
    desk.apply(TradingStateChanged(TradingState.HALTED, "daily loss"))
    assert not ticket.ask_button.isEnabled()
    assert "Halted" in ticket.ask_button.toolTip()
    assert all(button.isEnabled() for button in ticket.close_long.buttons)


def test_a_close_goes_to_the_pair_on_show(seat, qtbot):
    ticket, desk, sent, _ = seat
    desk.select(SOL)
    assert ticket.close_short.isVisible()
    assert not ticket.close_long.isVisible()
    click(qtbot, ticket.close_short.buttons[3])
    assert sent == [ShowChart(SOL, desk.selection[1]), ClosePosition(SOL, PositionSide.SHORT, D(1), "Mara")]


def test_another_pair_empties_what_was_a_price_and_keeps_what_is_a_share(seat, qtbot):
    ticket, desk, *_ = seat
    fill_ticket(qtbot, ticket)
    desk.select(ADA)
    form = ticket.entry.form
    assert (form.price, form.stop, form.target, form.size) == ("", "", "", "0.5")
    assert ticket.header.summary.text() == "ADA perpetual · WEEX"
    assert "0.4275" in ticket.entry.quotes["Last"].words


def test_the_words_that_matter_are_there_and_every_button_has_a_name(seat):
    ticket, *_ = seat
    assert STATEMENT in [label.text() for label in ticket.findChildren(QLabel)]
    assert all(button.accessibleName() or button.text() for button in ticket.findChildren(QPushButton))
    trading = [ticket.ask_button, *ticket.close_long.buttons, *ticket.close_short.buttons]
    assert all("DEMO" in button.accessibleName() for button in trading)
    assert all(button.height() == 34 for button in [ticket.ask_button, *ticket.close_long.buttons])


def test_without_rules_the_figures_are_dashes_with_a_reason(qtbot):
    desk, _ = make_desk()
    ticket = OrderTicket(desk)
    qtbot.addWidget(ticket)
    assert set(shown(ticket).values()) == {"–"}
    assert all("not loaded" in label.toolTip() for label in ticket.grid.values.values())


def test_a_long_answer_moves_no_button(seat, qtbot):
    ticket, desk, *_ = seat
    before = ticket.close_long.geometry()
    desk.apply(CycleEnded("c-9", "BTC: " + "a long story " * 40, Level.INFO, NOW_MS + 1))
    qtbot.wait(20)
    assert ticket.close_long.geometry() == before
    assert "a long story" in ticket.answer.toolTip()


def test_a_model_that_failed_once_can_be_asked_again_and_none_at_all_cannot(seat):
    ticket, desk, *_ = seat
    desk.apply(ModelStatus(ModelPhase.FAILED, "language:tiny/m@host", "no answer within 20 s"))
    assert ticket.ask_button.isEnabled()
    desk.apply(ModelStatus(ModelPhase.FAILED, "", "the fit was refused"))
    assert not ticket.ask_button.isEnabled()
    assert "the fit was refused" in ticket.ask_button.toolTip()
