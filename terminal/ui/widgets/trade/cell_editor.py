"""An editor in a table's cell: Enter sends, Esc leaves, a refusal is said in words below it.

It floats over the cell instead of living in the view, so that a table refreshed several times
a second cannot take it away; it goes when its row goes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.table_base import DataTable

FIELD_PX: Final = 86
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})

Submit = Callable[[str, str], str]
"""Takes a field's name and text; gives "" when it was sent, else why not, in words."""


@dataclass(frozen=True, slots=True)
class EditField:
    """One number to change: its name for the receiver, its text now, and what it is called."""

    name: str
    text: str
    label: str


class CellField(QLineEdit):
    """A small number field.

    Signals:
        entered: Enter, once a press.
        escaped: Esc.
        left: the focus went elsewhere in this window.
    """

    entered = Signal()
    escaped = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            if not event.isAutoRepeat():
                self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}:
            self.left.emit()


class CellEditor(QWidget):
    """One or two fields over a cell of `table`.

    Signals:
        closed: the editor is gone, whether something was sent or not.
    """

    closed = Signal()

    def __init__(self, table: DataTable) -> None:
        super().__init__(table.viewport())
        self._table = table
        self._key = ""
        self._column = 0
        self._submit: Submit = lambda _name, _text: ""
        self.fields: dict[str, CellField] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.refusal = QLabel(table)
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.refusal, "chip", "amber")
        self.refusal.hide()
        self.hide()
        model = table.sorted
        for signal in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._follow)
        table.verticalScrollBar().valueChanged.connect(self._follow)
        table.horizontalHeader().geometriesChanged.connect(self._follow)

    def edit(self, key: str, column: int, fields: Sequence[EditField], submit: Submit) -> None:
        """Open over a cell; the first field has the focus and its text is selected."""
        self.finish()
        for old in self.fields.values():
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._key, self._column, self._submit = key, column, submit
        self.fields = {field.name: self._add(field) for field in fields}
        self._scroll_there()
        self._follow()
        if not self._key:
            return
        first = next(iter(self.fields.values()))
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        first.selectAll()

    def _add(self, field: EditField) -> CellField:
        line = CellField(field.text)
        line.setAccessibleName(field.label)
        line.setToolTip(f"{field.label}: Enter sends it, Esc leaves it as it is.")
        line.setPlaceholderText(field.label.split()[0].lower())
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.setMinimumWidth(48)
        set_role(line, "compact", "true")
        line.entered.connect(lambda: self._send(field.name))
        line.escaped.connect(self.finish)
        line.left.connect(self._left)
        line.textEdited.connect(self.refusal.hide)
        self._row.addWidget(line, 1)
        return line

    @property
    def is_open(self) -> bool:
        return bool(self._key)

    def finish(self) -> None:
        """Leave without sending anything more."""
        if not self._key:
            return
        self._key = ""
        had_focus = any(field.hasFocus() for field in self.fields.values())
        self.refusal.hide()
        self.hide()
        if had_focus:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def _send(self, name: str) -> None:
        refusal = self._submit(name, self.fields[name].text().strip())
        if refusal:
            self._say(refusal)
        else:
            self.finish()

    def refuse(self, words: str) -> None:
        """Say why nothing can be sent from here; the field stays for reading."""
        for field in self.fields.values():
            field.setReadOnly(True)
        if self._key:
            self._say(words)

    def _left(self) -> None:
        """Close when the focus is in none of the fields any more."""
        if not any(field.hasFocus() for field in self.fields.values()):
            self.finish()

    def _say(self, words: str) -> None:
        self.refusal.setText(visible(words))
        self.refusal.setAccessibleName(words)
        self.refusal.adjustSize()
        below = self.mapTo(self._table, QPoint(0, self.height() + 2))
        x = min(below.x(), self._table.width() - self.refusal.width() - 4)
        fits = below.y() + self.refusal.height() <= self._table.height()
        y = below.y() if fits else self.mapTo(self._table, QPoint(0, 0)).y() - self.refusal.height() - 2
        self.refusal.move(max(4, x), max(0, y))
        self.refusal.show()
        self.refusal.raise_()

    def _follow(self, *_: object) -> None:
        """Stay over the cell; go when its row is gone."""
        if not self._key:
            return
        place = self._place()
        if place is None:
            self.finish()
            return
        wanted = len(self.fields) * (FIELD_PX + 4)
        if place.width() < wanted:
            place.setLeft(max(0, place.right() - wanted + 1))
        self.setGeometry(place.adjusted(0, 2, 0, -2))
        self.show()
        self.raise_()

    def _scroll_there(self) -> None:
        index = self._index()
        if index is not None:
            self._table.scrollTo(index)

    def _place(self) -> QRect | None:
        index = self._index()
        return None if index is None else self._table.visualRect(index)

    def _index(self) -> QModelIndex | None:
        rows = self._table.sorted
        for at in range(rows.rowCount()):
            index = rows.index(at, self._column)
            if self._table.key_at(index) == self._key:
                return index
        return None
