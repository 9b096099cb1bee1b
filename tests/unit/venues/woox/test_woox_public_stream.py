"""The public socket: requests in tens, refused topics, prices put together, books, bars and tapes."""

import asyncio
from decimal import Decimal

import pytest
from woox_kit import BTC, PERPS

from helpers.fake_clock import ManualClock, settle
from terminal.domain.market import CandleUpdate, OrderBook, PublicTrade, StreamState, Ticker
from terminal.domain.order import Side
from terminal.net.server_clock import ServerClock
from terminal.net.stream.link import LinkLost
from terminal.venues.woox.books import Books
from terminal.venues.woox.relay import FeedRelay
from terminal.venues.woox.stream.frames import Answer, Failure, Grammar, in_requests
from terminal.venues.woox.stream.mending import Snapshot
from terminal.venues.woox.stream.public import PublicSession
from terminal.venues.woox.stream.topics import DEEP, Market, Wishes, wanted_topics

pytestmark = pytest.mark.asyncio
P, E = "PERP_BTC_USDT", "PERP_ETH_USDT"
MARKETS = (Market(P, "SPOT_BTC_USDT"), Market(E, "SPOT_ETH_USDT"))
START_MS = 1_760_000_400_000


class Desk:
    """A session on a made-up socket: what it sends is kept, what it tells is kept, its books come from `rest`."""

    def __init__(self, wishes=None, markets=MARKETS):
        self.clock = ManualClock(START_MS)
        self.events = []
        self.sent = []
        self.rest = {P: 100, E: 100}
        self.asked = []
        self.books = Books(PERPS)
        self.relay = FeedRelay(self.events.append, ServerClock(self.clock), PERPS, self.books)
        wishes = wishes or Wishes()
        self.session = PublicSession(markets, wishes, self.relay, self.clock, self.books.shelf, self.fetch)
        self.refuse = set()

    async def fetch(self, symbol, depth):
        self.asked.append((symbol, depth))
        await self.clock.sleep(0.05)
        return Snapshot(self.rest[symbol], ((Decimal(99), Decimal(1)),), ((Decimal(101), Decimal(1)),))

    async def send(self, frame):
        self.sent.append(frame)

    async def open(self):
        """Connect, and answer every request as the venue does."""
        self.sent.clear()
        await self.session.opened(self.send)
        await self.answer()

    async def answer(self):
        for frame in [each for each in self.sent if each["cmd"] == "SUBSCRIBE"]:
            taken = [topic for topic in frame["params"] if topic not in self.refuse]
            await self.say({"id": frame["id"], "cmd": "SUBSCRIBE", "success": True, "time": 1, "data": taken})
        self.sent.clear()

    async def say(self, frame):
        await self.session.frame(frame)

    async def push(self, topic, **data):
        await self.say({"topic": topic, "ts": START_MS + 7, "data": data})

    async def change(self, symbol, previous, at, bids=(), asks=(), depth=50):
        await self.push(f"orderbookupdate@{symbol}@{depth}", s=symbol, prevTs=previous, ts=at, bids=bids, asks=asks)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


class Running:
    """Runs the session's jobs for the length of a block."""

    def __init__(self, desk):
        self.desk = desk

    async def __aenter__(self):
        session = self.desk.session
        self.tasks = [asyncio.create_task(job) for job in (session.follow_wishes(), session.mend_books())]
        await settle()
        return self.desk

    async def __aexit__(self, *_):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def live(desk):
    """Connect and wait until both books are in step."""
    await desk.open()
    await desk.clock.advance(0.7)
    assert [desk.books.of(symbol).synchronised for symbol in (P, E)] == [True, True]


# -- requests --------------------------------------------------------------------------


async def test_topics_are_asked_for_in_tens_and_books_first():
    desk = Desk(Wishes(bars=frozenset({(P, "1m"), (P, "5m"), (E, "1m")}), tapes=frozenset({P})))
    await desk.session.opened(desk.send)
    assert [len(frame["params"]) for frame in desk.sent] == [10, 2]
    assert [frame["cmd"] for frame in desk.sent] == ["SUBSCRIBE", "SUBSCRIBE"]
    assert len({frame["id"] for frame in desk.sent}) == 2
    topics = [topic for frame in desk.sent for topic in frame["params"]]
    assert topics[:2] == [f"orderbookupdate@{P}@50", f"orderbookupdate@{E}@50"]
    assert {f"markprice@{P}", "indexprice@SPOT_BTC_USDT", f"trade@{P}", f"kline@{E}@1m"} < set(topics)
    assert not any("rpi" in topic for topic in topics)


