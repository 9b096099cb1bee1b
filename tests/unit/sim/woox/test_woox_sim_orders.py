"""Orders of a contract: accepted, refused, filled, changed, cancelled, found again."""

from decimal import Decimal

import pytest
from woox_desk import BTC

from terminal.sim.exchange.terms import PositionSide

pytestmark = pytest.mark.asyncio


async def test_a_limit_order_from_placing_to_cancelling(client):
    price = client.price(off="-0.01")
    body = client.order(type="LIMIT", price=price, quantity="0.002", clientOrderId=77)
    answer = await client.ok("POST", "trade/order", body)
    shown = await client.shown(answer["orderId"])
    cancelled = await client.ok("DELETE", "trade/order", orderId=answer["orderId"], symbol=BTC)
    after = await client.shown(answer["orderId"])

    assert answer == {
        "orderId": answer["orderId"],
        "clientOrderId": 77,
        "type": "LIMIT",
        "price": float(price),
        "quantity": 0.002,
        "amount": None,
        "bidAskLevel": None,
    }
    assert (shown["status"], shown["executed"], shown["side"], shown["clientOrderId"]) == ("NEW", 0, "BUY", 77)
    assert (shown["positionSide"], shown["reduceOnly"], shown["price"]) == ("BOTH", False, float(price))
    assert cancelled == {"status": "CANCEL_SENT"}
    assert after["status"] == "CANCELLED"


async def test_times_are_text_in_seconds_or_as_documented(client):
    order_id = await client.resting()
    live = await client.shown(order_id)
    client.fault("ms_times", count=-1)
    documented = await client.shown(order_id)

    assert live["createdTime"] == f"{documented['createdTime'] / 1000:.3f}"
    assert documented["createdTime"] == client.exchange.venue.now_ms


async def test_a_market_order_meets_only_what_is_not_rpi(client):
    book = (await client.public("orderbook", symbol=BTC)).json()["data"]
    shown = await client.shown(await client.place(quantity="0.001"))
    (fill,) = (await client.ok("GET", "trade/transactionHistory", symbol=BTC))["rows"]

    assert (shown["status"], shown["type"], shown["price"]) == ("FILLED", "MARKET", None)
    assert shown["averageExecutedPrice"] == fill["executedPrice"] == float(book["asks"][0]["price"])
    assert fill["fee"] == pytest.approx(0.001 * fill["executedPrice"] * 0.0003)
    assert (fill["isMaker"], fill["isMatchRpi"], fill["feeAsset"], fill["orderId"]) == (0, 0, "USDT", shown["orderId"])
    whole = (await client.public("orderbook", symbol=BTC, rpi="true")).json()["data"]
    assert float(whole["asks"][0]["price"]) < fill["executedPrice"]  # the RPI quotes are back in their place


@pytest.mark.parametrize(
    ("kind", "off", "status", "executed"),
    [
        ("IOC", "0.004", "FILLED", 0.001),
        ("IOC", "0", "CANCELLED", 0),  # between the API's best bid and ask: only RPI stands there
        ("FOK", "0.004", "FILLED", 0.001),
        ("FOK", "0", "CANCELLED", 0),
        ("POST_ONLY", "0.004", "CANCELLED", 0),
        ("POST_ONLY", "-0.01", "NEW", 0),
        ("LIMIT", "0.004", "FILLED", 0.001),
    ],
)
async def test_types(client, kind, off, status, executed):
    shown = await client.shown(await client.place(type=kind, price=client.price(off=off)))
    assert (shown["type"], shown["status"], shown["executed"]) == (kind, status, executed)


async def test_an_order_at_the_book(client):
    book = (await client.public("orderbook", symbol=BTC)).json()["data"]
    best = await client.shown(await client.place(type="BID", quantity="0.001"))
    third = await client.shown(await client.place(type="ASK", side="SELL", bidAskLevel=3))
    assert best["price"] == float(book["bids"][0]["price"])
    assert third["price"] == float(book["asks"][2]["price"])


