"""The seven steps of a passport as a list: dot, name, time, and the first words of each."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from terminal.domain.passport import Dot, DotState
from terminal.ui.formatting import local_time
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE
from terminal.ui.theme.tokens import RADIUS_CONTROL
from terminal.ui.viewmodels.passport import DOT_ROLE, dot_in_words
from terminal.ui.widgets.plain_text import one_line, tooltip

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 50
WIDTH_PX = 292
_DOT_PX = 9
_LEFT_PX = 30
_DOT_ROLE = Qt.ItemDataRole.UserRole


class StepDelegate(QStyledItemDelegate):
    """Name and time in one line, the words below; a broken step is red."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(WIDTH_PX - 20, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        dot: Dot = index.data(_DOT_ROLE)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(LIVE.raised))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), RADIUS_CONTROL, RADIUS_CONTROL)
        colour = QColor(getattr(LIVE, DOT_ROLE[dot.state]))
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush if dot.state is DotState.NOT_DUE else colour)
        painter.drawEllipse(QPointF(rect.left() + 15, rect.top() + 16), _DOT_PX / 2, _DOT_PX / 2)
        body = rect.adjusted(_LEFT_PX, 6, -10, -6)
        broken = dot.state is DotState.BROKEN
        self._line(painter, body, f"{index.row() + 1}  {dot.name}", LIVE.text, strong=True)
        if dot.at_ms:
            painter.setFont(ui_font(HINT_PX))
            painter.setPen(QColor(LIVE.muted))
            painter.drawText(body, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, local_time(dot.at_ms))
        below = body.adjusted(0, 19, 0, 0)
        self._line(painter, below, one_line(dot.words), LIVE.down if broken else LIVE.muted, strong=False)
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, rect: QRect, text: str, colour: str, *, strong: bool) -> None:
        font = ui_font(strong=strong)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)


class StepList(QListWidget):
    """The steps in order; the arrow keys walk along the chain."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(StepDelegate(self))
        self.setUniformItemSizes(True)
        self.setFixedWidth(WIDTH_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Steps of the passport")

    def show_dots(self, dots: Sequence[Dot]) -> None:
        """Show these dots; the step a person looks at stays the chosen one."""
        at = self.currentRow()
        self.blockSignals(True)  # refilling is no choice
        self.clear()
        for dot in dots:
            item = QListWidgetItem(dot_in_words(dot))
            item.setData(_DOT_ROLE, dot)
            item.setToolTip(tooltip(dot_in_words(dot)))
            self.addItem(item)
        self.blockSignals(False)
        if dots:
            self.setCurrentRow(at if 0 <= at < len(dots) else _first_to_read(dots))


def _first_to_read(dots: Sequence[Dot]) -> int:
    """Begin where something is wrong, else at the beginning."""
    return next((at for at, dot in enumerate(dots) if dot.state is DotState.BROKEN), 0)
