"""Triggers, protection and closing in both dialects."""

from decimal import Decimal

import httpx
import pytest
from weex_kit import BOTH, BTC, CID, POSITION, adapter_with, payload, sent, speaking, trigger

from terminal.domain.errors import OutcomeUnknown, RequestRejected
from terminal.domain.instrument import perpetual
from terminal.domain.order import Effect, PositionSide, Side
from terminal.domain.position import Position
from terminal.ports.venue import Acknowledged, Protection, Unclear

pytestmark = pytest.mark.asyncio

# -- triggers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "name", "body"),
    [
        (
            "v2",
            "order/plan_order",
            {
                "symbol": "cmt_btcusdt",
                "client_oid": CID,
                "size": "0.001",
                "type": "1",
                "match_type": "1",
                "execute_price": "0",
                "trigger_price": "91000",
            },
        ),
        (
            "v3",
            "algoOrder",
            {
                "symbol": "BTCUSDT",
                "side": "BUY",
                "positionSide": "LONG",
                "type": "STOP_MARKET",
                "quantity": "0.001",
                "triggerPrice": "91000",
                "clientAlgoId": CID,
            },
        ),
    ],
)
async def test_conditional_order(version, name, body):
    async with speaking(version) as (adapter, venue):
        prepared = adapter.prepare_trigger(CID, trigger())
        assert isinstance(await adapter.submit_order(prepared), Acknowledged)
        assert sent(venue.requests[-1]) == ("POST", name, body)
        assert not prepared.is_exit
        assert adapter.prepare_trigger(CID, trigger(effect=Effect.CLOSE)).is_exit


@pytest.mark.parametrize(
    ("side", "effect", "at", "word"),
    [
        (PositionSide.LONG, Effect.OPEN, 91000, "STOP"),
        (PositionSide.LONG, Effect.OPEN, 89000, "TAKE_PROFIT"),
        (PositionSide.LONG, Effect.CLOSE, 91000, "TAKE_PROFIT"),
        (PositionSide.LONG, Effect.CLOSE, 89000, "STOP"),
        (PositionSide.SHORT, Effect.CLOSE, 91000, "STOP"),
        (PositionSide.SHORT, Effect.OPEN, 89000, "STOP"),
    ],
)
async def test_v3_names_a_trigger_by_where_the_price_must_go(side, effect, at, word):
    async with speaking("v3") as (adapter, _):
        limit = trigger(position_side=side, effect=effect, trigger_price=Decimal(at), price=Decimal(at))
        assert f'"type":"{word}"'.encode() in adapter.prepare_trigger(CID, limit).body


@BOTH
@pytest.mark.parametrize(
    "changes",
    [
        {"instrument_id": perpetual("TRX")},
        {"size": Decimal(0)},
        {"trigger_price": Decimal("NaN")},
        {"price": Decimal(-1)},
    ],
)
async def test_triggers_that_cannot_be_expressed(version, changes):
    async with speaking(version) as (adapter, _):
        with pytest.raises(RequestRejected):
            adapter.prepare_trigger(CID, trigger(**changes))


@pytest.mark.parametrize(
    ("version", "stop", "target"),
    [
        (
            "v2",
            {
                "symbol": "cmt_btcusdt",
                "clientOrderId": "s1",
                "planType": "loss_plan",
                "triggerPrice": "88000",
                "executePrice": "0",
                "size": "0.002",
                "positionSide": "long",
            },
            {"clientOrderId": "t1", "planType": "profit_plan", "triggerPrice": "95000"},
        ),
        (
            "v3",
            {
                "symbol": "BTCUSDT",
                "clientAlgoId": "s1",
                "planType": "STOP_LOSS",
                "triggerPrice": "88000",
                "executePrice": "0",
                "quantity": "0.002",
                "positionSide": "LONG",
            },
            {"clientAlgoId": "t1", "planType": "TAKE_PROFIT", "triggerPrice": "95000"},
        ),
    ],
)
async def test_protect_places_stop_then_target(version, stop, target):
    async with speaking(version) as (adapter, venue):
        placed = await adapter.protect(POSITION, Decimal(88000), Decimal(95000), stop_id="s1", target_id="t1")
        assert isinstance(placed.stop, Acknowledged)
        assert isinstance(placed.target, Acknowledged)
        bodies = [sent(request)[2] for request in venue.requests]
        assert bodies == [stop, stop | target]
        only = await adapter.protect(POSITION, None, Decimal(95000), stop_id="", target_id="t2")
        assert only.stop is None
        assert await adapter.protect(POSITION, Decimal(88000), None, stop_id="s3", target_id="") == Protection(
            placed.stop, None
        )


