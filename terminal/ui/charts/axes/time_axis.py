"""The time axis at the bottom: round times of the chosen zone."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from terminal.ui.charts.axes.axis import Axis, Tag
from terminal.ui.charts.axes.time_labels import TimeLabels
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.panes.pane import Pane
from terminal.ui.charts.panes.projection import Projection

_HEIGHT: Final = 24


class TimeAxis(Axis):
    """Times of one zone; a new day is written brighter."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane, number=0)
        self.zone = Zone.LOCAL
        self._ticks = TimeLabels()
        self.setMinimumHeight(_HEIGHT)
        self.setMaximumHeight(_HEIGHT)

    def set_zone(self, zone: Zone) -> None:
        self.zone = zone
        self.update()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        shown = (tag for tag in self.tags if 0 <= projection.x(tag.value) <= projection.width)
        taken = [self._tag_span(projection, tag) for tag in shown]
        for tick, x in self._ticks.in_view(self.pane.bars, projection, self.zone):
            half = self.labels.width(tick.text) / 2
            if half <= x <= projection.width - half and not any(
                left - half < x < right + half for left, right in taken
            ):
                painter.setPen(self.strong_pen if tick.major else self.label_pen)
                self.labels.draw_centred(painter, x, _HEIGHT / 2, tick.text)

    def draw_tag(self, painter: QPainter, projection: Projection, tag: Tag) -> None:
        if not 0 <= projection.x(tag.value) <= projection.width:
            return
        left, right = self._tag_span(projection, tag)
        self.fill_tag(painter, QRectF(round(left), 2, round(right - left), _HEIGHT - 5), tag)

    def _tag_span(self, projection: Projection, tag: Tag) -> tuple[float, float]:
        """Give a tag's left and right edge, kept inside the axis."""
        width = self.labels.width(tag.text) + 16
        left = min(max(projection.x(tag.value) - width / 2, 0.0), max(0.0, projection.width - width))
        return left, left + width
