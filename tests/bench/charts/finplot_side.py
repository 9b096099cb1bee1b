"""finplot's chart for the driver: its candles in its own window, moved as its own keys move it."""

from typing import Any

import finplot as fplt
import pandas as pd


class FinplotSide:
    def __init__(self) -> None:
        self._axis = fplt.create_plot("", init_zoom_periods=500, maximize=False)
        self.window = fplt.windows[0]
        self.viewport = self.window.viewport()
        self._frame: Any = None
        self._item: Any = None

    def load(self, open_ms: Any, rows: Any) -> None:
        self._frame = pd.DataFrame(
            {"open": rows[0], "close": rows[3], "high": rows[1], "low": rows[2]},
            index=pd.to_datetime(open_ms, unit="ms"),
        )
        self._item = fplt.candlestick_ochl(self._frame, ax=self._axis)
        fplt.show(qt_exec=False)

    def show(self, first: float, last: float) -> None:
        self._axis.vb.update_y_zoom(first, last)

    def update_last(self, bar: tuple[float, float, float, float, float]) -> None:
        opened, high, low, close, _ = bar
        self._frame.iloc[-1] = [opened, close, high, low]
        self._item.update_data(self._frame)


def make_side() -> FinplotSide:
    return FinplotSide()