@BOTH
@pytest.mark.parametrize(
    ("stop", "target", "target_id"),
    [(None, None, "t"), (95000, 88000, "t"), (88000, 88000, "t"), (0, None, "t"), (88000, 95000, "t t")],
)
async def test_protection_that_cannot_be_expressed_is_not_half_sent(version, stop, target, target_id):
    prices = [None if each is None else Decimal(each) for each in (stop, target)]
    async with speaking(version) as (adapter, venue):
        with pytest.raises(RequestRejected):
            await adapter.protect(POSITION, *prices, stop_id="s", target_id=target_id)
        assert not venue.requests


@BOTH
async def test_a_short_is_protected_the_other_way_round(version):
    short = Position(BTC, PositionSide.SHORT, Decimal(1), Decimal(90000), 5, Decimal(9), None, None, 0)
    async with speaking(version) as (adapter, venue):
        await adapter.protect(short, Decimal(95000), Decimal(88000), stop_id="s", target_id="t")
        assert len(venue.requests) == 2
        with pytest.raises(RequestRejected):
            await adapter.protect(short, Decimal(88000), Decimal(95000), stop_id="s", target_id="t")


@pytest.mark.parametrize("answer", [[], [{"orderId": 1, "success": True}] * 2, [{"orderId": 1, "success": False}], "x"])
async def test_tpsl_answers_that_tell_nothing_are_unclear(answer):
    async with speaking("v2", placeTpSlOrder=answer) as (adapter, _):
        placed = await adapter.protect(POSITION, Decimal(88000), None, stop_id="s", target_id="")
    assert isinstance(placed.stop, Unclear)


@pytest.mark.parametrize(("version", "price_type"), [("v2", 1), ("v3", "CONTRACT_PRICE")])
async def test_modify_trigger(version, price_type):
    async with speaking(version) as (adapter, venue):
        await adapter.modify_trigger("596480271352594989", Decimal(88500))
        assert sent(venue.requests[-1])[1:] == (
            "order/modifyTpSlOrder" if version == "v2" else "modifyTpSlOrder",
            {
                "orderId": 596480271352594989,
                "triggerPrice": "88500",
                "executePrice": "0",
                "triggerPriceType": price_type,
            },
        )


async def test_v3_modify_that_says_no_at_http_200():
    async with speaking("v3", modifyTpSlOrder={"success": False}) as (adapter, _):
        with pytest.raises(RequestRejected, match="did not move"):
            await adapter.modify_trigger("1", Decimal(1))


async def test_v3_trigger_orders():
    async with speaking("v3") as (adapter, _):
        stop, entry = await adapter.trigger_orders(BTC)
    assert (stop.side, stop.effect, stop.trigger_price) == (Side.SELL, Effect.CLOSE, Decimal(68900))
    assert (entry.side, entry.effect, entry.client_order_id) == (Side.BUY, Effect.OPEN, None)


# -- closing ------------------------------------------------------------------


@BOTH
async def test_what_could_not_be_closed_keeps_its_triggers(version):
    async with speaking(version) as (adapter, venue):
        outcome = await adapter.close_position(BTC)
        assert outcome.venue_order_ids == ("702345678901234580",)
        assert outcome.refusals == ("position is being liquidated",)
        assert not outcome.triggers_cancelled
        assert len(venue.requests) == 1


@BOTH
async def test_a_close_stands_when_its_triggers_cannot_be_cancelled(version):
    closed = payload("closePositions", version)[:1]

    def handler(request):
        return (
            httpx.Response(200, json=closed) if "closePositions" in request.url.path else httpx.Response(503, json={})
        )

    adapter, _, _ = adapter_with(handler, version=version)
    outcome = await adapter.close_position(BTC)
    assert (outcome.venue_order_ids, outcome.triggers_cancelled) == (("702345678901234580",), False)
    await adapter.aclose()


@BOTH
async def test_close_everything_names_no_symbol_and_clears_the_triggers(version):
    async with speaking(version, closePositions=payload("closePositions", version)[:1]) as (adapter, venue):
        outcome = await adapter.close_everything()
        assert outcome.triggers_cancelled
        assert sent(venue.requests[0])[2] == {}
        assert len(venue.requests) == 2


@BOTH
async def test_a_close_nobody_answered_is_unknown(version):
    adapter, _, _ = adapter_with(lambda _: httpx.Response(502, json={}), version=version)
    with pytest.raises(OutcomeUnknown):
        await adapter.close_everything()
    await adapter.aclose()
