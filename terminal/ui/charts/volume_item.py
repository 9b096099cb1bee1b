"""Volume bars in the band below the prices."""

from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts.bars import CLOSE, OPEN, VOLUME, Floats
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem, device_ratio
from terminal.ui.charts.primitives import RectBatch
from terminal.ui.charts.projection import Projection
from terminal.ui.theme.tokens import Tokens

_SHARE: Final = 0.7  # of a column's width
_NARROW_PX: Final = 3.0  # narrower columns stand side by side
_STRENGTH: Final = 0.45  # of the colour against the panel
_HEADROOM: Final = 14.0  # px between the line above the band and the highest bar


class VolumeItem(PaneItem):
    """Volume of the bars in view, scaled to the highest of them."""

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, z=5)
        self._line = QPen(QColor(tokens.line), 0)
        self._up, self._down = mixed(tokens.up, tokens.panel, _STRENGTH), mixed(tokens.down, tokens.panel, _STRENGTH)
        self._rects = RectBatch()

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
        rising = columns.rows[CLOSE] >= columns.rows[OPEN]
        for colour, chosen in ((self._up, rising), (self._down, ~rising)):
            tall = height[chosen]
            self._rects.draw(painter, colour, left[chosen], projection.height - tall, width[chosen], tall)

    @staticmethod
    def _sides(columns: Columns, projection: Projection, ratio: float) -> tuple[Floats, Floats]:
        """Give left edges and widths: candle-wide bars, or columns side by side when they are narrow."""
        if columns.px < _NARROW_PX:
            half_bars = columns.px / projection.bar_px / 2
            left = np.floor(projection.x(columns.index - half_bars) * ratio)
            right = np.floor(projection.x(columns.index + half_bars) * ratio)
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
