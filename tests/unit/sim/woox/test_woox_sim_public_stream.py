"""The public stream: commands, refusals, the chain of book changes, and the other topics."""

from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from woox_desk import BTC, OPTIONS, SPOT_BTC, started

from terminal.sim.woox.topics import parse_topic

pytestmark = pytest.mark.asyncio
DELTAS = f"orderbookupdate@{BTC}@50"


async def rest_book(client, symbol=BTC, depth=50, rpi="false"):
    """(time, bids, asks) as a reader keeps them: quantities by price."""
    answer = (await client.public("orderbook", symbol=symbol, maxLevel=depth, rpi=rpi)).json()
    sides = ({row["price"]: row["quantity"] for row in answer["data"][side]} for side in ("bids", "asks"))
    return answer["timestamp"], *sides


def apply(book, data):
    for side, rows in zip(book, (data["bids"], data["asks"]), strict=True):
        for price, size in rows:
            if size == "0":
                side.pop(price, None)
            else:
                side[price] = size


@pytest.mark.parametrize(
    ("topic", "depth", "rpi"),
    [
        (DELTAS, 50, "false"),
        (f"orderbookupdaterpi@{BTC}@200", 200, "true"),
        (f"orderbookupdate@{SPOT_BTC}@500", 500, "false"),
    ],
)
async def test_rest_and_the_changes_behind_it_make_the_present_book(client, topic, depth, rpi):
    symbol = topic.split("@")[1]
    async with client.stream(topic) as stream:
        client.wait(0.3)
        last, *book = await rest_book(client, symbol, depth, rpi)
        for _ in range(20):
            client.wait(0.3)
        end, *wanted = await rest_book(client, symbol, depth, rpi)
        steps = 0
        while last < end:
            data = await stream.data(topic)
            if data["ts"] <= last:
                continue
            assert (data["s"], data["prevTs"]) == (symbol, last)
            apply(book, data)
            last, steps = data["ts"], steps + 1
        assert (last, book) == (end, wanted)
        assert steps > 5


async def test_a_quiet_book_says_nothing(client):
    async with client.stream(DELTAS, f"markprice@{BTC}") as stream:
        for _ in range(40):
            client.wait(0)
        seen = [(await stream.next(lambda frame: "topic" in frame))["topic"] for _ in range(3)]
    assert seen.count(DELTAS) <= 1


async def test_a_lost_change_breaks_the_chain(client):
    async with client.stream(DELTAS) as stream:
        client.wait(0.3)
        first = await stream.data(DELTAS)
        client.fault("depth_gap", path=DELTAS)
        client.wait(0.3)
        client.wait(0.3)
        after = await stream.data(DELTAS)
    assert after["prevTs"] > first["ts"]


async def test_rest_behind_the_stream(client):
    async with client.stream(DELTAS) as stream:
        client.wait(0.3)
        await stream.data(DELTAS)
        client.fault("stale_book", count=-1)
        client.wait(0.3)
        first = await stream.data(DELTAS)
        for _ in range(3):
            client.wait(1)
            stale, *_ = await rest_book(client)
            assert stale < first["prevTs"]
        client.exchange.control.clear_faults()
        client.wait(0.3)
        fresh, *_ = await rest_book(client)
        assert fresh > first["ts"]


