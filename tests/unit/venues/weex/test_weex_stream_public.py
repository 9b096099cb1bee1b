"""The public stream against a scripted venue on a real socket."""

import asyncio
from decimal import Decimal

import pytest
from stream_kit import local_adapter, venue_socket
from websockets.protocol import State
from weex_kit import BTC, SeededChance, SteppingClock, payload

from helpers.event_sink import Events, running
from terminal.domain.market import CandleUpdate, Interval, OrderBook, StreamState, Ticker
from terminal.net.server_clock import ServerClock
from terminal.net.stream.link import LinkLost, StreamLink, always_at
from terminal.venues.weex.relay import FeedRelay
from terminal.venues.weex.stream.public import OPERATIONS_PER_HOUR, PublicSession, Wishes
from terminal.venues.weex.stream.v2 import PublicV2

pytestmark = pytest.mark.asyncio

BASE_CHANNELS = ["subscribe depth.cmt_btcusdt.15", "subscribe ticker.cmt_btcusdt"]
KLINE = "kline.LAST_PRICE.cmt_btcusdt.MINUTE_1"


async def follow(talk, check, *, bars=frozenset(), **server):
    async with venue_socket(talk, **server) as (port, peers):
        adapter, events = local_adapter(port), Events()
        adapter.watch_candles(bars)
        async with running(adapter.run_public((BTC,), events)):
            await check(adapter, events, peers)
        await adapter.aclose()
    return events


def ends_repaired(books):
    """A book that was handed on as broken, then whole: how often before is a matter of the pace."""
    return [book.synchronised for book in books][-2:] == [False, True]


async def test_ticker_and_book():
    async def talk(peer):
        assert await peer.acknowledge(2) == BASE_CHANNELS
        await peer.send(payload("ws_ticker"))
        await peer.send(payload("ws_depth_snapshot"))
        await peer.send(payload("ws_depth_change"))
        await peer.stay()

    async def check(adapter, events, peers):
        (ticker,) = await events.wait_count(Ticker, 1)
        assert (ticker.last, ticker.mark, ticker.index) == (Decimal("89950.5"), Decimal("89951.2"), None)
        assert (ticker.change_24h, ticker.base_volume_24h) == (Decimal("-0.004541"), Decimal("25615.2"))
        book = await events.first(OrderBook, lambda book: book.version == 121)
        assert (book.best_bid.size, book.best_ask.price) == (Decimal("0.25"), Decimal("90001.0"))
        assert book.synchronised
        assert events.seen[0] == StreamState("public", True, "")
        assert peers[0].headers["User-Agent"].startswith("AlphaDesk/")
        assert peers[0].path == "/v2/ws/public"

    await follow(talk, check)


async def test_ping_is_answered_with_its_own_time():
    answers = asyncio.Queue()

    async def talk(peer):
        await peer.acknowledge(2)
        await peer.send({"event": "ping", "time": "1693208170000"})
        answers.put_nowait(await peer.receive())
        await peer.stay()

    async def check(adapter, events, peers):
        assert await answers.get() == {"event": "pong", "time": "1693208170000"}

    await follow(talk, check)


async def test_s01_gap_shows_and_is_repaired_by_subscribing_again():
    gap = payload("ws_depth_change")
    gap["data"][0] |= {"startVersion": "125", "endVersion": "126"}
    operations = []

    async def talk(peer):
        await peer.acknowledge(2)
        await peer.send(payload("ws_depth_snapshot"))
        await peer.send(gap)
        await peer.send(gap)  # while repairing, changes are ignored and ask for nothing
        operations.extend(await peer.acknowledge(2))
        await peer.send(payload("ws_depth_snapshot"))
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait(lambda: ends_repaired(events.of(OrderBook)))
        assert operations == ["unsubscribe depth.cmt_btcusdt.15", "subscribe depth.cmt_btcusdt.15"]
        assert len(peers) == 1

    await follow(talk, check)


async def test_s04_s14_a_cut_connection_is_replaced_and_channels_come_back():
    async def talk(peer):
        assert await peer.acknowledge(2) == BASE_CHANNELS
        await peer.send(payload("ws_depth_snapshot"))
        if peer.number < 2:
            await peer.cut()
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait(lambda: len([state for state in events.of(StreamState) if state.connected]) == 3)
        await events.wait(lambda: events.of(OrderBook)[-1].synchronised and len(events.of(OrderBook)) >= 5)
        assert len(peers) == 3
        assert [book.synchronised for book in events.of(OrderBook)] == [True, False, True, False, True]
        away = [state.detail for state in events.of(StreamState) if not state.connected]
        assert all("cut" in detail or "closed" in detail for detail in away)

    await follow(talk, check)


