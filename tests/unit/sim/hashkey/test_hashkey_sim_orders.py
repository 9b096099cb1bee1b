"""Placing and cancelling: every filter with its code, the life of an order, batches."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def desk(reader):
    """The shared exchange, on an account as at its first start with a coin to sell."""
    reader.venue.reset(Decimal(300_000))
    reader.exchange.exchange.deposit("BTC", Decimal(20))
    reader.exchange.control.clear_faults()
    return reader


def coins(desk, asset):
    holding = desk.books.holdings[asset]
    return holding.free, holding.locked


async def test_a_market_order_by_quantity(desk):
    answer = await desk.place(desk.order(quantity="0.002"))
    fill = next(fill for fill in desk.books.fills if fill.order_id == answer["orderId"])

    assert [answer[name] for name in ("status", "type", "side", "timeInForce")] == ["FILLED", "MARKET", "BUY", "IOC"]
    figures = [answer[name] for name in ("origQty", "executedQty", "price", "reqAmount")]
    assert figures == ["0.002", "0.002", "0", "0"]
    assert answer["concentration"] == ""
    assert answer["transactTime"] == str(desk.venue.now_ms)
    assert (fill.fee_asset, fill.fee) == ("BTC", fill.size * Decimal("0.0012"))


async def test_a_market_order_by_amount(desk):
    answer = await desk.place(desk.order(amount="500"))
    kept = desk.books.orders[answer["orderId"]]

    assert (answer["status"], answer["origQty"], answer["reqAmount"]) == ("FILLED", "0", "500")
    assert Decimal(answer["executedQty"]) == kept.filled_size
    assert 0 < kept.filled_value <= 500


async def test_the_older_path_takes_a_market_buys_quantity_for_an_amount(desk):
    response = await desk.send(desk.order(quantity="50"), "/api/v1/spot/order")
    assert (response.json()["reqAmount"], response.json()["status"]) == ("50", "FILLED")
    sale = await desk.send(desk.order(side="SELL", quantity="0.5"), "/api/v1/spot/order")
    assert (sale.json()["origQty"], sale.json()["executedQty"]) == ("0.5", "0.5")


@pytest.mark.parametrize("tif", [None, "GTC", "IOC", "FOK"])
async def test_times_in_force_far_from_the_market(desk, tif):
    answer = await desk.place(desk.limit(timeInForce=tif))
    resting = tif in {None, "GTC"}

    assert answer["status"] == ("NEW" if resting else "CANCELED")
    assert coins(desk, "USDT")[1] == (Decimal("0.001") * Decimal(answer["price"]) if resting else 0)


async def test_a_maker_order_that_would_take_is_refused(desk):
    assert await desk.refused(desk.limit("0.03", type="LIMIT_MAKER")) == "-1156"
    answer = await desk.place(desk.limit(type="LIMIT_MAKER"))
    assert (answer["status"], answer["type"], answer["timeInForce"]) == ("NEW", "LIMIT_MAKER", "GTC")


async def test_what_an_immediate_order_could_not_fill_is_partially_cancelled(desk):
    desk.exchange.control.script({"kind": "partial_fill", "share": "0.5"})
    answer = await desk.place(desk.limit("0.01", quantity="0.1", timeInForce="IOC"))
    row = await desk.read("/api/v1/spot/order", orderId=answer["orderId"])

    assert (row["status"], row["executedQty"], row["origQty"]) == ("PARTIALLY_CANCELED", "0.05", "0.1")
    assert coins(desk, "USDT")[1] == 0


@pytest.mark.parametrize(
    ("mode", "taker", "maker"),
    [
        (None, "PARTIALLY_CANCELED", "NEW"),
        ("EXPIRE_TAKER", "PARTIALLY_CANCELED", "NEW"),
        ("EXPIRE_MAKER", "FILLED", "CANCELED"),
    ],
)
async def test_self_trade_prevention(desk, mode, taker, maker):
    rules, book = desk.venue.rules["BTC"], desk.venue.market.book("BTC")
    # Behind the tenth ask: the taker comes to it after some strangers and before it is filled.
    _, asks = book.depth(10)
    size = rules.size(sum(lots for _, lots in asks) + 20_000)
    own = f"{rules.price(asks[-1][0] + 1):f}"
    resting = await desk.place(desk.order(side="SELL", type="LIMIT", price=own, quantity="0.5"))
    answer = await desk.place(desk.limit("0.05", quantity=f"{size:f}", stpMode=mode))
    other = await desk.read("/api/v1/spot/order", orderId=resting["orderId"])

    assert (resting["status"], answer["status"], other["status"]) == ("NEW", taker, maker)
    assert other["executedQty"] == "0"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": None}, "0001"),
        ({"symbol": "XRPUSDT"}, "0201"),
        ({"symbol": "BTCUSDT-PERPETUAL"}, "0201"),
        ({"side": None}, "0001"),
        ({"side": "LONG"}, "-1117"),
        ({"type": "STOP"}, "0206"),
        ({"timeInForce": "DAY"}, "-1115"),
        ({"type": "LIMIT_MAKER", "timeInForce": "IOC"}, "-1014"),
        ({"price": None}, "0001"),
        ({"price": "0"}, "-1124"),
        ({"price": "-5"}, "-1124"),
        ({"price": "cheap"}, "-1124"),
        ({"price": "NaN"}, "-1124"),
        ({"price": "1_000"}, "-1124"),
        ({"price": "80000.005"}, "0209"),
        ({"quantity": None}, "0001"),
        ({"quantity": "0"}, "-1126"),
        ({"quantity": "1e400"}, "-1126"),
        ({"quantity": "1e20"}, "-1135"),
        ({"quantity": "many"}, "-1126"),
        ({"quantity": "0.000015"}, "-1137"),
        ({"quantity": "8.00001"}, "-1135"),
        ({"quantity": "0.00001"}, "-1140"),
        ({"quantity": "5"}, "-1206"),
        ({"amount": "10"}, "-1129"),
        ({"quantity": None, "amount": "10"}, "-1014"),
        ({"stpMode": "BOTH"}, "-1130"),
        ({"newClientOrderId": "x" * 256}, "-1123"),
    ],
)
async def test_a_limit_order_that_breaks_a_rule(desk, changes, code):
    assert await desk.refused({**desk.limit(), **changes}) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"timeInForce": "FOK"}, "-1014"),
        ({"quantity": "4.00001"}, "-1135"),
        ({"quantity": "3"}, "-1206"),
        ({"symbol": "DOGEUSDT", "quantity": "0.5"}, "-1136"),
        ({"quantity": None, "amount": "0"}, "-1126"),
        ({"quantity": None, "amount": "0.5"}, "-1140"),
        ({"quantity": None, "amount": "200001"}, "-1206"),
        ({"quantity": None, "amount": "10.00000001"}, "-1148"),
        ({"quantity": None, "amount": None}, "0001"),
    ],
)
async def test_a_market_order_that_breaks_a_rule(desk, changes, code):
    assert await desk.refused({**desk.order(), **changes}) == code


@pytest.mark.parametrize(("side", "off", "code"), [("BUY", "0.11", "-1132"), ("SELL", "-0.11", "-1133")])
async def test_the_price_band_is_ten_percent_of_the_mark(desk, side, off, code):
    assert await desk.refused(desk.limit(off, side=side)) == code


async def test_a_buy_needs_its_coins(desk):
    desk.venue.reset(Decimal(50))
    assert await desk.refused(desk.limit()) == "0401"
    assert await desk.refused(desk.order(amount="51")) == "0401"
    assert await desk.refused(desk.order(side="SELL")) == "0401"


async def test_a_client_id_is_good_once(desk):
    order = desk.limit()
    await desk.place(order)
    assert await desk.refused(order) == "-1141"


async def test_a_client_id_is_made_when_none_is_sent(desk):
    answer = await desk.place(desk.limit(newClientOrderId=None))
    assert answer["clientOrderId"]
    row = await desk.read("/api/v1/spot/order", origClientOrderId=answer["clientOrderId"])
    assert row["orderId"] == answer["orderId"]


async def test_three_hundred_orders_may_be_open(desk):
    for _ in range(15):
        answer = (await desk.batch([desk.limit(quantity="0.0001") for _ in range(20)])).json()
        assert {row["code"] for row in answer["result"]} == {"0000"}
    assert await desk.refused(desk.limit(quantity="0.0001")) == "-2017"
    assert (await desk.delete("/api/v1/spot/openOrders", symbol="BTCUSDT")).json() == {"success": True}
    assert len(await desk.read("/api/v1/spot/openOrders")) == 100


async def test_a_batch_on_the_older_path_goes_by_amount(desk):
    headers = desk.key | {"Content-Type": "application/json"}
    path = f"/api/v1/spot/batchOrders?{desk.signed({})}"
    (row,) = (await desk.http.post(path, json=[desk.order(quantity="25")], headers=headers)).json()["result"]
    assert (row["code"], row["order"]["reqAmount"], row["order"]["status"]) == ("0000", "25", "FILLED")


async def test_a_test_order_is_checked_and_not_placed(desk):
    good = await desk.send(desk.order(), "/api/v1/spot/orderTest")
    assert (good.status_code, good.json()) == (200, {})
    assert await desk.refused(desk.order(amount="10"), "/api/v1/spot/orderTest") == "0001"
    assert await desk.refused(desk.order(side="SELL", quantity="3"), "/api/v1/spot/orderTest") == "-1206"
    desk.venue.reset(Decimal(1))
    assert await desk.refused(desk.order(), "/api/v1/spot/orderTest") == "0401"


async def test_a_batch_tells_each_orders_fate(desk):
    answer = (await desk.batch([desk.limit(), desk.limit(side="LONG"), desk.order()])).json()

    assert (answer["code"], answer["concentration"]) == (0, "")
    first, second, third = answer["result"]
    assert (first["code"], first["order"]["status"], "concentration" in first["order"]) == ("0000", "NEW", False)
    assert second == {"code": "-1117", "msg": "Invalid order side"}
    assert third["order"]["status"] == "FILLED"


@pytest.mark.parametrize(
    ("count", "symbols", "code"), [(21, ["BTCUSDT"], "-2022"), (2, ["BTCUSDT", "ETHUSDT"], "-1130"), (0, [], "-1004")]
)
async def test_a_batch_of_the_wrong_shape(desk, count, symbols, code):
    orders = [desk.limit(symbol=symbols[i % len(symbols)]) for i in range(count)]
    response = await desk.batch(orders)
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize("content", ["{", '{"a": 1}', "[1]"])
async def test_a_batch_must_be_a_list_of_orders(desk, content):
    headers = desk.key | {"Content-Type": "application/json"}
    path = f"/api/v1.1/spot/batchOrders?{desk.signed({})}"
    assert (await desk.http.post(path, content=content, headers=headers)).json()["code"] == "-1004"


async def test_numbers_in_a_batch_may_be_numbers(desk):
    answer = (await desk.batch([desk.limit(quantity=0.001, price=int(Decimal(desk.price("-0.02"))))])).json()
    assert answer["result"][0]["code"] == "0000", answer


async def test_a_cancellation_tells_the_status_it_was_accepted_in(desk):
    placed = await desk.place(desk.limit())
    answer = (await desk.delete("/api/v1/spot/order", orderId=placed["orderId"])).json()
    row = await desk.read("/api/v1/spot/order", orderId=placed["orderId"])

    assert (answer["status"], row["status"]) == ("NEW", "CANCELED")
    assert coins(desk, "USDT")[1] == 0
    by_client = await desk.place(desk.limit())
    body = await desk.form("DELETE", "/api/v1/spot/order", clientOrderId=by_client["clientOrderId"])
    assert body.json()["orderId"] == by_client["orderId"]


async def test_cancelling_what_cannot_be(desk):
    filled = await desk.place()
    gone = await desk.place(desk.limit(timeInForce="IOC"))
    for params, code in (
        ({"orderId": filled["orderId"]}, "-1139"),
        ({"orderId": gone["orderId"]}, "-1142"),
        ({"orderId": "7"}, "-1143"),
        ({"clientOrderId": "nobody"}, "-1143"),
        ({}, "0001"),
    ):
        response = await desk.delete("/api/v1/spot/order", **params)
        assert (response.status_code, response.json()["code"]) == (400, code)


async def test_cancel_by_ids_lists_the_failures_only(desk):
    first, second = [await desk.place(desk.limit()) for _ in range(2)]
    filled = await desk.place()
    ids = ",".join((first["orderId"], second["orderId"], filled["orderId"], "9"))
    answer = (await desk.delete("/api/v1/spot/cancelOrderByIds", ids=ids)).json()

    failures = [{"orderId": filled["orderId"], "code": "-1139"}, {"orderId": "9", "code": "0211"}]
    assert answer == {"code": "0000", "result": failures}
    assert await desk.read("/api/v1/spot/openOrders") == []
    too_many = await desk.delete("/api/v1/spot/cancelOrderByIds", ids=",".join(["1"] * 101))
    assert too_many.json()["code"] == "-1130"


async def test_cancel_all_goes_on_from_the_last_order(desk):
    placed = [(await desk.place(desk.limit(side=side, off=off)))["orderId"] for side, off in (("BUY", "-0.02"),) * 3]
    sale = (await desk.place(desk.limit("0.02", side="SELL")))["orderId"]
    first = (await desk.delete("/api/v1/spot/cancelAllOpenOrders", side="BUY", limit=2)).json()
    rest = (await desk.delete("/api/v1/spot/cancelAllOpenOrders", side="BUY", fromOrderId=first["lastOrderId"])).json()
    done = (await desk.delete("/api/v1/spot/cancelAllOpenOrders", symbol="ETHUSDT")).json()

    assert (first["code"], first["lastOrderId"], rest["lastOrderId"]) == ("0000", int(placed[1]), int(placed[2]))
    assert (done["code"], done["lastOrderId"]) == ("0000", 0)
    assert [row["orderId"] for row in await desk.read("/api/v1/spot/openOrders")] == [sale]


async def test_cancel_open_wants_a_symbol_and_may_have_a_side(desk):
    buy, sell = await desk.place(desk.limit()), await desk.place(desk.limit("0.02", side="SELL"))
    assert (await desk.delete("/api/v1/spot/openOrders")).json()["code"] == "0001"
    await desk.delete("/api/v1/spot/openOrders", symbol="BTCUSDT", side="SELL")
    left = [row["orderId"] for row in await desk.read("/api/v1/spot/openOrders", symbol="BTCUSDT")]
    assert left == [buy["orderId"]]
    assert desk.books.orders[sell["orderId"]].status.is_final


async def test_an_accepted_cancellation_may_come_too_late(desk):
    placed = await desk.place(desk.limit())
    await desk.fault(kind="slow_cancel", delay_ms=2_000)
    assert (await desk.delete("/api/v1/spot/order", orderId=placed["orderId"])).json()["status"] == "NEW"
    assert (await desk.read("/api/v1/spot/order", orderId=placed["orderId"]))["status"] == "NEW"
    desk.wait(2.1)
    assert (await desk.read("/api/v1/spot/order", orderId=placed["orderId"]))["status"] == "CANCELED"