async def test_topics_that_are_refused_are_missing_from_the_answer(client):
    async with client.stream(DELTAS) as stream:
        asked = [
            DELTAS,
            f"bbo@{BTC}",
            "bbo@PERP_NONE_USDT",
            f"orderbookupdate@{BTC}@40",
            f"kline@{BTC}@7m",
            "executionreport",
        ]
        assert await stream.subscribe(*asked) == [f"bbo@{BTC}"]
        await stream.send({"id": "2", "cmd": "UN_SUBSCRIBE", "params": [DELTAS, "bbo@x"]})
        answer = await stream.next(lambda frame: frame.get("cmd") == "UN_SUBSCRIBE")
        assert (answer["id"], answer["success"], answer["data"]) == ("2", True, [DELTAS])
        assert await stream.subscribe(DELTAS) == [DELTAS]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"id": "1", "cmd": "SUBSCRIBE", "params": [f"bbo@{BTC}"] * 11}, "Invalid request."),
        ({"id": "1", "cmd": "SUBSCRIBE", "params": []}, "Invalid request."),
        ({"id": "1", "cmd": "SUBSCRIBE", "params": "bbo"}, "Invalid request."),
        ({"id": "1", "cmd": "LISTEN"}, "Command type invalid!"),
        ("[1]", "Invalid request."),
        ("nonsense", "Invalid request."),
    ],
)
async def test_commands_that_make_no_sense(client, frame, words):
    async with client.stream() as stream:
        await stream.send(frame)
        answer = await stream.next()
    assert (answer["success"], answer["data"]) == (False, words)


async def test_eleven_topics_are_refused_whole_and_ten_are_not(client):
    topics = [f"kline@PERP_{pair}_USDT@1m" for pair in client.exchange.exchange.rules] + [
        f"bbo@{BTC}",
        f"trade@{BTC}",
        DELTAS,
    ]
    async with client.stream() as stream:
        await stream.send({"id": "1", "cmd": "SUBSCRIBE", "params": topics})
        assert (await stream.next())["success"] is False
        assert await stream.subscribe(*topics[:10]) == topics[:10]


async def test_the_101st_topic_is_missing(client):
    pairs, words = (
        client.exchange.exchange.rules,
        ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "3d", "1w"),
    )
    topics = [f"kline@PERP_{pair}_USDT@{word}" for pair in pairs for word in words]
    assert len(topics) == 104
    async with client.stream() as stream:
        taken = [topic for at in range(0, 104, 8) for topic in await stream.subscribe(*topics[at : at + 8])]
    assert taken == topics[:100]


async def test_ping_and_pong(client):
    async with client.stream() as stream:
        await stream.send({"cmd": "PING", "ts": 1})
        assert await stream.next() == {"cmd": "PONG", "success": True, "time": client.exchange.venue.clock.shown_ms()}


async def test_a_minute_of_silence_ends_the_connection():
    async with started(OPTIONS) as client, client.stream() as stream, client.stream() as other:
        client.wait(50)
        await other.send({"cmd": "PING"})
        await other.next()
        client.wait(11)
        with pytest.raises(ConnectionClosed) as closed:
            await stream.next()
        assert closed.value.rcvd is None  # no goodbye: 1006
        await other.send({"cmd": "PING"})
        assert (await other.next())["cmd"] == "PONG"


async def test_every_print_comes_once(client):
    topic = f"trade@{BTC}"
    client.wait(0.5)  # what the market does to get to its opening moment is over
    async with client.stream(topic) as stream:
        since = client.exchange.venue.now_ms
        await client.place(quantity="0.002")
        for _ in range(20):
            client.wait(0.5)
        tape = [trade for trade in client.exchange.venue.market.tape("BTC", 500) if trade.time_ms >= since]
        seen = [await stream.data(topic) for _ in tape]
    rules = client.exchange.exchange.rules["BTC"]
    assert [(row["px"], row["sx"], row["sd"], row["ts"]) for row in seen] == [
        (f"{rules.price(t.price_ticks):f}", f"{rules.size(t.lots):f}", t.taker_side.value, t.time_ms) for t in tape
    ]


