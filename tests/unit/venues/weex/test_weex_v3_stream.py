"""v3's frames: numbered requests, channels made up from the data, and the same events as v2."""

from decimal import Decimal

import pytest
from weex_kit import BTC, SteppingClock, payload

from helpers.event_sink import Events
from terminal.domain.errors import MalformedReply
from terminal.domain.fill import Fill
from terminal.domain.market import CandleUpdate, Interval, OrderBook, PublicTrade, StreamState, Ticker
from terminal.domain.order import Effect, OrderKind, Side, TimeInForce
from terminal.net.server_clock import ServerClock
from terminal.net.stream.link import LinkLost
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded
from terminal.venues.weex.relay import FeedRelay, VenueRelay
from terminal.venues.weex.stream.frames import Confirmed, Failure, Operation
from terminal.venues.weex.stream.private import CHANNELS, PrivateSession
from terminal.venues.weex.stream.public import PublicSession, Wishes
from terminal.venues.weex.stream.v2 import PublicV2
from terminal.venues.weex.stream.v3 import PrivateV3, PublicV3

pytestmark = pytest.mark.asyncio
WISHES = Wishes(bars=frozenset({("BTCUSDT", "1m")}), tapes=frozenset({"BTCUSDT"}))


class Line:
    """The other end of a socket: keeps what is sent."""

    def __init__(self):
        self.sent = []

    async def __call__(self, frame):
        self.sent.append(frame)

    def channels(self, method):
        return [frame["params"][0] for frame in self.sent if frame["method"] == method]


async def public(wishes=WISHES):
    events, line, clock = Events(), Line(), SteppingClock()
    relay = FeedRelay(events, ServerClock(clock))
    session = PublicSession(("BTCUSDT",), wishes, relay, clock, PublicV3())
    await session.opened(line)
    return session, events, line


async def test_channels_are_asked_for_one_a_numbered_frame():
    session, events, line = await public()
    assert line.channels("SUBSCRIBE") == [
        "BTCUSDT@depth15",
        "BTCUSDT@kline_1m_LAST_PRICE",
        "BTCUSDT@ticker",
        "BTCUSDT@trade",
    ]
    assert [frame["id"] for frame in line.sent] == [1, 2, 3, 4]
    await session.frame({"type": "connected"})
    assert not session.proven()
    await session.frame({"result": True, "id": 1})
    assert session.proven()
    assert events.seen == [StreamState("public", connected=True, detail="")]


async def test_a_refused_subscription_ends_the_connection():
    session, _, _ = await public()
    with pytest.raises(LinkLost, match="invalid symbol"):
        await session.frame({"result": False, "id": 1, "msg": "INVALID_ARGUMENT: invalid symbol : X"})
    with pytest.raises(LinkLost, match="BTCUSDT@ticker was refused"):
        await session.frame({"result": False, "id": 3})
    with pytest.raises(LinkLost, match="down"):
        await session.frame({"event": "error", "msg": "down"})


async def test_ticker_book_bars_and_an_unsorted_tape():
    session, events, _ = await public()
    for name in ("ws_ticker", "ws_depth_snapshot", "ws_depth_change", "ws_kline", "ws_trade"):
        await session.frame(payload(name, "v3"))
    (ticker,) = events.of(Ticker)
    assert (ticker.instrument_id, ticker.last, ticker.change_24h) == (BTC, Decimal("89950.5"), Decimal("-0.004541"))
    assert (ticker.mark, ticker.index, ticker.base_volume_24h) == (
        Decimal("89951.2"),
        Decimal("89950.9"),
        Decimal("25615.2"),
    )
    _, book = events.of(OrderBook)
    assert (book.version, book.synchronised, book.best_bid.size) == (14104794703, True, Decimal("0.25"))
    assert [level.price for level in book.asks] == [Decimal("90001.0")]
    (update,) = events.of(CandleUpdate)
    assert (update.interval, update.candle.volume) == (Interval.M1, 3.25)
    trades = events.of(PublicTrade)
    assert [trade.ts_event_ms for trade in trades] == [1775121039597, 1775121039799, 1775121040002]
    assert [trade.taker for trade in trades] == [Side.SELL, Side.BUY, Side.BUY]


async def test_the_open_price_of_another_window_is_not_read():
    row = PublicV3().ticker("BTCUSDT", payload("ws_ticker", "v3")["d"][0])
    assert "91234.5" not in {str(value) for value in row}


async def test_a_gap_is_repaired_by_leaving_and_joining():
    session, events, line = await public(Wishes())
    await session.frame(payload("ws_depth_snapshot", "v3"))
    line.sent.clear()
    await session.frame(payload("ws_depth_change", "v3") | {"U": 14104794695})
    assert [book.synchronised for book in events.of(OrderBook)] == [True, False]
    assert line.channels("UNSUBSCRIBE") == line.channels("SUBSCRIBE") == ["BTCUSDT@depth15"]


