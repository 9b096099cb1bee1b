"""A loopback exchange whose hands of the clock the test turns itself, and a client for it."""

import asyncio
import base64
import hashlib
import hmac
import json
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import httpx
import orjson
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from terminal.sim.exchange.terms import PositionSide
from terminal.sim.serving.founding import new_market
from terminal.sim.serving.options import Credentials
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.server import running_exchange

START_MS = 1_765_423_487_896  # the reference's example time
REFERENCE_SECRET = "weex-test-secret-0001"  # of the reference's worked signatures
OPTIONS = ExchangeOptions(seed=7, start_ms=START_MS, history_minutes=3_000)


class HandClock:
    """Monotonic seconds that pass when told to."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


class Client:
    """Signs and sends as the reference says, written apart from the terminal's own client."""

    def __init__(self, exchange, http, hands):
        self.exchange = exchange
        self.http = http
        self.hands = hands
        self._count = 0

    def sign(self, timestamp, tail):
        secret = self.exchange.info["secret"].encode()
        digest = hmac.new(secret, timestamp.encode() + tail, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def headers(self, tail, timestamp=None):
        timestamp = timestamp or str(self.exchange.venue.clock.shown_ms())
        return {
            "ACCESS-KEY": self.exchange.info["key"],
            "ACCESS-SIGN": self.sign(timestamp, tail),
            "ACCESS-TIMESTAMP": timestamp,
            "ACCESS-PASSPHRASE": self.exchange.info["passphrase"],
            "Content-Type": "application/json",
            "locale": "en-US",
        }

    async def public(self, path, **params):
        return (await self.http.get(f"/capi/v2/market/{path}", params=params)).json()

    async def get(self, path, **params):
        target = f"/capi/v2/{path}" + (f"?{httpx.QueryParams(params)}" if params else "")
        return await self.http.get(target, headers=self.headers(f"GET{target}".encode()))

    async def post(self, path, body):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        target = f"/capi/v2/{path}"
        return await self.http.post(target, content=content, headers=self.headers(f"POST{target}".encode() + content))

    async def read(self, path, **params):
        response = await self.get(path, **params)
        assert response.status_code == 200, response.text
        return response.json()

    def order(self, **changes):
        self._count += 1
        body = {
            "symbol": "cmt_btcusdt",
            "client_oid": f"test-{self._count:04d}",
            "size": "0.001",
            "type": "1",
            "order_type": "0",
            "match_price": "1",
            "price": "0",
        }
        return body | changes

    async def place(self, **changes):
        """Place an order that must be accepted; returns its id."""
        response = await self.post("order/placeOrder", self.order(**changes))
        assert response.status_code == 200, response.text
        return response.json()["order_id"]

    async def refused(self, path, body):
        """(HTTP status, code, message) of a call that must be refused."""
        response = await self.post(path, body)
        answer = response.json()
        assert set(answer) == {"code", "msg", "requestTime", "data"}
        assert answer["data"] is None
        return response.status_code, answer["code"], answer["msg"]

    def wait(self, seconds):
        """Let real seconds pass for the exchange."""
        self.hands.now_s += seconds
        self.exchange.tick()

    def price(self, pair="BTC", *, off="0"):
        """Mark price moved by a fraction, on the tick."""
        rules = self.exchange.exchange.rules[pair]
        ticks = int(self.exchange.exchange.mark(pair) * (1 + Decimal(off)) / rules.tick)
        return f"{rules.price(ticks):f}"

    def held(self, side=PositionSide.LONG, pair="BTC"):
        position = self.exchange.exchange.books.position(pair, side)
        return position.size if position else Decimal(0)

    async def v3(self, method, path, body=None, **params):
        """A signed v3 request; a body is signed and sent as the same bytes."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        target = f"/capi/v3/{path}" + (f"?{httpx.QueryParams(params)}" if params else "")
        headers = self.headers(f"{method}{target}".encode() + content)
        return await self.http.request(method, target, content=content, headers=headers)

    async def v3_ok(self, method, path, body=None, **params):
        response = await self.v3(method, path, body, **params)
        assert response.status_code == 200, response.text
        return response.json()

    async def v3_refused(self, method, path, body=None, **params):
        """(HTTP status, code, message) of a v3 call that must be refused."""
        response = await self.v3(method, path, body, **params)
        answer = response.json()
        assert set(answer) == {"code", "msg"}, answer
        return response.status_code, answer["code"], answer["msg"]

    async def v3_market(self, path, **params):
        return (await self.http.get(f"/capi/v3/market/{path}", params=params)).json()

    def v3_order(self, **changes):
        self._count += 1
        body = {
            "symbol": "BTCUSDT",
            "side": "BUY",
            "positionSide": "LONG",
            "type": "MARKET",
            "quantity": "0.001",
            "newClientOrderId": f"v3-{self._count:04d}",
        }
        return {name: value for name, value in (body | changes).items() if value is not None}

    async def v3_place(self, **changes):
        """Place a v3 order that must be accepted; returns its id."""
        return (await self.v3_ok("POST", "order", self.v3_order(**changes)))["orderId"]

    @asynccontextmanager
    async def v3_stream(self, *channels, private=False):
        """A v3 stream with its channels subscribed in one frame and acknowledged."""
        extra = self.headers(b"/v3/ws/private") if private else {}
        url = self.exchange.info["ws_private_v3" if private else "ws_public_v3"]
        async with connect(url, additional_headers=extra, compression=None) as socket:
            stream = Stream(socket)
            if channels:
                await stream.send({"method": "SUBSCRIBE", "params": list(channels), "id": 1})
                assert await stream.next() == {"result": True, "id": 1}
            yield stream

    @asynccontextmanager
    async def stream(self, *channels, private=False):
        """A stream with its channels subscribed and acknowledged."""
        if private:
            extra = self.headers(b"/v2/ws/private")
            url = self.exchange.info["ws_private"]
        else:
            extra, url = {}, self.exchange.info["ws_public"]
        async with connect(url, additional_headers=extra, compression=None) as socket:
            stream = Stream(socket)
            for channel in channels:
                await stream.send({"event": "subscribe", "channel": channel})
                ack = await stream.next(lambda frame: frame["event"] == "subscribed")
                assert ack["channel"] == channel
            yield stream


class Stream:
    def __init__(self, socket):
        self.socket = socket
        self.skipped = []

    async def send(self, frame):
        await self.socket.send(orjson.dumps(frame).decode())

    async def next(self, wanted=lambda _: True):
        async with asyncio.timeout(60):
            while True:
                frame = orjson.loads(await self.socket.recv())
                if wanted(frame):
                    return frame
                self.skipped.append(frame)


_markets = {}


def fresh_market(options):
    """A market as at its first start; making it once and thawing a copy saves most of a test's time."""
    key = (options.seed, options.start_ms, options.history_minutes, options.pattern, options.speed)
    if key not in _markets:
        _markets[key] = pickle.dumps(new_market(options))
    return pickle.loads(_markets[key])  # noqa: S301 - frozen a moment ago in this process


@asynccontextmanager
async def started(options=OPTIONS):
    hands = HandClock()
    async with (
        running_exchange(options, monotonic=hands, market=fresh_market(options)) as exchange,
        httpx.AsyncClient(base_url=exchange.info["rest"], trust_env=False) as http,
    ):
        yield Client(exchange, http, hands)


@pytest.fixture
def start():
    """Start an exchange with options of the test's own."""
    return started


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    async with started() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[Client]:
    """One exchange for all tests of a module that only read."""
    async with started(replace(OPTIONS, weight_per_10s=10**6, orders_per_s=10**6)) as running:
        yield running


@pytest.fixture
def options():
    return OPTIONS


@pytest.fixture
def known(reader):
    """The shared exchange, with the reference's secret."""
    before = reader.exchange.venue.credentials
    reader.exchange.venue.credentials = Credentials("key-1", REFERENCE_SECRET, "phrase-1")
    yield reader
    reader.exchange.venue.credentials = before
