import sys

import pytest
from PySide6.QtCore import QPointF

from helpers.chart_kit import CountingPainter, shown_view, walked_bars
from terminal.ui.charts.layers.level_lines import Level
from terminal.ui.theme.tokens import DARK


@pytest.fixture
def view(qtbot):
    return shown_view(qtbot, (1_000, 600))


@pytest.mark.parametrize("count", [1_000, 100_000])
def test_all_bars_in_view_are_a_few_calls_and_one_column_a_pixel(view, count):
    view.set_bars(walked_bars(count))
    view.pane.fit()
    painter = CountingPainter()
    view.candles.draw(painter, view.pane.projection)
    assert sum(painter.calls.values()) < 20
    assert painter.calls["drawRects"] <= 4  # wicks and bodies, up and down
    assert 200 < painter.rects < 4 * view.pane.projection.width


def test_zoomed_in_only_the_bars_in_view_are_drawn(view):
    view.set_bars(walked_bars(100_000))
    painter = CountingPainter()
    view.candles.draw(painter, view.pane.projection)
    assert painter.rects == 2 * len(view.pane.columns.index)  # a wick and a body each
    assert 150 <= len(view.pane.columns.index) <= 175
    painter = CountingPainter()
    view.volume.draw(painter, view.pane.projection)
    assert painter.calls["drawRects"] == 2


def colours(view):
    image = view.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(60, 420, 3)}


def test_candles_really_show_both_colours(view):
    view.set_bars(walked_bars(500))
    seen = colours(view)
    assert DARK.up.lower() in seen
    assert DARK.down.lower() in seen


def test_painting_takes_no_reference_from_none(view):
    view.set_bars(walked_bars(2_000))
    view.set_levels((Level(90_000.0, "Stop", "down"),))
    view.crosshair.move_to(QPointF(300, 200))
    view.viewport().repaint()
    before = sys.getrefcount(None)
    for _ in range(300):
        view.pane.pan(-1)
        view.viewport().repaint()
    # From 3.12 on None is immortal and its count is a constant.
    assert sys.version_info >= (3, 12) or sys.getrefcount(None) > before - 100


def test_an_exception_in_a_layer_is_reported_once_and_the_rest_still_draws(view, monkeypatch):
    view.set_bars(walked_bars(300))
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: seen.append(error))

    def broken(_painter, _projection):
        raise ZeroDivisionError("a layer of its own")

    monkeypatch.setattr(view.volume, "draw", broken)
    view.viewport().repaint()
    view.viewport().repaint()
    assert [error[0] for error in seen] == [ZeroDivisionError]
    assert DARK.up.lower() in colours(view)


def test_levels_near_the_bars_widen_the_view_and_far_ones_do_not(view):
    view.set_bars(walked_bars(300))
    low, high = view.bars.extent(*view.pane.projection.visible(300))
    near, far = high + (high - low) * 0.3, high * 3
    view.set_levels((Level(near, "Target", "up"), Level(far, "Far", "up")))
    projection = view.pane.projection
    assert projection.y0 < low
    assert near < projection.y1 < far


def test_the_crosshair_names_the_bar_under_it(view):
    view.set_bars(walked_bars(300))
    projection = view.pane.projection
    view.crosshair.move_to(QPointF(projection.x(250.0), 100))
    assert view.crosshair.bar == 250
    first, second = view.legend.rows()
    words = "".join(text for text, _ in first)
    assert f"C {view.bars.level()[3, 250]:,.1f}" in words
    assert [text for text, _ in second if "EMA" in text] == ["EMA 21 ", "   EMA 55 "]
    view.crosshair.move_to(None)
    assert view.crosshair.bar is None
