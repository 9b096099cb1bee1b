"""Writes down that settings were changed: what, from what to what, by whom, how and when."""

from collections.abc import Callable

from terminal.domain.messages import Event, Level
from terminal.domain.setting import NoteSettings, SettingsChanged, SettingsNoted
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter


class SettingsNotes:
    """One record for each change, told once it is durable."""

    def __init__(
        self, writer: JournalWriter, clock: Clock, reporter: Reporter, *, emit: Callable[[Event], None]
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._reporter = reporter
        self._emit = emit

    async def note(self, command: NoteSettings) -> None:
        """Write the record.

        Raises:
            StorageError: it is not durable; the next start finds the difference and notes it then.
        """
        record = SettingsChanged(command.profile, command.changes, command.who, command.how, self._clock.now_ms())
        await self._writer.commit(record)
        self._emit(SettingsNoted(record))
        for each in command.changes:
            words = f"{command.who} changed {each.title} {command.how}: {each.before} → {each.after}, {each.takes}"
            self._reporter.notice(Level.INFO, "settings", words, is_own_fact=True)
