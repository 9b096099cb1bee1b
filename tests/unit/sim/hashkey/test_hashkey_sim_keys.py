"""Listen keys: an hour's life, renewal, and no event lost over a thousand expiries."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from terminal.sim.hashkey.listen_keys import LIFE_MS, ListenKeys

pytestmark = pytest.mark.asyncio
HOUR_S = 3_600


async def test_a_key_lives_an_hour_and_renewal_gives_another(client):
    key = await client.listen_key()
    assert len(key) == 64
    assert key.isalpha()
    client.hands.now_s += HOUR_S - 1
    assert (await client.form("PUT", "/api/v1/userDataStream", listenKey=key)).json() == {}
    client.hands.now_s += HOUR_S - 1
    assert client.venue.listen_keys.is_valid(key)
    client.hands.now_s += 2
    gone = await client.form("PUT", "/api/v1/userDataStream", listenKey=key)
    assert (gone.status_code, gone.json()["code"]) == (400, "-1130")
    with pytest.raises(InvalidStatus):
        async with client.private(key):
            pass


async def test_the_socket_is_closed_when_its_key_runs_out(client):
    async with client.private() as stream:
        client.wait(HOUR_S + 1)
        with pytest.raises(ConnectionClosed) as closed:
            await stream.next(lambda _: False)
    assert closed.value.rcvd.code == 1001


async def test_deleting_a_key_closes_its_socket_only(client):
    first, second = await client.listen_key(), await client.listen_key()
    async with client.private(first) as one, client.private(second) as other:
        assert (await client.delete("/api/v1/userDataStream", listenKey=first)).json() == {}
        assert (await client.delete("/api/v1/userDataStream", listenKey=first)).json()["code"] == "-1130"
        client.exchange.tick()
        with pytest.raises(ConnectionClosed):
            await one.next(lambda _: False)
        await client.place()
        client.exchange.tick()
        assert (await other.event("executionReport", X="FILLED"))["l"] == "0.001"


async def test_all_keys_go_at_once_on_demand(client):
    async with client.private() as stream:
        await client.fault(kind="listen_key_gone")
        client.exchange.tick()
        with pytest.raises(ConnectionClosed):
            await stream.next(lambda _: False)
    async with client.private():
        pass


async def test_what_happens_in_the_last_moment_of_a_key_is_still_told(client):
    async with client.private() as stream:
        client.hands.now_s += HOUR_S - 0.5
        order = await client.place()
        client.wait(1)
        assert (await stream.event("executionReport", X="FILLED"))["i"] == order["orderId"]
        with pytest.raises(ConnectionClosed):
            await stream.next(lambda _: False)


async def test_a_thousand_expiries_one_after_the_other():
    now = [0]
    keys = ListenKeys(7, lambda: now[0])
    seen = set()
    for _ in range(1_000):
        key = keys.make()
        now[0] += LIFE_MS - 1
        assert keys.is_valid(key)
        now[0] += 1
        assert not keys.is_valid(key)
        assert not keys.renew(key)
        assert not keys.end(key)
        seen.add(key)
    assert len(seen) == 1_000


async def test_the_server_pings_and_gives_up_after_an_hour_of_silence(client):
    key = await client.listen_key()
    async with client.private(key) as stream:
        client.wait(30)
        ping = await stream.next(lambda frame: "ping" in frame)
        assert ping["ping"] == client.venue.clock.shown_ms()
        assert ping["channelId"]
        await stream.send({"pong": ping["ping"]})
        await stream.send({"topic": "trade", "event": "sub"})
        await stream.socket.send("no json")
        await stream.socket.send("[1]")
        await stream.send({"ping": 5})
        assert (await stream.next(lambda frame: "pong" in frame))["pong"] == 5
        client.venue.listen_keys.renew(key)
        client.hands.now_s += HOUR_S - 10
        client.venue.listen_keys.renew(key)
        client.exchange.tick()
        assert "ping" in await stream.next()
        client.hands.now_s += 20
        client.venue.listen_keys.renew(key)
        client.exchange.tick()
        with pytest.raises(ConnectionClosed):
            await stream.next(lambda _: False)
