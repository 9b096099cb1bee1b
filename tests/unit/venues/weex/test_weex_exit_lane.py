"""A spent budget or a 429 holds back reads, never the reads an exit needs, nor the exit."""

import httpx
import pytest
from weex_kit import BTC, adapter_with, documented, terms

from terminal.domain.errors import RateLimited
from terminal.domain.order import Effect, OrderKind, Side
from terminal.net.calls.caller import WRITE_WAIT_S
from terminal.net.limiter import Cost, Lane
from terminal.ports.venue import NotSent
from terminal.ports.way_out import is_way_out, way_out

pytestmark = pytest.mark.asyncio
VERSIONS = ("v2", "v3")
CLOSE = terms(effect=Effect.CLOSE, side=Side.SELL, kind=OrderKind.MARKET, price=None)


async def read_all(adapter):
    """What a flatten reads."""
    await adapter.trigger_orders(None)
    await adapter.open_orders()
    return await adapter.positions()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_spent_budget_holds_no_exit_back(version):
    adapter, venue, clock = adapter_with(documented(version), version=version)
    await adapter.balance()
    limiter = adapter._desk.limiter
    while True:  # every lane below the exits' is spent
        try:
            await limiter.acquire(Cost(1, 1), Lane.ORDER, max_wait_s=0)
        except RateLimited:
            break
    clock.slept.clear()
    before = len(venue.requests)
    with way_out():
        await read_all(adapter)
    outcome = await adapter.submit_order(adapter.prepare_order("mine", CLOSE))
    assert not isinstance(outcome, NotSent)
    assert len(venue.requests) == before + 4
    assert clock.slept == []
    await adapter.positions()  # an ordinary read waits its turn
    assert sum(clock.slept) > WRITE_WAIT_S
    await adapter.aclose()


@pytest.mark.parametrize("version", VERSIONS)
async def test_n05_a_429_holds_no_exit_back(version):
    answer = documented(version)
    busy = [True]

    def handler(request):
        return httpx.Response(429, json={"code": "429"}) if busy.pop() else answer(request)

    adapter, venue, clock = adapter_with(handler, version=version)
    with pytest.raises(RateLimited):
        await adapter.balance()
    busy[:] = [False] * 20
    clock.slept.clear()
    before = len(venue.requests)
    with pytest.raises(RateLimited):
        await adapter.positions()
    assert len(venue.requests) == before
    with way_out():
        await read_all(adapter)
    outcome = await adapter.submit_order(adapter.prepare_order("mine", CLOSE))
    assert not isinstance(outcome, NotSent)
    await adapter.cancel_all(BTC)
    assert clock.slept == []
    with pytest.raises(RateLimited):  # the pause goes on for everything else
        await adapter.positions()
    await adapter.aclose()


async def test_n11_an_exit_reads_the_venues_clock_during_a_429_as_well():
    busy = [False]
    answer = documented("v2")

    def handler(request):
        return httpx.Response(429, json={"code": "429"}) if busy[0] else answer(request)

    adapter, venue, _ = adapter_with(handler)
    busy[0] = True
    with pytest.raises(RateLimited):
        await adapter.balance()
    busy[0] = False
    adapter._desk.caller.distrust_clock()
    asked = venue.time_requests
    with pytest.raises(RateLimited):
        await adapter.sync_clock()
    assert venue.time_requests == asked
    with way_out():
        await adapter.positions()
    assert venue.time_requests > asked
    await adapter.aclose()


async def test_the_mark_ends_with_its_block():
    def broken() -> None:
        with way_out():
            assert is_way_out()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert not is_way_out()
