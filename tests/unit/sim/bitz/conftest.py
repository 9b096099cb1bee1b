"""A Bit-Z exchange whose hands of the clock the test turns itself, and a client for it."""

import hashlib
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio

from terminal.sim.bitz.server import market_of, running_exchange
from terminal.sim.bitz.venue import BitzOptions

START_MS = 1_573_813_113_000  # the documents' example time
OPTIONS = BitzOptions(seed=7, start_ms=START_MS, history_minutes=3_000)


class HandClock:
    """Monotonic seconds that pass when told to."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


class Client:
    """Signs and sends as the documents say, written apart from the terminal's own client."""

    def __init__(self, exchange, http, hands):
        self.exchange = exchange
        self.http = http
        self.hands = hands
        self._count = 100_000

    def signed(self, changes=(), *, order=sorted, **own):
        """The form of a private call; `changes` are applied after signing."""
        self._count += 1
        seconds = self.exchange.venue.clock.shown_ms() // 1000
        form = {"apiKey": self.exchange.info["key"], "timeStamp": str(seconds), "nonce": str(self._count)}
        form |= {name: str(value) for name, value in own.items() if value is not None}
        text = "&".join(f"{name}={form[name]}" for name in order(form)) + self.exchange.info["secret"]
        form["sign"] = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return form | dict(changes)

    async def market(self, name, **params):
        return (await self.http.get(f"/Market/{name}", params=params)).json()

    async def market_data(self, name, **params):
        answer = await self.market(name, **params)
        assert answer["status"] == 200, answer
        return answer["data"]

    async def call(self, name, *, form=None, **own):
        response = await self.http.post(f"/Contract/{name}", data=form or self.signed(**own))
        return response.json()

    async def data(self, name, **own):
        answer = await self.call(name, **own)
        assert answer["status"] == 200, answer
        assert not isinstance(answer["data"], int), answer
        return answer["data"]

    async def code(self, name, **own):
        """The code of a call that must be refused, whichever way."""
        answer = await self.call(name, **own)
        assert answer["status"] != 200 or isinstance(answer["data"], int), answer
        return answer["data"] if answer["status"] == 200 else answer["status"]

    @staticmethod
    def order(**changes):
        base = {"contractId": 101, "amount": 2, "leverage": 10, "direction": 1, "type": "market", "isCross": 1}
        return base | changes

    async def place(self, **changes):
        """Place an order that must be taken; gives its id as text."""
        return str((await self.data("addContractTrade", **self.order(**changes)))["orderId"])

    async def limit(self, off, **changes):
        """Place a limit order `off` (a fraction) from the mark."""
        return await self.place(type="limit", price=self.price(off=off), **changes)

    async def result(self, order_id):
        (row,) = await self.data("getContractOrderResult", entrustSheetIds=order_id)
        return row

    async def position(self, contract=101):
        rows = await self.data("getContractActivePositions", contractId=contract)
        return rows[0] if rows else None

    async def wallet(self):
        account = await self.data("getContractAccountInfo")
        return next(row for row in account["balances"] if row["coin"] == "USDT")

    def wait(self, seconds):
        """Let real seconds pass for the exchange."""
        self.hands.now_s += seconds
        self.exchange.tick()

    def price(self, pair="BTC", *, off="0"):
        """Mark price moved by a fraction, on the step."""
        account = self.exchange.venue.exchange
        rules = account.rules[pair]
        return f"{rules.price(int(account.mark(pair) * (1 + Decimal(off)) / rules.tick)):f}"


_markets = {}


def fresh_market(options):
    """A market as at its first start; making it once and thawing a copy saves most of a test's time."""
    key = (options.seed, options.start_ms, options.history_minutes)
    if key not in _markets:
        _markets[key] = pickle.dumps(market_of(options))
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


@pytest.fixture
def options():
    return OPTIONS


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    async with started() as running:
        yield running
