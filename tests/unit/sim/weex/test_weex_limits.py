"""Rate limits: weights per ten seconds, ten order calls per second (section 2)."""

from dataclasses import replace

import pytest

from terminal.sim.serving.limits import SlidingWindow

pytestmark = pytest.mark.asyncio


async def test_a_window_slides():
    now = [0.0]
    window = SlidingWindow(10, 1.0, lambda: now[0])

    assert window.take(6)
    now[0] = 0.5
    assert window.take(4)
    assert not window.take(1)
    now[0] = 1.0
    assert window.take(6)
    assert not window.take(1)
    now[0] = 1.5
    assert window.take(4)


async def test_the_eleventh_order_call_in_a_second_is_429(client):
    answers = [await client.post("order/cancel_order", {"orderId": "1"}) for _ in range(11)]
    client.wait(1.01)
    after = await client.post("order/cancel_order", {"orderId": "1"})

    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert (answers[-1].json()["code"], answers[-1].json()["msg"]) == ("429", "Too many requests")
    assert after.json()["code"] == "50005"


async def test_a_refused_order_call_places_nothing(client):
    for _ in range(10):
        await client.post("order/cancel_order", {"orderId": "1"})
    answer = await client.post("order/placeOrder", client.order())

    assert answer.status_code == 429
    assert client.exchange.exchange.books.orders == {}


async def test_the_ip_bucket_counts_weights(start, options):
    async with start(replace(options, weight_per_10s=100)) as client:
        heavy = [(await client.http.get("/capi/v2/market/tickers")).status_code for _ in range(3)]
        light = (await client.http.get("/capi/v2/market/time")).status_code
        client.wait(10.1)
        later = (await client.http.get("/capi/v2/market/tickers")).status_code

    assert heavy == [200, 200, 429]
    assert (light, later) == (200, 200)


async def test_the_uid_bucket_is_independent(start, options):
    async with start(replace(options, weight_per_10s=100)) as client:
        answers = [(await client.get("account/assets")).status_code for _ in range(11)]  # 5 IP, 10 UID each
        public = (await client.http.get("/capi/v2/market/time")).status_code

    assert answers == [200] * 10 + [429]
    assert public == 200
