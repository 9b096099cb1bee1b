"""One stream client: its outbox, its end, the frames it sends.

What a frame means, and when the venue pings, is the venue's affair: it derives
a connection of its own.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from terminal.sim.serving.loopback import cut

_OUTBOX = 4_000  # frames a slow client may lag behind before it is cut off
_GOING_AWAY = 1001


class StreamConnection(ABC):
    """Reads a client's frames and writes its own in order.

    Args:
        socket: accepted stream.
        silenced: True while nothing may be sent (a fault).
    """

    def __init__(self, socket: WebSocket, silenced: Callable[[], bool]) -> None:
        self._socket = socket
        self._silenced = silenced
        self._outbox: asyncio.Queue[str] = asyncio.Queue(_OUTBOX)

    @abstractmethod
    def hear(self, text: str) -> None:
        """Take a frame of the client; answer with `send`."""

    @abstractmethod
    async def beat(self) -> None:
        """The venue's heartbeat; the connection ends when this returns."""

    @abstractmethod
    def left(self) -> None:
        """The client is gone, or about to be: forget it."""

    @property
    def waiting(self) -> int:
        """How many frames the client is behind."""
        return self._outbox.qsize()

    def send(self, frame: dict[str, Any] | list[Any]) -> None:
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
        tasks = [asyncio.create_task(job) for job in (self._write(), self.beat(), self._read())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.left()
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                raise result
        if self._socket.client_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self._socket.close(_GOING_AWAY)

    async def drained(self, most_s: float = 1.0) -> None:
        """Wait until all that was queued has been sent, at most so many real seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._outbox.join(), most_s)

    async def _write(self) -> None:
        while True:
            await self._socket.send_text(await self._outbox.get())
            self._outbox.task_done()

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self.hear(message.get("text") or "")
