"""Placing, filling, cancelling and reading orders over HTTP (sections 6.1 and 6.2)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal.sim.exchange.terms import PositionSide
from terminal.sim.serving.faults import Fault

pytestmark = pytest.mark.asyncio


async def test_placing_echoes_no_client_id_and_gives_an_18_digit_id(client):
    answer = (await client.post("order/placeOrder", client.order())).json()

    assert set(answer) == {"client_oid", "order_id"}
    assert answer["client_oid"] is None
    assert len(answer["order_id"]) == 18
    assert int(answer["order_id"]) > 2**53


async def test_a_market_order_reads_back_filled_as_ioc(client):
    order_id = await client.place(client_oid="mine-1")
    order = await client.read("order/detail", orderId=order_id)

    assert (order["status"], order["order_type"], order["type"]) == ("filled", "ioc", "open_long")
    assert (order["price"], order["client_oid"]) == ("0.0", "mine-1")
    assert (order["filled_qty"], order["filledQtyContracts"]) == ("0.001", 10)
    assert Decimal(order["price_avg"]) > 0


async def test_fills_carry_value_and_no_price(client):
    order_id = await client.place()
    answer = await client.read("order/fills", orderId=order_id)
    order = await client.read("order/detail", orderId=order_id)

    assert (answer["nextFlag"], answer["totals"]) == (False, len(answer["list"]))
    assert sum(Decimal(fill["fillSize"]) for fill in answer["list"]) == Decimal("0.001")
    for fill in answer["list"]:
        assert "price" not in fill
        assert fill["orderId"] == int(order_id)
        assert isinstance(fill["tradeId"], int)
        assert (fill["direction"], fill["legacyOrdeDirection"]) == ("TAKER", "OPEN_LONG")
        assert Decimal(fill["fillFee"]) == Decimal(fill["fillValue"]) * Decimal("0.0008")
    assert sum(Decimal(fill["fillFee"]) for fill in answer["list"]) == Decimal(order["fee"])


async def test_a_resting_order_lives_in_current_until_cancelled(client):
    order_id = await client.place(match_price="0", price=client.price(off="-0.005"), client_oid="rest-1")
    current = await client.read("order/current", symbol="cmt_btcusdt")
    cancelled = (await client.post("order/cancel_order", {"orderId": order_id})).json()

    assert [(row["order_id"], row["status"]) for row in current] == [(order_id, "open")]
    assert cancelled == {"order_id": order_id, "client_oid": "rest-1", "result": True, "err_msg": None}
    assert await client.read("order/current") == []
    assert [row["status"] for row in await client.read("order/history")] == ["canceled"]


async def test_resting_orders_freeze_margin_and_fee(client):
    price = Decimal(client.price(off="-0.005"))
    await client.place(match_price="0", price=str(price), size="0.01")
    (assets,) = await client.read("account/assets")

    frozen = Decimal("0.01") * price * (Decimal(1) / 20 + Decimal("0.0008"))
    assert abs(Decimal(assets["frozen"]) - frozen) < Decimal("1E-8")
    assert Decimal(assets["available"]) == 1000 - Decimal(assets["frozen"])
    assert Decimal(assets["equity"]) == 1000


async def test_a_moving_market_fills_a_resting_order_in_parts(start, options):
    """An order larger than what strangers bring at once is eaten bit by bit."""
    async with start(replace(options, balance=Decimal(10_000_000))) as client:
        best_bid = (await client.public("ticker", symbol="cmt_adausdt"))["best_bid"]
        order_id = await client.place(symbol="cmt_adausdt", match_price="0", price=best_bid, size="9000000")
        order = client.exchange.exchange.books.orders[order_id]
        for _ in range(400):
            client.wait(0.25)
            if order.filled_size:
                break
        shown = await client.read("order/detail", orderId=order_id)
        fills = await client.read("order/fills", orderId=order_id)

    assert 0 < order.filled_size < 9_000_000
    assert (shown["status"], Decimal(shown["filled_qty"])) == ("open", order.filled_size)
    assert sum(Decimal(fill["fillSize"]) for fill in fills["list"]) == order.filled_size
    assert {fill["direction"] for fill in fills["list"]} == {"MAKER"}


async def test_a_partial_fill_by_fault_keeps_the_order_open(client):
    client.exchange.add_fault(Fault("partial_fill", share="0.4", delay_ms=3_000))
    order_id = await client.place(match_price="0", price=client.price(off="0.004"))
    first = await client.read("order/detail", orderId=order_id)
    client.wait(3.1)
    last = await client.read("order/detail", orderId=order_id)

    assert (first["status"], first["filled_qty"], first["size"]) == ("open", "0.0004", "0.001")
    assert (last["status"], last["filled_qty"]) == ("filled", "0.001")


async def test_a_late_fill_by_fault_is_pending_first(client):
    client.exchange.add_fault(Fault("late_fill", delay_ms=2_000))
    order_id = await client.place()
    first = await client.read("order/detail", orderId=order_id)
    client.wait(2.1)
    last = await client.read("order/detail", orderId=order_id)

    assert (first["status"], first["filled_qty"]) == ("pending", "0")
    assert last["status"] == "filled"


async def test_long_and_short_stand_side_by_side_and_close_apart(client):
    await client.place(type="1", size="0.002")
    await client.place(type="2", size="0.003")
    rows = await client.read("account/position/singlePosition", symbol="cmt_btcusdt")
    await client.place(type="3", size="0.002")
    left = await client.read("account/position/allPosition")

    assert [(row["side"], row["size"]) for row in rows] == [("LONG", "0.002"), ("SHORT", "0.003")]
    assert [(row["side"], row["size"], row["open_value"] == "0") for row in left] == [
        ("LONG", "0", True),
        ("SHORT", "0.003", False),
    ]
    assert "entry_price" not in rows[0]


async def test_closing_more_than_held_is_refused(client):
    await client.place(size="0.002")
    await client.post("order/placeOrder", client.order(type="3", size="0.001", match_price="0", price=client.price()))
    status, code, message = await client.refused("order/placeOrder", client.order(type="3", size="0.0021"))

    assert (status, code) == (400, "40015")
    assert "0.0021" in message
    assert client.held() in {Decimal("0.002"), Decimal("0.001")}


async def test_post_only_that_would_take_is_cancelled_unfilled(client):
    order_id = await client.place(order_type="1", match_price="0", price=client.price(off="0.004"))
    order = await client.read("order/detail", orderId=order_id)

    assert (order["status"], order["filled_qty"], order["order_type"]) == ("canceled", "0", "postOnly")


async def test_fok_that_cannot_fill_whole_is_cancelled_unfilled(client):
    order_id = await client.place(order_type="2", match_price="0", price=client.price(off="-0.005"))

    assert (await client.read("order/detail", orderId=order_id))["status"] == "canceled"


async def test_ioc_keeps_nothing_in_the_book(client):
    order_id = await client.place(order_type="3", match_price="0", price=client.price(off="-0.005"))

    assert (await client.read("order/detail", orderId=order_id))["status"] == "canceled"
    assert await client.read("order/current") == []


async def test_a_client_id_is_accepted_once(client):
    await client.place(client_oid="once")

    assert (await client.refused("order/placeOrder", client.order(client_oid="once")))[1] == "40015"
    assert client.exchange.control.state()["client_oid_counts"] == {"once": 2}


async def test_more_than_200_open_orders_are_refused(start, options):
    async with start(replace(options, orders_per_s=1_000, weight_per_10s=100_000)) as client:
        price = client.price(off="-0.5")
        for _ in range(200):
            await client.place(size="0.0001", match_price="0", price=price)
        _, code, message = await client.refused(
            "order/placeOrder", client.order(size="0.0001", match_price="0", price=price)
        )
        page = await client.read("order/current", limit=100, page=1)

    assert code == "40015"
    assert "limit exceed" in message
    assert len(page) == 100


async def test_batch_rows_stand_alone(client):
    rows = [client.order(), client.order(size="0.00001"), client.order(type="9")]
    for row in rows:
        del row["symbol"]
    answer = (await client.post("order/batchOrders", {"symbol": "cmt_btcusdt", "orderDataList": rows})).json()

    assert answer["result"] is False
    assert [row["result"] for row in answer["order_info"]] == [True, False, False]
    assert [row["error_code"] for row in answer["order_info"]] == ["", "40015", "40020"]
    assert answer["order_info"][0]["order_id"]


async def test_batch_cancel_tells_each_fate(client):
    order_id = await client.place(match_price="0", price=client.price(off="-0.005"))
    answer = (await client.post("order/cancel_batch_orders", {"ids": [order_id, "1"]})).json()

    assert answer["result"] is False
    assert answer["orderIds"] == [order_id]
    assert [row["result"] for row in answer["cancelOrderResultList"]] == [True, False]


async def test_cancel_all_cancels_one_kind_per_call(client):
    order_id = await client.place(match_price="0", price=client.price(off="-0.005"))
    plans = (await client.post("order/cancelAllOrders", {"cancelOrderType": "plan"})).json()
    orders = (await client.post("order/cancelAllOrders", {"cancelOrderType": "normal", "symbol": "cmt_btcusdt"})).json()

    assert plans == []
    assert orders == [{"orderId": int(order_id), "success": True}]


async def test_close_positions_without_a_symbol_closes_everything(client):
    await client.place(size="0.001")
    await client.place(type="2", size="0.01", symbol="cmt_ethusdt")
    rows = (await client.post("order/closePositions", {})).json()

    assert [row["success"] for row in rows] == [True, True]
    assert all(row["successOrderId"] > 2**53 for row in rows)
    assert client.held() == client.held(PositionSide.SHORT, "ETH") == 0


async def test_history_leaves_out_what_is_older_than_asked(client):
    await client.place()
    now_ms = client.exchange.venue.clock.now_ms()

    assert await client.read("order/history", createDate=now_ms + 1) == []
    assert len(await client.read("order/history", createDate=now_ms - 1000)) == 1
