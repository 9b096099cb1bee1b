"""v3's streams: frames, snapshots, continuity, heartbeat, account events (sections 8.2 and 9.2)."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from terminal.sim.serving.faults import Fault

pytestmark = pytest.mark.asyncio
BTC = "BTCUSDT"


def is_event(*names):
    return lambda frame: frame.get("e") in names


class Book:
    """A book kept as the reference tells a client to keep it."""

    def __init__(self, frame):
        assert (frame["e"], frame["d"]) == ("depthSnapshot", "SNAPSHOT")
        self.version = frame["u"]
        self.sides = {side: dict(frame[side]) for side in "ab"}

    def apply(self, frame):
        assert frame["d"] == "CHANGED"
        assert frame["U"] == self.version, "a gap"
        self.version = frame["u"]
        for side, levels in self.sides.items():
            for price, size in frame[side]:
                levels[price] = size
                if size == "0":
                    del levels[price]

    def rows(self, side):
        return sorted(([p, s] for p, s in self.sides[side].items()), key=lambda row: Decimal(row[0]))


@pytest.mark.parametrize("levels", [15, 200])
async def test_the_book_stays_equal_to_rest_through_its_changes(client, levels):
    async with client.v3_stream(f"{BTC}@depth{levels}") as stream:
        first = await stream.next(is_event("depthSnapshot"))
        book = Book(first)
        for _ in range(40):
            client.wait(0.5)
        rest = await client.v3_market("depth", symbol=BTC, limit=levels)
        while book.version != rest["lastUpdateId"]:
            book.apply(await stream.next(is_event("depth")))

    assert set(first) == {"e", "E", "s", "U", "u", "l", "d", "b", "a"}
    assert (first["s"], first["l"]) == (BTC, levels)
    assert book.rows("a") == rest["asks"]
    assert book.rows("b")[::-1] == rest["bids"]


async def test_a_lost_change_shows_as_a_gap(client):
    async with client.v3_stream(f"{BTC}@depth15") as stream:
        book = Book(await stream.next(is_event("depthSnapshot")))
        client.exchange.add_fault(Fault("depth_gap", path=BTC))
        for _ in range(8):
            client.wait(0.5)
        with pytest.raises(AssertionError, match="a gap"):
            book.apply(await stream.next(is_event("depth")))


async def test_ticker(client):
    async with client.v3_stream(f"{BTC}@ticker") as stream:
        frame = await stream.next(is_event("ticker"))
    (row,) = frame["d"]
    (rest,) = await client.v3_market("ticker/24hr", symbol=BTC)

    assert frame["s"] == BTC
    assert (row["c"], row["h"], row["l"], row["o"]) == (
        rest["lastPrice"],
        rest["highPrice"],
        rest["lowPrice"],
        rest["openPrice"],
    )
    assert (row["p"], row["P"]) == (rest["priceChange"], rest["priceChangePercent"])
    assert (row["v"], row["q"], row["m"], row["i"]) == (
        rest["volume"],
        rest["quoteVolume"],
        rest["markPrice"],
        rest["indexPrice"],
    )
    assert Decimal(row["l"]) < Decimal(row["w"]) < Decimal(row["h"])
    assert abs(Decimal(row["w"]) - Decimal(row["q"]) / Decimal(row["v"])) < Decimal("1E-7")
    assert row["C"] - row["O"] == 86_400_000
    assert {type(row[name]) for name in ("O", "C", "n")} == {int}


async def test_trades_come_once_each_snapshot_included(client):
    """What the tape holds at subscription is the snapshot; nothing of it is sent again."""
    async with client.v3_stream(f"{BTC}@trade") as stream:
        first = await stream.next(is_event("tradeSnapshot"))
        assert len(first["d"]) == 50
        seen = [row["t"] for row in first["d"]]
        for _ in range(20):
            client.wait(0.5)
        wanted = (await client.v3_market("trades", symbol=BTC, limit=1))[0]
        while wanted["id"] not in seen:
            seen += [row["t"] for row in (await stream.next(is_event("trade")))["d"]]
    tape = await client.v3_market("trades", symbol=BTC, limit=len(seen))

    assert seen == [row["id"] for row in tape]
    assert set(first["d"][0]) == {"T", "t", "p", "q", "v", "m"}


async def test_a_late_subscriber_of_trades_gets_the_newest_once(client):
    async with client.v3_stream(f"{BTC}@trade") as early, client.v3_stream() as late:
        await early.next(is_event("tradeSnapshot"))
        for _ in range(6):
            client.wait(0.5)
        await late.send({"method": "SUBSCRIBE", "params": [f"{BTC}@trade"], "id": "x"})
        seen = [row["t"] for row in (await late.next(is_event("tradeSnapshot")))["d"]]
        for _ in range(6):
            client.wait(0.5)
        wanted = (await client.v3_market("trades", symbol=BTC, limit=1))[0]["id"]
        while wanted not in seen:
            seen += [row["t"] for row in (await late.next(is_event("trade")))["d"]]

    assert len(seen) == len(set(seen))
    assert seen == [row["id"] for row in await client.v3_market("trades", symbol=BTC, limit=len(seen))]


@pytest.mark.parametrize("interval", ["1m", "15m", "2h", "1d"])
async def test_klines(client, interval):
    async with client.v3_stream(f"{BTC}@kline_{interval}_LAST_PRICE") as stream:
        frame = await stream.next(is_event("klineSnapshot"))
        client.wait(2)
        change = await stream.next(is_event("kline"))

    newest = frame["d"][-1]
    assert (frame["s"], frame["p"], newest["s"], newest["i"]) == (BTC, "LAST_PRICE", BTC, interval)
    assert set(newest) == set("tTsiocvhlnqVQ")
    assert newest["t"] <= client.exchange.venue.clock.now_ms() <= newest["T"]
    assert change["d"][-1]["t"] >= newest["t"]
    if interval == "15m":
        rest = await client.v3_market("klines", symbol=BTC, interval=interval, limit=3)
        assert [rest[0][0], *rest[0][1:5]] == [frame["d"][-3][key] for key in "tohlc"]


async def test_a_history_too_short_for_the_interval_shows_no_bars(client):
    """The test's exchange knows two days only; the stream must stand all the same."""
    async with client.v3_stream(f"{BTC}@kline_1M_LAST_PRICE") as stream:
        assert (await stream.next(is_event("klineSnapshot")))["d"] == []
        client.wait(3)
        await stream.send({"method": "PONG", "id": 1})
        assert await stream.next() == {"id": 1, "method": "PONG"}


