"""Many rectangles, lines or points in one call to the painter, straight from arrays."""

from typing import Final

import numpy as np
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from terminal.ui.object_row import Floats, ObjectRow

_DOT_PX: Final = 1.0
_GAP_PX: Final = 2.0
_SPARE: Final = 32  # points at the end of a line that all lie on its last one


class RectBatch:
    """Filled rectangles of one colour. The buffer is kept from frame to frame."""

    def __init__(self) -> None:
        self._row = ObjectRow(QRectF, 4)

    def draw(
        self,
        painter: QPainter,
        colour: QColor,
        x: Floats,
        y: Floats | float,
        width: Floats | float,
        height: Floats | float,
    ) -> None:
        """Fill n rectangles: `x`, `y` (top left), `width`, `height` are (n,) float64, or one number for all."""
        count = len(x)
        if not count:
            return
        rects = self._row.of(count)
        rects[:, 0], rects[:, 1], rects[:, 2], rects[:, 3] = x, y, width, height
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawRects(self._row.first, count)


class PolylineBatch:
    """One line through many points."""

    def __init__(self) -> None:
        self._polygon = QPolygonF()
        self._points: Floats = np.empty((0, 2))  # of the polygon, without a copy

    def draw(self, painter: QPainter, pen: QPen, x: Floats, y: Floats) -> None:
        """Connect n points; `x` and `y` are (n,) float64."""
        if len(x) < 2:
            return
        count = len(x)
        if not count <= len(self._points) <= count + _SPARE:
            self._polygon = create_qpolygonf(count + _SPARE // 2)  # the number moves by a few while the view does
            self._points = ndarray_from_qpolygonf(self._polygon)
        self._points[:count, 0], self._points[:count, 1] = x, y
        self._points[count:] = x[-1], y[-1]
        painter.setPen(pen)
        painter.drawPolyline(self._polygon)


class StepArea:
    """Neighbouring bars without gaps between them as one filled outline, several times quicker than as rectangles."""

    def __init__(self) -> None:
        self._polygon = QPolygonF()
        self._points: Floats = np.empty((0, 2))

    def draw(self, painter: QPainter, colour: QColor, middle: Floats, width: float, y: Floats, base: float) -> None:
        """Fill n bars from `base` to `y`, (n,) float64, each `width` wide about its `middle`, (n,) float64."""
        count = len(middle)
        if not count:
            return
        if len(self._points) != 2 * count + 2:
            self._polygon = create_qpolygonf(2 * count + 2)
            self._points = ndarray_from_qpolygonf(self._polygon)
        points = self._points
        points[1:-1:2, 0], points[2:-1:2, 0] = middle - width / 2, middle + width / 2
        points[1:-1:2, 1] = points[2:-1:2, 1] = y
        points[0] = points[1, 0], base
        points[-1] = points[-2, 0], base
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawPolygon(self._polygon)


class DottedLines:
    """Dotted or dashed lines along an axis, as a batch of small rectangles.

    A dashed pen makes Qt stroke every dash by itself, which takes longer than all candles together.
    """

    def __init__(self, on_px: float = _DOT_PX, off_px: float = _GAP_PX) -> None:
        self._on, self._step = on_px, on_px + off_px
        self._rects = RectBatch()

    def across(self, painter: QPainter, colour: QColor, y: float, width: float) -> None:
        """Draw from the left edge to `width` at the height `y`."""
        self._rects.draw(painter, colour, np.arange(0.0, width, self._step), y, self._on, 1.0)

    def down(self, painter: QPainter, colour: QColor, x: float, height: float) -> None:
        """Draw from the top edge to `height` at `x`."""
        y = np.arange(0.0, height, self._step)
        self._rects.draw(painter, colour, np.full(len(y), x), y, 1.0, self._on)
