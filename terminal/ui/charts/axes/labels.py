"""Short texts that are drawn again and again: laid out once, drawn from the cache."""

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QStaticText, QTransform

_MOST: Final = 600  # texts kept; prices that were tags for a moment would pile up otherwise


class Labels:
    """Static texts in one font, with their sizes."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._texts: dict[str, tuple[QStaticText, float, float]] = {}

    def width(self, text: str) -> float:
        return self._get(text)[1]

    def draw_left(self, painter: QPainter, x: float, middle: float, text: str) -> float:
        """Write from `x` on, centred on the height `middle`; gives the width. The painter's font is the labels'."""
        static, width, height = self._get(text)
        painter.drawStaticText(QPointF(x, round(middle - height / 2)), static)
        return width

    def draw_centred(self, painter: QPainter, centre: float, middle: float, text: str) -> None:
        static, width, height = self._get(text)
        painter.drawStaticText(QPointF(round(centre - width / 2), round(middle - height / 2)), static)

    def _get(self, text: str) -> tuple[QStaticText, float, float]:
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= _MOST:
                self._texts.clear()
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(QTransform(), self._font)
            size = static.size()
            found = self._texts[text] = (static, size.width(), size.height())
        return found
