"""What came after a moment: the bars nobody knew then, dimmed, behind a line at that moment."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import DottedLines
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

WORDS = "what came after – not known then"
_ALPHA = 0.74
_TOP_PX = 26.0


class LaterVeil(ChartItem):
    """Lies over every bar from `first_later` on; None for none."""

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, z=27)
        self._dashes = DottedLines(on_px=4.0, off_px=2.0)
        self.first_later: int | None = None
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    def cover_from(self, index: int | None) -> None:
        self.first_later = index
        self.setVisible(index is not None)
        self.update()

    def bars_prepended(self, count: int) -> None:
        if self.first_later is not None:
            self.first_later += count

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if self.first_later is None:
            return
        left = max(0.0, projection.x(self.first_later - 0.5))
        if left >= projection.width:
            return
        ground = QColor(LIVE.panel)
        ground.setAlphaF(_ALPHA)
        painter.fillRect(QRectF(left, 0, projection.width - left, projection.height), ground)
        colour = QColor(LIVE.amber)
        self._dashes.down(painter, colour, round(left), projection.height)
        painter.setPen(colour)
        painter.setFont(self._font)
        width = self._metrics.horizontalAdvance(WORDS) + 8
        at = left + 4 if left + 4 + width <= projection.width else left - width
        painter.drawText(QRectF(at, _TOP_PX, width, 16), int(Qt.AlignmentFlag.AlignVCenter), WORDS)
