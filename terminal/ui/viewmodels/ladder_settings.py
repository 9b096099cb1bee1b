"""How a person wants the ladder: grouping by pair, levels, the tape's least size by pair. Kept with the window."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.depth import DEEP, SHALLOW
from terminal.domain.instrument import InstrumentId
from terminal.ui.viewmodels.ladder_rows import GROUPS
from terminal.ui.viewmodels.preferences import Preferences

SECTION: Final = "ladder"
LEVELS: Final = (SHALLOW, DEEP)


class LadderSettings(QObject):
    """Reads and writes one section of the preferences; what does not fit is as if it were not there.

    Signals:
        changed: something is set otherwise now.
    """

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        preferences.changed.connect(self._on_section)

    @property
    def levels(self) -> int:
        found = self._preferences.section(SECTION).get("levels")
        return found if found in LEVELS else SHALLOW

    def set_levels(self, levels: int) -> None:
        self._put("levels", levels)

    def group(self, pair: InstrumentId) -> int | None:
        """Ticks in a row of the ladder; None while nobody has chosen."""
        found = self._by_pair("groups").get(pair)
        return found if found in GROUPS else None

    def set_group(self, pair: InstrumentId, group: int) -> None:
        self._put("groups", {**self._by_pair("groups"), pair: group})

    def least_size(self, pair: InstrumentId) -> Decimal | None:
        """The smallest print the tape shows, in base coin; None shows all."""
        found = self._by_pair("least").get(pair)
        try:
            size = Decimal(found) if isinstance(found, str) else None
        except InvalidOperation:
            return None
        return size if size is not None and size.is_finite() and size > 0 else None

    def set_least_size(self, pair: InstrumentId, size: Decimal | None) -> None:
        kept = {name: value for name, value in self._by_pair("least").items() if name != pair}
        self._put("least", kept if size is None else {**kept, pair: format(size, "f")})

    def _by_pair(self, name: str) -> dict[str, Any]:
        found = self._preferences.section(SECTION).get(name)
        return found if isinstance(found, dict) else {}

    def _put(self, name: str, value: object) -> None:
        self._preferences.put(SECTION, {**self._preferences.section(SECTION), name: value})

    def _on_section(self, name: str) -> None:
        if name == SECTION:
            self.changed.emit()
