"""Every key of the window, printed from the action table and the person's own map."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from terminal.ui.actions.keymap import KeyMap
from terminal.ui.actions.table import ACTIONS, GESTURES, Action, Where
from terminal.ui.theme.look import scaled
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET

_LEFT: Final = (Where.REVIEW, Where.ANYWHERE, Where.TABLES, Where.TIME)
_RIGHT: Final = (Where.WINDOW, Where.CHART, Where.LADDER)
_TOLD: Final = {
    "pair": "show a pair in every panel",
    "panel": "go to a panel",
    "layout": "layout Review, Trade, Monitor",
}
_NOTE: Final = (
    "Letters do nothing while you type in a field, a held key acts once, a panel that has the keyboard hears its own "
    "keys first, and a new card hears nothing for 0.6 s."
)


class KeyList(QDialog):
    """A window with every key; open it with `open()`."""

    def __init__(self, keymap: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAccessibleName("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * INSET, INSET, 2 * INSET, INSET)
        column.setSpacing(10)
        column.addWidget(_scrolled(_sides(keymap)), 1)
        note = QLabel(_NOTE)
        note.setWordWrap(True)
        set_role(note, "tone", "muted")
        column.addWidget(note)
        self.change = QPushButton("Change keys…")
        self.change.setAutoDefault(False)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.change)
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
        self.resize(self.sizeHint())  # Qt would open no dialog larger than two thirds of the screen

    def sizeHint(self) -> QSize:
        """Ask for everything at once, or for what the screen has."""
        room = self.screen().availableGeometry().size() - QSize(80, 80)
        return QSize(scaled(1_040), scaled(760)).boundedTo(room)


def printed(keymap: KeyMap, where: Where) -> Iterator[tuple[str, str]]:
    """Give keys and words of one place, as F1 has them; a range of keys such as the eight pairs is one line."""
    told: dict[str, list[Action]] = {}
    for action in ACTIONS:
        if action.where is where and action.told:
            told.setdefault(action.told, []).append(action)
    for action in ACTIONS:
        if action.where is not where:
            continue
        usual = told.get(action.told, [])
        if usual and not any(keymap.is_own(each.action_id) for each in usual):
            if action is usual[0]:
                first, last = keymap.shown(usual[0].action_id), keymap.shown(usual[-1].action_id)
                yield f"{first} … {last}", _TOLD[action.told]
            continue
        yield "   ".join(keymap.all_shown(action.action_id)) or "no key", action.words
    for gesture in GESTURES:
        if gesture.where is where:
            yield gesture.how, gesture.words


def _sides(keymap: KeyMap) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 8, 0)
    row.setSpacing(32)
    for places in (_LEFT, _RIGHT):
        row.addLayout(_table(keymap, places), 1)
    return whole


def _table(keymap: KeyMap, places: tuple[Where, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for place in places:
        lines = list(printed(keymap, place))
        if not lines:
            continue
        head = QLabel(place.value)
        head.setContentsMargins(0, 8, 0, 0)
        set_role(head, "strong", "true")
        grid.addWidget(head, grid.rowCount(), 0, 1, 2)
        for key, act in lines:
            name, words = QLabel(key), QLabel(act)
            words.setWordWrap(True)
            set_role(words, "tone", "muted")
            row = grid.rowCount()
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, row, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
