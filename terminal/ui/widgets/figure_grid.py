"""The ticket's figures: names left, numbers right; on a small screen only the essential rows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.ticket_rows import FigureRow
from terminal.ui.widgets.plain_text import tooltip


class FigureGrid(QWidget):
    """Rows by name; they are made once and rewritten."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: dict[str, QLabel] = {}
        self.values: dict[str, QLabel] = {}
        self._folded = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    def show_rows(self, rows: Sequence[FigureRow], *, folded: bool) -> None:
        for row in rows:
            value = self.values.get(row.name) or self._add(row.name)
            value.setText(row.value)
            value.setToolTip(tooltip(row.why))
            self.names[row.name].setToolTip(tooltip(row.why))
            set_role(value, "tone", "muted" if row.value == f.DASH else row.tone)
            for label in (value, self.names[row.name]):
                label.setVisible(row.essential or not folded)

    def _add(self, name: str) -> QLabel:
        label, value = QLabel(name), QLabel()
        set_role(label, "tone", "muted")
        value.setAccessibleName(name)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        at = len(self.values)
        self._grid.addWidget(label, at, 0)
        self._grid.addWidget(value, at, 1)
        self.names[name], self.values[name] = label, value
        return value
