"""Shared by the WOO X tests: rows as the documents show them, terms, and an adapter over a mock transport."""

import json
from collections.abc import Callable
from decimal import Decimal
from inspect import isawaitable
from typing import Any

import httpx

from helpers.fake_chance import SeededChance
from helpers.stepping_clock import SteppingClock
from terminal.domain.instrument import perpetual
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.position import Position
from terminal.ports.venue import TriggerTerms
from terminal.venues.woox.adapter import Credentials, ProductKind, WooxAdapter
from terminal.venues.woox.mapper.symbols import Symbols

BTC, ETH, DOGE = perpetual("BTC"), perpetual("ETH"), perpetual("DOGE")
PERPS, SPOT = Symbols(ProductKind.PERPETUAL), Symbols(ProductKind.SPOT)
CID = "abcd0123456789ab0123456789abcdef"
CREDENTIALS = Credentials("test-key-0001", "woox-test-secret-0001")

INSTRUMENT: dict[str, Any] = {
    "symbol": "PERP_BTC_USDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "quoteMin": "0",
    "quoteMax": "1000000",
    "quoteTick": "1",
    "baseMin": "0.0001",
    "baseMax": "100",
    "baseTick": "0.0001",
    "minNotional": "5",
    "bidCapRatio": "1.1",
    "bidFloorRatio": None,
    "askCapRatio": None,
    "askFloorRatio": "0.9",
    "orderMode": "NORMAL",
    "baseIMR": "0.01",
    "baseMMR": "0.005",
}
ORDER: dict[str, Any] = {
    "orderId": 60780315704,
    "clientOrderId": 0,
    "symbol": "PERP_BTC_USDT",
    "orderTag": "default",
    "side": "BUY",
    "quantity": 0.1,
    "amount": None,
    "type": "LIMIT",
    "status": "NEW",
    "price": 60000,
    "executed": 0,
    "visible": 0.1,
    "averageExecutedPrice": 0,
    "totalFee": 0,
    "feeAsset": "USDT",
    "reduceOnly": False,
    "createdTime": "1752049062.496",
    "realizedPnl": None,
    "positionSide": "BOTH",
    "bidAskLevel": None,
}
FILL: dict[str, Any] = {
    "id": 1734947821,
    "symbol": "PERP_BTC_USDT",
    "orderId": 60780315704,
    "executedPrice": 60001,
    "executedQuantity": 0.1,
    "fee": 1.8,
    "realizedPnl": None,
    "feeAsset": "USDT",
    "orderTag": "default",
    "side": "BUY",
    "executedTimestamp": "1752055173.630",
    "isMaker": 0,
}
ALGO: dict[str, Any] = {
    "algoOrderId": 10399260,
    "clientAlgoOrderId": 0,
    "rootAlgoOrderId": 10399260,
    "parentAlgoOrderId": 0,
    "symbol": "PERP_BTC_USDT",
    "algoType": "STOP",
    "side": "SELL",
    "quantity": 0.1,
    "isTriggered": False,
    "triggerPrice": 55000,
    "triggerStatus": "USELESS",
    "type": "MARKET",
    "algoStatus": "NEW",
    "price": None,
    "triggerTime": "0",
    "reduceOnly": True,
    "createdTime": "1752049747.732",
    "updatedTime": "1752049747.732",
    "positionSide": "BOTH",
}
HELD: dict[str, Any] = {
    "symbol": "PERP_BTC_USDT",
    "holding": "0.1",
    "pendingLongQty": "0",
    "pendingShortQty": "0",
    "settlePrice": "60000",
    "averageOpenPrice": "60000",
    "markPrice": "61000",
    "estLiqPrice": "0",
    "timestamp": 1752500555823,
    "positionSide": "BOTH",
    "marginMode": "CROSS",
    "isolatedMarginAmount": "0",
    "leverage": 10,
}
PUSH: dict[str, Any] = {
    "mt": 0,
    "s": "PERP_BTC_USDT",
    "cid": 0,
    "oid": 60780315704,
    "t": "LIMIT",
    "sd": "BUY",
    "ps": "BOTH",
    "sx": "0.1",
    "px": "60000",
    "tid": 1734947821,
    "esx": "0.1",
    "epx": "60001",
    "tesx": "0.1",
    "aepx": "60001",
    "ss": "FILLED",
    "rs": "",
    "f": "1.8",
    "fa": "USDT",
    "tf": "1.8",
    "ts": 1752055173630,
    "ro": False,
    "mk": False,
    "m": "CROSS",
}
POSITION = Position(BTC, PositionSide.LONG, Decimal("0.1"), Decimal(60000), 10, Decimal(600), None, None, 0)


