"""Who listens to which channel, and the pushes of one tick.

Both hubs read the exchange right after the same `advance` that REST reads.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from terminal.sim.exchange.terms import EventKind
from terminal.sim.market.types import Print
from terminal.sim.weex.channels import Channel, DepthChannel, open_channel
from terminal.sim.weex.connection import Connection
from terminal.sim.weex.private_shapes import push_frame
from terminal.sim.weex.venue import Venue

_PRIVATE = frozenset(kind.value for kind in EventKind)


class PublicHub:
    """Market channels, made when the first listener comes and dropped with the last."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._channels: dict[str, Channel] = {}
        self._listeners: dict[str, set[Connection]] = {}
        self._tick = 0

    def subscribe(self, connection: Connection, channel: str) -> bool:
        known = self._channels.get(channel) or open_channel(self._venue, channel)
        if known is None:
            return False
        if channel in self._channels:
            # Those already listening come up to date first, so that the snapshot is of now.
            self._poll(known, ())
        self._channels[channel] = known
        connection.channels.add(channel)
        connection.send({"event": "subscribed", "channel": channel})
        first = known.snapshot()
        if first is not None:
            connection.send(first)
        self._listeners.setdefault(channel, set()).add(connection)
        return True

    def unsubscribe(self, connection: Connection, channel: str) -> None:
        listeners = self._listeners.get(channel, set())
        listeners.discard(connection)
        if not listeners:
            self._listeners.pop(channel, None)
            self._channels.pop(channel, None)

    def leave(self, connection: Connection) -> None:
        for channel in connection.channels:
            self.unsubscribe(connection, channel)

    def push(self) -> None:
        """Send what is due this tick. Call about ten times per real second."""
        self._tick += 1
        prints, self._venue.exchange.prints = self._venue.exchange.prints, []
        for channel in list(self._channels.values()):
            if self._tick % channel.every == 0:
                self._poll(channel, prints)

    def _poll(self, channel: Channel, prints: Sequence[Print]) -> None:
        frame = channel.poll(prints)
        if frame is None:
            return
        if isinstance(channel, DepthChannel) and self._venue.faults.take("depth_gap", channel.name) is not None:
            return
        written = orjson.dumps(frame).decode()
        for connection in tuple(self._listeners.get(channel.name, ())):
            connection.send_text(written)


class PrivateHub:
    """The account's channels; no snapshot at subscription, only what happens from then on."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._listeners: dict[str, set[Connection]] = {name: set() for name in _PRIVATE}

    def subscribe(self, connection: Connection, channel: str) -> bool:
        if channel not in _PRIVATE:
            return False
        self.push()  # what happened before is told to those who listened then
        connection.channels.add(channel)
        self._listeners[channel].add(connection)
        connection.send({"event": "subscribed", "channel": channel})
        return True

    def unsubscribe(self, connection: Connection, channel: str) -> None:
        self._listeners.get(channel, set()).discard(connection)

    def leave(self, connection: Connection) -> None:
        for listeners in self._listeners.values():
            listeners.discard(connection)

    def push(self) -> None:
        """Send the events since the last tick, in the order of their versions."""
        for event in self._venue.exchange.books.drain_events():
            listeners = self._listeners[event.kind.value]
            if not listeners:
                continue
            frame: dict[str, Any] = push_frame(event)
            written = orjson.dumps(frame).decode()
            for connection in tuple(listeners):
                connection.send_text(written)
