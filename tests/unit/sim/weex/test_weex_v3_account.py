"""v3's account: balance, settings, margin, income, positions (section 5.2)."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.terms import MarginMode, PositionSide

pytestmark = pytest.mark.asyncio
ETH = "ETHUSDT"


def setting(client, pair="BTC"):
    return client.exchange.exchange.books.leverage[pair]


async def isolated_position(client):
    """An isolated long in ETH; returns its id."""
    await client.v3_ok("POST", "account/marginType", {"symbol": ETH, "marginType": "ISOLATED"})
    await client.v3_place(symbol=ETH, quantity="0.1")
    return client.exchange.exchange.books.position("ETH", PositionSide.LONG)


async def test_balance_keeps_unrealised_profit_apart(client):
    await client.v3_place(quantity="0.01")
    client.wait(5)
    (row,) = await client.v3_ok("GET", "account/balance")
    books, margin = client.exchange.exchange.books, client.exchange.exchange.margin

    assert set(row) == {"asset", "balance", "availableBalance", "frozen", "unrealizePnl"}
    assert row["asset"] == "USDT"
    assert Decimal(row["balance"]) == books.wallet.cash < 1000
    assert Decimal(row["availableBalance"]) == margin.available()
    assert Decimal(row["balance"]) + Decimal(row["unrealizePnl"]) == margin.equity()


async def test_commission_rate(client):
    assert await client.v3_ok("GET", "account/commissionRate", symbol="DOGEUSDT") == {
        "symbol": "DOGEUSDT",
        "makerCommissionRate": "0.0002",
        "takerCommissionRate": "0.0008",
    }


async def test_account_config_says_hedge(client):
    config = await client.v3_ok("GET", "account/accountConfig")

    assert config["canTrade"] is True
    assert config["dualSidePosition"] is True
    assert set(config) == {"canTrade", "canDeposit", "canWithdraw", "dualSidePosition", "updateTime"}


async def test_symbol_config_of_one_and_of_all(client):
    assert await client.v3_ok("GET", "account/symbolConfig", symbol=ETH) == [
        {
            "symbol": ETH,
            "marginType": "CROSSED",
            "separatedType": "COMBINED",
            "crossLeverage": "20.00",
            "isolatedLongLeverage": "20.00",
            "isolatedShortLeverage": "20.00",
        }
    ]
    assert len(await client.v3_ok("GET", "account/symbolConfig")) == 8


@pytest.mark.parametrize("figure", [7, "7", 7.0])
async def test_cross_leverage_is_set_and_echoed(client, figure):
    answer = await client.v3_ok("POST", "account/leverage", {"symbol": "BTCUSDT", "crossLeverage": figure})

    assert answer == {
        "symbol": "BTCUSDT",
        "marginType": "CROSSED",
        "crossLeverage": "7",
        "isolatedLongLeverage": "0",
        "isolatedShortLeverage": "0",
    }
    assert setting(client).cross == 7


async def test_isolated_leverage_by_side(client):
    await client.v3_ok("POST", "account/marginType", {"symbol": "BTCUSDT", "marginType": "ISOLATED"})
    answer = await client.v3_ok(
        "POST", "account/leverage", {"symbol": "BTCUSDT", "marginType": "ISOLATED", "isolatedLongLeverage": "5"}
    )

    assert (answer["isolatedLongLeverage"], answer["isolatedShortLeverage"]) == ("5", "20")
    assert (setting(client).isolated_long, setting(client).isolated_short) == (5, 20)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"crossLeverage": "401"}, 400, -3313),
        ({"crossLeverage": "0"}, 400, -3313),
        ({"crossLeverage": "2.5"}, 400, -1142),
        ({}, 400, -1141),
        ({"marginType": "ISOLATED"}, 400, -1141),
        ({"marginType": "ISOLATED", "isolatedLongLeverage": "5"}, 400, -1142),  # another mode is in force
        ({"isolatedLongLeverage": "5"}, 400, -1142),
        ({"marginType": "CROSS", "crossLeverage": "5"}, 400, -1142),
        ({"symbol": "PEPEUSDT", "crossLeverage": "5"}, 400, -1121),
        ({"symbol": "SUIUSDT", "crossLeverage": "5"}, 400, -1058),
    ],
)
async def test_refused_leverage(client, body, status, code):
    assert (await client.v3_refused("POST", "account/leverage", {"symbol": "BTCUSDT"} | body))[:2] == (status, code)
    assert setting(client).cross == 20


async def test_leverage_is_locked_by_open_orders(client):
    await client.v3_place(type="LIMIT", timeInForce="GTC", price=client.price(off="-0.005"))
    status, code, message = await client.v3_refused(
        "POST", "account/leverage", {"symbol": "BTCUSDT", "crossLeverage": "5"}
    )

    assert (status, code) == (500, -1054)
    assert "open orders" in message


async def test_margin_type_changes_when_flat_only(client):
    body = {"symbol": "BTCUSDT", "marginType": "ISOLATED"}
    done = await client.v3_ok("POST", "account/marginType", body)
    assert done == {"code": "200", "msg": "success", "requestTime": client.exchange.venue.clock.shown_ms()}
    assert setting(client).mode is MarginMode.ISOLATED

    await client.v3_place()
    assert await client.v3_ok("POST", "account/marginType", body)  # what is in force may be asked for at any time
    status, code, _ = await client.v3_refused("POST", "account/marginType", body | {"marginType": "CROSSED"})
    assert (status, code) == (500, -1054)


async def test_only_combined_positions_exist(client):
    body = {"symbol": "BTCUSDT", "marginType": "CROSSED", "separatedType": "SEPARATED"}
    status, code, message = await client.v3_refused("POST", "account/marginType", body)

    assert (status, code) == (500, -1054)
    assert "'SEPARATED' separated mode" in message


async def test_margin_moves_into_an_isolated_position_and_out(client):
    position = await isolated_position(client)
    before = position.isolated_margin
    body = {"isolatedPositionId": int(position.position_id), "amount": "10", "type": 1}
    assert (await client.v3_ok("POST", "account/positionMargin", body))["code"] == "200"
    assert position.isolated_margin == before + 10

    await client.v3_ok("POST", "account/positionMargin", body | {"amount": "4", "type": "2"})
    assert position.isolated_margin == before + 6

    status, code, message = await client.v3_refused("POST", "account/positionMargin", body | {"amount": "5000"})
    assert (status, code) == (500, -1054)
    assert "amount not enough" in message


@pytest.mark.parametrize("change", [{"amount": "-1"}, {"amount": "0"}, {"type": 3}])
async def test_margin_moves_need_an_amount_and_a_direction(client, change):
    position = await isolated_position(client)
    body = {"isolatedPositionId": position.position_id, "amount": "1", "type": 1} | change
    assert (await client.v3_refused("POST", "account/positionMargin", body))[1] == -1142


async def test_auto_append(client):
    position = await isolated_position(client)
    body = {"positionId": int(position.position_id), "autoAppendMargin": True}
    assert (await client.v3_ok("POST", "account/modifyAutoAppendMargin", body))["msg"] == "success"
    assert position.auto_append is True
    assert (await client.v3_refused("POST", "account/modifyAutoAppendMargin", body | {"positionId": 1}))[1] == -3200


async def test_positions_show_what_is_held_and_nothing_else(client):
    await client.v3_place(quantity="0.002")
    await client.v3_place(quantity="0.001", side="SELL", positionSide="SHORT")
    rows = await client.v3_ok("GET", "account/position/allPosition")
    long = next(row for row in rows if row["side"] == "LONG")
    position = client.exchange.exchange.books.position("BTC", PositionSide.LONG)

    assert {row["side"] for row in rows} == {"LONG", "SHORT"}
    assert long["id"] == int(position.position_id)
    assert (long["symbol"], long["asset"], long["marginType"]) == ("BTCUSDT", "USDT", "CROSSED")
    assert (long["size"], long["leverage"]) == ("0.002", "20.00")
    assert Decimal(long["openValue"]) == position.open_value
    assert Decimal(long["unrealizePnl"]) == client.exchange.exchange.margin.unrealized_of(position)
    assert set(long) == {
        *("id", "asset", "symbol", "side", "marginType", "separatedMode", "separatedOpenOrderId", "leverage", "size"),
        *("openValue", "openFee", "fundingFee", "marginSize", "isolatedMargin", "isAutoAppendIsolatedMargin"),
        *("cumOpenSize", "cumOpenValue", "cumOpenFee", "cumCloseSize", "cumCloseValue", "cumCloseFee"),
        *("cumFundingFee", "cumLiquidateFee", "createdMatchSequenceId", "updatedMatchSequenceId"),
        *("createdTime", "updatedTime", "unrealizePnl", "liquidatePrice"),
    }

    await client.v3_ok("POST", "closePositions", {"symbol": "BTCUSDT"})
    assert await client.v3_ok("GET", "account/position/singlePosition", symbol="BTCUSDT") == []


async def test_income_is_the_bills(client):
    await client.v3_place()
    answer = await client.v3_ok("POST", "account/income", {"limit": 1, "incomeType": "position_open_long"})
    (item,) = answer["items"]
    bill = client.exchange.exchange.books.bills[-1]

    assert (answer["hasNextPage"], answer["nextKey"]) == (False, None)
    assert item == {
        "billId": int(bill.bill_id),
        "asset": "USDT",
        "symbol": "BTCUSDT",
        "income": f"{bill.amount.normalize():f}",
        "incomeType": "position_open_long",
        "balance": f"{bill.balance.normalize():f}",
        "fillFee": f"{bill.fee.normalize():f}",
        "time": bill.created_ms,
        "transferReason": "UNKNOWN_TRANSFER_REASON",
    }
    all_of_it = await client.v3_ok("POST", "account/income", {})
    assert [row["incomeType"] for row in all_of_it["items"]] == ["position_open_long", "deposit"]
    assert all_of_it["items"][-1]["symbol"] is None


async def test_income_times_only_work_as_a_pair(client):
    now_ms = client.exchange.venue.clock.now_ms()
    day_ms = 86_400_000
    both = {"startTime": now_ms - day_ms, "endTime": now_ms}
    assert len((await client.v3_ok("POST", "account/income", both))["items"]) == 1
    for body, code in (
        ({"startTime": now_ms}, -1142),
        ({"endTime": now_ms}, -1142),
        ({"startTime": now_ms, "endTime": now_ms - 1}, -1171),
        ({"startTime": now_ms - 101 * day_ms, "endTime": now_ms}, -1170),
        ({"limit": 101}, -1140),
    ):
        assert (await client.v3_refused("POST", "account/income", body))[1] == code
