"""The guide's template does what the guide promises: it signs as its vectors say and sends once, what was prepared."""

import asyncio
import json
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio
from packages import TEMPLATE

from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from terminal.domain.errors import ConfigError, RequestRejected
from terminal.domain.instrument import perpetual
from terminal.domain.order import Effect, OrderKind, OrderTerms, Side, TimeInForce
from terminal.ports.venue import Acknowledged, NotSent, Refused, Unclear

HERE = "http://127.0.0.1:1"
PLACE = "/v1/order"
VECTORS = json.loads(TEMPLATE.vectors.read_text())
PLACED = httpx.Response(200, json={"order_id": "77", "client_id": "a1"})


def terms(**changes):
    base = {
        "instrument_id": perpetual("BTC"),
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.MARKET,
        "tif": TimeInForce.IOC,
        "size": Decimal("0.001"),
        "price": None,
        "leverage": 1,
        "stop_price": None,
        "target_price": None,
        "reference_price": Decimal(90_000),
    }
    return OrderTerms(**(base | changes))


class Wire:
    """Answers the time, and an order with what it was told to; keeps what arrived."""

    def __init__(self, answer):
        self.answer = answer
        self.placed: list[httpx.Request] = []

    def __call__(self, request):
        if request.url.path == "/v1/time":
            return httpx.Response(200, json={"now_ms": 1_795_000_000_000})
        self.placed.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest_asyncio.fixture
async def opened():
    made = []

    def build(answer=PLACED, **options):
        wire, module = Wire(answer), TEMPLATE.module("adapter")
        key = module.Credentials("key-1", "template-secret")
        transport = httpx.MockTransport(wire)
        clock = ManualClock()
        adapter = module.YourVenueAdapter(
            HERE, key, clock, SeededChance(1), simulated=True, transport=transport, **options
        )
        made.append(adapter)
        return adapter, wire, clock

    yield build
    for adapter in made:
        await adapter.aclose()


async def sent(clock, task):
    """Let the hand-made clock run until the answer is here."""
    running = asyncio.ensure_future(task)
    while not running.done():
        await clock.advance(0.05)
    return running.result()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_its_signatures_are_those_of_the_vectors(vector):
    sign = TEMPLATE.module("signing").sign
    body = vector["body"].encode()
    made = sign(vector["secret"], vector["timestamp_ms"], vector["method"], vector["target"], body)
    assert made == vector["signature"]


@pytest.mark.asyncio
async def test_what_was_prepared_is_what_is_sent_and_signed(opened):
    adapter, wire, clock = opened()
    prepared = adapter.prepare_order("a1", terms())
    assert await sent(clock, adapter.submit_order(prepared)) == Acknowledged("77")
    (request,) = wire.placed
    assert request.content == prepared.body
    at_ms = int(request.headers["X-Time"])
    sign = TEMPLATE.module("signing").sign
    assert request.headers["X-Sign"] == sign("template-secret", at_ms, "POST", PLACE, prepared.body)
    assert "template-secret" not in str(request.headers)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.Response(500), Unclear),
        (httpx.Response(200, text="<html>"), Unclear),
        (httpx.Response(400, json={"code": "999", "message": "?"}), Unclear),
        (httpx.Response(400, json={"code": "3002", "message": "timeout"}), Unclear),
        (httpx.Response(400, json={"code": "2003", "message": "gone"}), Unclear),
        (httpx.Response(200, json={"order_id": "77", "client_id": "another"}), Unclear),
        (httpx.Response(200, json={}), Unclear),
        (httpx.Response(404, json={}), Unclear),
        (httpx.ReadError("cut"), Unclear),
        (httpx.ConnectError("no way"), NotSent),
        (httpx.Response(400, json={"code": "2002", "message": "balance"}), Refused),
        (httpx.Response(401, json={"code": "1001", "message": "key"}), Refused),
        (httpx.Response(400, json={"code": "1003", "message": "time"}), Refused),
        (httpx.Response(429, json={}), Refused),
    ],
)
async def test_whatever_is_answered_it_is_sent_once(opened, answer, outcome):
    adapter, wire, clock = opened(answer)
    found = await sent(clock, adapter.submit_order(adapter.prepare_order("a1", terms())))
    assert isinstance(found, outcome), found
    assert found.message
    assert len(wire.placed) == 1


@pytest.mark.asyncio
async def test_nothing_is_sent_where_nothing_may(opened):
    adapter, wire, clock = opened(may_trade=False)
    outcome = await sent(clock, adapter.submit_order(adapter.prepare_order("a1", terms())))
    assert isinstance(outcome, NotSent)
    assert "only WEEX" in outcome.message
    assert wire.placed == []


@pytest.mark.asyncio
async def test_the_gate_has_the_last_word(opened):
    adapter, wire, clock = opened()
    prepared = adapter.prepare_order("a1", terms())
    object.__setattr__(prepared, "may_send", lambda: False)
    assert isinstance(await sent(clock, adapter.submit_order(prepared)), NotSent)
    assert wire.placed == []


@pytest.mark.parametrize(
    "changes",
    [
        {"leverage": 5},
        {"side": Side.SELL},
        {"size": Decimal(0)},
        {"price": Decimal(90_000)},
        {"kind": OrderKind.LIMIT, "price": Decimal("NaN")},
    ],
)
def test_what_it_cannot_express_is_refused_in_words(changes):
    bodies = TEMPLATE.module("bodies")
    with pytest.raises(RequestRejected) as caught:
        bodies.order_body("a1", terms(**changes))
    assert str(caught.value).endswith(".")


def test_real_and_play_money_are_not_mixed_up():
    module = TEMPLATE.module("adapter")
    key = module.Credentials("k", "s")
    for url, simulated in ((HERE, False), ("https://api.example.com", True)):
        with pytest.raises(ConfigError):
            module.YourVenueAdapter(url, key, ManualClock(), SeededChance(1), simulated=simulated)


def test_its_capabilities_fit_together():
    able = TEMPLATE.module("adapter").CAPABILITIES
    assert able.is_spot
    assert not any((able.leverage, able.margin_modes, able.short))
