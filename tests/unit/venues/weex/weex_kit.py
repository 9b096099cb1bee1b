"""Shared by the WEEX tests: a clock, a chance, payloads, and an adapter over a mock transport."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.fake_chance import SeededChance
from helpers.stepping_clock import REFERENCE_MS, SteppingClock
from terminal.domain.instrument import perpetual
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.position import Position
from terminal.ports.venue import TriggerTerms
from terminal.venues.weex.adapter import ApiVersion, Credentials, WeexAdapter

PAYLOADS = Path(__file__).parents[3] / "venues" / "weex" / "payloads"
BTC, ETH, DOGE = perpetual("BTC"), perpetual("ETH"), perpetual("DOGE")
BOTH = pytest.mark.parametrize("version", ["v2", "v3"])
CID = "abcd0123456789ab0123456789abcdef"
POSITION = Position(BTC, PositionSide.LONG, Decimal("0.002"), Decimal(90000), 5, Decimal(9), None, None, 0)
NOW_MS = REFERENCE_MS
CREDENTIALS = Credentials("test-key-0001", "weex-test-secret-0001", "test-phrase-0001")

Handler = Callable[[httpx.Request], httpx.Response]


def payload(name: str, version: str = "v2") -> Any:
    return json.loads((PAYLOADS / version / f"{name}.json").read_text(encoding="utf-8"))


class RealClock:
    """The machine's clocks; waits are cut to a twentieth so that reconnects are quick."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 20)


class Venue:
    """A mock transport: answers `market/time` by itself and notes every other request."""

    def __init__(self, clock: SteppingClock, handler: Handler, *, clock_offset_ms: int = 0) -> None:
        self._clock = clock
        self._handler = handler
        self.clock_offset_ms = clock_offset_ms
        self.requests: list[httpx.Request] = []
        self.time_requests = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/market/time"):
            self.time_requests += 1
            self._clock.advance(0.01)
            now_ms = self._clock.now_ms() + self.clock_offset_ms
            if "/v3/" in request.url.path:
                return httpx.Response(200, json={"serverTime": now_ms})
            return httpx.Response(200, json={"epoch": str(now_ms / 1000), "iso": "", "timestamp": now_ms})
        self.requests.append(request)
        return self._handler(request)


def adapter_on(transport: httpx.AsyncBaseTransport, clock: SteppingClock, version: ApiVersion = "v2") -> WeexAdapter:
    return WeexAdapter(
        "https://api-contract.weex.com",
        f"wss://ws-contract.weex.com/{version}/ws/public",
        f"wss://ws-contract.weex.com/{version}/ws/private",
        CREDENTIALS,
        clock,
        SeededChance(),
        simulated=False,
        api_version=version,
        transport=transport,
    )


def adapter_with(
    handler: Handler, *, clock_offset_ms: int = 0, version: ApiVersion = "v2"
) -> tuple[WeexAdapter, Venue, SteppingClock]:
    clock = SteppingClock()
    venue = Venue(clock, handler, clock_offset_ms=clock_offset_ms)
    return adapter_on(httpx.MockTransport(venue), clock, version), venue, clock


def always(status: int, body: Any, headers: dict[str, str] | None = None) -> Handler:
    """Answer everything alike; `body` is bytes or a JSON value."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda request: httpx.Response(status, content=content, headers=headers)


def terms(**changes: Any) -> OrderTerms:
    base: dict[str, Any] = {
        "instrument_id": BTC,
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.LIMIT,
        "tif": TimeInForce.GTC,
        "size": Decimal("0.0001"),
        "price": Decimal("100000.0"),
        "leverage": 5,
        "stop_price": None,
        "target_price": None,
        "reference_price": Decimal("100000.0"),
    }
    return OrderTerms(**(base | changes))


def trigger(**changes: Any) -> TriggerTerms:
    base: dict[str, Any] = {
        "instrument_id": BTC,
        "position_side": PositionSide.LONG,
        "effect": Effect.OPEN,
        "size": Decimal("0.001"),
        "trigger_price": Decimal(91000),
        "price": None,
        "reference_price": Decimal(90000),
    }
    return TriggerTerms(**(base | changes))


# Payloads whose file name is not the last part of the path.
_NAMED = {
    ("v3", "GET", "market/ticker/24hr"): "ticker_24hr",
    ("v3", "GET", "market/ticker/bookTicker"): "ticker_bookTicker",
    ("v3", "GET", "market/historyKlines"): "klines",
    ("v3", "GET", "market/indexPriceKlines"): "klines",
    ("v3", "GET", "market/markPriceKlines"): "klines",
    ("v3", "GET", "order/history"): "order_history",
    ("v3", "POST", "order"): "order_placed",
    ("v3", "DELETE", "order"): "cancel_order",
    ("v3", "DELETE", "algoOrder"): "cancel_order",
    ("v3", "DELETE", "algoOpenOrders"): "allOpenOrders",
    ("v3", "DELETE", "batchOrders"): "batchOrders_cancel",
    ("v2", "GET", "market/historyCandles"): "candles",
    ("v2", "POST", "order/cancel_plan"): "cancel_order",
}


def documented(version: str, **instead: Any) -> Handler:
    """Answer every request with its payload file; `instead` gives other bodies by file name."""

    def handler(request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix(f"/capi/{version}/")
        name = _NAMED.get((version, request.method, name), name.rsplit("/", 1)[-1])
        return httpx.Response(200, json=instead[name] if name in instead else payload(name, version))

    return handler


@asynccontextmanager
async def speaking(version: ApiVersion, **instead: Any) -> AsyncIterator[tuple[WeexAdapter, Venue]]:
    """Give an adapter whose venue answers with the payload files, and that venue."""
    adapter, venue, _ = adapter_with(documented(version, **instead), version=version)
    yield adapter, venue
    await adapter.aclose()


def sent(request: httpx.Request) -> tuple[str, str, Any]:
    """Give method, path without prefix, and body or query of a request."""
    name = request.url.path.split("/", 3)[3]
    return request.method, name, json.loads(request.content) if request.content else dict(request.url.params)
