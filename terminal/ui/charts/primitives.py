"""Many rectangles or points in one call to the painter, straight from arrays."""

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

Floats = NDArray[np.float64]


class RectBatch:
    """Filled rectangles of one colour. The buffer is kept from frame to frame."""

    def __init__(self) -> None:
        self._array = PrimitiveArray(QRectF, 4)

    def draw(
        self, painter: QPainter, colour: QColor, x: Floats, y: Floats, width: Floats | float, height: Floats
    ) -> None:
        """Fill n rectangles: `x`, `y` (top left), `width`, `height` are (n,) float64, or one width for all."""
        count = len(x)
        if not count:
            return
        self._array.resize(count)
        rects = self._array.ndarray()
        rects[:, 0], rects[:, 1], rects[:, 2], rects[:, 3] = x, y, width, height
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawRects(*self._array.drawargs())


class PolylineBatch:
    """One line through many points."""

    def __init__(self) -> None:
        self._polygon = QPolygonF()

    def draw(self, painter: QPainter, pen: QPen, x: Floats, y: Floats) -> None:
        """Connect n points; `x` and `y` are (n,) float64."""
        if len(x) < 2:
            return
        if self._polygon.size() != len(x):
            self._polygon = create_qpolygonf(len(x))
        points = ndarray_from_qpolygonf(self._polygon)
        points[:, 0], points[:, 1] = x, y
        painter.setPen(pen)
        painter.drawPolyline(self._polygon)
