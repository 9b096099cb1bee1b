"""A loopback WOO X whose hands of the clock the test turns itself, and a client for it."""

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

from terminal.sim.exchange.terms import PositionSide
from terminal.sim.woox.founding import new_market
from terminal.sim.woox.options import ExchangeOptions
from terminal.sim.woox.server import running_exchange

START_MS = 1_765_423_487_896
OPTIONS = ExchangeOptions(seed=7, start_ms=START_MS, history_minutes=3_000)
BTC, SPOT_BTC = "PERP_BTC_USDT", "SPOT_BTC_USDT"


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

    @property
    def books(self):
        return self.exchange.exchange.books

    def headers(self, method, target, body=b"", **changes):
        stamp = str(changes.pop("stamp", self.exchange.venue.clock.shown_ms()))
        text = f"{stamp}{method}{target}".encode() + body
        digest = hmac.new(self.exchange.info["secret"].encode(), text, hashlib.sha256).hexdigest()
        named = {"x-api-key": self.exchange.info["key"], "x-api-timestamp": stamp, "x-api-signature": digest}
        return named | {"content-type": "application/json"} | changes

    async def public(self, path, **params):
        return await self.http.get(f"/v3/public/{path}", params=params)

    async def send(self, method, path, body=None, **params):
        content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        target = f"/v3/{path}" + (f"?{httpx.QueryParams(params)}" if params else "")
        return await self.http.request(method, target, content=content, headers=self.headers(method, target, content))

    async def ok(self, method, path, body=None, **params):
        """The data of a call that must succeed."""
        response = await self.send(method, path, body, **params)
        answer = response.json()
        assert response.status_code == 200, response.text
        assert answer["success"] is True
        assert isinstance(answer["timestamp"], int)
        return answer.get("data")

    async def refused(self, method, path, body=None, **params):
        """(HTTP status, code) of a call that must be refused."""
        response = await self.send(method, path, body, **params)
        answer = response.json()
        assert answer["success"] is False, answer
        return response.status_code, answer.get("code")

    def order(self, **changes):
        body = {"symbol": BTC, "side": "BUY", "type": "MARKET", "quantity": "0.001"}
        return {name: value for name, value in (body | changes).items() if value is not None}

    async def place(self, **changes):
        """Place an order that must be accepted; returns its id."""
        return (await self.ok("POST", "trade/order", self.order(**changes)))["orderId"]

    async def not_placed(self, **changes):
        """(HTTP status, code) of an order that must be refused."""
        return await self.refused("POST", "trade/order", self.order(**changes))

    async def resting(self, off="-0.01", **changes):
        """A limit order some way from the middle; returns its id."""
        return await self.place(type="LIMIT", price=self.price(off=off), **changes)

    async def shown(self, order_id):
        return await self.ok("GET", "trade/order", orderId=order_id)

    def wait(self, seconds):
        """Let real seconds pass for the exchange."""
        self.hands.now_s += seconds
        self.exchange.tick()

    def price(self, pair="BTC", *, off="0"):
        """The mark moved by a fraction, on the tick."""
        rules = self.exchange.exchange.rules[pair]
        return f"{rules.price(int(self.exchange.exchange.mark(pair) * (1 + Decimal(off)) / rules.tick)):f}"

    def fault(self, kind, **more):
        self.exchange.control.script({"kind": kind, **more})
        self.exchange.venue.tick()

    def held(self, side=PositionSide.LONG, pair="BTC"):
        position = self.books.position(pair, side)
        return position.size if position else Decimal(0)

    @asynccontextmanager
    async def stream(self, *topics):
        """The public stream with topics subscribed and acknowledged."""
        async with connect(self.exchange.info["ws_public"], compression=None, max_queue=None) as socket:
            stream = Stream(socket)
            if topics:
                assert await stream.subscribe(*topics) == list(topics)
            yield stream

    @asynccontextmanager
    async def private(self, *topics, key=None):
        """The private stream, with a key of its own unless one is given."""
        key = key or (await self.ok("POST", "account/listenKey", {"type": "WEBSOCKET"}))["authKey"]
        url = f"{self.exchange.info['ws_private']}?key={key}"
        async with connect(url, compression=None, max_queue=None) as socket:
            stream = Stream(socket)
            if topics:
                assert await stream.subscribe(*topics) == list(topics)
            yield stream


class Stream:
    def __init__(self, socket):
        self.socket = socket

    async def send(self, frame):
        await self.socket.send(frame if isinstance(frame, str) else orjson.dumps(frame).decode())

    async def subscribe(self, *topics):
        """The topics that were accepted."""
        await self.send({"id": "1", "cmd": "SUBSCRIBE", "params": list(topics)})
        answer = await self.next(lambda frame: frame.get("cmd") == "SUBSCRIBE")
        assert answer["success"] is True
        return answer["data"]

    async def next(self, wanted=lambda _: True):
        async with asyncio.timeout(30):
            while True:
                frame = orjson.loads(await self.socket.recv())
                if wanted(frame):
                    return frame

    async def data(self, topic):
        """The data of the next push of a topic."""
        return (await self.next(lambda frame: frame.get("topic") == topic))["data"]


_markets = {}


def fresh_market(options):
    """A market as at its first start; making it once and thawing a copy saves most of a test's time."""
    key = (options.seed, options.start_ms, options.history_minutes)
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