async def test_a_partial_fill(client):
    client.fault("partial_fill", share="0.4", delay_ms=5_000)
    order_id = await client.place(type="LIMIT", price=client.price(off="0.004"), quantity="0.01")
    partly = await client.shown(order_id)
    client.wait(6)
    whole = await client.shown(order_id)

    assert (partly["status"], partly["executed"]) == ("PARTIAL_FILLED", 0.004)
    assert (whole["status"], whole["executed"]) == ("FILLED", 0.01)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": None}, -1005),
        ({"symbol": "PERP_NONE_USDT"}, 317155),
        ({"side": "LONG"}, -1005),
        ({"type": "RPI"}, -1005),
        ({"quantity": None}, -1005),
        ({"quantity": "NaN"}, -1005),
        ({"quantity": "0.001", "amount": "100"}, -1005),
        ({"quantity": None, "amount": "100"}, -1005),
        ({"quantity": "0.00015"}, -1104),
        ({"quantity": "0"}, 302115),
        ({"quantity": "0.0001", "type": "LIMIT", "price": "1"}, -1102),
        ({"type": "LIMIT"}, -1005),
        ({"type": "LIMIT", "price": "90000.5"}, -1103),
        ({"type": "LIMIT", "price": "0"}, 302114),
        ({"type": "LIMIT", "price": "99000"}, -1105),
        ({"type": "LIMIT", "price": "81000", "side": "SELL"}, -1105),
        ({"quantity": "100"}, 302170),
        ({"quantity": "100.0001"}, 302172),
        ({"clientOrderId": -1}, 317164),
        ({"clientOrderId": 2**63}, 317164),
        ({"clientOrderId": "our-text-id"}, 317164),
        ({"positionSide": "LONG"}, 302186),
        ({"positionSide": "UP"}, 302195),
        ({"reduceOnly": True}, 302138),
        ({"orderTag": "x" * 65}, -1005),
        ({"marginMode": "PORTFOLIO"}, -1005),
    ],
)
async def test_refusals(client, changes, code):
    before = len(client.books.orders)
    assert await client.not_placed(**changes) == (400, code)
    assert len(client.books.orders) == before


async def test_the_largest_client_id_and_none(client):
    biggest = await client.shown(await client.resting(clientOrderId=2**63 - 1))
    first, second = [await client.shown(await client.resting(clientOrderId=0)) for _ in range(2)]
    assert biggest["clientOrderId"] == 2**63 - 1
    assert first["clientOrderId"] == second["clientOrderId"] == 0
    assert first["orderId"] != second["orderId"]


async def test_a_client_id_is_taken_once_and_finds_its_order(client):
    order_id = await client.resting(clientOrderId=5)
    assert await client.not_placed(clientOrderId=5) == (400, -1007)
    assert (await client.ok("GET", "trade/order", clientOrderId=5))["orderId"] == order_id
    assert await client.ok("DELETE", "trade/order", clientOrderId=5, symbol=BTC) == {"status": "CANCEL_SENT"}
    assert await client.not_placed(clientOrderId=5) == (400, -1007)


async def test_what_cannot_be_found(client):
    order_id = await client.resting()
    assert await client.refused("GET", "trade/order", orderId=1) == (400, -1006)
    assert await client.refused("GET", "trade/order", clientOrderId=1) == (400, -1006)
    assert await client.refused("GET", "trade/order") == (400, -1005)
    assert await client.refused("DELETE", "trade/order", orderId=order_id) == (400, -1005)
    assert await client.refused("DELETE", "trade/order", orderId=order_id, symbol="PERP_ETH_USDT") == (400, -1006)
    await client.ok("DELETE", "trade/order", orderId=order_id, symbol=BTC)
    assert await client.refused("DELETE", "trade/order", orderId=order_id, symbol=BTC) == (400, -1006)
    assert await client.refused("GET", "trade/transaction", tradeId=1) == (400, 317149)


