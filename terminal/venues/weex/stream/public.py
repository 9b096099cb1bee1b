"""The public stream: tickers, books, and the watched bars and tapes, on one socket.

It speaks in wire models and venue symbols; the adapter turns them into domain.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import Frame, LinkLost, Sender
from terminal.net.stream.newest import Newest
from terminal.net.windows import RollingWindow
from terminal.ports.clock import Clock
from terminal.venues.weex.stream.book import BookStep, LiveBook
from terminal.venues.weex.stream.frames import (
    Confirmed,
    Failure,
    Operation,
    PublicData,
    PublicGrammar,
    Topic,
)
from terminal.venues.weex.wire.market import CandleRow
from terminal.venues.weex.wire.quick import Print, TickerFigures

DEPTH: Final = 15
DEEP: Final = 200
OPERATIONS_PER_HOUR: Final = 240  # subscribes and unsubscribes, counted by the venue per connection
RESYNC_S: Final = 10.0
STRANGERS_ALLOWED: Final = 3
_TICKER, _DEPTH, _BARS, _TRADES = Topic  # looked up for every message; a class attribute takes thrice as long
_Row = TypeVar("_Row")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is followed besides tickers and books, in the venue's words. `bars` are (symbol, interval)."""

    bars: frozenset[tuple[str, str]] = frozenset()
    tapes: frozenset[str] = frozenset()
    deep: frozenset[str] = frozenset()


class PublicSink(Protocol):
    """Takes what the public stream says."""

    def ticker(self, row: TickerFigures) -> None: ...

    def book(self, symbol: str, book: LiveBook) -> None: ...

    def bars(self, symbol: str, interval: str, rows: list[CandleRow]) -> None: ...

    def trades(self, symbol: str, rows: list[Print]) -> None: ...

    def state(self, connected: bool, detail: str) -> None: ...


