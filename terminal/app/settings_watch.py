"""Finds settings that were changed in the file while the program did not run, and has them written down.

A copy of the settings the journal knows of lies in the profile's folder. It follows a change only once the
journal has it: a crash in between leaves the difference for the next start to find.
"""

import asyncio
import tomllib
from typing import TYPE_CHECKING, Any

from terminal.domain.errors import TerminalError
from terminal.domain.messages import Event
from terminal.domain.setting import IN_FILE, NoteSettings, SettingsNoted
from terminal.storage.private_file import write_private
from terminal.storage.settings.book import SettingsBook
from terminal.storage.settings.toml_text import whole
from terminal.storage.settings.versions import NEWEST, migrated

if TYPE_CHECKING:
    from terminal.app.session import Session


class SettingsWatch:
    """Of one session. Its copy is written off the window's thread only at the start; it is small."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._book = SettingsBook(session.settings_profile)
        self._copy = session.paths.settings

    async def hand_changes(self, who: str) -> NoteSettings | None:
        """Give what differs from what the journal knows; None for nothing.

        Raises:
            TerminalError: the profile's file cannot be read.
        """
        return await asyncio.to_thread(self._hand_changes, who)

    def hear(self, event: Event) -> None:
        """Follow once a change is durable."""
        if isinstance(event, SettingsNoted):
            self.keep()

    def keep(self) -> None:
        """Remember the file as it is now.

        Raises:
            TerminalError: file or folder cannot be used.
        """
        write_private(self._copy, whole({"version": NEWEST, **self._book.read().tables}).encode())

    def _hand_changes(self, who: str) -> NoteSettings | None:
        if not self._book.has_file:
            return None
        known = self._known()
        if known is None:
            self.keep()
            return None
        changes = self._book.differences(known, self._book.read().tables)
        return NoteSettings(self._session.profile.name, changes, who, IN_FILE) if changes else None

    def _known(self) -> dict[str, Any] | None:
        try:
            return migrated(self._copy, tomllib.loads(self._copy.read_text(encoding="utf-8")))
        except (OSError, ValueError, TerminalError):  # none yet, or damaged: what it said is not known
            return None
