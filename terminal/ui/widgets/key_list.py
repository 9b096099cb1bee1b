"""The keys of the window, printed as a plain list."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET

COLUMN_PX: Final = 24
WORDS_PX: Final = 360
LEFT: Final = 2  # sections in the left half
Sections = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

KEYS: Final[Sections] = (
    (
        "Review desk",
        (
            ("J   K", "next and previous decision"),
            ("A", "approve the selected decision, or as amended while its form is open"),
            ("E", "amend it: smaller, nearer stop, lower leverage; Enter, then A; Esc goes back"),
            ("R", "reject it: choose or write a reason, Enter rejects, Esc goes back"),
            ("U", "undo an approval while it counts down to sending"),
            ("D", "show or hide its details"),
            ("Space", "mark it, to approve several of one cycle; Ctrl+click does the same"),
            ("Shift+A", "list the marked decisions and ask once more"),
        ),
    ),
    (
        "Anywhere",
        (
            ("Ctrl+Shift+F", "flatten: open the plan, then hold its button"),
            ("Ctrl+Shift+P", "pause entries"),
            ("Ctrl+Shift+C", "cancel every resting order on the venue"),
            ("Ctrl+1 … Ctrl+8", "show a pair in every panel"),
            ("Tab   Shift+Tab", "next and previous control"),
            ("Ctrl+T", "time machine: a recorded day, at any of its moments"),
            ("F1", "this list"),
        ),
    ),
    (
        "Time machine",
        (
            ("J   K", "next and previous mark of the lanes shown"),
            ("←   →", "one record back and on"),
            ("Home   End", "the day's first and last record"),
            ("Space", "let the day run, or stand still"),
        ),
    ),
    (
        "Chart",
        (
            ("Wheel", "zoom at the pointer; on the price axis, stretch prices"),
            ("Shift+wheel", "move in time"),
            ("Drag", "move; on an axis, stretch it"),
            ("Double-click", "show all bars; on the price axis, fit prices again"),
            ("Alt+R", "back to the newest bars"),
            ("Click evidence", "on a card: mark its bars here; a second click takes the mark away"),
        ),
    ),
    (
        "Tables",
        (
            ("↑   ↓", "next and previous row; the pair follows"),
            ("P   Enter", "open the passport of a position, order or fill; so does a click on its dots"),
            ("Right click", "everything that can be done with a row"),
            ("F2", "change stop or target of a position, price or size of an order"),
            ("Double-click", "the same in that cell; elsewhere in a position, its closing buttons"),
            ("Ctrl+C", "copy the selected event"),
        ),
    ),
)
_NOTE: Final = (
    "Letters do nothing while you type in a field, a held key acts once, and a new card hears nothing for 0.6 s."
)


class KeyList(QDialog):
    """A window with every key; open it with `open()`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAccessibleName("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * INSET, INSET, 2 * INSET, INSET)
        column.setSpacing(10)
        tables = QHBoxLayout()
        tables.setSpacing(2 * COLUMN_PX)
        for part in (KEYS[:LEFT], KEYS[LEFT:]):  # side by side: one below the other is higher than a small screen
            tables.addLayout(_table(part))
        column.addLayout(tables)
        note = QLabel(_NOTE)
        set_role(note, "tone", "muted")
        column.addWidget(note)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)


def _table(sections: Sections) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(COLUMN_PX)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for title, keys in sections:
        head = QLabel(title)
        head.setContentsMargins(0, 8, 0, 0)
        set_role(head, "strong", "true")
        grid.addWidget(head, grid.rowCount(), 0, 1, 2)
        for key, act in keys:
            name, words = QLabel(key), QLabel(act)
            words.setWordWrap(True)
            words.setMinimumWidth(WORDS_PX)
            set_role(words, "tone", "muted")
            row = grid.rowCount()
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, row, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid
