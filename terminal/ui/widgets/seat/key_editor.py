"""The window that changes keys: every action of the table, its keys, and why a key cannot be had."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.ui.actions.keymap import KeyMap
from terminal.ui.actions.table import ACTIONS, BY_ID, Effect
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.rows import Column, RowsModel
from terminal.ui.widgets.seat.key_field import KeyField
from terminal.ui.widgets.table_base import DataTable

_SIZE: Final = QSize(760, 620)
_PICK: Final = "Choose an action above."


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One action with its keys now."""

    words: str
    where: str
    keys: str
    own: bool


def _key_tone(row: KeyRow) -> str:
    return "accent" if row.own else "text" if row.keys else "muted"


COLUMNS: Final[tuple[Column[KeyRow], ...]] = (
    Column("Action", lambda r: r.words, lambda r: r.words, "put the panels of this layout back", right=False, grow=3),
    Column(
        "Heard",
        lambda r: r.where,
        lambda r: r.where,
        "Anywhere, also while you type",
        lambda _: "muted",
        right=False,
    ),
    Column("Keys", lambda r: r.keys or "no key", lambda r: r.keys, "Ctrl+Shift+C", _key_tone, right=False),
)


class KeyEditor(QDialog):
    """Edits a key map; open it with `open()`."""

    def __init__(self, keymap: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self.setWindowTitle("Change keys")
        self.setAccessibleName("Change keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model: RowsModel[KeyRow] = RowsModel(COLUMNS, self, row_tip=lambda row: row.words)
        self.table = DataTable(self.model, "", self)
        self.table.setAccessibleName("Actions and their keys")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by word or key")
        self.filter.setAccessibleName("Filter actions")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.chosen = QLabel(_PICK)
        self.chosen.setTextFormat(Qt.TextFormat.PlainText)
        self.field = KeyField(self._is_safety)
        self.field.pressed.connect(self._assign)
        self.without = _button("No key", lambda: self._try(()))
        self.built_in = _button("Built-in key", self._reset)
        self.all_built_in = _button("All built-in keys", keymap.reset_all)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(32)
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        keymap.changed.connect(self._show)
        self._show()
        self._on_row()
        self.resize(self.sizeHint())  # Qt would open no dialog larger than two thirds of the screen

    def sizeHint(self) -> QSize:
        return _SIZE

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        for part in (self.field, self.without, self.built_in):
            tools.addWidget(part, 1 if part is self.field else 0)
        foot = QHBoxLayout()
        foot.addWidget(self.all_built_in)
        foot.addStretch(1)
        foot.addWidget(_button("Close", self.accept))
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        column.setSpacing(8)
        column.addWidget(self.filter)
        column.addWidget(self.table, 1)
        column.addWidget(self.chosen)
        column.addLayout(tools)
        column.addWidget(self.words)
        column.addLayout(foot)

    # -- showing --------------------------------------------------------------------

    def _show(self) -> None:
        self.model.replace((action.action_id, self._row(action.action_id)) for action in ACTIONS)

    def _row(self, action_id: str) -> KeyRow:
        action = BY_ID[action_id]
        keys = "   ".join(self._keymap.all_shown(action_id))
        return KeyRow(_sentence(action.words), action.where.value, keys, self._keymap.is_own(action_id))

    def _filter(self, text: str) -> None:
        wanted = text.casefold()
        keep = (lambda row: wanted in f"{row.words} {row.where} {row.keys}".casefold()) if wanted else None
        self.table.filter_rows(keep, f"No action has “{text}” in its words or keys.")

    def _on_row(self, *_: object) -> None:
        action = BY_ID.get(self.table.current_key())
        for part in (self.field, self.without, self.built_in):
            part.setEnabled(action is not None)
        self.without.setEnabled(action is not None and action.effect is not Effect.STOPS)
        self.chosen.setText(_PICK if action is None else _sentence(action.words))
        self.field.clear()
        self._say("", "")

    def _say(self, words: str, tone: str) -> None:
        self.words.setText(words)
        set_role(self.words, "tone", tone)

    # -- changing -------------------------------------------------------------------

    def _is_safety(self, chord: str) -> bool:
        return any(chord in self._keymap.keys_of(each.action_id) for each in ACTIONS if each.effect is Effect.STOPS)

    def _assign(self, chord: str) -> None:
        self.field.setText(QKeySequence(chord).toString(QKeySequence.SequenceFormat.NativeText))
        self._try((chord,))

    def _try(self, keys: tuple[str, ...]) -> None:
        action_id = self.table.current_key()
        if action_id in BY_ID:
            self._told(self._keymap.assign(action_id, keys))

    def _reset(self) -> None:
        action_id = self.table.current_key()
        if action_id in BY_ID:
            self._told(self._keymap.reset(action_id))

    def _told(self, refusal: str) -> None:
        self._say(refusal or "Changed; it works at once and is kept for this profile.", "amber" if refusal else "muted")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
