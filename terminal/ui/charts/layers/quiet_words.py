"""Words where nothing is drawn: in the middle of an empty chart, and in the empty part before the first bar."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import Pane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

_LEAST_PX = 90.0  # a narrower gap needs no words
_INSET = 10.0
_WIDE_INSET = 24.0


class QuietWords(ChartItem):
    """Words in the muted colour, wrapped into a part of the pane; not there without words."""

    def __init__(self, pane: Pane, z: float) -> None:
        super().__init__(pane, z)
        self.text = ""
        self.hide()

    def set_text(self, text: str) -> None:
        """Say why there is nothing to see; "" says nothing."""
        if text != self.text:
            self.text = text
            self.setVisible(bool(text))
            self.update()

    def write(self, painter: QPainter, font: QFont, left: float, width: float, height: float) -> None:
        """Write the words into the middle of a box that begins at the pane's top; px."""
        painter.setFont(font)
        painter.setPen(QColor(LIVE.muted))
        box = QRectF(left, 0, max(0.0, width), height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.text)


class PaneMessage(QuietWords):
    """Words in the middle of an empty chart."""

    without_bars = True

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane, z=50)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        self.write(painter, ui_font(), _WIDE_INSET, projection.width - 2 * _WIDE_INSET, projection.band_top)


class EdgeWords(QuietWords):
    """Words before the first bar: why nothing older is to be seen there."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane, z=8)
        self.dress()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        gap = projection.x(-0.5)
        if gap >= _LEAST_PX:
            self.write(painter, self._font, _INSET, gap - 2 * _INSET, projection.band_top)