class PublicSession:
    """Channels, books and dispatch of one public socket, over all its connections."""

    def __init__(
        self, symbols: tuple[str, ...], wishes: Wishes, sink: PublicSink, clock: Clock, grammar: PublicGrammar
    ) -> None:
        self._symbols = symbols
        self._wishes = wishes
        self._sink = sink
        self._clock = clock
        self._grammar = grammar
        self._books = {symbol: LiveBook(self._levels(symbol)) for symbol in symbols}
        self._resyncing: dict[str, float] = {}
        self._active: set[str] = set()
        self._joined: set[str] = set()  # every channel of this connection, left ones too
        self._newest: Newest[PublicData] = Newest()
        self._moved: set[str] = set()  # symbols whose book has changed since it was handed on
        self._wake = self.hand_on  # without a pace, at once
        self._send: Sender | None = None
        self._wish = asyncio.Event()
        self._must_reopen = ""
        self._is_proven = False
        self._strangers = 0
        self._operations = RollingWindow(OPERATIONS_PER_HOUR, 3600.0)
        self._changing = asyncio.Lock()

    def pace_by(self, wake: Callable[[], None]) -> None:
        """Leave it to another when `hand_on` is called; `wake` is called as soon as something waits."""
        self._wake = wake

    def watch(self, wishes: Wishes) -> None:
        """Follow other channels from now on; `follow_wishes` sends the changes."""
        self._wishes = wishes
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

    def pong(self, frame: Frame) -> Frame | None:
        return self._grammar.pong(frame)

    def closed(self, detail: str) -> None:
        self.hand_on()  # it was true until now
        self._send = None
        self._resyncing.clear()
        self._is_proven = False
        for symbol, book in self._books.items():
            if book.synchronised:
                book.lose()
                self._sink.book(symbol, book)
        self._sink.state(connected=False, detail=detail)

    async def frame(self, frame: Frame) -> None:
        """Dispatch one frame.

        Raises:
            LinkLost: the venue refuses a channel, sends strangers, or a book does not recover.
        """
        if self._must_reopen:
            raise LinkLost(self._must_reopen)
        said = self._grammar.read(frame)
        if isinstance(said, PublicData):
            if not self._is_proven:
                self._proved()
            if (broken := self._take(said)) is not None:
                await self._resync(broken)
        elif isinstance(said, Failure):
            raise LinkLost(f"the venue reports an error on the stream: {said.text[:80]}")
        elif isinstance(said, Confirmed) and not self._is_proven:
            self._proved()
        if self._resyncing:
            self._check_resyncs()

    def _proved(self) -> None:
        self._is_proven = True
        self._sink.state(connected=True, detail="")

    def _take(self, data: PublicData) -> str | None:
        """Pass on what a channel says; gives the symbol of a book that must be asked for again."""
        channel, topic, symbol, _, elements = data
        if channel not in self._active:
            if channel not in self._joined:  # else it was left a moment ago; this was still on its way
                self._stranger(channel)
            return None
        if topic is _DEPTH:
            return self._depth(symbol, elements)
        if topic is _TICKER:
            self._newest.keep_state(channel, data)
            self._wake()
        elif topic is _TRADES:
            self._hand_on_book(symbol)  # who follows the prints knows the book they were made on
            self._sink.trades(symbol, self._readable(data, self._grammar.trade))
        elif topic is _BARS:
            opened = self._grammar.bar_open(elements[0]) if len(elements) == 1 else None
            self._newest.keep_bars(channel, data, opened)
            self._wake()
        return None

    def hand_on(self) -> None:
        """Give the sink the newest of everything that has changed since the last time."""
        tickers, bars = self._newest.take()
        for symbol in tuple(self._moved):
            self._hand_on_book(symbol)
        try:
            for data in tickers:
                self._tickers(data)
        except LinkLost as error:  # the reader gives the connection up
            self._must_reopen = str(error)
        for data in bars:
            rows = self._readable(data, self._grammar.bar)
            if len(rows) == len(data.elements):  # a gap must not pass for a bar
                self._sink.bars(data.symbol, data.interval, rows)

    def _hand_on_book(self, symbol: str) -> None:
        if symbol in self._moved:
            self._moved.discard(symbol)
            self._sink.book(symbol, self._books[symbol])

    def _tickers(self, data: PublicData) -> None:
        symbol, read = data.symbol, self._grammar.ticker
        for element in data.elements:
            try:
                row = read(symbol, element)
            except MalformedReply as error:
                self._dropped(data, error)
                continue
            if row.symbol == symbol:
                self._sink.ticker(row)
            else:
                self._stranger(row.symbol)

    def _readable(self, data: PublicData, read: Callable[[Any], _Row]) -> list[_Row]:
        """Read elements, dropping what is not as documented."""
        rows: list[_Row] = []
        for element in data.elements:
            try:
                rows.append(read(element))
            except MalformedReply as error:
                self._dropped(data, error)
        return rows

    @staticmethod
    def _dropped(data: PublicData, error: MalformedReply) -> None:
        _log.warning("an element of %s was dropped: %s", data.channel, error)

    def _depth(self, symbol: str, elements: list[Any]) -> str | None:
        book, broken = self._books[symbol], None
        for element in elements:
            try:
                push = self._grammar.depth(element)
                step = book.apply(push) if push.symbol == symbol else BookStep.IGNORED
            except MalformedReply as error:
                _log.warning("depth of %s dropped: %s", symbol, error)
                step = book.lose() if book.synchronised else BookStep.IGNORED
            if step is BookStep.IGNORED:
                continue
            self._moved.add(symbol)
            if step is BookStep.UPDATED:
                self._resyncing.pop(symbol, None)
                self._wake()
            else:
                self._hand_on_book(symbol)  # nobody should trade on a broken book for the rest of a turn
            broken = symbol if step is BookStep.GAP else None
        return broken

    async def _resync(self, symbol: str) -> None:
        """Ask for a new snapshot by leaving the channel and joining it again."""
        self._resyncing.setdefault(symbol, self._clock.monotonic_s())
        channel = self._depth_channel(symbol)
        await self._operate(Operation.UNSUBSCRIBE, channel)
        await self._operate(Operation.SUBSCRIBE, channel)

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

    def _levels(self, symbol: str) -> int:
        return DEEP if symbol in self._wishes.deep else DEPTH

    def _depth_channel(self, symbol: str) -> str:
        return self._grammar.depth_channel(symbol, self._levels(symbol))

    def _wanted(self) -> set[str]:
        wishes, grammar = self._wishes, self._grammar
        channels = {grammar.ticker_channel(symbol) for symbol in self._symbols}
        channels |= {self._depth_channel(symbol) for symbol in self._symbols}
        channels |= {grammar.bars_channel(symbol, interval) for symbol, interval in wishes.bars}
        return channels | {grammar.trades_channel(symbol) for symbol in wishes.tapes}

    async def _align(self) -> None:
        """Subscribe what is wanted and unsubscribe what is not."""
        async with self._changing:
            for symbol in self._symbols:
                if self._books[symbol].depth != self._levels(symbol):
                    self._hand_on_book(symbol)
                    self._books[symbol] = LiveBook(self._levels(symbol))
                    self._resyncing.pop(symbol, None)
            wanted = self._wanted()
            for channel in sorted(self._active - wanted):
                await self._operate(Operation.UNSUBSCRIBE, channel)
            for channel in sorted(wanted - self._active):
                await self._operate(Operation.SUBSCRIBE, channel)

    async def _operate(self, operation: Operation, channel: str) -> None:
        if self._send is None:
            return
        now_s = self._clock.monotonic_s()
        if self._operations.wait_s(1, now_s) > 0:
            raise LinkLost("the venue's limit of subscriptions an hour is reached")
        self._operations.spend(1, now_s)
        await self._send(self._grammar.operation(operation, channel))
        if operation is Operation.SUBSCRIBE:
            self._active.add(channel)
            self._joined.add(channel)
        else:
            self._active.discard(channel)
