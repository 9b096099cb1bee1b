"""The private stream: account, positions, orders and fills, watched for lost events.

`version` counts up account-wide over all channels, so a jump means that something was
lost, and the listener must ask REST. Fills are never dropped for their version, only for
an id seen before.
"""

import logging
from collections import OrderedDict
from typing import Any, Final, Protocol

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import Frame, LinkLost, Sender
from terminal.net.wire.decode import parse
from terminal.venues.weex.stream.frames import (
    Confirmed,
    Failure,
    Operation,
    PrivateData,
    PrivateGrammar,
)
from terminal.venues.weex.wire.private import FillPush, OrderPush

CHANNELS: Final = ("account", "positions", "orders", "fill")
REMEMBERED_FILLS: Final = 5000
_log = logging.getLogger(__name__)


class PrivateSink(Protocol):
    """Takes what the private stream says."""

    def order(self, push: OrderPush) -> None: ...

    def fill(self, push: FillPush) -> None: ...

    def touched(self, reason: str) -> None:
        """Balance or positions changed."""
        ...

    def resync(self, reason: str) -> None:
        """Events were lost or may have been."""
        ...

    def state(self, connected: bool, detail: str) -> None: ...


class PrivateSession:
    """Subscriptions, versions and fills of one private socket, over all its connections."""

    def __init__(self, sink: PrivateSink, grammar: PrivateGrammar) -> None:
        self._sink = sink
        self._grammar = grammar
        self._waiting: set[str] = set(CHANNELS)
        self._version: int | None = None
        self._seen_at_version: set[str] = set()
        self._fills: OrderedDict[str, FillPush] = OrderedDict()
        self._connections = 0

    async def opened(self, send: Sender) -> None:
        self._waiting = set(CHANNELS)
        self._version = None
        self._seen_at_version.clear()
        for channel in CHANNELS:
            await send(self._grammar.operation(Operation.SUBSCRIBE, channel))

    def pong(self, frame: Frame) -> Frame | None:
        return self._grammar.pong(frame)

    def proven(self) -> bool:
        return not self._waiting

    def closed(self, detail: str) -> None:
        self._waiting = set(CHANNELS)
        self._sink.state(connected=False, detail=detail)

    async def frame(self, frame: Frame) -> None:
        """Dispatch one frame.

        Raises:
            LinkLost: the venue refuses a channel.
        """
        match self._grammar.read(frame):
            case Failure(text):
                raise LinkLost(f"the venue reports an error on the stream: {text[:80]}")
            case Confirmed(channel):
                self._subscribed(channel)
            case PrivateData(channel=channel) as data if channel in CHANNELS:
                self._payload(data)

    def _subscribed(self, channel: str) -> None:
        if channel not in self._waiting:
            return
        self._waiting.discard(channel)
        if self._waiting:
            return
        self._connections += 1
        self._sink.state(connected=True, detail="")
        if self._connections > 1:
            self._sink.resync("the private stream was away for a while")

    def _payload(self, data: PrivateData) -> None:
        channel = data.channel
        try:
            message = self._grammar.message(data)
            is_new = self._is_new(channel, message.version)
            if channel == "fill":
                self._take_fills(message.elements)
            elif channel == "orders":
                self._take_orders(message.elements, is_new=is_new)
            elif is_new:
                self._sink.touched(f"{channel}: {message.event[:40]}")
        except MalformedReply as error:
            # Never silent: what we could not read may have been a fill.
            _log.warning("private frame on %s not readable: %s", channel, error)
            self._sink.resync(f"a message on {channel} could not be read")

    def _is_new(self, channel: str, version: int) -> bool:
        """Follow the version; a jump or a step back asks for a resync.

        One version may come on several channels, once on each.
        """
        last = self._version
        if last is None or version > last:
            self._version = version
            self._seen_at_version = {channel}
            if last is not None and version > last + 1:
                self._sink.resync(f"events {last + 1} to {version - 1} were not received")
            return True
        if version == last:
            is_first = channel not in self._seen_at_version
            self._seen_at_version.add(channel)
            return is_first
        self._sink.resync(f"event {version} came after {last}")
        return False

    def _take_orders(self, elements: list[Any], *, is_new: bool) -> None:
        pushes = [parse(OrderPush, element) for element in elements]
        for push in pushes if is_new else []:
            self._sink.order(push)

    def _take_fills(self, elements: list[Any]) -> None:
        for element in elements:
            push = parse(FillPush, element)
            known = self._fills.get(push.trade_id)
            if known is None:
                self._remember(push)
                self._sink.fill(push)
            elif known != push:
                _log.error("fill %s came again with other figures; the first is kept", push.trade_id)
                self._sink.resync(f"fill {push.trade_id} came twice with different figures")

    def _remember(self, push: FillPush) -> None:
        self._fills[push.trade_id] = push
        if len(self._fills) > REMEMBERED_FILLS:
            self._fills.popitem(last=False)
