"""The public sockets' sessions frame by frame, and what the relay makes of private events."""

import asyncio
from decimal import Decimal

import pytest
import pytest_asyncio
from hashkey_kit import BTC, DOGE, ETH, adapter_with, payload

from helpers.event_sink import Events, running
from helpers.fake_clock import ManualClock, settle
from terminal.domain.errors import VenueUnavailable
from terminal.domain.fill import Fill
from terminal.domain.market import CandleUpdate, Interval, OrderBook, PublicTrade, StreamState, Ticker
from terminal.net.server_clock import ServerClock
from terminal.net.stream.link import LinkLost
from terminal.net.wire.decode import parse
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded
from terminal.venues.hashkey import relay as relay_module
from terminal.venues.hashkey.prices import Prices
from terminal.venues.hashkey.relay import FeedRelay, VenueRelay
from terminal.venues.hashkey.stream.bars import BarSession
from terminal.venues.hashkey.stream.frames import (
    bars_in,
    is_acknowledgement,
    own_ping,
    refusal,
    symbol_in,
)
from terminal.venues.hashkey.stream.private import PrivateSession
from terminal.venues.hashkey.stream.public import RESYNC_S, WATCH_S, PublicSession, Wishes
from terminal.venues.hashkey.wire.private import Report

pytestmark = pytest.mark.asyncio
SYMBOL = "ETHUSDT"
DEPTH, BEST, DAY, PRINT = (payload(f"ws_{name}") for name in ("depth", "bbo", "realtimes", "trade"))


class Seat:
    """A v2 session whose pace a test sets by calling `hand_on`, and what it sends."""

    def __init__(self, *, paced=False, tapes=frozenset({SYMBOL})):
        self.events, self.clock, self.sent = Events(limit_s=5), ManualClock(), []
        self.prices = Prices(None, self.clock)
        relay = FeedRelay(self.events, ServerClock(self.clock), self.prices)
        self.session = PublicSession((SYMBOL,), Wishes(tapes=tapes), relay, self.clock)
        if paced:
            self.session.pace_by(lambda: None)

    async def send(self, frame):
        self.sent.append(frame)

    async def say(self, *frames):
        for frame in frames:
            await self.session.frame(frame)

    def of(self, kind):
        return self.events.of(kind)


@pytest_asyncio.fixture
async def seat():
    made = Seat()
    await made.session.opened(made.send)
    return made


def changed(frame, **data):
    return frame | {"data": frame["data"] | data}


# -- v2 ---------------------------------------------------------------------------


async def test_what_is_subscribed(seat):
    assert {(frame["topic"], frame["params"]["symbol"], frame["event"]) for frame in seat.sent} == {
        ("realtimes", SYMBOL, "sub"),
        ("depth", SYMBOL, "sub"),
        ("bbo", SYMBOL, "sub"),
        ("trade", SYMBOL, "sub"),
    }
    assert not seat.session.proven()


async def test_an_acknowledgement_or_the_first_data_prove_the_connection(seat):
    await seat.say(seat.sent[0] | {"code": "0", "msg": "Success"})
    assert seat.session.proven()
    assert seat.of(StreamState) == [StreamState("public", connected=True, detail="")]
    other = Seat()
    await other.session.opened(other.send)
    await other.say(DAY, {"pong": 5})
    assert other.session.proven()


async def test_a_refused_subscription_ends_the_connection(seat):
    with pytest.raises(LinkLost, match="Parameter error"):
        await seat.say(seat.sent[0] | {"code": "-100011", "msg": "Parameter error!"})


async def test_every_topic_becomes_an_event(seat):
    await seat.say(DAY, DEPTH, BEST, PRINT)
    assert seat.of(Ticker)[0].last == 2195
    assert seat.prices.of("ETH") == 2195
    first, second = seat.of(OrderBook)
    assert (first.best_bid.price, second.best_bid.price) == (Decimal(1650), Decimal("1650.1"))
    assert seat.of(PublicTrade)[0].trade_id == "1745922896272048129"
    await seat.say(changed(PRINT, v="2") | {"data": [PRINT["data"], {"v": "bad"}]})
    assert len(seat.of(PublicTrade)) == 2


