"""Rectangles, lines and pieces of a picture by the hundred, each in one call to the painter.

Qt takes such things as an array of C++ objects, which are nothing but doubles in a row. Here the
row is a NumPy array and its first element is shown to Qt as the object it stands for.
"""

from typing import Any, Generic, TypeVar, cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

Floats = NDArray[np.float64]
Kind = TypeVar("Kind")


class _Row(Generic[Kind]):
    """Room for objects of one kind; it grows and is kept from frame to frame."""

    def __init__(self, kind: type[Kind], fields: int) -> None:
        self._kind = kind
        self._make(64, fields)

    def of(self, count: int) -> Floats:
        """Give room for `count` objects, (count, fields) float64, to be filled in before drawing."""
        if count > len(self._numbers):
            self._make(2 * count, self._numbers.shape[1])
        return self._numbers[:count]

    def _make(self, count: int, fields: int) -> None:
        self._numbers = np.empty((count, fields))
        self.first = cast("Kind", shiboken6.wrapInstance(self._numbers.ctypes.data, self._kind))


class RectBatch:
    """Filled rectangles of one colour."""

    def __init__(self) -> None:
        self._row = _Row(QRectF, 4)

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
        self._row = _Row(QLineF, 4)

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
        self._row = _Row(QPainter.PixmapFragment, 10)

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
