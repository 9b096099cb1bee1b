"""Two queries and ten orders a second, then a minute's silence, then a block."""

from dataclasses import replace

import pytest

from terminal.sim.hashkey.limits import CallKind, RateLimits

pytestmark = pytest.mark.asyncio


async def test_the_third_query_within_a_second_costs_a_minute(start, options):
    async with start(replace(options, queries_per_s=2)) as client:
        assert [(await client.get("/api/v1/account")).status_code for _ in range(3)] == [200, 200, 429]
        refused = await client.send(client.order())
        assert (refused.status_code, refused.json()["code"]) == (429, "0003")
        assert (await client.http.get("/api/v1/time")).status_code == 200
        client.wait(60.1)
        assert (await client.get("/api/v1/account")).status_code == 200
        assert client.books.orders == {}


async def test_the_eleventh_order_within_a_second_is_not_looked_at(start, options):
    async with start(replace(options, orders_per_s=10)) as client:
        statuses = [(await client.send(client.limit(quantity="0.0001"))).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]
        assert len(client.books.orders) == 10


async def test_who_goes_on_is_blocked_for_everything(start, options):
    async with start(replace(options, queries_per_s=2)) as client:
        statuses = [(await client.get("/api/v1/account")).status_code for _ in range(16)]
        assert statuses == [200, 200] + [429] * 12 + [418, 418]
        assert (await client.http.get("/api/v1/time")).status_code == 418
        client.wait(301)
        assert (await client.http.get("/api/v1/time")).status_code == 200


async def test_calls_are_counted_by_kind():
    now = [0.0]
    limits = RateLimits(2, 3, lambda: now[0])
    assert [limits.take(CallKind.FREE) for _ in range(50)] == [True] * 50
    assert [limits.take(CallKind.QUERY) for _ in range(2)] == [True, True]
    assert [limits.take(CallKind.ORDER) for _ in range(3)] == [True] * 3
    now[0] += 1.0
    assert limits.take(CallKind.QUERY)
