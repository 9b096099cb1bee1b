"""What both kinds of pane share: the bars in time, and the hand that moves them.

`PricePane` holds the bars and rules over time; a `StudyPane` below it shows the same bars with
values of its own scale. Everything drawn is a `ChartItem` in one of them.
"""

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget

from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.columns import Columns

_ZOOM_STEP: Final = 0.88  # a notch of the wheel
_PAN_STEP: Final = 0.1  # share of the view, a notch of the wheel with Shift
_DRAG_DOUBLES_PX: Final = 200.0  # dragging the time axis this far doubles the bars in view
_STRETCH_DOUBLES_PX: Final = 150.0


class Pane(QGraphicsWidget):
    """A rectangle that maps bars and values to its pixels.

    Signals:
        moved: range, size or bars changed.
    """

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)

    @property
    def bars(self) -> Bars:
        """The series as the venue serves it."""
        raise NotImplementedError

    @property
    def columns(self) -> Columns | None:
        """The columns in view, worked out once a frame for all layers; None when there is no bar in view."""
        raise NotImplementedError

    @property
    def projection(self) -> Projection:
        raise NotImplementedError

    # -- what a hand does --------------------------------------------------------

    def pan(self, bars: float) -> None:
        """Move the view by a number of bars; positive goes towards the newest."""
        raise NotImplementedError

    def zoom(self, factor: float, about: float) -> None:
        """Scale the number of bars in view; the bar at `about` stays where it is."""
        raise NotImplementedError

    def zoom_values(self, factor: float, about: float) -> None:
        """Scale prices or values by hand; the one at `about` stays where it is."""
        raise NotImplementedError

    def move_values(self, px: float) -> None:
        """Move what is drawn up or down by px, once it was scaled by hand."""
        raise NotImplementedError

    def fit_values(self) -> None:
        """Fit prices or values to the bars in view again."""
        raise NotImplementedError

    def show_newest(self) -> None:
        raise NotImplementedError

    def fit(self) -> None:
        """Show every bar."""
        raise NotImplementedError

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Zoom at the pointer; over the value axis zoom values, with Shift pan."""
        event.accept()
        notches = event.delta() / 120
        projection = self.projection
        if axis == 1:
            self.zoom_values(_ZOOM_STEP**notches, projection.price_at(event.pos().y()))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(-notches * (projection.x1 - projection.x0) * _PAN_STEP)
        else:
            self.zoom(_ZOOM_STEP**notches, projection.index_at(event.pos().x()))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Pan; over the time axis zoom about the right edge, over the value axis scale values."""
        event.accept()
        moved = event.pos() - event.lastPos()
        projection = self.projection
        if axis == 0:
            self.zoom(2 ** (-moved.x() / _DRAG_DOUBLES_PX), projection.x1)
        elif axis == 1:
            self.zoom_values(2 ** (moved.y() / _STRETCH_DOUBLES_PX), projection.price_at(projection.band_top / 2))
        else:
            self.move_values(moved.y())
            self.pan(-moved.x() / projection.bar_px)

    def mouseClickEvent(self, event: Any) -> None:
        """Show every bar at a double click."""
        if event.double():
            event.accept()
            self.fit()


def hairline(colour: str) -> QPen:
    """Give a pen of one device pixel."""
    return QPen(QColor(colour), 0)


def device_ratio(painter: QPainter) -> float:
    """Give how many device pixels a pixel has; edges are rounded to those."""
    return painter.device().devicePixelRatioF()
