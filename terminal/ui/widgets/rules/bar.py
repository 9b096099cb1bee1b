"""Paints a rule's distance with a bar under the words: how much of the limit is used up."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from terminal.ui.viewmodels.rows import PAINTS_ROLE
from terminal.ui.widgets.cells import PAD, CellDelegate

BAR_PX: Final = 2
ABOVE_LINE_PX: Final = 2


class BarDelegate(CellDelegate):
    """Words, and a bar from empty to the limit in the colour of the light; no bar where there is no measure.

    The cell paints `(used, role of the palette)`.
    """

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        bar = index.data(PAINTS_ROLE)
        if bar is None:
            return
        used, role = bar
        room = option.rect.adjusted(PAD, 0, -PAD, 0)
        top = room.bottom() + 1 - BAR_PX - ABOVE_LINE_PX
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, colour in ((1.0, "line"), (min(1.0, max(0.0, used)), role)):
            painter.setBrush(self.colour(colour))
            painter.drawRoundedRect(QRectF(room.left(), top, room.width() * share, BAR_PX), BAR_PX / 2, BAR_PX / 2)
        painter.restore()
