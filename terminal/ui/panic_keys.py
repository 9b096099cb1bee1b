"""The keys that stop things. They work from anywhere: in a text field, in a dialog, when halted.

A held key acts once. Where a modal dialog is open, Qt silences the window's shortcuts, so the
dialog gets its own through `also_in`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

CANCEL_ALL_KEY: Final = "Ctrl+Shift+C"
PAUSE_KEY: Final = "Ctrl+Shift+P"
FLATTEN_KEY: Final = "Ctrl+Shift+F"


class PanicKeys(QObject):
    """Three shortcuts of a window, and of every dialog over it."""

    def __init__(
        self,
        window: QWidget,
        *,
        cancel_all: Callable[[], None],
        pause: Callable[[], None],
        flatten: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._acts = {CANCEL_ALL_KEY: cancel_all, PAUSE_KEY: pause, FLATTEN_KEY: flatten}
        self._arm(window, Qt.ShortcutContext.ApplicationShortcut, self._acts)

    def also_in(self, dialog: QWidget, instead: Callable[[], None] | None = None) -> None:
        """Let the keys work while `dialog` has the focus.

        `instead` is for a dialog before the desk is there: nothing can be sent then, and a key
        that stays silent would look like one that worked.
        """
        acts = self._acts if instead is None else dict.fromkeys(self._acts, instead)
        self._arm(dialog, Qt.ShortcutContext.WindowShortcut, acts)

    def _arm(self, widget: QWidget, context: Qt.ShortcutContext, acts: Mapping[str, Callable[[], None]]) -> None:
        for key, act in acts.items():
            shortcut = QShortcut(QKeySequence(key), widget)
            shortcut.setContext(context)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
            shortcut.activatedAmbiguously.connect(act)  # a dialog that blocks nothing: both would hear it
