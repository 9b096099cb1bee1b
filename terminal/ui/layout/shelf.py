"""The layouts of a profile: three built-in ones, a person's own, and how each was last left.

Every layout is kept twice, for a large and for a small window. GUI thread only; the file is
somebody else's (`preference_keeper`).
"""

from typing import Any, Final

from terminal.ui.layout.plans import BUILT_IN, REVIEW
from terminal.ui.layout.states import DockState
from terminal.ui.viewmodels.preferences import Preferences, Section

SECTION: Final = "layouts"
NAME_CHARS: Final = 24
MOST: Final = 20
BAD: Final = "A kept layout cannot be read; the built-in one is used in its place."


class LayoutShelf:
    """What is kept of layouts, read and written in the preferences."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    @property
    def own(self) -> tuple[str, ...]:
        """Names of a person's own layouts, in the order they were made."""
        names = self._read().get("own", [])
        return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*BUILT_IN, *self.own)

    @property
    def current(self) -> str:
        name = self._read().get("current", REVIEW)
        return name if name in self.names else REVIEW

    def choose(self, name: str) -> None:
        self._write(self._read() | {"current": name})

    def why_not(self, name: str) -> str:
        """Say why a new layout may not have this name; "" when it may."""
        if not name.strip() or len(name) > NAME_CHARS or not name.isprintable():
            return f"Give it a name of 1 to {NAME_CHARS} characters."
        if name.casefold() in {each.casefold() for each in self.names}:
            return f"There is a layout {name} already. Choose another name, or remove that one first."
        if len(self.own) >= MOST:
            return f"There are {MOST} layouts of your own already. Remove one first."
        return ""

    def add(self, name: str) -> None:
        """Add an own layout and make it the current one; ask `why_not` first."""
        self._write(self._read() | {"own": [*self.own, name], "current": name})

    def remove(self, name: str) -> None:
        """Forget an own layout; a built-in one only loses how it was left."""
        kept = self._read()
        kept["own"] = [each for each in self.own if each != name]
        kept["left"] = {key: value for key, value in self._left(kept).items() if _name_in(key) != name}
        if kept.get("current") == name and name not in BUILT_IN:
            kept["current"] = REVIEW
        self._write(kept)

    def state(self, name: str, *, compact: bool) -> DockState | None:
        """Give how a layout was left in a window of this size; None when it was not, or cannot be read."""
        values = self._left(self._read()).get(_key(name, compact))
        if values is None:
            return None
        try:
            return DockState.from_values(values)
        except ValueError:
            self._preferences.refused.emit(BAD)
            return None

    def keep(self, name: str, state: DockState, *, compact: bool) -> None:
        kept = self._read()
        self._write(kept | {"left": self._left(kept) | {_key(name, compact): state.as_values()}})

    def forget(self, name: str, *, compact: bool) -> None:
        """Forget how a layout was left in a window of this size."""
        kept = self._read()
        left = self._left(kept)
        left.pop(_key(name, compact), None)
        self._write(kept | {"left": left})

    # -- values -------------------------------------------------------------------

    @staticmethod
    def _left(kept: Section) -> dict[str, Any]:
        left = kept.get("left", {})
        return left if isinstance(left, dict) else {}

    def _read(self) -> Section:
        return self._preferences.section(SECTION)

    def _write(self, kept: Section) -> None:
        self._preferences.put(SECTION, {name: value for name, value in kept.items() if value})


def _key(name: str, compact: bool) -> str:
    return f"{'compact' if compact else 'roomy'} {name}"


def _name_in(key: str) -> str:
    return key.partition(" ")[2]
