from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from helpers.desk_events import MARKETS, NOW_MS, ai_log, fill, fill_desk, make_desk, order, ticker
from terminal.domain.ai_log import AiLogState
from terminal.domain.instrument import perpetual
from terminal.domain.messages import (
    AiLogChanged,
    CancelAll,
    CancelOrder,
    ClosePosition,
    FillSeen,
    Level,
    Notice,
    OrderChanged,
    Phase,
    PositionsChanged,
)
from terminal.domain.order import OrderState, PositionSide, Side
from terminal.ui.viewmodels.passport import DotState
from terminal.ui.viewmodels.rows import PAINTS_ROLE, TONE_ROLE
from terminal.ui.widgets import fills_table, orders_table, positions_table
from terminal.ui.widgets.event_log import EventLog
from terminal.ui.widgets.fills_table import FillsTable
from terminal.ui.widgets.orders_table import OrdersTable
from terminal.ui.widgets.positions_table import PositionsTable
from terminal.ui.widgets.trade_tabs import TradeTabs


def seat(qtbot, make, *, filled=True):
    desk, sent = make_desk()
    if filled:
        fill_desk(desk)
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
    assert position_cell(widget, "DOGE", "PnL before fees", TONE_ROLE) == "down"
    assert position_cell(widget, "DOGE", "Liquidation") == "–"
    assert "the venue gave none" in position_cell(widget, "DOGE", "Liquidation", Qt.ItemDataRole.ToolTipRole)
    assert position_cell(widget, "BTC", "Stop / target") == "89,847.7 / 92,570.4"


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
    assert position_cell(widget, "BTC", "Stop / target") == "– / –"
    assert position_cell(widget, "BTC", "Stop / target", TONE_ROLE) == "amber"


def test_cancel_all_takes_stops_and_targets_out_of_the_table(qtbot):
    widget, desk, _ = seat(qtbot, PositionsTable)
    desk.send(CancelAll("Mara"))
    assert position_cell(widget, "BTC", "Stop / target") == "cancel sent"
    assert position_cell(widget, "BTC", "Stop / target", TONE_ROLE) == "amber"
    assert "Cancel all took back" in position_cell(widget, "BTC", "Stop / target", Qt.ItemDataRole.ToolTipRole)


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
    assert position_cell(other, "BTC", "Passport", PAINTS_ROLE) == ()
    assert "No opening order" in position_cell(other, "BTC", "Passport", Qt.ItemDataRole.ToolTipRole)


def test_close_buttons_and_menu_send_the_fraction(qtbot):
    widget, _, sent = seat(qtbot, PositionsTable)
    key = f"{perpetual('SOL')} SHORT"
    click_button(qtbot, widget, key, "50")
    assert ClosePosition(perpetual("SOL"), PositionSide.SHORT, Decimal("0.5"), "Mara") in sent
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


# -- orders -------------------------------------------------------------------------


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
    assert texts == ["Positions  3", "Orders  2 open", "Fills  4", "Account", "Events"]
    desk.apply(Notice(Level.ERROR, "orders", "refused", 1))
    assert tabs.bar.tabText(4) == "Events  ▲ 1"
    tabs.show_page("Events")
    assert tabs.bar.tabText(4) == "Events"
    desk.apply(PositionsChanged(()))
    assert tabs.bar.tabText(0) == "Positions"
