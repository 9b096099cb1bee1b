"""Plain words to the person, and to the journal when they must be readable later."""

from collections.abc import Callable
from typing import Final

from terminal.domain.messages import Event, Level, Notice
from terminal.domain.plain_words import joined, sentence, why
from terminal.domain.records import Noted, Record
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter

Emit = Callable[[Event], None]

_PLAIN: Final = 5  # the same words that often within the window are said each time
_WINDOW_S: Final = 60.0


class Reporter:
    """Emits notices; `keep` writes them to the journal too."""

    def __init__(self, emit: Emit, writer: JournalWriter, clock: Clock) -> None:
        self._emit = emit
        self._writer = writer
        self._clock = clock
        self._failing: set[str] = set()
        self._repeats: dict[tuple[str, str], tuple[float, int]] = {}

    def notice(
        self,
        level: Level,
        source: str,
        text: str,
        *,
        keep: bool = False,
        at_ms: int | None = None,
        is_own_fact: bool = False,
    ) -> None:
        """Say something now, or as of `at_ms` (Unix ms) when it is told late.

        `is_own_fact`: equal words are another fact each time (two equal fills), so none is left out.

        The same words again and again within a minute are said five times, then at the 10th, the
        100th and so on, with their count: a storm must not bury what else is said. What is to be
        kept is kept each time.
        """
        now_ms = self._clock.now_ms() if at_ms is None else at_ms
        words = sentence(text)
        count = 0 if is_own_fact else self._count(source, words)
        if count <= _PLAIN:
            self._emit(Notice(level, source, words, now_ms))
        elif _is_round(count):
            self._emit(Notice(level, source, joined(words, f"Said {count} times within a minute"), now_ms))
        if keep:
            self._writer.post(Noted(level.value, source, words, now_ms))

    def _count(self, source: str, words: str) -> int:
        """How often the same was said since its last quiet minute, this time included."""
        now_s = self._clock.monotonic_s()
        self._repeats = {key: kept for key, kept in self._repeats.items() if now_s - kept[0] <= _WINDOW_S}
        began_s, count = self._repeats.get((source, words), (now_s, 0))
        self._repeats[source, words] = began_s, count + 1
        return count + 1

    def record(self, make: Callable[[int], Record]) -> None:
        """Write a record that says what has happened; `make` is given the time."""
        self._writer.post(make(self._clock.now_ms()))

    def failing(self, source: str, text: str, error: Exception | None = None) -> None:
        """Say once that something fails, until `works` is called for the same source.

        With `error` its cause is quoted, and that the program goes on trying.
        """
        if source not in self._failing:
            self._failing.add(source)
            words = text if error is None else joined(text, why(error), "Trying on")
            self.notice(Level.WARNING, source, words)

    def works(self, source: str) -> None:
        """Say once that something that failed works again."""
        if source in self._failing:
            self._failing.discard(source)
            self.notice(Level.GOOD, source, f"{source}: working again")


def _is_round(count: int) -> bool:
    """10, 100, 1000 ..."""
    return count >= 10 and str(count).strip("0") == "1"
