"""Placing: the body byte for byte, and every row of the classification table of reliability 3.0."""

import asyncio
import json
from decimal import Decimal

import httpx
import pytest
from weex_kit import SteppingClock, Venue, adapter_on, adapter_with, always, payload, terms

from terminal.domain.errors import (
    AuthFailed,
    MalformedReply,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueUnavailable,
)
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, OrderKind, Side, TimeInForce
from terminal.net.calls.sending import judge_failure
from terminal.net.http import HttpReply
from terminal.ports.venue import Acknowledged, NotSent, Refused, Unclear
from terminal.venues.weex.classify import classify_reply as classify
from terminal.venues.weex.classify import judge_reply
from terminal.venues.weex.signing import prehash, sign
from terminal.venues.weex.wire.placed import placed_v2

CID = "abcd0123456789ab0123456789abcdef"


def reply(status, body, retry_after_s=None):
    return HttpReply(status, body if isinstance(body, bytes) else json.dumps(body).encode(), retry_after_s)


def classify_reply(answer, client_order_id):
    return classify(answer, client_order_id, placed_v2)


def error(code, message="x"):
    return {"code": code, "msg": message, "requestTime": 1765776928145, "data": None}


# -- the table ----------------------------------------------------------------

ACKED = [
    payload("placeOrder"),
    payload("placeOrder_wrapped"),
    {"order_id": 596471064624628269, "client_oid": CID},
    {"order_id": "9223372036854775807", "client_oid": ""},
]


@pytest.mark.parametrize("body", ACKED)
def test_success_by_the_endpoints_own_schema(body):
    outcome = classify_reply(reply(200, body), CID)
    assert isinstance(outcome, Acknowledged)
    assert outcome.venue_order_id.isdigit()


UNCLEAR = {
    "N13 html": (200, b"<html>sign in</html>"),
    "N14 truncated": (200, b'{"client_oid":null,"order_id":"59647106'),
    "empty": (200, b""),
    "list": (200, [1]),
    "null": (200, b"null"),
    "no id": (200, {"client_oid": None}),
    "id of letters": (200, {"order_id": "abc"}),
    "id as float": (200, b'{"order_id":5.964e17}'),
    "id beyond 64 bits": (200, b'{"order_id":123456789012345678901}'),
    "other client id": (200, {"order_id": "1", "client_oid": "another"}),
    "envelope without data": (200, {"code": "00000", "msg": "success"}),
    "unknown code": (400, error("41999")),
    "undocumented sdk code": (400, error("50001")),
    "bare system error": (400, error("40015", "System error")),
    "order not found": (400, error("50005")),
    "success code on 400": (400, {"code": "200", "data": {"order_id": "1"}}),
    "400 without code": (400, {"error": "bad"}),
    "403 from a firewall": (403, b"<html>denied</html>"),
    "429 from a proxy": (429, b"slow down"),
    "429 from a proxy in json": (429, {"message": "slow down"}),
    "201": (201, {"order_id": "1"}),
    "302": (302, b""),
    **{f"N08 {status}": (status, error("40020")) for status in (500, 502, 503, 504, 520, 522, 524)},
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_unclear(name):
    status, body = UNCLEAR[name]
    assert isinstance(classify_reply(reply(status, body), CID), Unclear)


REFUSED = {
    "40006": (400, "x", True),
    "40008": (400, "x", False),
    "40009": (400, "x", True),
    "40012": (401, "x", True),
    "40018": (403, "x", True),
    "40020": (400, "x", False),
    "40021": (200, "x", False),
    "40022": (403, "x", True),
    "40753": (400, "接口权限已禁用", True),
    "50003": (400, "x", False),
    "50007": (404, "x", False),
    "429": (200, "Too many requests", False),
}


@pytest.mark.parametrize("code", REFUSED)
def test_definitive_codes_refuse(code):
    status, message, halts = REFUSED[code]
    outcome = classify_reply(reply(status, error(code, message)), CID)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.halts) == (code, halts)
    assert outcome.hint.endswith((".", ";"))


TEXTS_40015 = {
    "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize '0.0001' requirement.": "step",
    "INVALID_ARGUMENT: The buy long order take profit param triggerPrice must be greater than price 9.": "wrong side",
    "FAILED_PRECONDITION: The order margin available amount not enough": "margin",
    "has open orders": "cancel them first",
    "order limit exceed": "Too many open orders",
    "INVALID_ARGUMENT: something new": "did not accept",
}


@pytest.mark.parametrize("message", TEXTS_40015)
def test_40015_is_judged_by_its_message(message):
    outcome = classify_reply(reply(400, error("40015", message)), CID)
    assert isinstance(outcome, Refused)
    assert TEXTS_40015[message] in outcome.hint
    assert outcome.message == message


