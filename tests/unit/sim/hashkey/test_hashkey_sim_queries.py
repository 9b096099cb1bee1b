"""Asking for orders, fills, coins and fees."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
DAY_MS = 86_400_000


@pytest.fixture
def desk(reader):
    reader.venue.reset(Decimal(10_000))
    return reader


async def test_an_order_row(desk):
    placed = await desk.place(desk.order(quantity="0.01"))
    row = await desk.read("/api/v1/spot/order", origClientOrderId=placed["clientOrderId"])
    kept = desk.books.orders[placed["orderId"]]

    assert (row["orderId"], row["status"], row["exchangeId"]) == (placed["orderId"], "FILLED", "301")
    assert Decimal(row["cumulativeQuoteQty"]) == Decimal(row["cummulativeQuoteQty"]) == kept.filled_value
    assert Decimal(row["avgPrice"]) == (kept.filled_value / kept.filled_size).quantize(Decimal("0.01"))
    assert (row["time"], row["updateTime"]) == (str(kept.created_ms), str(kept.updated_ms))
    assert all(isinstance(value, str | bool) for value in row.values())


async def test_an_unknown_order_is_not_found(desk):
    assert (await desk.get("/api/v1/spot/order", orderId="5")).json()["code"] == "0211"
    assert (await desk.get("/api/v1/spot/order")).json()["code"] == "0001"


async def test_open_orders_are_filtered_and_go_on(desk):
    first, second = [(await desk.place(desk.limit()))["orderId"] for _ in range(2)]
    rows = await desk.read("/api/v1/spot/openOrders", symbol="BTCUSDT", side="BUY")
    assert [row["orderId"] for row in rows] == [first, second]
    assert [r["orderId"] for r in await desk.read("/api/v1/spot/openOrders", fromOrderId=first)] == [second]
    assert [r["orderId"] for r in await desk.read("/api/v1/spot/openOrders", limit=1)] == [first]
    assert await desk.read("/api/v1/spot/openOrders", symbol="ETHUSDT") == []
    assert (await desk.get("/api/v1/spot/openOrders", symbol="ADAUSDT")).json()["code"] == "0201"


async def test_history_holds_what_is_over(desk):
    open_id = (await desk.place(desk.limit()))["orderId"]
    over = [(await desk.place())["orderId"] for _ in range(3)]
    rows = await desk.read("/api/v1/spot/tradeOrders", limit=3)
    older = await desk.read("/api/v1/spot/tradeOrders", fromOrderId=over[2], limit=2)

    assert [row["orderId"] for row in rows] == over
    assert [row["orderId"] for row in older] == over[:2]
    assert open_id not in {row["orderId"] for row in await desk.read("/api/v1/spot/tradeOrders")}
    assert await desk.read("/api/v1/spot/tradeOrders", side="SELL", startTime=desk.venue.now_ms) == []


async def test_trades_come_newest_first_with_their_fee(desk):
    await desk.place(desk.order(quantity="0.02", newClientOrderId="first"))
    desk.wait(1)
    await desk.place(desk.order(side="SELL", quantity="0.01", newClientOrderId="second"))
    rows = await desk.read("/api/v1/account/trades", symbol="BTCUSDT", limit=5)

    assert [int(row["time"]) for row in rows] == sorted((int(row["time"]) for row in rows), reverse=True)
    newest = rows[0]
    assert (newest["clientOrderId"], newest["isBuyer"], newest["isMaker"]) == ("second", False, False)
    assert newest["commissionAsset"] == newest["fee"]["feeCoinId"] == "USDT"
    expected = Decimal(newest["price"]) * Decimal(newest["qty"]) * Decimal("0.0012")
    assert Decimal(newest["commission"]) == Decimal(newest["fee"]["fee"]) == expected
    mine = await desk.read("/api/v1/account/trades", clientOrderId="first")
    assert {row["commissionAsset"] for row in mine} == {"BTC"}
    between = await desk.read("/api/v1/account/trades", fromId=newest["id"], toId=newest["id"])
    assert [row["id"] for row in between] == [newest["id"]]


@pytest.mark.parametrize(
    ("path", "days", "code"),
    [
        ("/api/v1/account/trades", 32, "-2028"),
        ("/api/v1/spot/tradeOrders", 92, "-2029"),
        ("/api/v1/account/balanceFlow", 32, "-2028"),
    ],
)
async def test_history_reaches_so_far(desk, path, days, code):
    now_ms = desk.venue.now_ms
    assert (await desk.get(path, startTime=now_ms - days * DAY_MS)).json()["code"] == code
    wide = await desk.get(path, startTime=now_ms - DAY_MS, endTime=now_ms + 100 * DAY_MS)
    assert wide.json()["code"] == "-2027"


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "many"}, {"startTime": "-1"}, {"fromId": "x"}])
async def test_numbers_must_be_numbers(desk, params):
    assert (await desk.get("/api/v1/account/trades", **params)).json()["code"] == "-1130"


async def test_the_account_shows_what_there_is(desk):
    await desk.place(desk.limit(quantity="0.01"))
    answer = await desk.read("/api/v1/account")
    (usdt,) = answer["balances"]
    assert answer["userId"]
    assert Decimal(usdt["total"]) == 10_000 == Decimal(usdt["free"]) + Decimal(usdt["locked"])
    assert Decimal(usdt["locked"]) > 0

    await desk.place()
    assert {row["asset"] for row in (await desk.read("/api/v1/account"))["balances"]} == {"USDT", "BTC"}


async def test_fees_accounts_and_the_key(desk):
    fees = await desk.read("/api/v1/account/vipInfo")
    assert {row["symbol"] for row in fees["data"]} == {"BTCUSDT", "ETHUSDT", "DOGEUSDT", "LTCUSDT"}
    assert {(row["actualMakerRate"], row["actualTakerRate"]) for row in fees["data"]} == {("0.0012", "0.0012")}
    (account,) = await desk.read("/api/v1/account/type")
    assert (account["accountId"], account["accountType"]) == (desk.venue.account_id, 1)
    assert (await desk.read("/api/v1/account/checkApiKey"))["accountType"] == "Master"


async def test_the_flow_of_coins_adds_up(desk):
    await desk.place()
    rows = await desk.read("/api/v1/account/balanceFlow", limit=10)
    assert [row["flowTypeValue"] for row in rows[:3]] == [2, 1, 1]
    fee = await desk.read("/api/v1/account/balanceFlow", flowType=2, limit=1)
    assert fee == [rows[0]]
    usdt = [row for row in await desk.read("/api/v1/account/balanceFlow", limit=500) if row["coin"] == "USDT"]
    assert sum(Decimal(row["change"]) for row in usdt) == desk.books.holdings["USDT"].total == Decimal(usdt[0]["total"])
