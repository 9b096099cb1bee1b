"""A field that takes the next key pressed, whatever it is; the keys that stop things keep doing their work."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

_HELD: Final = frozenset(
    {
        Qt.Key.Key_Control.value,
        Qt.Key.Key_Shift.value,
        Qt.Key.Key_Alt.value,
        Qt.Key.Key_Meta.value,
        Qt.Key.Key_AltGr.value,
        Qt.Key.Key_CapsLock.value,
    }
)
_LEAVES: Final = frozenset({Qt.Key.Key_Tab.value, Qt.Key.Key_Backtab.value, Qt.Key.Key_Escape.value})


class KeyField(QLineEdit):
    """Shows and tells one chord.

    Signals:
        pressed (str): a chord, as Qt writes it.
    """

    pressed = Signal(str)

    def __init__(self, spared: Callable[[str], bool], parent: QWidget | None = None) -> None:
        """`spared` tells the chords that are left to those who stop things."""
        super().__init__(parent)
        self._spared = spared
        self.setPlaceholderText("Click here, then press the new key")
        self.setAccessibleName("New key")
        self.setReadOnly(True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._takes(event):
            event.ignore()
            return
        event.accept()
        if event.key() not in _HELD and not event.isAutoRepeat():
            self.pressed.emit(_chord(event))

    def _takes(self, event: QKeyEvent) -> bool:
        return event.key() not in _LEAVES and not self._spared(_chord(event))


def _chord(event: QKeyEvent) -> str:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(held.value | event.key()).toString(QKeySequence.SequenceFormat.PortableText)
