"""The public stream: prices, books, and the watched bars and tapes, on one socket.

It speaks in wire models and venue symbols; the relay turns them into domain.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, Protocol

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import LinkLost, Sender
from terminal.net.stream.newest import Newest
from terminal.ports.clock import Clock
from terminal.venues.woox.stream.book import BookStep
from terminal.venues.woox.stream.books import BookShelf
from terminal.venues.woox.stream.frames import (
    Answer,
    Data,
    Failure,
    Frame,
    Grammar,
    in_requests,
    ping,
    pong_of,
)
from terminal.venues.woox.stream.mending import Fetch, Hands, Mender
from terminal.venues.woox.stream.topics import Market, Wishes, book_topic, levels_of, wanted_topics
from terminal.venues.woox.wire.pushes import book_change

STRANGERS_ALLOWED: Final = 3
_BOOK, _TRADE, _BARS = "orderbookupdate", "trade", "kline"
_STATES: Final = frozenset({"ticker", "markprice", "indexprice"})
_log = logging.getLogger(__name__)


class PublicSink(Protocol):
    """Takes what the public stream says. Reading a push raises `MalformedReply`; it is then dropped."""

    def figures(self, data: Data) -> None:
        """Take one of the topics of prices."""
        ...

    def book(self, symbol: str) -> None: ...

    def bars(self, data: Data) -> None: ...

    def trade(self, data: Data) -> None: ...

    def state(self, connected: bool, detail: str) -> None: ...


class PublicSession:
    """Topics, books and dispatch of one public socket, over all its connections."""

    def __init__(
        self,
        markets: tuple[Market, ...],
        wishes: Wishes,
        sink: PublicSink,
        clock: Clock,
        books: BookShelf,
        fetch: Fetch,
    ) -> None:
        self._markets = markets
        self._wishes = wishes
        self._sink = sink
        self._clock = clock
        self._books = books
        self._grammar = Grammar()
        self._epoch = 0
        self._connections = 0
        self._asked: dict[str, list[str]] = {}
        self._active: set[str] = set()
        self._joined: set[str] = set()  # every topic of this connection, left ones too
        self._newest: Newest[Data] = Newest()
        self._moved: set[str] = set()  # symbols whose book has changed since it was handed on
        self._wake: Callable[[], None] = self.hand_on  # without a pace, at once
        self._send: Sender | None = None
        self._wish = asyncio.Event()
        self._must_reopen = ""
        self._is_proven = False
        self._strangers = 0
        self._changing = asyncio.Lock()
        self._told_overflow = 0
        hands = Hands(
            fetch, lambda: self._epoch, books.of, self._is_followed, self._show_now, self._rejoin, self._reopen
        )
        self._menders = {market.symbol: Mender(market.symbol, hands, clock) for market in markets}

    # -- what the feed calls -------------------------------------------------------

    def pace_by(self, wake: Callable[[], None]) -> None:
        """Leave it to another when `hand_on` is called; `wake` is called as soon as something waits."""
        self._wake = wake

    def watch(self, wishes: Wishes) -> None:
        """Follow other topics from now on; `follow_wishes` sends the changes."""
        self._wishes = wishes
        self._wish.set()

    async def follow_wishes(self) -> None:
        """Carry out `watch` while the stream runs; cancelled with it."""
        while True:
            await self._wish.wait()
            self._wish.clear()
            try:
                await self._align()
            except LinkLost as error:  # the reader gives the connection up; the next one has all topics
                self._must_reopen = str(error)

    async def mend_books(self) -> None:
        """Look after all books while the stream runs; cancelled with it."""
        async with asyncio.TaskGroup() as group:
            for mender in self._menders.values():
                group.create_task(mender.run())

    def hand_on(self) -> None:
        """Give the sink the newest of everything that has changed since the last time."""
        states, bars = self._newest.take()
        for symbol in tuple(self._moved):
            self._hand_on_book(symbol)
        for data in states:
            self._given(self._sink.figures, data)
        for data in bars:
            self._given(self._sink.bars, data)

    # -- what the link calls ---------------------------------------------------------

    async def opened(self, send: Sender) -> None:
        self._send = send
        self._connections += 1
        self._epoch = self._connections
        self._active, self._joined, self._asked = set(), set(), {}
        self._must_reopen = ""
        self._strangers = 0
        await self._align()

    def proven(self) -> bool:
        return self._is_proven

    def pong(self, frame: Frame) -> Frame | None:
        return pong_of(frame, self._clock.now_ms())

    def closed(self, detail: str) -> None:
        self.hand_on()  # it was true until now
        self._send = None
        self._epoch = 0
        self._is_proven = False
        for market in self._markets:
            book = self._books.of(market.symbol)
            was_good = book.synchronised
            book.lose()
            if was_good:
                self._sink.book(market.symbol)
        self._sink.state(connected=False, detail=detail)

    async def frame(self, frame: Frame) -> None:
        """Dispatch one frame.

        Raises:
            LinkLost: the venue refuses a request whole, sends strangers, or a book does not recover.
        """
        if self._must_reopen:
            raise LinkLost(self._must_reopen)
        match self._grammar.read(frame):
            case Data() as data:
                self._take(data)
            case Answer(number, accepted):
                self._answered(number, accepted)
            case Failure(number, text):
                self._asked.pop(number, None)
                raise LinkLost(f"the venue reports an error on the stream: {text[:80]}")

    # -- answers ---------------------------------------------------------------------

    def _answered(self, number: str, accepted: frozenset[str]) -> None:
        """Compare what was asked for with what was taken: a refused topic is only missing from the answer."""
        for topic in self._asked.pop(number, []):
            if topic not in accepted:
                self._active.discard(topic)
                _log.warning("the venue did not take the topic %s", topic)
            if topic.startswith(_BOOK):  # one that was not taken is shown from snapshots
                self._menders[topic.split("@")[1]].call()
        if not self._is_proven:
            self._is_proven = True
            self._sink.state(connected=True, detail="")

    # -- data ------------------------------------------------------------------------

    def _take(self, data: Data) -> None:
        topic, kind = data.topic, data.kind
        if topic not in self._active:
            if topic not in self._joined:  # else it was left a moment ago; this was still on its way
                self._stranger(topic)
        elif kind == _BOOK:
            self._change(data)
        elif kind in _STATES:
            self._newest.keep_state(topic, data)
            self._wake()
        elif kind == _TRADE:
            self._hand_on_book(topic.partition("@")[2])  # who follows the prints knows the book they were made on
            self._given(self._sink.trade, data)
        elif kind == _BARS:
            self._newest.keep_bars(topic, data, _opened(data.data))
            self._wake()

    def _change(self, data: Data) -> None:
        symbol = data.topic.split("@", 2)[1]
        book = self._books.of(symbol)
        try:
            change = book_change(data.data)
        except MalformedReply as error:
            _log.warning("a change of the book of %s was dropped: %s", symbol, error)
            step = BookStep.GAP if book.synchronised else BookStep.IGNORED
            book.lose()
        else:
            step = book.apply(change) if change.symbol == symbol else BookStep.IGNORED
        if step is BookStep.UPDATED:
            self._moved.add(symbol)
            self._wake()
        elif step is BookStep.GAP:
            self._show_now(symbol)  # nobody should trade on a broken book for the rest of a turn
            self._menders[symbol].call()

    def _given(self, take: Callable[[Data], None], data: Data) -> None:
        try:
            take(data)
        except MalformedReply as error:
            _log.warning("a push of %s was dropped: %s", data.topic, error)

    def _stranger(self, topic: str) -> None:
        self._strangers += 1
        _log.warning("the stream sent %s, which was not asked for", topic[:48])
        if self._strangers >= STRANGERS_ALLOWED:
            raise LinkLost("the venue keeps sending markets that were not asked for")

    # -- books -------------------------------------------------------------------------

    def _hand_on_book(self, symbol: str) -> None:
        if symbol in self._moved:
            self._moved.discard(symbol)
            self._sink.book(symbol)

    def _is_followed(self, symbol: str) -> bool:
        return book_topic(symbol, self._wishes) in self._active

    def _show_now(self, symbol: str) -> None:
        self._moved.discard(symbol)
        self._sink.book(symbol)

    async def _rejoin(self, symbol: str) -> None:
        topic = book_topic(symbol, self._wishes)
        self._books.of(symbol).lose()
        async with self._changing:
            await self._leave([topic])
            await self._join([topic])

    async def _reopen(self, reason: str) -> None:
        """Have the reader give the connection up at the next frame, and make sure that there is one soon."""
        self._must_reopen = reason
        if self._send is not None:
            await self._send(ping(self._clock.now_ms()))

    # -- topics --------------------------------------------------------------------------

    async def _align(self) -> None:
        """Join what is wanted and leave what is not."""
        async with self._changing:
            for market in self._markets:
                self._renew_depth(market.symbol)
            topics, beyond = wanted_topics(self._markets, self._wishes)
            if beyond != self._told_overflow:
                self._told_overflow = beyond
                _log.warning("%d bar topics do not fit into one connection of WOO X and are not followed", beyond)
            await self._leave(sorted(self._active - set(topics)))
            await self._join([topic for topic in topics if topic not in self._active])

    def _renew_depth(self, symbol: str) -> None:
        depth = levels_of(symbol, self._wishes)
        if self._books.of(symbol).depth != depth:
            self._hand_on_book(symbol)
            self._books.renew(symbol, depth)

    async def _join(self, topics: list[str]) -> None:
        for part in in_requests(topics):
            number, frame = self._grammar.subscribe(part)
            self._asked[number] = part
            self._active.update(part)
            self._joined.update(part)
            await self._told(frame)

    async def _leave(self, topics: list[str]) -> None:
        for part in in_requests(topics):
            self._active.difference_update(part)
            await self._told(self._grammar.unsubscribe(part)[1])

    async def _told(self, frame: Frame) -> None:
        if self._send is not None:
            await self._send(frame)


def _opened(data: Any) -> Any:
    """Name a bar's open time as it is spelled; None where there is none."""
    opened = data.get("st") if isinstance(data, dict) else None
    return opened if isinstance(opened, int | str) else None
