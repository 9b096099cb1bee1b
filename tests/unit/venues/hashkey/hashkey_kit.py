"""Shared by the HashKey tests: payloads, and an adapter over a mock transport."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

from helpers.fake_chance import SeededChance
from helpers.stepping_clock import SteppingClock
from terminal.domain.instrument import perpetual
from terminal.domain.order import Effect, OrderKind, OrderTerms, Side, TimeInForce
from terminal.net.http import HttpReply
from terminal.venues.hashkey.adapter import Credentials, HashKeyAdapter

PAYLOADS = Path(__file__).parents[3] / "venues" / "hashkey" / "payloads"
BTC, ETH, DOGE, LTC, ADA = (perpetual(base) for base in ("BTC", "ETH", "DOGE", "LTC", "ADA"))
CID = "abcd0123456789ab0123456789abcdef"
CREDENTIALS = Credentials("test-key-0001", "hashkey-test-secret-0001")
Answer = tuple[int, Any]
Handler = Callable[[httpx.Request], Answer]

_NAMED = {
    ("POST", "/api/v1.1/spot/order"): "order_placed",
    ("POST", "/api/v1.1/spot/batchOrders"): "batchOrders",
    ("DELETE", "/api/v1/spot/order"): "cancelled",
    ("GET", "/api/v1/spot/tradeOrders"): "openOrders",
    ("GET", "/api/v1/account/trades"): "trades_own",
    ("GET", "/quote/v1/ticker/24hr"): "ticker_24hr",
    ("GET", "/quote/v1/ticker/price"): "ticker_price",
    ("POST", "/api/v1/userDataStream"): "listenKey",
}
_DONE = {
    ("PUT", "/api/v1/userDataStream"): {},
    ("DELETE", "/api/v1/userDataStream"): {},
    ("POST", "/api/v1/spot/orderTest"): {},
    ("DELETE", "/api/v1/spot/openOrders"): {"success": True},
    ("DELETE", "/api/v1/spot/cancelOrderByIds"): {"code": "0000", "result": []},
    ("GET", "/api/v1/account/checkApiKey"): {"accountType": "master_account"},
}


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def documented(request: httpx.Request) -> Answer:
    """Answer as the documents print it."""
    key = (request.method, request.url.path)
    if key in _DONE:
        return 200, _DONE[key]
    return 200, payload(_NAMED.get(key, key[1].rsplit("/", 1)[-1]))


def error(code: Any, message: str = "x") -> dict[str, Any]:
    return {"code": code, "msg": message}


def http_reply(status: int, body: Any) -> HttpReply:
    return HttpReply(status, body if isinstance(body, bytes) else json.dumps(body).encode())


class Venue:
    """A mock transport: answers the time by itself and notes every other request."""

    def __init__(self, clock: SteppingClock, handler: Handler) -> None:
        self._clock = clock
        self.handler = handler
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/time":
            self._clock.advance(0.01)
            return httpx.Response(200, json={"serverTime": self._clock.now_ms()})
        self.requests.append(request)
        status, body = self.handler(request)
        return httpx.Response(status, content=body if isinstance(body, bytes) else json.dumps(body).encode())

    def sent(self, method: str, path: str) -> list[dict[str, str]]:
        """Give the parameters of the requests to one endpoint, wherever they stood."""
        found = [each for each in self.requests if (each.method, each.url.path) == (method, path)]
        return [parameters(each) for each in found]


def parameters(request: httpx.Request) -> dict[str, str]:
    text = request.content.decode() if request.content[:1] not in {b"[", b""} else request.url.query.decode()
    return dict(parse_qsl(text))


def adapter_with(handler: Handler = documented, **options: Any) -> tuple[HashKeyAdapter, Venue, SteppingClock]:
    clock = SteppingClock()
    venue = Venue(clock, handler)
    adapter = HashKeyAdapter(
        "https://api-pro.hashkey.com",
        "wss://stream-pro.hashkey.com/quote/ws/v2",
        "wss://stream-pro.hashkey.com/api/v1/ws",
        CREDENTIALS,
        clock,
        SeededChance(),
        simulated=False,
        transport=httpx.MockTransport(venue),
        **options,
    )
    return adapter, venue, clock


def instead(**answers: Any) -> Handler:
    """Answer as documented, but for endpoints whose path ends with these names (`_` for `/`): status and body."""

    def handler(request: httpx.Request) -> Answer:
        for name, answer in answers.items():
            method, _, path = name.partition("_")
            if request.method == method and request.url.path.endswith("/" + path.replace("_", "/")):
                return answer(request) if callable(answer) else answer
        return documented(request)

    return handler


def terms(**changes: Any) -> OrderTerms:
    base: dict[str, Any] = {
        "instrument_id": BTC,
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.LIMIT,
        "tif": TimeInForce.GTC,
        "size": Decimal("0.01"),
        "price": Decimal(85000),
        "leverage": 1,
        "stop_price": None,
        "target_price": None,
        "reference_price": Decimal(85000),
    }
    return OrderTerms(**(base | changes))
