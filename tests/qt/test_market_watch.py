from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtWidgets import QMainWindow

from helpers.desk_events import FakeClock, book, fill_desk, make_desk, ticker
from terminal.domain.commands import ShowChart
from terminal.domain.competition import ALLOWED_BASES
from terminal.domain.instrument import perpetual
from terminal.ui.viewmodels.elsewhere import TITLES as NEEDS_OTHER_VENUES
from terminal.ui.viewmodels.market_rows import COLUMNS, changed_digits, market_row
from terminal.ui.viewmodels.price_trail import KEPT
from terminal.ui.viewmodels.rows import SORT_ROLE, TONE_ROLE
from terminal.ui.widgets.market.market_watch import MarketWatch
from terminal.ui.widgets.market.sparkline import spark_points
from terminal.ui.widgets.panel import PanelDock

TITLES = [column.title for column in COLUMNS]


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, sent = make_desk(clock)
    fill_desk(desk)
    watch = MarketWatch(desk)
    qtbot.addWidget(watch)
    watch.resize(340, 330)
    watch.show()
    return watch, desk, sent, clock


def cell(watch, base, title, role=Qt.ItemDataRole.DisplayRole):
    at = [row.instrument_id for row in watch.model.rows].index(perpetual(base))
    return watch.model.index(at, TITLES.index(title)).data(role)


def test_eight_pairs_at_tick_with_signs(seat):
    watch, *_ = seat
    assert watch.model.rowCount() == len(ALLOWED_BASES)
    assert cell(watch, "BTC", "Last") == "90,755.3"
    assert cell(watch, "DOGE", "Last") == "0.14672"
    assert cell(watch, "BTC", "24 h") == "+0.47\u2009%"
    assert cell(watch, "SOL", "24 h") == "−0.38\u2009%"
    assert cell(watch, "ADA", "Spread bp") == "2.34"
    assert cell(watch, "BTC", "Funding") == "−0.0200\u2009%"
    assert cell(watch, "BTC", "24 h", TONE_ROLE) == "rise"
    assert cell(watch, "SOL", "24 h", TONE_ROLE) == "fall"


def test_prices_sort_by_number(seat):
    watch, *_ = seat
    watch.table.sortByColumn(TITLES.index("Last"), Qt.SortOrder.DescendingOrder)
    order = [watch.table.sorted.index(at, 0).data() for at in range(8)]
    across = Qt.Orientation.Horizontal
    heads = [watch.table.sorted.headerData(at, across) for at in range(len(TITLES))]
    assert [head for head in heads if head not in TITLES] == ["Last ▾"]
    assert order == ["BTC", "ETH", "BNB", "SOL", "LTC", "XRP", "ADA", "DOGE"]


def test_narrow_dock_shows_the_five_columns_and_no_scroll_bar(seat):
    watch, *_ = seat
    shown = [title for at, title in enumerate(TITLES) if not watch.table.isColumnHidden(at)]
    assert shown == ["Pair", "Last", "24 h", "Trend", "Age"]
    assert not watch.table.horizontalScrollBar().isVisible()
    watch.resize(1_400, 330)
    hidden = {title for at, title in enumerate(TITLES) if watch.table.isColumnHidden(at)}
    assert hidden == NEEDS_OTHER_VENUES


def test_a_stale_quote_greys_and_its_age_turns_amber(seat, qtbot):
    watch, desk, _, clock = seat
    assert cell(watch, "LTC", "Last", TONE_ROLE) == "text"
    clock.forward(14)
    desk.apply(ticker("BTC"))
    desk.flush()
    qtbot.waitUntil(lambda: cell(watch, "LTC", "Age") == "14\u2009s", timeout=60_000)  # by its own timer
    assert cell(watch, "LTC", "Age", TONE_ROLE) == "amber"
    assert cell(watch, "LTC", "Last", TONE_ROLE) == "muted"
    assert cell(watch, "LTC", "24 h", TONE_ROLE) == "muted"
    assert cell(watch, "BTC", "Age", TONE_ROLE) == "muted"
    assert watch.header.summary.text() == "1 of 8 live"
    assert watch.header.summary.property("tone") == "amber"


def test_missing_is_a_dash_with_a_reason_never_zero(qtbot):
    desk, _ = make_desk()
    watch = MarketWatch(desk)
    qtbot.addWidget(watch)
    for title in TITLES[1:]:
        assert cell(watch, "BTC", title) == "–"
    assert "No quote yet" in cell(watch, "BTC", "Last", Qt.ItemDataRole.ToolTipRole)
    assert cell(watch, "BTC", "Last", SORT_ROLE) == float("-inf")


