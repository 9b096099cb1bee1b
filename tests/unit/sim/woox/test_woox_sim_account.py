"""Balances, positions, leverage, modes and funding, against the exchange's own books."""

from decimal import Decimal

import pytest
from woox_desk import BTC

from terminal.sim.exchange.terms import BillKind, MarginMode

pytestmark = pytest.mark.asyncio
ETH = "PERP_ETH_USDT"


async def positions(client, **params):
    return (await client.ok("GET", "futures/positions", **params))["positions"]


async def test_the_balance_is_the_cash_and_what_is_left_of_it(client):
    before = (await client.ok("GET", "asset/balances"))["holding"]
    await client.place(quantity="0.02")
    (after,) = (await client.ok("GET", "asset/balances"))["holding"]

    assert [(row["token"], row["holding"], row["availableBalance"]) for row in before] == [("USDT", 1000, 1000)]
    assert after["holding"] == float(client.books.wallet.cash) < 1000
    assert after["availableBalance"] == pytest.approx(float(client.exchange.exchange.margin.available()))
    assert after["availableBalance"] < after["holding"] - 80


async def test_account_info(client):
    await client.place(quantity="0.02")
    info = await client.ok("GET", "account/info")
    margin = client.exchange.exchange.margin
    assert (info["accountMode"], info["positionMode"]) == ("FUTURES", "ONE_WAY")
    assert Decimal(info["totalAccountValue"]) == Decimal(info["totalCollateral"]) == margin.equity()
    assert Decimal(info["freeCollateral"]) == margin.available()


async def test_a_position_is_signed(client):
    assert await positions(client) == []
    await client.place(quantity="0.002")
    await client.place(symbol=ETH, side="SELL", quantity="0.05")
    await client.resting(off="-0.02")
    long, short = await positions(client)
    kept = next(client.books.held("BTC"))

    assert (long["symbol"], long["holding"], long["positionSide"], long["leverage"]) == (BTC, "0.002", "BOTH", 20)
    assert Decimal(long["averageOpenPrice"]) == kept.open_value / kept.size
    assert (long["pendingLongQty"], long["pendingShortQty"], long["marginMode"]) == ("0.001", "0", "CROSS")
    assert Decimal(long["fee24H"]) == client.books.fills[0].fee
    assert (short["symbol"], short["holding"]) == (ETH, "-0.05")
    assert await positions(client, symbol=ETH) == [short]
    assert await positions(client, symbol="PERP_XRP_USDT") == []


async def test_closing_realises_what_the_prices_make(client):
    await client.place(quantity="0.002")
    client.wait(30)
    await client.place(side="SELL", quantity="0.002")
    bought, sold = client.books.fills
    gain = sold.value - bought.value
    order = (await client.ok("GET", "trade/orders", side="SELL"))["rows"][0]

    assert Decimal(str(order["realizedPnl"])) == gain
    assert client.books.wallet.cash == 1000 + gain - bought.fee - sold.fee
    assert await positions(client) == []


async def test_leverage_is_read_and_set(client):
    path = "futures/leverage"
    before = await client.ok("GET", path, symbol=BTC, marginMode="CROSS")
    await client.ok("PUT", path, {"symbol": BTC, "marginMode": "CROSS", "leverage": 7})
    after = await client.ok("GET", path, symbol=BTC)
    await client.place()

    assert before["details"] == [{"positionSide": "BOTH", "leverage": 20}]
    assert (after["marginMode"], after["positionMode"]) == ("CROSS", "ONE_WAY")
    assert after["details"] == [{"positionSide": "BOTH", "leverage": 7}]
    assert (await positions(client))[0]["leverage"] == 7


async def test_leverage_may_change_while_cross_orders_are_open(client):
    order_id = await client.resting()
    await client.ok("PUT", "futures/leverage", {"symbol": BTC, "marginMode": "CROSS", "leverage": 5})
    assert (await client.shown(order_id))["leverage"] == 20


@pytest.mark.parametrize("figure", [0, 101, -3, "2.5"])
async def test_leverage_that_is_none(client, figure):
    body = {"symbol": BTC, "marginMode": "CROSS", "leverage": figure}
    assert await client.refused("PUT", "futures/leverage", body) == (400, 302306)


