"""What the settings' form asks of the program: reading, trying out, applying, testing a channel, keeping a key.

Made before the first paint, so it imports what validates and what sends only when it is asked.
"""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from terminal.app.rules import copy_stamp
from terminal.app.session import login_name
from terminal.domain.errors import StorageError, TerminalError
from terminal.domain.notification import NoticeChannel
from terminal.domain.setting import IN_WINDOW, NoteSettings, Setting, SettingChange, SettingDraft
from terminal.storage.profiles import load_profile
from terminal.storage.secrets import KeyringSecrets
from terminal.ui.viewmodels.settings_shelf import SettingsShelf

if TYPE_CHECKING:
    from terminal.app.session import Session
    from terminal.services.notify.outlets import RemoteKeys
    from terminal.storage.settings.book import SettingsBook, Written

STARTING = "The desk is still starting; try again in a moment."
THIS_RUN = "this run only: this computer has no vault that can be used"
NO_TRAY = "this desktop has no tray; choose toast or sound"


class SettingsKeeper(QObject):
    """`terminal.ui.viewmodels.settings_shelf.SettingsSource` for one session.

    Signals:
        placed (NoticeChannel, str, str, str): emitted on a thread of its own, delivered on the window's:
            the key that is kept, where it lies, and why it does not.
        found (NoticeChannel, str, int): likewise, a key that was kept before.
    """

    placed = Signal(object, str, str, str)
    found = Signal(object, str, int)

    def __init__(self, session: "Session", shelf: SettingsShelf) -> None:
        super().__init__(shelf)
        self._session = session
        self._shelf = shelf
        self._made: SettingsBook | None = None
        self._written: Written | None = None
        self._tests: set[asyncio.Task[None]] = set()
        self._turn = 0  # counts what a person has kept or forgotten
        self.placed.connect(self._on_placed)
        self.found.connect(self._on_found)
        shelf.offer(self)

    @property
    def _book(self) -> "SettingsBook":
        if self._made is None:
            from terminal.storage.settings.book import SettingsBook

            self._made = SettingsBook(self._session.settings_profile)
        return self._made

    @property
    def settings(self) -> tuple[Setting, ...]:
        return self._book.settings

    def read(self) -> dict[str, str]:
        self._written = self._book.read()
        return self._book.values(self._written)

    def draft(self, edits: Mapping[str, str]) -> SettingDraft:
        return self._book.draft(self._before(), edits)

    def apply(self, draft: SettingDraft) -> str:
        """Write the file, put in force what takes at once, and have it written down."""
        if self._session.engine is None:
            return STARTING
        try:
            self._written = self._book.apply(self._before(), draft, copy_stamp())
            notifications = load_profile(self._session.settings_profile.name).notifications
        except TerminalError as error:
            return str(error)
        notify = self._session.notify
        if notify is not None:
            notify.use(notifications)
            if any(notifications.uses(each) and not notify.keys.of(each) for each in NoticeChannel if each.is_remote):
                self.look()
        self.note(draft.changes)
        return ""

    def note(self, changes: tuple[SettingChange, ...]) -> None:
        """Have changes written down that are in the file; without a desk the next start finds them."""
        engine = self._session.engine
        if engine is not None:
            engine.post(NoteSettings(self._session.profile.name, changes, login_name(), IN_WINDOW))

    # -- channels ------------------------------------------------------------------

    def test(self, channel: NoticeChannel) -> None:
        notify = self._session.notify
        if notify is None:
            self._shelf.take_test(channel, STARTING)
            return
        if channel is NoticeChannel.TRAY and not QSystemTrayIcon.isSystemTrayAvailable():
            self._shelf.take_test(channel, NO_TRAY)
            return

        async def run() -> None:
            self._shelf.take_test(channel, await notify.test(channel))

        task = asyncio.get_running_loop().create_task(run(), name=f"test {channel.value}")
        self._tests.add(task)
        task.add_done_callback(self._tests.discard)

    def keep_key(self, channel: NoticeChannel, key: str) -> None:
        from terminal.services.notify.outlets import checked_key

        try:
            key = checked_key(channel, key) if key else ""
        except TerminalError as error:
            self._shelf.take_place(channel, self._shelf.places.get(channel, ""), str(error))
            return
        self._turn += 1
        if key:
            self._session.log_filter.watch(key)
        threading.Thread(target=self._keep, args=(channel, key), name="vault", daemon=True).start()

    def look(self) -> None:
        """Read the keys off the window's thread: a vault may take its time."""
        if self._session.notify is not None:
            threading.Thread(target=self._look, args=(self._turn,), name="vault", daemon=True).start()

    # -- inside --------------------------------------------------------------------

    def _before(self) -> "Written":
        if self._written is None:
            self._written = self._book.read()
        return self._written

    def _keep(self, channel: NoticeChannel, key: str) -> None:
        from terminal.app.notify import KEY_NAMES

        try:
            vault = KeyringSecrets(self._session.profile.vault_name)
        except StorageError:
            self.placed.emit(channel, key, THIS_RUN if key else "", "")
            return
        try:
            if key:
                vault.set(KEY_NAMES[channel], key)
            else:
                vault.delete(KEY_NAMES[channel])
        except StorageError as error:
            self.placed.emit(channel, "", "", str(error))
        else:
            self.placed.emit(channel, key, vault.where if key else "", "")

    def _look(self, turn: int) -> None:
        from terminal.app.notify import KEY_NAMES, stored_keys

        keys = stored_keys(self._session, tuple(KEY_NAMES))
        for channel in KEY_NAMES:
            found = keys.of(channel)
            if found:
                self.found.emit(channel, found, turn)

    def _on_found(self, channel: NoticeChannel, key: str, turn: int) -> None:
        """Take a key that was looked for, unless a person has kept or forgotten one meanwhile."""
        if turn == self._turn:
            self._on_placed(channel, key, "the system's vault", "")

    def _on_placed(self, channel: NoticeChannel, key: str, where: str, words: str) -> None:
        notify = self._session.notify
        if notify is not None and not words:
            notify.use(notify.settings, _with(notify.keys, channel, key))
        self._shelf.take_place(channel, where, words)


def _with(keys: "RemoteKeys", channel: NoticeChannel, key: str) -> "RemoteKeys":
    if channel is NoticeChannel.WEBHOOK:
        return replace(keys, webhook_url=key)
    return replace(keys, telegram_token=key)