async def test_a_connection_carries_a_hundred_topics_and_the_rest_is_said():
    markets = tuple(Market(f"PERP_X{number}_USDT", f"SPOT_X{number}_USDT") for number in range(8))
    bars = frozenset((market.symbol, f"{number}m") for market in markets for number in range(9))
    topics, beyond = wanted_topics(markets, Wishes(bars=bars, tapes=frozenset(market.symbol for market in markets)))
    assert (len(topics), beyond) == (100, 12)
    assert all(topic.startswith("kline") for topic in topics[40:])
    assert in_requests(topics)[-1] == topics[90:]


async def test_spot_follows_no_mark_and_no_index():
    topics, _ = wanted_topics((Market("SPOT_BTC_USDT", None),), Wishes())
    assert topics == ["orderbookupdate@SPOT_BTC_USDT@50", "ticker@SPOT_BTC_USDT"]


async def test_the_first_answer_proves_the_connection():
    desk = Desk()
    await desk.session.opened(desk.send)
    assert not desk.session.proven()
    await desk.answer()
    assert desk.session.proven()
    assert desk.of(StreamState) == [StreamState("public", True, "")]


async def test_a_request_refused_whole_gives_the_connection_up():
    desk = Desk()
    await desk.session.opened(desk.send)
    with pytest.raises(LinkLost, match="Invalid request"):
        await desk.say({"id": "1", "cmd": "ERROR", "success": False, "data": "Invalid request."})


async def test_a_refused_topic_is_only_missing_from_the_answer(caplog):
    desk = Desk()
    desk.refuse = {f"markprice@{P}", f"orderbookupdate@{P}@50"}
    async with Running(desk):
        await desk.open()
        assert f"did not take the topic markprice@{P}" in caplog.text
        await desk.clock.advance(5.0)
        assert desk.books.known(BTC) is None  # without its topic a book is only to be looked at
        shown = [book for book in desk.of(OrderBook) if book.instrument_id == BTC]
        assert {(book.synchronised, book.ts_event_ms) for book in shown} == {(False, 100)}
        assert 4 <= len(shown) <= 6  # once a second
        await desk.push(f"markprice@{P}", s=P, px="1")  # a topic that was left is no stranger
    assert desk.of(Ticker) == []


async def test_heartbeats_and_unknown_frames_mean_nothing():
    grammar = Grammar()
    for frame in ({"cmd": "PONG", "success": True, "time": 1}, {"event": "x"}, {"topic": 5, "ts": 1}, {"topic": "a"}):
        assert grammar.read(frame) is None
    assert grammar.read({"id": "3", "success": True, "data": ["a", 5]}) == Answer("3", frozenset({"a"}))
    assert grammar.read({"id": 3, "success": True}) == Answer("3", frozenset())
    assert grammar.read({"id": "3", "success": False}) == Failure("3", "no reason given")
    desk = Desk()
    assert desk.session.pong({"cmd": "PING", "ts": 1}) == {"cmd": "PONG", "ts": START_MS}
    assert desk.session.pong({"topic": "x"}) is None


async def test_strangers_are_borne_twice():
    desk = Desk()
    await desk.open()
    for _ in range(2):
        await desk.push("ticker@PERP_TAO_USDT", s="PERP_TAO_USDT", c="1")
    with pytest.raises(LinkLost, match="not asked for"):
        await desk.push("ticker@PERP_TAO_USDT", s="PERP_TAO_USDT", c="1")


# -- prices ----------------------------------------------------------------------------


