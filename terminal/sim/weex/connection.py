"""One stream client: its outbox, its heartbeat, the frames it sends.

How a frame is worded is the dialect's affair. Source: reference section 2 (240
operations per hour, 100 channels per connection).
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Protocol

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from terminal.sim.weex.app import cut
from terminal.sim.weex.dialect import StreamDialect, Trouble, Wish, WishKind
from terminal.sim.weex.limits import SlidingWindow

_OUTBOX = 4_000  # frames a slow client may lag behind before it is cut off
_MISSED_PINGS = 5
_CHANNELS = 100
_OPERATIONS_PER_HOUR = 240
_GOING_AWAY = 1001


class Subscriptions(Protocol):
    """What a connection asks of its hub."""

    is_private: bool

    def knows(self, connection: "Connection", channel: str) -> bool:
        """Whether the channel exists."""

    def subscribe(self, connection: "Connection", channel: str) -> None:
        """Start sending a channel that exists."""

    def unsubscribe(self, connection: "Connection", channel: str) -> None: ...

    def leave(self, connection: "Connection") -> None: ...


class Connection:
    """Reads a client's events and writes frames in order.

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
        self.channels: set[str] = set()
        self.talk = talk
        self._socket = socket
        self._hub = hub
        self._shown_ms = shown_ms
        self._ping_interval_s = ping_interval_s
        self._silenced = silenced
        self._unanswered = 0
        self._outbox: asyncio.Queue[str] = asyncio.Queue(_OUTBOX)
        self._operations = SlidingWindow(_OPERATIONS_PER_HOUR, 3600.0, real_s)

    @property
    def waiting(self) -> int:
        """How many frames the client is behind."""
        return self._outbox.qsize()

    def send(self, frame: dict[str, Any]) -> None:
        self.send_text(orjson.dumps(frame).decode())

    def send_text(self, frame: str) -> None:
        """Queue a frame; a client that lags too far behind is cut off."""
        if self._silenced():
            return
        try:
            self._outbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.cut()

    def cut(self) -> None:
        """End the TCP connection without a goodbye."""
        cut(self._socket)

    async def serve(self) -> None:
        """Run until the client leaves, is silent for too long, or is cut off."""
        tasks = [asyncio.create_task(job) for job in (self._write(), self._beat(), self._read())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.leave(self)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                raise result
        if self._socket.client_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self._socket.close(_GOING_AWAY)

    async def _write(self) -> None:
        while True:
            await self._socket.send_text(await self._outbox.get())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._ping_interval_s)
            if self._unanswered >= _MISSED_PINGS:
                return
            self._unanswered += 1
            self.send(self.talk.ping(self._shown_ms(), is_private=self._hub.is_private))

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self._hear(message.get("text") or "")

    def _hear(self, text: str) -> None:
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
