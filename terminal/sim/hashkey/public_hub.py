"""Who listens to which public topic, and the pushes of one tick."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import orjson
from starlette.websockets import WebSocket

from terminal.sim.hashkey import errors
from terminal.sim.hashkey.asks import Topic, Version, Wish, WishKind, read_wish
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.topics import Row, TopicEngine, open_topic
from terminal.sim.hashkey.venue import Venue
from terminal.sim.market.types import Print
from terminal.sim.serving.connection import StreamConnection


class PublicConnection(StreamConnection):
    """A client of one of the two public streams.

    Args:
        socket: accepted stream.
        silenced: True while nothing may be sent (a fault).
        hub: who knows the topics.
        version: which of the streams it is.
        shown_ms: exchange time for pongs.
    """

    def __init__(
        self,
        socket: WebSocket,
        silenced: Callable[[], bool],
        hub: "PublicHub",
        version: Version,
        shown_ms: Callable[[], int],
    ) -> None:
        super().__init__(socket, silenced)
        self._hub = hub
        self._version = version
        self._shown_ms = shown_ms

    def hear(self, text: str) -> None:
        wish = read_wish(text, self._version)
        if wish.kind is WishKind.PING:
            self.send({"pong": self._shown_ms()})
        elif wish.kind is WishKind.NONSENSE:
            self._answer(wish, errors.BAD_STREAM_PARAMETER)
        elif not all(self._hub.knows(topic) for topic in wish.topics):
            self._answer(wish, errors.BAD_SYMBOLS)
        else:
            self._change(wish)

    async def beat(self) -> None:
        """The client pings here, the server never does."""
        await asyncio.Event().wait()

    def left(self) -> None:
        self._hub.leave(self)

    def _change(self, wish: Wish) -> None:
        if self._version is Version.V2:
            self.send({**wish.frame, "code": "0", "msg": "Success"})
        for topic in wish.topics:
            if wish.kind is WishKind.SUBSCRIBE:
                self._hub.subscribe(self, topic)
            else:
                self._hub.unsubscribe(self, topic)

    def _answer(self, wish: Wish, code: str) -> None:
        self.send({**wish.frame, **HashKeyError(code).body()})


class PublicHub:
    """Topics, opened when the first listener comes and dropped with the last.

    `sent` counts messages, one for each listener.
    """

    def __init__(self, venue: Venue) -> None:
        self.sent = 0
        self._venue = venue
        self._topics: dict[Topic, TopicEngine] = {}
        self._listeners: dict[Topic, set[PublicConnection]] = {}
        self._tick = 0
        self._round: deque[Topic] = deque()  # whose turn it is in the load mode

    def knows(self, topic: Topic) -> bool:
        try:
            self._venue.pair(topic.symbol)
        except HashKeyError:
            return False
        return True

    def subscribe(self, connection: PublicConnection, topic: Topic) -> None:
        engine = self._topics.get(topic)
        if engine is None:
            engine = self._topics[topic] = open_topic(self._venue, topic)
        for frame in self._frames(topic, engine.first(), is_first=True):
            connection.send_text(frame)
        self._listeners.setdefault(topic, set()).add(connection)

    def unsubscribe(self, connection: PublicConnection, topic: Topic) -> None:
        listeners = self._listeners.get(topic, set())
        listeners.discard(connection)
        if not listeners:
            self._listeners.pop(topic, None)
            self._topics.pop(topic, None)

    def leave(self, connection: PublicConnection) -> None:
        for topic in list(self._topics):
            self.unsubscribe(connection, topic)

    def push(self) -> None:
        """Send what is due this tick."""
        self._tick += 1
        prints: Sequence[Print] = self._venue.exchange.prints
        self._venue.exchange.prints = []
        for topic, engine in list(self._topics.items()):
            if self._tick % engine.every == 0:
                self._send(topic, engine.poll(prints))

    def send_again(self, messages: int) -> int:
        """Send about that many more messages, topic by topic in turn; gives how many it were. For the load mode."""
        sent = idle = 0
        while sent < messages and idle < len(self._topics):
            if not self._round:
                self._round = deque(self._topics)
            topic = self._round.popleft()
            engine = self._topics.get(topic)
            told = self._send(topic, engine.again()) if engine else 0
            idle = 0 if told else idle + 1
            sent += told
        return sent

    def _send(self, topic: Topic, rows: list[Row]) -> int:
        listeners = tuple(self._listeners.get(topic, ()))
        frames = self._frames(topic, rows, is_first=False) if rows and listeners else []
        for frame in frames:
            for connection in listeners:
                connection.send_text(frame)
        told = len(frames) * len(listeners)
        self.sent += told
        return told

    def _frames(self, topic: Topic, rows: list[Row], *, is_first: bool) -> list[str]:
        """v1 puts trades together in one frame and all else alone; v2 sends one object a frame."""
        if not rows:
            return []
        if topic.version is Version.V1:
            parts = [rows] if topic.name == "trade" else [[row] for row in rows]
            written = [self._v1(topic, part, is_first=is_first) for part in parts]
        else:
            params = {"symbol": topic.symbol} | ({"klineType": topic.interval} if topic.interval else {})
            written = [{"topic": topic.name, "params": params, "data": row} for row in rows]
        return [orjson.dumps(frame).decode() for frame in written]

    def _v1(self, topic: Topic, rows: list[Row], *, is_first: bool) -> Row:
        params = {"realtimeInterval": "24h"} | ({"klineType": topic.interval} if topic.interval else {})
        return {
            "symbol": topic.symbol,
            "symbolName": topic.symbol,
            "topic": topic.name,
            "params": params,
            "data": rows,
            "f": is_first,
            "sendTime": self._venue.clock.shown_ms(),
            "shared": False,
        }
