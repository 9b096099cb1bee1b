"""Styles, the logarithmic scale, panes below the prices, and another look."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from helpers.chart_kit import MINUTE, CountingPainter, shown_view
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import hairline
from terminal.ui.charts.panes.primitives import PolylineBatch
from terminal.ui.charts.series.bars import Bars
from terminal.ui.theme.apply import apply_theme
from terminal.ui.theme.look import LIVE, Choice
from terminal.ui.theme.tokens import DARK


def made_bars(count, start=100.0):
    rng = np.random.default_rng(3)
    close = start * np.exp(np.cumsum(rng.normal(0, 0.01, count)))
    opened = np.concatenate(([start], close[:-1]))
    rows = np.array([opened, np.maximum(opened, close) * 1.002, np.minimum(opened, close) * 0.998, close, close])
    return Bars(MINUTE, 1_763_900_000_000 + np.arange(count, dtype=np.int64) * MINUTE, rows)


@pytest.fixture
def view(qtbot):
    return shown_view(qtbot, (900, 500))


@pytest.mark.parametrize(
    ("style", "rects", "lines"),
    [(BarStyle.CANDLES, 4, 0), (BarStyle.BARS, 4, 0), (BarStyle.HEIKIN_ASHI, 4, 0), (BarStyle.LINE, 0, 1)],
)
def test_each_style_is_a_few_batched_calls(view, style, rects, lines):
    view.set_bars(made_bars(50_000))
    view.set_style(style)
    painter = CountingPainter()
    view.candles.draw(painter, view.pane.projection)
    assert painter.calls["drawRects"] == rects
    assert painter.calls["drawPolyline"] == lines
    columns = len(view.pane.columns.index)
    assert painter.rects == {BarStyle.BARS: 3 * columns, BarStyle.LINE: 0}.get(style, 2 * columns)


def test_heikin_ashi_follows_the_last_bar_and_says_what_it_is(view):
    view.set_style(BarStyle.HEIKIN_ASHI)
    view.set_bars(made_bars(300))
    raw = view.bars.level()[:, -1].copy()
    raw[1] = raw[3] = raw[1] * 1.1
    view.bars.update_last(raw)
    view.bars_moved(0)
    shown = view.pane.shown.level()[:, -1]
    assert shown[3] == pytest.approx(raw[:4].mean())
    words = "".join(text for text, _ in view.legend.rows()[0])
    assert "Heikin-Ashi" in words
    assert f"C {shown[3]:,.1f}" in words
    tag = view.price_axis._tags["last"]
    assert tag.value == pytest.approx(raw[3])  # the last price is what was traded
    view.set_style(BarStyle.CANDLES)
    assert view.pane.shown is view.bars


def test_log_prices_fit_the_bars_and_stretch_by_ratio(view):
    view.set_bars(made_bars(3_000))
    view.pane.fit()
    view.set_log(on=True)
    projection = view.pane.projection
    low, high = view.bars.extent(0, 3_000)
    assert projection.y0 < low < high < projection.y1
    assert projection.y(high) - projection.y(high * 2) == pytest.approx(projection.y(low) - projection.y(low * 2))
    prices = [price for price, _ in view.price_axis.labels_in_view(projection)]
    assert len(prices) >= 3
    ratio = projection.y1 / projection.y0
    view.pane.zoom_values(0.5, projection.price_at(200.0))
    assert view.pane.projection.y1 / view.pane.projection.y0 == pytest.approx(ratio**0.5)
    for _ in range(200):
        view.pane.zoom_values(3.0, 100.0)
    assert np.isfinite(view.pane.projection.y1)
    view.pane.fit_values()
    assert view.pane.projection.y1 == pytest.approx(projection.y1)


class Middle(ChartItem):
    """What the engine's own page shows as an example."""

    def __init__(self, pane):
        super().__init__(pane, z=15)
        self._line = PolylineBatch()
        self.drawn = 0
        self.dressed = 0
        self.moved_up = 0
        self.dress()

    def dress(self):
        self.dressed += 1
        self._pen = hairline(LIVE.accent)

    def bars_prepended(self, count):
        self.moved_up += count

    def draw(self, painter, projection):
        columns = self.pane.columns
        self._line.draw(painter, self._pen, projection.x(columns.index), projection.y(columns.rows[1]))
        self.drawn += 1


def test_a_study_has_its_own_scale_and_the_same_time(view):
    view.set_bars(made_bars(500))
    whole = view.pane.size().height()
    asked = []

    def extent(first, last):
        asked.append((first, last))
        return 0.0, 50.0

    study = view.add_study(extent, decimals=2, share=0.3)
    item = Middle(study)
    QApplication.processEvents()
    view.viewport().repaint()
    assert item.drawn
    assert view.pane.size().height() < whole
    assert study.projection.x1 == view.pane.projection.x1
    assert study.projection.y0 < 0
    assert study.projection.y1 > 50
    assert study.projection.band_top == round(study.size().height())  # no band for volume
    study.pan(-100)
    assert study.projection.x0 == view.pane.time.x0
    assert asked[-1] == (int(view.pane.time.x0), int(view.pane.time.x1) + 1)
    study.zoom_values(0.5, 25.0)
    assert not study.auto_values
    study.fit_values()
    first = int(view.bars.open_ms[0])
    view.prepend(np.array([first - MINUTE], dtype=np.int64), np.ones((5, 1)))
    assert item.moved_up == 1
    view.remove_study(study)
    QApplication.processEvents()
    assert view.pane.size().height() == whole


def test_another_look_redresses_every_layer(view, qapp):
    view.set_bars(made_bars(200))
    item = Middle(view.pane)
    try:
        apply_theme(qapp, Choice(theme="light"))
        assert item.dressed == 2
        image = view.grab().toImage()
        seen = {image.pixelColor(x, y).name() for x in range(800) for y in range(80, 400, 5)}
        assert LIVE.panel.lower() in seen
        assert DARK.panel.lower() not in seen
        assert {LIVE.rise.lower(), LIVE.fall.lower()} <= seen
    finally:
        apply_theme(qapp, Choice())
