"""The account: netting, margin, liquidation, funding, wallets."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.asyncio
LOT = Decimal("0.001")


def close_to(found, wanted, within="0.000001"):
    return abs(Decimal(found) - wanted) <= Decimal(within)


async def test_position_margin_and_wallet_agree(client):
    await client.place(amount=4, leverage=5)
    position = await client.position()
    assert (position["direction"], position["amount"], position["leverage"]) == ("1", "4", "5")
    entry, margin = Decimal(position["price"]), Decimal(position["margin"])
    assert close_to(margin, 4 * LOT * entry / 5)
    mark = client.exchange.venue.exchange.mark("BTC")
    assert close_to(position["unrlzPnl"], 4 * LOT * (mark - entry))
    wallet = await client.wallet()
    assert close_to(wallet["positionMargin"], margin)
    total = Decimal(wallet["total"])
    assert close_to(total, Decimal(wallet["balance"]) + Decimal(wallet["positionMargin"]))
    assert Decimal(position["liquidationPrice"]) >= 0


async def test_an_opposite_order_reduces_then_turns_the_position(client):
    await client.place(amount=5)
    await client.place(amount=2, direction=-1)
    assert (await client.position())["amount"] == "3"
    await client.place(amount=7, direction=-1)
    position = await client.position()
    assert (position["direction"], position["amount"]) == ("-1", "4")
    await client.place(amount=4)
    assert await client.position() is None
    held = client.exchange.control.state()["positions"]
    assert all(Decimal(row["size"]) == 0 for row in held)
    rounds = await client.data("getContractMyPositions", contractId=101)
    assert len(rounds) == 2
    assert rounds[0]["startTime"] <= rounds[0]["endTime"]
    fills = await client.data("getContractMyTrades", contractId=101)
    realized = sum(Decimal(row["rlzPnl"]) for row in fills)
    assert close_to(realized, sum(Decimal(row["rlzPnl"]) for row in rounds))
    paid = sum(Decimal(row["tradeFee"]) for row in fills)
    assert close_to((await client.wallet())["total"], 1000 + realized - paid)


async def test_a_resting_exit_needs_no_margin_and_opens_when_nothing_is_left(client):
    await client.place(amount=3)
    before = Decimal((await client.wallet())["orderMargin"])
    resting = await client.limit("0.0005", amount=3, direction=-1)
    assert Decimal((await client.wallet())["orderMargin"]) == before == 0
    await client.place(amount=3, direction=-1)  # the position goes another way
    assert await client.position() is None
    for _ in range(120):  # until the market comes by
        if (await client.result(resting))["orderStatus"] == "1":
            break
        client.wait(30)
    position = await client.position()
    assert (position["direction"], position["amount"]) == ("-1", "3")


async def test_leverage_and_mode_come_with_the_order(client):
    await client.place(amount=2, leverage=5)
    await client.place(amount=2, leverage=10)
    assert (await client.position())["leverage"] == "10"  # the newest order that opened some of it
    await client.place(amount=1, leverage=3, direction=-1)
    assert (await client.position())["leverage"] == "10"
    assert await client.code("addContractTrade", **client.order(isCross=-1)) == -102
    await client.place(amount=3, direction=-1)
    await client.place(amount=2, isCross=-1, leverage=4)
    position = await client.position()
    assert (position["isCross"], position["leverage"]) == ("-1", "4")
    liquidation, entry = Decimal(position["liquidationPrice"]), Decimal(position["price"])
    assert entry * Decimal("0.74") < liquidation < entry * Decimal("0.78")  # a quarter of the entry stands behind it


async def test_an_isolated_position_is_liquidated(client):
    await client.place(amount=2, isCross=-1, leverage=20)
    account = client.exchange.venue.exchange
    position = account.net_position("BTC")
    position.open_value *= Decimal("1.06")  # as if it had been bought six percent dearer
    client.wait(1)
    assert await client.position() is None
    forced = list(account.books.orders.values())[-1]
    assert forced.origin.value == "LIQUIDATION"
    (row,) = await client.data("getContractOrderResult", entrustSheetIds=forced.order_id)
    assert (row["direction"], row["orderStatus"]) == ("-1", "1")


async def test_funding_is_paid_at_the_settlement(client):
    await client.place(amount=4)
    rate_before = client.exchange.venue.market.funding_rate("BTC")
    cash = client.exchange.venue.exchange.books.wallet.cash
    client.wait(8 * 3_600)
    books = client.exchange.venue.exchange.books
    funding = [bill for bill in books.bills if bill.kind.value == "position_funding"]
    assert len(funding) == 1
    assert books.wallet.cash == cash + funding[0].amount
    assert rate_before != 0


async def test_the_empty_wallets_and_the_estimates(client):
    account = await client.data("getContractAccountInfo")
    assert [row["coin"] for row in account["balances"]] == ["USDT", "BTC", "ETH"]
    assert all(value == "0" for value in list(account["balances"][1].values())[1:])
    bitcoin = client.exchange.venue.exchange.mark("BTC")
    assert Decimal(account["estimate_BTC"]) == round(1000 / bitcoin, 8)
    assert account["estimate_USDT"] == account["estimate_USD"] == "1000"


async def test_a_person_closes_on_the_page_and_the_organiser_resets(client):
    await client.place(amount=2, direction=-1)
    closed = await client.http.post("/_sim/close", json={"pair": "BTC", "side": "SHORT"})
    assert closed.status_code == 200
    assert await client.position() is None
    assert (await client.http.post("/_sim/close", json={"pair": "BTC", "side": "SHORT"})).status_code == 400
    assert (await client.http.post("/_sim/close", json={"pair": "XYZ", "side": "SHORT"})).status_code == 400
    await client.place(amount=2)
    await client.limit("-0.004")
    assert (await client.http.post("/_sim/reset", json={"balance": "500"})).status_code == 200
    assert (await client.wallet())["total"] == "500"
    assert await client.data("getContractOrder", contractId=101) == []
