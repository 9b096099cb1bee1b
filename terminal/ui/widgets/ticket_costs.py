"""The ticket's small table of costs: names left, figures right."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from terminal.domain.instrument import InstrumentId
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.ticket_costs import TITLE, costs_of
from terminal.ui.widgets.plain_text import tooltip


class TicketCosts(QWidget):
    """Costs of the selected pair. It asks for no height: the ticket hides it where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        title = QLabel(TITLE)
        set_role(title, "size", "hint")
        set_role(title, "tone", "muted")
        self._grid.addWidget(title, 0, 0, 1, 2)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)

    def show_pair(self, desk: Desk, instrument_id: InstrumentId) -> None:
        for cost in costs_of(desk, instrument_id):
            value = self.values.get(cost.name) or self._add(cost.name)
            value.setText(cost.value)
            value.setToolTip(tooltip(cost.why))
            set_role(value, "tone", "muted" if cost.value == f.DASH else "text")

    def _add(self, name: str) -> QLabel:
        label, value = QLabel(name), QLabel()
        set_role(label, "tone", "muted")
        value.setAccessibleName(name)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(value, row, 1)
        self.values[name] = value
        return value