async def test_a_deep_book_replaces_the_shallow_one():
    session, events, line = await public(Wishes())
    await session.frame(payload("ws_depth_snapshot", "v3"))
    session.watch(Wishes(deep=frozenset({"BTCUSDT"})))
    line.sent.clear()
    await session._align()
    assert line.channels("UNSUBSCRIBE") == ["BTCUSDT@depth15"]
    assert line.channels("SUBSCRIBE") == ["BTCUSDT@depth200"]
    await session.frame(payload("ws_depth_change", "v3"))  # still on its way: not of the new book
    assert len(events.of(OrderBook)) == 1
    await session.frame(payload("ws_depth_snapshot", "v3") | {"l": 200})
    assert len(events.of(OrderBook)) == 2


async def test_s07_channels_nobody_asked_for_end_the_connection():
    session, _, _ = await public(Wishes())
    strangers = [{"e": "bookTicker", "s": "BTCUSDT"}, payload("ws_trade", "v3"), {"e": "kline", "s": "X", "d": []}]
    for frame in strangers[:2]:
        await session.frame(frame)
    with pytest.raises(LinkLost, match="not asked for"):
        await session.frame(strangers[2])


async def test_s08_unreadable_elements_are_dropped():
    session, events, _ = await public()
    for name, spoil in (
        ("ws_ticker", {"c": "NaN"}),
        ("ws_trade", {"m": "false"}),
        ("ws_kline", {"o": "1e5"}),
    ):
        frame = payload(name, "v3")
        frame["d"] = [frame["d"][0] | spoil]
        await session.frame(frame)
    await session.frame({"e": "ticker", "s": "BTCUSDT", "d": ["x"]})
    assert [type(event) for event in events.seen] == [StreamState]


@pytest.mark.parametrize("frame", [{"event": "ping", "time": "1"}, {"type": "ping", "time": "1"}])
async def test_pings_are_answered_with_a_number(frame):
    grammar = PublicV3()
    assert grammar.pong(frame) == {"method": "PONG", "id": 1}
    assert grammar.read({"id": "1", "method": "PONG"}) is None
    assert grammar.pong({"e": "ticker"}) is None


async def private():
    events, line = Events(), Line()
    session = PrivateSession(VenueRelay(events), PrivateV3())
    await session.opened(line)
    return session, events, line


async def test_private_channels_are_proven_one_by_one():
    session, events, line = await private()
    assert line.channels("SUBSCRIBE") == list(CHANNELS)
    for number in (1, 2, 3, 9):
        await session.frame({"result": True, "id": number})
        assert not session.proven()
    await session.frame({"result": True, "id": "4"})
    assert session.proven()
    assert events.seen == [StreamState("private", connected=True, detail="")]


async def test_private_events_of_v3():
    session, events, _ = await private()
    for number, name in enumerate(("ws_orders", "ws_fill", "ws_account", "ws_positions")):
        await session.frame(payload(name, "v3") | {"v": 10 + number})
    (order,), (fill,) = events.of(OrderReport), events.of(Fill)
    assert (order.instrument_id, order.kind, order.tif, order.effect) == (
        BTC,
        OrderKind.MARKET,
        TimeInForce.IOC,
        Effect.OPEN,
    )
    assert (fill.price, fill.size) == (Decimal("90000.5"), Decimal("0.0020"))
    assert len(events.of(AccountTouched)) == 2
    assert not events.of(ResyncNeeded)


async def test_a_version_gap_of_v3_asks_for_a_resync():
    session, events, _ = await private()
    await session.frame(payload("ws_orders", "v3") | {"v": 10})
    await session.frame(payload("ws_fill", "v3") | {"v": 12})
    assert [event.reason for event in events.of(ResyncNeeded)] == ["events 11 to 11 were not received"]


@pytest.mark.parametrize("spoil", [{"v": None}, {"d": {}}, {"d": [{"id": "1"}]}])
async def test_s08_an_unreadable_private_message_is_never_silent(spoil):
    session, events, _ = await private()
    await session.frame(payload("ws_fill", "v3") | spoil)
    assert len(events.of(ResyncNeeded)) == 1


async def test_the_tape_of_v2():
    events, line, clock = Events(), [], SteppingClock()

    async def send(frame):
        line.append(frame["channel"])

    relay = FeedRelay(events, ServerClock(clock))
    wishes = Wishes(tapes=frozenset({"cmt_btcusdt"}))
    session = PublicSession(("cmt_btcusdt",), wishes, relay, clock, PublicV2())
    await session.opened(send)
    assert "trades.cmt_btcusdt" in line
    await session.frame(payload("ws_trades"))
    assert [(trade.taker, trade.trade_id) for trade in events.of(PublicTrade)] == [(Side.SELL, ""), (Side.BUY, "")]


async def test_grammars_tell_confirmations_and_failures():
    grammar = PrivateV3()
    grammar.operation(Operation.SUBSCRIBE, "fill")
    grammar.operation(Operation.UNSUBSCRIBE, "fill")
    assert grammar.read({"result": True, "id": 1}) == Confirmed("fill")
    assert grammar.read({"result": True, "id": 2}) == Confirmed("")
    assert grammar.read({"result": False, "id": 7}) == Failure("a channel was refused")
    with pytest.raises(MalformedReply):
        PublicV3().bar([1])
