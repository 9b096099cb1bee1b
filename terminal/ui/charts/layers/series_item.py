"""The bars themselves, as candles, open-high-low-close bars or a line: a few batched calls, however many there are.

From about half a pixel a bar on, a coarser level of the pyramid is drawn instead; a column
too narrow for a body or for ticks is a single line from low to high. Edges are whole device
pixels, so every bar is equally wide and sharp.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import Pane, device_ratio
from terminal.ui.charts.panes.primitives import PolylineBatch, RectBatch
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.columns import Columns
from terminal.ui.charts.series.merge import CLOSE, Floats
from terminal.ui.theme.look import LIVE

BODY_PX: Final = 3.0  # narrower columns have no body and no ticks
_BODY_SHARE: Final = 0.7
_LINE_PX: Final = 1.4
_SMOOTH_PX: Final = 2.0  # from this width on a line is worth smoothing

Places = NDArray[np.intp]
Draw = Callable[[QPainter, Columns, Projection, float], None]


class SeriesItem(ChartItem):
    """The bars in view, in the chosen style."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane, z=10)
        self._wicks = RectBatch()
        self._bodies = RectBatch()
        self._line = PolylineBatch()
        self.style = BarStyle.CANDLES
        self._draws: dict[BarStyle, Draw] = {
            BarStyle.CANDLES: self._draw_candles,
            BarStyle.HEIKIN_ASHI: self._draw_candles,
            BarStyle.BARS: self._draw_bars,
            BarStyle.LINE: self._draw_line,
        }
        self.dress()

    def dress(self) -> None:
        self._rise, self._fall = QColor(LIVE.rise), QColor(LIVE.fall)
        self._line_pen = QPen(QColor(LIVE.text), _LINE_PX)

    def set_style(self, style: BarStyle) -> None:
        self.style = style
        self.update()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        columns = self.pane.columns
        if columns is not None:
            painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
            self._draws[self.style](painter, columns, projection, device_ratio(painter))

    def _draw_candles(self, painter: QPainter, columns: Columns, projection: Projection, ratio: float) -> None:
        centre, (opened, high, low, closed) = _device_pixels(columns, projection, ratio)
        one = _hair(ratio)
        column = columns.px * ratio
        half = max(1.0, float(np.floor((column * _BODY_SHARE - one) / 2)))
        top, height = np.minimum(opened, closed), np.maximum(np.abs(opened - closed), one)
        for colour, chosen in self._colours(columns):
            x = centre[chosen]
            self._wick(painter, colour, ratio, x, high[chosen], low[chosen])
            if column >= BODY_PX * ratio:
                width = (2 * half + one) / ratio
                self._bodies.draw(
                    painter, colour, (x - half) / ratio, top[chosen] / ratio, width, height[chosen] / ratio
                )

    def _draw_bars(self, painter: QPainter, columns: Columns, projection: Projection, ratio: float) -> None:
        centre, (opened, high, low, closed) = _device_pixels(columns, projection, ratio)
        one = _hair(ratio)
        column = columns.px * ratio
        tick = max(1.0, float(np.floor(column * _BODY_SHARE / 2)))
        for colour, chosen in self._colours(columns):
            x = centre[chosen]
            self._wick(painter, colour, ratio, x, high[chosen], low[chosen])
            if column >= BODY_PX * ratio:
                left = np.concatenate((x - tick, x + one))
                level = np.concatenate((opened[chosen], closed[chosen]))
                self._bodies.draw(painter, colour, left / ratio, level / ratio, tick / ratio, one / ratio)

    def _draw_line(self, painter: QPainter, columns: Columns, projection: Projection, ratio: float) -> None:
        del ratio  # a line is smooth, not sharp
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, columns.px >= _SMOOTH_PX)
        x, y = projection.x(columns.index), projection.y(columns.rows[CLOSE])
        self._line.draw(painter, self._line_pen, x, y)

    def _wick(self, painter: QPainter, colour: QColor, ratio: float, x: Floats, high: Floats, low: Floats) -> None:
        """Fill the lines from high to low, never lower than a pixel."""
        one = _hair(ratio)
        self._wicks.draw(painter, colour, x / ratio, high / ratio, one / ratio, np.maximum(low - high, one) / ratio)

    def _colours(self, columns: Columns) -> tuple[tuple[QColor, Places], tuple[QColor, Places]]:
        """Give each colour with the places of its columns."""
        return (self._rise, np.flatnonzero(columns.rising)), (self._fall, np.flatnonzero(~columns.rising))


def _device_pixels(columns: Columns, projection: Projection, ratio: float) -> tuple[Floats, Floats]:
    """Give the columns' middles, (n,), and their open, high, low, close, (4, n), in whole device pixels."""
    return np.floor(projection.x(columns.index) * ratio), np.rint(projection.y(columns.rows[: CLOSE + 1]) * ratio)


def _hair(ratio: float) -> float:
    """Give the width of the thinnest line, in device pixels."""
    return max(1.0, float(np.floor(ratio)))
