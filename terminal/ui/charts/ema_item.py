"""Averages drawn over the candles."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts.indicators import RunningEma
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem
from terminal.ui.charts.primitives import PolylineBatch
from terminal.ui.charts.projection import Projection

_WIDTH: Final = 1.0  # px


class EmaItem(PaneItem):
    """One average's line; with merged bars it passes through the newest value of each."""

    def __init__(self, pane: PricePane, colour: str, average: RunningEma) -> None:
        super().__init__(pane, z=12)
        self.average = average
        self.colour = colour
        self._pen = QPen(QColor(colour), _WIDTH)
        self._line = PolylineBatch()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        columns = self.pane.columns
        values = self.average.values
        if columns is None or len(values) != len(self.pane.bars):
            return
        if columns.px / projection.bar_px > self.average.period / 2:
            return  # an average of a column or two says nothing and hides the candles
        painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, columns.px >= 2)
        self._line.draw(painter, self._pen, projection.x(columns.index), projection.y(values[columns.last]))
