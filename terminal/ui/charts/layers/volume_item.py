"""Volume bars in the band below the prices."""

from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter

from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import Pane, device_ratio, hairline
from terminal.ui.charts.panes.primitives import RectBatch
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.columns import Columns
from terminal.ui.charts.series.merge import VOLUME, Floats
from terminal.ui.theme.look import LIVE

_SHARE: Final = 0.7  # of a column's width
_NARROW_PX: Final = 3.0  # narrower columns stand side by side
_NUDGE: Final = 1e-6  # an edge on a pixel must not fall into the one before
_STRENGTH: Final = 0.45  # of the colour against the panel
_HEADROOM: Final = 14.0  # px between the line above the band and the highest bar


class VolumeItem(ChartItem):
    """Volume of the bars in view, scaled to the highest of them."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane, z=5)
        self._rects = RectBatch()
        self.dress()

    def dress(self) -> None:
        self._line = hairline(LIVE.line)
        self._rise, self._fall = (mixed(colour, LIVE.panel, _STRENGTH) for colour in (LIVE.rise, LIVE.fall))

    def draw(self, painter: QPainter, projection: Projection) -> None:
        top = projection.band_top
        painter.setPen(self._line)
        painter.drawLine(QLineF(0, top, projection.width, top))
        columns = self.pane.columns
        if columns is None:
            return
        volume = columns.rows[VOLUME]
        highest = float(volume.max())
        if highest <= 0:
            return
        ratio = device_ratio(painter)
        painter.setClipRect(QRectF(0, top, projection.width, projection.height - top))
        left, width = self._sides(columns, projection, ratio)
        height = np.ceil(volume * (ratio * (projection.height - top - _HEADROOM) / highest)) / ratio
        for colour, chosen in ((self._rise, columns.rising), (self._fall, ~columns.rising)):
            tall = height[chosen]
            self._rects.draw(painter, colour, left[chosen], projection.height - tall, width[chosen], tall)

    @staticmethod
    def _sides(columns: Columns, projection: Projection, ratio: float) -> tuple[Floats, Floats]:
        """Give left edges and widths: candle-wide bars, or columns side by side when they are narrow."""
        if columns.px < _NARROW_PX:
            half_bars = columns.px / projection.bar_px / 2
            left = np.floor(projection.x(columns.index - half_bars) * ratio + _NUDGE)
            right = np.floor(projection.x(columns.index + half_bars) * ratio + _NUDGE)
            return left / ratio, np.maximum(right - left, 1.0) / ratio
        one = max(1.0, float(np.floor(ratio)))
        half = float(np.floor((columns.px * ratio * _SHARE - one) / 2))
        left = np.floor(projection.x(columns.index) * ratio) - half
        return left / ratio, np.full(len(left), (2 * half + one) / ratio)


def mixed(colour: str, ground: str, strength: float) -> QColor:
    """Mix a colour into its ground; an opaque colour fills ten times faster than a translucent one."""
    over, under = QColor(colour), QColor(ground)

    def mix(top: int, bottom: int) -> int:
        return round(top * strength + bottom * (1 - strength))

    return QColor(mix(over.red(), under.red()), mix(over.green(), under.green()), mix(over.blue(), under.blue()))
