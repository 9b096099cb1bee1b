from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from helpers.desk_events import FakeClock, fill_desk, make_desk, proposal
from helpers.hand_events import EVERYTHING
from helpers.op_count import operations
from terminal.domain.commands import CancelAll, ShowChart
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.hand_messages import PauseEntries, PlanFlatten
from terminal.domain.messages import Phase, ProposalChanged, TradingStateChanged
from terminal.domain.order import PositionSide
from terminal.domain.risk import TradingState
from terminal.ui.main_window import MainWindow, WindowMode
from terminal.ui.theme.tokens import DARK
from terminal.ui.widgets.seat.key_list import KeyList
from terminal.ui.widgets.trade.positions_table import BUTTON_STEPS

MODE = WindowMode(
    "DEMO",
    "built-in exchange · 20x speed · planted pattern",
    "accent",
    simulated=True,
    details="Prices are simulated and carry a pattern on purpose.",
    account="Mara",
)
PANIC_KEYS = {"Ctrl+Shift+C", "Ctrl+Shift+P", "Ctrl+Shift+F"}
SIZES = [(1_840, 980), (1_366, 768)]


@pytest.fixture
def build(qtbot, tmp_path):
    def make(size=(1_840, 980), *, filled=True):
        desk, sent = make_desk(FakeClock())
        if filled:
            fill_desk(desk)
        window = MainWindow(desk, MODE, tmp_path / "window.json")
        qtbot.addWidget(window, before_close_func=lambda item: item.finish_close())
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        return window, desk, sent

    return make


def place(window, widget):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("size", SIZES)
def test_what_must_always_be_seen_is_inside_the_window(build, qtbot, size):
    window, *_ = build(size)
    approve = next(b for b in window.review.findChildren(QPushButton) if b.text().startswith("Approve"))
    qtbot.waitUntil(lambda: approve.isVisible() and not approve.visibleRegion().isEmpty())
    for widget in (approve, window.top_bar.cancel_all, window.top_bar.flatten, *window.top_bar.state.buttons.values()):
        assert window.rect().contains(place(window, widget))
        assert widget.visibleRegion().boundingRect() == widget.rect()
    assert (window.width(), window.height()) == size
    assert window.chart_place.width() >= 560
    assert window.chart_place.height() >= 300


@pytest.mark.parametrize("size", SIZES)
def test_no_text_is_clipped(build, qtbot, size):
    window, *_ = build(size)
    qtbot.wait(50)
    for panel in (window.top_bar, window.ticket, window.statusBar(), window.tabs.account):
        for widget in [*panel.findChildren(QLabel), *panel.findChildren(QAbstractButton)]:
            if not widget.isVisible() or not widget.text() or (isinstance(widget, QLabel) and widget.wordWrap()):
                continue
            assert widget.width() >= widget.minimumSizeHint().width(), widget.text()
            assert widget.height() >= widget.minimumSizeHint().height(), widget.text()
    for label in window.ticket.findChildren(QLabel):
        if label.wordWrap() and label.isVisible():
            assert label.height() >= label.heightForWidth(label.width()), label.text()


@pytest.mark.parametrize("size", SIZES)
def test_no_table_scrolls_sideways_and_all_eight_markets_show(build, qtbot, size):
    window, *_ = build(size)
    qtbot.wait(50)
    market = window.market_watch.table
    assert not market.verticalScrollBar().isVisible()
    assert market.horizontalHeader().length() <= market.viewport().width()
    positions = window.tabs.positions.table
    assert positions.horizontalHeader().length() <= positions.viewport().width()


def test_mode_is_in_title_frame_and_buttons(build):
    window, *_ = build()
    assert window.windowTitle() == "DEMO (built-in exchange · 20x speed · planted pattern) – Mara – Alpha Desk"
    picture = window.grab().toImage()
    for x, y in ((0, 400), (window.width() - 1, 400), (700, 0), (700, window.height() - 1)):
        assert picture.pixelColor(x, y) == QColor(DARK.accent)
    assert "DEMO" in window.ticket.ask_button.text()


