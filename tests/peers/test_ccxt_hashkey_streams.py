"""ccxt's streams on the loopback HashKey exchange: the older public stream and the private one.

The exchange runs in this process with a clock that only moves when told to.
"""

import asyncio
import time
from contextlib import asynccontextmanager
from decimal import Decimal

import ccxt.pro
import pytest
import pytest_asyncio

from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.server import running_exchange

BTC = "BTC/USDT"
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Hands:
    """Monotonic seconds that pass when told to."""

    now_s = 1000.0

    def __call__(self):
        return self.now_s


class Desk:
    """A ccxt client and the exchange it talks to."""

    def __init__(self, peer, exchange, hands):
        self.peer = peer
        self.exchange = exchange
        self.hands = hands

    def wait(self, seconds):
        self.hands.now_s += seconds
        self.exchange.tick()

    async def until(self, watch, wanted):
        """Call a `watch_*` method until it brings what is wanted, letting time pass in between."""
        async with asyncio.timeout(60):
            while True:
                pending = asyncio.ensure_future(watch())
                while not pending.done():
                    self.wait(0.1)
                    await asyncio.wait([pending], timeout=0.02)
                if wanted(found := pending.result()):
                    return found


@asynccontextmanager
async def connected(hands):
    # The account's signatures carry this machine's time, so the exchange starts at it.
    options = ExchangeOptions(seed=7, start_ms=int(time.time() * 1000), history_minutes=3_000, queries_per_s=10)
    async with running_exchange(options, monotonic=hands) as exchange:
        peer = ccxt.pro.hashkey({"apiKey": exchange.info["key"], "secret": exchange.info["secret"]})
        streams = {"public": exchange.info["ws_public_v1"], "private": exchange.info["ws_private"]}
        rest = exchange.info["rest"]
        peer.urls["api"] = {"public": rest, "private": rest, "ws": streams}
        await peer.load_markets()
        try:
            yield Desk(peer, exchange, hands)
        finally:
            await peer.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk():
    async with connected(Hands()) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def trader():
    """A desk whose exchange runs on this machine's clock: signatures are good for seconds only."""
    async with connected(time.monotonic) as found:
        yield found


def books(desk):
    return desk.exchange.exchange.books


async def test_ticker(desk):
    ticker = await desk.peer.watch_ticker(BTC)
    rest = await desk.peer.fetch_ticker(BTC)
    for name in ("last", "high", "low", "open", "baseVolume", "quoteVolume"):
        assert ticker[name] == rest[name], name
    before = ticker["quoteVolume"]
    await desk.until(lambda: desk.peer.watch_ticker(BTC), lambda found: found["quoteVolume"] > before)


async def test_the_book_is_rests_book(desk):
    await desk.peer.watch_order_book(BTC)
    now_ms = desk.exchange.venue.now_ms
    await desk.until(lambda: desk.peer.watch_order_book(BTC), lambda found: found["timestamp"] > now_ms + 3_000)
    desk.wait(0.3)  # the clock stands still from here on
    rest = await desk.peer.fetch_order_book(BTC, 200)
    async with asyncio.timeout(60):
        while (book := desk.peer.orderbooks[BTC])["bids"][0] != rest["bids"][0] or book["asks"] != rest["asks"]:
            desk.exchange.tick()
            await desk.peer.watch_order_book(BTC)
    assert [list(level) for level in book["bids"]] == rest["bids"]


async def test_trades_and_candles(desk):
    first = await desk.peer.watch_trades(BTC)
    assert len(first) == 60
    seen = {trade["id"] for trade in first}
    await desk.until(lambda: desk.peer.watch_trades(BTC), lambda found: {trade["id"] for trade in found} - seen)
    bars = await desk.peer.watch_ohlcv(BTC, "1m")
    assert bars[-1][0] % 60_000 == 0


async def test_orders_fills_and_coins(trader):
    peer, private = trader.peer, trader.exchange._streams.private
    watching = [asyncio.ensure_future(watch()) for watch in (peer.watch_orders, peer.watch_my_trades)]
    async with asyncio.timeout(60):
        while not private.connections:
            await asyncio.wait(watching, timeout=0.01)
        placed = await peer.create_order(BTC, "market", "buy", 0.002)
        orders, trades = await asyncio.gather(*watching)
        while orders[-1]["status"] != "closed":
            orders = await peer.watch_orders()
    fill = books(trader).fills[0]

    assert orders[-1]["id"] == trades[-1]["order"] == placed["id"]
    assert Decimal(str(trades[0]["price"])) == fill.price
    assert trades[0]["takerOrMaker"] == "taker"
    assert (orders[-1]["filled"], orders[-1]["amount"]) == (0.002, 0.002)


async def test_coins(trader):
    watching = asyncio.ensure_future(trader.peer.watch_balance())
    async with asyncio.timeout(60):
        while not trader.exchange._streams.private.connections:
            await asyncio.wait([watching], timeout=0.01)
        await watching
        await trader.peer.create_order(BTC, "limit", "buy", 0.002, float(trader.peer.price_to_precision(BTC, 89_000)))
        while not (balance := await trader.peer.watch_balance())["USDT"]["used"]:
            pass
    assert balance["USDT"]["used"] == float(books(trader).holdings["USDT"].locked)
