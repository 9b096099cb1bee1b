import pytest
from PySide6.QtCore import Qt

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.domain.instrument import perpetual
from terminal.ui.viewmodels.elsewhere import TITLES as NEEDS_OTHER_VENUES
from terminal.ui.viewmodels.market_rows import COLUMNS
from terminal.ui.viewmodels.rows import SORT_ROLE
from terminal.ui.widgets.market.market_watch import MarketWatch

TITLES = [column.title for column in COLUMNS]


@pytest.fixture
def seat(qtbot):
    desk, sent = make_desk(FakeClock())
    fill_desk(desk)
    watch = MarketWatch(desk)
    qtbot.addWidget(watch)
    watch.resize(700, 330)
    watch.show()
    return watch, desk, sent


def shown(watch):
    head = watch.table.horizontalHeader()
    order = [head.logicalIndex(at) for at in range(head.count())]
    return [TITLES[at] for at in order if not watch.table.isColumnHidden(at)]


def toggle(watch, title):
    menu = watch.columns.menu()
    next(act for act in menu.actions() if act.text().startswith(title)).trigger()
    menu.deleteLater()


def cell(watch, base, title, role=Qt.ItemDataRole.DisplayRole):
    at = [row.instrument_id for row in watch.model.rows].index(perpetual(base))
    return watch.model.index(at, TITLES.index(title)).data(role)


def test_columns_are_chosen_at_the_head_and_kept(seat, qtbot):
    watch, desk, _ = seat
    toggle(watch, "Trend")
    assert "Trend" not in shown(watch)
    kept = desk.preferences.section("columns")["markets"]
    assert kept == {"shown": [title for title in TITLES[1:] if title not in NEEDS_OTHER_VENUES | {"Trend"}]}
    other = MarketWatch(desk)
    qtbot.addWidget(other)
    other.resize(700, 330)
    other.show()
    assert "Trend" not in shown(other)
    watch.columns.reset()
    assert "Trend" in shown(watch)
    assert desk.preferences.section("columns") == {}


def test_room_that_is_freed_goes_to_columns_that_were_left_out(seat):
    watch, *_ = seat
    assert "Vol M" not in shown(watch)
    for title in ("Trend", "Spread bp", "Mark", "Funding", "Next", "Bid", "Ask"):
        toggle(watch, title)
    assert "Vol M" in shown(watch)
    assert watch.table.horizontalHeader().length() <= watch.table.viewport().width()


def test_the_pair_always_stays_and_stands_first(seat):
    watch, desk, _ = seat
    desk.preferences.put("columns", {"markets": {"shown": []}})
    assert shown(watch) == ["Pair"]


def test_a_dragged_head_stays_where_it_was_put(seat):
    watch, desk, _ = seat
    head = watch.table.horizontalHeader()
    head.moveSection(head.visualIndex(TITLES.index("Age")), 1)
    assert shown(watch)[:2] == ["Pair", "Age"]
    assert desk.preferences.section("columns")["markets"]["order"][:2] == ["Pair", "Age"]
    watch.columns.reset()
    assert shown(watch)[-1] == "Age"


def test_values_that_are_no_columns_do_no_harm(seat):
    watch, desk, _ = seat
    for value in ("x", {"shown": "y"}, {"shown": [1, "No such"], "order": ["Last", "Last", 5]}):
        desk.preferences.put("columns", {"markets": value})
        assert shown(watch)[0] == "Pair"


def test_the_filter_shows_what_fits_and_enter_opens_it(seat, qtbot):
    watch, desk, _ = seat
    watch.start_filter()
    qtbot.keyClicks(watch.filter, "do")
    assert [watch.table.sorted.index(at, 0).data() for at in range(watch.table.sorted.rowCount())] == ["DOGE"]
    qtbot.keyClick(watch.filter, Qt.Key.Key_Return)
    assert desk.selection[0] == perpetual("DOGE")
    assert watch.filter.text() == ""
    assert watch.table.sorted.rowCount() == 8


def test_the_filter_goes_at_esc_and_says_when_nothing_fits(seat, qtbot):
    watch, _, sent = seat
    watch.start_filter()
    qtbot.keyClicks(watch.filter, "zz")
    assert watch.table.sorted.rowCount() == 0
    assert "zz" in watch.table._filtered_words
    qtbot.keyClick(watch.filter, Qt.Key.Key_Return)
    assert sent == []
    watch.start_filter()
    qtbot.keyClicks(watch.filter, "zz")
    qtbot.keyClick(watch.filter, Qt.Key.Key_Escape)
    assert watch.table.sorted.rowCount() == 8


def test_funding_counts_down_on_the_markets_clock(seat):
    watch, desk, _ = seat
    left = (desk.funding[perpetual("BTC")].next_ms - desk.now_ms()) // 1_000
    assert cell(watch, "BTC", "Next", SORT_ROLE) == left
    assert cell(watch, "BTC", "Next") == "2:14:09"


def test_basis_range_and_volume_are_figures_that_sort(seat):
    watch, desk, _ = seat
    ticker = desk.tickers[perpetual("BTC")]
    assert cell(watch, "BTC", "Basis bp", SORT_ROLE) == float(ticker.mark / ticker.index - 1)
    assert cell(watch, "BTC", "Low 24 h", SORT_ROLE) == float(ticker.low_24h)
    assert cell(watch, "BTC", "High 24 h", SORT_ROLE) == float(ticker.high_24h)
    assert cell(watch, "BTC", "Vol M", SORT_ROLE) == float(ticker.quote_volume_24h) / 1e6


def test_a_market_that_is_silent_is_announced_once(seat, qtbot):
    watch, *_ = seat
    told = []
    watch.model.live_changed.connect(lambda: told.append(1))
    watch.model.refresh_all()
    watch.model.refresh_all()
    assert told == []
