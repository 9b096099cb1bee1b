"""Words in the empty part before the first bar: why nothing older is to be seen there."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import Pane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

_LEAST_PX = 90.0  # a narrower gap needs no words
_INSET = 10.0


class EdgeWords(ChartItem):
    """Quiet words, wrapped into the gap."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane, z=8)
        self.text = ""
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)

    def set_text(self, text: str) -> None:
        """Say why there is nothing; "" says nothing."""
        if text != self.text:
            self.text = text
            self.setVisible(bool(text))
            self.update()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        gap = projection.x(-0.5)
        if not self.text or gap < _LEAST_PX:
            return
        painter.setFont(self._font)
        painter.setPen(QColor(LIVE.muted))
        box = QRectF(_INSET, 0, gap - 2 * _INSET, projection.band_top)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.text)
