"""The recorded days a person can choose to play."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from terminal.domain.recording import RecordedDayRow


class DayPlayer(Protocol):
    """Reads the recordings and starts a replay, both without holding up the window."""

    def read(self) -> None:
        """Look for days; they come through `RecordedDays.show`, or `fail` says why not."""
        ...

    def play(self, day: str, take: int | None, speed: float) -> None:
        """Open a day in a window of its own; `RecordedDays.fail` says why it could not be."""
        ...


class RecordedDays(QObject):
    """The list as it was last read, the newest day first.

    Signals:
        changed: it was read.
        said: words for a person, and whether they are about a failure.
    """

    changed = Signal()
    said = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: DayPlayer | None = None
        self.days: tuple[RecordedDayRow, ...] = ()
        self.is_reading = False

    def use(self, player: DayPlayer) -> None:
        self._player = player

    def refresh(self) -> None:
        """Read the list anew."""
        if self._player is not None and not self.is_reading:
            self.is_reading = True
            self._player.read()

    def play(self, day: str, take: int | None, speed: float) -> None:
        if self._player is not None:
            self._player.play(day, take, speed)

    # -- told by the player ---------------------------------------------------------

    def show(self, days: tuple[RecordedDayRow, ...]) -> None:
        self.is_reading = False
        self.days = tuple(reversed(days))
        self.changed.emit()

    def fail(self, words: str) -> None:
        self.is_reading = False
        self.said.emit(words, True)

    def say(self, words: str) -> None:
        self.said.emit(words, False)
