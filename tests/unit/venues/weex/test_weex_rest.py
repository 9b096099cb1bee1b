"""Reads, cancels and log uploads under every kind of answer."""

import asyncio
import itertools
import json

import httpx
import pytest
from weex_kit import BTC, CREDENTIALS, SeededChance, SteppingClock, adapter_on, adapter_with, always, payload

from terminal.domain.errors import (
    AuthFailed,
    ClockSkew,
    ConfigError,
    MalformedReply,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueError,
    VenueUnavailable,
)
from terminal.net.calls.paging import MAX_PAGES
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import LogReceipt, TradingVenue
from terminal.venues.weex.adapter import WeexAdapter


def error(code, message="x"):
    return {"code": code, "msg": message, "requestTime": 1765776928145, "data": None}


async def read(handler):
    adapter, venue, clock = adapter_with(handler)
    try:
        return await adapter.balance(), venue, clock
    finally:
        await adapter.aclose()


READ_ERRORS = {
    "N09 500": (500, error("40015", "x"), VenueUnavailable, 3),
    "N09 502 html": (502, b"<html>", VenueUnavailable, 3),
    "bare system error": (400, error("40015", "System error"), VenueUnavailable, 3),
    "N05 429": (429, error("429"), RateLimited, 1),
    "429 from a proxy": (429, b"slow", RateLimited, 1),
    "N10 521": (521, b"<html>", AuthFailed, 1),
    "40018": (400, error("40018"), AuthFailed, 1),
    "40009": (400, error("40009", "sign signature error"), AuthFailed, 1),
    "40012": (400, error("40012", "apikey/password is incorrect"), AuthFailed, 1),
    "40753": (200, error("40753"), AuthFailed, 1),
    "40020": (400, payload("error_40020"), RequestRejected, 1),
    "50005": (400, error("50005"), RequestRejected, 1),
    "401 without body": (401, b"", AuthFailed, 1),
    "403 json without code": (403, {}, AuthFailed, 1),
    "404 json without code": (404, {}, RequestRejected, 1),
    "N13 portal": (200, b"<html>", MalformedReply, 1),
    "N13 redirect": (302, b"<html>", MalformedReply, 1),
    "N14 truncated": (200, b'[{"coinName":"USDT"', MalformedReply, 1),
    "wrong shape": (200, [{"coin": "USDT"}], MalformedReply, 1),
    "null": (200, b"null", MalformedReply, 1),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", READ_ERRORS)
async def test_read_errors(name):
    status, body, kind, attempts = READ_ERRORS[name]
    adapter, venue, _ = adapter_with(always(status, body))
    with pytest.raises(VenueError) as caught:
        await adapter.balance()
    assert type(caught.value) is kind
    assert caught.value.endpoint == "/capi/v2/account/assets"
    assert len(venue.requests) == attempts
    await adapter.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "word"),
    [("40006", "key"), ("40009", "secret"), ("40011", "passphrase"), ("40012", "passphrase"), ("40018", "white list")],
)
async def test_auth_hints_name_the_field(code, word):
    with pytest.raises(AuthFailed) as caught:
        await read(always(400, error(code)))
    assert word in caught.value.hint
    assert CREDENTIALS.secret not in str(caught.value)


@pytest.mark.asyncio
async def test_quirk_11_21_chinese_text_is_kept_beside_our_hint():
    with pytest.raises(AuthFailed, match=r"接口权限已禁用.*organiser"):
        await read(always(400, error("40753", "接口权限已禁用")))


@pytest.mark.asyncio
@pytest.mark.parametrize("body", [payload("assets"), {"code": "200", "data": payload("assets")}])
async def test_quirk_11_05_success_rule(body):
    balance, _, _ = await read(always(200, body))
    assert balance.equity > 0


@pytest.mark.asyncio
async def test_n09_a_read_recovers_after_two_failures():
    answers = iter([httpx.Response(500), httpx.ReadTimeout("x"), httpx.Response(200, json=payload("assets"))])

    def handler(request):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    balance, venue, clock = await read(handler)
    assert balance.equity > 0
    assert len(venue.requests) == 3
    assert all(0.05 <= wait <= 4 for wait in clock.slept)


