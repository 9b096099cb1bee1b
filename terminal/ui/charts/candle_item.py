"""Candles: two batched calls a colour, however many bars there are.

From about half a pixel a bar on, a coarser level of the pyramid is drawn instead; a column
too narrow for a body is a single line from low to high.
"""

from typing import Final

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from terminal.ui.charts.bars import CLOSE, HIGH, LOW, OPEN, Floats
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem, device_ratio
from terminal.ui.charts.primitives import RectBatch
from terminal.ui.charts.projection import Projection
from terminal.ui.theme.tokens import Tokens

BODY_PX: Final = 3.0  # narrower columns have no body
_BODY_SHARE: Final = 0.7


class CandleItem(PaneItem):
    """The candles in view."""

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, z=10)
        self._up = QColor(tokens.up)
        self._down = QColor(tokens.down)
        self._wicks = RectBatch()
        self._bodies = RectBatch()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        columns = self.pane.columns
        if columns is None:
            return
        painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
        ratio = device_ratio(painter)
        rows = columns.rows
        centre = np.floor(projection.x(columns.index) * ratio)
        tops = [np.rint(projection.y(rows[row]) * ratio) for row in (OPEN, HIGH, LOW, CLOSE)]
        rising = rows[CLOSE] >= rows[OPEN]
        for colour, chosen in ((self._up, rising), (self._down, ~rising)):
            opened, high, low, closed = (top[chosen] for top in tops)
            self._draw(painter, colour, ratio, columns.px * ratio, centre[chosen], opened, high, low, closed)

    def _draw(
        self,
        painter: QPainter,
        colour: QColor,
        ratio: float,
        column: float,
        centre: Floats,
        opened: Floats,
        high: Floats,
        low: Floats,
        closed: Floats,
    ) -> None:
        """Fill wicks and bodies; all in device pixels, so every candle is equally wide and sharp."""
        one = max(1.0, float(np.floor(ratio)))
        self._wicks.draw(
            painter, colour, centre / ratio, high / ratio, one / ratio, np.maximum(low - high, one) / ratio
        )
        if column < BODY_PX * ratio:
            return
        half = max(1.0, float(np.floor((column * _BODY_SHARE - one) / 2)))
        top = np.minimum(opened, closed)
        height = np.maximum(np.abs(opened - closed), one)
        left = (centre - half) / ratio
        self._bodies.draw(painter, colour, left, top / ratio, (2 * half + one) / ratio, height / ratio)
