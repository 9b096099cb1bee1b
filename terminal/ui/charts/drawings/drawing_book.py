"""The drawings of every pair, kept with the person's settings; every chart of a pair shows the same."""

from typing import Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.instrument import InstrumentId
from terminal.ui.charts.drawings.shapes import Anchor, Drawing, Kind
from terminal.ui.viewmodels.preferences import Preferences

SECTION: Final = "drawings"
MOST: Final = 200  # of one pair


class DrawingBook(QObject):
    """Reads and writes one section of the preferences.

    Signals:
        changed: some pair's drawings are others.
    """

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._pairs: dict[str, tuple[Drawing, ...]] = {}
        self._read()
        preferences.changed.connect(self._on_preferences)

    def of(self, pair: InstrumentId) -> tuple[Drawing, ...]:
        """Give a pair's drawings, oldest first."""
        return self._pairs.get(pair, ())

    def add(self, pair: InstrumentId, kind: Kind, points: tuple[Anchor, ...]) -> Drawing | None:
        """Keep a new drawing; None when the pair has as many as are kept."""
        present = self.of(pair)
        if len(present) >= MOST:
            return None
        made = Drawing(str(1 + max((_number(each.drawing_id) for each in present), default=0)), kind, points)
        self._write(pair, (*present, made))
        return made

    def change(self, pair: InstrumentId, drawing: Drawing) -> None:
        """Keep a drawing's new points."""
        self._write(pair, tuple(drawing if each.drawing_id == drawing.drawing_id else each for each in self.of(pair)))

    def remove(self, pair: InstrumentId, drawing_id: str) -> None:
        self._write(pair, tuple(each for each in self.of(pair) if each.drawing_id != drawing_id))

    def clear(self, pair: InstrumentId) -> None:
        self._write(pair, ())

    def _write(self, pair: InstrumentId, drawings: tuple[Drawing, ...]) -> None:
        section = self._preferences.section(SECTION)
        section[pair] = [drawing.as_plain() for drawing in drawings]
        if not drawings:
            del section[pair]
        self._preferences.put(SECTION, section)

    def _on_preferences(self, name: str) -> None:
        if name == SECTION:
            self._read()
            self.changed.emit()

    def _read(self) -> None:
        """Take what can be used; the rest is left out, and said."""
        self._pairs = {}
        lost = 0
        for pair, kept in self._preferences.section(SECTION).items():
            drawings: list[Drawing] = []
            for plain in kept if isinstance(kept, list) else [None]:
                try:
                    drawings.append(Drawing.from_plain(plain))
                except ValueError:
                    lost += 1
            self._pairs[pair] = tuple(drawings)
        if lost:
            self._preferences.refused.emit(f"{lost} kept drawings cannot be read and are not shown.")


def _number(drawing_id: str) -> int:
    return int(drawing_id) if drawing_id.isascii() and drawing_id.isdigit() else 0