async def test_a_ticker_is_put_together_from_its_topics():
    desk = Desk()
    await desk.open()
    await desk.push(f"markprice@{P}", s=P, px="60010")
    assert desk.of(Ticker) == []  # no last price yet
    await desk.push(f"ticker@{P}", s=P, o="50000", c="60000", h="61000", l="49000", v="10", a="550000")
    await desk.push("indexprice@SPOT_BTC_USDT", s="SPOT_BTC_USDT", px="60005")
    newest = desk.of(Ticker)[-1]
    assert (newest.instrument_id, newest.last, newest.mark, newest.index) == (BTC, 60000, 60010, 60005)
    assert (newest.change_24h, newest.high_24h, newest.quote_volume_24h) == (Decimal("0.2"), 61000, 550000)
    assert newest.ts_event_ms == START_MS + 7


async def test_a_push_that_cannot_be_read_is_dropped_and_said(caplog):
    desk = Desk()
    await desk.open()
    await desk.push(f"ticker@{P}", s=P, c="much")
    assert desk.of(Ticker) == []
    assert f"a push of ticker@{P} was dropped" in caplog.text


async def test_a_pace_hands_on_only_the_newest():
    desk = Desk()
    woken = []
    desk.session.pace_by(lambda: woken.append(1))
    await desk.open()
    for price in ("1", "2", "3"):
        await desk.push(f"ticker@{P}", s=P, c=price)
    assert (len(woken), desk.of(Ticker)) == (3, [])
    desk.session.hand_on()
    assert [ticker.last for ticker in desk.of(Ticker)] == [3]


# -- books -----------------------------------------------------------------------------


async def test_a_book_begins_with_a_snapshot_and_follows_its_changes():
    desk = Desk()
    async with Running(desk):
        await desk.open()
        await desk.change(P, 90, 100)
        await desk.change(P, 100, 150, bids=[["99.5", "2"]])
        await desk.clock.advance(0.2)
        known = desk.books.known(BTC)
        assert ([level.price for level in known.bids], known.ts_event_ms) == ([Decimal("99.5"), 99], 150)
        await desk.change(P, 150, 200, asks=[["101", "0"], ["100.5", "1"]])
    shown = [book for book in desk.of(OrderBook) if book.instrument_id == BTC]
    assert [level.price for level in shown[-1].asks] == [Decimal("100.5")]
    assert desk.asked.count((P, 50)) == 1


async def test_a_gap_is_shown_at_once_and_repaired_within_2_s():
    desk = Desk()
    async with Running(desk):
        await live(desk)
        await desk.change(P, 100, 150)
        desk.events.clear()
        await desk.change(P, 170, 200)
        assert [book.synchronised for book in desk.of(OrderBook)] == [False]
        assert desk.books.known(BTC) is None
        desk.rest[P] = 200
        await desk.clock.advance(2.0)
        assert desk.books.known(BTC).ts_event_ms == 200
        assert [book.synchronised for book in desk.of(OrderBook)] == [False, True]


async def test_an_unreadable_change_breaks_the_book(caplog):
    desk = Desk()
    async with Running(desk):
        await live(desk)
        await desk.change(P, 100, 150, bids=[["x", "1"]])
        assert desk.books.known(BTC) is None
        await desk.change(P, 150, 200, bids=[["x", "1"]])  # while it is broken anyway
        assert caplog.text.count("was dropped") == 2
        await desk.push(f"orderbookupdate@{P}@50", s=E, prevTs=1, ts=2, bids=[], asks=[])  # another symbol's
        desk.rest[P] = 250
        await desk.clock.advance(2.1)
        assert desk.books.known(BTC) is not None


async def test_a_cut_leaves_no_book_to_trade_on():
    desk = Desk()
    async with Running(desk):
        await live(desk)
        desk.events.clear()
        desk.session.closed("cut")
        assert [book.synchronised for book in desk.of(OrderBook)] == [False, False]
        assert desk.of(StreamState) == [StreamState("public", False, "cut")]
        assert not desk.session.proven()
        await desk.clock.advance(5.0)
        count = len(desk.asked)
        await live(desk)
        assert len(desk.asked) == count + 2


async def test_a_book_that_does_not_recover_is_rejoined_and_then_the_connection_goes():
    desk = Desk()
    async with Running(desk):
        await live(desk)

        async def break_it_again_and_again():
            for previous in range(150, 2_150, 50):
                await desk.change(P, previous - 10, previous)
                desk.rest[P] = previous
                await desk.clock.advance(2.2)

        with pytest.raises(LinkLost, match=f"the book of {P} did not recover"):
            await break_it_again_and_again()
        commands = [frame["cmd"] for frame in desk.sent]
        assert commands == ["UN_SUBSCRIBE", "SUBSCRIBE", "PING"]


