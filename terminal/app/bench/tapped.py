"""A public stream that looks at the clock: when bytes were read, and which channel each message is of."""

import time
from array import array
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode

Received = Callable[[str, float], None]
_BEFORE: Final = '"channel":"'


class Tap:
    """What the newest connection has read.

    Attributes:
        messages, octets: counted since the start.
        socket: the newest connection; None before the first.
        opened: how many there have been.
        received: called for each message of a channel with its name and the time of its bytes, in s of
            `time.perf_counter`.
    """

    def __init__(self, received: Received) -> None:
        self.messages = 0
        self.octets = 0
        self.opened = 0
        self.socket: ClientConnection | None = None
        self.received = received

    def waiting(self) -> tuple[int, int]:
        """Give the messages read but not taken yet, and the bytes not read yet (0 where the system does not tell)."""
        connection = self.socket
        if connection is None:
            return 0, 0
        return len(connection.recv_messages.frames), _unread(connection.transport.get_extra_info("socket"))

    def kind(self) -> type[ClientConnection]:
        """Give the class of connections that tell this tap."""
        tap = self

        class Tapped(ClientConnection):
            """Stamps bytes when they come, and hands the stamp on with the message."""

            def __init__(self, *args: Any, **more: Any) -> None:
                super().__init__(*args, **more)
                self._read_s = 0.0
                self._stamps: deque[float] = deque()
                tap.opened += 1
                tap.socket = self

            def data_received(self, data: bytes) -> None:
                self._read_s = time.perf_counter()
                tap.octets += len(data)
                super().data_received(data)

            def process_event(self, event: Any) -> None:
                if type(event) is Frame and event.opcode is Opcode.TEXT:
                    self._stamps.append(self._read_s)
                super().process_event(event)

            async def recv(self, decode: bool | None = None) -> Any:
                raw = await super().recv(decode)
                tap.messages += 1
                if isinstance(raw, str):
                    tap.received(channel_of(raw), self._stamps.popleft())
                return raw

        return Tapped


def _unread(socket: Any) -> int:
    """Ask the kernel how many bytes it holds for a socket."""
    try:
        from fcntl import ioctl
        from termios import FIONREAD
    except ImportError:
        return 0
    held = array("i", [0])
    try:
        ioctl(socket.fileno(), FIONREAD, held)
    except (OSError, ValueError):  # closed meanwhile
        return 0
    return held[0]


def channel_of(raw: str) -> str:
    """Give the channel a v2 frame names; "" when it names none."""
    at = raw.find(_BEFORE)
    if at < 0:
        return ""
    start = at + len(_BEFORE)
    return raw[start : raw.find('"', start)]
