"""The private stream: login on the handshake, versions, agreement with REST (section 9.1)."""

from decimal import Decimal

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

pytestmark = pytest.mark.asyncio
CHANNELS = ("account", "positions", "orders", "fill")
KEYS = {"account": "collateral", "positions": "position", "orders": "order", "fill": "orderFillTransaction"}


async def events(stream, count):
    frames = []
    while len(frames) < count:
        frames.append(await stream.next(lambda f: f["event"] == "payload"))
    return frames


async def test_one_fill_tells_every_channel_under_growing_versions(client):
    async with client.stream(*CHANNELS, private=True) as stream:
        client.exchange.tick()
        start = client.exchange.exchange.books.version
        order_id = await client.place(size="0.0001", client_oid="mine")
        client.exchange.tick()
        expected = client.exchange.exchange.books.version - start
        frames = await events(stream, expected)

    versions = [frame["msg"]["version"] for frame in frames]
    assert versions == list(range(start + 1, start + 1 + expected))
    for frame in frames:
        assert frame["type"] == "trade-event"
        assert frame["msg"]["msgEvent"] == "OrderUpdate"
        assert list(frame["msg"]["data"]) == [KEYS[frame["channel"]]]
    assert [frame["channel"] for frame in frames] == ["orders", "orders", "fill", "positions", "account"]
    accepted, filled = (frame["msg"]["data"]["order"][0] for frame in frames[:2])
    assert (accepted["status"], accepted["cumFillSize"]) == ("PENDING", "0")
    assert (filled["status"], filled["clientOrderId"], filled["id"]) == ("FILLED", "mine", order_id)


async def test_pushes_agree_with_rest(client):
    async with client.stream(*CHANNELS, private=True) as stream:
        client.exchange.tick()
        start = client.exchange.exchange.books.version
        order_id = await client.place(size="0.0001", type="2")
        client.exchange.tick()
        frames = await events(stream, client.exchange.exchange.books.version - start)
    last = {frame["channel"]: frame["msg"]["data"][KEYS[frame["channel"]]][0] for frame in frames}
    (fill,) = (await client.read("order/fills", orderId=order_id))["list"]
    (short,) = await client.read("account/position/singlePosition", symbol="cmt_btcusdt")
    account = await client.read("account/getAccounts")

    assert (int(last["fill"]["id"]), last["fill"]["fillValue"]) == (fill["tradeId"], fill["fillValue"])
    assert (last["fill"]["fillFee"], last["fill"]["direction"]) == (fill["fillFee"], "TAKER")
    assert (last["positions"]["size"], last["positions"]["openValue"]) == (short["size"], short["open_value"])
    assert (last["positions"]["contractId"], last["positions"]["side"]) == ("cmt_btcusdt", "SHORT")
    assert last["account"]["amount"] == account["collateral"][0]["amount"]
    assert str(frames[-1]["msg"]["version"]) == account["version"]


async def test_nothing_is_told_at_subscription(client):
    await client.place()
    client.exchange.tick()
    async with client.stream(*CHANNELS, private=True) as stream:
        client.exchange.tick()
        await stream.send({"event": "ping", "time": "1"})
        assert (await stream.next())["event"] == "pong"


async def test_only_subscribed_channels_are_told(client):
    async with client.stream("orders", private=True) as stream:
        await client.place(match_price="0", price=client.price(off="-0.005"))
        client.exchange.tick()
        frames = await events(stream, 2)

    assert [frame["msg"]["data"]["order"][0]["status"] for frame in frames] == ["PENDING", "OPEN"]


async def test_a_funding_settlement_is_named(client):
    await client.place(size="0.001")
    async with client.stream("positions", private=True) as stream:
        due_ms = client.exchange.venue.market.next_funding_ms
        client.wait((due_ms - client.exchange.venue.clock.now_ms()) / 1000 + 1)
        frame = await stream.next(lambda f: f["event"] == "payload" and f["msg"]["msgEvent"] != "OrderUpdate")

    assert frame["msg"]["msgEvent"] == "PositionFundingSettle"
    assert Decimal(frame["msg"]["data"]["position"][0]["fundingFee"]) != 0


@pytest.mark.parametrize(
    ("tail", "status"),
    [(b"GET/v2/ws/private", 400), (b"/v2/ws/public", 400), (None, 400)],
)
async def test_a_wrong_login_never_becomes_a_stream(client, tail, status):
    headers = client.headers(tail) if tail else {}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(client.exchange.info["ws_private"], additional_headers=headers):
            pass

    assert refused.value.response.status_code == status


async def test_an_old_login_is_expired(client):
    old = str(client.exchange.venue.clock.shown_ms() - 30_001)
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            client.exchange.info["ws_private"], additional_headers=client.headers(b"/v2/ws/private", old)
        ):
            pass

    assert b"40008" in refused.value.response.body
