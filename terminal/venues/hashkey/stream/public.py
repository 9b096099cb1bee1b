"""The v2 public stream: tickers, best prices and books, and the watched tapes, on one socket."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import Frame, LinkLost, Sender
from terminal.net.stream.newest import Newest
from terminal.net.wire.decode import parse
from terminal.ports.clock import Clock
from terminal.venues.hashkey.stream.book import LiveBook
from terminal.venues.hashkey.stream.frames import TOPICS, Topic, is_acknowledgement, operation, refusal, symbol_in
from terminal.venues.hashkey.wire.market import DayRow, TradePush

DEPTH: Final = 15
DEEP: Final = 200
WATCH_S: Final = 0.25
"""How often it is looked at whether a book was left behind."""
RESYNC_S: Final = 10.0
_ALWAYS: Final = (Topic.TICKER, Topic.DEPTH, Topic.BEST)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is followed besides tickers and books, by symbol."""

    tapes: frozenset[str] = frozenset()
    deep: frozenset[str] = frozenset()


class PublicSink(Protocol):
    """Takes what the stream says."""

    def ticker(self, row: DayRow) -> None: ...

    def book(self, symbol: str, book: LiveBook) -> None: ...

    def trades(self, symbol: str, rows: list[TradePush]) -> None: ...

    def state(self, connected: bool, detail: str) -> None: ...


