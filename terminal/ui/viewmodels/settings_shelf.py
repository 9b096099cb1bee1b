"""The profile's settings for the form: what there is, what is set, what an edit would change."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from terminal.domain.errors import TerminalError
from terminal.domain.notification import NoticeChannel
from terminal.domain.setting import Setting, SettingDraft

NOWHERE = "There is nowhere to save settings here."


class SettingsSource(Protocol):
    """Who reads and writes the profile's file for the form."""

    @property
    def settings(self) -> tuple[Setting, ...]: ...

    def read(self) -> dict[str, str]:
        """Give every value as text, by path.

        Raises:
            TerminalError: the file cannot be read; the text says what to do.
        """
        ...

    def draft(self, edits: Mapping[str, str]) -> SettingDraft: ...

    def apply(self, draft: SettingDraft) -> str:
        """Write the draft down; gives "" or why nothing was changed."""
        ...

    def test(self, channel: NoticeChannel) -> None:
        """Say something on a channel; the answer comes through `SettingsShelf.take_test`."""
        ...

    def keep_key(self, channel: NoticeChannel, key: str) -> None:
        """Keep a webhook's address or a bot's token, "" to forget it; answered through `take_place`."""
        ...

    def look(self) -> None:
        """Find out which of them are kept, and where; answered through `take_place`."""
        ...


class SettingsShelf(QObject):
    """GUI thread only.

    Attributes:
        values: as the file had them last, by path.
        trouble: why the file cannot be read, "" when it can.
        places: where each channel's key lies, in words; "" for nowhere. Empty while nobody knows.

    Signals:
        changed: `values` were read again.
        tested (NoticeChannel, str): how a test ended; "" for well.
        placed (NoticeChannel, str): where its key lies now, or why it could not be kept.
    """

    changed = Signal()
    tested = Signal(object, str)
    placed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, str] = {}
        self.trouble = NOWHERE
        self.places: dict[NoticeChannel, str] = {}
        self._source: SettingsSource | None = None

    def offer(self, source: SettingsSource) -> None:
        self._source = source
        self.trouble = ""

    @property
    def settings(self) -> tuple[Setting, ...]:
        return () if self._source is None else self._source.settings

    def read(self) -> None:
        """Read the file as it is now."""
        if self._source is None:
            return
        try:
            self.values, self.trouble = self._source.read(), ""
        except TerminalError as error:
            self.trouble = str(error)
        self.changed.emit()

    def draft(self, edits: Mapping[str, str]) -> SettingDraft:
        """Say what edits would change."""
        return SettingDraft((), ()) if self._source is None else self._source.draft(edits)

    def apply(self, draft: SettingDraft) -> str:
        """Put a draft in force; gives "" or why nothing was changed, in words."""
        if self._source is None:
            return NOWHERE
        words = self._source.apply(draft)
        if not words:
            self.read()
        return words

    def test(self, channel: NoticeChannel) -> None:
        if self._source is not None:
            self._source.test(channel)

    def keep_key(self, channel: NoticeChannel, key: str) -> None:
        if self._source is not None:
            self._source.keep_key(channel, key)

    def look(self) -> None:
        if self._source is not None:
            self._source.look()

    def take_test(self, channel: NoticeChannel, why: str) -> None:
        self.tested.emit(channel, why)

    def take_place(self, channel: NoticeChannel, where: str, words: str) -> None:
        """Hear where a key lies (`where`, "" for nowhere), or why it does not (`words`)."""
        self.places[channel] = where
        self.placed.emit(channel, words)
