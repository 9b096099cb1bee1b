"""Which indicators one chart shows: those of its pair, as a person keeps them."""

from PySide6.QtCore import QObject, Signal

from terminal.domain.instrument import InstrumentId
from terminal.ui.charts.studies.board import StudyBoard
from terminal.ui.charts.studies.study import (
    BUILT_IN,
    SECTION,
    Studies,
    section_for_all,
    section_with,
    studies_of,
)
from terminal.ui.viewmodels.preferences import Preferences


class StudyKeeper(QObject):
    """Reads a pair's indicators from the preferences, and keeps what is changed there.

    Attributes:
        pair: whose indicators are shown; None before the first.

    Signals:
        changed: another pair, or other indicators of this one.
    """

    changed = Signal()

    def __init__(self, preferences: Preferences, board: StudyBoard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._board = board
        self._refused = ""
        self.pair: InstrumentId | None = None
        preferences.changed.connect(self._on_changed)

    @property
    def studies(self) -> Studies:
        return self._board.studies

    def show_pair(self, pair: InstrumentId) -> None:
        """Show what is kept for a pair; the built-in ones when that cannot be used."""
        self.pair = pair
        refused = ""
        try:
            studies = studies_of(self._preferences.section(SECTION), pair)
        except ValueError as error:
            studies, refused = BUILT_IN, f"The built-in indicators are used: {error}."
        if refused and refused != self._refused:
            self._preferences.refused.emit(refused)
        self._refused = refused
        self._board.show(studies)
        self.changed.emit()

    def put(self, studies: Studies) -> None:
        """Keep these for the pair that is shown."""
        if self.pair is not None:
            self._preferences.put(SECTION, section_with(self._preferences.section(SECTION), self.pair, studies))

    def put_for_all(self, studies: Studies) -> None:
        """Keep these for every pair, in place of what each had."""
        self._preferences.put(SECTION, section_for_all(studies))

    def _on_changed(self, section: str) -> None:
        if section == SECTION and self.pair is not None:
            self.show_pair(self.pair)
