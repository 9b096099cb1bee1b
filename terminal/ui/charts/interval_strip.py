"""The intervals as buttons in a row: as many as there is room for, the one in force always among them."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from terminal.domain.market import Interval
from terminal.ui.theme.qss import set_role

# Which are left out first when it gets narrow, the last of these first; all can be typed, and stand in the menu.
_WANTED: Final = (
    Interval.M15, Interval.H1, Interval.H4, Interval.D1, Interval.M5, Interval.M1, Interval.M30, Interval.W1,
    Interval.H12,
)  # fmt: skip


class IntervalStrip(QWidget):
    """One button an interval.

    Attributes:
        buttons: all of them, also those that are left out.

    Signals:
        chosen (Interval): a button was clicked.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[Interval, QPushButton] = {interval: self._button(interval) for interval in Interval}
        self._current = Interval.M15

    def set_current(self, interval: Interval) -> None:
        self._current = interval
        self.buttons[interval].setChecked(True)
        self._place()

    def sizeHint(self) -> QSize:
        hints = [button.sizeHint() for button in self.buttons.values()]
        return QSize(sum(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def minimumSizeHint(self) -> QSize:
        return max((button.sizeHint() for button in self.buttons.values()), key=QSize.width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _button(self, interval: Interval) -> QPushButton:
        button = QPushButton(interval.label, self)
        button.setAccessibleName(f"Bars of {interval.label}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCheckable(True)
        set_role(button, "kind", "quiet")
        button.clicked.connect(lambda: self.chosen.emit(interval))
        self._group.addButton(button)
        return button

    def _place(self) -> None:
        """Choose what fits and stand it at the right end, shortest interval first."""
        room, shown = self.width(), set()
        for interval in dict.fromkeys((self._current, *_WANTED)):
            width = self.buttons[interval].sizeHint().width()
            if width > room:
                break
            room -= width
            shown.add(interval)
        left = room
        for interval, button in self.buttons.items():
            button.setVisible(interval in shown)
            if interval in shown:
                width = button.sizeHint().width()
                button.setGeometry(left, 0, width, self.height())
                left += width
