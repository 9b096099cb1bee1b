"""What stands in an indicator's own pane beside its lines: name and values, and the crosshair's moment."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from terminal.ui.charts.layers.words_box import INSET, Part, WordsBox
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.primitives import DottedLines
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.panes.study_pane import StudyPane
from terminal.ui.theme.look import LIVE

_LEFT: Final = 12.0
_TOP: Final = 3.0


class StudyWords(ChartItem):
    """One row of words, and a dotted line through the bar under the pointer."""

    def __init__(
        self, pane: StudyPane, words: Callable[[], list[Part]], crosshair_place: Callable[[], int | None]
    ) -> None:
        super().__init__(pane, z=35)
        self._words = words
        self._place = crosshair_place
        self._dots = DottedLines()
        self.dress()

    def dress(self) -> None:
        self._box = WordsBox()
        self._colour = QColor(LIVE.muted)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        place = self._place()
        if place is not None:
            x = round(projection.x(float(place)))
            if 0 <= x < projection.width:
                self._dots.down(painter, self._colour, x, projection.height)
        room = projection.width - _LEFT - INSET
        painter.setClipRect(QRectF(0, 0, projection.width, projection.height))
        self._box.draw(painter, QPointF(_LEFT - INSET, _TOP), self._words(), (), room)
