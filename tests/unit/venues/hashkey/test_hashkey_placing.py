"""Placing, batches and closing: sent once, and every outcome is one of four."""

import asyncio
import json
from decimal import Decimal

import httpx
import pytest
from hashkey_kit import ADA, BTC, CID, DOGE, adapter_with, error, instead, parameters, payload, terms

from terminal.domain.errors import OutcomeUnknown, RequestRejected
from terminal.domain.order import Effect, OrderKind, Side, TimeInForce
from terminal.ports.venue import Acknowledged, NotSent, PreparedOrder, Refused, Unclear

pytestmark = pytest.mark.asyncio
PLACE = ("POST", "/api/v1.1/spot/order")
QUERY = ("GET", "/api/v1/spot/order")


async def submitted(adapter, **changes):
    return await adapter.submit_order(adapter.prepare_order(CID, terms(**changes)))


async def test_an_order_is_acknowledged():
    adapter, venue, _ = adapter_with()
    assert await submitted(adapter) == Acknowledged("1738695230608169984")
    assert venue.sent(*PLACE)[0]["newClientOrderId"] == CID


async def test_gate_and_profile_are_asked_last():
    adapter, venue, _ = adapter_with()
    prepared = adapter.prepare_order(CID, terms())
    stopped = PreparedOrder(CID, prepared.endpoint, prepared.body, is_exit=False, may_send=lambda: False)
    assert isinstance(await adapter.submit_order(stopped), NotSent)
    watching, seen, _ = adapter_with(may_trade=False)
    outcome = await submitted(watching)
    assert isinstance(outcome, NotSent)
    assert "WEEX alone" in outcome.message
    assert watching.placing is not None
    with pytest.raises(RequestRejected, match="WEEX alone"):
        await watching.close_position(BTC)
    (batched,) = await watching.placing.submit_batch((prepared,))
    assert isinstance(batched, NotSent)
    assert venue.sent(*PLACE) == seen.sent(*PLACE) == []


async def test_what_the_venue_says_of_an_order_it_took_reaches_the_person():
    told = payload("order_placed") | {"concentration": "a large part of the account is in one coin"}
    adapter, *_ = adapter_with(instead(POST_spot_order=(200, told)))
    outcome = await submitted(adapter)
    assert outcome == Acknowledged("1738695230608169984", note="a large part of the account is in one coin")


@pytest.mark.parametrize("code", ["-1006", "-1007", "-1141", "-1146", "-1000", "-9999"])
async def test_an_unclear_code_is_looked_up_once_by_our_own_id(code):
    adapter, venue, _ = adapter_with(instead(POST_spot_order=(400, error(code))))
    assert await submitted(adapter) == Acknowledged("1738695230608169984")
    assert venue.sent(*QUERY)[0]["origClientOrderId"] == CID
    assert len(venue.sent(*PLACE)) == 1


@pytest.mark.parametrize("answer", [(400, error("0211")), (400, error("-1007")), (200, b"oops"), (500, b"")])
async def test_what_is_not_found_stays_unclear(answer):
    adapter, venue, _ = adapter_with(instead(POST_spot_order=(400, error("-1006")), GET_spot_order=answer))
    assert isinstance(await submitted(adapter), Unclear)
    assert len(venue.sent(*PLACE)) == 1


async def test_a_failure_the_venue_told_of_is_a_refusal_once_nothing_is_found():
    missing = instead(POST_spot_order=(400, error("-1149", "failed")), GET_spot_order=(400, error("0211")))
    adapter, _, _ = adapter_with(missing)
    assert isinstance(await submitted(adapter), Refused)
    there, _, _ = adapter_with(instead(POST_spot_order=(400, error("-1149"))))
    assert isinstance(await submitted(there), Acknowledged)


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_500_is_left_to_the_search(status):
    adapter, venue, _ = adapter_with(instead(POST_spot_order=(status, error("-1001"))))
    assert isinstance(await submitted(adapter), Unclear)
    assert venue.sent(*QUERY) == []


async def test_refusals_pause_or_measure():
    adapter, _, _ = adapter_with(instead(POST_spot_order=(400, error("0003"))))
    assert isinstance(await submitted(adapter), Refused)
    again = await submitted(adapter)
    assert isinstance(again, NotSent)  # the gate is closed
    late, _venue, _ = adapter_with(instead(POST_spot_order=(400, error("-1021"))))
    assert isinstance(await submitted(late), Refused)
    assert late._desk.server_clock.is_stale


async def test_a_cut_link_and_a_cancelled_task():
    def cut(_request):
        raise httpx.ReadError("gone")

    def unreachable(_request):
        raise httpx.ConnectError("no")

    adapter, _, _ = adapter_with(instead(POST_spot_order=cut))
    assert isinstance(await submitted(adapter), Unclear)
    nothing, _, _ = adapter_with(instead(POST_spot_order=unreachable))
    assert isinstance(await submitted(nothing), NotSent)

    async def hang(_request):
        await asyncio.Event().wait()

    waiting, _venue, _ = adapter_with()
    await waiting.sync_clock()
    waiting._desk.http._client._transport = httpx.MockTransport(hang)
    task = asyncio.create_task(submitted(waiting))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    assert isinstance(await task, Unclear)


