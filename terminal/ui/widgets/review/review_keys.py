"""Keys of the review desk: letters answer and move, Space marks.

They work anywhere in the window while the desk is visible, never while someone types,
and never by themselves when a key is held down. Space belongs to a button that has the focus.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from terminal.ui.widgets.hold_button import HoldButton

_TYPING = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)
_PRESSED_BY_SPACE = (QAbstractButton, HoldButton, *_TYPING)


def bind_keys(owner: QWidget, keys: Mapping[str, Callable[[], object]]) -> list[QShortcut]:
    """Bind keys in the owner's window; a hidden owner hears none of them."""
    return [_bind(owner, key, act) for key, act in keys.items()]


class _SpaceKey(QShortcut):
    """Space as a shortcut that gives way to whatever is pressed by Space."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(QKeySequence("Space"), owner)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
            self._on_focus(None, app.focusWidget())

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        self.setEnabled(not isinstance(now, _PRESSED_BY_SPACE))


def _bind(owner: QWidget, key: str, act: Callable[[], object]) -> QShortcut:
    def pressed() -> None:
        if not isinstance(QApplication.focusWidget(), _TYPING):
            act()

    shortcut = _SpaceKey(owner) if key == "Space" else QShortcut(QKeySequence(key), owner)
    shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(pressed)
    return shortcut