@pytest.mark.asyncio
async def test_n11_read_measures_the_clock_and_asks_once_more():
    seen = []

    def handler(request):
        seen.append(int(request.headers["ACCESS-TIMESTAMP"]))
        return (
            httpx.Response(400, json=error("40008")) if len(seen) == 1 else httpx.Response(200, json=payload("assets"))
        )

    _, venue, _ = await read(handler)
    assert len(seen) == 2
    assert venue.time_requests == 10


@pytest.mark.asyncio
async def test_n11_a_clock_that_stays_wrong_is_an_error_not_a_loop():
    adapter, venue, _ = adapter_with(always(400, error("40005")))
    with pytest.raises(ClockSkew):
        await adapter.balance()
    assert len(venue.requests) == 2
    await adapter.aclose()


@pytest.mark.asyncio
async def test_n11_a_wall_clock_jump_does_not_reach_the_signature():
    adapter, venue, clock = adapter_with(always(200, payload("assets")))
    await adapter.balance()
    before_ms = clock.now_ms()
    clock.jump_wall(-300_000)
    venue.clock_offset_ms = 300_000  # the venue's own clock did not jump
    await adapter.balance()
    assert venue.time_requests == 10  # measured again, to be sure
    assert abs(int(venue.requests[1].headers["ACCESS-TIMESTAMP"]) - before_ms) < 1000
    assert adapter.health().clock_offset_ms == pytest.approx(300_000, abs=1000)
    await adapter.aclose()


@pytest.mark.asyncio
async def test_the_clock_is_measured_once_not_before_every_request():
    adapter, venue, _ = adapter_with(always(200, payload("assets")))
    await asyncio.gather(*(adapter.balance() for _ in range(5)))
    await adapter.balance()
    assert venue.time_requests == 5
    await adapter.aclose()


@pytest.mark.asyncio
async def test_n05_gate_closes_for_reads_too_and_reopens():
    answers = [httpx.Response(429, json=error("429"), headers={"Retry-After": "30"})]
    adapter, venue, clock = adapter_with(
        lambda _: answers.pop() if answers else httpx.Response(200, json=payload("assets"))
    )
    with pytest.raises(RateLimited) as first:
        await adapter.balance()
    assert first.value.retry_after_s >= 30
    with pytest.raises(RateLimited):
        await adapter.balance()
    assert len(venue.requests) == 1
    clock.advance(first.value.retry_after_s)
    assert (await adapter.balance()).equity > 0
    await adapter.aclose()


@pytest.mark.asyncio
async def test_public_reads_carry_no_key():
    adapter, venue, _ = adapter_with(always(200, payload("contracts")))
    await adapter.instruments()
    assert not any(name.startswith("access-") for name in venue.requests[0].headers)
    await adapter.aclose()


@pytest.mark.asyncio
async def test_health_counts_weight():
    adapter, _, _ = adapter_with(always(200, payload("assets")))
    assert adapter.health().clock_offset_ms is None
    await adapter.balance()
    health = adapter.health()
    assert (health.budget_used, health.budget_limit) == (10, 400)
    assert health.latency_ms is not None
    await adapter.aclose()


# -- cancels ------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "body", "taken"),
    [
        (200, payload("cancel_order"), True),
        (200, payload("cancel_order_refused"), False),
        (400, error("50005"), False),
        (400, error("40015", "FAILED_PRECONDITION: order is final"), False),
    ],
)
async def test_o03_cancel_counts_only_on_result_true(status, body, taken):
    adapter, venue, _ = adapter_with(always(status, body))
    assert await adapter.cancel_order(BTC, "596471064624628269") is taken
    assert json.loads(venue.requests[0].content) == {"orderId": "596471064624628269"}  # quirk 11.11: camelCase here
    await adapter.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, b"", OutcomeUnknown),
        (200, b"<html>", OutcomeUnknown),
        (200, {"result": "true"}, OutcomeUnknown),
        (200, {}, OutcomeUnknown),
        (400, error("41999"), OutcomeUnknown),
        (521, b"", AuthFailed),
    ],
)
async def test_cancel_whose_outcome_is_unclear_raises_and_is_sent_once(status, body, kind):
    adapter, venue, _ = adapter_with(always(status, body))
    with pytest.raises(kind):
        await adapter.cancel_order(BTC, "1")
    assert len(venue.requests) == 1
    await adapter.aclose()


