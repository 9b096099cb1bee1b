"""What applying would change: old, new, what it does, when it is in force. Nothing is written before Apply."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.setting import SettingChange, Takes
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import visible

_HEADS = ("Setting", "Now", "New", "What it does", "In force")
_STRETCH = (3, 3, 3, 5, 2)


class DiffPage(QScrollArea):
    """A table of changes, made anew each time it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.cells: list[tuple[str, ...]] = []

    def show_changes(self, changes: tuple[SettingChange, ...]) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 0, 12, 8)
        title = QLabel("Review changes")
        set_role(title, "size", "title")
        title.setContentsMargins(0, 8, 0, 6)
        column.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        for at, (head, share) in enumerate(zip(_HEADS, _STRETCH, strict=True)):
            grid.addWidget(_label(head, "muted"), 0, at)
            grid.setColumnStretch(at, share)
        self.cells = [_cells(each) for each in changes]
        for row, cells in enumerate(self.cells, start=1):
            for at, words in enumerate(cells):
                grid.addWidget(_label(words, _tone(at, words)), row, at, Qt.AlignmentFlag.AlignTop)
        column.addLayout(grid)
        column.addStretch(1)
        self.setWidget(inside)


def _cells(change: SettingChange) -> tuple[str, ...]:
    return change.title, change.before, change.after, change.what, change.takes


def _tone(at: int, words: str) -> str:
    if at == 2:
        return "accent"
    if at == 4:
        return "up" if words == Takes.AT_ONCE.value else "amber"
    return "muted" if at in {1, 3} else ""


def _label(words: str, tone: str) -> QLabel:
    label = QLabel(visible(words))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, "tone", tone)
    return label
