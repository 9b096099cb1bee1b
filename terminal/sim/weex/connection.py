"""One stream client: its outbox, its heartbeat, the frames it sends.

How a frame is worded is the dialect's affair. Source: reference section 2 (240
operations per hour, 100 channels per connection).
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from starlette.websockets import WebSocket

from terminal.sim.serving.connection import StreamConnection
from terminal.sim.serving.limits import SlidingWindow
from terminal.sim.weex.dialect import StreamDialect, Trouble, Wish, WishKind

_MISSED_PINGS = 5
_CHANNELS = 100
_OPERATIONS_PER_HOUR = 240


class Subscriptions(Protocol):
    """What a connection asks of its hub."""

    is_private: bool

    def knows(self, connection: "Connection", channel: str) -> bool:
        """Whether the channel exists."""

    def subscribe(self, connection: "Connection", channel: str) -> None:
        """Start sending a channel that exists."""

    def unsubscribe(self, connection: "Connection", channel: str) -> None: ...

    def leave(self, connection: "Connection") -> None: ...


class Connection(StreamConnection):
    """A client of one of the hubs.

    Args:
        socket: accepted stream.
        hub: who knows the channels.
        talk: how frames are worded.
        shown_ms: exchange time for pings.
        real_s: monotonic seconds for the operation limit.
        ping_interval_s: real seconds between pings.
        silenced: True while nothing may be sent (a fault).
    """

    def __init__(
        self,
        socket: WebSocket,
        hub: Subscriptions,
        talk: StreamDialect,
        shown_ms: Callable[[], int],
        real_s: Callable[[], float],
        ping_interval_s: float,
        silenced: Callable[[], bool],
    ) -> None:
        super().__init__(socket, silenced)
        self.channels: set[str] = set()
        self.talk = talk
        self._hub = hub
        self._shown_ms = shown_ms
        self._ping_interval_s = ping_interval_s
        self._unanswered = 0
        self._operations = SlidingWindow(_OPERATIONS_PER_HOUR, 3600.0, real_s)

    def left(self) -> None:
        self._hub.leave(self)

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(self._ping_interval_s)
            if self._unanswered >= _MISSED_PINGS:
                return
            self._unanswered += 1
            self.send(self.talk.ping(self._shown_ms(), is_private=self._hub.is_private))

    def hear(self, text: str) -> None:
        wish = self.talk.read(text)
        if wish.kind is WishKind.NONSENSE:
            self._complain(wish, Trouble.NONSENSE)
        elif wish.kind in {WishKind.SUBSCRIBE, WishKind.UNSUBSCRIBE}:
            self._change(wish)
        else:
            if wish.kind is WishKind.PONG:
                self._unanswered = 0
            answer = self.talk.answer_beat(wish, is_private=self._hub.is_private)
            if answer is not None:
                self.send(answer)

    def _change(self, wish: Wish) -> None:
        """All channels of a frame or none: its one answer speaks for all of them."""
        if not self._operations.take(1):
            self._complain(wish, Trouble.TOO_MANY_OPERATIONS)
        elif wish.kind is WishKind.UNSUBSCRIBE:
            for channel in wish.channels:
                self._hub.unsubscribe(self, channel)
                self.channels.discard(channel)
            self.send(self.talk.acknowledge(wish))
        elif len(self.channels.union(wish.channels)) > _CHANNELS:
            self._complain(wish, Trouble.TOO_MANY_CHANNELS)
        elif strange := [channel for channel in wish.channels if not self._hub.knows(self, channel)]:
            self._complain(wish, Trouble.NO_SUCH_CHANNEL, strange[0])
        else:
            self.send(self.talk.acknowledge(wish))
            for channel in wish.channels:
                self._hub.subscribe(self, channel)

    def _complain(self, wish: Wish, trouble: Trouble, channel: str = "") -> None:
        self.send(self.talk.complain(wish, trouble, channel or next(iter(wish.channels), "")))
