"""The two public streams: what is asked, what comes, and that it is what REST says."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.asyncio


def sub(topic, symbol="BTCUSDT", event="sub", **params):
    return {"topic": topic, "event": event, "params": {"symbol": symbol, **params}}


def sub_v1(topic, symbol="BTCUSDT", event="sub", **params):
    return {"symbol": symbol, "topic": topic, "event": event, "params": {"binary": False, **params}, "id": 1}


async def subscribed(stream, frame):
    await stream.send(frame)
    assert await stream.next() == {**frame, "code": "0", "msg": "Success"}


async def subscribed_soon(stream, frame):
    await stream.send(frame)
    await stream.next(lambda answer: answer.get("code") == "0" and answer["topic"] == frame["topic"])


def is_push(frame):
    return "data" in frame


async def test_v2_depth_is_the_whole_book_each_time(client):
    async with client.stream() as stream:
        await subscribed(stream, sub("depth"))
        first = await stream.next(is_push)
        client.wait(1)
        later = await stream.next(lambda frame: is_push(frame) and frame["data"]["t"] > first["data"]["t"])
        rest = await client.public("/quote/v1/depth", symbol="BTCUSDT", limit=200)

    assert (later["topic"], later["params"]) == ("depth", {"symbol": "BTCUSDT"})
    assert set(later["data"]) == {"s", "t", "v", "b", "a"}
    assert (later["data"]["b"], later["data"]["a"]) == (rest["b"], rest["a"])
    assert len(later["data"]["b"]) == 200


async def test_v2_bbo_realtimes_and_trades(client):
    async with client.stream() as stream:
        for topic in ("bbo", "realtimes", "trade"):
            await stream.send(sub(topic))
        pushed = {}
        while len(pushed) < 3:
            client.wait(0.5)
            for _ in range(2):
                await stream.send({"ping": 1})
                while "pong" not in (frame := await stream.next()):
                    if is_push(frame):
                        pushed[frame["topic"]] = frame["data"]
    best = pushed["bbo"]
    assert set(best) == {"s", "b", "bz", "a", "az", "t"}
    assert Decimal(best["b"]) < Decimal(best["a"])
    assert set(pushed["realtimes"]) == {"t", "s", "c", "h", "l", "o", "v", "qv", "m"}
    assert set(pushed["trade"]) == {"v", "t", "p", "q", "m"}


async def test_every_trade_comes_once_and_in_order(client):
    told = []
    async with client.stream() as stream, client.stream("v1") as old:
        await subscribed(stream, sub("trade"))
        await old.send(sub_v1("trade"))
        first = await old.next()
        start = {one["v"] for one in first["data"]}
        for _ in range(30):
            client.wait(0.1)
        until = client.venue.market.tape("BTC", 1)[0].trade_id
        while not told or told[-1] != until:
            told.append((await stream.next(is_push))["data"]["v"])
        old_told = []
        while not old_told or old_told[-1] != until:
            old_told += [one["v"] for one in (await old.next(is_push))["data"]]

    assert (first["f"], len(first["data"])) == (True, 60)
    assert told == sorted(set(told), key=int)
    assert old_told == told
    assert not start.intersection(told)


async def test_v1_klines_carry_more_and_close_their_bar(client):
    async with client.stream("v1") as stream:
        await stream.send(sub_v1("kline_1m"))
        first = await stream.next()
        frames = []
        for _ in range(1_300):
            client.wait(0.1)
            if client.venue.now_ms // 60_000 > first["data"][0]["t"] // 60_000:
                break
        for _ in range(4):
            client.wait(0.1)
        while not frames or frames[-1]["data"][0]["t"] == first["data"][0]["t"]:
            frames.append(await stream.next(is_push))
        rows = await client.public("/quote/v1/klines", symbol="BTCUSDT", interval="1m", limit=2)

    assert (first["topic"], first["params"]["klineType"], first["f"]) == ("kline", "1m", True)
    last_of_old = frames[-2]["data"][0]
    assert set(last_of_old) == {"t", "s", "sn", "c", "h", "l", "o", "v", "et", "qv", "td", "tb", "tq"}
    known = rows[0]
    assert [last_of_old[name] for name in ("t", "o", "h", "l", "c", "v", "qv", "td", "tb", "tq")] == [
        *known[:6],
        *known[7:],
    ]
    assert frames[-2]["f"] is False


async def test_v2_klines_and_v1_realtimes_and_depth(client):
    async with client.stream() as stream, client.stream("v1") as old:
        await subscribed(stream, sub("kline", klineType="15m"))
        bar = await stream.next(is_push)
        await old.send(sub_v1("realtimes", "BTCUSDT, ETHUSDT"))
        days = [await old.next() for _ in range(2)]
        await old.send(sub_v1("depth"))
        book = await old.next(lambda frame: frame["topic"] == "depth")

    assert bar["params"] == {"symbol": "BTCUSDT", "klineType": "15m"}
    assert set(bar["data"]) == {"t", "s", "sn", "c", "h", "l", "o", "v"}
    assert {frame["symbol"] for frame in days} == {"BTCUSDT", "ETHUSDT"}
    assert {"sn", "e", "m"} <= set(days[0]["data"][0])
    assert {"e", "o", "v"} <= set(book["data"][0])


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (sub("depth", "ADAUSDT"), "-100010"),
        (sub("depths"), "-100011"),
        (sub("kline"), "-100011"),
        (sub("kline", klineType="2m"), "-100011"),
        ({"topic": "depth", "event": "watch", "params": {"symbol": "BTCUSDT"}}, "-100011"),
        ({"topic": "depth", "event": "sub"}, "-100011"),
        ({"topic": 5, "event": "sub", "params": 3}, "-100011"),
    ],
)
async def test_v2_says_what_is_wrong(client, frame, code):
    async with client.stream() as stream:
        await stream.send(frame)
        assert (await stream.next())["code"] == code


async def test_v1_serves_no_zipped_frames_and_bears_nonsense(client):
    async with client.stream("v1") as stream:
        await stream.send({**sub_v1("depth"), "params": {"binary": True}})
        assert (await stream.next())["code"] == "-100011"
        await stream.socket.send("no json")
        assert (await stream.next())["code"] == "-100011"
        await stream.send(sub_v1("bbo"))
        assert (await stream.next())["code"] == "-100011"
        await stream.send({"ping": 3})
        assert (await stream.next()) == {"pong": client.venue.clock.shown_ms()}


async def test_nothing_comes_after_it_was_cancelled(client):
    async with client.stream() as stream:
        await subscribed(stream, sub("depth"))
        await stream.next(is_push)
        await subscribed_soon(stream, sub("depth", event="cancel"))  # pushes before it are in order
        client.wait(2)
        await stream.send({"ping": 1})
        assert "pong" in await stream.next()


async def test_an_older_book_may_follow_a_newer_one(client):
    async with client.stream() as stream:
        await subscribed(stream, sub("depth"))
        await stream.next(is_push)
        client.wait(1)
        await client.fault(kind="old_depth", path="BTCUSDT")
        client.wait(1)
        newest = 0
        while (moment := (await stream.next(is_push))["data"]["t"]) >= newest:
            newest = moment
    assert moment < newest


async def test_the_load_mode_tells_more_and_moves_nothing(client):
    streams = client.exchange._streams
    async with client.stream() as stream:
        for topic in ("depth", "bbo", "realtimes", "trade"):
            await subscribed_soon(stream, sub(topic))
        before = (client.venue.market.book("BTC").version, streams.sent)
        told = streams.send_again(30)
        assert 30 <= told <= 33
        assert (client.venue.market.book("BTC").version, streams.sent) == (before[0], before[1] + told)
        state = (await client.http.get("/_sim/streams")).json()
        assert state["sent"] == streams.sent
        await stream.send({"ping": 1})
        await stream.next(lambda frame: "pong" in frame)
