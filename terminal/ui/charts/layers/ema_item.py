"""Averages drawn over the candles."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import PolylineBatch
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.indicators import RunningEma
from terminal.ui.theme.look import LIVE

_WIDTH: Final = 1.0  # px


class EmaItem(ChartItem):
    """One average's line; with merged bars it passes through the newest value of each."""

    def __init__(self, pane: PricePane, tone: str, average: RunningEma) -> None:
        super().__init__(pane, z=12)
        self.average = average
        self.tone = tone
        self._line = PolylineBatch()
        self.dress()

    @property
    def colour(self) -> str:
        return str(getattr(LIVE, self.tone))

    def dress(self) -> None:
        self._pen = QPen(QColor(self.colour), _WIDTH)

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