def test_n10_521_refuses_and_halts_whatever_the_body():
    outcome = classify_reply(reply(521, b"<html>"), CID)
    assert isinstance(outcome, Refused)
    assert outcome.halts
    assert "white list" in outcome.hint


def test_429_with_venue_json_refuses_even_with_another_code():
    outcome = classify_reply(reply(429, error("31001", "")), CID)
    assert isinstance(outcome, Refused)
    assert outcome.message == "The venue refused"


def test_failures_without_answer():
    assert isinstance(judge_failure(OutcomeUnknown("x")), Unclear)
    for nothing_sent in (
        VenueUnavailable("x"),
        RateLimited("x", retry_after_s=1),
        AuthFailed("x"),
        MalformedReply("x"),
    ):
        assert isinstance(judge_failure(nothing_sent), NotSent)


def test_what_a_refusal_says_about_the_next_calls():
    def said(code):
        verdict = judge_reply(reply(400, error(code)), CID, placed_v2)
        return verdict.clock_refused, verdict.rate_limited

    assert said("40008") == (True, False)
    assert said("429") == (False, True)
    assert said("40001") == (False, False)


# -- the body -----------------------------------------------------------------


def prepared_body(**changes):
    adapter, _, _ = adapter_with(always(500, {}))
    return adapter.prepare_order(CID, terms(**changes)).body


def test_limit_body_has_exactly_the_documented_fields():
    assert prepared_body() == (
        b'{"symbol":"cmt_btcusdt","client_oid":"abcd0123456789ab0123456789abcdef","size":"0.0001","type":"1",'
        b'"order_type":"0","match_price":"0","price":"100000.0"}'
    )


def test_market_body_with_stop_and_target():
    body = prepared_body(
        kind=OrderKind.MARKET,
        tif=TimeInForce.IOC,
        price=None,
        size=Decimal("1E+2"),
        stop_price=Decimal(99000),
        target_price=Decimal("1.02E+5"),
    )
    assert json.loads(body) == {
        "symbol": "cmt_btcusdt",
        "client_oid": CID,
        "size": "100",
        "type": "1",
        "order_type": "0",
        "match_price": "1",
        "price": "0",
        "presetTakeProfitPrice": "102000",
        "presetStopLossPrice": "99000",
    }


@pytest.mark.parametrize(
    ("side", "effect", "code"),
    [
        (Side.BUY, Effect.OPEN, "1"),
        (Side.SELL, Effect.OPEN, "2"),
        (Side.SELL, Effect.CLOSE, "3"),
        (Side.BUY, Effect.CLOSE, "4"),
    ],
)
def test_quirk_11_03_type_is_the_direction(side, effect, code):
    assert json.loads(prepared_body(side=side, effect=effect))["type"] == code


@pytest.mark.parametrize(
    ("tif", "code"),
    [(TimeInForce.GTC, "0"), (TimeInForce.POST_ONLY, "1"), (TimeInForce.FOK, "2"), (TimeInForce.IOC, "3")],
)
def test_order_type_is_the_time_in_force(tif, code):
    assert json.loads(prepared_body(tif=tif))["order_type"] == code


BAD_TERMS = {
    "O18 pair outside the competition": {"instrument_id": InstrumentId("TRX-PERP")},
    "zero size": {"size": Decimal(0)},
    "NaN size": {"size": Decimal("NaN")},
    "limit without price": {"price": None},
    "market with price": {"kind": OrderKind.MARKET},
    "negative price": {"price": Decimal(-1)},
    "post-only market": {"kind": OrderKind.MARKET, "price": None, "tif": TimeInForce.POST_ONLY},
    "11.17 long stop above price": {"stop_price": Decimal(100001)},
    "11.17 long target below price": {"target_price": Decimal(99999)},
    "11.17 short stop below price": {"side": Side.SELL, "stop_price": Decimal(99999)},
    "close with stop": {"side": Side.SELL, "effect": Effect.CLOSE, "stop_price": Decimal(99000)},
}


@pytest.mark.parametrize("name", BAD_TERMS)
def test_terms_that_cannot_be_expressed(name):
    with pytest.raises(RequestRejected):
        prepared_body(**BAD_TERMS[name])


@pytest.mark.parametrize("client_id", ["", "a" * 41, "a b", "naïve", "a\n"])
def test_client_ids_the_venue_does_not_take(client_id):
    adapter, _, _ = adapter_with(always(500, {}))
    with pytest.raises(RequestRejected):
        adapter.prepare_order(client_id, terms())


# -- sending ------------------------------------------------------------------


