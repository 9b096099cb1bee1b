"""Which of the orders that built a position is looked at: one back, one on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.ui.theme.qss import set_role


class Pager(QWidget):
    """Out of sight while there is nothing to choose.

    Signals:
        moved (int): the place a person went to.
    """

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        self.count = 0
        self.earlier = self._button("◂", "The order before", -1)
        self.later = self._button("▸", "The order after", 1)
        self.words = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        for widget in (self.earlier, self.words, self.later):
            row.addWidget(widget)
        self.show_place(0, 0)

    def _button(self, sign: str, name: str, step: int) -> QPushButton:
        button = QPushButton(sign)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setAutoDefault(False)
        set_role(button, "kind", "small")
        button.clicked.connect(lambda: self._move(step))
        return button

    def show_place(self, at: int, count: int) -> None:
        """Stand at place `at` of `count`, counted from 0; nothing is announced."""
        self.at, self.count = at, count
        self.words.setText(f"order {at + 1} of {count}")
        self.earlier.setEnabled(at > 0)
        self.later.setEnabled(at < count - 1)
        self.setVisible(count > 1)

    def _move(self, step: int) -> None:
        self.show_place(self.at + step, self.count)
        self.moved.emit(self.at)
