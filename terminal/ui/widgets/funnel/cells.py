"""How the funnel's cells are painted: a sign in its colour, and counts over a bar."""

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from terminal.domain.funnel import Tally
from terminal.ui.viewmodels.rows import PAINTS_ROLE, TONE_ROLE
from terminal.ui.widgets.cells import CellDelegate, Index

_BAR_INSET: Final = 4
_SIDE: Final = 4


class SignDelegate(CellDelegate):
    """A sign in the middle of its cell, and a frame around the cell a person chose."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_ground(painter, option, index)
        painter.setFont(self.font)
        painter.setPen(self.colour(index.data(TONE_ROLE) or "muted"))
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, index.data() or "")


class BarDelegate(CellDelegate):
    """Stopped of reached, over a bar: red for what was stopped, green for what went on."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_ground(painter, option, index)
        tally = index.data(PAINTS_ROLE)
        if isinstance(tally, Tally) and tally.reached:
            room = option.rect.adjusted(_SIDE, _BAR_INSET, -_SIDE, -_BAR_INSET)
            red = room.width() * tally.stopped // tally.reached
            stopped = QRect(room.left(), room.top(), red, room.height())
            painter.fillRect(room, self.colour("up_ground"))
            painter.fillRect(stopped, self.colour("down_ground"))
        painter.setFont(self.font)
        painter.setPen(self.colour(index.data(TONE_ROLE)))
        place = option.rect.adjusted(2 * _SIDE, 0, -2 * _SIDE, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, index.data() or "")
