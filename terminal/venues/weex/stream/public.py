"""The public stream: tickers, books of 15 levels and the watched bars, on one socket.

It speaks in wire models and venue symbols; the adapter turns them into domain.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final, Protocol

from terminal.domain.errors import MalformedReply
from terminal.net.limiter import RollingWindow
from terminal.ports.clock import Clock
from terminal.venues.weex.stream.book import BookStep, LiveBook
from terminal.venues.weex.stream.link import LinkLost, Sender
from terminal.venues.weex.wire.decode import parse
from terminal.venues.weex.wire.market import DepthPush, TickerPush

DEPTH: Final = 15
OPERATIONS_PER_HOUR: Final = 240  # subscribes and unsubscribes, counted by the venue per connection
RESYNC_S: Final = 10.0
STRANGERS_ALLOWED: Final = 3
_log = logging.getLogger(__name__)


class PublicSink(Protocol):
    """Takes what the public stream says."""

    def ticker(self, push: TickerPush) -> None: ...

    def book(self, symbol: str, book: LiveBook) -> None: ...

    def bars(self, symbol: str, interval: str, rows: list[Any]) -> None:
        """Take bar elements as they came; they may be objects or lists."""
        ...

    def state(self, connected: bool, detail: str) -> None: ...


def ticker_channel(symbol: str) -> str:
    return f"ticker.{symbol}"


def depth_channel(symbol: str) -> str:
    return f"depth.{symbol}.{DEPTH}"


def kline_channel(symbol: str, interval: str) -> str:
    return f"kline.LAST_PRICE.{symbol}.{interval}"


class PublicSession:
    """Channels, books and dispatch of one public socket, over all its connections."""

    def __init__(
        self, symbols: tuple[str, ...], bars: frozenset[tuple[str, str]], sink: PublicSink, clock: Clock
    ) -> None:
        """`bars` are (symbol, interval) pairs in the venue's words."""
        self._symbols = symbols
        self._bars = bars
        self._sink = sink
        self._clock = clock
        self._books = {symbol: LiveBook(DEPTH) for symbol in symbols}
        self._resyncing: dict[str, float] = {}
        self._active: set[str] = set()
        self._joined: set[str] = set()  # every channel of this connection, left ones too
        self._send: Sender | None = None
        self._wish = asyncio.Event()
        self._must_reopen = ""
        self._is_proven = False
        self._strangers = 0
        self._operations = RollingWindow(OPERATIONS_PER_HOUR, 3600.0)
        self._changing = asyncio.Lock()

    def watch(self, bars: frozenset[tuple[str, str]]) -> None:
        """Follow other bars from now on; `follow_wishes` sends the changes."""
        self._bars = bars
        self._wish.set()

    async def follow_wishes(self) -> None:
        """Carry out `watch` while the stream runs; cancelled with it."""
        while True:
            await self._wish.wait()
            self._wish.clear()
            try:
                await self._align()
            except LinkLost as error:  # the reader gives the connection up; the next one has all channels
                self._must_reopen = str(error)

    async def opened(self, send: Sender) -> None:
        self._send = send
        self._active = set()
        self._joined = set()
        self._must_reopen = ""
        self._operations = RollingWindow(OPERATIONS_PER_HOUR, 3600.0)
        self._strangers = 0
        await self._align()

    def proven(self) -> bool:
        return self._is_proven

    def closed(self, detail: str) -> None:
        self._send = None
        self._resyncing.clear()
        self._is_proven = False
        for symbol, book in self._books.items():
            if book.synchronised:
                book.lose()
                self._sink.book(symbol, book)
        self._sink.state(connected=False, detail=detail)

    async def frame(self, frame: Mapping[str, Any]) -> None:
        """Dispatch one frame.

        Raises:
            LinkLost: the venue refuses a channel, sends strangers, or a book does not recover.
        """
        if self._must_reopen:
            raise LinkLost(self._must_reopen)
        event = frame.get("event")
        if event == "error":
            raise LinkLost(f"the venue reports an error on the stream: {str(frame.get('msg', ''))[:80]}")
        if event in {"subscribed", "payload"} and not self._is_proven:
            self._is_proven = True
            self._sink.state(connected=True, detail="")
        if event == "payload":
            await self._payload(str(frame.get("channel", "")), frame.get("data"))
        self._check_resyncs()

    async def _payload(self, channel: str, data: Any) -> None:
        name, _, rest = channel.partition(".")
        elements = data if isinstance(data, list) else [data]
        if channel not in self._joined:
            self._stranger(channel)
        elif channel not in self._active:
            return  # left a moment ago; this was still on its way
        elif name == "depth":
            await self._depth(rest.partition(".")[0], elements)
        elif name == "ticker":
            self._tickers(rest, elements)
        elif name == "kline":
            _, symbol, interval = rest.split(".")
            self._sink.bars(symbol, interval, elements)

    def _tickers(self, symbol: str, elements: list[Any]) -> None:
        for element in elements:
            try:
                push = parse(TickerPush, element)
            except MalformedReply as error:
                _log.warning("ticker of %s dropped: %s", symbol, error)
                continue
            if push.symbol == symbol:
                self._sink.ticker(push)
            else:
                self._stranger(push.symbol)

    async def _depth(self, symbol: str, elements: list[Any]) -> None:
        book = self._books[symbol]
        for element in elements:
            try:
                push = parse(DepthPush, element)
                step = book.apply(push) if push.symbol == symbol else BookStep.IGNORED
            except MalformedReply as error:
                _log.warning("depth of %s dropped: %s", symbol, error)
                step = book.lose() if book.synchronised else BookStep.IGNORED
            if step is BookStep.IGNORED:
                continue
            if step is BookStep.UPDATED:
                self._resyncing.pop(symbol, None)
            self._sink.book(symbol, book)
            if step is BookStep.GAP:
                await self._resync(symbol)

    async def _resync(self, symbol: str) -> None:
        """Ask for a new snapshot by leaving the channel and joining it again."""
        self._resyncing.setdefault(symbol, self._clock.monotonic_s())
        channel = depth_channel(symbol)
        await self._operate("unsubscribe", channel)
        await self._operate("subscribe", channel)

    def _check_resyncs(self) -> None:
        now_s = self._clock.monotonic_s()
        for symbol, since_s in self._resyncing.items():
            if now_s - since_s > RESYNC_S:
                raise LinkLost(f"the book of {symbol} did not recover")

    def _stranger(self, name: str) -> None:
        self._strangers += 1
        _log.warning("the stream sent %s, which was not asked for", name[:48])
        if self._strangers >= STRANGERS_ALLOWED:
            raise LinkLost("the venue keeps sending markets that were not asked for")

    async def _align(self) -> None:
        """Subscribe what is wanted and unsubscribe what is not."""
        async with self._changing:
            wanted = {make(symbol) for symbol in self._symbols for make in (ticker_channel, depth_channel)}
            wanted |= {kline_channel(symbol, interval) for symbol, interval in self._bars}
            for channel in sorted(self._active - wanted):
                await self._operate("unsubscribe", channel)
            for channel in sorted(wanted - self._active):
                await self._operate("subscribe", channel)

    async def _operate(self, event: str, channel: str) -> None:
        if self._send is None:
            return
        now_s = self._clock.monotonic_s()
        if self._operations.wait_s(1, now_s) > 0:
            raise LinkLost("the venue's limit of subscriptions an hour is reached")
        self._operations.spend(1, now_s)
        await self._send({"event": event, "channel": channel})
        if event == "subscribe":
            self._active.add(channel)
            self._joined.add(channel)
        else:
            self._active.discard(channel)
