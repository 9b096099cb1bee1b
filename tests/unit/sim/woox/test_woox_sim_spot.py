"""Spot orders: coins instead of positions, and the one USDT that contracts and coins share."""

from decimal import Decimal

import pytest
from woox_desk import BTC, SPOT_BTC

pytestmark = pytest.mark.asyncio


def spot(**changes):
    return {"symbol": SPOT_BTC} | changes


async def coins(client):
    rows = (await client.ok("GET", "asset/balances"))["holding"]
    return {row["token"]: row for row in rows}


async def test_buying_for_an_amount(client):
    body = client.order(**spot(quantity=None, amount="100"))
    order_id = (await client.ok("POST", "trade/order", body))["orderId"]
    shown = await client.shown(order_id)
    fills = [fill for fill in client.exchange.venue.spot.fills() if fill.order_id == order_id]
    held = await coins(client)
    spent = sum(fill.size * fill.price for fill in fills)
    got = sum(fill.size - fill.fee for fill in fills)

    assert (shown["status"], shown["symbol"], shown["feeAsset"]) == ("FILLED", SPOT_BTC, "BTC")
    assert Decimal(90) < spent <= 100
    assert Decimal(str(held["BTC"]["holding"])) == got
    assert Decimal(str(held["USDT"]["holding"])) == 1000 - spent
    assert got == sum(fill.size for fill in fills) * (1 - Decimal("0.0006"))
    assert (await client.ok("GET", "futures/positions"))["positions"] == []


async def test_selling_pays_its_fee_in_what_it_brings(client):
    await client.place(**spot(quantity=None, amount="200"))
    before = client.books.wallet.cash
    order_id = await client.place(**spot(side="SELL", quantity="0.001"))
    shown = await client.shown(order_id)
    value = Decimal(str(shown["averageExecutedPrice"])) * Decimal("0.001")

    assert (shown["status"], shown["feeAsset"], shown["realizedPnl"]) == ("FILLED", "USDT", None)
    assert client.books.wallet.cash == before + value * (1 - Decimal("0.0006"))


async def test_a_resting_order_locks_what_it_may_spend(client):
    price = client.price(off="-0.01")
    order_id = await client.place(**spot(type="LIMIT", price=price, quantity="0.002"))
    locked = (await coins(client))["USDT"]
    cost = Decimal(price) * Decimal("0.002")
    await client.ok("DELETE", "trade/order", orderId=order_id, symbol=SPOT_BTC)
    free = (await coins(client))["USDT"]

    assert (locked["holding"], locked["frozen"]) == (1000, float(cost))
    assert locked["availableBalance"] == float(1000 - cost)
    assert (free["frozen"], free["availableBalance"]) == (0, 1000)
    assert (await client.shown(order_id))["status"] == "CANCELLED"


async def test_contracts_and_coins_spend_the_same_money(client):
    await client.place(quantity="0.2")  # 18,000 USDT of contracts on 900 of margin
    assert await client.not_placed(**spot(quantity=None, amount="200")) == (400, 302154)
    await client.place(**spot(quantity=None, amount="80"))
    assert await client.not_placed(quantity="0.01") == (400, 302170)


async def test_a_strangers_order_fills_a_resting_one(client):
    order_id = await client.place(**spot(type="LIMIT", price=client.price(off="-0.0002"), quantity="0.001"))
    for _ in range(400):
        client.wait(1)
        if (await client.shown(order_id))["status"] == "FILLED":
            break
    shown = await client.shown(order_id)
    assert shown["status"] == "FILLED"
    assert shown["totalFee"] == 0  # a maker pays nothing
    assert (await coins(client))["BTC"]["holding"] == 0.001


async def test_own_orders_of_both_products_may_meet(client):
    order_id = await client.place(type="LIMIT", price=client.price(off="0"), quantity="0.002")
    await client.place(**spot(quantity=None, amount="300"))
    sold = await client.place(**spot(side="SELL", type="IOC", price=client.price(off="-0.001"), quantity="0.003"))
    client.wait(0.1)
    assert (await client.shown(sold))["status"] == "FILLED"
    assert (await client.shown(order_id))["executed"] > 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": "0.001"}, -1012),
        ({"quantity": None, "side": "SELL", "amount": "100"}, 302150),
        ({"quantity": None, "amount": "0"}, -1005),
        ({"quantity": None, "amount": "0.5"}, -1102),
        ({"quantity": None, "amount": "2000"}, 302154),
        ({"side": "SELL", "quantity": "0.001"}, 302154),
        ({"type": "LIMIT", "price": "100000000"}, -1105),
        ({"type": "POST_ONLY", "price": "94000"}, -1012),
        ({"positionSide": "LONG", "side": "SELL"}, 302186),
    ],
)
async def test_refusals(client, changes, code):
    assert await client.not_placed(**spot(**changes)) == (400, code)
    assert not client.exchange.venue.spot.books.orders


async def test_spot_orders_stand_in_the_same_lists(client):
    bought = await client.place(**spot(quantity=None, amount="100", clientOrderId=4))
    contract = await client.place(clientOrderId=3)
    rows = (await client.ok("GET", "trade/orders"))["rows"]
    fills = (await client.ok("GET", "trade/transactionHistory"))["rows"]

    assert {row["orderId"] for row in rows} == {bought, contract}
    assert {row["symbol"] for row in fills} == {SPOT_BTC, BTC}
    assert (await client.ok("GET", "trade/order", clientOrderId=4))["orderId"] == bought
    assert await client.not_placed(clientOrderId=4) == (400, -1007)
    assert await client.not_placed(**spot(quantity=None, amount="100", clientOrderId=3)) == (400, -1007)
    assert await client.refused("PUT", "trade/order", {"orderId": bought, "price": "90000"}) == (400, 302177)


async def test_a_person_sells_a_coin_by_hand_and_the_reset_takes_coins_out(client):
    await client.place(**spot(quantity=None, amount="200"))
    for asked, status in (({"pair": "ETH"}, 400), ({"pair": "BTC", "side": "LONG"}, 200), ({"pair": "BTC"}, 400)):
        assert (await client.http.post("/_sim/close", json=asked)).status_code == status
    left = (await coins(client))["BTC"]["holding"]
    assert left < 0.0001
    await client.http.post("/_sim/reset", json={"balance": "1000"})
    assert [(row["token"], row["holding"]) for row in (await coins(client)).values()] == [("USDT", 1000)]


async def test_the_value_of_the_account_counts_coins(client):
    before = Decimal((await client.ok("GET", "account/info"))["totalAccountValue"])
    await client.place(**spot(quantity=None, amount="500"))
    after = Decimal((await client.ok("GET", "account/info"))["totalAccountValue"])
    assert before == 1000
    assert 990 < after < 1000
