"""A piece of evidence on the chart: the bars it was measured on, and the average it speaks of."""

from math import isnan
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from terminal.indicators.core import ema_state
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import CLOSE
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE
from terminal.ui.viewmodels.chart_mark import ChartMark
from terminal.ui.widgets.plain_text import one_line

_TOP_PX: Final = 44.0  # the values box stands above
_ROW: Final = 16.0
_DOT: Final = 4.0
_BEYOND: Final = "lies before the first bar of this chart"


class EvidenceMark(ChartItem):
    """Draws one mark in violet, or says at the left edge that its bars are not loaded.

    Attributes:
        span: first and last bar of the mark, None when it is not among the bars.
        value: the average's value at the last of them, None when none is meant.
    """

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, z=28)
        self._mark: ChartMark | None = None
        self.span: tuple[int, int] | None = None
        self.value: float | None = None
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    @property
    def words(self) -> str:
        """The words beside the mark; "" when there is none."""
        if self._mark is None:
            return ""
        text = one_line(self._mark.text)
        return text if self.span is not None else f"{text}: {_BEYOND}"

    def show_mark(self, mark: ChartMark | None) -> None:
        """Place a mark among the bars; None takes it away."""
        self._mark, self.span, self.value = mark, None, None
        self.setVisible(mark is not None)
        bars = self.pane.bars
        if mark is not None and len(bars):
            first, last = bars.index_of(mark.from_ms), bars.index_of(mark.to_ms - 1)
            reached = mark.to_ms <= int(bars.open_ms[-1]) + bars.interval_ms
            if first >= 0 and last >= first and reached:
                self.span = (first, last)
                self.value = self._average(mark.average, last)
        self.update()

    def bars_prepended(self, count: int) -> None:
        del count
        self.show_mark(self._mark)  # its bars may have come

    def _average(self, period: int | None, index: int) -> float | None:
        if period is None:
            return None
        value = float(ema_state(period).extend(self.pane.bars.level()[CLOSE : CLOSE + 1, : index + 1])[0, -1])
        return None if isnan(value) else value

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if self._mark is None:
            return
        colour = QColor(LIVE.ai)
        painter.setFont(self._font)
        left = 8.0
        if self.span is not None:
            left = projection.x(self.span[0] - 0.5)
            right = projection.x(self.span[1] + 0.5)
            ground = QColor(colour)
            ground.setAlphaF(0.16)
            painter.fillRect(QRectF(left, 0, max(2.0, right - left), projection.band_top), ground)
            painter.setPen(QPen(colour, 0))
            for x in (left, right):
                painter.drawLine(QLineF(round(x), 0, round(x), projection.band_top))
            if self.value is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setBrush(colour)
                at = QPointF(projection.x(float(self.span[1])), projection.y(self.value))
                painter.drawEllipse(at, _DOT, _DOT)
        self._write(painter, projection, left)

    def _write(self, painter: QPainter, projection: Projection, left: float) -> None:
        """Write the words in a box at the top of the mark, kept inside the pane."""
        most = projection.width - 16
        words = self._metrics.elidedText(self.words, Qt.TextElideMode.ElideRight, most)
        width = self._metrics.horizontalAdvance(words) + 12
        box = QRectF(min(max(8.0, left), max(8.0, projection.width - width - 8)), _TOP_PX, width, _ROW)
        ground = QColor(LIVE.ai_ground)
        painter.fillRect(box, ground)
        painter.setPen(QColor(LIVE.ai))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