def test_every_control_has_an_accessible_name(build):
    window, *_ = build()
    for button in window.findChildren(QPushButton):
        assert button.accessibleName() or button.text(), button
    names = {dock.objectName() for dock in window.docks.values()}
    assert names == {"markets", "ticket", "tables", "review", "ai_logs", "ladder", "depth", "tape", "venues"}


def test_docks_move_and_float_but_never_close(build):
    window, *_ = build()
    for dock in window.docks.values():
        features = dock.features()
        assert features & dock.DockWidgetFeature.DockWidgetMovable
        assert features & dock.DockWidgetFeature.DockWidgetFloatable
        assert not features & dock.DockWidgetFeature.DockWidgetClosable


def test_the_layout_is_kept_and_can_be_reset(build, tmp_path, qtbot):
    window, *_ = build()
    right = Qt.DockWidgetArea.RightDockWidgetArea
    window.addDockWidget(right, window.docks["markets"])
    window.finish_close()
    assert "Review" in (tmp_path / "window.json").read_text()

    again, *_ = build()
    assert again.dockWidgetArea(again.docks["markets"]) == right
    again.layout_of_docks.reset()
    assert again.dockWidgetArea(again.docks["markets"]) == Qt.DockWidgetArea.LeftDockWidgetArea


def test_a_broken_layout_file_gives_the_built_in_layout(build, tmp_path):
    (tmp_path / "window.json").write_text("[window]\nstate=nonsense\n")
    window, desk, _ = build()
    assert [notice.source for notice in desk.notices][-1] == "window"
    assert "kept as window.json.unreadable" in desk.notices[-1].text
    assert window.dockWidgetArea(window.docks["review"]) == Qt.DockWidgetArea.RightDockWidgetArea


def test_a_small_window_folds_the_logs_into_a_tab_and_unfolds_again(build, qtbot):
    window, *_ = build()
    review, logs = window.docks["review"], window.docks["ai_logs"]
    assert logs not in window.tabifiedDockWidgets(review)
    window.resize(1_366, 768)
    qtbot.waitUntil(lambda: logs in window.tabifiedDockWidgets(review))
    assert not window.review.header.title.isVisible()
    window.resize(1_840, 980)
    qtbot.waitUntil(lambda: logs not in window.tabifiedDockWidgets(review))
    assert logs.isVisible()
    assert window.review.header.title.isVisible()


def float_markets(window):
    panels = next(a.menu() for a in window.top_bar.menu.actions() if a.text() == "Panels")
    return next(a for a in panels.actions() if a.text() == "Float Markets")


def test_floating_is_in_the_view_menu(build, qtbot):
    window, *_ = build()
    act = float_markets(window)
    act.trigger()
    assert window.docks["markets"].isFloating()
    window.layout_of_docks.reset()
    assert not window.docks["markets"].isFloating()
    assert not act.isChecked()


def test_a_floating_panel_stands_beside_its_place(build):
    window, *_ = build()
    dock = window.docks["markets"]
    before = dock.mapToGlobal(QPoint(0, 0))
    float_markets(window).trigger()
    assert dock.pos() != before
    assert dock.isFloating()


def test_f1_prints_the_keys_once(build, qtbot):
    window, *_ = build()
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    shown = window.findChildren(KeyList)
    assert len(shown) == 1
    assert shown[0].isVisible()
    words = {label.text() for label in shown[0].findChildren(QLabel)}
    assert {"Ctrl+Shift+C", "J", "K", "A", "R", "D", "Alt+R", "F1", "Ctrl+1 … Ctrl+8"} <= words
    window.show_keys()
    assert len(window.findChildren(KeyList)) == 1
    shown[0].accept()
    qtbot.waitUntil(lambda: not window.findChildren(KeyList))


@pytest.mark.parametrize("size", SIZES)
def test_a_long_model_name_never_pushes_the_buttons_out(build, qtbot, size):
    window, desk, _ = build(size, filled=False)
    name = "embedded-ridge/1 feat0982e625 seed7 train20261121T0130Z shab126f668"
    made = proposal("ETH", 1)
    desk.apply(ProposalChanged(replace(made, decision=replace(made.decision, model=name))))
    qtbot.waitUntil(lambda: len(window.review.stack.cards) == 1 and window.review.stack.cards[0].width() > 100)
    qtbot.wait(50)
    card, room = window.review.stack.cards[0], window.review.stack.viewport()
    assert card.width() <= room.width()
    for part in (card.reject, card.approve, card.head.ring):
        assert part.visibleRegion().boundingRect() == part.rect()
    assert card.model.text == "Model embedded-ridge/1"
    assert "shab126f668" in card.model.toolTip()


