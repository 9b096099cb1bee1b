"""v3's conditional orders: triggers, take profits, stop losses (section 6.4)."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.terms import PlanKind, PlanStatus, PositionSide, PriceSource

pytestmark = pytest.mark.asyncio


def algo(client, **changes):
    """A market stop under a long, unless changed."""
    client._count += 1
    body = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "positionSide": "LONG",
        "type": "STOP_MARKET",
        "quantity": "0.001",
        "triggerPrice": client.price(off="-0.02"),
        "clientAlgoId": f"algo-{client._count}",
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def plan_of(client, order_id):
    return client.exchange.exchange.books.plans[str(order_id)]


async def placed(client, **changes):
    return plan_of(client, (await client.v3_ok("POST", "algoOrder", algo(client, **changes)))["orderId"])


async def test_a_placed_trigger_is_answered_like_an_order(client):
    await client.v3_place()
    answer = await client.v3_ok("POST", "algoOrder", algo(client, clientAlgoId="mine"))

    assert answer == {
        "orderId": answer["orderId"],
        "clientOrderId": "mine",
        "success": True,
        "errorCode": "",
        "errorMessage": "",
    }
    assert plan_of(client, answer["orderId"]).kind is PlanKind.STOP_LOSS


async def test_a_waiting_one_in_full_after_the_venues_lag(client):
    await client.v3_place()
    plan = await placed(client, clientAlgoId="shown", SlWorkingType="MARK_PRICE")
    assert await client.v3_ok("GET", "openAlgoOrders") == []
    client.wait(0.6)

    assert await client.v3_ok("GET", "openAlgoOrders", symbol="BTCUSDT") == [
        {
            "algoId": int(plan.order_id),
            "clientAlgoId": "shown",
            "algoType": "CONDITIONAL",
            "orderType": "STOP_MARKET",
            "symbol": "BTCUSDT",
            "side": "SELL",
            "positionSide": "LONG",
            "timeInForce": "IOC",
            "quantity": "0.001",
            "algoStatus": "UNTRIGGERED",
            "actualOrderId": 0,
            "actualPrice": "0.0",
            "triggerPrice": f"{plan.trigger_price:f}",
            "price": "0.0",
            "tpTriggerPrice": None,
            "tpPrice": None,
            "slTriggerPrice": None,
            "slPrice": None,
            "tpOrderType": None,
            "workingType": "MARK_PRICE",
            "closePosition": False,
            "reduceOnly": True,
            "createTime": plan.created_ms,
            "updateTime": plan.updated_ms,
            "triggerTime": 0,
        }
    ]
    assert await client.v3_ok("GET", "openAlgoOrders", symbol="ETHUSDT") == []
    (seen_by_v2,) = await client.read("order/currentPlan")
    assert (seen_by_v2["order_id"], seen_by_v2["planType"]) == (plan.order_id, "loss_plan")


@pytest.mark.parametrize(
    ("changes", "off", "kind", "shown"),
    [
        ({"type": "STOP"}, "-0.02", PlanKind.STOP_LOSS, "STOP"),
        ({"type": "TAKE_PROFIT"}, "0.02", PlanKind.TAKE_PROFIT, "TAKE_PROFIT"),
        ({"type": "TAKE_PROFIT_MARKET"}, "0.02", PlanKind.TAKE_PROFIT, "TAKE_PROFIT_MARKET"),
        ({"side": "BUY", "type": "STOP_MARKET"}, "0.02", PlanKind.TRIGGER, "STOP_MARKET"),
        ({"side": "BUY", "type": "TAKE_PROFIT_MARKET"}, "-0.02", PlanKind.TRIGGER, "TAKE_PROFIT_MARKET"),
        ({"positionSide": "SHORT", "type": "STOP"}, "-0.02", PlanKind.TRIGGER, "STOP"),
    ],
)
async def test_kinds(client, changes, off, kind, shown):
    await client.v3_place()
    price = client.price(off=off)
    plan = await placed(client, triggerPrice=price, price=price, **changes)
    client.wait(0.6)
    (row,) = await client.v3_ok("GET", "openAlgoOrders")

    assert plan.kind is kind
    assert row["orderType"] == shown
    assert row["timeInForce"] == ("IOC" if shown.endswith("MARKET") else "GTC")
    assert row["price"] == ("0.0" if shown.endswith("MARKET") else price)
    assert row["reduceOnly"] is (kind is not PlanKind.TRIGGER)


async def test_an_entry_trigger_carries_its_presets(client):
    entry, above, below = client.price(off="0.01"), client.price(off="0.05"), client.price(off="-0.05")
    plan = await placed(client, side="BUY", triggerPrice=entry, presetTakeProfitPrice=above, presetStopLossPrice=below)
    client.wait(0.6)
    (row,) = await client.v3_ok("GET", "openAlgoOrders")

    assert (row["tpTriggerPrice"], row["slTriggerPrice"], row["side"]) == (above, below, "BUY")
    assert plan.preset_take_profit == Decimal(above)


async def test_prices_are_shown_with_the_pairs_decimals(client):
    await client.v3_place()
    plan = await placed(client, type="STOP", triggerPrice="80000", price="80000")
    client.wait(0.6)
    (row,) = await client.v3_ok("GET", "openAlgoOrders")
    shown = await client.v3_ok("GET", "order", orderId=plan.order_id)

    assert (row["triggerPrice"], row["price"]) == ("80000.0", "80000.0")
    assert (shown["stopPrice"], shown["price"], shown["status"]) == ("80000.0", "80000.0", "UNTRIGGERED")


async def test_an_attached_stop_names_its_entry(client):
    order_id = await client.v3_place(slTriggerPrice=client.price(off="-0.05"))
    client.wait(0.6)
    (row,) = await client.v3_ok("GET", "openAlgoOrders")

    assert row["actualOrderId"] == int(order_id)
    assert row["orderType"] == "STOP_MARKET"


async def test_a_fired_one_names_the_order_it_made(client):
    await client.v3_place()
    last = client.exchange.exchange.last("BTC")
    plan = await placed(client, triggerPrice=f"{last - Decimal('0.1'):f}")
    for _ in range(200):
        client.wait(0.5)
        if plan.status is not PlanStatus.UNTRIGGERED:
            break
    answer = await client.v3_ok("GET", "allAlgoOrders", symbol="BTCUSDT")
    (row,) = answer["orders"]

    assert answer["hasMore"] is False
    assert row["algoStatus"] == "TRIGGERED"
    assert row["actualOrderId"] == int(plan.actual_order_id)
    assert row["triggerTime"] == plan.triggered_ms > 0
    assert (await client.v3_ok("GET", "order", orderId=plan.actual_order_id))["reduceOnly"] is True
    history = await client.v3_ok("GET", "order/history")
    assert int(plan.order_id) not in {one["orderId"] for one in history}  # it lives on as its order


async def test_cancel_one_and_all(client):
    await client.v3_place(quantity="0.003")
    one, two = await placed(client, clientAlgoId="c1"), await placed(client)
    assert await client.v3_ok("DELETE", "algoOrder", orderId=one.order_id) == {
        "orderId": one.order_id,
        "origClientOrderId": "c1",
        "success": True,
        "errorCode": "",
        "errorMessage": "",
    }
    again = await client.v3_ok("DELETE", "algoOrder", orderId=one.order_id)
    assert (again["success"], again["errorCode"]) == (False, "FAILED_ORDER_NOT_FOUND")
    assert await client.v3_ok("DELETE", "algoOpenOrders", symbol="ETHUSDT") == []
    assert await client.v3_ok("DELETE", "algoOpenOrders", symbol="BTCUSDT") == [
        {"orderId": int(two.order_id), "success": True, "errorCode": "", "errorMessage": ""}
    ]
    assert (await client.v3_refused("DELETE", "algoOrder"))[1] == -1141
    assert (await client.v3_ok("GET", "order", orderId=one.order_id))["status"] == "CANCELED"


async def test_all_algo_orders_by_page(client):
    await client.v3_place(quantity="0.003")
    for _ in range(3):
        await placed(client)
    await client.v3_ok("DELETE", "algoOpenOrders")
    first = await client.v3_ok("GET", "allAlgoOrders", limit=2)
    second = await client.v3_ok("GET", "allAlgoOrders", limit=2, page=1)

    assert (len(first["orders"]), first["hasMore"]) == (2, True)
    assert (len(second["orders"]), second["hasMore"]) == (1, False)


def tp_sl(client, **changes):
    client._count += 1
    body = {
        "symbol": "BTCUSDT",
        "clientAlgoId": f"tpsl-{client._count}",
        "planType": "TAKE_PROFIT",
        "triggerPrice": client.price(off="0.03"),
        "positionSide": "LONG",
        "quantity": "0.001",
    }
    return body | changes


async def test_place_tp_sl(client):
    await client.v3_place(quantity="0.002")
    (row,) = await client.v3_ok("POST", "placeTpSlOrder", tp_sl(client, triggerPriceType="MARK_PRICE"))
    plan = plan_of(client, row["orderId"])

    assert row == {"orderId": int(plan.order_id), "success": True, "errorCode": "", "errorMessage": ""}
    assert (plan.kind, plan.price_source, plan.size) == (PlanKind.TAKE_PROFIT, PriceSource.MARK, Decimal("0.001"))


@pytest.mark.parametrize("quantity", [{"quantity": "0"}, {"quantity": ""}])
async def test_tp_sl_without_a_quantity_takes_the_whole_position(client, quantity):
    await client.v3_place(quantity="0.002")
    stop = {"planType": "STOP_LOSS", "triggerPrice": client.price(off="-0.03")}
    (row,) = await client.v3_ok("POST", "placeTpSlOrder", tp_sl(client, **stop, **quantity))

    assert plan_of(client, row["orderId"]).size == client.held(PositionSide.LONG) == Decimal("0.002")


async def test_tp_sl_of_nothing_or_on_the_wrong_side(client):
    assert (await client.v3_refused("POST", "placeTpSlOrder", tp_sl(client, quantity="0")))[:2] == (500, -1054)
    await client.v3_place()
    wrong = tp_sl(client, triggerPrice=client.price(off="-0.03"))
    status, code, message = await client.v3_refused("POST", "placeTpSlOrder", wrong)
    assert (status, code) == (500, -1054)
    assert "take profit param triggerPrice must be greater" in message


async def test_modify_tp_sl(client):
    await client.v3_place()
    (row,) = await client.v3_ok("POST", "placeTpSlOrder", tp_sl(client, triggerPriceType="MARK_PRICE"))
    price = client.price(off="0.04")
    assert await client.v3_ok("POST", "modifyTpSlOrder", {"orderId": row["orderId"], "triggerPrice": price}) == {
        "success": True
    }
    plan = plan_of(client, row["orderId"])
    assert (plan.trigger_price, plan.price_source) == (Decimal(price), PriceSource.MARK)

    await client.v3_ok(
        "POST",
        "modifyTpSlOrder",
        {"orderId": row["orderId"], "triggerPrice": price, "triggerPriceType": "CONTRACT_PRICE", "executePrice": price},
    )
    assert (plan.price_source, plan.execute_price) == (PriceSource.LAST, Decimal(price))
    assert (await client.v3_refused("POST", "modifyTpSlOrder", {"orderId": 5, "triggerPrice": price}))[1] == -3200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "LIMIT"}, -1116),
        ({"side": "HOLD"}, -1117),
        ({"clientAlgoId": None}, -1141),
        ({"clientAlgoId": "y" * 37}, -1180),
        ({"triggerPrice": None}, -1141),
        ({"quantity": None}, -1141),
        ({"type": "STOP"}, -1141),  # a price is missing
        ({"SlWorkingType": "INDEX_PRICE"}, -1142),
        ({"symbol": "NOUSDT"}, -1121),
    ],
)
async def test_wrong_conditional_orders_are_refused_by_name(client, changes, code):
    await client.v3_place()
    assert (await client.v3_refused("POST", "algoOrder", algo(client, **changes)))[:2] == (400, code)
    assert not client.exchange.exchange.books.plans
