"""A HashKey exchange whose hands of the clock the test turns itself, and a client written from the document."""

import asyncio
import hashlib
import hmac
import json
import pickle
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx
import orjson
from websockets.asyncio.client import connect

from terminal.sim.hashkey.founding import new_market
from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.server import running_exchange

START_MS = 1_765_423_487_896
WIDE = 10**6
OPTIONS = ExchangeOptions(seed=7, start_ms=START_MS, history_minutes=3_000, queries_per_s=WIDE, orders_per_s=WIDE)


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

    @property
    def venue(self):
        return self.exchange.venue

    @property
    def books(self):
        return self.exchange.exchange.books

    def signed(self, params, stamp=True):
        """The parameters as they are sent, signature last."""
        pairs = [(name, value) for name, value in params.items() if value is not None]
        if stamp and "timestamp" not in params:
            pairs.append(("timestamp", self.venue.clock.shown_ms()))
        total = "&".join(f"{name}={value}" for name, value in pairs)
        digest = hmac.new(self.exchange.info["secret"].encode(), total.encode(), hashlib.sha256).hexdigest()
        return f"{total}&signature={digest}" if total else f"signature={digest}"

    @property
    def key(self):
        return {"X-HK-APIKEY": self.exchange.info["key"]}

    async def get(self, path, **params):
        return await self.http.get(f"{path}?{self.signed(params)}", headers=self.key)

    async def form(self, method, path, **params):
        headers = self.key | {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.http.request(method, path, content=self.signed(params), headers=headers)

    async def delete(self, path, **params):
        return await self.http.delete(f"{path}?{self.signed(params)}", headers=self.key)

    async def read(self, path, **params):
        response = await self.get(path, **params)
        assert response.status_code == 200, response.text
        return response.json()

    async def public(self, path, **params):
        return (await self.http.get(path, params=params)).json()

    def order(self, **changes):
        self._count += 1
        body = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "newClientOrderId": f"t-{self._count}"}
        if "amount" not in changes:
            body["quantity"] = "0.001"
        return {name: value for name, value in (body | changes).items() if value is not None}

    def limit(self, off="-0.03", **changes):
        """A limit order that far from the mark."""
        return self.order(**({"type": "LIMIT", "price": self.price(off)} | changes))

    async def send(self, order, path="/api/v1.1/spot/order"):
        return await self.form("POST", path, **order)

    async def place(self, order=None):
        """Place an order that must be accepted; returns the answer."""
        response = await self.send(order or self.order())
        assert response.status_code == 200, response.text
        return response.json()

    async def refused(self, order, path="/api/v1.1/spot/order"):
        """The code of an order that must be refused; nothing of the account has changed."""
        before = self.books.revision
        response = await self.send(order, path)
        assert response.status_code == 400, response.text
        assert set(response.json()) == {"code", "msg"}
        assert self.books.revision == before
        return response.json()["code"]

    async def batch(self, orders, **more):
        content = json.dumps(orders)
        query = self.signed(more)
        headers = self.key | {"Content-Type": "application/json"}
        return await self.http.post(f"/api/v1.1/spot/batchOrders?{query}", content=content, headers=headers)

    async def fault(self, **fault):
        response = await self.http.post("/_sim/faults", json=fault)
        assert response.status_code == 200, response.text

    def price(self, off="0", pair="BTC"):
        """The mark moved by a fraction, on the tick."""
        rules = self.venue.rules[pair]
        return f"{rules.price(int(self.venue.mark(pair) * (1 + Decimal(off)) / rules.tick)):f}"

    def wait(self, seconds):
        self.hands.now_s += seconds
        self.exchange.tick()

    async def listen_key(self):
        response = await self.form("POST", "/api/v1/userDataStream")
        assert response.status_code == 200, response.text
        return response.json()["listenKey"]

    @asynccontextmanager
    async def stream(self, version="v2"):
        url = self.exchange.info["ws_public" if version == "v2" else "ws_public_v1"]
        async with connect(url, compression=None) as socket:
            yield Stream(socket)

    @asynccontextmanager
    async def private(self, key=None):
        url = f"{self.exchange.info['ws_private']}/{key or await self.listen_key()}"
        async with connect(url, compression=None) as socket:
            stream = Stream(socket)
            await stream.send({"ping": 1})  # its answer tells that the exchange knows the connection
            await stream.next(lambda frame: "pong" in frame)
            yield stream


class Stream:
    def __init__(self, socket):
        self.socket = socket

    async def send(self, frame):
        await self.socket.send(orjson.dumps(frame).decode())

    async def next(self, wanted=lambda _: True):
        async with asyncio.timeout(60):
            while True:
                frame = orjson.loads(await self.socket.recv())
                if wanted(frame):
                    return frame

    async def event(self, kind, **fields):
        """The next private event of a kind with these fields."""

        def is_it(frame):
            return (
                isinstance(frame, list)
                and frame[0]["e"] == kind
                and all(frame[0][name] == value for name, value in fields.items())
            )

        return (await self.next(is_it))[0]


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
