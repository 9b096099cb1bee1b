"""A slider from nothing to all the account may open, with marks to press."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from terminal.ui.formatting import THIN
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.ticket_room import MARKS, Room
from terminal.ui.widgets.plain_text import tooltip

_FULL = 100
_MARK_PX = 38


class SizeSlider(QWidget):
    """Percent of what may be opened.

    Signals:
        chosen (int): a hand moved it, 0 to 100.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _FULL)
        self.slider.setPageStep(MARKS[0])
        self.slider.setAccessibleName("Size, % of what the account may open")
        self.slider.valueChanged.connect(self.chosen)
        self.marks = {percent: self._mark(percent) for percent in MARKS}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.slider, 1)
        for button in self.marks.values():
            row.addWidget(button)

    def _mark(self, percent: int) -> QPushButton:
        button = QPushButton(f"{percent}{THIN}%")
        button.setAccessibleName(f"Size {percent} % of what the account may open")
        button.setFixedWidth(_MARK_PX)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(button, "kind", "pair")
        button.clicked.connect(lambda: self.chosen.emit(percent))
        return button

    def show_share(self, share: int, room: Room) -> None:
        """Show where the typed size stands; a hand that holds the slider is not moved."""
        if not self.slider.isSliderDown() and share != self.slider.value():
            self.slider.blockSignals(True)
            self.slider.setValue(share)
            self.slider.blockSignals(False)
        for part in (self.slider, *self.marks.values()):
            part.setEnabled(room.size > 0)
            part.setToolTip(tooltip(room.why))
