"""The v1 public stream: the watched bars, on a socket of their own that is open only while some are."""

import asyncio
import logging
from itertools import count
from typing import Protocol

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import Frame, LinkLost, Sender, StreamLink
from terminal.net.wire.decode import parse
from terminal.venues.hashkey.stream.frames import bars_in, bars_operation, refusal
from terminal.venues.hashkey.wire.market import KlineRow

Bars = frozenset[tuple[str, str]]
"""(symbol, interval) as HashKey spells them."""
_log = logging.getLogger(__name__)


class BarSink(Protocol):
    """Takes what the stream says."""

    def bars(self, symbol: str, interval: str, rows: list[KlineRow]) -> None: ...

    def bars_lost(self) -> None:
        """What was told of forming bars is old: the connection was away."""
        ...


class BarSession:
    """Subscriptions and dispatch of the v1 socket, over all its connections."""

    def __init__(self, wanted: Bars, sink: BarSink) -> None:
        self._wanted = wanted
        self._sink = sink
        self._joined: set[tuple[str, str]] = set()
        self._numbers = count(1)
        self._send: Sender | None = None
        self._wish = asyncio.Event()
        self._is_proven = False
        if wanted:
            self._wish.set()

    def watch(self, wanted: Bars) -> None:
        """Follow other bars from now on."""
        self._wanted = wanted
        self._wish.set()

    async def run(self, link: StreamLink) -> None:
        """Wait for the first wish, then keep the stream up until cancelled."""
        while not self._wanted:
            self._wish.clear()
            await self._wish.wait()
        following = asyncio.create_task(self._follow())
        try:
            await link.run(self)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def opened(self, send: Sender) -> None:
        self._send = send
        self._joined.clear()
        self._is_proven = False
        await self._align()

    def proven(self) -> bool:
        """No yes is documented here: the first bars are the proof."""
        return self._is_proven or not self._wanted

    def pong(self, frame: Frame) -> Frame | None:
        return {"pong": frame["ping"]} if "ping" in frame else None

    def closed(self, detail: str) -> None:
        _log.info("the stream of bars ended: %s", detail)
        self._send = None
        self._sink.bars_lost()

    async def frame(self, frame: Frame) -> None:
        """Dispatch one frame.

        Raises:
            LinkLost: the venue refuses a subscription.
        """
        said = bars_in(frame)
        if said is None:
            if (words := refusal(frame)) is not None:
                raise LinkLost(f"the venue refused a subscription: {words[:80]}")
            return
        self._is_proven = True
        symbol, interval, elements = said
        if (symbol, interval) not in self._joined:
            return  # left a moment ago
        try:
            rows = [parse(KlineRow, element) for element in elements]
        except MalformedReply as error:
            _log.warning("bars of %s dropped: %s", symbol, error)  # a gap must not pass for a bar
            return
        self._sink.bars(symbol, interval, rows)

    async def _follow(self) -> None:
        while True:
            await self._wish.wait()
            self._wish.clear()
            try:
                await self._align()
            except LinkLost as error:
                _log.info("a subscription was not sent: %s", error)

    async def _align(self) -> None:
        if self._send is None:
            return
        for symbol, interval in sorted(self._joined - self._wanted):
            self._joined.discard((symbol, interval))
            await self._send(bars_operation(symbol, interval, next(self._numbers), join=False))
        for symbol, interval in sorted(self._wanted - self._joined):
            self._joined.add((symbol, interval))
            await self._send(bars_operation(symbol, interval, next(self._numbers), join=True))
