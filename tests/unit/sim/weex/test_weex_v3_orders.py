"""v3's orders on the books v2 trades on (section 6.4)."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.terms import Effect, PositionSide, PriceSource
from terminal.sim.market.types import BookTif
from terminal.sim.serving.faults import Fault

pytestmark = pytest.mark.asyncio


def limit(client, off="-0.005", **changes):
    """Terms of a limit order that rests."""
    return {"type": "LIMIT", "timeInForce": "GTC", "price": client.price(off=off)} | changes


def order_of(client, order_id):
    return client.exchange.exchange.books.orders[order_id]


async def test_a_placed_order_is_answered_with_its_ids(client):
    answer = await client.v3_ok("POST", "order", client.v3_order(newClientOrderId="my-order.1"))
    order = order_of(client, answer["orderId"])

    assert answer == {
        "orderId": order.order_id,
        "clientOrderId": "my-order.1",
        "success": True,
        "errorCode": "",
        "errorMessage": "",
    }
    assert order.filled_size == Decimal("0.001")


@pytest.mark.parametrize(
    ("side", "position_side", "effect"),
    [
        ("BUY", "LONG", Effect.OPEN),
        ("SELL", "SHORT", Effect.OPEN),
        ("SELL", "LONG", Effect.CLOSE),
        ("BUY", "SHORT", Effect.CLOSE),
    ],
)
async def test_side_and_position_side_are_v2s_four_types(client, side, position_side, effect):
    await client.v3_place(quantity="0.002")
    await client.v3_place(quantity="0.002", side="SELL", positionSide="SHORT")
    order_id = await client.v3_place(side=side, positionSide=position_side)
    order = order_of(client, order_id)

    assert (order.side.value, order.effect, order.book_side.value) == (position_side, effect, side)
    assert (await client.read("order/detail", orderId=order_id))["type"] == f"{effect.value}_{position_side}".lower()


@pytest.mark.parametrize("tif", ["GTC", "POST_ONLY", "IOC", "FOK"])
async def test_time_in_force(client, tif):
    order_id = await client.v3_place(**limit(client, timeInForce=tif))
    order = order_of(client, order_id)
    shown = await client.v3_ok("GET", "order", orderId=order_id)

    assert order.tif is BookTif[tif]
    assert shown["timeInForce"] == tif
    assert shown["status"] == ("NEW" if tif in {"GTC", "POST_ONLY"} else "CANCELED")


async def test_an_order_in_full(client):
    order_id = await client.v3_place(quantity="0.002", newClientOrderId="full-1", price="1", timeInForce="GTC")
    order = order_of(client, order_id)
    average = order.filled_value / order.filled_size

    assert await client.v3_ok("GET", "order", orderId=order_id) == {
        "avgPrice": f"{average:.1f}",
        "clientOrderId": "full-1",
        "cumQuote": f"{order.filled_value.normalize():f}",
        "executedQty": "0.002",
        "orderId": int(order_id),
        "origQty": "0.002",
        "price": "0.0",  # a market order's price is ignored
        "reduceOnly": False,
        "side": "BUY",
        "positionSide": "LONG",
        "status": "FILLED",
        "stopPrice": "0",
        "symbol": "BTCUSDT",
        "time": order.created_ms,
        "timeInForce": "IOC",
        "type": "MARKET",
        "updateTime": order.updated_ms,
        "workingType": "UNKNOWN_PRICE_TYPE",
    }


async def test_both_dialects_see_and_cancel_each_others_orders(client):
    v3_id = await client.v3_place(**limit(client))
    v2_id = await client.place(match_price="0", price=client.price(off="-0.004"))

    assert {row["order_id"] for row in await client.read("order/current")} == {v3_id, v2_id}
    assert {row["orderId"] for row in await client.v3_ok("GET", "openOrders")} == {int(v3_id), int(v2_id)}
    assert (await client.post("order/cancel_order", {"orderId": v3_id})).json()["result"] is True
    assert (await client.v3_ok("DELETE", "order", orderId=v2_id))["success"] is True
    assert await client.v3_ok("GET", "openOrders") == []


async def test_cancel_by_either_id(client):
    first = await client.v3_place(**limit(client, newClientOrderId="one"))
    second = await client.v3_place(**limit(client, newClientOrderId="two"))
    by_id = await client.v3_ok("DELETE", "order", orderId=first)
    by_client_id = await client.v3_ok("DELETE", "order", origClientOrderId="two")

    answered = {"success": True, "errorCode": "", "errorMessage": ""}
    assert by_id == {"orderId": first, "origClientOrderId": "one"} | answered
    assert by_client_id == {"orderId": second, "origClientOrderId": "two"} | answered


async def test_nothing_to_cancel_is_an_answer_not_an_error(client):
    filled = await client.v3_place()
    for params in ({"orderId": "123"}, {"origClientOrderId": "never"}, {"orderId": filled}):
        answer = await client.v3_ok("DELETE", "order", **params)
        assert answer == {
            "orderId": params.get("orderId", ""),
            "origClientOrderId": params.get("origClientOrderId", ""),
            "success": False,
            "errorCode": "FAILED_ORDER_NOT_FOUND",
            "errorMessage": "FAILED_ORDER_NOT_FOUND",
        }
    assert await client.v3_refused("DELETE", "order") == (
        400,
        -1140,
        "Either orderId or origClientOrderId must be sent.",
    )


async def test_cancel_in_batches(client):
    ids = [await client.v3_place(**limit(client, newClientOrderId=f"row-{n}")) for n in range(3)]
    mixed = await client.v3_ok("DELETE", "batchOrders", {"orderIdList": [ids[0], int(ids[1]), "7"]})
    by_client_id = await client.v3_ok("DELETE", "batchOrders", {"origClientOrderIdList": ["row-2"]})

    assert [row["success"] for row in mixed["orderList"]] == [True, True, False]
    assert by_client_id["orderList"][0]["orderId"] == ids[2]
    assert (await client.v3_refused("DELETE", "batchOrders", {}))[1] == -1141
    assert (await client.v3_refused("DELETE", "batchOrders", {"orderIdList": []}))[1] == -1142
    assert (await client.v3_refused("DELETE", "batchOrders", {"orderIdList": "1"}))[1] == -1142


async def test_cancel_all_of_a_symbol(client):
    btc = await client.v3_place(**limit(client))
    eth = await client.v3_place(
        symbol="ETHUSDT", quantity="0.01", **limit(client, price=client.price("ETH", off="-0.005"))
    )

    assert await client.v3_ok("DELETE", "allOpenOrders", symbol="BTCUSDT") == [
        {"orderId": int(btc), "success": True, "errorCode": "", "errorMessage": ""}
    ]
    assert [row["orderId"] for row in await client.v3_ok("DELETE", "allOpenOrders")] == [int(eth)]


async def test_one_order_needs_its_id(client):
    order_id = await client.v3_place(newClientOrderId="mine")
    assert await client.v3_refused("GET", "order", orderId="5") == (400, -3200, "Order does not exist.")
    assert (await client.v3_refused("GET", "order", origClientOrderId="mine"))[:2] == (400, -1141)
    assert (await client.v3_refused("GET", "order"))[:2] == (400, -1140)
    assert (await client.v3_ok("GET", "order", orderId=order_id))["clientOrderId"] == "mine"


async def test_open_orders_by_symbol_page_and_time(client):
    ids = []
    for _ in range(3):
        ids.append(int(await client.v3_place(**limit(client))))
        client.wait(1)
    await client.v3_place(symbol="ETHUSDT", quantity="0.01", **limit(client, price=client.price("ETH", off="-0.005")))

    async def listed(**params):
        return [row["orderId"] for row in await client.v3_ok("GET", "openOrders", symbol="BTCUSDT", **params)]

    first_ms = order_of(client, str(ids[0])).created_ms
    assert await listed() == ids[::-1]
    assert await listed(limit=2) == [ids[2], ids[1]]
    assert await listed(limit=2, page=1) == [ids[0]]
    assert await listed(startTime=first_ms + 1) == [ids[2], ids[1]]
    assert await listed(endTime=first_ms) == [ids[0]]
    assert len(await client.v3_ok("GET", "openOrders")) == 4
    for params, code in (({"limit": 101}, -1140), ({"startTime": 5, "endTime": 4}, -1171)):
        assert (await client.v3_refused("GET", "openOrders", **params))[1] == code


async def test_history_holds_finished_orders_and_withdrawn_stops(client):
    filled = await client.v3_place(slTriggerPrice=client.price(off="-0.05"))
    resting = await client.v3_place(**limit(client))
    client.wait(1)
    (stop,) = await client.v3_ok("DELETE", "algoOpenOrders")
    await client.v3_ok("DELETE", "order", orderId=resting)
    rows = await client.v3_ok("GET", "order/history", symbol="BTCUSDT")
    by_id = {row["orderId"]: row for row in rows}

    assert {int(filled), int(resting), stop["orderId"]} == set(by_id)
    plan = client.exchange.exchange.books.plans[str(stop["orderId"])]
    assert by_id[stop["orderId"]] == {
        **by_id[stop["orderId"]],
        "type": "STOP_MARKET",
        "status": "CANCELED",
        "stopPrice": f"{plan.trigger_price:.1f}",
        "side": "SELL",
        "positionSide": "LONG",
        "reduceOnly": True,
        "executedQty": "0",
        "workingType": "CONTRACT_PRICE",
    }
    assert by_id[int(filled)]["status"] == "FILLED"
    assert [row["orderId"] for row in rows] == sorted(by_id, reverse=True)
    assert (await client.v3_refused("GET", "order/history", limit=1001))[1] == -1140
    assert (await client.v3_refused("GET", "order/history", startTime=0, endTime=91 * 86_400_000))[1] == -1170


async def test_user_trades(client):
    order_id = await client.v3_place(quantity="0.002")
    rows = await client.v3_ok("GET", "userTrades", symbol="BTCUSDT", orderId=order_id)
    fills = [fill for fill in client.exchange.exchange.books.fills if fill.order_id == order_id]

    assert len(rows) == len(fills) > 0
    assert rows[-1] == {
        "id": int(fills[0].trade_id),
        "orderId": int(order_id),
        "symbol": "BTCUSDT",
        "buyer": True,
        "commission": f"{fills[0].fee.normalize():f}",
        "commissionAsset": "USDT",
        "maker": False,
        "price": f"{fills[0].value / fills[0].size:.1f}",
        "qty": f"{fills[0].size.normalize():f}",
        "quoteQty": f"{fills[0].value.normalize():f}",
        "realizedPnl": "0",
        "side": "BUY",
        "positionSide": "LONG",
        "time": fills[0].created_ms,
    }


async def test_close_positions_of_a_symbol_one_or_all(client):
    await client.v3_place()
    await client.v3_place(side="SELL", positionSide="SHORT")
    await client.v3_place(symbol="ETHUSDT", quantity="0.01")
    short = client.exchange.exchange.books.position("BTC", PositionSide.SHORT)

    (one,) = await client.v3_ok("POST", "closePositions", {"positionId": int(short.position_id)})
    (of_symbol,) = await client.v3_ok("POST", "closePositions", {"symbol": "BTCUSDT"})
    (rest,) = await client.v3_ok("POST", "closePositions", {})

    assert one["positionId"] == int(short.position_id)
    assert order_of(client, str(of_symbol["successOrderId"])).side is PositionSide.LONG
    assert rest["success"] is True
    assert rest["errorMessage"] == ""
    assert not list(client.exchange.exchange.books.held())


async def test_attached_stops_watch_the_price_they_are_told(client):
    order_id = await client.v3_place(
        tpTriggerPrice=client.price(off="0.05"),
        slTriggerPrice=client.price(off="-0.05"),
        SlWorkingType="MARK_PRICE",
    )
    take_profit, stop_loss = client.exchange.exchange.books.open_plans()

    assert (take_profit.price_source, stop_loss.price_source) == (PriceSource.LAST, PriceSource.MARK)
    assert {take_profit.parent_order_id, stop_loss.parent_order_id} == {order_id}


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"symbol": "PEPEUSDT"}, -1121, "Invalid symbol."),
        ({"symbol": "SUIUSDT"}, -1058, "No permission for this trading pair."),
        ({"symbol": None}, -1141, "Parameter 'symbol' cannot be empty."),
        ({"side": "LONG"}, -1117, "Invalid side."),
        ({"positionSide": "BOTH"}, -1142, "Parameter 'positionSide' is invalid."),
        ({"type": "STOP"}, -1116, "Invalid order type."),
        ({"type": "LIMIT", "price": "1"}, -1141, "Parameter 'timeInForce' cannot be empty."),
        ({"type": "LIMIT", "price": "1", "timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        ({"type": "LIMIT", "timeInForce": "GTC"}, -1141, "Parameter 'price' cannot be empty."),
        ({"type": "LIMIT", "timeInForce": "GTC", "price": "-1"}, -1142, "Parameter 'price' is invalid."),
        ({"quantity": None}, -1141, "Parameter 'quantity' cannot be empty."),
        ({"quantity": "much"}, -1142, "Parameter 'quantity' is invalid."),
        ({"newClientOrderId": None}, -1141, "Parameter 'newClientOrderId' cannot be empty."),
        ({"newClientOrderId": "x" * 37}, -1180, "length must not exceed 36"),
        ({"newClientOrderId": "an order"}, -1180, "special characters"),
        ({"reduceOnly": True}, -1128, "Combination of optional parameters invalid."),
        ({"TpWorkingType": "LAST"}, -1142, "Parameter 'TpWorkingType' is invalid."),
        ({"quantity": "1201"}, -3007, "Maximum contract order quantity exceeded."),
    ],
)
async def test_wrong_orders_are_refused_by_name(client, changes, code, sentence):
    status, found, message = await client.v3_refused("POST", "order", client.v3_order(**changes))

    assert (status, found) == (400, code)
    assert sentence in message
    assert not client.exchange.exchange.books.orders


async def test_business_refusals_come_with_http_500_and_v2s_sentences(client):
    """As seen on the live venue: -1054 for all of them."""
    await client.v3_place(newClientOrderId="twice")
    low, high = client.price(off="-0.05"), client.price(off="0.05")
    for changes, sentence in (
        ({"quantity": "0.00015"}, "stepSize '0.0001' requirement. Current size is '0.00015'"),
        ({"quantity": "5"}, "The order margin available amount not enough"),
        ({"tpTriggerPrice": low}, "The buy long order take profit param triggerPrice must be greater than price"),
        ({"slTriggerPrice": high}, "The buy long order stop loss param triggerPrice must be less than price"),
        ({"slTriggerPrice": low + "5"}, "tickSize '0.1'"),
        ({"type": "LIMIT", "timeInForce": "GTC", "price": high}, "price limit"),
        ({"side": "SELL", "quantity": "0.002"}, "available position size"),
        ({"newClientOrderId": "twice"}, "Duplicate client order id twice"),
    ):
        status, code, message = await client.v3_refused("POST", "order", client.v3_order(**changes))
        assert (status, code) == (500, -1054)
        assert sentence in message
    assert len(client.exchange.exchange.books.orders) == 1


async def test_more_than_200_open_orders(client):
    exchange = client.exchange.exchange
    for number in range(200):
        client.hands.now_s += 0.2
        order = client.order(
            match_price="0", price=client.price(off="-0.009"), size="0.0001", client_oid=f"many-{number}"
        )
        assert (await client.post("order/placeOrder", order)).status_code == 200
    status, code, message = await client.v3_refused("POST", "order", client.v3_order(**limit(client)))

    assert (status, code) == (500, -1054)
    assert "limit exceed" in message
    assert sum(1 for _ in exchange.books.open_orders()) == 200


async def test_an_order_can_be_shown_without_its_client_id(client):
    order_id = await client.v3_place()
    client.exchange.add_fault(Fault("null_client_oid"))

    assert (await client.v3_ok("GET", "order", orderId=order_id))["clientOrderId"] == ""
    assert (await client.v3_ok("GET", "order", orderId=order_id))["clientOrderId"] != ""


async def test_an_order_on_its_way_is_pending(client):
    client.exchange.add_fault(Fault("late_fill", delay_ms=800))
    order_id = await client.v3_place()
    assert (await client.v3_ok("GET", "order", orderId=order_id))["status"] == "PENDING"
    client.wait(1)
    assert (await client.v3_ok("GET", "order", orderId=order_id))["status"] == "FILLED"


async def test_ai_logs_have_a_v3_twin(client):
    order_id = await client.v3_place()
    body = {"stage": "s", "model": "m", "input": {}, "output": {}, "explanation": "why", "orderId": int(order_id)}
    answer = await client.v3_ok("POST", "order/uploadAiLog", body)

    assert (answer["code"], answer["data"]) == ("00000", "upload success")
    assert client.exchange.exchange.books.ai_logs[0].order_id == order_id
    assert (await client.v3_refused("POST", "order/uploadAiLog", body | {"model": ""}))[1] == -1141
    assert (await client.v3_refused("POST", "order/uploadAiLog", body | {"input": "x"}))[1] == -1142
    assert (await client.v3_refused("POST", "order/uploadAiLog", body | {"explanation": "x" * 1001}))[1] == -1142
    client.exchange.add_fault(Fault("ai_log_blocked"))
    assert (await client.v3_refused("POST", "order/uploadAiLog", body))[1] == -3236
