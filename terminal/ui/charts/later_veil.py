"""What came after a moment: the bars nobody knew then, dimmed, behind a line at that moment."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem
from terminal.ui.charts.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.tokens import Tokens

WORDS = "what came after – not known then"
_ALPHA = 0.74
_TOP_PX = 26.0


class LaterVeil(PaneItem):
    """Lies over every bar from `first_later` on; None for none."""

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, z=27)
        self._tokens = tokens
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)
        self.first_later: int | None = None

    def cover_from(self, index: int | None) -> None:
        self.first_later = index
        self.update()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if self.first_later is None:
            return
        left = max(0.0, projection.x(self.first_later - 0.5))
        if left >= projection.width:
            return
        ground = QColor(self._tokens.panel)
        ground.setAlphaF(_ALPHA)
        painter.fillRect(QRectF(left, 0, projection.width - left, projection.height), ground)
        colour = QColor(self._tokens.amber)
        painter.setPen(QPen(colour, 0, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(round(left), 0, round(left), projection.height))
        painter.setFont(self._font)
        width = self._metrics.horizontalAdvance(WORDS) + 8
        at = left + 4 if left + 4 + width <= projection.width else left - width
        painter.drawText(QRectF(at, _TOP_PX, width, 16), int(Qt.AlignmentFlag.AlignVCenter), WORDS)