def test_the_trend_needs_two_prices_and_forgets_the_oldest(seat):
    watch, desk, _, clock = seat
    trail = watch.model._trail
    trail.sample()
    assert cell(watch, "BTC", "Trend") == "–"
    desk.apply(ticker("BTC", "90846.1"))
    trail.sample()
    assert cell(watch, "BTC", "Trend") == "+0.10\u2009%"
    assert cell(watch, "BTC", "Trend", TONE_ROLE) == "rise"
    assert cell(watch, "ETH", "Trend", TONE_ROLE) == "muted"  # it did not move
    assert "every 3 s of your clock" in cell(watch, "BTC", "Trend", Qt.ItemDataRole.ToolTipRole)
    clock.forward(60)
    trail.sample()
    assert len(trail.of(perpetual("BTC"))) == 2  # nothing is noted of a silent pair
    for _ in range(KEPT + 5):
        desk.apply(ticker("BTC"))
        trail.sample()
    assert len(trail.of(perpetual("BTC"))) == KEPT


def test_a_spark_keeps_to_its_cell_with_the_newest_price_at_the_right():
    cell_rect = QRectF(10, 20, 60, 30)
    for prices in ((1.0, 2.0), (5.0,) * 9, tuple(float(at % 7) for at in range(60))):
        points = spark_points(prices, cell_rect)
        assert all(cell_rect.contains(point) for point in points)
        assert points[-1].x() == cell_rect.right()
    low, high = spark_points((1.0, 2.0), cell_rect)
    assert high.y() < low.y()


def test_an_unsynchronised_book_gives_no_bid(seat):
    watch, desk, *_ = seat
    import dataclasses

    desk.apply(dataclasses.replace(book("BTC"), synchronised=False))
    desk.flush()
    assert cell(watch, "BTC", "Bid") == "–"
    assert cell(watch, "BTC", "Spread bp") == "–"


def test_only_the_cells_that_changed_are_announced(seat, qtbot):
    watch, desk, *_ = seat
    told = []
    watch.model.dataChanged.connect(lambda *ends: told.append([(end.row(), end.column()) for end in ends[:2]]))
    before = [column.text(watch.model.row(perpetual("ETH"))) for column in watch.model.columns]
    desk.apply(ticker("ETH", "3013.10"))
    desk.flush()
    after = [column.text(watch.model.row(perpetual("ETH"))) for column in watch.model.columns]
    reworded = {at for at, words in enumerate(after) if words != before[at] and not watch.table.isColumnHidden(at)}
    assert reworded
    announced = {at for (_, first), (_, last) in told for at in range(first, last + 1)}
    assert {row for ends in told for row, _ in ends} == {1}
    assert reworded <= announced
    assert 0 not in announced  # the pair's name


def test_changed_digits_are_tinted_and_fade(seat, qtbot):
    watch, desk, *_ = seat
    desk.apply(ticker("BTC", "90757.9"))
    desk.flush()
    tint = watch.model.row(perpetual("BTC")).tint
    assert tint.up
    assert "90,757.9"[tint.start :] == "7.9"
    qtbot.waitUntil(lambda: watch.model.row(perpetual("BTC")).tint is None, timeout=60_000)


def test_tint_down_and_no_tint_without_a_move(seat):
    _, desk, *_ = seat
    before = market_row(desk, perpetual("BTC"))
    desk.apply(ticker("BTC", "90755.1"))
    after = market_row(desk, perpetual("BTC"))
    assert changed_digits(before, after).up is False
    assert changed_digits(after, after) is None
    assert after.last == Decimal("90755.1")


def test_a_click_links_every_panel(seat, qtbot):
    watch, desk, sent, _ = seat
    place = watch.table.visualRect(watch.table.sorted.index(2, 0)).center()
    with qtbot.waitSignal(desk.selection_changed):
        qtbot.mouseClick(watch.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.selection[0] == perpetual("SOL")
    assert sent == [ShowChart(perpetual("SOL"), desk.selection[1])]


def test_the_arrow_keys_link_too_and_the_selection_is_followed(seat, qtbot):
    watch, desk, *_ = seat
    watch.table.setFocus()
    qtbot.keyClick(watch.table, Qt.Key.Key_Down)
    assert desk.selection[0] == perpetual("ETH")
    desk.select(perpetual("LTC"))
    assert watch.table.current_key() == perpetual("LTC")


class Paints(QObject):
    """Notes who is painted."""

    def __init__(self, *watched):
        super().__init__()
        self.seen = []
        for each in watched:
            each.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802  # Qt's name
        if event.type() == QEvent.Type.Paint:
            self.seen.append(watched)
        return False


def test_a_price_that_moves_paints_nothing_below_the_table(qtbot):
    desk, _ = make_desk(FakeClock())
    fill_desk(desk)
    watch = MarketWatch(desk)
    dock = PanelDock("Markets", "markets", watch, watch.header)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    with qtbot.waitExposed(window):
        window.show()
    window.repaint()
    paints = Paints(watch.table.viewport(), watch, dock)
    desk.apply(ticker("BTC", "90761.3"))
    desk.flush()
    qtbot.waitUntil(lambda: bool(paints.seen))
    assert set(paints.seen) == {watch.table.viewport()}
