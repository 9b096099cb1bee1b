import json

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication

from helpers.whole_window import LARGE, SMALL, open_window
from terminal.ui.layout.plans import BUILT_IN, MONITOR, REVIEW, TRADE, plan_of
from terminal.ui.widgets.seat.layout_name import LayoutName

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea


@pytest.fixture
def build(qtbot, tmp_path):
    return lambda size=LARGE: open_window(qtbot, tmp_path / "window.json", size)


@pytest.mark.parametrize("size", [LARGE, SMALL])
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_layout_shows_its_panels_and_the_chart_keeps_its_room(build, qtbot, name, size):
    window, *_ = build(size)
    window.layout_of_docks.choose(name)
    qtbot.wait(30)  # sizes settle in rounds
    wanted = set(plan_of(name, compact=size == SMALL).names()) & set(window.docks)
    assert {key for key, dock in window.docks.items() if not dock.isHidden()} == wanted
    assert (window.width(), window.height()) == size
    assert window.chart_place.width() >= 560
    assert window.chart_place.height() >= 300
    approve = window.review.stack.cards[0].approve
    assert approve.visibleRegion().boundingRect() == approve.rect()
    if size == SMALL:
        assert window.minimumSizeHint().height() <= 720, "a title bar and a taskbar need their place as well"
    for control in (window.top_bar.cancel_all, window.top_bar.flatten):
        assert window.rect().contains(QRect(control.mapTo(window, QPoint(0, 0)), control.size()))


def test_on_the_smallest_screen_the_markets_scroll_down_and_never_across(build, qtbot):
    window, *_ = build((1_280, 698))
    qtbot.wait(30)
    table = window.market_watch.table
    assert table.verticalScrollBar().isVisible()
    assert sum(table.columnWidth(at) for at in range(table.rows.columnCount())) <= table.viewport().width()


def test_keys_change_the_layout_and_each_stays_as_it_was_left(build, qtbot):
    window, *_ = build()
    window.addDockWidget(RIGHT, window.docks["markets"])
    qtbot.keyClick(window, Qt.Key.Key_2, CTRL_ALT)
    assert window.layout_of_docks.current == TRADE
    assert window.dockWidgetArea(window.docks["markets"]) != RIGHT
    qtbot.keyClick(window, Qt.Key.Key_1, CTRL_ALT)
    assert window.layout_of_docks.current == REVIEW
    assert window.dockWidgetArea(window.docks["markets"]) == RIGHT
    window.layout_of_docks.reset()
    assert window.dockWidgetArea(window.docks["markets"]) != RIGHT


def test_panels_keep_their_sizes_through_the_other_layouts(build, qtbot):
    window, *_ = build()

    def stands_as_left(left):
        qtbot.wait(30)  # sizes settle in rounds
        return {name: window.docks[name].size() for name in left} == left

    qtbot.wait(30)
    window.resizeDocks([window.docks["markets"], window.docks["ticket"]], [400, 485], Qt.Orientation.Vertical)
    qtbot.wait(30)
    left = {}
    for name in (REVIEW, TRADE, MONITOR):
        window.layout_of_docks.choose(name)
        qtbot.wait(30)
        seen = {key: dock for key, dock in window.docks.items() if not dock.visibleRegion().isEmpty()}
        left[name] = {key: dock.size() for key, dock in seen.items()}
    assert left[REVIEW]["markets"].height() > 380, "pulled larger by hand"
    for name in (REVIEW, MONITOR, TRADE, REVIEW):
        window.layout_of_docks.choose(name)
        assert stands_as_left(left[name]), name


def test_a_small_window_does_not_spoil_the_large_one(build, qtbot):
    window, *_ = build()
    window.addDockWidget(RIGHT, window.docks["markets"])
    window.resize(*SMALL)
    qtbot.waitUntil(lambda: window.dockWidgetArea(window.docks["markets"]) != RIGHT)
    window.layout_of_docks.keep()
    window.resize(*LARGE)
    qtbot.waitUntil(lambda: window.layout_of_docks.is_compact is False)


def test_the_last_layout_is_the_first_of_the_next_start(build):
    window, *_ = build()
    window.layout_of_docks.choose(MONITOR)
    window.finish_close()
    again, *_ = build()
    assert again.layout_of_docks.current == MONITOR
    assert again.docks["ticket"].isHidden()


def test_a_layout_of_ones_own_is_named_kept_listed_and_removed(build, qtbot):
    window, *_ = build()
    window.addDockWidget(RIGHT, window.docks["markets"])
    window.acts.name_layout()
    form = window.findChild(LayoutName)
    form.field.setText("Review")
    form.keep.click()
    assert "already" in form.problem.text()
    form.field.setText("Mine")
    form.keep.click()
    assert window.layout_of_docks.current == "Mine"
    acts = {act.text(): act for act in window.acts.view.layouts.actions()}
    assert acts["Mine"].isChecked()
    assert acts["Remove Mine"].isVisible()
    acts["Review"].trigger()
    window.layout_of_docks.reset()
    window.layout_of_docks.choose("Mine")
    assert window.dockWidgetArea(window.docks["markets"]) == RIGHT
    acts["Remove Mine"].trigger()
    assert window.layout_of_docks.current == REVIEW
    assert "Mine" not in {act.text() for act in window.acts.view.layouts.actions()}


def test_a_panel_can_be_hidden_and_shown_again(build):
    window, *_ = build()
    panels = next(act.menu() for act in window.top_bar.menu.actions() if act.text() == "Panels")
    act = next(each for each in panels.actions() if each.text() == "Show Order ticket")
    panels.aboutToShow.emit()
    assert act.isChecked()
    act.trigger()
    assert window.docks["ticket"].isHidden()
    window.panels.go_to("ticket")
    assert not window.docks["ticket"].isHidden()
    assert window.ticket.isAncestorOf(window.focusWidget())


def test_what_floated_on_a_screen_that_is_gone_is_docked(build, tmp_path):
    window, *_ = build()
    dock = window.docks["markets"]
    dock.setFloating(True)
    dock.setGeometry(60, 60, 400, 300)
    window.finish_close()
    file = tmp_path / "window.json"
    whole = json.loads(file.read_text())
    kept = whole["sections"]["layouts"]["left"]["roomy Review"]
    assert kept["floating"] == {"markets": list(dock.geometry().getRect())}

    again, *_ = build()
    assert again.docks["markets"].isFloating()  # its screen is there
    again.finish_close()

    away = QGuiApplication.primaryScreen().geometry().right() + 900
    kept["floating"]["markets"] = [away, 60, 400, 300]
    file.write_text(json.dumps(whole))
    third, *_ = build()
    assert not third.docks["markets"].isFloating()


def test_a_screen_that_goes_away_brings_its_panels_back(build):
    window, *_ = build()
    dock = window.docks["markets"]
    dock.setFloating(True)
    dock.move(QGuiApplication.primaryScreen().geometry().right() + 900, 60)
    QGuiApplication.instance().screenRemoved.emit(QGuiApplication.primaryScreen())
    assert not dock.isFloating()


def test_a_layout_that_cannot_be_read_is_said_and_built_anew(qtbot, tmp_path):
    file = tmp_path / "window.json"
    left = {"roomy Review": {"state": "bm9uc2Vuc2U=", "floating": {}}, "compact Review": {"state": 7}}
    file.write_text(json.dumps({"version": 1, "sections": {"layouts": {"left": left}, "window": {"geometry": "?"}}}))
    window, desk, _ = open_window(qtbot, file)
    assert window.dockWidgetArea(window.docks["review"]) == RIGHT
    assert any("it opens where it fits" in notice.text for notice in desk.notices)
