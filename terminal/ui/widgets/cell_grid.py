"""A small grid of words for sheets: a head row and rows of cells, rewritten as a whole."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.flatten_words import Cell
from terminal.ui.widgets.plain_text import tooltip, visible


class CellGrid(QWidget):
    """Labels in columns; the first `left` columns are left-aligned, the others right."""

    def __init__(self, titles: Sequence[str] = (), left: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._left = left
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(5)
        self.labels: list[list[QLabel]] = []
        for at, title in enumerate(self._titles):
            head = QLabel(title)
            set_role(head, "size", "hint")
            set_role(head, "tone", "muted")
            self._grid.addWidget(head, 0, at, self._side(at))
            self._grid.setColumnStretch(at, 1)

    def _side(self, column: int) -> Qt.AlignmentFlag:
        across = Qt.AlignmentFlag.AlignLeft if column < self._left else Qt.AlignmentFlag.AlignRight
        return across | Qt.AlignmentFlag.AlignVCenter

    @property
    def texts(self) -> list[list[str]]:
        return [[label.text() for label in row] for row in self.labels]

    def show_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write the rows; labels that are there are used again."""
        while len(self.labels) > len(rows):
            for label in self.labels.pop():
                self._grid.removeWidget(label)
                label.hide()
                label.deleteLater()
        while len(self.labels) < len(rows):
            self._add(len(rows[len(self.labels)]))
        for labels, cells in zip(self.labels, rows, strict=True):
            for label, cell in zip(labels, cells, strict=True):
                label.setText(visible(cell.text))
                label.setToolTip(tooltip(cell.tip) if cell.tip else "")
                set_role(label, "tone", cell.tone)

    def _add(self, columns: int) -> None:
        row = len(self.labels) + 1
        labels = []
        for at in range(columns):
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._grid.addWidget(label, row, at, self._side(at))
            labels.append(label)
        self.labels.append(labels)
