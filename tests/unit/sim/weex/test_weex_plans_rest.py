"""Trigger orders, preset and placed take profits and stop losses (section 6.3)."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.terms import PlanStatus

pytestmark = pytest.mark.asyncio
BTC = "cmt_btcusdt"


def plan(client, **changes):
    body = {
        "symbol": BTC,
        "client_oid": f"plan-{len(client.exchange.exchange.books.plans)}",
        "size": "0.001",
        "type": "1",
        "match_type": "1",
        "execute_price": "0",
        "trigger_price": client.price(off="0.05"),
    }
    return body | changes


def tp_sl(client, **changes):
    body = {
        "symbol": BTC,
        "clientOrderId": f"tpsl-{len(client.exchange.exchange.books.plans)}",
        "planType": "profit_plan",
        "triggerPrice": client.price(off="0.05"),
        "size": "0.001",
        "positionSide": "long",
    }
    return body | changes


def until_ended(client, waiting):
    """Let quarters of an hour pass until the price comes by."""
    for _ in range(100):
        client.wait(900)
        if waiting.status is not PlanStatus.UNTRIGGERED:
            return


async def test_a_plan_appears_after_half_a_second(client):
    order_id = (await client.post("order/plan_order", plan(client))).json()["order_id"]
    at_once = await client.read("order/currentPlan", symbol=BTC)
    client.wait(0.6)
    later = await client.read("order/currentPlan", symbol=BTC, orderId="1")

    assert at_once == []
    assert [row["order_id"] for row in later] == [order_id]
    assert (later[0]["status"], later[0]["type"], later[0]["triggerPriceType"]) == ("0", "1", "1")
    assert await client.read("order/current") == []


async def test_a_plan_fires_when_its_price_is_passed(client):
    trigger = client.price(off="-0.0003")
    await client.post("order/plan_order", plan(client, trigger_price=trigger))
    (waiting,) = client.exchange.exchange.books.plans.values()
    until_ended(client, waiting)
    answer = await client.read("order/historyPlan", symbol=BTC)
    order = await client.read("order/detail", orderId=waiting.actual_order_id)

    assert [row["status"] for row in answer["list"]] == ["2"]
    assert answer["nextPage"] is False
    assert order["status"] == "filled"
    assert client.held() == Decimal("0.001")


async def test_a_plan_can_be_cancelled_once(client):
    order_id = (await client.post("order/plan_order", plan(client))).json()["order_id"]
    first = (await client.post("order/cancel_plan", {"orderId": order_id})).json()
    again = await client.refused("order/cancel_plan", {"orderId": order_id})
    ended = await client.read("order/historyPlan", symbol=BTC)

    assert first["result"] is True
    assert again[1] == "50005"
    assert [row["status"] for row in ended["list"]] == ["-1"]


async def test_preset_prices_become_plans_once_the_entry_fills(client):
    take, stop = client.price(off="0.03"), client.price(off="-0.03")
    resting = await client.place(
        match_price="0", price=client.price(off="-0.005"), presetTakeProfitPrice=take, presetStopLossPrice=stop
    )
    shown = await client.read("order/detail", orderId=resting)
    before = len(client.exchange.exchange.books.plans)
    await client.place(presetTakeProfitPrice=take, presetStopLossPrice=stop)
    hidden = await client.read("order/currentPlan")
    client.wait(0.6)
    plans = await client.read("order/currentPlan")

    assert (shown["presetTakeProfitPrice"], shown["presetStopLossPrice"]) == (take, stop)
    assert before == 0
    assert hidden == []
    assert {row["triggerPrice"] for row in plans} == {take, stop}
    assert {row["type"] for row in plans} == {"3"}
    assert {row["size"] for row in plans} == {"0.001"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"presetTakeProfitPrice": "-0.01"}, "The buy long order take profit param triggerPrice must be greater than"),
        ({"presetStopLossPrice": "0.01"}, "The buy long order stop loss param triggerPrice must be less than"),
        ({"type": "2", "presetTakeProfitPrice": "0.01"}, "The sell short order take profit param triggerPrice must be"),
    ],
)
async def test_presets_on_the_wrong_side_of_the_orders_own_price(client, changes, words):
    price = client.price(off="0.001" if changes.get("type") == "2" else "-0.001")
    shifted = {
        name: value if name == "type" else client.price(off=str(Decimal(value) - Decimal("0.001")))
        for name, value in changes.items()
    }
    _, code, message = await client.refused("order/placeOrder", client.order(match_price="0", price=price, **shifted))

    assert code == "40015"
    assert words in message
    assert f"price {price}" in message


async def test_plans_survive_their_position_and_then_end_quietly(client):
    await client.place(presetStopLossPrice=client.price(off="-0.0004"))
    await client.post("order/closePositions", {"symbol": BTC})
    client.wait(0.6)
    orphans = await client.read("order/currentPlan")
    (orphan,) = client.exchange.exchange.books.plans.values()
    until_ended(client, orphan)

    assert len(orphans) == 1
    assert (orphan.status, orphan.cancel_reason) == (PlanStatus.CANCELED, "NO_POSITION")
    assert client.held() == 0


async def test_a_placed_take_profit_can_be_moved(client):
    await client.place()
    (row,) = (await client.post("order/placeTpSlOrder", tp_sl(client))).json()
    target = client.price(off="0.06")
    answer = await client.post(
        "order/modifyTpSlOrder", {"orderId": row["orderId"], "triggerPrice": target, "triggerPriceType": 3}
    )
    client.wait(0.6)
    (shown,) = await client.read("order/currentPlan")

    assert row["success"] is True
    assert (answer.json()["code"], answer.json()["msg"]) == ("00000", "success")
    assert (shown["triggerPrice"], shown["triggerPriceType"]) == (target, "3")


async def test_a_stop_loss_closes_the_position_when_reached(client):
    await client.place()
    stop = tp_sl(client, planType="loss_plan", triggerPrice=client.price(off="-0.0004"))
    await client.post("order/placeTpSlOrder", stop)
    (waiting,) = client.exchange.exchange.books.plans.values()
    until_ended(client, waiting)

    assert waiting.status is PlanStatus.TRIGGERED
    assert client.held() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clientOrderId": None}, "40019"),
        ({"planType": "trailing"}, "40020"),
        ({"positionSide": "LONG"}, "40020"),
        ({"size": "0.5"}, "40015"),
        ({"triggerPrice": "1"}, "40015"),
    ],
)
async def test_refused_take_profits(client, changes, code):
    await client.place()
    body = {name: value for name, value in tp_sl(client, **changes).items() if value is not None}

    assert (await client.refused("order/placeTpSlOrder", body))[1] == code
