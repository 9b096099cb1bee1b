"""A price trail as a small line in a table cell."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionViewItem

from terminal.ui.viewmodels.rows import PAINTS_ROLE, TONE_ROLE
from terminal.ui.widgets.cells import PAD, CellDelegate

_HEIGHT_PX: Final = 14.0
_LINE_PX: Final = 1.2
_FULL: Final = 60  # prices that fill the width; fewer leave room at the left


class SparkDelegate(CellDelegate):
    """Draws once two prices are known; the newest stands at the right end."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        prices: Sequence[float] = index.data(PAINTS_ROLE) or ()
        if len(prices) < 2:
            super().paint(painter, option, index)  # a dash
            return
        self.paint_ground(painter, option, index)
        rect = QRectF(option.rect).adjusted(PAD, 0, -PAD, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.colour(index.data(TONE_ROLE)), _LINE_PX))
        painter.drawPolyline(QPolygonF(spark_points(prices, rect)))
        painter.restore()


def spark_points(prices: Sequence[float], rect: QRectF) -> list[QPointF]:
    """Spread prices over a cell: equal steps, highest at the top; a flat trail lies in the middle."""
    low, high = min(prices), max(prices)
    top = rect.center().y() - _HEIGHT_PX / 2
    step = rect.width() / (_FULL - 1) if len(prices) > _FULL / 4 else rect.width() / (_FULL / 4 - 1)
    left = rect.right() - step * (len(prices) - 1)
    span = high - low
    return [
        QPointF(left + step * at, top + _HEIGHT_PX * ((high - price) / span if span else 0.5))
        for at, price in enumerate(prices)
    ]
