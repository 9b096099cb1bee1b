"""ccxt's streams on the loopback exchange over v3.

The exchange runs in this process with a clock that only moves when told to,
so that what a stream said can be compared with REST and the books to the digit.
"""

import asyncio
import time
from contextlib import asynccontextmanager
from decimal import Decimal

import ccxt.pro
import pytest
import pytest_asyncio

from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.server import running_exchange

BTC = "BTC/USDT:USDT"
KINDS = ("public", "private", "contract", "contractPrivate")
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
    async def listening(self, *watches):
        """Start watching, wait until the exchange knows it, and give the answers' tasks."""
        wanted = self._subscribed() + len(watches)
        tasks = [asyncio.ensure_future(watch()) for watch in watches]
        async with asyncio.timeout(60):
            while self._subscribed() < wanted:
                await asyncio.wait(tasks, timeout=0.01)
        yield tasks
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _subscribed(self):
        return sum(len(connection.channels) for connection in self.exchange._streams.connections)


def client(info):
    """ccxt with nothing changed but the base URLs.

    It tells the contract streams from the spot ones by the word `contract` in the
    URL, which the live host's name has; here a user name that nobody reads holds it.
    """
    keys = {"apiKey": info["key"], "secret": info["secret"], "password": info["passphrase"]}
    made = ccxt.pro.weex(keys | {"options": {"defaultType": "swap"}})
    streams = info["ws_public_v3"].removesuffix("/public").replace("ws://", "ws://contract@")
    made.urls["api"] = {**dict.fromkeys(KINDS, info["rest"]), "ws": {"spot": streams, "contract": streams}}
    return made


_known = []


@pytest_asyncio.fixture(loop_scope="module")
async def desk():
    hands = Hands()
    # The account's signatures carry this machine's time, so the exchange starts at it.
    options = ExchangeOptions(seed=7, start_ms=int(time.time() * 1000), history_minutes=3_000)
    async with running_exchange(options, monotonic=hands) as exchange:
        peer = client(exchange.info)
        if not _known:  # ccxt waits two seconds after reading the contracts: once is enough
            await peer.load_markets()
            _known.append((peer.markets, peer.currencies))
        peer.set_markets(*_known[0])
        try:
            yield Desk(peer, exchange, hands)
        finally:
            await peer.close()


def same(number, text):
    return number is not None and Decimal(str(number)) == Decimal(text)


async def test_ticker(desk):
    ticker = await desk.peer.watch_ticker(BTC)
    rest = await desk.peer.fetch_ticker(BTC)

    for name in ("last", "high", "low", "change", "percentage", "baseVolume", "quoteVolume", "markPrice", "indexPrice"):
        assert ticker[name] == rest[name], name
    before = ticker["quoteVolume"]
    moved = await desk.until(lambda: desk.peer.watch_ticker(BTC), lambda found: found["quoteVolume"] > before)
    assert moved["symbol"] == BTC


async def test_the_book_is_rests_book_after_many_changes(desk):
    book = await desk.peer.watch_order_book(BTC)
    start = book["nonce"]
    await desk.until(lambda: desk.peer.watch_order_book(BTC), lambda found: found["nonce"] > start + 200)
    rest = await desk.peer.fetch_order_book(BTC, 200)  # the clock stands still from here on
    async with asyncio.timeout(60):
        while (book := desk.peer.orderbooks[BTC])["nonce"] != rest["nonce"]:
            await desk.peer.watch_order_book(BTC)

    assert [list(level) for level in book["bids"]] == rest["bids"]
    assert [list(level) for level in book["asks"]] == rest["asks"]


async def test_trades_come_once_each(desk):
    seen = {trade["id"] for trade in await desk.peer.watch_trades(BTC)}
    assert len(seen) == 50

    def enough(trades):
        new = [trade["id"] for trade in trades]
        assert not seen.intersection(new)
        seen.update(new)
        return len(seen) > 70

    await desk.until(lambda: desk.peer.watch_trades(BTC), enough)
    tape = await desk.peer.fetch_trades(BTC, limit=len(seen))
    assert {trade["id"] for trade in tape} == seen


