"""The time axis at the bottom: round local times."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from terminal.ui.charts.axis import Axis, Tag
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.projection import Projection
from terminal.ui.charts.ticks import time_ticks
from terminal.ui.theme.tokens import Tokens

_HEIGHT: Final = 24
_REACH: Final = 60.0  # px a label may reach to either side
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class TimeAxis(Axis):
    """Local times; a new day is written brighter."""

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, tokens, number=0)
        self._metrics = QFontMetricsF(self.label_font)
        self.setMinimumHeight(_HEIGHT)
        self.setMaximumHeight(_HEIGHT)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        for tick in time_ticks(self.pane.bars, projection):
            painter.setPen(self.strong_pen if tick.major else self.label_pen)
            x = projection.x(tick.index)
            if 20 <= x <= projection.width - 16:
                painter.drawText(QRectF(x - _REACH, 0, 2 * _REACH, _HEIGHT), _CENTRE, tick.text)

    def draw_tag(self, painter: QPainter, projection: Projection, tag: Tag) -> None:
        width = self._metrics.horizontalAdvance(tag.text) + 16
        left = min(max(projection.x(tag.value) - width / 2, 0.0), max(0.0, projection.width - width))
        self.fill_tag(painter, QRectF(round(left), 2, round(width), _HEIGHT - 5), tag)