@pytest.mark.asyncio
async def test_quirk_11_18_cancel_all_takes_resting_and_trigger_orders():
    adapter, venue, _ = adapter_with(always(200, payload("cancelAllOrders")))
    assert await adapter.cancel_all(BTC) == 2
    assert [json.loads(request.content) for request in venue.requests] == [
        {"cancelOrderType": "normal", "symbol": "cmt_btcusdt"},
        {"cancelOrderType": "plan", "symbol": "cmt_btcusdt"},
    ]
    await adapter.aclose()


@pytest.mark.asyncio
async def test_o20_cancel_all_tries_the_triggers_even_when_the_first_call_fails():
    adapter, venue, _ = adapter_with(always(503, b""))
    with pytest.raises(OutcomeUnknown):
        await adapter.cancel_all(None)
    assert [json.loads(request.content) for request in venue.requests] == [
        {"cancelOrderType": "normal"},
        {"cancelOrderType": "plan"},
    ]
    await adapter.aclose()


@pytest.mark.asyncio
async def test_o14_leverage_refused_with_open_orders():
    def handler(request):
        if request.method == "GET":
            return httpx.Response(200, json=payload("getAccount"))
        return httpx.Response(400, json=error("40015", "FAILED_PRECONDITION: the contract has open orders"))

    adapter, _, _ = adapter_with(handler)
    with pytest.raises(RequestRejected, match="cancel them first"):
        await adapter.set_leverage(BTC, 5)
    await adapter.aclose()


# -- paging -------------------------------------------------------------------


def fills_venue(count, *, newest_first, per_page=100, same_ms=1):
    base = payload("fills")["list"][0]
    rows = [base | {"tradeId": 10**17 + n, "createdTime": 1_765_420_000_000 + n // same_ms} for n in range(count)]

    def handler(request):
        start, end = int(request.url.params["startTime"]), int(request.url.params.get("endTime", 10**14))
        inside = [row for row in rows if start <= row["createdTime"] <= end]
        page = (inside[::-1] if newest_first else inside)[:per_page]
        return httpx.Response(200, json={"list": page, "nextFlag": len(inside) > len(page), "totals": 0})

    return handler


@pytest.mark.asyncio
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("same_ms", [1, 7])
async def test_fills_are_paged_to_the_end_from_either_side(newest_first, same_ms):
    adapter, _, _ = adapter_with(fills_venue(257, newest_first=newest_first, same_ms=same_ms))
    found = await adapter.fills(BTC, 1_765_420_000_000)
    assert [fill.trade_id for fill in found] == [str(10**17 + n) for n in range(257)]
    await adapter.aclose()


@pytest.mark.asyncio
async def test_fills_that_cannot_be_paged_are_no_information():
    adapter, _, _ = adapter_with(fills_venue(150, newest_first=True, same_ms=200))
    with pytest.raises(MalformedReply, match="to its end"):
        await adapter.fills(None, 1_765_420_000_000)
    await adapter.aclose()


@pytest.mark.asyncio
async def test_open_orders_are_paged_by_number():
    row = payload("detail")
    rows = [row | {"order_id": str(10**17 + n)} for n in range(130)]

    def handler(request):
        page = int(request.url.params["page"])
        return httpx.Response(200, json=rows[page * 100 : page * 100 + 100])

    adapter, venue, _ = adapter_with(handler)
    assert len(await adapter.open_orders()) == 130
    assert len(venue.requests) == 2
    await adapter.aclose()


@pytest.mark.asyncio
async def test_a_listing_without_end_is_no_information():
    adapter, venue, _ = adapter_with(always(200, [payload("detail")] * 100))
    with pytest.raises(MalformedReply, match="pages"):
        await adapter.open_orders()
    assert len(venue.requests) == MAX_PAGES
    await adapter.aclose()


@pytest.mark.asyncio
async def test_a_history_without_end_is_no_history():
    """Every answer is full and new, so it cannot be known when all of it was read."""
    numbers = itertools.count(10**17)

    def handler(_):
        newest_ms = 1_765_420_000_000
        ids = [next(numbers) for _ in range(100)]
        rows = [{"order_id": str(number), "createTime": str(newest_ms - number % 10**6)} for number in ids]
        return httpx.Response(200, json=[payload("detail") | row for row in rows])

    adapter, venue, _ = adapter_with(handler)
    with pytest.raises(MalformedReply, match="to its end"):
        await adapter.order_history(BTC, 1_765_400_000_000)
    assert len(venue.requests) == MAX_PAGES
    await adapter.aclose()


@pytest.mark.asyncio
async def test_history_is_paged_by_its_end_date():
    row = payload("detail") | {"status": "filled"}
    rows = [row | {"order_id": str(10**17 + n), "createTime": str(1_765_420_000_000 + n)} for n in range(150)]

    def handler(request):
        end = int(request.url.params.get("endCreateDate", 10**14))
        inside = [item for item in rows if int(item["createTime"]) <= end]
        return httpx.Response(200, json=inside[::-1][:100])

    adapter, _, _ = adapter_with(handler)
    assert len(await adapter.order_history(BTC, 1_765_420_000_000)) == 150
    await adapter.aclose()


# -- AI logs ------------------------------------------------------------------

RECEIPTS = {
    "L04 40753": (400, error("40753"), "40753", True),
    "40014": (400, error("40014"), "40014", True),
    "40019": (400, error("40019"), "40019", True),
    "40020": (400, error("40020"), "40020", True),
    "40021": (400, error("40021"), "40021", False),
    "40009": (400, error("40009"), "40009", True),
    "521": (521, b"", "521", False),
    "L10 unknown": (200, error("41999"), "41999", False),
    "L10 other success": (200, {"code": "200", "msg": "success"}, "200", False),
    "40015 bare": (400, error("40015", "System error"), "40015", False),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", RECEIPTS)
async def test_log_answers(name):
    status, body, code, permanent = RECEIPTS[name]
    adapter, venue, _ = adapter_with(always(status, body))
    receipt = await adapter.upload_ai_log(b'{"orderId":null}')
    assert (receipt.accepted, receipt.code, receipt.permanent) == (False, code, permanent)
    assert len(venue.requests) == 1
    await adapter.aclose()


@pytest.mark.asyncio
async def test_l01_log_bytes_are_sent_as_they_are():
    adapter, venue, _ = adapter_with(always(200, payload("uploadAiLog")))
    body = '{"orderId":596471064624628269,"explanation":"Größe ✓"}'.encode()
    receipt = await adapter.upload_ai_log(body)
    assert receipt == LogReceipt(accepted=True, code="00000", message="success", permanent=False)
    assert venue.requests[0].content == body
    await adapter.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, b"", OutcomeUnknown),
        (500, error("40020"), OutcomeUnknown),
        (200, b"<html>", OutcomeUnknown),
        (200, {}, OutcomeUnknown),
        (429, b"", RateLimited),
        (400, error("40008"), ClockSkew),
        (401, b"", AuthFailed),
    ],
)
async def test_l01_unclear_uploads_raise(status, body, kind):
    adapter, venue, _ = adapter_with(always(status, body))
    with pytest.raises(VenueError) as caught:
        await adapter.upload_ai_log(b"{}")
    assert type(caught.value) is kind
    assert len(venue.requests) == 1
    await adapter.aclose()


