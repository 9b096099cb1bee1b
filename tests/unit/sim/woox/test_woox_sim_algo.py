"""Algo orders: stops, brackets, legs of a position; those that are not offered."""

from decimal import Decimal

import pytest
from woox_desk import BTC

from terminal.sim.exchange.terms import PlanKind, PlanStatus, PriceSource

pytestmark = pytest.mark.asyncio


def stop(client, **changes):
    body = {
        "symbol": BTC,
        "side": "SELL",
        "type": "MARKET",
        "algoType": "STOP",
        "quantity": "0.001",
        "triggerPrice": client.price(off="-0.01"),
        "reduceOnly": True,
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def legs(client, **prices):
    return [
        {
            "algoType": name,
            "side": "SELL",
            "type": "CLOSE_POSITION",
            "triggerPrice": client.price(off=off),
            "reduceOnly": True,
        }
        for name, off in prices.items()
    ]


async def one(client, body):
    (row,) = (await client.ok("POST", "trade/algoOrder", body))["rows"]
    return row["orderId"]


async def shown(client, order_id):
    return await client.ok("GET", "trade/algoOrder", algoOrderId=order_id)


async def test_a_stop_waits_and_fires(client):
    await client.place()
    order_id = await one(client, stop(client, clientAlgoOrderId=41))
    waiting = await shown(client, order_id)
    plan = client.books.plans[str(order_id)]
    plan.trigger_price = Decimal(client.price(off="0.02"))  # the market will not come to the stop: the stop comes to it
    client.wait(1)
    fired = await shown(client, order_id)

    assert (waiting["algoStatus"], waiting["algoType"], waiting["clientAlgoOrderId"]) == ("NEW", "STOP", 41)
    assert (waiting["isTriggered"], waiting["reduceOnly"], waiting["triggerPriceType"]) == (False, True, "MARKET_PRICE")
    assert (fired["algoStatus"], fired["isTriggered"]) == ("FILLED", True)
    order = await client.shown(plan.actual_order_id)
    assert (order["status"], order["reduceOnly"]) == ("FILLED", True)  # else it would be read as an opening
    assert client.held() == 0


async def test_a_stop_at_the_mark_with_a_price_of_its_own(client):
    body = stop(client, side="BUY", reduceOnly=None, type="LIMIT", price=client.price(off="0.03"))
    order_id = await one(client, body | {"triggerPrice": client.price(off="0.02"), "triggerPriceType": "MARK_PRICE"})
    plan = client.books.plans[str(order_id)]
    row = await shown(client, order_id)

    assert (plan.kind, plan.price_source, plan.fires_above) == (PlanKind.TRIGGER, PriceSource.MARK, True)
    assert (row["type"], row["price"]) == ("LIMIT", float(body["price"]))


async def test_a_bracket_brings_its_legs_with_the_entry(client):
    children = [{"algoType": "POSITIONAL_TP_SL", "childOrders": legs(client, STOP_LOSS="-0.03", TAKE_PROFIT="0.03")}]
    body = client.order(algoType="BRACKET", clientAlgoOrderId=6, childOrders=children)
    order_id = await one(client, body)
    rows = (await client.ok("GET", "trade/algoOrders", status="INCOMPLETE"))["rows"]

    assert (await client.shown(order_id))["clientOrderId"] == 6
    assert {(row["algoType"], row["rootAlgoOrderId"], row["side"]) for row in rows} == {
        ("STOP_LOSS", order_id, "SELL"),
        ("TAKE_PROFIT", order_id, "SELL"),
    }
    assert {plan.size for plan in client.books.plans.values()} == {Decimal("0.001")}


async def test_legs_for_a_position_that_is_there(client):
    body = {
        "symbol": BTC,
        "algoType": "POSITIONAL_TP_SL",
        "childOrders": legs(client, STOP_LOSS="-0.03", TAKE_PROFIT="0.03"),
    }
    assert await client.refused("POST", "trade/algoOrder", body) == (400, 302137)
    await client.place(quantity="0.004")
    rows = (await client.ok("POST", "trade/algoOrder", body))["rows"]
    assert [(row["algoType"], row["quantity"]) for row in rows] == [("STOP_LOSS", 0.004), ("TAKE_PROFIT", 0.004)]


async def test_edits_and_cancels(client):
    first, second = [
        await one(client, stop(client, side="BUY", reduceOnly=None, triggerPrice=client.price(off="0.02")))
        for _ in "ab"
    ]
    price = client.price(off="0.025")
    sent = await client.ok("PUT", "trade/algoOrder", {"algoOrderId": first, "triggerPrice": price})
    row = await shown(client, first)
    cancelled = await client.ok("DELETE", "trade/algoOrder", algoOrderId=first)

    assert (sent, cancelled) == ({"status": "EDIT_SENT"}, {"status": "CANCEL_SENT"})
    assert row["triggerPrice"] == float(price)
    assert (await shown(client, first))["algoStatus"] == "CANCELLED"
    assert await client.refused("DELETE", "trade/algoOrder", algoOrderId=first) == (400, -1006)
    assert await client.ok("DELETE", "trade/algoOrders", symbol=BTC) == {"status": "CANCEL_ALL_SENT"}
    assert client.books.plans[str(second)].status is PlanStatus.CANCELED


async def test_all_orders_means_algo_orders_too(client):
    order_id = await one(client, stop(client, side="BUY", reduceOnly=None, triggerPrice=client.price(off="0.02")))
    await client.ok("DELETE", "trade/allOrders", symbol=BTC)
    assert (await shown(client, order_id))["algoStatus"] == "CANCELLED"


async def test_lists(client):
    await client.place()
    await one(client, stop(client))
    await one(
        client, stop(client, side="BUY", reduceOnly=None, triggerPrice=client.price(off="0.02"), clientAlgoOrderId=3)
    )

    async def listed(**params):
        return len((await client.ok("GET", "trade/algoOrders", **params))["rows"])

    assert await listed() == await listed(symbol=BTC) == await listed(status="NEW", isTriggered="false") == 2
    assert await listed(side="BUY") == 1
    assert await listed(symbol="SPOT_BTC_USDT") == await listed(algoType="TAKE_PROFIT") == 0
    assert (await client.ok("GET", "trade/algoOrder", clientAlgoOrderId=3))["side"] == "BUY"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"algoType": "TRAILING_STOP"}, 317167),
        ({"algoType": "OCO"}, 317167),
        ({"symbol": "SPOT_BTC_USDT"}, 317167),
        ({"algoType": None}, -1005),
        ({"triggerPrice": None}, -1005),
        ({"triggerPrice": "90000.5"}, -1103),
        ({"quantity": "0.00015"}, -1104),
        ({"type": "STOP"}, -1005),
        ({"type": "LIMIT"}, -1005),
        ({"algoType": "BRACKET", "reduceOnly": False}, -1005),
        ({"algoType": "BRACKET", "reduceOnly": False, "childOrders": [{"algoType": "OCO"}]}, -1005),
        ({"algoType": "TP_SL", "childOrders": "two"}, -1005),
    ],
)
async def test_refusals(client, changes, code):
    assert await client.refused("POST", "trade/algoOrder", stop(client, **changes)) == (400, code)
    assert not client.books.plans


async def test_a_client_id_is_taken_once_for_all_kinds(client):
    await client.resting(clientOrderId=8)
    body = stop(client, side="BUY", reduceOnly=None, triggerPrice=client.price(off="0.02"), clientAlgoOrderId=8)
    assert await client.refused("POST", "trade/algoOrder", body) == (400, -1007)
    assert await client.refused("GET", "trade/algoOrder") == (400, -1005)
    assert await client.refused("GET", "trade/algoOrder", algoOrderId=5) == (400, -1006)
