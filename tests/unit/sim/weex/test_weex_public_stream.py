"""The public stream: acknowledgements, frames, depth continuity, heartbeat (section 8.1)."""

import asyncio
import contextlib
from dataclasses import replace
from decimal import Decimal

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from terminal.sim.serving.faults import Fault

pytestmark = pytest.mark.asyncio
BTC = "cmt_btcusdt"


def is_depth(kind):
    return lambda frame: frame["event"] == "payload" and frame["data"][0].get("depthType") == kind


class Book:
    """A book kept as the reference tells a client to keep it."""

    def __init__(self, frame):
        (row,) = frame["data"]
        assert row["depthType"] == "SNAPSHOT"
        self.version = row["endVersion"]
        self.sides = {side: {level["price"]: level["size"] for level in row[side]} for side in ("bids", "asks")}

    def apply(self, frame):
        (row,) = frame["data"]
        assert row["startVersion"] == self.version, "a gap"
        self.version = row["endVersion"]
        for side, levels in self.sides.items():
            for level in row[side]:
                levels[level["price"]] = level["size"]
                if level["size"] == "0":
                    del levels[level["price"]]

    def rows(self, side):
        return sorted(([p, s] for p, s in self.sides[side].items()), key=lambda row: Decimal(row[0]))


@pytest.mark.parametrize("levels", [15, 200])
async def test_the_book_stays_equal_to_rest_through_its_changes(client, levels):
    name = f"depth.{BTC}.{levels}"
    async with client.stream(name) as stream:
        book = Book(await stream.next(is_depth("SNAPSHOT")))
        for _ in range(40):
            client.wait(0.5)
        rest = await client.public("depth", symbol=BTC, limit=levels)
        wanted = str(client.exchange.venue.market.book("BTC").version)
        while book.version != wanted:
            book.apply(await stream.next(is_depth("CHANGED")))

    assert book.rows("asks") == rest["asks"]
    assert book.rows("bids")[::-1] == rest["bids"]
    assert len(rest["asks"]) == levels


async def test_a_second_listener_starts_from_now(client):
    async with client.stream(f"depth.{BTC}.15") as first, client.stream() as second:
        book = Book(await first.next(is_depth("SNAPSHOT")))
        client.exchange.venue.market.book("BTC").submit(None, *_small_bid(client))
        await second.send({"event": "subscribe", "channel": f"depth.{BTC}.15"})
        late = Book(await second.next(is_depth("SNAPSHOT")))
        book.apply(await first.next(is_depth("CHANGED")))

    assert late.version == book.version
    assert late.sides == book.sides


def _small_bid(client):
    from terminal.sim.market.types import BookSide

    return BookSide.BUY, 7, client.exchange.venue.market.book("BTC").best_bid


async def test_a_lost_change_shows_as_a_gap(client):
    async with client.stream(f"depth.{BTC}.15") as stream:
        book = Book(await stream.next(is_depth("SNAPSHOT")))
        client.exchange.add_fault(Fault("depth_gap", path="depth"))
        for _ in range(8):
            client.wait(0.5)
        change = await stream.next(is_depth("CHANGED"))

    assert int(change["data"][0]["startVersion"]) > int(book.version)


async def test_ticker_frames_agree_with_rest(client):
    async with client.stream(f"ticker.{BTC}") as stream:
        for _ in range(3):
            client.wait(0.5)
        rest = await client.public("ticker", symbol=BTC)
        frame = await stream.next(lambda f: f["event"] == "payload" and f["data"][0]["lastPrice"] == rest["last"])

    (row,) = frame["data"]
    assert set(frame) == {"event", "channel", "data"}
    assert set(row) == {
        "symbol",
        "priceChange",
        "priceChangePercent",
        "trades",
        "size",
        "value",
        "high",
        "low",
        "lastPrice",
        "markPrice",
        "indexPrice",
    }
    assert (row["high"], row["low"]) == (rest["high_24h"], rest["low_24h"])
    assert (row["size"], row["value"]) == (rest["base_volume"], rest["volume_24h"])
    assert row["priceChangePercent"] == rest["priceChangePercent"]


async def test_klines_begin_with_a_snapshot_and_close_their_bars(client):
    name = f"kline.LAST_PRICE.{BTC}.MINUTE_1"
    async with client.stream(name) as stream:
        snapshot = await stream.next(lambda f: f.get("type") == "snapshot")
        bars = {row["klineTime"]: row for row in snapshot["data"]}
        for _ in range(60):
            client.wait(2)
        rest = await client.public("candles", symbol=BTC, granularity="1m", limit=4)
        while bars.get(rest[-1][0], {}).get("close") != rest[-1][4]:
            frame = await stream.next(lambda f: f.get("type") == "change")
            bars |= {row["klineTime"]: row for row in frame["data"]}

    assert len(snapshot["data"]) == 200
    for row in rest[:-1]:
        kline = bars[row[0]]
        shown = [kline[name] for name in ("open", "high", "low", "close", "size", "value")]
        assert shown[:4] == row[1:5]
        assert [Decimal(value) for value in shown[4:]] == [Decimal(value) for value in row[5:]]