def test_long_words_of_a_failed_start_do_not_widen_the_window(build, qtbot):
    window, desk, _ = build((1_366, 768), filled=False)
    desk.apply(Phase("Not started: " + "the exchange did not answer and neither did the journal; " * 6, ready=False))
    qtbot.wait(50)
    assert window.width() == 1_366
    assert window.statusBar().items["phase"].text().endswith("…")
    assert "neither did the journal" in window.statusBar().items["phase"].toolTip()


def test_a_window_that_starts_small_starts_with_a_folded_ticket(build):
    window, *_ = build((1_366, 768))
    entry = window.ticket.entry
    assert not entry.tif_row.isVisible()
    for part in (entry.leverage_button, entry.price.field, entry.stop.field):
        assert part.height() >= part.minimumSizeHint().height()


def test_the_ticket_folds_to_its_essentials_on_a_small_screen(build, qtbot):
    window, *_ = build()
    ticket = window.ticket
    qtbot.waitUntil(lambda: ticket.entry.tif_row.isVisible() and ticket.grid.values["Liquidation"].isVisible())
    window.resize(1_366, 768)
    qtbot.waitUntil(lambda: not ticket.entry.tif_row.isVisible())
    assert window.height() == 768
    for part in (ticket.ask_button, ticket.entry.stop, ticket.grid.values["Size"], *ticket.close_long.buttons):
        assert part.visibleRegion().boundingRect() == part.rect()
    assert not ticket.grid.values["Liquidation"].isVisible()
    window.resize(1_840, 980)
    qtbot.waitUntil(ticket.entry.tif_row.isVisible)


def test_the_panic_keys_work_from_a_text_field_when_halted_and_a_held_key_acts_once(build, qtbot):
    window, desk, sent = build()
    window.activateWindow()
    desk.apply(TradingStateChanged(TradingState.HALTED, "daily loss"))
    window.tabs.show_page("Events")
    field = window.tabs.events.filter
    field.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(field, Qt.Key.Key_P, both)
    qtbot.keyClick(field, Qt.Key.Key_C, both)
    assert sent == [PauseEntries("Mara"), CancelAll("Mara")]
    shortcuts = [item for item in window.findChildren(QShortcut) if item.key().toString() in PANIC_KEYS]
    assert {item.key().toString() for item in shortcuts} == PANIC_KEYS
    assert not any(item.autoRepeat() for item in shortcuts)
    for key in (Qt.Key.Key_P, Qt.Key.Key_C, Qt.Key.Key_F):
        QApplication.sendEvent(field, QKeyEvent(QKeyEvent.Type.KeyPress, key, both, "", True))
    assert sent == [PauseEntries("Mara"), CancelAll("Mara")]
    qtbot.keyClick(field, Qt.Key.Key_F, both)
    assert window.flatten.isVisible()
    assert sent[-1] == PlanFlatten(EVERYTHING, "Mara")
    assert field.text() == ""


def test_the_panic_keys_work_while_the_key_list_is_open(build, qtbot):
    window, _, sent = build()
    window.activateWindow()
    window.show_keys()
    (keys,) = window.findChildren(KeyList)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    keys.activateWindow()
    qtbot.waitUntil(keys.isActiveWindow)
    qtbot.keyClick(keys, Qt.Key.Key_P, both)
    assert sent == [PauseEntries("Mara")]
    qtbot.keyClick(keys, Qt.Key.Key_F, both)
    qtbot.waitUntil(lambda: window.flatten.isVisible() and not window.findChildren(KeyList))


