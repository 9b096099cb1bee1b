"""Many small pictures or straight lines in one call to the painter, straight from arrays."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPen, QPixmap

from terminal.ui.object_row import Floats, ObjectRow

_UPRIGHT: Final = (0.0, 1.0)  # rotation, opacity


class LineBatch:
    """Straight lines of one pen."""

    def __init__(self) -> None:
        self._row = ObjectRow(QLineF, 4)

    def draw(self, painter: QPainter, pen: QPen, x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> None:
        """Draw n lines; each array is (n,) float64, px."""
        count = len(x0)
        if not count:
            return
        lines = self._row.of(count)
        lines[:, 0], lines[:, 1], lines[:, 2], lines[:, 3] = x0, y0, x1, y1
        painter.setPen(pen)
        painter.drawLines(self._row.first, count)


class SpriteBatch:
    """Small pictures that stand side by side in one pixmap, each `size` px wide and high."""

    def __init__(self, size: float) -> None:
        self._size = size
        self._row = ObjectRow(QPainter.PixmapFragment, 10)

    def draw(self, painter: QPainter, sheet: QPixmap, number: NDArray[np.uint8], x: Floats, y: Floats) -> None:
        """Draw n sprites: `number` (n,) says which of the sheet, `x` and `y` (n,) float64 where its middle is, px."""
        count = len(x)
        if not count:
            return
        ratio = sheet.devicePixelRatio()
        side = round(self._size * ratio)
        sprites = self._row.of(count)
        sprites[:, 0], sprites[:, 1] = x, y
        sprites[:, 2] = number.astype(np.float64) * side
        sprites[:, 3] = 0.0
        sprites[:, 4:6] = side
        sprites[:, 6:8] = 1 / ratio
        sprites[:, 8:10] = _UPRIGHT
        painter.drawPixmapFragments(self._row.first, count, sheet)