@pytest.mark.parametrize("timeframe", ["1m", "15m", "1h"])
async def test_candles(desk, timeframe):
    await desk.until(lambda: desk.peer.watch_ohlcv(BTC, timeframe), lambda rows: len(rows) > 0)
    desk.peer.newUpdates = False
    rows = await desk.until(lambda: desk.peer.watch_ohlcv(BTC, timeframe), lambda rows: len(rows) > 10)
    rest = await desk.peer.fetch_ohlcv(BTC, timeframe, limit=len(rows))  # the clock stands still from here on
    async with asyncio.timeout(60):
        while rows[-1][0] < rest[-1][0]:  # a bar has just begun; the stream is about to say so
            rows = await desk.peer.watch_ohlcv(BTC, timeframe)
    closed = {row[0]: list(row) for row in rows}

    assert all(closed[row[0]] == row for row in rest[-10:-1])


async def test_mark_candles(desk):
    rows = await desk.peer.watch_ohlcv(BTC, "5m", params={"price": "MARK_PRICE"})
    rest = await desk.peer.fetch_ohlcv(BTC, "5m", limit=3, params={"price": "mark"})
    assert list(rows[-2]) == rest[-2]


async def test_an_order_is_seen_on_every_private_stream(desk):
    peer, books = desk.peer, desk.exchange.exchange.books
    assert await peer.watch_positions() == []  # the snapshot that ccxt reads over REST first
    watches = (lambda: peer.watch_orders(BTC), lambda: peer.watch_my_trades(BTC))
    async with desk.listening(*watches, peer.watch_positions, peer.watch_balance) as tasks:
        placed = await peer.create_order(BTC, "market", "buy", 0.002)
        desk.exchange.tick()
        async with asyncio.timeout(60):
            _, fills, held, cash = await asyncio.gather(*tasks)
    seen = peer.orders  # the cache that `watch_orders` gives parts of

    order, position = books.orders[placed["id"]], next(books.held())
    assert (seen[-1]["id"], seen[-1]["clientOrderId"]) == (placed["id"], order.client_oid)
    assert same(seen[-1]["filled"], order.filled_size)
    assert same(seen[-1]["cost"], order.filled_value)
    assert same(seen[-1]["fee"]["cost"], order.fee)
    assert {fill["id"] for fill in fills} <= {fill.trade_id for fill in books.fills}
    assert fills[0]["order"] == placed["id"]
    assert (held[0]["id"], held[0]["side"]) == (position.position_id, "long")
    assert same(held[0]["contracts"], held[0]["info"]["size"])
    assert same(cash["USDT"]["total"], cash["info"]["d"][0]["amount"])
    assert same((await peer.fetch_balance())["USDT"]["total"], books.wallet.cash)


async def test_a_resting_order_opens_and_is_cancelled(desk):
    peer = desk.peer
    price = (await peer.fetch_order_book(BTC))["bids"][0][0] * 0.98
    async with desk.listening(lambda: peer.watch_orders(BTC)) as (orders,):
        placed = await peer.create_order(BTC, "limit", "buy", 0.001, price)
        desk.exchange.tick()
        async with asyncio.timeout(60):
            rows = await orders
    if rows[-1]["status"] == "pending":  # accepted; that it rests comes in a frame of its own
        rows = await desk.until(lambda: peer.watch_orders(BTC), lambda found: found[-1]["status"] == "open")
    assert same(rows[-1]["remaining"], "0.001")
    await peer.cancel_order(placed["id"], BTC)
    last = await desk.until(lambda: peer.watch_orders(BTC), lambda rows: rows[-1]["status"] == "canceled")

    assert last[-1]["id"] == placed["id"]
    assert peer.orders[-1]["status"] == "canceled"


async def test_unwatching_ends_the_channel(desk):
    await desk.peer.watch_ticker(BTC)
    assert await desk.peer.un_watch_ticker(BTC) is True
    (connection,) = desk.exchange._streams.connections
    assert not connection.channels


async def test_a_channel_that_does_not_exist(desk):
    with pytest.raises(ccxt.BadRequest, match="invalid channel"):
        await desk.peer.watch_ohlcv(BTC, "3m")