async def test_a_delete_has_its_parameters_in_the_query(client):
    order_id = await client.resting()
    body = f"symbol={BTC}&order_id={order_id}".encode()

    async def cancel():
        headers = client.headers("DELETE", "/v3/trade/order", body)
        answer = await client.http.request("DELETE", "/v3/trade/order", content=body, headers=headers)
        return answer.json()

    assert (await cancel())["code"] == -1005
    client.fault("seed_cancel", count=-1)
    assert (await cancel())["data"] == {"status": "CANCEL_SENT"}


async def test_a_cancel_that_comes_too_late(client):
    client.fault("late_cancel", delay_ms=3_000)
    order_id = await client.resting(off="0")
    assert await client.ok("DELETE", "trade/order", orderId=order_id, symbol=BTC) == {"status": "CANCEL_SENT"}
    assert (await client.shown(order_id))["status"] == "NEW"
    await client.place(side="SELL")  # the account's own order is the best bid there is
    client.wait(4)
    assert (await client.shown(order_id))["status"] == "FILLED"


async def test_a_late_cancel_happens_in_the_end(client):
    client.fault("late_cancel", delay_ms=3_000)
    order_id = await client.resting(off="-0.04")
    await client.ok("DELETE", "trade/order", orderId=order_id, symbol=BTC)
    client.wait(2)
    assert (await client.shown(order_id))["status"] == "NEW"
    client.wait(2)
    assert (await client.shown(order_id))["status"] == "CANCELLED"


async def test_an_order_that_is_rejected_after_it_was_accepted(client):
    client.fault("late_reject", message="Collateral is not sufficient.")
    shown = await client.shown(await client.place(clientOrderId=9))
    assert (shown["status"], shown["executed"]) == ("REJECTED", 0)
    assert client.held() == 0


async def test_edits(client):
    order_id = await client.resting()
    price = client.price(off="-0.02")
    sent = await client.ok("PUT", "trade/order", {"orderId": order_id, "price": price, "quantity": "0.003"})
    shown = await client.shown(order_id)
    across = await client.ok("PUT", "trade/order", {"orderId": order_id, "price": client.price(off="0.004")})

    assert sent == across == {"status": "EDIT_SENT"}
    assert (shown["status"], shown["price"], shown["quantity"]) == ("NEW", float(price), 0.003)
    assert (await client.shown(order_id))["status"] == "FILLED"
    assert client.held() == Decimal("0.003")


async def test_refused_edits(client):
    order_id = await client.resting()
    done = await client.place()

    async def edit(**body):
        return (await client.refused("PUT", "trade/order", body))[1]

    assert await edit(orderId=order_id) == -1005
    assert await edit(orderId=1, price="90000") == -1006
    assert await edit(orderId=done, price="90000") == 317161
    assert await edit(orderId=order_id, price="90000.5") == -1103
    assert await edit(orderId=order_id, quantity="0.00015") == -1104
    assert await edit(orderId=order_id, quantity="50") == 302170
    assert (await client.shown(order_id))["quantity"] == 0.001


async def test_all_orders_of_a_symbol_and_of_the_account(client):
    kept = [await client.resting(), await client.resting()]
    other = await client.place(
        symbol="PERP_ETH_USDT", type="LIMIT", price=client.price("ETH", off="-0.01"), quantity="0.01"
    )
    assert await client.ok("DELETE", "trade/allOrders", symbol="PERP_ETH_USDT") == {"status": "CANCEL_ALL_SENT"}
    assert (await client.shown(other))["status"] == "CANCELLED"
    assert {(await client.shown(order_id))["status"] for order_id in kept} == {"NEW"}
    await client.ok("DELETE", "trade/allOrders")
    assert {(await client.shown(order_id))["status"] for order_id in kept} == {"CANCELLED"}