def terms(**changes: Any) -> OrderTerms:
    base: dict[str, Any] = {
        "instrument_id": BTC,
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.LIMIT,
        "tif": TimeInForce.GTC,
        "size": Decimal("0.1"),
        "price": Decimal(60000),
        "leverage": 5,
        "stop_price": None,
        "target_price": None,
        "reference_price": Decimal(60000),
    }
    return OrderTerms(**(base | changes))


def market(**changes: Any) -> OrderTerms:
    return terms(**({"kind": OrderKind.MARKET, "tif": TimeInForce.IOC, "price": None} | changes))


def trigger(**changes: Any) -> TriggerTerms:
    base: dict[str, Any] = {
        "instrument_id": BTC,
        "position_side": PositionSide.LONG,
        "effect": Effect.OPEN,
        "size": Decimal("0.1"),
        "trigger_price": Decimal(61000),
        "price": None,
        "reference_price": Decimal(60000),
    }
    return TriggerTerms(**(base | changes))


def success(data: Any = None, **beside: Any) -> httpx.Response:
    return httpx.Response(200, json={"success": True, "data": {} if data is None else data, "timestamp": 1, **beside})


def failure(code: Any, message: str = "no", status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"success": False, "code": code, "message": message})


def rows(*each: Any, **meta: Any) -> dict[str, Any]:
    """Give a list with its place in the whole: all of it on one page unless told otherwise."""
    return {"rows": list(each), "meta": {"total": len(each), "recordsPerPage": 500, "currentPage": 1} | meta}


Handler = Callable[[httpx.Request], httpx.Response]


class Venue:
    """A mock transport: tells the time by itself, answers by method and path, and notes every request."""

    def __init__(self, clock: SteppingClock, answers: dict[str, Any]) -> None:
        self._clock = clock
        self.answers = answers
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/systemInfo"):
            self._clock.advance(0.01)
            body = {"success": True, "data": {"status": 0}, "timestamp": self._clock.now_ms()}
            return httpx.Response(200, json=body)
        self.requests.append(request)
        answer = self.answers[f"{request.method} {request.url.path.removeprefix('/v3/')}"]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer = answer(request)
        if isawaitable(answer):
            answer = await answer
        return answer if isinstance(answer, httpx.Response) else success(answer)

    def sent(self, name: str) -> list[Any]:
        """Give body or query of every request of a kind, e.g. `POST trade/order`."""
        method, path = name.split()
        found = [each for each in self.requests if (each.method, each.url.path) == (method, f"/v3/{path}")]
        return [json.loads(each.content) if each.content else dict(each.url.params) for each in found]


def adapter_on(
    transport: httpx.AsyncBaseTransport, clock: Any, product: ProductKind = ProductKind.PERPETUAL, **more: Any
) -> WooxAdapter:
    return WooxAdapter(
        "https://api.woox.io",
        "wss://wss.woox.io/v3/public",
        "wss://wss.woox.io/v3/private",
        more.pop("credentials", CREDENTIALS),
        clock,
        SeededChance(),
        simulated=False,
        product=product,
        transport=transport,
        **more,
    )


def speaking(product: ProductKind = ProductKind.PERPETUAL, /, **more: Any) -> tuple[WooxAdapter, Venue, SteppingClock]:
    """Give an adapter whose venue answers as `answers` says, that venue, and its clock."""
    clock = SteppingClock()
    venue = Venue(clock, dict(more.pop("answers", {})))
    return adapter_on(httpx.MockTransport(venue), clock, product, **more), venue, clock