async def test_of_many_the_newest_is_handed_on_and_prints_follow_the_book_they_were_made_on():
    seat = Seat(paced=True)
    await seat.session.opened(seat.send)
    await seat.say(*(changed(DAY, c=str(price)) for price in range(2000, 2100)))
    await seat.say(*(changed(DEPTH, t=DEPTH["data"]["t"] + n) for n in range(50)), BEST)
    assert seat.of(Ticker) == seat.of(OrderBook) == []
    await seat.say(PRINT)
    assert [ticker.last for ticker in seat.of(Ticker)] == [2099]
    assert len(seat.of(OrderBook)) == 1
    assert isinstance(seat.events.seen[-1], PublicTrade)


async def test_strangers_and_nonsense_are_dropped(seat):
    await seat.say(changed(DEPTH, s="BTCUSDT") | {"params": {"symbol": "BTCUSDT"}})
    await seat.say({"topic": "depth", "params": {}, "data": None}, {"topic": "news", "data": {}}, {})
    await seat.say(changed(DAY, c="x"), changed(DAY, s="XX"), changed(BEST, t="x"))
    assert seat.of(OrderBook) == seat.of(Ticker) == []


async def test_a_book_that_cannot_be_read_is_broken_until_the_next_and_is_asked_for_again(seat):
    await seat.say(DEPTH, changed(DEPTH, b="x"))
    assert [book.synchronised for book in seat.of(OrderBook)] == [True, False]
    await seat.say(changed(DEPTH, b="x"))
    assert len(seat.of(OrderBook)) == 2
    seat.sent.clear()
    async with running(seat.session.watch_books()):
        await seat.clock.advance(WATCH_S * 1.5)
        assert [(frame["topic"], frame["event"]) for frame in seat.sent] == [("depth", "cancel"), ("depth", "sub")]
        await seat.clock.advance(RESYNC_S / 2)
        assert len(seat.sent) == 2
        await seat.clock.advance(RESYNC_S)
        assert len(seat.sent) == 4
        await seat.say(changed(DEPTH, t=DEPTH["data"]["t"] + 1))
        assert seat.of(OrderBook)[-1].synchronised


async def test_snapshots_that_stop_while_prices_move_are_shown_within_two_seconds(seat):
    await seat.say(DEPTH)
    async with running(seat.session.watch_books()):
        await seat.say(BEST)
        moved_s = seat.clock.monotonic_s()
        await seat.clock.until(lambda: not seat.of(OrderBook)[-1].synchronised, limit_s=5)
        assert seat.clock.monotonic_s() - moved_s <= 2.0


async def test_a_closed_connection_breaks_every_book(seat):
    await seat.say(DEPTH)
    seat.session.closed("the connection was cut")
    assert not seat.of(OrderBook)[-1].synchronised
    assert seat.of(StreamState)[-1].detail == "the connection was cut"
    assert not seat.session.proven()


async def test_wishes_are_carried_out_while_the_stream_runs(seat):
    seat.sent.clear()
    async with running(seat.session.follow_wishes()):
        seat.session.watch(Wishes(deep=frozenset({SYMBOL})))
        await settle()
        assert [(frame["topic"], frame["event"]) for frame in seat.sent] == [("trade", "cancel")]
        await seat.say(PRINT)
        assert seat.of(PublicTrade) == []  # left a moment ago
        many = [[str(1600 - n), "1"] for n in range(60)]
        await seat.say(changed(DEPTH, t=DEPTH["data"]["t"] + 9, b=many))
        assert len(seat.of(OrderBook)[-1].bids) == 60

        async def cut(_frame):
            raise LinkLost("gone")

        await seat.session.opened(seat.send)
        seat.session._send = cut
        seat.session.watch(Wishes(tapes=frozenset({SYMBOL})))
        await settle()  # the reader learns of a cut connection by itself


