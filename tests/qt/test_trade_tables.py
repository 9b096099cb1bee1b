from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication

from helpers.desk_events import MARKETS, NOW_MS, FakeClock, ai_log, fill, fill_desk, make_desk, order, ticker
from helpers.hand_events import LONG, fill_hands, guard, naked, protection
from terminal.domain.ai_log import AiLogState
from terminal.domain.commands import AcceptVenuePosition, CancelOrder, ClosePosition, ShowChart
from terminal.domain.hand_messages import (
    AmendOrder,
    AmendPhase,
    AmendProgress,
    CancelOrders,
    MoveStop,
    MoveStopToBreakEven,
    MoveTarget,
    ProtectionChanged,
    RepairProtection,
    ReversePosition,
    SweepOrphans,
)
from terminal.domain.instrument import perpetual
from terminal.domain.messages import (
    AiLogChanged,
    CycleEnded,
    FillSeen,
    Level,
    Notice,
    OrderChanged,
    Phase,
    PositionsChanged,
    PositionsFrozen,
)
from terminal.domain.order import OrderState, PositionSide, Side
from terminal.domain.passport import DotState
from terminal.ui.viewmodels.rows import PAINTS_ROLE, TONE_ROLE
from terminal.ui.widgets.event_log import EventLog
from terminal.ui.widgets.trade import fills_table, orders_table, positions_table
from terminal.ui.widgets.trade.fills_table import FillsTable
from terminal.ui.widgets.trade.orders_table import OrdersTable
from terminal.ui.widgets.trade.positions_table import GUARD_COLUMN, GUARD_TITLE, PositionsTable
from terminal.ui.widgets.trade.trade_tabs import TradeTabs
from terminal.ui.widgets.trade.triggers_table import COLUMNS as TRIGGER_COLUMNS
from terminal.ui.widgets.trade.triggers_table import TriggersTable


def seat(qtbot, make, *, filled=True, clock=None):
    desk, sent = make_desk(clock)
    if filled:
        fill_desk(desk)
        fill_hands(desk)
    widget = make(desk)
    qtbot.addWidget(widget)
    widget.resize(1_060, 240)
    widget.show()
    return widget, desk, sent


def cell(widget, columns, key, title, role=Qt.ItemDataRole.DisplayRole):
    model = widget.model
    at = next(row for row in range(model.rowCount()) if widget.model._keys[row] == key)
    return model.index(at, [column.title for column in columns].index(title)).data(role)


def click_button(qtbot, widget, key, label):
    """Click a small button painted in the last column."""
    table = widget.table
    at = next(row for row in range(table.sorted.rowCount()) if table.key_at(table.sorted.index(row, 0)) == key)
    index = table.sorted.index(at, table.sorted.columnCount() - 1)
    placed = dict(widget._buttons.buttons(table.visualRect(index), index.data(Qt.ItemDataRole.UserRole + 3)))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=placed[label].center())


# -- positions ----------------------------------------------------------------------


def position_cell(widget, base, title, role=Qt.ItemDataRole.DisplayRole):
    key = next(key for key in widget.model._keys if key.startswith(base))
    return cell(widget, positions_table.COLUMNS, key, title, role)


def test_a_position_in_words_and_numbers(qtbot):
    widget, *_ = seat(qtbot, PositionsTable)
    assert position_cell(widget, "BTC", "Side") == "Long 5x"
    assert position_cell(widget, "SOL", "Side") == "Short 3x"
    assert position_cell(widget, "BTC", "Entry") == "90,612.4"
    assert position_cell(widget, "BTC", "PnL before fees") == "+0.84 (+0.79\u2009%)"
    assert position_cell(widget, "DOGE", "PnL before fees") == "−2.65 (−5.09\u2009%)"
    assert position_cell(widget, "DOGE", "PnL before fees", TONE_ROLE) == "fall"
    assert position_cell(widget, "DOGE", "Liquidation") == "–"
    assert "the venue gave none" in position_cell(widget, "DOGE", "Liquidation", Qt.ItemDataRole.ToolTipRole)
    assert position_cell(widget, "BTC", GUARD_TITLE) == "89,870.0 / 92,510.0  ✓"
    assert position_cell(widget, "BTC", GUARD_TITLE, TONE_ROLE) == "up"
    assert widget.sums.text() == "3 positions   notional 1,069.43   margin 269.50   PnL +0.93 USDT"