async def test_bars_close_and_go_on(client):
    topic = f"kline@{BTC}@1m"
    async with client.stream(topic) as stream:
        for _ in range(150):
            client.wait(0.5)
        client.wait(0)
        closed = (await client.public("kline", symbol=BTC, type="1m", limit=2)).json()["data"]["rows"][1]
        rows = {}
        while not rows or max(rows) <= closed["startTimestamp"]:
            data = await stream.data(topic)
            rows[data["st"]] = data
    last = rows[closed["startTimestamp"]]
    assert (last["o"], last["c"], last["h"], last["l"], last["v"]) == tuple(
        closed[name] for name in ("open", "close", "high", "low", "volume")
    )
    assert (last["t"], last["et"]) == ("1m", closed["endTimestamp"])


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        (f"bbo@{BTC}", {"bp", "bq", "ap", "aq"}),
        (f"bborpi@{BTC}", {"bp", "bq", "ap", "aq"}),
        (f"orderbook10@{BTC}", {"bids", "asks"}),
        (f"ticker@{BTC}", {"o", "c", "h", "l", "v", "a", "cnt", "tts"}),
        (f"ticker@{SPOT_BTC}", {"o", "c", "h", "l", "v", "a"}),
        (f"markprice@{BTC}", {"px"}),
        (f"indexprice@{SPOT_BTC}", {"px"}),
        (f"estfundingrate@{BTC}", {"r", "ft"}),
        (f"openinterest@{BTC}", {"oi"}),
    ],
)
async def test_the_other_topics(client, topic, names):
    async with client.stream(topic) as stream:
        for _ in range(601):
            client.wait(0.01)
        data = await stream.data(topic)
    assert names | {"s", "ts"} <= set(data)
    assert data["s"] == topic.split("@")[1]


async def test_the_best_of_the_api_is_outside_the_best_of_all(client):
    async with client.stream(f"bbo@{BTC}", f"bborpi@{BTC}", f"orderbook10@{BTC}") as stream:
        client.wait(0.3)
        client.wait(0.3)
        thin, whole, ten = [await stream.data(f"{name}@{BTC}") for name in ("bbo", "bborpi", "orderbook10")]
    assert float(thin["bp"]) < float(whole["bp"]) < float(whole["ap"]) < float(thin["ap"])
    assert len(ten["bids"]) == len(ten["asks"]) == 10
    assert float(thin["bp"]) < float(ten["bids"][0][0]) < float(ten["asks"][0][0]) < float(thin["ap"])


@pytest.mark.parametrize(
    "name",
    [
        f"markprice@{SPOT_BTC}",
        f"indexprice@{BTC}",
        f"bbo@{BTC}@1",
        "bbo",
        "",
        f"orderbookupdate@{BTC}",
        f"kline@{BTC}",
        "x@y",
    ],
)
async def test_topics_that_do_not_exist(name):
    assert parse_topic(name) is None


async def test_switches_of_the_streams(client):
    async with client.stream(f"bbo@{BTC}") as stream:
        client.fault("stream_silence", count=-1)
        client.wait(0.3)
        client.exchange.control.clear_faults()
        client.wait(0.3)
        now_ms = client.exchange.venue.clock.shown_ms()
        await stream.next(lambda frame: frame.get("ts") == now_ms)
        client.fault("drop_sockets")
        with pytest.raises(ConnectionClosed):
            await stream.next(lambda frame: "never" in frame)
    client.fault("refuse_sockets")
    with pytest.raises(InvalidStatus) as refused:
        async with client.stream():
            pass
    assert refused.value.response.status_code == 521
    client.fault("maintenance", code="2", count=-1)
    with pytest.raises(InvalidStatus):
        async with client.stream():
            pass


async def test_the_load_mode_keeps_the_chain():
    async with started(replace(OPTIONS, rate=400)) as client, client.stream(DELTAS, f"ticker@{BTC}") as stream:
        last, *book = await rest_book(client)
        seen = 0
        while seen < 60:
            client.hands.now_s += 0.02
            data = await stream.data(DELTAS)
            if data["ts"] <= last:
                continue
            assert data["prevTs"] == last
            apply(book, data)
            last, seen = data["ts"], seen + 1
        assert client.exchange._streams.sent >= 60
