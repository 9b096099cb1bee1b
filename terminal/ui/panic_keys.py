"""The keys that stop things. They work from anywhere: in a text field, in a dialog, when halted.

A held key acts once. Where a modal dialog is open, Qt silences the window's shortcuts, so the
dialog gets its own through `also_in`. Which keys they are says the key map.
"""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from terminal.ui.actions.bind import ShortcutKeys
from terminal.ui.actions.book import ActionBook
from terminal.ui.actions.table import BY_ID

CANCEL_ALL: Final = "safety.cancel_all"
PAUSE: Final = "safety.pause"
FLATTEN: Final = "safety.flatten"


class PanicKeys(QObject):
    """Three shortcuts of a window, and of every dialog over it."""

    def __init__(
        self,
        window: QWidget,
        book: ActionBook,
        *,
        cancel_all: Callable[[], None],
        pause: Callable[[], None],
        flatten: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._book = book
        self._acts = {CANCEL_ALL: cancel_all, PAUSE: pause, FLATTEN: flatten}
        for action_id, act in self._acts.items():
            book.offer(action_id, act)
        self._arm(window, Qt.ShortcutContext.ApplicationShortcut, self._acts)

    def also_in(self, dialog: QWidget, instead: Callable[[], None] | None = None) -> None:
        """Let the keys work while `dialog` has the focus.

        `instead` is for a dialog before the desk is there: nothing can be sent then, and a key
        that stays silent would look like one that worked.
        """
        acts = self._acts if instead is None else dict.fromkeys(self._acts, instead)
        self._arm(dialog, Qt.ShortcutContext.WindowShortcut, acts)

    def _arm(self, widget: QWidget, context: Qt.ShortcutContext, acts: Mapping[str, Callable[[], None]]) -> None:
        for action_id, act in acts.items():
            ShortcutKeys(self._book, widget, BY_ID[action_id], act, context)