class PublicSession:
    """Subscriptions, books and dispatch of the v2 socket, over all its connections."""

    def __init__(self, symbols: tuple[str, ...], wishes: Wishes, sink: PublicSink, clock: Clock) -> None:
        self._symbols = symbols
        self._wishes = wishes
        self._sink = sink
        self._clock = clock
        self._books = {symbol: LiveBook(self._levels(symbol)) for symbol in symbols}
        self._asked_s: dict[str, float] = {}  # when a book's snapshots were asked for again
        self._joined: set[tuple[Topic, str]] = set()
        self._newest: Newest[tuple[Topic, str, Any]] = Newest()
        self._wake: Callable[[], None] = self.hand_on  # without a pace, at once
        self._send: Sender | None = None
        self._wish = asyncio.Event()
        self._is_proven = False
        self._changing = asyncio.Lock()

    def pace_by(self, wake: Callable[[], None]) -> None:
        """Leave it to another when `hand_on` is called; `wake` is called as soon as something waits."""
        self._wake = wake

    def watch(self, wishes: Wishes) -> None:
        """Follow others from now on; `follow_wishes` sends the changes."""
        self._wishes = wishes
        self._wish.set()

    async def follow_wishes(self) -> None:
        """Carry out `watch` while the stream runs; cancelled with it."""
        while True:
            await self._wish.wait()
            self._wish.clear()
            await self._quietly(self._align())

    async def watch_books(self) -> None:
        """Say of books whose snapshots stopped that they are broken, and ask for them again."""
        while True:
            await self._clock.sleep(WATCH_S)
            now_s = self._clock.monotonic_s()
            for symbol, book in self._books.items():
                if book.is_left_behind(now_s):
                    book.lose()
                    self._sink.book(symbol, book)
                if self._send is not None and self._is_proven and not book.synchronised:
                    await self._quietly(self._ask_again(symbol, now_s))

    async def opened(self, send: Sender) -> None:
        self._send = send
        self._joined.clear()
        self._asked_s.clear()
        await self._align()

    def proven(self) -> bool:
        return self._is_proven

    def pong(self, frame: Frame) -> Frame | None:
        return {"pong": frame["ping"]} if "ping" in frame else None

    def closed(self, detail: str) -> None:
        self.hand_on()  # it was true until now
        self._send = None
        self._is_proven = False
        for symbol, book in self._books.items():
            if book.synchronised:
                book.lose()
                self._sink.book(symbol, book)
        self._sink.state(connected=False, detail=detail)

    async def frame(self, frame: Frame) -> None:
        """Dispatch one frame.

        Raises:
            LinkLost: the venue refuses a subscription.
        """
        topic, data = TOPICS.get(str(frame.get("topic"))), frame.get("data")
        if topic is not None and isinstance(data, dict | list):
            self._take(topic, symbol_in(frame), data)
        elif (words := refusal(frame)) is not None:
            raise LinkLost(f"the venue refused a subscription: {words[:80]}")
        elif is_acknowledgement(frame):
            self._proved()

    def hand_on(self) -> None:
        """Give the sink the newest of everything that has changed since the last time."""
        moved: dict[str, LiveBook] = {}
        for topic, symbol, data in sorted(self._newest.take()[0], key=lambda said: said[0] is Topic.BEST):
            if topic is Topic.TICKER:
                self._ticker(symbol, data)
            elif self._book(topic, symbol, data):
                moved[symbol] = self._books[symbol]
        for symbol, book in moved.items():
            self._sink.book(symbol, book)

    def _take(self, topic: Topic, symbol: str, data: Any) -> None:
        if not self._is_proven:
            self._proved()
        if (topic, symbol) not in self._joined:
            return  # left a moment ago; this was still on its way
        if topic is Topic.TRADES:
            self.hand_on()  # who follows the prints knows the book they were made on
            self._trades(symbol, data if isinstance(data, list) else [data])
        else:
            self._newest.keep_state(f"{topic.value} {symbol}", (topic, symbol, data))
            self._wake()

    def _proved(self) -> None:
        if not self._is_proven:
            self._is_proven = True
            self._sink.state(connected=True, detail="")

    def _ticker(self, symbol: str, data: Any) -> None:
        try:
            self._sink.ticker(parse(DayRow, data))
        except MalformedReply as error:
            _log.warning("the ticker of %s was dropped: %s", symbol, error)

    def _book(self, topic: Topic, symbol: str, data: Any) -> bool:
        """Tell whether the book has changed. One that cannot be read is broken until the next."""
        book = self._books[symbol]
        try:
            if topic is Topic.DEPTH:
                return book.snapshot(data)
            return book.best(data, self._clock.monotonic_s())
        except MalformedReply as error:
            _log.warning("%s of %s was dropped: %s", topic.value, symbol, error)
            if topic is Topic.BEST or not book.synchronised:
                return False
            book.lose()
            return True

    def _trades(self, symbol: str, elements: list[Any]) -> None:
        rows: list[TradePush] = []
        for element in elements:
            try:
                rows.append(parse(TradePush, element))
            except MalformedReply as error:
                _log.warning("a print of %s was dropped: %s", symbol, error)
        self._sink.trades(symbol, rows)

    def _levels(self, symbol: str) -> int:
        return DEEP if symbol in self._wishes.deep else DEPTH

    async def _align(self) -> None:
        """Join what is wanted and leave what is not; a book's depth changes with its next snapshot."""
        async with self._changing:
            for symbol, book in self._books.items():
                book.depth = self._levels(symbol)
            wanted = {(topic, symbol) for topic in _ALWAYS for symbol in self._symbols}
            wanted |= {(Topic.TRADES, symbol) for symbol in self._wishes.tapes if symbol in self._books}
            for topic, symbol in sorted(self._joined - wanted, key=str):
                self._joined.discard((topic, symbol))
                await self._say(topic, symbol, join=False)
            for topic, symbol in sorted(wanted - self._joined, key=str):
                self._joined.add((topic, symbol))
                await self._say(topic, symbol, join=True)

    async def _ask_again(self, symbol: str, now_s: float) -> None:
        """Leave and join a book's snapshots again, not oftener than every few seconds."""
        if now_s - self._asked_s.get(symbol, float("-inf")) >= RESYNC_S:
            self._asked_s[symbol] = now_s
            await self._say(Topic.DEPTH, symbol, join=False)
            await self._say(Topic.DEPTH, symbol, join=True)

    async def _say(self, topic: Topic, symbol: str, *, join: bool) -> None:
        if self._send is not None:
            await self._send(operation(topic, symbol, join=join))

    @staticmethod
    async def _quietly(job: Any) -> None:
        """Send beside the reader, which learns of a cut connection by itself."""
        try:
            await job
        except LinkLost as error:
            _log.info("a subscription was not sent: %s", error)