async def test_frames_by_themselves():
    assert refusal({"code": "0"}) is None
    assert refusal({}) is None
    assert is_acknowledgement({"event": "sub", "code": "0"})
    assert not is_acknowledgement({"event": "sub"})
    assert symbol_in({"data": {"s": "BTCUSDT"}}) == "BTCUSDT"
    assert symbol_in({"data": [1]}) == ""
    assert bars_in({"topic": "depth", "data": []}) is None
    assert bars_in({"topic": "kline_5m", "data": [], "symbol": "A", "params": None}) == ("A", "5m", [])
    ping = own_ping(lambda: 17)
    assert (ping.frame(), ping.every_s) == ({"ping": 17}, 10.0)
    made = Seat()
    assert made.session.pong({"ping": 3}) == {"pong": 3}
    assert made.session.pong({"pong": 3}) is None


# -- v1 ---------------------------------------------------------------------------

BARS = payload("ws_kline")


class BarSeat:
    def __init__(self, wanted=frozenset({("DOGEUSDT", "1m")})):
        self.events, self.clock, self.sent = Events(limit_s=5), ManualClock(1722861664258), []
        self.session = BarSession(wanted, FeedRelay(self.events, ServerClock(self.clock), Prices(None, self.clock)))

    async def send(self, frame):
        self.sent.append(frame)

    def bars(self):
        return [(update.candle.open_ms, update.candle.closed) for update in self.events.of(CandleUpdate)]


async def test_bars_of_the_watched_pair():
    seat = BarSeat()
    await seat.session.opened(seat.send)
    assert seat.sent == [
        {"symbol": "DOGEUSDT", "topic": "kline_1m", "event": "sub", "params": {"binary": False}, "id": 1}
    ]
    assert not seat.session.proven()
    await seat.session.frame(BARS)
    assert seat.session.proven()
    (update,) = seat.events.of(CandleUpdate)
    assert (update.instrument_id, update.interval, update.candle.volume) == (DOGE, Interval.M1, 1000.0)


async def test_the_bar_before_a_new_one_is_told_once_more_as_closed():
    seat = BarSeat()
    await seat.session.opened(seat.send)
    await seat.session.frame(BARS)
    following = BARS["data"][0] | {"t": BARS["data"][0]["t"] + 60_000}
    await seat.session.frame(BARS | {"data": [following]})
    first_ms, second_ms = BARS["data"][0]["t"], following["t"]
    assert seat.bars() == [(first_ms, False), (first_ms, True), (second_ms, False)]
    seat.session.closed("cut")
    await seat.session.frame(BARS | {"data": [BARS["data"][0] | {"t": second_ms + 120_000}]})
    assert seat.bars()[-1] == (second_ms + 120_000, False)
    assert len(seat.bars()) == 4  # what was missed meanwhile makes no bar final


async def test_bars_that_were_not_asked_for_or_cannot_be():
    seat = BarSeat()
    await seat.session.opened(seat.send)
    bad = BARS["data"][0]
    await seat.session.frame(BARS | {"symbol": "BTCUSDT"})
    await seat.session.frame(BARS | {"data": [bad | {"h": "0.01"}]})
    await seat.session.frame(BARS | {"data": [bad | {"c": "x"}]})
    await seat.session.frame({"pong": 1})
    assert seat.bars() == []
    with pytest.raises(LinkLost, match="refused"):
        await seat.session.frame({"code": "-100010", "msg": "Invalid Symbols!"})
    assert seat.session.pong({"ping": 1}) == {"pong": 1}


async def test_the_bar_socket_opens_with_the_first_wish_and_follows_the_others():
    seat, opened = BarSeat(frozenset()), asyncio.Event()

    class Link:
        async def run(self, session):
            await session.opened(seat.send)
            opened.set()
            await asyncio.Event().wait()

    assert seat.session.proven()
    async with running(seat.session.run(Link())):
        await settle()
        assert not opened.is_set()
        seat.session.watch(frozenset({("DOGEUSDT", "1m")}))
        await settle()
        assert opened.is_set()
        seat.session.watch(frozenset({("DOGEUSDT", "5m")}))
        await settle()
        assert [(frame["topic"], frame["event"], frame["id"]) for frame in seat.sent] == [
            ("kline_1m", "sub", 1),
            ("kline_1m", "cancel", 2),
            ("kline_5m", "sub", 3),
        ]

        async def cut(_frame):
            raise LinkLost("gone")

        seat.session._send = cut
        seat.session.watch(frozenset())
        await settle()


