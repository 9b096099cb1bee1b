"""One channel to the outside: a short queue, a pace, a few tries, and a failure that is told once."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from terminal.domain.notification import NoticeChannel, Notification
from terminal.ports.clock import Clock
from terminal.ports.messenger import Messenger, NotDelivered
from terminal.services.notify.outlets import Letter, answer_words

QUEUE: Final = 50
PER_MINUTE: Final = 15  # a Telegram group takes 20
TRIES: Final = 3
_PAUSES_S: Final = (2.0, 10.0)
_MOST_WAIT_S: Final = 60.0

Write = Callable[[Notification, int], Letter | str]
"""Makes the message; the number counts what was left out. A text says what is missing."""


class Pace:
    """At most so many in a minute of the operator's time."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._most = per_minute
        self._at: deque[float] = deque()

    def wait_s(self) -> float:
        """Give the time until another may go, 0 for now."""
        now_s = self._clock.monotonic_s()
        while self._at and now_s - self._at[0] >= 60.0:
            self._at.popleft()
        return 0.0 if len(self._at) < self._most else 60.0 - (now_s - self._at[0])

    def take(self) -> bool:
        """Use one up; False when there is none."""
        if self.wait_s() > 0:
            return False
        self._at.append(self._clock.monotonic_s())
        return True


class Courier:
    """Delivers to one channel, in order, alarms first. `put` never waits."""

    def __init__(
        self,
        channel: NoticeChannel,
        messenger: Messenger,
        clock: Clock,
        write: Write,
        tell: Callable[[NoticeChannel, str], None],
    ) -> None:
        """`tell(channel, why)` is called once when it fails, and with "" once it works again."""
        self.channel = channel
        self._messenger = messenger
        self._clock = clock
        self._write = write
        self._tell = tell
        self._pace = Pace(clock, PER_MINUTE)
        self._waiting: deque[Notification] = deque()
        self._work = asyncio.Event()
        self._left_out = 0
        self._is_failing = False

    def put(self, notification: Notification) -> None:
        """Take one; when too many wait, the oldest that is no alarm is left out and counted."""
        if len(self._waiting) >= QUEUE:
            victim = next((each for each in self._waiting if not each.kind.is_alarm), self._waiting[0])
            self._waiting.remove(victim)
            self._left_out += 1
        self._waiting.append(notification)
        self._work.set()

    async def run(self) -> None:
        while True:
            await self._work.wait()
            wait_s = self._pace.wait_s()
            if wait_s > 0:
                await self._clock.sleep(wait_s)
                continue
            notification = self._next()
            if notification is not None:
                self._pace.take()
                self._say(await self._deliver(notification))

    async def send_now(self, notification: Notification) -> str:
        """Send one at once, once, for a test; gives "" or why it did not arrive."""
        why, _ = await self._try(notification, 0)
        if not why:
            self._say("")
        return why

    def _next(self) -> Notification | None:
        if not self._waiting:
            self._work.clear()
            return None
        first = next((each for each in self._waiting if each.kind.is_alarm), self._waiting[0])
        self._waiting.remove(first)
        return first

    async def _deliver(self, notification: Notification) -> str:
        left_out, self._left_out = self._left_out, 0
        why = ""
        for attempt in range(TRIES):
            why, pause_s = await self._try(notification, left_out)
            if not why or pause_s is None or attempt == TRIES - 1:
                break
            await self._clock.sleep(pause_s or _PAUSES_S[attempt])
        if why:
            self._left_out += left_out + 1
        return why

    async def _try(self, notification: Notification, left_out: int) -> tuple[str, float | None]:
        """Give "" or why not, and how long to wait for another try: 0 for as usual, None for none."""
        letter = self._write(notification, left_out)
        if isinstance(letter, str):
            return letter, None
        try:
            posted = await self._messenger.post(letter.url, letter.body)
        except NotDelivered as error:
            return str(error), 0.0
        why = answer_words(self.channel, posted.status)
        if posted.status == 429:
            return why, min(_MOST_WAIT_S, posted.retry_after_s or 0.0)
        return why, 0.0 if posted.status >= 500 else None

    def _say(self, why: str) -> None:
        if bool(why) is not self._is_failing:
            self._is_failing = bool(why)
            self._tell(self.channel, why)
