"""vnpy's chart for the driver: its ChartWidget with its CandleItem, moved as its own keys move it."""

from datetime import UTC, datetime
from typing import Any

from vnpy.chart import CandleItem, ChartWidget
from vnpy.trader.constant import Exchange, Interval
from vnpy.trader.object import BarData


class VnpySide:
    def __init__(self) -> None:
        self.window = ChartWidget()
        self.window.add_plot("candle")
        self.window.add_item(CandleItem, "candle", "candle")
        self.viewport = self.window.viewport()
        self._newest_ms = 0

    def load(self, open_ms: Any, rows: Any) -> None:
        columns = zip(open_ms.tolist(), *rows.tolist(), strict=True)
        self._newest_ms = int(open_ms[-1])
        self.window.update_history([_bar(at_ms, values) for at_ms, *values in columns])

    def show(self, first: float, last: float) -> None:
        self.window._right_ix, self.window._bar_count = last, last - first
        self.window._update_x_range()

    def update_last(self, bar: tuple[float, float, float, float, float]) -> None:
        self.window.update_bar(_bar(self._newest_ms, bar))


def _bar(at_ms: int, values: Any) -> BarData:
    opened, high, low, close, volume = values
    return BarData(
        "bench",
        "BTC",
        Exchange.LOCAL,
        datetime.fromtimestamp(at_ms / 1_000, UTC),
        Interval.MINUTE,
        volume,
        open_price=opened,
        high_price=high,
        low_price=low,
        close_price=close,
    )


def make_side() -> VnpySide:
    return VnpySide()
