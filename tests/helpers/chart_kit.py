"""What the chart's tests share: bars of a random walk, a chart in sight, and a painter that counts."""

from collections import Counter

import numpy as np
from PySide6.QtGui import QImage

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.series.bars import Bars

MINUTE = 60_000
STARTED_MS = 1_763_900_000_000


def walked_bars(count, interval_ms=MINUTE, seed=7):
    """Bars around 90,000 that step by about 20; volumes from 1 to 11."""
    rng = np.random.default_rng(seed)
    close = 90_000 + np.cumsum(rng.normal(0, 20, count))
    opened = np.concatenate(([90_000], close[:-1]))
    high, low = np.maximum(opened, close) + 9, np.minimum(opened, close) - 9
    rows = np.array([opened, high, low, close, 1 + rng.random(count) * 10])
    return Bars(interval_ms, STARTED_MS + np.arange(count, dtype=np.int64) * interval_ms, rows)


def in_sight(qtbot, widget, size):
    """Show a widget in a size and wait until it is seen."""
    qtbot.addWidget(widget)
    widget.resize(*size)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def shown_view(qtbot, size):
    return in_sight(qtbot, ChartView(), size)


def shown_panel(qtbot, size=(1_100, 700)):
    """A chart panel on a filled desk: the panel, its desk, what it sent, and the desk's clock."""
    clock = FakeClock()
    desk, sent = make_desk(clock)
    fill_desk(desk)
    return in_sight(qtbot, ChartPanel(desk), size), desk, sent, clock


def with_keyboard(qtbot, panel):
    """Give the chart of a panel the keyboard."""
    panel.activateWindow()
    panel.view.setFocus()
    qtbot.waitUntil(panel.view.hasFocus)


class CountingPainter:
    """Stands in for QPainter and counts what it is asked to draw."""

    def __init__(self):
        self.calls = Counter()
        self.rects = 0

    def device(self):
        return QImage(1, 1, QImage.Format.Format_RGB32)

    def __getattr__(self, name):
        def counted(*args):
            self.calls[name] += 1
            if name == "drawRects":
                self.rects += args[1]

        return counted
