"""Orders in both dialects: bodies, answers, cancels, lists."""

from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
from weex_kit import BOTH, BTC, CID, adapter_with, payload, sent, speaking, terms

from terminal.domain.errors import OutcomeUnknown, RequestRejected, VenueUnavailable
from terminal.domain.order import Effect, OrderKind, Side, TimeInForce
from terminal.ports.venue import Acknowledged, NotSent, Refused, Unclear, VenueStatus

pytestmark = pytest.mark.asyncio

# -- orders -------------------------------------------------------------------


async def test_v3_body_of_a_limit_order_with_stop_and_target():
    async with speaking("v3") as (adapter, venue):
        order = adapter.prepare_order(
            CID, terms(tif=TimeInForce.POST_ONLY, stop_price=Decimal(99000), target_price=Decimal(102000))
        )
        assert await adapter.submit_order(order) == Acknowledged("702345678901234567")
        assert sent(venue.requests[-1]) == (
            "POST",
            "order",
            {
                "symbol": "BTCUSDT",
                "side": "BUY",
                "positionSide": "LONG",
                "type": "LIMIT",
                "quantity": "0.0001",
                "newClientOrderId": CID,
                "price": "100000.0",
                "timeInForce": "POST_ONLY",
                "tpTriggerPrice": "102000",
                "slTriggerPrice": "99000",
            },
        )


async def test_v3_market_order_has_neither_price_nor_time_in_force():
    async with speaking("v3") as (adapter, _):
        body = adapter.prepare_order(CID, terms(kind=OrderKind.MARKET, tif=TimeInForce.IOC, price=None)).body
    assert b"timeInForce" not in body
    assert b"price" not in body


@pytest.mark.parametrize("client_id", ["", "a" * 37, "a b", "ä", "a,b"])
async def test_v3_client_ids_the_venue_does_not_take(client_id):
    async with speaking("v3") as (adapter, _):
        with pytest.raises(RequestRejected):
            adapter.prepare_order(client_id, terms())
        adapter.prepare_order("a" * 32 + ".:/_", terms())


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, Refused),
        ({"errorCode": -1054, "errorMessage": "System error"}, Unclear),
        ({"errorCode": "", "errorMessage": ""}, Unclear),
        ({"errorCode": "FAILED_ORDER_NOT_FOUND"}, Unclear),
        ({"errorCode": "-3007", "errorMessage": "too large"}, Refused),
        ({"success": True}, Unclear),
        ({"success": None}, Unclear),
        ({"success": True, "orderId": "x1"}, Unclear),
        ({"success": True, "orderId": "1", "clientOrderId": "another"}, Unclear),
    ],
)
async def test_v3_http_200_is_no_yes(changes, kind):
    async with speaking("v3", order_placed=payload("order_refused", "v3") | changes) as (adapter, venue):
        outcome = await adapter.submit_order(adapter.prepare_order(CID, terms()))
        assert type(outcome) is kind
        assert len(venue.requests) == 1


@pytest.mark.parametrize(
    ("version", "name", "word", "taken"),
    [
        ("v2", "cancel_order", True, True),
        ("v3", "cancel_order", payload("cancel_order", "v3"), True),
        ("v3", "cancel_order", payload("cancel_order_failed", "v3"), False),
        ("v3", "cancel_order", {"orderId": "1", "success": False, "errorCode": "-3200"}, False),
        ("v3", "cancel_order", {"orderId": "1", "status": "CANCELED"}, True),
    ],
)
async def test_cancel_of_orders_and_triggers(version, name, word, taken):
    instead = {} if word is True else {name: word}
    async with speaking(version, **instead) as (adapter, _):
        assert await adapter.cancel_order(BTC, "1") is taken
        assert await adapter.cancel_trigger("1") is taken


async def test_v3_cancel_that_tells_nothing_is_unknown():
    async with speaking("v3", cancel_order={"orderId": "1"}) as (adapter, _):
        with pytest.raises(OutcomeUnknown, match="does not tell"):
            await adapter.cancel_order(BTC, "1")


