"""Fields for numbers: steps by arrow keys and wheel, the tick applied in sight, a unit to choose."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.numbers import parse, plain, snap

FLASH_MS: Final = 900
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class NumberField(QLineEdit):
    """A right-aligned number. Enter puts it on its step and sends nothing.

    Attributes:
        step: what one arrow press or wheel notch adds; numbers are put on it when the field is left.

    Signals:
        typed (str): the text changed by a hand: typing, arrows, wheel or the step.
    """

    typed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step: Decimal | None = None
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(24)
        self.setMinimumWidth(60)
        self.textEdited.connect(self.typed)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(lambda: set_role(self, "flash", "false"))

    def show_text(self, text: str) -> None:
        """Write a text that no hand typed."""
        if text != self.text():
            self.setText(text)

    def put_on_step(self) -> None:
        """Round to the step, and tint the field when that changed the number."""
        value = parse(self.text())
        if value is None or not self.step:
            return
        rounded = snap(value, self.step)
        if rounded != value:
            self._take(rounded)
            set_role(self, "flash", "true")
            self._flash.start()

    def nudge(self, steps: int) -> None:
        value = parse(self.text())
        if value is None or not self.step:
            return
        moved = snap(value, self.step) + steps * self.step
        if moved > 0:
            self._take(moved)

    def _take(self, value: Decimal) -> None:
        self.setText(plain(value))
        self.typed.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            times = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.nudge(times if event.key() == Qt.Key.Key_Up else -times)
        elif event.key() in _ENTER:
            self.put_on_step()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        notches = event.angleDelta().y() // 120
        if notches:
            self.nudge(notches)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.put_on_step()


class UnitField(QWidget):
    """A number field under its name; where there are several units, the name is a menu of them.

    Signals:
        unit_chosen (int): place of the unit in the list.
    """

    unit_chosen = Signal(int)

    def __init__(self, name: str, units: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = NumberField(name)
        self.label = QPushButton()
        self.label.setFocusPolicy(Qt.FocusPolicy.TabFocus if len(units) > 1 else Qt.FocusPolicy.NoFocus)
        set_role(self.label, "kind", "unit")
        self.label.setAccessibleName(f"Unit of {name.lower()}" if len(units) > 1 else name)
        self._menu: QMenu | None = None
        if len(units) > 1:
            self._menu = QMenu(self)
            for at, words in enumerate(units):
                self._menu.addAction(words).triggered.connect(self._chooser(at))
            self.label.setMenu(self._menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.label, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.field)
        self.show_unit(units[0])

    def _chooser(self, at: int) -> Callable[[], None]:
        return lambda: self.unit_chosen.emit(at)

    def choose(self, at: int) -> None:
        """Choose a unit as the menu does."""
        self.unit_chosen.emit(at)

    def show_unit(self, words: str) -> None:
        self.label.setText(f"{words} ▾" if self._menu else words)