async def test_mark_klines_follow_the_mark(client):
    async with client.v3_stream(f"{BTC}@kline_1m_MARK_PRICE") as stream:
        frame = await stream.next(is_event("klineSnapshot"))
    rest = await client.v3_market("markPriceKlines", symbol=BTC, interval="1m", limit=5)

    assert frame["p"] == "MARK_PRICE"
    assert [row["o"] for row in frame["d"][-5:]] == [row[1] for row in rest]


async def test_one_frame_subscribes_to_many_and_unsubscribes(client):
    names = [f"{BTC}@ticker", "ETHUSDT@ticker", "SOLUSDT@depth15"]
    async with client.v3_stream() as stream:
        await stream.send({"method": "SUBSCRIBE", "params": names, "id": "a-1"})
        assert await stream.next() == {"result": True, "id": "a-1"}
        assert {(await stream.next())["s"] for _ in names} == {BTC, "ETHUSDT", "SOLUSDT"}
        await stream.send({"method": "UNSUBSCRIBE", "params": names, "id": 2})
        await stream.next(lambda frame: frame == {"result": True, "id": 2})
        client.wait(3)
        await stream.send({"method": "PONG", "id": "9"})
        assert await stream.next() == {"id": "9", "method": "PONG"}  # and nothing before it


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        ("NOUSDT@ticker", "invalid symbol : NOUSDT@ticker"),
        ("cmt_btcusdt@ticker", "invalid symbol"),
        ("ticker.cmt_btcusdt", "invalid symbol"),  # v2's name on v3's stream
        (f"{BTC}@depth20", f"invalid channel : {BTC}@depth20"),
        (f"{BTC}@kline_3m_LAST_PRICE", "invalid channel"),
        (f"{BTC}@kline_1m_INDEX_PRICE", "invalid channel"),
        (f"{BTC}@bookTicker", "invalid channel"),  # spot only
    ],
)
async def test_channels_that_do_not_exist(client, channel, sentence):
    """One wrong name refuses the whole frame."""
    async with client.v3_stream() as stream:
        await stream.send({"method": "SUBSCRIBE", "params": [f"{BTC}@ticker", channel], "id": 5})
        answer = await stream.next()
        assert (answer["result"], answer["id"]) == (False, 5)
        assert answer["msg"].startswith(f"INVALID_ARGUMENT: {sentence}")
        client.wait(2)
        await stream.send({"method": "PONG", "id": 6})
        assert await stream.next() == {"id": 6, "method": "PONG"}


@pytest.mark.parametrize(
    "frame", [[], {"event": "subscribe"}, {"method": "SUBSCRIBE"}, {"method": ["SUBSCRIBE"], "id": 1}]
)
async def test_frames_that_say_nothing(client, frame):
    async with client.v3_stream() as stream:
        await stream.send(frame)
        assert (await stream.next())["result"] is False
        await stream.socket.send("{")
        assert await stream.next() == {"result": False, "id": None, "msg": "INVALID_ARGUMENT: unknown event"}


