"""What one person has set for this window: sections of plain JSON values, by name.

A section belongs to whoever reads it (`look`, `keys`, `markets` ...), who also checks it: what a
file holds may be anything. Whoever keeps the file listens to `changed`. GUI thread only.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

Section = dict[str, Any]  # JSON: text, numbers, true, false, null, lists and objects of them


class Preferences(QObject):
    """Sections in memory.

    Signals:
        changed (str): this section has other values now.
        refused (str): words about values that cannot be used; the built-in ones are.
    """

    changed = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sections: dict[str, Section] = {}

    def fill(self, sections: Mapping[str, Section]) -> None:
        """Take what was kept; sections it does not name are forgotten."""
        before = self._sections
        self._sections = {name: dict(section) for name, section in sections.items()}
        for name in sorted({*before, *self._sections}):
            if before.get(name) != self._sections.get(name):
                self.changed.emit(name)

    def section(self, name: str) -> Section:
        """Give a copy of a section; empty when nothing was set."""
        return dict(self._sections.get(name, {}))

    def put(self, name: str, section: Section) -> None:
        """Set a whole section; an empty one is forgotten."""
        if section == self._sections.get(name, {}):
            return
        if section:
            self._sections[name] = dict(section)
        else:
            self._sections.pop(name, None)
        self.changed.emit(name)

    def all(self) -> dict[str, Section]:
        """Give everything, for keeping."""
        return {name: dict(section) for name, section in self._sections.items()}
