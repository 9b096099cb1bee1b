"""Plain words to the person, and to the journal when they must be readable later."""

from collections.abc import Callable

from terminal.domain.messages import Event, Level, Notice
from terminal.domain.records import Noted, Record
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter

Emit = Callable[[Event], None]


class Reporter:
    """Emits notices; `keep` writes them to the journal too."""

    def __init__(self, emit: Emit, writer: JournalWriter, clock: Clock) -> None:
        self._emit = emit
        self._writer = writer
        self._clock = clock
        self._failing: set[str] = set()

    def notice(self, level: Level, source: str, text: str, *, keep: bool = False) -> None:
        now_ms = self._clock.now_ms()
        self._emit(Notice(level, source, text, now_ms))
        if keep:
            self._writer.post(Noted(level.value, source, text, now_ms))

    def record(self, make: Callable[[int], Record]) -> None:
        """Write a record that says what has happened; `make` is given the time."""
        self._writer.post(make(self._clock.now_ms()))

    def failing(self, source: str, text: str) -> None:
        """Say once that something fails, until `works` is called for the same source."""
        if source not in self._failing:
            self._failing.add(source)
            self.notice(Level.WARNING, source, text)

    def works(self, source: str) -> None:
        """Say once that something that failed works again."""
        if source in self._failing:
            self._failing.discard(source)
            self.notice(Level.GOOD, source, f"{source.capitalize()}: working again.")