async def test_trades_arrive_once_each_and_match_the_tape(client):
    async with client.stream(f"trades.{BTC}") as stream:
        client.exchange.tick()
        before = len(client.exchange.venue.market.tape("BTC", 1000))
        for _ in range(20):
            client.wait(0.5)
        tape = client.exchange.venue.market.tape("BTC", 1000)[before:]
        rows = []
        while len(rows) < len(tape):
            rows += (await stream.next(lambda f: f["event"] == "payload"))["data"]

    assert len(tape) > 5
    assert [Decimal(row["price"]) for row in rows] == [Decimal("0.1") * trade.price_ticks for trade in tape]
    assert all(isinstance(row["buyerMaker"], bool) for row in rows)


async def test_unknown_channels_and_nonsense_get_an_error(client):
    async with client.stream() as stream:
        for frame in ({"event": "subscribe", "channel": "depth.cmt_btcusdt.50"}, {"event": "dance"}, [1]):
            await stream.send(frame)
            assert (await stream.next())["event"] == "error"
        await stream.socket.send("{")
        assert (await stream.next())["event"] == "error"


async def test_unsubscribing_is_acknowledged_and_ends_the_frames(client):
    async with client.stream(f"ticker.{BTC}") as stream:
        await stream.next(lambda f: f["event"] == "payload")
        await stream.send({"event": "unsubscribe", "channel": f"ticker.{BTC}"})
        ack = await stream.next(lambda f: f["event"] == "unsubscribed")
        client.wait(2)
        await stream.send({"event": "ping", "time": "5"})
        answer = await stream.next()

    assert ack == {"event": "unsubscribed", "channel": f"ticker.{BTC}"}
    assert answer == {"event": "pong", "time": "5"}


async def test_more_than_100_channels_are_refused(client):
    intervals = ["MINUTE_1", "MINUTE_5", "MINUTE_15", "MINUTE_30", "HOUR_1", "HOUR_2", "HOUR_4"]
    bases = ["btc", "eth", "sol", "doge", "xrp", "ada", "bnb", "ltc"]
    kinds = ["LAST_PRICE", "MARK_PRICE"]
    names = [f"kline.{kind}.cmt_{base}usdt.{interval}" for kind in kinds for base in bases for interval in intervals]
    async with client.stream(*names[:100]) as stream:
        await stream.send({"event": "subscribe", "channel": names[100]})
        answer = await stream.next(lambda f: f["event"] in {"error", "subscribed"})

    assert answer["event"] == "error"


async def test_a_client_that_answers_pings_stays_and_a_silent_one_is_closed(start, options):
    async with (
        start(replace(options, ping_interval_s=0.05)) as client,
        client.stream() as faithful,
        client.stream() as silent,
    ):
        for _ in range(9):
            ping = await faithful.next(lambda f: f["event"] == "ping")
            await faithful.send({"event": "pong", "time": ping["time"]})
        unanswered = await until_closed(silent)
        await faithful.send({"event": "ping", "time": "1"})
        await faithful.next(lambda f: f["event"] == "pong")

    assert [frame["event"] for frame in unanswered] == ["ping"] * 5
    assert silent.socket.close_code == 1001


async def until_closed(stream):
    """The frames a stream still brings before it ends."""
    frames = []
    async with asyncio.timeout(60):
        with contextlib.suppress(ConnectionClosed):
            while True:
                frames.append(orjson.loads(await stream.socket.recv()))
    return frames


async def test_without_a_user_agent_the_handshake_is_refused(client):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(client.exchange.info["ws_public"], user_agent_header=None):
            pass

    assert refused.value.response.status_code == 521


async def test_dropped_sockets_are_cut_without_a_close_frame(client):
    async with client.stream(f"ticker.{BTC}") as stream:
        client.exchange.add_fault(Fault("drop_sockets"))
        await until_closed(stream)

    assert stream.socket.close_code == 1006


async def test_a_silent_stream_sends_nothing_until_cleared(client):
    async with client.stream(f"ticker.{BTC}") as stream:
        await stream.next(lambda f: f["event"] == "payload")
        client.exchange.add_fault(Fault("stream_silence", count=-1))
        await stream.send({"event": "ping", "time": "lost"})
        client.wait(5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.socket.recv(), 0.3)
        client.exchange.control.clear_faults()
        await stream.send({"event": "ping", "time": "heard"})

        assert (await stream.next(lambda f: f["event"] == "pong"))["time"] == "heard"