async def test_a_deeper_book_is_another_topic():
    desk = Desk()
    async with Running(desk):
        await live(desk)
        desk.session.watch(Wishes(deep=frozenset({P})))
        await settle()
        assert [(frame["cmd"], frame["params"]) for frame in desk.sent] == [
            ("UN_SUBSCRIBE", [f"orderbookupdate@{P}@50"]),
            ("SUBSCRIBE", [f"orderbookupdate@{P}@200"]),
        ]
        assert desk.books.known(BTC) is None
        await desk.answer()
        await desk.clock.advance(2.5)
        assert (P, DEEP) in desk.asked
        await desk.change(P, 100, 120, depth=200)
        assert desk.books.known(BTC).ts_event_ms == 120
        await desk.change(P, 120, 130)  # of the topic that was left, still on its way
        assert desk.books.known(BTC).ts_event_ms == 120


async def test_a_wish_that_cannot_be_sent_gives_the_connection_up():
    desk = Desk()

    async def cut(_frame):
        raise LinkLost("the connection was cut")

    async with Running(desk):
        await live(desk)
        desk.session._send = cut
        desk.session.watch(Wishes(tapes=frozenset({P})))
        await settle()
        with pytest.raises(LinkLost, match="was cut"):
            await desk.push(f"ticker@{P}", s=P, c="1")


async def test_without_a_connection_wishes_wait():
    desk = Desk()
    async with Running(desk):
        desk.session.watch(Wishes(tapes=frozenset({P})))
        await settle()
        await desk.open()
        await desk.push(f"trade@{P}", s=P, px="1", sx="1", sd="BUY", src=0, rpi=False)
    assert len(desk.of(PublicTrade)) == 1


# -- bars and tapes -----------------------------------------------------------------------


def bar(start_ms, close="2"):
    return {"s": P, "t": "1m", "o": "1", "c": close, "h": "3", "l": "1", "v": "5", "a": "9", "st": start_ms}


async def test_the_bar_before_a_new_one_is_told_once_more_as_closed():
    desk = Desk(Wishes(bars=frozenset({(P, "1m")})))
    await desk.open()
    minute = START_MS // 60_000 * 60_000
    for push in (bar(minute), bar(minute, "2.5"), bar(minute + 60_000)):
        await desk.push(f"kline@{P}@1m", **push)
    told = [(event.candle.open_ms - minute, event.candle.close, event.candle.closed) for event in desk.of(CandleUpdate)]
    assert told == [(0, 2.0, False), (0, 2.5, False), (0, 2.5, True), (60_000, 2.0, False)]
    await desk.push(f"kline@{P}@1m", **(bar(minute + 60_000) | {"t": "3m"}))  # not one we ask for
    assert len(desk.of(CandleUpdate)) == 4
    desk.session.closed("cut")
    await desk.open()
    await desk.push(f"kline@{P}@1m", **bar(minute + 180_000))
    assert len(desk.of(CandleUpdate)) == 5  # what was missed meanwhile would make a bar look final


async def test_prints_come_with_the_book_they_were_made_on():
    desk = Desk(Wishes(tapes=frozenset({P})))
    desk.session.pace_by(lambda: None)
    async with Running(desk):
        await live(desk)
        desk.events.clear()
        await desk.change(P, 100, 150, bids=[["99.5", "1"]])
        await desk.push(f"trade@{P}", s=P, px="99.5", sx="0.5", sd="SELL", src=0, rpi=False)
    book, trade = desk.events
    assert book.best_bid.price == Decimal("99.5")
    assert (trade.instrument_id, trade.price, trade.size, trade.taker) == (
        BTC,
        Decimal("99.5"),
        Decimal("0.5"),
        Side.SELL,
    )


async def test_too_many_bars_are_said_once(caplog):
    bars = frozenset((symbol, f"{number}m") for symbol in (P, E) for number in range(60))
    desk = Desk(Wishes(bars=bars))
    async with Running(desk):
        await desk.open()
        desk.session.watch(Wishes(bars=bars, tapes=frozenset({P, E})))
        await settle()
    assert caplog.text.count("do not fit into one connection") == 2
