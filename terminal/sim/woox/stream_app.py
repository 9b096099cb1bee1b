"""The two streams: handshakes, who listens to what, and the pushes of one tick.

Source: reference section 6. The private stream opens with the listen key in
the address, and ends with it.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from terminal.sim.exchange.terms import EventKind
from terminal.sim.market.types import Print
from terminal.sim.woox.channels import Channel, open_channel
from terminal.sim.woox.connection import Connection, Hub
from terminal.sim.woox.errors import WooError, key_invalid, maintenance, too_many
from terminal.sim.woox.reports import Reports, touched_pairs
from terminal.sim.woox.topics import PRIVATE_TOPICS, TopicKind, parse_topic
from terminal.sim.woox.venue import Venue

PUBLIC_PATH: Final = "/v3/public"
PRIVATE_PATH: Final = "/v3/private"
_CONCURRENT: Final = 100
_CLOSED: Final = 2


class PublicHub:
    """Market topics; each engine is made with the first listener and dropped with the last."""

    def __init__(self, venue: Venue) -> None:
        self.sent = 0  # messages, one for each listener
        self._venue = venue
        self._channels: dict[str, Channel] = {}
        self._listeners: dict[str, dict[Connection, None]] = {}  # in the order they came, so that a run can be repeated
        self._round: deque[str] = deque()  # whose turn it is in the load mode
        self._tick = 0

    def accepts(self, topic: str) -> bool:
        return parse_topic(topic) is not None

    def subscribe(self, connection: Connection, topic: str) -> None:
        parsed = parse_topic(topic)
        if parsed is None:
            raise ValueError(f"there is no topic {topic}; ask `accepts` first")
        if topic not in self._channels:
            self._channels[topic] = open_channel(self._venue, parsed)
        self._listeners.setdefault(topic, {})[connection] = None

    def unsubscribe(self, connection: Connection, topic: str) -> None:
        listeners = self._listeners.get(topic, {})
        listeners.pop(connection, None)
        if not listeners:
            self._listeners.pop(topic, None)
            channel = self._channels.pop(topic, None)
            if channel is not None:
                channel.close()

    def leave(self, connection: Connection) -> None:
        for topic in connection.topics:
            self.unsubscribe(connection, topic)

    def push(self) -> None:
        """Send what is due this tick."""
        self._tick += 1
        prints, self._venue.exchange.prints = self._venue.exchange.prints, []
        for name, channel in list(self._channels.items()):
            if self._tick % channel.every == 0:
                self._poll(name, channel, prints)

    def send_again(self, messages: int) -> int:
        """Send about that many more messages, topic by topic in turn; gives how many it were."""
        sent = idle = 0
        while sent < messages and idle < len(self._channels):
            if not self._round:
                self._round = deque(self._channels)
            name = self._round.popleft()
            channel = self._channels.get(name)
            data = channel.again() if channel else None
            told = self._send(name, data) if data else 0
            idle = 0 if told else idle + 1
            sent += told
        return sent

    def _poll(self, name: str, channel: Channel, prints: Sequence[Print]) -> None:
        is_book = channel.topic.kind in {TopicKind.BOOK, TopicKind.BOOK_RPI}
        for data in channel.poll(prints):
            if is_book and self._venue.faults.take("depth_gap", name) is not None:
                continue
            self._send(name, data)

    def _send(self, name: str, data: dict[str, Any]) -> int:
        listeners = tuple(self._listeners.get(name, ()))
        written = frame_text(name, self._venue.clock.shown_ms(), data)
        for connection in listeners:
            connection.send_text(written)
        self.sent += len(listeners)
        return len(listeners)


class PrivateHub:
    """The account's topics: only what happens from the subscription on."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._reports = Reports(venue)
        self._listeners: dict[str, dict[Connection, None]] = {topic: {} for topic in PRIVATE_TOPICS}

    def accepts(self, topic: str) -> bool:
        return topic in PRIVATE_TOPICS

    def subscribe(self, connection: Connection, topic: str) -> None:
        self.push()  # what happened before is told to those who listened then
        self._listeners[topic][connection] = None

    def unsubscribe(self, connection: Connection, topic: str) -> None:
        self._listeners[topic].pop(connection, None)

    def leave(self, connection: Connection) -> None:
        for listeners in self._listeners.values():
            listeners.pop(connection, None)

    def push(self) -> None:
        """Send what happened to the account since the last tick."""
        faults = self._venue.faults
        events = self._venue.exchange.books.drain_events()
        coins = self._venue.spot.books.drain_events()
        reports = list(self._reports.executions(events, coins))
        if len(reports) > 1 and faults.take("reports_shuffled") is not None:
            reports.reverse()
        for report in reports:
            self._tell("executionreport", report)
            if faults.take("report_twice") is not None:
                self._tell("executionreport", report)
        for plan in self._reports.plans():
            self._tell("algoexecutionreport", plan)
        if coins or any(event.kind is EventKind.ACCOUNT for event in events):
            self._tell("balance", self._reports.balances())
            self._tell("account", self._reports.account())
        pairs = touched_pairs(events)
        if pairs:
            self._tell("position", self._reports.positions(pairs))

    def _tell(self, topic: str, data: dict[str, Any]) -> None:
        listeners = tuple(self._listeners[topic])
        if listeners:
            written = frame_text(topic, self._venue.clock.shown_ms(), data)
            for connection in listeners:
                connection.send_text(written)


