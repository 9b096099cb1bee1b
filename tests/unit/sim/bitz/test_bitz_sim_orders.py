"""Orders: placing, matching, cancelling, reading, and every refusal."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.asyncio


async def test_a_market_order_fills_and_reads_back(client):
    order_id = await client.place(amount=3, leverage=5)
    row = await client.result(order_id)
    assert (row["orderId"], row["pair"], row["type"], row["price"]) == (order_id, "BTC_USD", "market", "0")
    assert (row["amount"], row["dealAmount"], row["available"], row["orderStatus"]) == ("3", "3", "0", "1")
    assert (row["direction"], row["leverage"], row["isCross"]) == ("1", "5", "1")
    fills = await client.data("getContractTradeResult", entrustSheetId=order_id)
    assert sum(int(fill["tradeNum"]) for fill in fills) == 3
    paid = sum(Decimal(fill["price"]) * int(fill["tradeNum"]) for fill in fills)
    assert Decimal(row["dealPrice"]) == round(paid / 3, 8)
    assert Decimal(row["tradeFee"]) == sum(Decimal(fill["tradeFee"]) for fill in fills)
    assert all(fill["type"] == "buy" and fill["orderId"] == order_id for fill in fills)
    assert await client.data("getContractMyTrades", contractId=101, createDate=7) == fills
    assert await client.data("getContractMyTrades", contractId=102) == []


async def test_a_limit_order_rests_and_is_cancelled_once(client):
    order_id = await client.limit("-0.005")
    (row,) = await client.data("getContractOrder", contractId=101)
    assert (row["orderId"], row["orderStatus"], row["available"], row["type"]) == (order_id, "0", "2", "limit")
    assert await client.data("getContractMyHistoryTrade", contractId=101) == []
    assert await client.data("cancelContractTrade", entrustSheetId=order_id) == {}
    assert (await client.result(order_id))["orderStatus"] == "-1"
    assert await client.data("getContractOrder", contractId=101) == []
    assert [row["orderId"] for row in await client.data("getContractMyHistoryTrade", contractId=101)] == [order_id]
    assert await client.code("cancelContractTrade", entrustSheetId=order_id) == -200034
    done = await client.place()
    assert await client.code("cancelContractTrade", entrustSheetId=done) == -200035
    assert await client.code("cancelContractTrade", entrustSheetId="12") == -200034


async def test_a_partly_filled_order_stays_unfinished(client):
    client.exchange.control.script({"kind": "partial_fill", "share": "0.4", "delay_ms": 5000})
    order_id = await client.limit("0.003", amount=10)
    row = await client.result(order_id)
    assert (row["orderStatus"], row["dealAmount"], row["available"]) == ("0", "4", "6")
    client.wait(6)
    row = await client.result(order_id)
    assert (row["orderStatus"], row["dealAmount"]) == ("1", "10")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contractId": 9}, -200038),
        ({"direction": 2}, -200037),
        ({"type": "LIMIT"}, -300101),
        ({"amount": 0}, -200028),
        ({"amount": None}, -200028),
        ({"amount": "1.5"}, -200029),
        ({"amount": 10**12}, -200029),
        ({"leverage": 21}, -102),
        ({"leverage": "0.5"}, -102),
        ({"leverage": None}, -102),
        ({"isCross": 0}, -102),
        ({"type": "limit"}, -200027),
        ({"type": "limit", "price": "-5"}, -300102),
        ({"type": "limit", "price": "0"}, -200027),
        ({"type": "limit", "price": "90000.3"}, -200027),
        ({"type": "limit", "price": "180000"}, -200030),
        ({"amount": 5000}, -200031),
    ],
)
async def test_refused_orders_leave_nothing(client, changes, code):
    answer = await client.call("addContractTrade", **client.order(**changes))
    assert (answer["status"], answer["data"]) == (200, code)  # the second way to say no
    assert client.exchange.venue.exchange.books.orders == {}
    setting = client.exchange.venue.exchange.books.leverage["BTC"]
    assert setting.cross == 20  # a refused order's leverage is not in force


async def test_both_ways_to_say_no_can_be_swapped(client):
    client.exchange.control.script({"kind": "swapped_errors", "count": -1})
    refused = await client.call("addContractTrade", **client.order(amount=0))
    assert (refused["status"], refused["data"]) == (-200028, "")
    wrong = await client.call("getContractAccountInfo", form=client.signed({"sign": "0" * 32}))
    assert (wrong["status"], wrong["data"]) == (200, -105)


async def test_queries_refuse_what_they_cannot_read(client):
    assert await client.code("getContractOrderResult", entrustSheetIds="1,x") == -102
    assert await client.code("getContractOrderResult", entrustSheetIds=",".join(["1"] * 51)) == -102
    assert await client.data("getContractOrderResult", entrustSheetIds=",".join(["1"] * 50)) == []
    assert await client.code("getContractTradeResult", entrustSheetId=5) == -200034
    assert await client.code("getContractMyTrades", contractId=101, createDate=8) == -102
    for page in ({"page": 11}, {"page": 0}, {"pageSize": 51}):
        assert await client.code("getContractMyTrades", contractId=101, **page) == -102
    assert await client.code("getContractOrder") == -100101


async def test_pages_of_history(client):
    ids = []
    for _ in range(5):
        ids.append(await client.limit("-0.004", amount=1))
        await client.data("cancelContractTrade", entrustSheetId=ids[-1])
    pages = [
        [row["orderId"] for row in await client.data("getContractMyHistoryTrade", contractId=101, page=n, pageSize=2)]
        for n in (1, 2, 3, 4)
    ]
    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]], []]


async def test_old_fills_leave_the_seven_days(client):
    await client.place()
    client.wait(8 * 86_400)
    assert await client.data("getContractMyTrades", contractId=101) == []
    assert await client.data("getContractMyTrades", contractId=101, createDate=30) != []


async def test_rows_come_in_three_shapes(client):
    first = await client.limit("-0.004", amount=1)
    control = client.exchange.control
    control.script({"kind": "rows_as_object", "path": "getContractOrder", "count": -1})
    assert (await client.data("getContractOrder", contractId=101))["orderId"] == first
    second = await client.limit("-0.005", amount=1)
    assert [row["orderId"] for row in await client.data("getContractOrder", contractId=101)] == [second, first]
    control.script({"kind": "rows_as_index", "count": -1})
    rows = await client.data("getContractOrder", contractId=101)
    assert {key: row["orderId"] for key, row in rows.items()} == {"0": second, "1": first}
    assert await client.data("getContractActivePositions", contractId=101) == {}


async def test_the_log_of_order_calls(client):
    order_id = await client.limit("-0.004")
    await client.data("cancelContractTrade", entrustSheetId=order_id)
    await client.code("addContractTrade", **client.order(amount=0))
    await client.call("addContractTrade", form=client.signed({"sign": "1" * 32}, **client.order()))
    calls = client.exchange.control.state()["calls"]
    assert [(call["path"].rpartition("/")[2], call["order_id"], call["code"]) for call in calls] == [
        ("addContractTrade", order_id, "200"),
        ("cancelContractTrade", order_id, "200"),
        ("addContractTrade", "", "-200028"),
    ]
