"""The shapes of marks, painted once into one picture and stamped from there."""

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from terminal.ui.theme.look import LIVE

SIDE: Final = 14.0  # px, of every sprite
_HALF: Final = 5.0
_MIDDLE: Final = SIDE / 2


class Glyph(IntEnum):
    """Which picture of the sheet, counted from the left."""

    BUY = 0  # points up; its tip is the price
    SELL = 1
    SAID_BELOW = 2  # the AI, below the bar
    SAID_ABOVE = 3
    WON = 4  # a plus
    LOST = 5  # a minus
    EVEN = 6


_UP: Final = ((0.0, -_HALF), (_HALF, _HALF), (-_HALF, _HALF))
_DOWN: Final = ((0.0, _HALF), (_HALF, -_HALF), (-_HALF, -_HALF))
_DIAMOND: Final = ((0.0, -_HALF - 1), (_HALF, 0.0), (0.0, _HALF + 1), (-_HALF, 0.0))


def glyph_sheet(ratio: float) -> QPixmap:
    """Paint all glyphs side by side in the look in force; `ratio` is device pixels a px."""
    sheet = QPixmap(QSize(round(SIDE * ratio) * len(Glyph), round(SIDE * ratio)))
    sheet.setDevicePixelRatio(ratio)
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, glyph in enumerate(Glyph):
        painter.save()
        painter.translate(number * SIDE + _MIDDLE, _MIDDLE)
        _PAINT[glyph](painter)
        painter.restore()
    painter.end()
    return sheet


def _filled(shape: tuple[tuple[float, float], ...], role: str) -> Callable[[QPainter], None]:
    def paint(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(LIVE, role)))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in shape]))

    return paint


def _signed(role: str, *, across: bool, down: bool) -> Callable[[QPainter], None]:
    """Give a disc with a plus, a minus or nothing in it: the colour alone says nothing to some eyes."""

    def paint(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(LIVE.panel), 1))
        painter.setBrush(QColor(getattr(LIVE, role)))
        painter.drawEllipse(QPointF(0, 0), _HALF, _HALF)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIVE.panel))
        if across:
            painter.drawRect(QRectF(-2.5, -0.75, 5, 1.5))
        if down:
            painter.drawRect(QRectF(-0.75, -2.5, 1.5, 5))

    return paint


_PAINT: Final[dict[Glyph, Callable[[QPainter], None]]] = {
    Glyph.BUY: _filled(_UP, "rise"),
    Glyph.SELL: _filled(_DOWN, "fall"),
    Glyph.SAID_BELOW: _filled(_DIAMOND, "ai"),
    Glyph.SAID_ABOVE: _filled(_DIAMOND, "ai"),
    Glyph.WON: _signed("rise", across=True, down=True),
    Glyph.LOST: _signed("fall", across=True, down=False),
    Glyph.EVEN: _signed("muted", across=False, down=False),
}