class StreamApp:
    """Admits stream clients and keeps track of them."""

    def __init__(self, venue: Venue) -> None:
        self.public = PublicHub(venue)
        self.private = PrivateHub(venue)
        self.connections: dict[Connection, None] = {}
        self._venue = venue

    @property
    def sent(self) -> int:
        return self.public.sent

    @property
    def waiting(self) -> int:
        return sum(connection.waiting for connection in self.connections)

    def send_again(self, messages: int) -> int:
        return self.public.send_again(messages)

    def routes(self) -> list[WebSocketRoute]:
        return [WebSocketRoute(PUBLIC_PATH, self._open_public), WebSocketRoute(PRIVATE_PATH, self._open_private)]

    def push(self) -> None:
        """Send what happened since the last tick, and end the streams whose key is dead."""
        for connection in self._private_connections():
            if not self._venue.keys.is_alive(connection.key):
                connection.cut()
        self.public.push()
        self.private.push()

    def cut_all(self) -> None:
        for connection in list(self.connections):
            connection.cut()

    def _private_connections(self) -> Iterable[Connection]:
        return [connection for connection in self.connections if connection.key]

    async def _open_public(self, socket: WebSocket) -> None:
        await self._serve(socket, self.public, "")

    async def _open_private(self, socket: WebSocket) -> None:
        key = socket.query_params.get("key", "")
        if not self._venue.keys.is_alive(key):
            await socket.send_denial_response(_refused(key_invalid()))
            return
        await self._serve(socket, self.private, key)

    async def _serve(self, socket: WebSocket, hub: Hub, key: str) -> None:
        refusal = self._refusal(socket)
        if refusal is not None:
            await socket.send_denial_response(refusal)
            return
        await socket.accept()
        clock, faults = self._venue.clock, self._venue.faults
        connection = Connection(
            socket,
            hub,
            clock.shown_ms,
            clock.real_s,
            self._venue.settings.idle_s,
            lambda: faults.is_active("stream_silence"),
            key,
        )
        self.connections[connection] = None
        try:
            await connection.serve()
        finally:
            self.connections.pop(connection, None)

    def _refusal(self, socket: WebSocket) -> Response | None:
        if self._venue.faults.take("refuse_sockets", socket.url.path) is not None:
            return Response(b"Error code 521", 521, media_type="text/html")
        if self._venue.maintenance == _CLOSED:
            return _refused(maintenance())
        if len(self.connections) >= _CONCURRENT or not self._venue.limits.take_handshake():
            return _refused(too_many())
        return None


def frame_text(topic: str, now_ms: int, data: dict[str, Any]) -> str:
    return orjson.dumps({"topic": topic, "ts": now_ms, "data": data}).decode()


def _refused(error: WooError) -> Response:
    return Response(orjson.dumps(error.body), error.http_status, media_type="application/json")
