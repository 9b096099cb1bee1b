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
        self._optional: set[str] = set()
        self._shown: dict[str, FigureRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    @property
    def optional_px(self) -> int:
        """What the rows that folding hides add to the height."""
        spacing = self._grid.verticalSpacing()
        return sum(self.values[name].sizeHint().height() + spacing for name in self._optional)

    def fold(self, folded: bool) -> None:
        """Show the essential rows only, or all."""
        self._folded = folded
        for name in self._optional:
            self._show_row(name, not folded)

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        self._optional = {row.name for row in rows if not row.essential}
        for row in rows:
            if self._shown.get(row.name) == row:
                continue
            self._shown[row.name] = row
            value = self.values.get(row.name) or self._add(row.name)
            value.setText(row.value)
            value.setToolTip(tooltip(row.why))
            self.names[row.name].setToolTip(tooltip(row.why))
            set_role(value, "tone", "muted" if row.value == f.DASH else row.tone)
            self._show_row(row.name, row.essential or not self._folded)

    def _show_row(self, name: str, shown: bool) -> None:
        self.names[name].setVisible(shown)
        self.values[name].setVisible(shown)

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
