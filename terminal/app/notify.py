"""Joins the notifications to one session: beside the engine, never in its way."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from terminal.domain.errors import StorageError
from terminal.domain.messages import Event, Level, Notice
from terminal.domain.notification import NoticeChannel, NotifySettings
from terminal.net.messenger import HttpMessenger
from terminal.services.notify.desk import SOURCE, NotifyDesk
from terminal.services.notify.outlets import RemoteKeys
from terminal.storage.secrets import KeyringSecrets

if TYPE_CHECKING:
    from terminal.app.session import Session

KEY_NAMES: Final = {NoticeChannel.WEBHOOK: "notify:webhook", NoticeChannel.TELEGRAM: "notify:telegram"}
_BROKEN: Final = "Notifications have stopped because of an internal error; the log has the details. Trading goes on."
_log = logging.getLogger(__name__)

Emit = Callable[[Event], None]


async def start_notifying(session: "Session", emit: Emit, undo: AsyncExitStack, also: tuple[Emit, ...] = ()) -> Emit:
    """Begin to notify; gives what the engine should tell instead of `emit`. `undo` ends it.

    `also` hear every event after the seat, as the notifications do, and may break down as harmlessly.
    """
    settings = session.profile.notifications
    keys = await asyncio.to_thread(kept_keys, session, settings)
    messenger = HttpMessenger(session.profile.route)
    undo.push_async_callback(messenger.aclose)
    desk = NotifyDesk(
        settings,
        keys,
        messenger,
        session.clock,
        emit=emit,
        minute_of_day=local_minute,
        redact=session.log_filter.redact,
        desk=f"{session.profile.name}, {session.profile.mode.value}",
    )
    heard = Heard((*also, desk.hear), emit, session.clock.now_ms)
    task = asyncio.create_task(desk.run(), name="notifications")
    task.add_done_callback(heard.on_end)
    undo.push_async_callback(_ended, task)
    session.notify = desk
    return heard.take


class Heard:
    """Tells the seat first, the notifications second. A fault there is said once and silences them."""

    def __init__(self, hear: tuple[Emit, ...], emit: Emit, now_ms: Callable[[], int]) -> None:
        self._hear = hear
        self._emit = emit
        self._now_ms = now_ms
        self._is_broken = False

    def take(self, event: Event) -> None:
        self._emit(event)
        if self._is_broken:
            return
        try:
            for each in self._hear:
                each(event)
        except Exception:  # noqa: BLE001 - a boundary: whoever only calls a person must never stop what trades
            _log.exception("the notifications broke down")
            self._break()

    def on_end(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            _log.error("the notifications ended", exc_info=task.exception())
            self._break()

    def _break(self) -> None:
        if not self._is_broken:
            self._is_broken = True
            self._emit(Notice(Level.ERROR, SOURCE, _BROKEN, self._now_ms()))


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, ExceptionGroup):  # a fault of its own was told when it happened
        await task


def local_minute() -> int:
    """Give the minute of the operator's own day."""
    now = datetime.now().astimezone()
    return now.hour * 60 + now.minute


def kept_keys(session: "Session", settings: NotifySettings) -> RemoteKeys:
    """Read what rules name; the vault is not asked for what nobody uses. What cannot be read is missing."""
    return stored_keys(session, [channel for channel in KEY_NAMES if settings.uses(channel)])


def stored_keys(session: "Session", wanted: Sequence[NoticeChannel]) -> RemoteKeys:
    """Read these from the vault; it may wait for the system."""
    found = dict.fromkeys(KEY_NAMES, "")
    if wanted:
        with suppress(StorageError):  # its channel says so when it is first needed
            vault = KeyringSecrets(session.profile.vault_name)
            for channel in wanted:
                found[channel] = vault.get(KEY_NAMES[channel]) or ""
    session.log_filter.watch(*(key for key in found.values() if key))
    return RemoteKeys(found[NoticeChannel.WEBHOOK], found[NoticeChannel.TELEGRAM])