async def submit(handler, **options):
    adapter, venue, clock = adapter_with(handler, **options)
    outcome = await adapter.submit_order(adapter.prepare_order(CID, terms()))
    await adapter.aclose()
    return outcome, venue, clock


@pytest.mark.asyncio
async def test_n17_signed_bytes_are_the_sent_bytes():
    outcome, venue, clock = await submit(always(200, payload("placeOrder")), clock_offset_ms=-31_000)
    assert outcome == Acknowledged("596471064624628269")
    (request,) = venue.requests
    stamp = int(request.headers["ACCESS-TIMESTAMP"])
    signed = prehash(stamp, "POST", "/capi/v2/order/placeOrder", request.content)
    assert request.headers["ACCESS-SIGN"] == sign("weex-test-secret-0001", signed)
    assert request.headers["User-Agent"].startswith("AlphaDesk/")
    assert str(request.url) == "https://api-contract.weex.com/capi/v2/order/placeOrder"
    # N11: our clock is 31 s ahead of the venue's, and the signature carries the venue's.
    assert abs(stamp - (clock.now_ms() - 31_000)) < 100


NOT_SENT = [httpx.ConnectTimeout, httpx.ConnectError, httpx.PoolTimeout, httpx.LocalProtocolError, httpx.ProxyError]
MAYBE_SENT = [
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
]


def raising(kind):
    def handler(request):
        raise kind("boom", request=request)

    return handler


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", NOT_SENT)
async def test_n01_nothing_sent(kind):
    outcome, venue, _ = await submit(raising(kind))
    assert isinstance(outcome, NotSent)
    assert len(venue.requests) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", MAYBE_SENT)
async def test_n02_maybe_sent_is_unclear_and_sent_once(kind):
    outcome, venue, _ = await submit(raising(kind))
    assert isinstance(outcome, Unclear)
    assert len(venue.requests) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [500, 429, 200])
async def test_a_placement_is_never_sent_twice(status):
    _, venue, _ = await submit(always(status, {}))
    assert len(venue.requests) == 1


@pytest.mark.asyncio
async def test_cancelled_task_is_unclear():
    arrived = asyncio.Event()
    clock = SteppingClock()
    answers_time = Venue(clock, always(500, {}))

    async def hang(request):
        if request.url.path.endswith("/time"):
            return await answers_time(request)
        arrived.set()
        await asyncio.Event().wait()
        return httpx.Response(200)

    adapter = adapter_on(httpx.MockTransport(hang), clock)
    task = asyncio.create_task(adapter.submit_order(adapter.prepare_order(CID, terms())))
    await arrived.wait()
    task.cancel()
    assert isinstance(await task, Unclear)
    assert task.cancelling() == 1
    await adapter.aclose()


@pytest.mark.asyncio
async def test_clock_that_cannot_be_read_means_not_sent():
    clock = SteppingClock()
    adapter = adapter_on(httpx.MockTransport(raising(httpx.ConnectError)), clock)
    outcome = await adapter.submit_order(adapter.prepare_order(CID, terms()))
    assert isinstance(outcome, NotSent)
    await adapter.aclose()


@pytest.mark.asyncio
async def test_n11_refused_timestamp_is_a_definite_no_and_the_clock_is_measured_again():
    adapter, venue, _ = adapter_with(always(400, error("40008", "expired")))
    outcome = await adapter.submit_order(adapter.prepare_order(CID, terms()))
    assert isinstance(outcome, Refused)
    assert not outcome.halts
    assert (len(venue.requests), venue.time_requests) == (1, 5)
    await adapter.submit_order(adapter.prepare_order(CID, terms()))
    assert (len(venue.requests), venue.time_requests) == (2, 10)
    await adapter.aclose()


@pytest.mark.asyncio
async def test_n05_429_closes_the_gate_so_the_next_order_is_not_sent():
    adapter, venue, clock = adapter_with(always(429, error("429"), {"Retry-After": "40"}))
    first = await adapter.submit_order(adapter.prepare_order(CID, terms()))
    second = await adapter.submit_order(adapter.prepare_order(CID, terms()))
    assert isinstance(first, Refused)
    assert isinstance(second, NotSent)
    assert len(venue.requests) == 1
    clock.advance(40.1)
    await adapter.submit_order(adapter.prepare_order(CID, terms()))
    assert len(venue.requests) == 2
    await adapter.aclose()


@pytest.mark.asyncio
async def test_closed_adapter_sends_nothing():
    adapter, venue, _ = adapter_with(always(200, payload("placeOrder")))
    await adapter.sync_clock()
    await adapter.aclose()
    assert isinstance(await adapter.submit_order(adapter.prepare_order(CID, terms())), NotSent)
    assert not venue.requests
