"""Which keys an action has now: the table's, or a person's own."""

from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from terminal.ui.actions import rules
from terminal.ui.actions.table import ACTIONS, BY_ID
from terminal.ui.viewmodels.preferences import Preferences

SECTION: Final = "keys"


class KeyMap(QObject):
    """Keys by action; only those that differ from the table are kept.

    Signals:
        changed: some action has other keys now.
    """

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._own: dict[str, tuple[str, ...]] = {}
        preferences.changed.connect(self._on_section)
        self._read()

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """Give an action's keys as Qt writes them; empty when it has none.

        Raises:
            KeyError: the table has no such action.
        """
        return self._own.get(action_id, BY_ID[action_id].keys)

    def shown(self, action_id: str) -> str:
        """Give the first key as this system writes it, "" for none."""
        return next(iter(self.all_shown(action_id)), "")

    def all_shown(self, action_id: str) -> tuple[str, ...]:
        """Give every key as this system writes it."""
        native = QKeySequence.SequenceFormat.NativeText
        return tuple(QKeySequence(key).toString(native) for key in self.keys_of(action_id))

    def is_own(self, action_id: str) -> bool:
        return action_id in self._own

    def assign(self, action_id: str, keys: tuple[str, ...]) -> str:
        """Give an action other keys; the answer is "" or the words of a refusal, and then nothing changed."""
        keys = tuple(dict.fromkeys(rules.normal(key) for key in keys))
        words = rules.why_not(BY_ID[action_id], keys, self._all())
        if words:
            return words
        own = dict(self._own)
        own.pop(action_id, None)
        if keys != BY_ID[action_id].keys:
            own[action_id] = keys
        self._keep(own)
        return ""

    def reset(self, action_id: str) -> str:
        """Give an action its built-in keys again; refused while another action has taken one of them."""
        return self.assign(action_id, BY_ID[action_id].keys)

    def reset_all(self) -> None:
        self._keep({})

    # -- keeping ----------------------------------------------------------------

    def _all(self) -> dict[str, tuple[str, ...]]:
        return {action.action_id: self.keys_of(action.action_id) for action in ACTIONS}

    def _keep(self, own: dict[str, tuple[str, ...]]) -> None:
        self._preferences.put(SECTION, {name: list(keys) for name, keys in own.items()})

    def _on_section(self, name: str) -> None:
        if name == SECTION:
            self._read()

    def _read(self) -> None:
        """Take what was kept, as far as it fits together; each line that does not is said and left out."""
        before, self._own = self._own, {}
        for action_id, value in self._preferences.section(SECTION).items():
            keys = _key_list(value)
            action = BY_ID.get(action_id)
            if action is None or keys is None:
                words = f"The keys kept for {action_id!r} cannot be read and are left out."
            else:
                words = rules.why_not(action, keys, self._all())
                self._own |= {} if words else {action_id: keys}
            if words:
                self._preferences.refused.emit(words)
        if self._own != before:
            self.changed.emit()


def _key_list(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        return None
    keys = tuple(rules.normal(key) for key in value)
    return keys if all(keys) else None