async def test_orders_are_listed_newest_first_in_pages(client):
    filled = await client.place()
    ids = [await client.resting() for _ in range(3)]
    sold = await client.place(side="SELL")

    async def listed(**params):
        data = await client.ok("GET", "trade/orders", **params)
        return [row["orderId"] for row in data["rows"]], data["meta"]["total"]

    assert await listed(status="INCOMPLETE") == (ids[::-1], 3)
    assert await listed(status="COMPLETED") == ([sold, filled], 2)
    assert await listed(symbol=BTC, size=2, page=2) == ([ids[1], ids[0]], 5)
    assert await listed(side="SELL") == ([sold], 1)
    assert await listed(type="LIMIT", status="NEW") == (ids[::-1], 3)
    assert await listed(symbol="PERP_ETH_USDT") == ([], 0)
    assert await listed(startTime=client.exchange.venue.now_ms + 1) == ([], 0)
    assert await client.refused("GET", "trade/orders", status="OPEN") == (400, -1005)
    assert await client.refused("GET", "trade/orders", size=501) == (400, -1005)


async def test_fills_are_listed(client):
    for _ in range(3):
        await client.place()
        client.wait(1)
    newest = (await client.ok("GET", "trade/transactionHistory"))["rows"]
    middle = newest[1]
    onward = (await client.ok("GET", "trade/transactionHistory", fromId=middle["id"], limit=1))["rows"]

    assert len(newest) == 3
    assert [row["id"] for row in newest] == sorted((row["id"] for row in newest), reverse=True)
    assert onward == [middle]
    assert await client.ok("GET", "trade/transaction", tradeId=middle["id"]) == middle
    assert (await client.ok("GET", "trade/transactionHistory", symbol="PERP_ETH_USDT"))["rows"] == []


async def test_one_net_position_closes_and_turns(client):
    await client.place(quantity="0.003")
    await client.place(side="SELL", quantity="0.005")
    assert (client.held(), client.held(PositionSide.SHORT)) == (0, Decimal("0.002"))
    assert await client.not_placed(side="SELL", reduceOnly=True) == (400, 302138)
    assert await client.not_placed(side="BUY", reduceOnly=True, quantity="0.003") == (400, 302138)
    await client.place(side="BUY", reduceOnly=True, quantity="0.002")
    assert client.held(PositionSide.SHORT) == 0


async def test_a_reducing_order_goes_when_there_is_nothing_left_to_reduce(client):
    await client.place(quantity="0.002")
    order_id = await client.place(
        type="LIMIT", side="SELL", price=client.price(off="0.01"), quantity="0.002", reduceOnly=True
    )
    assert (await client.shown(order_id))["reduceOnly"] is True
    await client.place(side="SELL", quantity="0.001")
    shown = await client.shown(order_id)
    assert shown["status"] == "CANCELLED"
    assert client.held() == Decimal("0.001")


async def test_the_hedge_mode_holds_both_sides(client):
    await client.ok("PUT", "futures/positionMode", {"positionMode": "HEDGE_MODE"})
    assert await client.not_placed() == (400, 302186)
    await client.place(positionSide="LONG", quantity="0.002")
    await client.place(positionSide="SHORT", side="SELL", quantity="0.001")
    assert (client.held(), client.held(PositionSide.SHORT)) == (Decimal("0.002"), Decimal("0.001"))
    await client.place(positionSide="LONG", side="SELL", quantity="0.002")
    assert client.held() == 0
    assert await client.not_placed(positionSide="SHORT", side="SELL", reduceOnly=True) == (400, 302138)


async def test_a_small_closing_order_is_free_of_the_smallest_value(client):
    await client.place(symbol="PERP_XRP_USDT", quantity="5")
    assert await client.not_placed(symbol="PERP_XRP_USDT", side="SELL", quantity="1") == (400, -1102)
    await client.place(symbol="PERP_XRP_USDT", side="SELL", quantity="1", reduceOnly=True)
    assert client.held(pair="XRP") == 4


async def test_fees_are_told_in_basis_points(client):
    assert await client.ok("GET", "trade/tradingFee", symbol=BTC) == {"symbol": BTC, "takerFee": "3", "makerFee": "0"}
    spot = await client.ok("GET", "trade/tradingFee", symbol="SPOT_BTC_USDT")
    assert (spot["takerFee"], spot["makerFee"]) == ("6", "0")


async def test_the_dead_mans_switch_is_for_others(client):
    assert await client.refused("POST", "trade/cancelAllAfter", {"triggerAfter": 5000}) == (401, -1002)
