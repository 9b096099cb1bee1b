"""What each action does here and now: panels offer theirs as they are built."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from terminal.ui.actions.keymap import KeyMap
from terminal.ui.actions.table import BY_ID
from terminal.ui.viewmodels.preferences import Preferences


class ActionBook(QObject):
    """Acts by action id, and the keys they have.

    Attributes:
        keymap: which keys each action has now.
    """

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keymap = KeyMap(preferences, self)
        self._acts: dict[str, Callable[[], object]] = {}

    def offer(self, action_id: str, act: Callable[[], object]) -> None:
        """Say what an action does; where two panels offer one, the newest answers the menu and the palette.

        Raises:
            KeyError: the table has no such action: add it there.
        """
        self._acts[BY_ID[action_id].action_id] = act

    def is_offered(self, action_id: str) -> bool:
        return action_id in self._acts

    def run(self, action_id: str) -> None:
        """Do it, as its key would; an action nobody offers does nothing."""
        act = self._acts.get(action_id)
        if act is not None:
            act()