async def test_watched_bars_join_and_leave_while_running():
    operations = asyncio.Queue()

    async def talk(peer):
        for _ in range(10):
            for operation in await peer.acknowledge(1):
                operations.put_nowait(operation)

    async def check(adapter, events, peers):
        first = {await operations.get() for _ in range(3)}
        assert first == {*BASE_CHANNELS, f"subscribe {KLINE}"}
        adapter.watch_candles(frozenset({(BTC, Interval.H4)}))
        assert await operations.get() == f"unsubscribe {KLINE}"
        assert await operations.get() == "subscribe kline.LAST_PRICE.cmt_btcusdt.HOUR_4"

    await follow(talk, check, bars=frozenset({(BTC, Interval.M1)}))


async def test_bars_arrive_and_the_earlier_one_closes():
    now = payload("ws_kline")
    later = payload("ws_kline")
    far = 4_000_000_020_000  # a venue clock ahead of ours: only the next bar can close this one
    now["data"][0]["klineTime"] = str(far)
    later["data"][0]["klineTime"] = str(far + 60_000)
    broken = payload("ws_kline")
    broken["data"][0]["high"] = "1"

    async def talk(peer):
        await peer.acknowledge(3)
        await peer.send(now)
        await peer.send(broken)
        await peer.send(now)
        await peer.send(later)
        await peer.stay()

    async def check(adapter, events, peers):
        await events.first(CandleUpdate, lambda update: update.candle.open_ms > far)
        updates = events.of(CandleUpdate)  # what was sent in one breath is told once, but a close is never left out
        told = [(update.candle.open_ms - far, update.candle.closed) for update in updates]
        assert told[-3:] == [(0, False), (0, True), (60_000, False)]
        assert updates[0].interval is Interval.M1
        assert updates[0].candle.volume == 3.25

    await follow(talk, check, bars=frozenset({(BTC, Interval.M1)}))


async def test_s08_unreadable_messages_are_dropped_and_the_stream_goes_on():
    bad_price = payload("ws_ticker")
    bad_price["data"][0]["lastPrice"] = "NaN"

    async def talk(peer):
        await peer.acknowledge(2)
        await peer.send("not json")
        await peer.send('{"event":"payload","channel":"ticker.cmt_btcusdt","data":[{"lastPrice":1e400}]}')
        await peer.send("[" * 3000)
        await peer.send("[]")
        await peer.send(bad_price)
        await peer.send({"event": "payload", "channel": "ticker.cmt_btcusdt"})
        await peer.send(payload("ws_ticker"))
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait_count(Ticker, 1)
        assert len(peers) == 1

    await follow(talk, check)


async def test_s08_unreadable_depth_breaks_the_book_and_asks_for_a_snapshot():
    bad = payload("ws_depth_change")
    bad["data"][0]["bids"][0]["size"] = "-1"

    async def talk(peer):
        await peer.acknowledge(2)
        await peer.send(payload("ws_depth_snapshot"))
        await peer.send(bad)
        await peer.acknowledge(2)
        await peer.send(payload("ws_depth_snapshot"))
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait(lambda: ends_repaired(events.of(OrderBook)))

    await follow(talk, check)


async def test_s07_three_markets_nobody_asked_for_end_the_connection():
    foreign = payload("ws_ticker") | {"channel": "ticker.cmt_trxusdt"}

    async def talk(peer):
        await peer.acknowledge(2)
        if peer.number == 0:
            for _ in range(3):
                await peer.send(foreign)
        else:
            await peer.send(payload("ws_ticker"))
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait_count(Ticker, 1)
        assert len(peers) == 2
        assert any("not asked for" in state.detail for state in events.of(StreamState))

    await follow(talk, check)


async def test_s13_an_oversized_frame_reconnects():
    async def talk(peer):
        await peer.acknowledge(2)
        if peer.number == 0:
            await peer.send("x" * (1024 * 1024 + 1))
        else:
            await peer.send(payload("ws_ticker"))
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait_count(Ticker, 1)
        assert len(peers) == 2

    await follow(talk, check)


async def test_error_event_reconnects():
    async def talk(peer):
        await peer.acknowledge(2)
        if peer.number == 0:
            await peer.send({"event": "error", "msg": "channel not found"})
        else:
            await peer.send(payload("ws_ticker"))
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait_count(Ticker, 1)
        assert any("channel not found" in state.detail for state in events.of(StreamState))

    await follow(talk, check)


async def test_late_frames_of_a_left_channel_are_not_strangers():
    async def talk(peer):
        await peer.acknowledge(3)
        await peer.acknowledge(1)
        for _ in range(4):
            await peer.send(payload("ws_kline"))
        await peer.send(payload("ws_ticker"))
        await peer.stay()

    async def check(adapter, events, peers):
        await events.wait_count(StreamState, 1)
        adapter.watch_candles(frozenset())
        await events.wait_count(Ticker, 1)
        assert len(peers) == 1
        assert not events.of(CandleUpdate)

    await follow(talk, check, bars=frozenset({(BTC, Interval.M1)}))


