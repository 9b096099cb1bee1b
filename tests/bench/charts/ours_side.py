"""Our chart for the driver: the whole view, with volume, the two built-in averages, values box and last price line."""

from typing import Any

from driver import MINUTE_MS

from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.series.bars import Bars


class OurSide:
    def __init__(self) -> None:
        self.window = ChartView()
        self.viewport = self.window.viewport()

    def load(self, open_ms: Any, rows: Any) -> None:
        self.window.set_bars(Bars(MINUTE_MS, open_ms, rows))

    def show(self, first: float, last: float) -> None:
        self.window.pane.show_range(first, last)

    def update_last(self, bar: tuple[float, float, float, float, float]) -> None:
        self.window.bars.update_last(bar)
        self.window.bars_moved(0)


def make_side() -> OurSide:
    return OurSide()
