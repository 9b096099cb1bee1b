"""At a venue that is no perpetual one, or keeps no stops, the window's words say so."""

from dataclasses import replace

from PySide6.QtCore import Qt

from helpers.desk_events import FakeClock, fill_desk, make_desk
from helpers.hand_events import protection
from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind, TradedVenue
from terminal.domain.instrument import perpetual
from terminal.domain.venue_messages import VenueShown
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.viewmodels.market_rows import MarketModel
from terminal.ui.viewmodels.protection_rows import protection_tip
from terminal.ui.viewmodels.trade_rows import position_tip
from terminal.ui.widgets.trade import positions_table, triggers_table
from terminal.ui.widgets.trade.positions_table import GUARD_COLUMN, PositionsTable
from terminal.ui.widgets.trade.triggers_table import HELD_COLUMN, TriggersTable

SPOT = TradedVenue("HashKey", replace(FULL_CAPABILITIES, product=ProductKind.SPOT, triggers=False))
BTC = perpetual("BTC")


def seated(qtbot, make):
    desk, _ = make_desk(FakeClock())
    fill_desk(desk)
    widget = make(desk)
    qtbot.addWidget(widget)
    return widget, desk


def head(widget, column):
    return widget.table.sorted.headerData(column, Qt.Orientation.Horizontal)


def test_the_chart_names_what_is_traded(qtbot):
    panel, desk = seated(qtbot, ChartPanel)
    assert panel.header.pair.text() == "BTC perpetual"
    desk.apply(VenueShown(SPOT))
    assert panel.header.pair.text() == "BTC spot"
    desk.select(perpetual("ETH"))
    assert panel.header.pair.text() == "ETH spot"


def test_a_pairs_hover_text_names_what_is_traded(qtbot):
    desk, _ = make_desk(FakeClock())
    fill_desk(desk)
    desk.apply(VenueShown(SPOT))
    model = MarketModel(desk)
    at = next(row for row in range(model.rowCount()) if model.row_at(row).instrument_id == BTC)
    assert model.index(at, 0).data(Qt.ItemDataRole.ToolTipRole).startswith("BTC spot")
    model.deleteLater()


def test_the_positions_say_who_keeps_stop_and_target(qtbot):
    widget, desk = seated(qtbot, PositionsTable)
    assert head(widget, GUARD_COLUMN) == positions_table.GUARD_TITLE
    desk.apply(VenueShown(SPOT))
    assert head(widget, GUARD_COLUMN) == positions_table.GUARD_TITLE_HERE
    desk.apply(VenueShown(TradedVenue()))
    assert head(widget, GUARD_COLUMN) == positions_table.GUARD_TITLE
    desk.apply(protection())
    row = next(row for row in widget.model.rows if row.base == "BTC")
    assert "stop / target at the venue" in position_tip(row)
    kept = replace(row, guard=replace(row.guard, status=replace(row.guard.status, by_program=True)))
    assert "stop / target kept by this program" in position_tip(kept)
    assert "kept by this program" in protection_tip(kept.guard)


def test_the_triggers_say_who_keeps_them(qtbot):
    widget, desk = seated(qtbot, TriggersTable)
    assert head(widget, HELD_COLUMN) == triggers_table.HELD
    assert "the venue itself lists" in widget.table.empty_words
    desk.apply(VenueShown(SPOT))
    assert head(widget, HELD_COLUMN) == triggers_table.HELD_HERE
    assert "this program keeps" in widget.table.empty_words


def test_what_a_person_chose_of_the_columns_goes_by_the_same_name(qtbot):
    widget, desk = seated(qtbot, PositionsTable)
    desk.apply(VenueShown(SPOT))
    assert widget.model.columns[GUARD_COLUMN].title == positions_table.GUARD_TITLE
