"""One connection of the private stream: its topics, and what its pushes are.

Only executions are read. The shapes of the other pushes are not documented, so they mean no more
than that something changed and should be asked for.
"""

import logging
from typing import Final, Protocol

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import LinkLost, Sender
from terminal.net.wire.decode import parse
from terminal.ports.clock import Clock
from terminal.venues.woox.stream.frames import Answer, Data, Failure, Frame, Grammar, pong_of
from terminal.venues.woox.wire.orders import ExecutionPush

EXECUTIONS: Final = "executionreport"
TOPICS: Final = (EXECUTIONS, "balance", "position", "account", "algoexecutionreport")
_log = logging.getLogger(__name__)


class PrivateSink(Protocol):
    """Takes what the private stream says."""

    def execution(self, push: ExecutionPush) -> None:
        """Take a change of an order. Raises `MalformedReply`."""
        ...

    def touched(self, reason: str) -> None: ...

    def resync(self, reason: str) -> None: ...


class PrivateSession:
    """Lives as long as one connection."""

    def __init__(self, sink: PrivateSink, clock: Clock) -> None:
        self._sink = sink
        self._clock = clock
        self._grammar = Grammar()
        self._is_proven = False

    async def opened(self, send: Sender) -> None:
        await send(self._grammar.subscribe(list(TOPICS))[1])

    def pong(self, frame: Frame) -> Frame | None:
        return pong_of(frame, self._clock.now_ms())

    def proven(self) -> bool:
        return self._is_proven

    def closed(self, detail: str) -> None:
        """Nothing: whoever keeps the stream tells of its end."""

    async def frame(self, frame: Frame) -> None:
        """Dispatch one frame.

        Raises:
            LinkLost: the venue refuses the topic of executions.
        """
        match self._grammar.read(frame):
            case Answer(accepted=accepted):
                if EXECUTIONS not in accepted:
                    raise LinkLost("the venue does not tell of executions")
                self._is_proven = True
            case Failure(text=text):
                raise LinkLost(f"the venue reports an error on the stream: {text[:80]}")
            case Data(kind=kind) as data:
                self._take(kind, data)

    def _take(self, kind: str, data: Data) -> None:
        if kind != EXECUTIONS:
            self._sink.touched(kind[:40])
            return
        try:
            self._sink.execution(parse(ExecutionPush, data.data))
        except MalformedReply as error:
            # Never silent: what could not be read may have been a fill.
            _log.warning("an execution report was not readable: %s", error)
            self._sink.resync("a message on executions could not be read")