# -- the adapter itself -------------------------------------------------------


def test_adapter_is_both_ports():
    adapter, _, _ = adapter_with(always(200, {}))
    feed: MarketFeed = adapter
    venue: TradingVenue = adapter
    assert (venue.name, venue.is_simulated, venue.order_validity_ms) == ("WEEX", False, 30_000)
    assert feed.health().budget_limit == 400


REAL = (
    "https://api-contract.weex.com",
    "wss://ws-contract.weex.com/v2/ws/public",
    "wss://ws-contract.weex.com/v2/ws/private",
)
LOCAL = ("http://127.0.0.1:9", "ws://127.0.0.1:9/v2/ws/public", "ws://127.0.0.1:9/v2/ws/private")


@pytest.mark.parametrize(("urls", "simulated"), [(REAL, True), (LOCAL, False), ((LOCAL[0], *REAL[1:]), True)])
def test_o23_play_money_and_real_money_are_not_mixed(urls, simulated):
    with pytest.raises(ConfigError):
        WeexAdapter(*urls, CREDENTIALS, SteppingClock(), SeededChance(), simulated=simulated)


@pytest.mark.asyncio
async def test_redirects_are_not_followed():
    hosts = []

    def handler(request):
        hosts.append(request.url.host)
        if request.url.path.endswith("/time"):
            return httpx.Response(200, json=payload("time"))
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/"})

    adapter = adapter_on(httpx.MockTransport(handler), SteppingClock())
    with pytest.raises(MalformedReply):
        await adapter.balance()
    assert set(hosts) == {"api-contract.weex.com"}
    await adapter.aclose()