async def test_leverage_is_for_contracts(client):
    assert await client.refused("GET", "futures/leverage", symbol="SPOT_BTC_USDT") == (400, -1005)


async def test_isolated_leverage_of_each_side(client):
    await client.ok("PUT", "futures/positionMode", {"positionMode": "HEDGE_MODE"})
    body = {"symbol": BTC, "marginMode": "ISOLATED", "leverage": 3}
    await client.ok("PUT", "futures/leverage", body | {"positionSide": "LONG"})
    read = await client.ok("GET", "futures/leverage", symbol=BTC, marginMode="ISOLATED")
    await client.place(positionSide="LONG", marginMode="ISOLATED")
    await client.resting(positionSide="LONG", marginMode="ISOLATED")
    busy = await client.refused("PUT", "futures/leverage", body)

    assert read["details"] == [{"positionSide": "LONG", "leverage": 3}, {"positionSide": "SHORT", "leverage": 20}]
    assert (await positions(client))[0]["marginMode"] == "ISOLATED"
    assert busy == (400, 302189)


async def test_the_margin_mode_comes_with_the_order_while_the_pair_rests(client):
    await client.place(marginMode="ISOLATED")
    assert client.books.leverage["BTC"].mode is MarginMode.ISOLATED
    assert await client.not_placed(marginMode="CROSS") == (400, -1005)
    await client.place(side="SELL", reduceOnly=True)  # who does not name a mode keeps it
    await client.place(marginMode="CROSS")
    assert client.books.leverage["BTC"].mode is MarginMode.CROSS


async def test_the_position_mode_changes_while_nothing_is_held(client):
    path, hedge = "futures/positionMode", {"positionMode": "HEDGE_MODE"}
    await client.resting()
    assert await client.refused("PUT", path, hedge) == (400, 302126)
    await client.ok("DELETE", "trade/allOrders")
    assert await client.ok("PUT", path, hedge) is None
    assert (await client.ok("GET", "account/info"))["positionMode"] == "HEDGE_MODE"
    assert await client.refused("PUT", path, {"positionMode": "BOTH"}) == (400, -1005)


async def test_funding_paid_is_listed(client):
    await client.place(quantity="0.02")
    client.wait((client.exchange.venue.market.next_funding_ms - client.exchange.venue.now_ms) / 1000 + 1)
    answer = await client.ok("GET", "futures/fundingFee/history", symbol=BTC)
    (row,) = answer["rows"]
    (bill,) = [bill for bill in client.books.bills if bill.kind is BillKind.FUNDING]
    past = (await client.public("fundingRateHistory", symbol=BTC, size=1)).json()["data"]["rows"][0]

    assert Decimal(row["fundingFee"]) == abs(bill.amount)
    assert row["paymentType"] == ("Pay" if bill.amount < 0 else "Receive")
    assert (row["createdTime"], row["markPrice"]) == (past["fundingRateTimestamp"], past["markPrice"])
    assert Decimal(str(row["fundingRate"])) == Decimal(past["fundingRate"])
    assert (await client.ok("GET", "futures/fundingFee/history", symbol=ETH))["rows"] == []


async def test_liquidation_closes_what_the_margin_no_longer_covers(client):
    await client.ok("PUT", "futures/leverage", {"symbol": BTC, "marginMode": "CROSS", "leverage": 100})
    await client.place(quantity="0.5")
    client.books.wallet.cash -= 900
    client.wait(1)
    assert await positions(client) == []
    assert client.books.wallet.cash >= 0


async def test_a_person_closes_a_position_by_hand(client):
    await client.place(quantity="0.002")
    answer = await client.http.post("/_sim/close", json={"pair": "BTC", "side": "LONG"})
    assert answer.status_code == 200
    assert await positions(client) == []


async def test_the_reset_starts_over(client):
    await client.place(quantity="0.002")
    await client.resting()
    state = (await client.http.post("/_sim/reset", json={"balance": "500"})).json()
    assert Decimal(state["wallet"]["cash"]) == 500
    assert (await client.ok("GET", "trade/orders", status="INCOMPLETE"))["rows"] == []
    assert await positions(client) == []
