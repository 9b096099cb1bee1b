"""One stream client: its outbox, its heartbeat, the frames it sends.

Source: reference section 8.1 (subscribe, ack, ping/pong) and section 2 (240
operations per hour, 100 channels per connection).
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Protocol

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from terminal.sim.weex.app import cut
from terminal.sim.weex.limits import SlidingWindow

_OUTBOX = 4_000  # frames a slow client may lag behind before it is cut off
_MISSED_PINGS = 5
_CHANNELS = 100
_OPERATIONS_PER_HOUR = 240
_GOING_AWAY = 1001


class Subscriptions(Protocol):
    """What a connection asks of its hub."""

    def subscribe(self, connection: "Connection", channel: str) -> bool:
        """Start sending a channel, after its acknowledgement; False if it does not exist."""

    def unsubscribe(self, connection: "Connection", channel: str) -> None: ...

    def leave(self, connection: "Connection") -> None: ...


class Connection:
    """Reads a client's events and writes frames in order.

    Args:
        socket: accepted stream.
        hub: who knows the channels.
        shown_ms: exchange time for pings.
        real_s: monotonic seconds for the operation limit.
        ping_interval_s: real seconds between pings.
        silenced: True while nothing may be sent (a fault).
    """

    def __init__(
        self,
        socket: WebSocket,
        hub: Subscriptions,
        shown_ms: Callable[[], int],
        real_s: Callable[[], float],
        ping_interval_s: float,
        silenced: Callable[[], bool],
    ) -> None:
        self.channels: set[str] = set()
        self._socket = socket
        self._hub = hub
        self._shown_ms = shown_ms
        self._ping_interval_s = ping_interval_s
        self._silenced = silenced
        self._unanswered = 0
        self._outbox: asyncio.Queue[str] = asyncio.Queue(_OUTBOX)
        self._operations = SlidingWindow(_OPERATIONS_PER_HOUR, 3600.0, real_s)

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
            self.send({"event": "ping", "time": str(self._shown_ms())})

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self._hear(message.get("text") or "")

    def _hear(self, text: str) -> None:
        try:
            frame = orjson.loads(text)
        except ValueError:
            frame = None
        event = frame.get("event") if isinstance(frame, dict) else None
        if event == "pong":
            self._unanswered = 0
        elif event == "ping":
            self.send({"event": "pong", "time": frame.get("time")})
        elif event in {"subscribe", "unsubscribe"} and isinstance(frame.get("channel"), str):
            self._change(event, frame["channel"])
        else:
            self._complain("", "unknown event")

    def _change(self, event: str, channel: str) -> None:
        if not self._operations.take(1):
            self._complain(channel, "too many operations")
        elif event == "unsubscribe":
            self._hub.unsubscribe(self, channel)
            self.channels.discard(channel)
            self.send({"event": "unsubscribed", "channel": channel})
        elif len(self.channels) >= _CHANNELS:
            self._complain(channel, "too many channels")
        elif not self._hub.subscribe(self, channel):
            self._complain(channel, "channel does not exist")

    def _complain(self, channel: str, message: str) -> None:
        self.send({"event": "error", "channel": channel, "code": "40020", "msg": message})