@BOTH
@pytest.mark.parametrize("method", ["cancel_order", "cancel_trigger"])
async def test_an_order_the_venue_does_not_know_is_not_cancelled(version, method):
    code = "50005" if version == "v2" else -3200
    adapter, _, _ = adapter_with(lambda _: httpx.Response(400, json={"code": code, "msg": "x"}), version=version)
    arguments = (BTC, "1") if method == "cancel_order" else ("1",)
    assert await getattr(adapter, method)(*arguments) is False
    await adapter.aclose()


@BOTH
async def test_cancel_all_counts_what_was_taken(version):
    async with speaking(version) as (adapter, venue):
        assert await adapter.cancel_all(BTC) == 2
        assert len(venue.requests) == 2


async def test_v3_orders_fills_and_history():
    async with speaking("v3") as (adapter, venue):
        report = await adapter.order("702345678901234567")
        assert sent(venue.requests[-1]) == ("GET", "order", {"orderId": "702345678901234567"})
        assert (report.status, report.average_price, report.fee) == (VenueStatus.FILLED, Decimal("68990.5"), 0)
        first, second = await adapter.open_orders()
        assert (first.status, first.effect, first.average_price) == (VenueStatus.OPEN, Effect.OPEN, None)
        assert (second.effect, second.side, second.tif) == (Effect.CLOSE, Side.SELL, TimeInForce.POST_ONLY)
        done, target, expired = await adapter.order_history(BTC, 1764506000000)
        assert (done.kind, target.kind, target.price) == (OrderKind.LIMIT, OrderKind.MARKET, None)
        assert (target.status, expired.status) == (VenueStatus.CANCELED, VenueStatus.CANCELED)
        (fill,) = await adapter.fills(None, 1764506000000)
        assert (fill.price, fill.size, fill.fee, fill.is_maker) == (
            Decimal(69000),
            Decimal("0.01"),
            Decimal("0.138"),
            False,
        )


@pytest.mark.parametrize("changes", [{"type": "ICEBERG"}, {"timeInForce": "GTD"}, {"status": "HALTED"}])
async def test_o11_v3_unknown_words_freeze_the_order(changes):
    async with speaking("v3", order=payload("order", "v3") | changes) as (adapter, _):
        assert (await adapter.order("1")).status is VenueStatus.UNKNOWN


async def test_v3_fills_are_paged_while_pages_are_full():
    row = payload("userTrades", "v3")[0]
    rows = [row | {"id": 10**17 + n, "time": 1_765_420_000_000 + n} for n in range(230)]

    def handler(request):
        start, end = int(request.url.params["startTime"]), int(request.url.params.get("endTime", 10**14))
        return httpx.Response(200, json=[each for each in rows if start <= each["time"] <= end][:100])

    adapter, _, _ = adapter_with(handler, version="v3")
    assert len(await adapter.fills(None, 1_765_420_000_000)) == 230
    await adapter.aclose()


async def test_the_gates_last_word_comes_after_every_wait():
    async with speaking("v2") as (adapter, venue):
        order = adapter.prepare_order(CID, terms())
        asked = []

        def closed():
            asked.append(venue.time_requests)
            return False

        outcome = await adapter.submit_order(replace(order, may_send=closed))
    assert isinstance(outcome, NotSent)
    assert asked == [5]  # the clock was measured before
    assert not venue.requests


# -- errors -------------------------------------------------------------------


async def test_v3_business_refusals_come_with_http_500():
    text = "FAILED_PRECONDITION: The leverage cannot be changed, there are open orders"
    adapter, _, _ = adapter_with(lambda _: httpx.Response(500, json={"code": -1054, "msg": text}), version="v3")
    outcome = await adapter.submit_order(adapter.prepare_order(CID, terms()))
    assert isinstance(outcome, Refused)
    assert outcome.code == "-1054"
    with pytest.raises(RequestRejected):
        await adapter.close_everything()
    await adapter.aclose()


@pytest.mark.parametrize("body", [{"code": -1054, "msg": "System error"}, {"code": -1140, "msg": "x"}, b"<html>"])
async def test_any_other_500_is_unclear(body):
    def handler(_):
        return httpx.Response(500, content=body) if isinstance(body, bytes) else httpx.Response(500, json=body)

    adapter, _, _ = adapter_with(handler, version="v3")
    assert isinstance(await adapter.submit_order(adapter.prepare_order(CID, terms())), Unclear)
    with pytest.raises(VenueUnavailable):
        await adapter.balance()
    await adapter.aclose()
