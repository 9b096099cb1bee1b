"""The command palette: type, go up and down, Enter. It finds and opens; it never sends an order."""

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from terminal.ui.palette.entries import Catalogue, Entry
from terminal.ui.palette.recent import Recent, found
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE, scaled
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import RADIUS_CONTROL
from terminal.ui.widgets.sheet import MARGIN_PX, Sheet

Index = QModelIndex | QPersistentModelIndex
ROW_PX: Final = 30
ROWS: Final = 12
_KIND_PX: Final = 64
_WIDTH_PX: Final = 620
_MOVES: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: ROWS - 1,
    Qt.Key.Key_PageUp: 1 - ROWS,
}
_NOTHING: Final = "Nothing fits. Try a pair, such as ETH, or a word of what you want to do."


class PaletteModel(QAbstractListModel):
    """The entries that fit, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.kind}: {entry.title} {entry.keys}".rstrip()
        return entry if role == Qt.ItemDataRole.UserRole else None


class PaletteDelegate(QStyledItemDelegate):
    """Kind, title, and its key at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index  # all rows are equal
        return QSize(200, scaled(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(LIVE.accent_ground))
            painter.drawRoundedRect(option.rect.adjusted(0, 1, 0, -1), RADIUS_CONTROL, RADIUS_CONTROL)
        rect = option.rect.adjusted(10, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        small = ui_font(HINT_PX)
        painter.setFont(small)
        painter.setPen(QColor(LIVE.muted))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignLeft, entry.kind)
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, entry.keys)
        keys = QFontMetrics(small).horizontalAdvance(entry.keys) + (12 if entry.keys else 0)
        painter.setFont(ui_font())
        painter.setPen(QColor(LIVE.text))
        place: QRect = rect.adjusted(scaled(_KIND_PX), 0, -keys, 0)
        words = painter.fontMetrics().elidedText(entry.title, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()


class PaletteSheet(Sheet):
    """One field and what fits; built once, filled when it opens.

    It lies over its own place only: dimming the whole window would paint all of it again, and the
    palette must be there within one frame. A click elsewhere closes it.
    """

    def __init__(self, catalogue: Catalogue, recent: Recent, window: QWidget) -> None:
        super().__init__("Find", window, width=_WIDTH_PX)
        self._catalogue = catalogue
        self._recent = recent
        self._entries: list[Entry] = []
        self.subtitle.setText("actions, pairs, positions, orders, settings; nothing is sent from here")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Type a pair or what you want to do")
        self.field.setAccessibleName("Find an action, a pair, a position, an order or a setting")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.model = PaletteModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PaletteDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("What fits")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda _: self.choose())
        self.nothing = QLineEdit(_NOTHING)
        self.nothing.setReadOnly(True)
        self.nothing.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nothing.setFrame(False)
        set_role(self.nothing, "tone", "muted")
        self.nothing.hide()
        self.body.addWidget(self.field)
        self.body.addWidget(self.list)
        self.body.addWidget(self.nothing)

    def open(self) -> None:
        """Show everything there is now, what was chosen lately first; open already, it closes."""
        if self.is_open:
            self.dismiss()
            return
        self._entries = self._catalogue.entries()
        self.list.setFixedHeight(ROWS * scaled(ROW_PX) + 2)
        self.field.clear()
        self._search("")
        self.present(self.field)

    def choose(self) -> None:
        """Do what is marked, with the palette out of the way."""
        at = self.list.currentIndex().row()
        if 0 <= at < len(self.model.entries):
            entry = self.model.entries[at]
            self.dismiss()
            self._recent.note(entry.key)
            entry.run()

    def _cover(self) -> None:
        room, height = self._over.rect(), self.card.sizeHint().height()
        width = min(_WIDTH_PX, room.width() - 2 * MARGIN_PX)
        height = min(height, room.height() - 2 * MARGIN_PX)
        self.setGeometry(QRect((room.width() - width) // 2, (room.height() - height) // 4, width, height))
        self._place_card()

    def _place_card(self) -> None:
        self.card.setGeometry(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # the card paints itself, and nothing lies around it

    def _leave(self) -> None:
        """Close when the keyboard went elsewhere; another program in front is no reason."""
        now = QApplication.focusWidget()
        if self.is_open and now is not None and not self.isAncestorOf(now):
            self._focus_before = None
            self.dismiss()

    def _search(self, query: str) -> None:
        entries = found(query, self._entries, self._recent.keys)
        self.model.show(entries)
        self.nothing.setVisible(not entries)
        self._mark(0)

    def _mark(self, row: int) -> None:
        if self.model.entries:
            at = self.model.index(max(0, min(row, len(self.model.entries) - 1)))
            self.list.setCurrentIndex(at)
            self.list.scrollTo(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _MOVES.get(Qt.Key(event.key())) if event.key() in _MOVES else None
            if step is not None:
                self._mark(self.list.currentIndex().row() + step)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
                self.choose()
                return True
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._leave)
        return super().eventFilter(watched, event)
