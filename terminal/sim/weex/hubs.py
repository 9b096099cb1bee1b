"""Who listens to which channel, and the pushes of one tick.

Both hubs serve both dialects and read the exchange right after the same
`advance` that REST reads.
"""

from collections import deque
from collections.abc import Sequence

import orjson

from terminal.sim.exchange.terms import EventKind
from terminal.sim.market.types import Print
from terminal.sim.weex.channel_ask import ChannelKind
from terminal.sim.weex.channels import Channel, open_channel
from terminal.sim.weex.connection import Connection
from terminal.sim.weex.dialect import Frame, StreamDialect
from terminal.sim.weex.venue import Venue

_PRIVATE = frozenset(kind.value for kind in EventKind)
_Key = tuple[StreamDialect, str]


class PublicHub:
    """Market channels, made when the first listener comes and dropped with the last.

    `sent` counts messages, one for each listener.
    """

    is_private = False

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._channels: dict[_Key, Channel] = {}
        self._listeners: dict[_Key, set[Connection]] = {}
        self._tick = 0
        self.sent = 0
        self._round: deque[_Key] = deque()  # whose turn it is in the load mode

    def knows(self, connection: Connection, channel: str) -> bool:
        return connection.talk.parse_channel(channel) is not None

    def subscribe(self, connection: Connection, channel: str) -> None:
        ask = connection.talk.parse_channel(channel)
        if ask is None:
            raise ValueError(f"channel {channel} does not exist; ask `knows` first")
        key = (connection.talk, channel)
        known = self._channels.get(key)
        if known is None:
            known = self._channels[key] = open_channel(self._venue, ask, connection.talk)
        else:
            # Those already listening come up to date first, so that the snapshot is of now.
            self._poll(key, known, ())
        connection.channels.add(channel)
        first = known.snapshot()
        if first is not None:
            connection.send(first)
        self._listeners.setdefault(key, set()).add(connection)

    def unsubscribe(self, connection: Connection, channel: str) -> None:
        key = (connection.talk, channel)
        listeners = self._listeners.get(key, set())
        listeners.discard(connection)
        if not listeners:
            self._listeners.pop(key, None)
            self._channels.pop(key, None)

    def leave(self, connection: Connection) -> None:
        for channel in connection.channels:
            self.unsubscribe(connection, channel)

    def push(self) -> None:
        """Send what is due this tick. Call about ten times per real second."""
        self._tick += 1
        prints, self._venue.exchange.prints = self._venue.exchange.prints, []
        for key, channel in list(self._channels.items()):
            if self._tick % channel.every == 0:
                self._poll(key, channel, prints)

    def _poll(self, key: _Key, channel: Channel, prints: Sequence[Print]) -> None:
        frame = channel.poll(prints)
        if frame is None:
            return
        is_depth = channel.ask.kind is ChannelKind.DEPTH
        if is_depth and self._venue.faults.take("depth_gap", channel.ask.name) is not None:
            return
        self._send(key, frame)

    def send_again(self, messages: int) -> int:
        """Send about that many more messages, channel by channel in turn; gives how many it were.

        For the load mode: they follow the channels' rules and move nothing.
        """
        sent = 0
        idle = 0
        while sent < messages and idle < len(self._channels):
            if not self._round:
                self._round = deque(self._channels)
            key = self._round.popleft()
            channel = self._channels.get(key)
            frame = channel.again() if channel else None
            told = self._send(key, frame) if frame else 0
            idle = 0 if told else idle + 1
            sent += told
        return sent

    def _send(self, key: _Key, frame: Frame) -> int:
        listeners = tuple(self._listeners.get(key, ()))
        written = orjson.dumps(frame).decode()
        for connection in listeners:
            connection.send_text(written)
        self.sent += len(listeners)
        return len(listeners)


class PrivateHub:
    """The account's channels; no snapshot at subscription, only what happens from then on."""

    is_private = True

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._listeners: dict[str, set[Connection]] = {name: set() for name in _PRIVATE}

    def knows(self, _connection: Connection, channel: str) -> bool:
        return channel in _PRIVATE

    def subscribe(self, connection: Connection, channel: str) -> None:
        self.push()  # what happened before is told to those who listened then
        connection.channels.add(channel)
        self._listeners[channel].add(connection)

    def unsubscribe(self, connection: Connection, channel: str) -> None:
        self._listeners.get(channel, set()).discard(connection)

    def leave(self, connection: Connection) -> None:
        for listeners in self._listeners.values():
            listeners.discard(connection)

    def push(self) -> None:
        """Send the events since the last tick, in the order of their versions."""
        for event in self._venue.exchange.books.drain_events():
            written: dict[StreamDialect, str] = {}
            for connection in tuple(self._listeners[event.kind.value]):
                talk = connection.talk
                if talk not in written:
                    written[talk] = orjson.dumps(talk.account_event(event)).decode()
                connection.send_text(written[talk])
