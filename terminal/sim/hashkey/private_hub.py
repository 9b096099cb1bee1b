"""The account's stream: who listens, the heartbeat, what happened. Source: reference section 8."""

import asyncio
from collections import deque
from collections.abc import Callable

import orjson
from starlette.websockets import WebSocket

from terminal.sim.exchange.spot.records import SpotEvent
from terminal.sim.hashkey.private_rows import event_rows
from terminal.sim.hashkey.venue import Venue
from terminal.sim.serving.connection import StreamConnection

_NO_HEARTBEAT_S = 3_600.0


class PrivateConnection(StreamConnection):
    """Whoever holds a listen key. Nothing needs to be subscribed; what is asked is not heard.

    The heartbeat runs on `real_s` and is looked after by the hub's push, so
    that a test may turn the hands.

    Args:
        socket: accepted stream.
        silenced: True while nothing may be sent (a fault).
        hub: who pushes.
        key: the listen key it came with.
        channel_id: the connection's name in pings.
    """

    def __init__(
        self, socket: WebSocket, silenced: Callable[[], bool], hub: "PrivateHub", key: str, channel_id: str
    ) -> None:
        super().__init__(socket, silenced)
        self.key = key
        self._hub = hub
        self._channel_id = channel_id
        self._ended = asyncio.Event()
        self._pinged_s = self._heard_s = hub.real_s()

    def hear(self, text: str) -> None:
        try:
            frame = orjson.loads(text)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        if "pong" in frame:
            self._heard_s = self._hub.real_s()
        elif "ping" in frame:
            self._heard_s = self._hub.real_s()
            self.send({"pong": frame["ping"], "channelId": self._channel_id})

    async def beat(self) -> None:
        """Until `end`; then what is queued goes out first."""
        await self._ended.wait()
        await self.drained()

    def left(self) -> None:
        self._hub.connections.discard(self)

    def end(self) -> None:
        """Close with a goodbye."""
        self._ended.set()

    def look_at_clock(self, ping_interval_s: float, shown_ms: int) -> None:
        """Ping when it is due; end after an hour without a sign of life."""
        now_s = self._hub.real_s()
        if now_s - self._heard_s > _NO_HEARTBEAT_S:
            self.end()
        elif now_s - self._pinged_s >= ping_interval_s:
            self._pinged_s = now_s
            self.send({"ping": shown_ms, "channelId": self._channel_id})


class PrivateHub:
    """All private connections; events go to each of them from the moment it is there."""

    def __init__(self, venue: Venue) -> None:
        self.connections: set[PrivateConnection] = set()
        self._venue = venue
        self._late: deque[tuple[float, list[str]]] = deque()
        self._opened = 0

    def real_s(self) -> float:
        return self._venue.clock.real_s()

    def channel_id(self) -> str:
        self._opened += 1
        return f"{self._venue.options.seed:016x}-{self._opened:08x}"

    def push(self) -> None:
        """Send the events since the last tick; then end whose key has run out."""
        for event in self._venue.exchange.books.drain_events():
            self._tell(event)
        while self._late and self._late[0][0] <= self.real_s():
            self._send(self._late.popleft()[1])
        now_ms = self._venue.clock.shown_ms()
        for connection in tuple(self.connections):
            if not self._venue.listen_keys.is_valid(connection.key):
                connection.end()
            else:
                connection.look_at_clock(self._venue.options.ping_interval_s, now_ms)

    def _tell(self, event: SpotEvent) -> None:
        symbol, rows = event_rows(event, self._venue.account_id, self._venue.clock.shown_ms())
        frames = [orjson.dumps([row]).decode() for row in rows]
        faults = self._venue.faults
        if faults.take("lost_reports", symbol) is not None:
            return
        if faults.take("repeat_reports", symbol) is not None:
            frames += frames
        late = faults.take("late_reports", symbol)
        if late is not None:
            self._late.append((self.real_s() + late.delay_ms / 1000, frames))
        elif self._late:  # what comes after does not overtake
            self._late.append((self._late[-1][0], frames))
        else:
            self._send(frames)

    def _send(self, frames: list[str]) -> None:
        for connection in self.connections:
            for frame in frames:
                connection.send_text(frame)