# -- private ------------------------------------------------------------------------

REPORT = payload("ws_executionReport")[0]


class Desk:
    """A private session on an adapter over a mock transport."""

    def __init__(self):
        self.adapter, self.venue, _ = adapter_with()
        self.events = Events(limit_s=5)
        self.relay = VenueRelay(self.events, self.adapter._desk.account)
        self.session = PrivateSession(self.relay)

    async def say(self, **change):
        await self.session.frame(REPORT | change)


async def silent(_frame):
    raise AssertionError("this socket is not spoken to")


async def test_a_report_gives_its_fill_and_its_state():
    desk = Desk()
    await desk.say()
    fill, report = desk.events.seen
    assert isinstance(fill, Fill)
    assert (fill.trade_id, fill.size) == ("1747358716255075840", Decimal("0.1"))
    assert isinstance(report, OrderReport)
    assert report.filled_size == Decimal("0.1")


async def test_repeated_and_late_reports_are_told_once():
    desk = Desk()
    await desk.say()
    await desk.say()
    await desk.say(z="0", l="0", X="NEW", d="0")
    assert len(desk.events.seen) == 2
    await desk.say(X="CANCELED", l="0", d="0", E="1723037391999")
    assert len(desk.events.of(OrderReport)) == 2
    assert len(desk.events.of(Fill)) == 1


async def test_a_missing_fill_shows_in_the_orders_own_sum():
    desk = Desk()
    await desk.say()
    await desk.say(z="0.3", l="0.1", d="1747358716255075999")
    (resync,) = desk.events.of(ResyncNeeded)
    assert "1747358716129257216" in resync.reason
    await desk.say(z="0.4", l="0.1", d="1747358716255076999", X="FILLED")
    assert len(desk.events.of(ResyncNeeded)) == 1


async def test_other_events():
    desk = Desk()
    await desk.session.frame(payload("ws_outboundAccountInfo")[0])
    await desk.session.frame(payload("ws_ticketInfo")[0])
    await desk.session.frame({"e": "outboundContractPositionInfo"})
    await desk.say(s="ETHBTC")
    assert [type(event) for event in desk.events.seen] == [AccountTouched, AccountTouched]
    await desk.say(z="x")
    desk.session.unreadable()
    assert len(desk.events.of(ResyncNeeded)) == 2
    assert desk.session.pong({"ping": 9, "channelId": "c"}) == {"pong": 9}
    assert desk.session.pong({"e": "x"}) is None


async def test_only_so_many_orders_are_remembered(monkeypatch):
    monkeypatch.setattr(relay_module, "REMEMBERED_ORDERS", 2)
    desk = Desk()
    for number in range(4):
        await desk.say(i=str(number), d=str(100 + number))
    assert list(desk.relay._newest) == ["2", "3"]


async def test_the_stream_is_live_only_after_it_was_compared():
    desk = Desk()
    await desk.session.opened(silent)
    assert desk.session.proven()
    assert desk.events.seen == [StreamState("private", connected=True, detail="")]
    desk.session.closed("cut")
    assert not desk.session.proven()
    desk.venue.handler = lambda _: (502, b"")
    with pytest.raises(VenueUnavailable):
        await desk.session.opened(silent)
    assert not desk.events.of(StreamState)[-1].connected


async def test_a_sale_tells_what_it_brought():
    desk = Desk()
    await desk.say(s="BTCUSDT", d="1", l="0.2", z="0.2", L="100", n="0", N="USDT", i="1")
    sale = {"s": "BTCUSDT", "S": "SELL", "d": "2", "l": "0.2", "z": "0.2", "L": "130", "i": "2", "N": "USDT"}
    await desk.session.frame(parse_free(REPORT | sale | {"E": "1723037392000"}))
    assert [fill.realized_pnl for fill in desk.events.of(Fill)] == [0, 6]
    assert {fill.instrument_id for fill in desk.events.of(Fill)} == {BTC}
    assert ETH not in {fill.instrument_id for fill in desk.events.of(Fill)}


def parse_free(raw):
    """Hold a frame made by hand against the wire model before it is used."""
    parse(Report, raw)
    return raw
