"""What goes wrong on the way: answers without effect, effects without answer, and rate limits."""

import httpx
import pytest
from woox_desk import BTC, OPTIONS, SPOT_BTC, started

pytestmark = pytest.mark.asyncio
PLACING = "/v3/trade/order"


async def send(client, **changes):
    return await client.send("POST", "trade/order", client.order(**changes))


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("500", 500, None),
        ("gateway", 200, {"code": 503, "message": "[GW] no upstream server"}),
        ("codeless", 400, {"success": False, "message": "invalid request"}),
    ],
)
async def test_answers_that_tell_nothing_of_the_order(client, kind, status, body, after):
    client.fault(kind, path=PLACING, after=after)
    answer = await send(client, clientOrderId=5)
    placed = [order for order in client.books.orders.values() if order.client_oid == "5"]

    assert answer.status_code == status
    assert body is None or answer.json() == body
    assert bool(placed) is after
    assert bool(client.held()) is after


@pytest.mark.parametrize("after", [True, False])
async def test_a_cut_connection(client, after):
    client.fault("drop", path=PLACING, after=after)
    with pytest.raises(httpx.TransportError):
        await send(client, clientOrderId=5)
    assert bool(client.held()) is after
    if after:
        assert await client.not_placed(clientOrderId=5) == (400, -1007)


async def test_other_bad_answers(client):
    for kind in ("html", "chinese", "429"):
        client.fault(kind, path=PLACING)
    client.fault("code", path=PLACING, code="302159", message="Your request has timed out. Please try again later.")
    client.fault("code", path=PLACING)
    page, chinese, limited, coded, internal = [await send(client) for _ in range(5)]

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (chinese.status_code, chinese.json()["code"]) == (500, -1000)
    assert not chinese.json()["message"].isascii()
    assert (limited.status_code, limited.json()["code"]) == (429, -1003)
    assert "retry-after" not in limited.headers
    assert (coded.status_code, coded.json()["code"]) == (400, 302159)
    assert (internal.status_code, internal.json()["code"]) == (500, -1000)
    assert not client.books.orders


async def test_a_truncated_answer(client):
    client.fault("truncate", path=PLACING)
    answer = await send(client)
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert client.held()


async def test_a_delayed_answer_and_a_shifted_clock(client):
    client.fault("delay", path="systemInfo", delay_ms=1)
    client.fault("clock_skew", delay_ms=-90_000)
    shown = (await client.public("systemInfo")).json()["timestamp"]
    assert shown == client.exchange.venue.clock.now_ms() - 90_000


async def test_a_late_order_waits_unmatched(client):
    client.fault("late_fill", delay_ms=3_000)
    order_id = await client.place()
    waiting = await client.shown(order_id)
    client.wait(4)
    assert (waiting["status"], (await client.shown(order_id))["status"]) == ("NEW", "FILLED")


async def test_unknown_faults_are_refused(client):
    answer = await client.http.post("/_sim/faults", json={"kind": "ai_log_blocked"})
    assert answer.status_code == 400
    assert "stale_book" in answer.json()["error"]


async def test_the_log_tells_every_order_call(client):
    order_id = await client.resting(clientOrderId=31)
    await client.not_placed(clientOrderId=31)
    await client.ok("DELETE", "trade/order", orderId=order_id, symbol=BTC)
    state = (await client.http.get("/_sim/state")).json()
    calls = [(call["path"], call["client_oid"], call["order_id"], call["code"]) for call in state["calls"]]

    assert calls == [
        (PLACING, "31", str(order_id), ""),
        (PLACING, "31", "", "-1007"),
        (PLACING, "", str(order_id), ""),
    ]
    assert state["client_oid_counts"] == {"31": 2}
    assert state["spot"]["orders"] == []


async def test_five_orders_a_second_for_each_symbol():
    async with started(OPTIONS) as client:
        await client.ok("GET", "asset/balances")
        for _ in range(5):
            await client.place()
        assert await client.not_placed() == (429, -1003)
        assert len(client.books.orders) == 5
        await client.place(symbol="PERP_ETH_USDT", quantity="0.01")
        await client.place(symbol=SPOT_BTC, quantity=None, amount="10")
        client.wait(1.1)
        await client.place()


@pytest.mark.parametrize(
    ("path", "params", "count", "span_s"),
    [
        ("public/orderbook", {"symbol": BTC}, 10, 1),
        ("trade/transactionHistory", {}, 2, 1),
        ("trade/order", {"orderId": 1}, 5, 1),
        ("account/info", {}, 10, 60),
        ("futures/positions", {}, 30, 10),
    ],
)
async def test_every_endpoint_has_its_own_limit(path, params, count, span_s):
    async with started(OPTIONS) as client:
        seen = [(await client.send("GET", path, **params)).status_code for _ in range(count)]
        assert 429 not in seen
        assert await client.refused("GET", path, **params) == (429, -1003)
        await client.ok("GET", "asset/balances")
        client.wait(span_s + 0.1)
        assert (await client.send("GET", path, **params)).status_code != 429


async def test_a_hundred_streams_in_five_minutes():
    async with started(OPTIONS) as client:
        for _ in range(100):
            assert client.exchange.venue.limits.take_handshake()
        with pytest.raises(Exception, match="429"):
            async with client.stream():
                pass
        client.wait(301)
        async with client.stream():
            pass
