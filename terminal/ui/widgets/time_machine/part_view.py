"""One thing on record: a heading with its time, sentences, and a table; all of it plain text."""

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from terminal.domain.time_messages import PastCell, PastPart
from terminal.ui.formatting import both_times, local_time
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import tooltip, visible

SHORT: Final = 26  # characters a cell may have without being wrapped
LONG: Final = 60
LONG_WORD: Final = 28
_FIGURE: Final = re.compile(r"[+\-−]?\d[\d,.]*(\s?(%|bp|s|ms|min|x|USDT|ATR|ATR/bar))?")
LATER: Final = " · later than this moment"


class PartView(QWidget):
    """Shows a part; `later` dims it: it was not there yet at the moment looked at."""

    def __init__(self, part: PastPart, *, later: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part = part
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(3)
        where = f"  ·  record {part.seq:,}" if part.seq else ""
        head = plain_label(f"{part.title}  ·  {local_time(part.at_ms)}{where}{LATER if later else ''}")
        set_role(head, "strong", "true")
        head.setToolTip(tooltip(both_times(part.at_ms)))
        column.addWidget(head)
        for line in part.lines:
            column.addWidget(plain_label(line))
        if part.rows:
            column.addLayout(self._table(part))
        if later:
            for label in self.findChildren(QLabel):
                set_role(label, "tone", "muted")

    def _table(self, part: PastPart) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for at, title in enumerate(part.titles):
            label = plain_label(title)
            set_role(label, "size", "hint")
            set_role(label, "tone", "muted")
            grid.addWidget(label, 0, at)
        figures = figure_columns(part)
        for row, cells in enumerate(part.rows, 1):
            for at, cell in enumerate(cells):
                grid.addWidget(_right(cell_label(cell)) if at in figures else cell_label(cell), row, at)
        for at in figures:
            head = grid.itemAtPosition(0, at)
            title_label = None if head is None else head.widget()
            if isinstance(title_label, QLabel):
                _right(title_label)
        for at in range(len(part.rows[0])):
            longest = max(len(row[at].text) for row in part.rows)
            grid.setColumnStretch(at, min(longest, LONG) if longest > SHORT or at == len(part.rows[0]) - 1 else 0)
        return grid


def figure_columns(part: PastPart) -> frozenset[int]:
    """Give the columns of figures only: they stand to the right; a plain list of terms and values does not."""
    if not part.rows or len(part.rows[0]) <= len(("term", "value")):
        return frozenset()
    columns = enumerate(zip(*part.rows, strict=True))
    return frozenset(at for at, cells in columns if all(_FIGURE.fullmatch(cell.text) for cell in cells if cell.text))


def _right(label: QLabel) -> QLabel:
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return label


def cell_label(cell: PastCell) -> QLabel:
    """Give the label of a table's cell: a short one keeps to its line."""
    text = broken_words(cell.text)
    label = plain_label(text, whole=len(text) > SHORT)
    if text != cell.text:
        label.setToolTip(tooltip(cell.text))
    if cell.tone != "text":
        set_role(label, "tone", cell.tone)
    return label


def broken_words(text: str) -> str:
    """Shorten words no line can hold, such as hashes: a label never breaks one, and would push the table wide."""
    if len(text) <= LONG_WORD:
        return text
    words = (word if len(word) <= LONG_WORD else f"{word[:12]}…{word[-6:]}" for word in text.split(" "))
    return " ".join(words)


def scrolled(inside: QWidget) -> QScrollArea:
    """Let a page be longer than its place, never wider."""
    inside.setMinimumHeight(1)  # or wrapped labels ask for the height of a narrow page: empty space to scroll through
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inside)
    return scroll


def plain_label(text: str, *, whole: bool = True) -> QLabel:
    """Give a label that shows text from outside as it is; a `whole` one wraps and lets its text be copied."""
    label = QLabel(visible(text))
    label.setTextFormat(Qt.TextFormat.PlainText)
    if whole:  # costs ten times a plain label, and a table has hundreds
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return label
