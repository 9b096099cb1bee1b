"""Decides where each notification is said, and when not; the engine never waits for it.

It stands beside the engine and hears what that tells its seat. This machine's channels are served by the
window, through an event; webhook and Telegram by a courier each.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.domain.messages import Event, Level, Notice
from terminal.domain.notification import (
    NoticeChannel,
    NoticeKind,
    Notification,
    NotificationRaised,
    NotifySettings,
)
from terminal.domain.plain_words import joined
from terminal.ports.clock import Clock
from terminal.ports.messenger import Messenger
from terminal.services.notify.courier import Courier, Pace
from terminal.services.notify.outlets import Letter, RemoteKeys, letter
from terminal.services.notify.spotter import Spotter

SOURCE: Final = "notifications"
SAME_WITHIN_S: Final = 60.0
LINK_GRACE_S: Final = 10.0  # a stream is renewed now and then; that is no news
_LOCAL_PER_MIN: Final = {NoticeChannel.TOAST: 20, NoticeChannel.TRAY: 10, NoticeChannel.SOUND: 10}
_MISSING: Final = {NoticeChannel.WEBHOOK: "address", NoticeChannel.TELEGRAM: "bot token"}
_REMOTE: Final = tuple(each for each in NoticeChannel if each.is_remote)


class NotifyDesk:
    """Hears events, raises notifications.

    Attributes:
        settings: what is in force; `use` replaces it at once.
    """

    def __init__(
        self,
        settings: NotifySettings,
        keys: RemoteKeys,
        messenger: Messenger,
        clock: Clock,
        *,
        emit: Callable[[Event], None],
        minute_of_day: Callable[[], int],
        redact: Callable[[str], str],
        desk: str,
    ) -> None:
        """`emit` reaches the seat; `minute_of_day` is the operator's local time; `redact` masks every known secret.

        `desk` names the profile in what leaves this machine.
        """
        self.settings = settings
        self._keys = keys
        self._clock = clock
        self._emit = emit
        self._minute_of_day = minute_of_day
        self._redact = redact
        self._name = desk
        self._spotter = Spotter(clock.now_ms)
        self._couriers = {
            each: Courier(each, messenger, clock, self._writer(each), self._on_courier) for each in _REMOTE
        }
        self._paces = {each: Pace(clock, most) for each, most in _LOCAL_PER_MIN.items()}
        self._said_s: dict[tuple[NoticeKind, str], float] = {}
        self._links: list[tuple[float, Notification]] = []
        self._link_due = asyncio.Event()

    def use(self, settings: NotifySettings, keys: RemoteKeys | None = None) -> None:
        """Work with these from now on."""
        self.settings = settings
        self._keys = keys or self._keys

    @property
    def keys(self) -> RemoteKeys:
        return self._keys

    def hear(self, event: Event) -> None:
        """Take one event of the engine."""
        for each in self._spotter.spot(event):
            if each.kind is NoticeKind.LINK_DOWN:
                self._links.append((self._clock.monotonic_s() + LINK_GRACE_S, each))
                self._link_due.set()
            else:
                self._raise(each)

    async def run(self) -> None:
        """Serve the channels to the outside until cancelled."""
        async with asyncio.TaskGroup() as group:
            for courier in self._couriers.values():
                group.create_task(courier.run(), name=f"notify {courier.channel.value}")
            group.create_task(self._watch_links(), name="notify links")

    async def test(self, channel: NoticeChannel) -> str:
        """Say something harmless on one channel, whatever the rules; gives "" or why it did not arrive."""
        words = "This is a test: nothing has happened."
        test = Notification(NoticeKind.DECISION_WAITS, words, "test", self._clock.now_ms(), headline="Test")
        if channel.is_remote:
            return await self._couriers[channel].send_now(test)
        self._emit(NotificationRaised(test, (channel,)))
        return ""

    # -- inside --------------------------------------------------------------------

    def _raise(self, notification: Notification) -> None:
        if self._is_repeated(notification):
            return
        notification = replace(notification, text=self._redact(notification.text))
        channels = [each for each in self.settings.channels_of(notification.kind) if self._may(each, notification)]
        local = tuple(each for each in channels if not each.is_remote)
        if local:
            self._emit(NotificationRaised(notification, local))
        for channel in channels:
            if channel.is_remote:
                self._couriers[channel].put(notification)

    def _is_repeated(self, notification: Notification) -> bool:
        now_s = self._clock.monotonic_s()
        self._said_s = {key: at_s for key, at_s in self._said_s.items() if now_s - at_s < SAME_WITHIN_S}
        key = (notification.kind, notification.key)
        if key in self._said_s:
            return True
        self._said_s[key] = now_s
        return False

    def _may(self, channel: NoticeChannel, notification: Notification) -> bool:
        quiet = self.settings.quiet
        is_quiet = quiet is not None and quiet.holds(self._minute_of_day())
        # A toast wakes nobody and is the answer to a look at the window.
        if is_quiet and not notification.kind.is_alarm and channel is not NoticeChannel.TOAST:
            return False
        pace = self._paces.get(channel)
        return pace is None or pace.take()

    async def _watch_links(self) -> None:
        while True:
            await self._link_due.wait()
            now_s = self._clock.monotonic_s()
            due = [each for at_s, each in self._links if at_s <= now_s]
            self._links = [(at_s, each) for at_s, each in self._links if at_s > now_s]
            for each in due:
                if self._spotter.lasts(each):
                    self._raise(each)
            if self._links:
                await self._clock.sleep(max(0.1, self._links[0][0] - now_s))
            else:
                self._link_due.clear()

    def _writer(self, channel: NoticeChannel) -> Callable[[Notification, int], Letter | str]:
        def write(notification: Notification, more: int) -> Letter | str:
            chat = self.settings.telegram_chat
            if not self._keys.of(channel):
                return f"its {_MISSING[channel]} is not known; enter it in Settings, Notifications"
            if channel is NoticeChannel.TELEGRAM and not chat:
                return "the chat is not set; set it in Settings, Notifications, and apply it"
            return letter(channel, notification, self._keys, chat, self._name, more)

        return write

    def _on_courier(self, channel: NoticeChannel, why: str) -> None:
        if why:
            words = joined(f"{channel.title} did not take a notification: {why}", "It is tried on with the next one")
            self._emit(Notice(Level.WARNING, SOURCE, words, self._clock.now_ms()))
        else:
            self._emit(Notice(Level.GOOD, SOURCE, f"{channel.title} takes notifications again.", self._clock.now_ms()))