async def test_openings_of_pairs_that_are_not_here_or_too_small_are_stopped_and_exits_are_not():
    adapter, _, _ = adapter_with()
    await adapter.instruments()
    with pytest.raises(RequestRejected, match="not listed"):
        adapter.prepare_order(CID, terms(instrument_id=ADA))
    with pytest.raises(RequestRejected, match="no less than"):
        adapter.prepare_order(CID, terms(size=Decimal("0.00001")))
    small = terms(size=Decimal("0.00001"), side=Side.SELL, effect=Effect.CLOSE)
    assert adapter.prepare_order(CID, small).is_exit
    gone = terms(instrument_id=ADA, side=Side.SELL, effect=Effect.CLOSE)
    assert adapter.prepare_order(CID, gone).is_exit


async def test_an_order_can_be_tried_out():
    adapter, venue, _ = adapter_with()
    await adapter.placing.check(CID, terms())
    assert venue.sent("POST", "/api/v1/spot/orderTest")[0]["quantity"] == "0.01"
    refused, _, _ = adapter_with(instead(POST_orderTest=(400, error("0209"))))
    with pytest.raises(RequestRejected):
        await refused.placing.check(CID, terms())


# -- batches ------------------------------------------------------------------------


def three(adapter):
    return tuple(adapter.prepare_order(own, terms()) for own in ("a1", "a2", "a3"))


async def test_every_order_of_a_batch_has_an_outcome_of_its_own():
    adapter, venue, _ = adapter_with()
    first, second, third = await adapter.placing.submit_batch(three(adapter))
    assert first == Acknowledged("11")
    assert isinstance(second, Unclear)
    assert isinstance(third, Refused)
    (sent,) = [each for each in venue.requests if each.url.path.endswith("batchOrders")]
    assert [row["newClientOrderId"] for row in json.loads(sent.content)] == ["a1", "a2", "a3"]
    assert sent.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((200, {"code": 0, "result": []}), Unclear),
        ((200, b"oops"), Unclear),
        ((502, b""), Unclear),
        ((400, error("-2030")), Refused),
        ((429, b""), NotSent),
        ((200, {"code": 0, "result": [{"code": "0000", "order": {}}] * 3}), Unclear),
        ((200, {"code": 0, "result": [{"code": "0000", "order": payload("order_placed")}] * 3}), Unclear),
    ],
)
async def test_batches_in_trouble(answer, kind):
    adapter, _, _ = adapter_with(instead(POST_batchOrders=answer))
    outcomes = await adapter.placing.submit_batch(three(adapter))
    assert [type(each) for each in outcomes] == [kind] * 3


async def test_a_batch_is_not_too_long():
    adapter, venue, _ = adapter_with()
    orders = tuple(adapter.prepare_order(f"a{n}", terms()) for n in range(21))
    assert {type(each) for each in await adapter.placing.submit_batch(orders)} == {Refused}
    assert venue.requests == []


# -- closing ------------------------------------------------------------------------


def holding(total, free, coin="BTC"):
    row = {"asset": coin, "total": total, "free": free, "locked": "0"}
    return {"balances": [row, {"asset": "USDT", "total": "1", "free": "1", "locked": "0"}]}


def echoed(request):
    own = parameters(request)["newClientOrderId"]
    return 200, payload("order_placed") | {"clientOrderId": own, "orderId": str(abs(hash(own)))[:15]}


async def test_closing_sells_what_is_free_rounded_down():
    adapter, venue, _ = adapter_with(instead(GET_account=(200, holding("0.5", "0.123456789")), POST_spot_order=echoed))
    outcome = await adapter.close_position(BTC)
    (sent,) = venue.sent(*PLACE)
    assert (sent["side"], sent["type"], sent["quantity"]) == ("SELL", "MARKET", "0.12345")
    assert (len(outcome.venue_order_ids), outcome.refusals) == (1, ())


async def test_closing_more_than_one_market_order_may_take():
    adapter, venue, _ = adapter_with(instead(GET_account=(200, holding("9", "9")), POST_spot_order=echoed))
    await adapter.close_position(BTC)
    assert [each["quantity"] for each in venue.sent(*PLACE)] == ["4", "4", "1"]
    assert len({each["newClientOrderId"] for each in venue.sent(*PLACE)}) == 3


async def test_nothing_to_close():
    adapter, venue, _ = adapter_with(instead(GET_account=(200, holding("2", "2", "DOGE"))))
    assert (await adapter.close_position(DOGE)).venue_order_ids == ()
    assert (await adapter.close_position(BTC)).venue_order_ids == ()
    assert venue.sent(*PLACE) == []
    with pytest.raises(RequestRejected, match="not listed"):
        await adapter.close_position(ADA)


async def test_a_refused_and_an_unclear_close():
    account = (200, holding("0.5", "0.5"))
    adapter, _, _ = adapter_with(instead(GET_account=account, POST_spot_order=(400, error("-1194"))))
    outcome = await adapter.close_position(BTC)
    assert outcome.venue_order_ids == ()
    assert "-1194" in outcome.refusals[0]
    unclear, _, _ = adapter_with(instead(GET_account=account, POST_spot_order=(502, b"")))
    with pytest.raises(OutcomeUnknown):
        await unclear.close_position(BTC)


async def test_everything_is_closed_pair_by_pair():
    adapter, venue, _ = adapter_with(instead(POST_spot_order=echoed))
    outcome = await adapter.close_everything()
    assert len(outcome.venue_order_ids) == 1
    assert venue.sent(*PLACE)[0]["symbol"] == "BTCUSDT"


async def test_market_orders_by_size():
    adapter, venue, _ = adapter_with()
    await submitted(adapter, kind=OrderKind.MARKET, tif=TimeInForce.IOC, price=None)
    assert "amount" not in venue.sent(*PLACE)[0]
    assert "price" not in venue.sent(*PLACE)[0]