class Wire:
    """A sender without a socket, and a sink that keeps what it hears."""

    def __init__(self):
        self.sent = []
        self.heard = []
        self._connections = asyncio.Semaphore(0)

    async def connected(self, count):
        """Wait until the stream was up `count` times."""
        for _ in range(count):
            await self._connections.acquire()

    async def send(self, frame):
        self.sent.append((frame["event"], frame["channel"]))

    def ticker(self, push):
        self.heard.append(push)

    def book(self, symbol, book):
        self.heard.append(book.synchronised)

    def bars(self, symbol, interval, rows): ...

    def state(self, connected, detail):
        self.heard.append(detail)
        if connected:
            self._connections.release()


async def opened_session():
    clock, wire = SteppingClock(), Wire()
    session = PublicSession(("cmt_btcusdt",), Wishes(), wire, clock, PublicV2())
    await session.opened(wire.send)
    return session, wire, clock


async def test_s01_a_book_that_does_not_recover_ends_the_connection():
    session, _, clock = await opened_session()
    gap = payload("ws_depth_change")
    gap["data"][0] |= {"startVersion": "125", "endVersion": "126"}
    await session.frame(payload("ws_depth_snapshot"))
    await session.frame(gap)
    clock.advance(9)
    await session.frame(payload("ws_ticker"))
    clock.advance(2)
    with pytest.raises(LinkLost, match="did not recover"):
        await session.frame(payload("ws_ticker"))


async def test_the_hourly_limit_of_subscriptions_is_kept():
    session, wire, _ = await opened_session()
    gap = payload("ws_depth_change")
    gap["data"][0] |= {"startVersion": "125", "endVersion": "126"}

    async def break_again_and_again():
        while True:
            await session.frame(payload("ws_depth_snapshot"))
            await session.frame(gap)

    with pytest.raises(LinkLost, match="limit"):
        await break_again_and_again()
    assert len(wire.sent) == OPERATIONS_PER_HOUR


async def test_a_watch_that_cannot_be_sent_ends_the_connection_at_the_next_frame():
    session, wire, clock = await opened_session()
    session._operations.spend(OPERATIONS_PER_HOUR, clock.monotonic_s())
    follower = asyncio.create_task(session.follow_wishes())
    session.watch(Wishes(bars=frozenset({("cmt_btcusdt", "MINUTE_1")})))
    await asyncio.sleep(0)  # the follower starts
    await asyncio.sleep(0)  # and meets the limit
    with pytest.raises(LinkLost, match="limit"):
        await session.frame(payload("ws_ticker"))
    await session.opened(wire.send)
    assert ("subscribe", KLINE) in wire.sent
    follower.cancel()
    await asyncio.gather(follower, return_exceptions=True)


async def test_watching_while_disconnected_waits_for_the_connection():
    session, wire, _ = await opened_session()
    session.closed("gone")
    wire.sent.clear()
    follower = asyncio.create_task(session.follow_wishes())
    session.watch(Wishes(bars=frozenset({("cmt_btcusdt", "MINUTE_1")})))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert wire.sent == []
    await session.opened(wire.send)
    assert len(wire.sent) == 3
    follower.cancel()
    await asyncio.gather(follower, return_exceptions=True)


async def test_s07_a_ticker_of_another_symbol_inside_our_channel_is_not_passed_on():
    session, wire, _ = await opened_session()
    frame = payload("ws_ticker")
    frame["data"][0]["symbol"] = "cmt_ethusdt"
    await session.frame(frame)
    assert wire.heard == [""]  # only the state


async def test_a_bar_cut_off_by_a_lost_connection_is_not_called_closed():
    events = Events()
    relay = FeedRelay(events, ServerClock(SteppingClock()))
    element = payload("ws_kline")["data"][0]
    relay.bars("cmt_btcusdt", "MINUTE_1", [PublicV2().bar(element)])
    relay.state(connected=False, detail="cut")
    relay.bars("cmt_btcusdt", "MINUTE_1", [PublicV2().bar(element | {"klineTime": "1765423500000"})])
    assert [update.candle.closed for update in events.of(CandleUpdate)] == [False, False]


async def test_s04_s14_many_drops_leave_one_socket_and_no_task_behind():
    drops = 100

    async def talk(peer):
        await peer.acknowledge(2)
        if peer.number < drops:
            await peer.cut()
        await peer.stay()

    async with venue_socket(talk) as (port, peers):
        clock, wire = SteppingClock(), Wire()
        session = PublicSession(("cmt_btcusdt",), Wishes(), wire, clock, PublicV2())
        link = StreamLink(always_at(f"ws://127.0.0.1:{port}/"), clock=clock, chance=SeededChance())
        ours = asyncio.all_tasks()
        async with running(link.run(session)), asyncio.timeout(60):
            await wire.connected(drops + 1)
            alive = [peer for peer in peers if peer.socket.state is State.OPEN]
            assert len(alive) == 1
        await asyncio.wait_for(peers[-1].socket.wait_closed(), 60)
    assert asyncio.all_tasks() <= ours
