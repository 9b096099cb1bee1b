"""The private stream: orders with their fills, and touched balances.

Nothing in its events counts up, so a lost event cannot be seen among them. Instead everything is
compared with REST after each connection, before the stream counts as live, and an order's own
cumulative size tells when one of its fills is missing.
"""

import logging
from typing import Final, Protocol

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import Frame, Sender
from terminal.net.wire.decode import parse
from terminal.venues.hashkey.wire.private import Report

SILENCE_S: Final = 75.0
"""Two and a half of the venue's own pings."""
_TOUCHED: Final = frozenset({"outboundAccountInfo", "outboundCustodyAccountInfo", "outboundFiatAccountInfo"})
_REPORT: Final = "executionReport"
_log = logging.getLogger(__name__)


class PrivateSink(Protocol):
    """Takes what the private stream says."""

    def report(self, push: Report) -> None: ...

    def touched(self, reason: str) -> None:
        """Balances changed."""
        ...

    def resync(self, reason: str) -> None:
        """Events were lost or may have been."""
        ...

    def state(self, connected: bool, detail: str) -> None: ...

    async def catch_up(self) -> None:
        """Tell of executions that happened while no connection was there. Raises `VenueError`."""
        ...


class PrivateSession:
    """Events of one private socket, over all its connections."""

    def __init__(self, sink: PrivateSink) -> None:
        self._sink = sink
        self._connections = 0
        self._is_live = False

    async def opened(self, send: Sender) -> None:  # noqa: ARG002 - this socket is not spoken to: events come by themselves
        """Compare with REST; events that come meanwhile wait in the socket.

        Raises:
            VenueError: it could not be compared, so this connection must not count as live.
        """
        await self._sink.catch_up()
        self._connections += 1
        self._is_live = True
        self._sink.state(connected=True, detail="")
        if self._connections > 1:
            self._sink.resync("the private stream was away for a while")

    def proven(self) -> bool:
        return self._is_live

    def pong(self, frame: Frame) -> Frame | None:
        """Answer the venue's ping with the time it named."""
        return {"pong": frame["ping"]} if "ping" in frame else None

    def closed(self, detail: str) -> None:
        self._is_live = False
        self._sink.state(connected=False, detail=detail)

    def unreadable(self) -> None:
        """Take note of a frame that was no JSON object: what it said may have been a fill."""
        self._sink.resync("a message of the private stream could not be read")

    async def frame(self, frame: Frame) -> None:
        """Dispatch one event. Kinds we do not know are of other products; `ticketInfo` repeats what reports say."""
        kind = str(frame.get("e", ""))
        if kind in _TOUCHED:
            self._sink.touched(kind)
        elif kind == _REPORT:
            try:
                push = parse(Report, frame)
            except MalformedReply as error:
                _log.warning("an order's report was not readable: %s", error)
                self._sink.resync("an order's report could not be read")
            else:
                self._sink.report(push)