async def test_at_most_100_channels_also_in_one_frame(client):
    intervals = ("1m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h")
    topics = ("ticker", "trade", "depth15", "depth200", *(f"kline_{name}_LAST_PRICE" for name in intervals))
    bases = ("BTC", "ETH", "SOL", "XRP", "ADA", "BNB", "LTC", "DOGE")
    names = [f"{base}USDT@{topic}" for base in bases for topic in topics]
    assert len(names) > 100
    async with client.v3_stream() as stream:
        await stream.send({"method": "SUBSCRIBE", "params": names, "id": 1})
        assert await stream.next() == {"result": False, "id": 1, "msg": "INVALID_ARGUMENT: too many channels"}
        await stream.send({"method": "SUBSCRIBE", "params": names[:100], "id": 2})
        assert await stream.next() == {"result": True, "id": 2}
        firsts = {(frame["s"], frame["e"]) for frame in [await stream.next() for _ in range(100)]}
        assert len(firsts) == len({(name.split("@")[0], name.split("@")[1][:5]) for name in names[:100]})


async def test_pings_are_worded_apart_and_the_silent_are_dropped(start, options):
    async with (
        start(replace(options, ping_interval_s=0.02)) as client,
        client.v3_stream() as public,
        client.v3_stream(private=True) as private,
    ):
        ping = await public.next(lambda frame: frame.get("event") == "ping")
        assert set(ping) == {"event", "time"}
        assert set(await private.next(lambda frame: frame.get("type") == "ping")) == {"type", "time"}
        for number in range(12):  # far beyond the five that a silent client gets
            await private.send({"method": "PONG", "id": number})
            assert (await private.next()).keys() == {"type", "time"}  # a pong is not acknowledged here
        async with asyncio.timeout(60):
            await public.socket.wait_closed()


async def test_account_events_are_flat_and_share_v2s_versions(client):
    channels = ("account", "positions", "orders", "fill")
    async with client.v3_stream(*channels, private=True) as v3, client.stream(*channels, private=True) as v2:
        order_id = await client.v3_place(
            quantity="0.002", newClientOrderId="seen-1", slTriggerPrice=client.price(off="-0.05")
        )
        client.exchange.tick()
        frames = [await v3.next(is_event(*channels)) for _ in range(5)]
        twins = [(await v2.next(lambda frame: frame["event"] == "payload"))["msg"] for _ in range(5)]

    assert [frame["v"] for frame in frames] == [twin["version"] for twin in twins]
    assert [set(frame) for frame in frames] == [{"e", "E", "v", "msgEvent", "d"}] * 5
    assert [frame["e"] for frame in frames] == ["orders", "orders", "fill", "positions", "account"]
    accepted, filled, fill, position, account = (frame["d"][0] for frame in frames)
    assert (accepted["status"], filled["status"]) == ("PENDING", "FILLED")
    assert (
        filled
        | {
            "id": order_id,
            "coin": "USDT",
            "symbol": BTC,
            "marginMode": "CROSSED",
            "clientOrderId": "seen-1",
            "timeInForce": "IOC",
            "type": "MARKET",
            "orderSide": "BUY",
            "setOpenTp": False,
            "setOpenSl": True,
            "positionTpsl": False,
            "reduceOnly": False,
            "cumFillSize": "0.002",
        }
        == filled
    )
    assert not {"coinId", "contractId", "isSetOpenTp"} & set(filled)
    assert (fill["orderId"], fill["fillSize"], fill["direction"]) == (order_id, "0.002", "TAKER")
    assert (position["side"], position["size"], position["symbol"]) == ("LONG", "0.002", BTC)
    assert (account["coin"], account["marginMode"], account["crossSymbol"]) == ("USDT", "CROSSED", "0")
    assert Decimal(account["amount"]) == client.exchange.exchange.books.wallet.cash


async def test_a_resting_order_is_new_and_then_canceled(client):
    async with client.v3_stream("orders", private=True) as stream:
        order_id = await client.v3_place(type="LIMIT", timeInForce="POST_ONLY", price=client.price(off="-0.005"))
        await client.v3_ok("DELETE", "order", orderId=order_id)
        client.exchange.tick()
        rows = [(await stream.next(is_event("orders")))["d"][0] for _ in range(3)]

    assert [row["status"] for row in rows] == ["PENDING", "NEW", "CANCELED"]
    assert {row["timeInForce"] for row in rows} == {"POST_ONLY"}


async def test_private_channels_that_do_not_exist(client):
    async with client.v3_stream(private=True) as stream:
        await stream.send({"method": "SUBSCRIBE", "params": ["orders", f"{BTC}@ticker"], "id": 1})
        assert (await stream.next())["result"] is False


async def test_silence_and_cut_connections_reach_v3(client):
    async with client.v3_stream(f"{BTC}@ticker") as stream:
        await stream.next(is_event("ticker"))
        client.exchange.add_fault(Fault("drop_sockets"))
        async with asyncio.timeout(60):
            await stream.socket.wait_closed()