def test_pnl_follows_the_mark_price(qtbot):
    widget, desk, _ = seat(qtbot, PositionsTable)
    desk.apply(ticker("BTC", "90512.5"))
    desk.flush()
    assert position_cell(widget, "BTC", "Mark") == "90,512.4"
    assert position_cell(widget, "BTC", "PnL before fees") == "−0.59 (−0.55\u2009%)"


def test_without_a_mark_the_venues_figure_is_shown_and_said(qtbot):
    widget, desk, _ = seat(qtbot, PositionsTable)
    desk.apply(replace(ticker("BTC"), mark=None))
    desk.apply(PositionsChanged(tuple(replace(item, unrealized_pnl=Decimal("1.5")) for item in desk.positions)))
    assert position_cell(widget, "BTC", "Mark") == "–"
    assert position_cell(widget, "BTC", "PnL before fees").startswith("+1.50")
    assert "as the venue reported it" in position_cell(widget, "BTC", "Mark", Qt.ItemDataRole.ToolTipRole)


def test_a_position_without_a_known_stop_is_amber(qtbot):
    widget, desk, _ = seat(qtbot, PositionsTable, filled=False)
    filled, _ = make_desk()
    fill_desk(filled)
    desk.apply(PositionsChanged(filled.positions))
    assert position_cell(widget, "BTC", GUARD_TITLE) == "not read yet"
    assert "has not been read" in position_cell(widget, "BTC", GUARD_TITLE, Qt.ItemDataRole.ToolTipRole)


def test_a_missing_stop_is_amber_and_its_seconds_go_on(qtbot):
    clock = FakeClock()
    widget, _, _ = seat(qtbot, PositionsTable, clock=clock)
    assert position_cell(widget, "DOGE", GUARD_TITLE) == "stop missing 12\u2009s"
    assert position_cell(widget, "DOGE", GUARD_TITLE, TONE_ROLE) == "amber"
    clock.forward(3)
    widget.refresh()
    assert position_cell(widget, "DOGE", GUARD_TITLE) == "stop missing 15\u2009s"
    clock.forward(30)
    widget.refresh()
    assert position_cell(widget, "DOGE", GUARD_TITLE, TONE_ROLE) == "down"


def test_a_position_has_the_passport_of_its_opening_order(qtbot):
    widget, desk, _ = seat(qtbot, PositionsTable)
    dots = position_cell(widget, "BTC", "Passport", PAINTS_ROLE)
    assert [dot.state for dot in dots] == [DotState.DONE] * 7
    assert position_cell(widget, "DOGE", "Passport", PAINTS_ROLE)[-1].state is DotState.WAITING
    desk.apply(AiLogChanged(ai_log("DOGE", 5, AiLogState.ACCEPTED, accepted_ms=NOW_MS)))
    assert position_cell(widget, "DOGE", "Passport", PAINTS_ROLE)[-1].state is DotState.DONE
    assert "AI log: done" in position_cell(widget, "DOGE", "Passport", Qt.ItemDataRole.ToolTipRole)
    other, empty, _ = seat(qtbot, PositionsTable, filled=False)
    empty.apply(PositionsChanged(desk.positions))
    dots = position_cell(other, "BTC", "Passport", PAINTS_ROLE)
    assert [dot.state for dot in dots[:3]] == [DotState.BROKEN] * 3
    assert "no order on record opened" in position_cell(other, "BTC", "Passport", Qt.ItemDataRole.ToolTipRole)


