"""What ladder, tape and depth curve draw by the hundred: rectangles, lines and pieces of a picture."""

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from terminal.ui.object_row import Floats, ObjectRow


class RectBatch:
    """Filled rectangles of one colour."""

    def __init__(self) -> None:
        self._row = ObjectRow(QRectF, 4)

    def draw(self, painter: QPainter, colour: QColor, x: Any, y: Any, width: Any, height: Any) -> None:
        """Fill n rectangles: `x` and `y` (top left), `width`, `height` are (n,) float64, or one number for all."""
        count = max(np.size(part) for part in (x, y, width, height))
        if not count:
            return
        rects = self._row.of(count)
        rects[:, 0], rects[:, 1], rects[:, 2], rects[:, 3] = x, y, width, height
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRects(self._row.first, count)


class LineBatch:
    """Lines of one pen."""

    def __init__(self) -> None:
        self._row = ObjectRow(QLineF, 4)

    def draw(self, painter: QPainter, pen: QPen, x1: Any, y1: Any, x2: Any, y2: Any) -> None:
        """Draw n lines; each part is (n,) float64, or one number for all."""
        count = max(np.size(part) for part in (x1, y1, x2, y2))
        if not count:
            return
        lines = self._row.of(count)
        lines[:, 0], lines[:, 1], lines[:, 2], lines[:, 3] = x1, y1, x2, y2
        painter.setPen(pen)
        painter.drawLines(self._row.first, count)


class PieceBatch:
    """Pieces of one picture, side by side in its top row, each at its own place."""

    def __init__(self) -> None:
        self._row = ObjectRow(QPainter.PixmapFragment, 10)

    def draw(
        self, painter: QPainter, sheet: QPixmap, x: Floats, y: Floats, left: Floats, size: tuple[int, int]
    ) -> None:
        """Draw n pieces of `size` device px that begin at `left` in the sheet, centred on (`x`, `y`); all (n,)."""
        count = len(x)
        if not count:
            return
        parts = self._row.of(count)
        parts[:, 0], parts[:, 1], parts[:, 2], parts[:, 3] = x, y, left, 0.0
        parts[:, 4], parts[:, 5] = size
        parts[:, 6:8] = 1 / painter.device().devicePixelRatioF()
        parts[:, 8], parts[:, 9] = 0.0, 1.0  # turned by nothing, opaque
        painter.drawPixmapFragments(self._row.first, count, sheet)
