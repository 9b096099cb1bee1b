"""Other venues' prices in the window: the panel, the market watch, and what is said where nothing is known."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from helpers.desk_events import FakeClock, fill_desk, make_desk
from helpers.venue_events import LINKS, compared, price
from terminal.domain.instrument import perpetual
from terminal.domain.references import FRESH_S, ReferencePrice
from terminal.ui.viewmodels.market_rows import COLUMNS
from terminal.ui.widgets.market.market_watch import MarketWatch
from terminal.ui.widgets.market.venue_panel import VenuePanel

BTC, SOL = perpetual("BTC"), perpetual("SOL")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def seat(qtbot, clock):
    desk, _ = make_desk(clock)
    fill_desk(desk)
    panel = VenuePanel(desk)
    qtbot.addWidget(panel)
    panel.resize(900, 480)
    panel.show()
    return panel, desk


def titles(table):
    return [column.title for column in table.rows.columns]


def cell(table, key, title, role=Qt.ItemDataRole.DisplayRole):
    at = next(at for at in range(table.sorted.rowCount()) if table.key_at(table.sorted.index(at, 0)) == key)
    return table.sorted.index(at, titles(table).index(title)).data(role)


def shown(table):
    return [title for at, title in enumerate(titles(table)) if not table.isColumnHidden(at)]


def test_without_other_venues_it_says_how_to_have_them(seat):
    panel, desk = seat
    assert panel.empty.isVisible()
    assert "--references" in panel.empty.text()
    assert panel.venues is None
    desk.apply(replace(compared(), links=()))
    assert panel.empty.isVisible()


def test_the_selected_pair_stands_side_by_side_at_every_venue(seat):
    panel, desk = seat
    desk.apply(compared())
    assert not panel.empty.isVisible()
    table = panel.venues
    assert [row.title for row in table.rows.rows] == ["WEEX", "HashKey", "WOO X", "Bit-Z"]
    assert cell(table, "WEEX", "Bid") == "90,755.3"
    assert cell(table, "WEEX", "Basis bp") == "–"
    assert (cell(table, "HashKey", "Bid"), cell(table, "HashKey", "Ask")) == ("90,768.9", "90,769.0")
    assert cell(table, "HashKey", "Middle") == "90,768.95"
    assert cell(table, "HashKey", "Basis bp") == "+1.5"
    assert cell(table, "WOO X", "Basis bp") == "−3.0"
    tip = cell(table, "HashKey", "Bid", Qt.ItemDataRole.ToolTipRole)
    assert "1.5 bp above WEEX's" in tip
    assert "no key there" in tip
    assert panel.header.summary.text() == "BTC · 2 of 3 compared"


def test_an_old_price_is_grey_and_compared_with_nothing(seat):
    panel, desk = seat
    desk.apply(compared())
    assert cell(panel.venues, "Bit-Z", "Basis bp") == "–"
    assert cell(panel.venues, "Bit-Z", "Age") == "1\u2009min"
    old = [row for row in panel.venues.rows.rows if row.title == "Bit-Z"]
    assert [row.tone for row in old] == ["muted"]
    assert "shown grey" in cell(panel.venues, "Bit-Z", "Age", Qt.ItemDataRole.ToolTipRole)


def test_a_pair_that_is_not_listed_is_said(seat):
    panel, desk = seat
    desk.apply(compared())
    desk.select(SOL)
    assert cell(panel.venues, "HashKey", "Age") == "not listed here"
    assert cell(panel.venues, "HashKey", "Bid") == "–"
    assert "does not list SOL" in cell(panel.venues, "HashKey", "Age", Qt.ItemDataRole.ToolTipRole)
    assert cell(panel.pairs, SOL, "HashKey bp") == "not listed"


def test_the_eight_pairs_stand_across_the_venues(seat, qtbot):
    panel, desk = seat
    desk.apply(compared())
    table = panel.pairs
    assert table.rows.rowCount() == 8
    assert cell(table, BTC, "WOO X bp") == "−3.0"
    assert cell(table, BTC, "Apart bp") == "4.5"
    assert "4.5 bp apart" in cell(table, BTC, "Apart bp", Qt.ItemDataRole.ToolTipRole)
    place = table.visualRect(table.sorted.index(2, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.selection[0] == table.key_at(table.sorted.index(2, 0))


def test_a_narrow_panel_keeps_basis_and_distance(seat, qtbot):
    panel, desk = seat
    desk.apply(compared())
    panel.resize(360, 480)
    wanted = {"Pair", "HashKey bp", "WOO X bp", "Bit-Z bp", "Apart bp"}
    qtbot.waitUntil(lambda: set(shown(panel.pairs)) == wanted)
    assert {"Venue", "Bid", "Ask", "Basis bp", "Age"} <= set(shown(panel.venues))


def test_prices_age_while_nobody_tells_newer_ones(seat, clock):
    panel, desk = seat
    desk.apply(compared())
    clock.forward(FRESH_S + 5)
    panel.refresh()
    assert cell(panel.venues, "WOO X", "Basis bp") == "–"
    assert cell(panel.venues, "WOO X", "Age") == "15\u2009s"
    assert cell(panel.pairs, BTC, "Apart bp") == "–"


def test_only_a_panel_that_is_seen_reads_on(seat, qtbot):
    panel, desk = seat
    desk.apply(compared())
    assert panel._look.isActive()
    panel.hide()
    assert not panel._look.isActive()
    changed = []
    panel.venues.rows.dataChanged.connect(lambda *_: changed.append(1))
    whole = compared()
    first = replace(whole.rows[0], prices=(price("hashkey", "BTC", "4", 0.1), *whole.rows[0].prices[1:]))
    desk.apply(replace(whole, rows=(first, *whole.rows[1:])))
    assert changed == []
    panel.show()
    assert changed
    assert cell(panel.venues, "HashKey", "Basis bp") == "+4.0"


def test_venues_that_appear_later_get_their_columns(seat):
    panel, desk = seat
    desk.apply(replace(compared(), links=LINKS[:1]))
    assert "WOO X bp" not in titles(panel.pairs)
    desk.apply(compared())
    assert "WOO X bp" in titles(panel.pairs)


def test_a_venue_that_was_never_heard_says_why(seat):
    panel, desk = seat
    away = replace(LINKS[2], text="it cannot be reached: no route. Trying on")
    whole = compared()
    never = ReferencePrice("bitz", listed=None)
    rows = tuple(replace(row, prices=(*row.prices[:2], never)) for row in whole.rows)
    desk.apply(replace(whole, rows=rows, links=(*LINKS[:2], away)))
    assert cell(panel.venues, "Bit-Z", "Age") == "not connected"
    assert "no route" in cell(panel.venues, "Bit-Z", "Bid", Qt.ItemDataRole.ToolTipRole)


# -- market watch -------------------------------------------------------------------


@pytest.fixture
def watch(qtbot, clock):
    desk, _ = make_desk(clock)
    fill_desk(desk)
    market = MarketWatch(desk)
    qtbot.addWidget(market)
    market.resize(1400, 330)
    market.show()
    return market, desk


def market_cell(market, title, role=Qt.ItemDataRole.DisplayRole):
    return market.model.index(0, [column.title for column in COLUMNS].index(title)).data(role)


def test_the_market_watch_has_room_for_venues_only_while_there_are_some(watch):
    market, desk = watch
    assert not {"Venues", "Venues age"} & set(shown(market.table))
    desk.apply(compared())
    assert {"Venues", "Venues age"} <= set(shown(market.table))
    market.model.refresh_all()
    assert market_cell(market, "Venues") == "−3.0"
    assert market_cell(market, "Venues age") == "1\u2009min"
    tip = market_cell(market, "Venues", Qt.ItemDataRole.ToolTipRole)
    assert "HashKey: +1.5 bp" in tip
    assert "Bit-Z: not compared" in tip


def test_a_choice_of_columns_stands_whatever_is_compared(watch):
    market, desk = watch
    menu = market.columns.menu()
    next(act for act in menu.actions() if act.text() == "Venues").trigger()
    menu.deleteLater()
    assert "Venues" in shown(market.table)
    desk.apply(compared())
    assert "Venues age" not in shown(market.table)


def test_a_venue_column_on_a_narrow_panel_is_the_last_to_go(watch):
    market, desk = watch
    desk.apply(compared())
    market.resize(384, 330)
    assert "Venues" in shown(market.table)
    assert "Spread bp" not in shown(market.table)
