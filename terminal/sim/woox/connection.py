"""One stream client: its commands, and its end when it says nothing for a minute.

Source: reference section 6. Commands get one answer; topics that are refused
are missing from it.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

import orjson
from starlette.websockets import WebSocket

from terminal.sim.serving.connection import StreamConnection

_PER_COMMAND: Final = 10  # the documents say 20; the live venue refuses 11 whole
_PER_CONNECTION: Final = 100
_LONGEST_S: Final = 86_400.0
_LOOK_S: Final = 0.2


class Hub(Protocol):
    """What a connection asks of those who know the topics."""

    def accepts(self, topic: str) -> bool:
        """Whether there is such a topic."""

    def subscribe(self, connection: "Connection", topic: str) -> None: ...

    def unsubscribe(self, connection: "Connection", topic: str) -> None: ...

    def leave(self, connection: "Connection") -> None: ...


class Connection(StreamConnection):
    """Reads a client's commands.

    Args:
        socket: accepted stream.
        hub: who knows the topics.
        shown_ms: exchange time for answers.
        real_s: monotonic seconds.
        idle_s: a client that sends nothing for so long is cut off.
        silenced: True while nothing may be sent (a fault).
        key: the listen key of a private stream, "" of a public one.
    """

    def __init__(
        self,
        socket: WebSocket,
        hub: Hub,
        shown_ms: Callable[[], int],
        real_s: Callable[[], float],
        idle_s: float,
        silenced: Callable[[], bool],
        key: str = "",
    ) -> None:
        super().__init__(socket, silenced)
        self.topics: set[str] = set()
        self.key = key
        self._hub = hub
        self._shown_ms = shown_ms
        self._real_s = real_s
        self._idle_s = idle_s
        self._opened_s = self._heard_s = real_s()

    def left(self) -> None:
        self._hub.leave(self)

    async def beat(self) -> None:
        """Cut off a silent client, and any client after a day."""
        while True:
            await asyncio.sleep(_LOOK_S)
            now_s = self._real_s()
            if now_s - self._heard_s >= self._idle_s or now_s - self._opened_s >= _LONGEST_S:
                self.cut()
                return

    def hear(self, text: str) -> None:
        self._heard_s = self._real_s()
        try:
            frame = orjson.loads(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict):
            self._refuse({}, "Invalid request.")
            return
        match frame.get("cmd"):
            case "PING":
                self.send({"cmd": "PONG", "success": True, "time": self._shown_ms()})
            case "SUBSCRIBE" | "UN_SUBSCRIBE":
                self._change(frame)
            case _:
                self._refuse(frame, "Command type invalid!")

    def _change(self, frame: dict[str, Any]) -> None:
        named = frame.get("params")
        if not isinstance(named, list) or not named or not all(isinstance(topic, str) for topic in named):
            self._refuse(frame, "Invalid request.")
            return
        if len(named) > _PER_COMMAND:
            self._refuse(frame, "Invalid request.")
            return
        take = self._subscribe if frame["cmd"] == "SUBSCRIBE" else self._unsubscribe
        taken = [topic for topic in named if take(topic)]
        answer = {"id": frame.get("id"), "cmd": frame["cmd"], "success": True, "time": self._shown_ms(), "data": taken}
        self.send(answer)
        if frame["cmd"] == "SUBSCRIBE":
            for topic in taken:
                self._hub.subscribe(self, topic)

    def _subscribe(self, topic: str) -> bool:
        """Note a topic; False for one that does not exist, is noted already, or is one too many."""
        if topic in self.topics or len(self.topics) >= _PER_CONNECTION or not self._hub.accepts(topic):
            return False
        self.topics.add(topic)
        return True

    def _unsubscribe(self, topic: str) -> bool:
        if topic not in self.topics:
            return False
        self.topics.discard(topic)
        self._hub.unsubscribe(self, topic)
        return True

    def _refuse(self, frame: dict[str, Any], words: str) -> None:
        answer = {"id": frame.get("id"), "cmd": "ERROR", "success": False, "time": self._shown_ms(), "data": words}
        self.send(answer)
