"""The chart under the hand: arrows, plus and minus, a typed interval, the axes."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.chart_kit import shown_panel, with_keyboard
from terminal.domain.commands import ShowChart
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.ui.charts.chart_settings import ChartSettings
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.typed_interval import typed_interval

BTC = perpetual("BTC")


@pytest.fixture
def seat(qtbot):
    panel, desk, sent, _ = shown_panel(qtbot)
    with_keyboard(qtbot, panel)
    return panel, desk, sent


def press(panel, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(panel.view, key, modifier)


def test_arrows_pan_by_a_tenth_and_pages_by_a_view(seat):
    panel, _, _ = seat
    time = panel.view.pane.time
    x0, span = time.x0, time.span
    press(panel, Qt.Key.Key_Left)
    assert time.x0 == pytest.approx(x0 - span * 0.1)
    press(panel, Qt.Key.Key_Right)
    assert time.x0 == pytest.approx(x0)
    press(panel, Qt.Key.Key_PageUp)
    assert time.x0 == pytest.approx(x0 - span)
    press(panel, Qt.Key.Key_PageDown)
    assert time.x0 == pytest.approx(x0)


def test_plus_and_minus_zoom_about_the_newest_bar_while_it_is_followed(seat):
    panel, _, _ = seat
    pane = panel.view.pane
    newest = len(pane.bars) - 1
    x, span = pane.projection.x(newest), pane.time.span
    press(panel, Qt.Key.Key_Plus)
    assert pane.time.span == pytest.approx(span * 0.8)
    assert pane.projection.x(newest) == pytest.approx(x)
    press(panel, Qt.Key.Key_Minus)
    assert pane.time.span == pytest.approx(span)
    press(panel, Qt.Key.Key_Home)
    assert pane.time.x0 <= 0


def test_alt_keys_change_style_scale_clock_and_number(seat):
    panel, _, _ = seat
    alt = Qt.KeyboardModifier.AltModifier
    press(panel, Qt.Key.Key_B, alt)
    assert panel.settings.style is BarStyle.BARS
    press(panel, Qt.Key.Key_L, alt)
    assert panel.view.pane.is_log
    press(panel, Qt.Key.Key_G, alt)
    assert len(panel.grid.views) == 2
    press(panel, Qt.Key.Key_G, alt)
    press(panel, Qt.Key.Key_G, alt)
    assert len(panel.grid.views) == 1
    panel.view.pane.pan(-100)
    press(panel, Qt.Key.Key_R, alt)
    assert panel.view.pane.follows


def type_interval(panel, text):
    QTest.keyClick(panel.view, text[0])
    assert panel.typed.isVisible()
    QTest.keyClicks(panel.typed.field, text[1:])


def test_digits_and_enter_choose_the_interval(seat):
    panel, desk, sent = seat
    type_interval(panel, "4h")
    assert panel.typed.words.text() == "Enter: bars of 4h"
    QTest.keyClick(panel.typed.field, Qt.Key.Key_Return)
    assert sent[-1] == ShowChart(BTC, Interval.H4)
    assert desk.selection == (BTC, Interval.H4)
    assert not panel.typed.isVisible()
    assert panel.view.hasFocus()


def test_an_interval_there_is_not_stays_open_and_escape_closes(seat):
    panel, _, sent = seat
    type_interval(panel, "7")
    assert panel.typed.words.text().startswith("there are 1m  5m")
    QTest.keyClick(panel.typed.field, Qt.Key.Key_Return)
    assert panel.typed.isVisible()
    QTest.keyClick(panel.typed.field, Qt.Key.Key_Escape)
    assert not panel.typed.isVisible()
    assert sent == []


def test_the_chart_that_was_pressed_last_hears_the_keys(seat):
    panel, desk, _ = seat
    panel.choose(ChartSettings(count=2))
    beside = panel.grid.cells[0]
    QTest.mousePress(beside.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseRelease(beside.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert panel.grid.active is beside.chart
    QTest.keyClick(beside.view, "5")
    QTest.keyClick(panel.typed.field, Qt.Key.Key_Return)
    assert beside.chart.series == (BTC, Interval.M5)
    assert desk.selection == (BTC, Interval.M15)
    panel.choose(ChartSettings(count=1))
    assert panel.grid.active is panel.grid.linked


@pytest.mark.parametrize(
    ("text", "interval"),
    [("1", Interval.M1), ("15", Interval.M15), ("60", Interval.H1), ("240", Interval.H4), ("1h", Interval.H1),
     ("12H", Interval.H12), ("1d", Interval.D1), ("1w", Interval.W1), ("30m", Interval.M30), ("7", None), ("", None),
     ("h", None), ("²", None), ("2h", None)],
)  # fmt: skip
def test_typed_intervals(text, interval):
    assert typed_interval(text) is interval


def test_a_double_click_on_an_axis_fits(seat):
    panel, _, _ = seat
    pane, view = panel.view.pane, panel.view
    pane.pan(-80)
    pane.zoom_values(0.5, 90_000.0)
    assert not pane.auto_price
    for axis in (view.price_axis, view.time_axis):
        at = view.mapFromScene(axis.mapToScene(axis.rect().center()))
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert pane.auto_price
    assert pane.follows


def drag(view, start, end):
    viewport = view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.2, 0.6, 1.0):
        view.scene()._lastMoveEventTime = 0  # pyqtgraph drops moves that follow too fast
        QTest.mouseMove(viewport, start + (end - start) * share)
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_dragging_an_axis_stretches_it(seat):
    panel, _, _ = seat
    pane, view = panel.view.pane, panel.view
    span, right = pane.time.span, pane.time.x1
    at = view.mapFromScene(view.time_axis.mapToScene(QPointF(400, 12)))
    drag(view, at, at + QPoint(-120, 0))
    assert pane.time.span > span * 1.2
    assert pane.time.x1 == pytest.approx(right)
    height = pane.projection.y1 - pane.projection.y0
    at = view.mapFromScene(view.price_axis.mapToScene(QPointF(20, 200)))
    drag(view, at, at + QPoint(0, 100))
    assert not pane.auto_price
    assert pane.projection.y1 - pane.projection.y0 > height * 1.2


def test_a_narrow_header_keeps_the_interval_in_force_and_the_menu_has_all(seat, qtbot):
    panel, desk, _ = seat
    strip = panel.header.strip
    assert all(button.isVisible() for button in strip.buttons.values())
    panel.header.buttons[Interval.H12].click()
    panel.resize(480, 400)
    qtbot.waitUntil(lambda: not strip.buttons[Interval.W1].isVisible())
    assert strip.buttons[Interval.H12].isVisible()
    assert strip.buttons[Interval.H12].geometry().right() <= strip.width()
    panel.header.menu.intervals[Interval.W1].trigger()
    assert desk.selection == (BTC, Interval.W1)
    assert strip.buttons[Interval.W1].isVisible()
