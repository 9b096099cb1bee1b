"""Asks the engine for book and tape of the selected pair while some panel shows them."""

from PySide6.QtCore import QObject

from terminal.domain.depth import SHALLOW, WatchDepth
from terminal.domain.instrument import InstrumentId
from terminal.ui.viewmodels.desk import Desk


class DepthWatch(QObject):
    """One for all panels of depth: the engine is asked once, for the deepest of their wishes."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wishes: dict[str, int] = {}
        self._told: tuple[InstrumentId | None, int] = (None, 0)
        desk.selection_changed.connect(self._align)
        desk.instruments_changed.connect(self._align)  # before that the engine is not there to be asked

    def show(self, panel: str, levels: int = SHALLOW) -> None:
        """A panel is seen now, or wants another depth."""
        self._wishes[panel] = levels
        self._align()

    def hide(self, panel: str) -> None:
        """Nobody sees the panel any more."""
        self._wishes.pop(panel, None)
        self._align()

    def _align(self, *_: object) -> None:
        if not self._desk.instruments:
            return
        pair = self._desk.selection[0] if self._wishes else None
        wanted = (pair, max(self._wishes.values(), default=0))
        if wanted != self._told:
            self._told = wanted
            self._desk.send(WatchDepth(*wanted))
