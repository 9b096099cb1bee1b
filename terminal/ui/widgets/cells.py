"""How table cells are painted: text by role, changed digits, passport dots, small buttons."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from terminal.domain.passport import Dot, DotState
from terminal.ui.theme.fonts import BASE_PX, HINT_PX, ui_font
from terminal.ui.theme.look import LOOK
from terminal.ui.theme.tokens import RADIUS_CONTROL, Tokens
from terminal.ui.viewmodels.market_rows import Tint
from terminal.ui.viewmodels.passport import DOT_ROLE
from terminal.ui.viewmodels.rows import CELL_ROLE, KEY_ROLE, LEFT, PAINTS_ROLE, RIGHT, Cell
from terminal.ui.widgets.plain_text import tooltip, visible

Index = QModelIndex | QPersistentModelIndex
PAD: Final = 8
DOT_PX: Final = 6
DOT_STEP: Final = 9
DOTS_SAMPLE: Final = "0000000"  # about as wide as seven dots
PILL_HEIGHT: Final = 20
FITS_KEPT: Final = 1_000  # texts whose fit is remembered


class CellDelegate(QStyledItemDelegate):
    """Paints a cell in the colour its column asks for; the hovered row is raised as a whole."""

    def __init__(self, parent: QWidget | None = None, pixel_size: int = BASE_PX) -> None:
        super().__init__(parent)
        self.hovered_row = -1
        self._pixel_size = pixel_size
        self._dress()
        LOOK.changed.connect(self._dress)

    def _dress(self) -> None:
        """Make colours and font once per look: a table paints them a thousand times a second."""
        self._colours = {field.name: QColor(getattr(LOOK.tokens, field.name)) for field in fields(Tokens)}
        self.font: QFont = ui_font(self._pixel_size)
        self.metrics = QFontMetrics(self.font)
        self._fits: dict[tuple[str, int], tuple[str, str]] = {}

    def colour(self, role: str) -> QColor:
        return self._colours[role]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_ground(painter, option, index)
        cell: Cell = index.data(CELL_ROLE)
        if not cell.text:
            return
        painter.setFont(self.font)
        rect = option.rect.adjusted(PAD, 0, -PAD, 0)
        text, shown = self._fitted(cell.text, rect.width())
        painter.setPen(self.colour(cell.tone))
        painter.drawText(rect, RIGHT if cell.right else LEFT, shown)
        if isinstance(cell.paints, Tint) and shown == text:
            self._paint_tail(painter, rect, text, cell.paints)

    def _fitted(self, text: str, width: int) -> tuple[str, str]:
        """Give a text made safe, and as much of it as fits; a table asks for the same ones again and again."""
        found = self._fits.get((text, width))
        if found is None:
            if len(self._fits) >= FITS_KEPT:
                self._fits.clear()
            safe = visible(text).replace("\n", " ")
            found = safe, self.metrics.elidedText(safe, Qt.TextElideMode.ElideRight, width)
            self._fits[text, width] = found
        return found

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected or index.row() == self.hovered_row:
            painter.fillRect(rect, self.colour("raised"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self.colour("raised"))

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Show the hover text as plain words: some of it comes from the venue or a model."""
        words = index.data(Qt.ItemDataRole.ToolTipRole)
        if not words:
            return False
        QToolTip.showText(event.globalPos(), tooltip(words), view.viewport(), option.rect)
        return True

    def _paint_tail(self, painter: QPainter, rect: QRect, text: str, tint: Tint) -> None:
        """Draw the digits that changed once more, in the colour of the move."""
        tail = text[tint.start :]
        width = self.metrics.horizontalAdvance(text) - self.metrics.horizontalAdvance(text[: tint.start])
        place = QRect(rect.right() - width + 1, rect.top(), width, rect.height())
        painter.setPen(self.colour("rise" if tint.up else "fall"))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tail)


class DotsDelegate(CellDelegate):
    """Seven dots: green done, amber waiting, red broken, hollow not due.

    Signals:
        asked (str): key of the row whose dots were clicked.
    """

    asked = Signal(str)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_ground(painter, option, index)
        dots: Sequence[Dot] = index.data(PAINTS_ROLE) or ()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = option.rect.left() + PAD + DOT_PX / 2
        y = option.rect.center().y() + 0.5
        for dot in dots:
            colour = self.colour(DOT_ROLE[dot.state])
            hollow = dot.state is DotState.NOT_DUE
            painter.setPen(QPen(colour, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
            painter.drawEllipse(QPointF(x, y), DOT_PX / 2 - 0.5, DOT_PX / 2 - 0.5)
            x += DOT_STEP
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        del model, option
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            self.asked.emit(index.data(KEY_ROLE))
        return event.type() != QEvent.Type.MouseButtonPress  # a press still selects the row


class ActionsDelegate(CellDelegate):
    """Small buttons at the right end of a row.

    Signals:
        acted (str, str): row key and the label of the button that was clicked.
    """

    acted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, HINT_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_ground(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font)
        over = index.row() == self.hovered_row
        for label, rect in self.buttons(option.rect, index.data(PAINTS_ROLE) or ()):
            painter.setPen(QPen(self.colour("faint" if over else "line"), 1))
            painter.setBrush(self.colour("panel" if over else "raised"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL - 1, RADIUS_CONTROL - 1)
            painter.setPen(self.colour("text" if over else "muted"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
        painter.restore()

    def buttons(self, cell: QRect, labels: Sequence[str]) -> list[tuple[str, QRect]]:
        """Give each label its rectangle, right-aligned in the cell; those at the left that do not fit are left out."""
        placed: list[tuple[str, QRect]] = []
        right = cell.right() - PAD + 1
        top = cell.center().y() - PILL_HEIGHT // 2
        for label in reversed(labels):
            width = self.metrics.horizontalAdvance(label) + 14
            if right - width < cell.left():
                break
            placed.append((label, QRect(right - width, top, width, PILL_HEIGHT)))
            right -= width + 4
        return placed[::-1]

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        del model
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        for label, rect in self.buttons(option.rect, index.data(PAINTS_ROLE) or ()):
            if rect.contains(event.position().toPoint()):
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self.acted.emit(index.data(KEY_ROLE), label)
                return True
        return False
