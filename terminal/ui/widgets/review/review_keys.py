"""Keys of the review desk: J and K move, A approves, R rejects, D shows details.

They work anywhere in the window while the desk is visible, never while someone types,
and never by themselves when a key is held down.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_TYPING = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)


def bind_keys(owner: QWidget, keys: Mapping[str, Callable[[], object]]) -> list[QShortcut]:
    """Bind single letters in the owner's window; a hidden owner hears none of them."""
    return [_bind(owner, key, act) for key, act in keys.items()]


def _bind(owner: QWidget, key: str, act: Callable[[], object]) -> QShortcut:
    def pressed() -> None:
        if not isinstance(QApplication.focusWidget(), _TYPING):
            act()

    shortcut = QShortcut(QKeySequence(key), owner)
    shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(pressed)
    return shortcut