def test_close_buttons_and_menu_send_the_fraction(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    key = f"{perpetual('SOL')} SHORT"
    click_button(qtbot, widget, key, "50")
    assert ClosePosition(perpetual("SOL"), PositionSide.SHORT, Decimal("0.5"), "Mara") in sent
    sent.clear()
    click_button(qtbot, widget, key, "BE")
    assert MoveStopToBreakEven(perpetual("SOL"), PositionSide.SHORT, "Mara") in sent
    sent.clear()
    actions = widget.menu_for(key).actions()
    assert actions[0].text() == "Close 25 % of SOL short 3x at the market"
    actions[3].trigger()
    assert sent == [ClosePosition(perpetual("SOL"), PositionSide.SHORT, Decimal(1), "Mara")]


def test_a_click_on_a_position_links_the_pair(qtbot):
    widget, desk, sent = seat(qtbot, PositionsTable)
    place = widget.table.visualRect(widget.table.sorted.index(1, 2)).center()
    qtbot.mouseClick(widget.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.selection[0] == perpetual("DOGE")
    assert not any(isinstance(command, ClosePosition) for command in sent)


def test_emptiness_has_its_reason(qtbot):
    widget, desk, _ = seat(qtbot, PositionsTable, filled=False)
    assert "not known yet" in widget.table.empty_words
    desk.apply(Phase("Ready", ready=True))
    assert "not finished a cycle" in widget.table.empty_words


# -- hands in the positions ---------------------------------------------------------

BTC, BTC_KEY = perpetual("BTC"), f"{perpetual('BTC')} LONG"


def double_click(qtbot, widget, key, column):
    """Double-click a cell as a person does: a click first."""
    table = widget.table
    at = next(row for row in range(table.sorted.rowCount()) if table.key_at(table.sorted.index(row, 0)) == key)
    index = table.sorted.index(at, column)
    table.scrollTo(index)
    place = table.visualRect(index).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def type_over(qtbot, field, text, key=Qt.Key.Key_Return):
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, key)


def hands(sent):
    return [command for command in sent if not isinstance(command, ShowChart)]


def test_a_moved_stop_is_one_command(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    double_click(qtbot, widget, BTC_KEY, GUARD_COLUMN)
    assert widget.editor.isVisible()
    stop = widget.editor.fields["stop"]
    assert stop.text() == "89870"
    type_over(qtbot, stop, "90100.5")
    assert hands(sent) == [MoveStop(BTC, PositionSide.LONG, Decimal("90100.5"), "Mara")]
    assert not widget.editor.isVisible()


def test_a_moved_target_is_one_command_and_a_held_enter_none(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    widget.edit_guard(BTC_KEY)
    target = widget.editor.fields["target"]
    target.setText("93000")
    held = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(target, held)
    assert hands(sent) == []
    qtbot.keyClick(target, Qt.Key.Key_Return)
    assert hands(sent) == [MoveTarget(BTC, PositionSide.LONG, Decimal(93000), "Mara")]


@pytest.mark.parametrize(("make", "key"), [(PositionsTable, BTC_KEY), (OrdersTable, "ad-0008")])
def test_f2_edits_the_row_while_the_table_has_the_keyboard(qtbot, make, key):
    widget, _, _ = seat(qtbot, make)
    with qtbot.waitActive(widget):
        widget.activateWindow()
    widget.table.select_key(key)
    qtbot.keyClick(widget.table, Qt.Key.Key_F2)
    assert widget.editor.isVisible()


def test_esc_leaves_everything_as_it_was(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    widget.edit_guard(BTC_KEY)
    type_over(qtbot, widget.editor.fields["stop"], "90000", Qt.Key.Key_Escape)
    assert hands(sent) == []
    assert not widget.editor.isVisible()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("80000", "towards the market"),
        ("91500", "must be below the mark price"),
        ("abc", "Type a price"),
        ("89870", "stands there already"),
    ],
)
def test_a_refused_stop_says_why_and_stays(qtbot, text, words):
    widget, _, sent = seat(qtbot, PositionsTable)
    widget.edit_guard(BTC_KEY)
    type_over(qtbot, widget.editor.fields["stop"], text)
    assert hands(sent) == []
    assert widget.editor.refusal.isVisible()
    assert words in widget.editor.refusal.text()
    assert widget.editor.isVisible()


def test_a_price_off_the_tick_is_put_on_it_in_sight_and_sent_by_the_next_enter(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    widget.edit_guard(BTC_KEY)
    stop = widget.editor.fields["stop"]
    type_over(qtbot, stop, "90100.57")
    assert hands(sent) == []
    assert stop.text() == "90100.5"
    assert "steps of 0.1" in widget.editor.refusal.text()
    qtbot.keyClick(stop, Qt.Key.Key_Return)
    assert hands(sent) == [MoveStop(BTC, PositionSide.LONG, Decimal("90100.5"), "Mara")]


def test_the_editor_survives_a_refresh_and_goes_with_its_row(qtbot):
    widget, desk, sent = seat(qtbot, PositionsTable)
    widget.edit_guard(BTC_KEY)
    desk.apply(ticker("BTC", "90800.0"))
    desk.flush()
    assert widget.editor.isVisible()
    desk.apply(PositionsChanged(()))
    assert not widget.editor.isVisible()
    assert hands(sent) == []


def test_reversing_explains_itself_and_asks_first(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    widget.reverse(BTC_KEY)
    assert "closed at the market now" in widget.sheet.words.text()
    assert "AI is asked whether to open short" in widget.sheet.words.text()
    assert widget.focusWidget() is widget.sheet.cancel
    assert hands(sent) == []
    qtbot.mouseClick(widget.sheet.confirm, Qt.MouseButton.LeftButton)
    (command,) = hands(sent)
    assert isinstance(command, ReversePosition)
    assert (command.instrument_id, command.side, command.who) == (BTC, PositionSide.LONG, "Mara")
    assert command.question_id
    assert not widget.sheet.isVisible()


def test_a_double_click_elsewhere_asks_for_the_closing_ticket(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    asked = []
    widget.closing_asked.connect(asked.append)
    double_click(qtbot, widget, BTC_KEY, 2)
    assert asked == [PositionSide.LONG]
    assert hands(sent) == []


# -- triggers -----------------------------------------------------------------------


def test_what_the_venue_holds_against_what_should_be(qtbot):
    widget, desk, _ = seat(qtbot, TriggersTable)
    doge = f"{perpetual('DOGE')} LONG"
    assert cell(widget, TRIGGER_COLUMNS, BTC_KEY, "Protection") == "● protected"
    assert cell(widget, TRIGGER_COLUMNS, BTC_KEY, "Protection", TONE_ROLE) == "up"
    assert cell(widget, TRIGGER_COLUMNS, doge, "Protection") == "▲ no stop seen 12\u2009s"
    assert cell(widget, TRIGGER_COLUMNS, doge, "At the venue") == "– / 0.15400"
    assert cell(widget, TRIGGER_COLUMNS, doge, "Covered") == "0 of 1,400 ≠"
    assert cell(widget, TRIGGER_COLUMNS, f"{perpetual('LTC')} LONG", "Orphans") == "2 left over"
    less = guard("BTC", LONG, "0.0059", "89870.0", "92510.0", excess=Decimal("0.001"))
    desk.apply(ProtectionChanged((less,)))
    assert cell(widget, TRIGGER_COLUMNS, BTC_KEY, "Protection") == "▲ covers too much"
    assert cell(widget, TRIGGER_COLUMNS, BTC_KEY, "Covered") == "0.0069 of 0.0059 ≠"


def test_repair_and_sweep_are_offered_where_they_help(qtbot):
    widget, desk, sent = seat(qtbot, TriggersTable)
    doge, ltc = f"{perpetual('DOGE')} LONG", f"{perpetual('LTC')} LONG"
    assert widget.model.row(BTC_KEY).actions == ()
    click_button(qtbot, widget, doge, "Repair")
    click_button(qtbot, widget, ltc, "Sweep")
    assert hands(sent) == [
        RepairProtection(perpetual("DOGE"), PositionSide.LONG, "Mara"),
        SweepOrphans(perpetual("LTC"), "Mara"),
    ]
    busy = replace(naked("DOGE", LONG, "1400", "0.145", "0.154", 14.0), doing="placing the stop anew")
    desk.apply(protection(busy))
    assert widget.model.row(doge).actions == ()
    assert "placing the stop anew" in cell(widget, TRIGGER_COLUMNS, doge, "Protection")


def test_a_frozen_pair_is_settled_after_an_explanation(qtbot):
    tabs, desk, sent = seat(qtbot, TradeTabs)
    assert not tabs.frozen.isVisible()
    desk.apply(PositionsFrozen(((BTC, "the venue holds 0.0080 BTC-PERP LONG, our fills explain 0.0059"),)))
    assert tabs.frozen.isVisible()
    assert "the venue holds 0.0080" in tabs.frozen.words.text()
    qtbot.mouseClick(tabs.frozen.open_button, Qt.MouseButton.LeftButton)
    assert "nothing is traded" in tabs.frozen.sheet.words.text()
    assert hands(sent) == []
    qtbot.mouseClick(tabs.frozen.sheet.confirm, Qt.MouseButton.LeftButton)
    assert hands(sent) == [AcceptVenuePosition(BTC, "Mara")]
    desk.apply(PositionsFrozen(()))
    assert not tabs.frozen.isVisible()


# -- orders -------------------------------------------------------------------------


def test_amending_a_price_is_one_command_with_a_question(qtbot):
    widget, _, sent = seat(qtbot, OrdersTable)
    double_click(qtbot, widget, "ad-0008", orders_table.PRICE_COLUMN)
    type_over(qtbot, widget.editor.fields["price"], "82.5")
    (command,) = hands(sent)
    assert isinstance(command, AmendOrder)
    assert (command.client_order_id, command.price, command.size) == ("ad-0008", Decimal("82.5"), None)
    assert command.question_id


def test_an_amendment_never_makes_an_order_larger(qtbot):
    widget, _, sent = seat(qtbot, OrdersTable)
    widget.edit("ad-0008", orders_table.SIZE_COLUMN)
    type_over(qtbot, widget.editor.fields["size"], "6")
    assert hands(sent) == []
    assert "never makes it larger" in widget.editor.refusal.text()
    type_over(qtbot, widget.editor.fields["size"], "3")
    (command,) = hands(sent)
    assert (command.price, command.size) == (None, Decimal(3))


def test_an_order_that_cannot_be_amended_says_why(qtbot):
    widget, _, sent = seat(qtbot, OrdersTable)
    widget.edit("ad-0003", orders_table.PRICE_COLUMN)
    assert "works at the venue" in widget.editor.refusal.text()
    qtbot.keyClick(widget.editor.fields["price"], Qt.Key.Key_Return)
    assert hands(sent) == []


def test_the_gap_of_an_amendment_is_shown_until_its_answer(qtbot):
    clock = FakeClock()
    widget, desk, _ = seat(qtbot, OrdersTable, clock=clock)

    def tell(phase, gap):
        desk.apply(AmendProgress("ad-0008", phase, "words", gap, "q-1", NOW_MS))
        return widget.model.row("ad-0008").state_words

    assert tell(AmendPhase.CANCELLING, 0) == "cancelling to amend"
    assert tell(AmendPhase.ASKED, NOW_MS) == "nothing works 0\u2009s"
    clock.forward(4)
    widget._refresh_gaps()
    assert widget.model.row("ad-0008").state_words == "nothing works 4\u2009s"
    assert "nothing works at the venue" in orders_table.order_tip(widget.model.row("ad-0008"))
    desk.apply(CycleEnded("c-9", "LTC: no edge", Level.INFO, NOW_MS, "q-1", perpetual("LTC"), agreed=False))
    assert widget.model.row("ad-0008").state_words == "not replaced: AI disagrees"


def test_several_orders_are_cancelled_together(qtbot):
    widget, desk, sent = seat(qtbot, OrdersTable)
    desk.apply(OrderChanged(order("ETH", 14, OrderState.WORKING)))
    widget.table.setFocus()
    qtbot.keyClick(widget.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert widget.bar.isVisible()
    assert widget.cancel_selected.text() == "Cancel 2 selected"
    qtbot.mouseClick(widget.cancel_selected, Qt.MouseButton.LeftButton)
    assert hands(sent) == [CancelOrders(("ad-0008", "ad-0014"), "Mara")]


def test_orders_newest_first_with_state_in_words(qtbot):
    widget, *_ = seat(qtbot, OrdersTable)
    keys = [widget.table.key_at(widget.table.sorted.index(at, 0)) for at in range(widget.model.rowCount())]
    assert keys == sorted(keys)  # the helper's higher numbers are older
    assert cell(widget, orders_table.COLUMNS, "ad-0010", "State") == "refused by venue"
    assert cell(widget, orders_table.COLUMNS, "ad-0011", "State", TONE_ROLE) == "amber"
    assert "40015" in cell(widget, orders_table.COLUMNS, "ad-0010", "Reason")
    assert widget.open_count == 2  # one working, one with unknown outcome


def test_cancel_is_offered_only_for_working_orders(qtbot):
    widget, _, sent = seat(qtbot, OrdersTable)
    assert widget.model.row("ad-0008").actions == ("Cancel",)
    assert widget.model.row("ad-0003").actions == ()
    assert widget.model.row("ad-0011").actions == ()  # unknown: only the venue can tell
    click_button(qtbot, widget, "ad-0008", "Cancel")
    assert CancelOrder("ad-0008", "Mara") in sent
    sent.clear()
    widget.menu_for("ad-0008").actions()[0].trigger()
    assert sent == [CancelOrder("ad-0008", "Mara")]
    assert not widget.menu_for("ad-0003").actions()[0].isEnabled()


def test_the_menu_copies_ids_and_the_passport(qtbot):
    widget, *_ = seat(qtbot, OrdersTable)
    menu = widget.menu_for("ad-0003")
    copies = {action.text(): action for action in menu.actions() if action.data()}
    copies["Copy venue id"].trigger()
    assert QGuiApplication.clipboard().text() == "596104620003"
    copies["Copy passport in words"].trigger()
    assert QGuiApplication.clipboard().text().splitlines()[-1].startswith("AI log: done")


def test_a_passport_changes_when_the_ai_log_moves(qtbot):
    from helpers.desk_events import ai_log
    from terminal.domain.ai_log import AiLogState
    from terminal.domain.messages import AiLogChanged

    widget, desk, _ = seat(qtbot, OrdersTable)
    before = widget.model.row("ad-0005").dots[6].state
    desk.apply(AiLogChanged(ai_log("DOGE", 5, AiLogState.ACCEPTED, accepted_ms=1)))
    assert widget.model.row("ad-0005").dots[6].state is not before


def test_an_order_that_waits_for_approval_is_not_listed_yet(qtbot):
    widget, desk, _ = seat(qtbot, OrdersTable)
    desk.apply(OrderChanged(order("BNB", 20, OrderState.PENDING_APPROVAL)))
    assert widget.model.row("ad-0020") is None
    desk.apply(OrderChanged(order("BNB", 20, OrderState.SUBMITTING)))
    assert widget.model.row("ad-0020").state_words == "sending"


# -- fills --------------------------------------------------------------------------


def test_fills_show_fee_role_and_what_was_realised(qtbot):
    widget, desk, _ = seat(qtbot, FillsTable)
    assert cell(widget, fills_table.COLUMNS, "t-0012", "Realised PnL") == "+12.42"
    assert cell(widget, fills_table.COLUMNS, "t-0012", "Role") == "maker"
    assert cell(widget, fills_table.COLUMNS, "t-0003", "Realised PnL") == "–"  # it opened
    assert "realises nothing" in cell(widget, fills_table.COLUMNS, "t-0003", "Fee", Qt.ItemDataRole.ToolTipRole)
    desk.apply(FillSeen(fill("ADA", 30, Side.SELL, realized_pnl=Decimal("-9.5"))))
    assert cell(widget, fills_table.COLUMNS, "t-0030", "Realised PnL") == "−9.50"


@pytest.mark.parametrize("title", ["Price", "Size"])
def test_fills_sort_by_number(qtbot, title):
    widget, desk, _ = seat(qtbot, FillsTable)
    for at, base in enumerate(MARKETS):
        desk.apply(FillSeen(fill(base, 40 + at, Side.BUY)))
    column = [item.title for item in fills_table.COLUMNS].index(title)
    widget.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    texts = [widget.table.sorted.index(at, column).data() for at in range(widget.model.rowCount())]
    values = [float(text.replace(",", "")) for text in texts]
    assert values == sorted(values)


# -- events and tabs ----------------------------------------------------------------


def test_events_filter_and_copy(qtbot):
    log, *_ = seat(qtbot, EventLog)
    assert log.table.sorted.rowCount() == 4
    log.filter.setText("ltc")
    assert log.table.sorted.rowCount() == 2
    qtbot.mouseClick(log.copy_all, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == 2
    assert "alarm" in copied[0]
    log.filter.setText("no such thing")
    assert log.table.empty_words == "No event matches the filter."


def test_copy_key_takes_the_selected_event(qtbot):
    log, desk, _ = seat(qtbot, EventLog)
    log.table.selectRow(0)
    log.copy_current()
    assert QGuiApplication.clipboard().text().endswith(desk.notices[-1].text)


def test_tabs_count_and_an_alarm_does_not_hide(qtbot):
    tabs, desk, _ = seat(qtbot, TradeTabs)
    texts = [tabs.bar.tabText(at) for at in range(tabs.bar.count())]
    assert texts[:5] == ["Positions  3", "Orders  2 open", "Triggers  ▲ 2", "Fills  4", "Account"]
    assert [text.split("  ")[0] for text in texts[5:]] == ["Rules", "Why no trade", "Reviewer", "Events"]
    desk.apply(Notice(Level.ERROR, "orders", "refused", 1))
    assert tabs.bar.tabText(len(texts) - 1) == "Events  ▲ 1"
    tabs.show_page("Events")
    assert tabs.bar.tabText(len(texts) - 1) == "Events"
    desk.apply(ProtectionChanged((guard("BTC", LONG, "0.0059", "89870.0", "92510.0"),)))
    assert tabs.bar.tabText(2) == "Triggers  2"
    desk.apply(PositionsChanged(()))
    assert tabs.bar.tabText(0) == "Positions"
