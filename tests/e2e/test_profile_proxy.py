"""A profile's proxy carries everything, requests and streams alike, and the environment's carry nothing."""

import asyncio

import pytest

from helpers.forward_proxy import forward_proxy
from helpers.market_now import endpoints_of, market_now
from terminal.app.venue_link import open_adapter
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import VenueUnavailable
from terminal.domain.market import StreamState, Ticker
from terminal.net.http import HttpClient, HttpRequest
from terminal.net.route import Route
from terminal.runtime.chance import SystemChance
from terminal.runtime.clock import SystemClock
from terminal.storage.account import AccountKey

pytestmark = pytest.mark.asyncio
BTC = ALLOWED_INSTRUMENTS[0]


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    with market_now(tmp_path_factory.mktemp("exchange")) as running:
        yield running


def adapter_of(exchange, proxy):
    line = exchange.line
    key = AccountKey(line["key"], line["secret"], line["passphrase"])
    clock, chance = SystemClock(), SystemChance()
    return open_adapter(endpoints_of(exchange), key, clock, chance, api_version="v2", route=Route(proxy))


async def hears(run, kind):
    """Run a stream until it has said something of this kind."""
    heard = asyncio.Event()
    running = asyncio.ensure_future(run(lambda event: heard.set() if isinstance(event, kind) else None))
    try:
        async with asyncio.timeout(60):
            await heard.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_requests_and_both_streams_go_through_it(exchange):
    async with forward_proxy() as seen:
        adapter = adapter_of(exchange, seen.url)
        assert (await adapter.balance()).equity == 1000
        assert "/capi/v2/account/assets" in seen.plain
        await hears(lambda sink: adapter.run_public((BTC,), sink), Ticker)
        await hears(adapter.run_private, StreamState)
        assert len(seen.tunnels) >= 2
        await adapter.aclose()


async def test_without_one_nothing_goes_through_those_of_the_environment(exchange, monkeypatch):
    async with forward_proxy() as seen:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "ws_proxy", "wss_proxy", "socks_proxy"):
            monkeypatch.setenv(name, seen.url)
        adapter = adapter_of(exchange, None)
        await adapter.balance()
        await hears(lambda sink: adapter.run_public((BTC,), sink), Ticker)
        assert (seen.plain, seen.tunnels) == ([], [])
        await adapter.aclose()


async def test_a_tunnel_refused_proves_that_nothing_was_sent():
    async with forward_proxy(refuses=True) as seen:
        client = HttpClient("https://127.0.0.1:1", venue="WEEX", route=Route(seen.url))
        with pytest.raises(VenueUnavailable, match="the proxy refused"):
            await client.send(HttpRequest("POST", "/order", {}, b"{}", is_write=True))
        await client.aclose()
