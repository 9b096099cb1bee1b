"""Choosing the interval by typing it: `15` Enter gives 15-minute bars, `4h` Enter four hours."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from terminal.domain.market import Interval
from terminal.ui.theme.qss import set_role

_UNITS: Final = {"m": 1, "h": 60, "d": 1_440, "w": 10_080}
_OFFERED: Final = "  ".join(interval.label for interval in Interval)
_LONGEST: Final = 6
_INSET: Final = 10


def typed_interval(text: str) -> Interval | None:
    """Read an interval: minutes without a unit, else `m`, `h`, `d` or `w`; None when the venue has none such."""
    text = text.strip().lower()
    unit = _UNITS.get(text[-1:], 0)
    digits = text[:-1] if unit else text
    if not digits.isascii() or not digits.isdigit():
        return None
    minutes = int(digits) * (unit or 1)
    return next((interval for interval in Interval if interval.value == minutes), None)


class TypedInterval(QFrame):
    """A small field over the chart while somebody types.

    Signals:
        chosen (Interval): Enter was pressed on an interval there is.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._home = self._over = parent
        self.field = QLineEdit()
        self.field.setMaxLength(_LONGEST)
        self.field.setFixedWidth(64)
        self.field.setAccessibleName("Interval")
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.words, "tone", "muted")
        set_role(self, "role", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 10, 6)
        row.addWidget(self.field)
        row.addWidget(self.words)
        self.field.textChanged.connect(self._say)
        self.field.returnPressed.connect(self._choose)
        self.field.installEventFilter(self)
        self.hide()

    def begin(self, digit: str, over: QWidget) -> None:
        """Open with the first digit typed, in the corner of a chart."""
        self._over = over
        self.field.setText(digit)
        self._say(digit)
        self.adjustSize()
        self.move(self._home.mapFromGlobal(over.mapToGlobal(QPoint(_INSET, _INSET))))
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.setCursorPosition(len(digit))

    def end(self) -> None:
        """Close and give the keyboard back to the chart."""
        if self.isVisible():
            self.hide()
            self._over.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, text: str) -> None:
        found = typed_interval(text)
        self.words.setText(f"Enter: bars of {found.label}" if found else f"there are {_OFFERED}")
        self.adjustSize()

    def _choose(self) -> None:
        found = typed_interval(self.field.text())
        if found is not None:
            self.end()
            self.chosen.emit(found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close on Escape, and when the field loses the keyboard."""
        del watched
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self.end()
            return True
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.hide()
        return False