def test_the_panic_keys_work_while_an_ai_log_is_open(build, qtbot):
    window, _, sent = build()
    window.activateWindow()
    logs = window.ai_logs
    logs.list.activated.emit(logs.model.index(0))
    details = logs.details
    details.activateWindow()
    qtbot.waitUntil(details.isActiveWindow)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    details.content.setFocus()
    qtbot.keyClick(details.content, Qt.Key.Key_C, both)
    qtbot.keyClick(details.content, Qt.Key.Key_P, both)
    assert sent == [CancelAll("Mara"), PauseEntries("Mara")]
    qtbot.keyClick(details.content, Qt.Key.Key_F, both)
    qtbot.waitUntil(lambda: window.flatten.isVisible() and logs.details is None)
    assert sent[-1] == PlanFlatten(EVERYTHING, "Mara")


@pytest.mark.parametrize("size", SIZES)
def test_every_position_shows_its_passport_and_a_way_to_close_it(build, qtbot, size):
    window, *_ = build(size)
    table = window.tabs.positions.table
    qtbot.waitUntil(table.isVisible)
    shown = {column.title for at, column in enumerate(table.rows.columns) if not table.isColumnHidden(at)}
    assert {"Pair", "Side", "Size", "PnL before fees", "Stop / target at venue", "Passport", "Close"} <= shown
    assert sum(table.columnWidth(at) for at in range(len(table.rows.columns))) <= table.viewport().width()
    last = table.sorted.index(0, table.sorted.columnCount() - 1)
    labels = [label for label, _ in window.tabs.positions._buttons.buttons(table.visualRect(last), BUTTON_STEPS)]
    assert labels[-1] == "100 %"
    assert table.rowHeight(0) == (30 if size == SIZES[0] else 26)


def test_letters_do_not_reach_the_review_desk_through_a_sheet(build, qtbot):
    window, _, sent = build()
    window.activateWindow()
    window.flatten.open()
    sent.clear()
    for key in (Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_J):
        qtbot.keyClick(window.flatten.plan_page.hold, key)
    assert sent == []
    qtbot.keyClick(window.flatten.plan_page.hold, Qt.Key.Key_Escape)
    assert not window.flatten.isVisible()
    assert sent == []


def test_tab_stays_inside_a_sheet(build, qtbot):
    window, *_ = build()
    window.activateWindow()
    window.flatten.open()
    for _ in range(12):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert window.flatten.isAncestorOf(window.focusWidget())


def test_a_double_clicked_position_gets_the_closing_buttons(build, qtbot):
    window, _, sent = build()
    window.tabs.positions.closing_asked.emit(PositionSide.LONG)
    assert window.focusWidget() is window.ticket.close_long.buttons[-1]
    assert sent == []


def test_keys_select_pairs_and_cancel_all(build, qtbot):
    window, desk, sent = build()
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert desk.selection[0] == ALLOWED_INSTRUMENTS[2]
    window.tabs.show_page("Events")
    window.tabs.events.filter.setFocus()
    qtbot.keyClick(
        window.tabs.events.filter,
        Qt.Key.Key_C,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert sent == [ShowChart(ALLOWED_INSTRUMENTS[2], desk.selection[1]), CancelAll("Mara")]


def test_closing_is_asked_for_once_and_done_by_the_application(build, qtbot):
    window, *_ = build()
    asked = []
    window.close_requested.connect(lambda: asked.append(1))
    assert not window.close()
    assert not window.close()
    assert asked == [1]
    assert window.isVisible()
    window.finish_close()
    assert not window.isVisible()


def test_the_chart_takes_its_place(build, qtbot):
    window, *_ = build()
    words = [label.text() for label in window.chart_place.findChildren(QLabel)]
    assert words == ["Loading chart…"]
    chart = QWidget()
    window.install_chart(chart)
    qtbot.waitUntil(lambda: chart.isVisible() and chart.width() > 560)
    qtbot.waitUntil(lambda: not window.chart_place.findChildren(QLabel))


def test_the_window_is_built_with_little_work(build, qtbot, tmp_path):
    """Counted, not timed: a table filled in a loop or a sheet built before it is asked for would be seen."""
    build()  # fonts, style and modules are warm
    desk, _ = make_desk()
    made: list[MainWindow] = []
    count = operations(lambda: made.append(MainWindow(desk, MODE, tmp_path / "other.ini")))
    qtbot.addWidget(made[0], before_close_func=lambda item: item.finish_close())
    assert count < 800_000
