"""Account endpoints: balances, settings, leverage, margin, bills (section 5.1)."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.terms import PositionSide

pytestmark = pytest.mark.asyncio
BTC = "cmt_btcusdt"


def leverage(long="10", short="10", mode=1):
    return {"symbol": BTC, "marginMode": mode, "longLeverage": long, "shortLeverage": short}


async def test_assets_add_up_with_an_open_position(client):
    await client.place(size="0.01")
    (assets,) = await client.read("account/assets")
    (long, *_) = await client.read("account/position/singlePosition", symbol=BTC)

    equity, free = Decimal(assets["equity"]), Decimal(assets["available"])
    fee = Decimal(long["open_fee"])
    assert assets["coinName"] == "USDT"
    assert equity == 1000 - fee + Decimal(assets["unrealizePnl"])
    assert abs(equity - free - Decimal(long["open_value"]) / 20) < Decimal("1E-6")
    assert Decimal(long["unrealizePnl"]) == Decimal(assets["unrealizePnl"])


async def test_settings_and_leverage(client):
    before = await client.read("account/settings", symbol=BTC)
    answer = (await client.post("account/leverage", leverage())).json()
    after = await client.read("account/settings")

    assert before == {
        BTC: {
            "isolated_long_leverage": "20.00",
            "isolated_short_leverage": "20.00",
            "cross_leverage": "20.00",
        }
    }
    assert (answer["code"], answer["msg"], set(answer)) == ("200", "success", {"code", "msg", "requestTime"})
    assert after[BTC]["cross_leverage"] == "10.00"
    assert after["cmt_ethusdt"]["cross_leverage"] == "20.00"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (leverage("401", "401"), "50007"),
        (leverage("10", "5"), "40020"),
        (leverage(mode=3), "40020"),
        (leverage("2.5", "2.5"), "40020"),
        ({"symbol": BTC, "marginMode": 1, "longLeverage": "5"}, "40019"),
    ],
)
async def test_refused_leverages(client, body, code):
    assert (await client.refused("account/leverage", body))[1] == code


async def test_leverage_is_locked_while_orders_are_open(client):
    order_id = await client.place(match_price="0", price=client.price(off="-0.005"))
    _, code, message = await client.refused("account/leverage", leverage())
    await client.post("order/cancel_order", {"orderId": order_id})
    answer = (await client.post("account/leverage", leverage())).json()

    assert code == "40015"
    assert "open orders" in message
    assert answer["code"] == "200"


async def test_leverage_applies_to_the_position_held(client):
    await client.place(size="0.01")
    await client.post("account/leverage", leverage("5", "5"))
    (long, *_) = await client.read("account/position/singlePosition", symbol=BTC)
    _, code, _ = await client.refused("account/leverage", leverage("0.5", "0.5"))
    too_low = await client.refused("order/placeOrder", client.order(size="0.1"))

    assert long["leverage"] == "5.00"
    assert code == "40020"
    assert too_low[1] == "40015"


async def test_hold_model_changes_only_when_flat(client):
    isolated = {"symbol": BTC, "marginMode": 3, "separatedMode": 1}
    await client.place(size="0.001")
    _, code, message = await client.refused("account/position/changeHoldModel", isolated)
    await client.place(type="3", size="0.001")
    answer = (await client.post("account/position/changeHoldModel", isolated)).json()
    account = await client.read("account/getAccount", coin="USDT")

    assert code == "40015"
    assert message.startswith("FAILED_PRECONDITION")
    assert answer["code"] == "200"
    modes = {row["symbol"]: row for row in account["account"]["modeSetting"]}
    assert modes[BTC] == {
        "symbol": BTC,
        "marginMode": "ISOLATED",
        "separatedMode": "COMBINED",
        "positionMode": "HEDGE",
    }
    assert modes["cmt_ethusdt"]["marginMode"] == "SHARED"


async def test_isolated_margin_can_be_moved(client):
    await client.post("account/position/changeHoldModel", {"symbol": BTC, "marginMode": 3})
    await client.place(size="0.001", marginMode=3)
    position = client.exchange.exchange.books.position("BTC", PositionSide.LONG)
    before = position.isolated_margin
    move = {"coinId": 2, "isolatedPositionId": int(position.position_id), "collateralAmount": "10"}
    answer = (await client.post("account/adjustMargin", move)).json()
    _, code, _ = await client.refused("account/adjustMargin", move | {"collateralAmount": "-11"})
    (shown, *_) = await client.read("account/position/singlePosition", symbol=BTC)

    assert answer["code"] == "200"
    assert position.isolated_margin == before + 10
    assert code == "40015"
    assert (shown["margin_mode"], Decimal(shown["isolated_margin"])) == ("ISOLATED", before + 10)
    assert Decimal(shown["liquidatePrice"]) > 0


async def test_the_two_account_endpoints_spell_two_keys_differently(client):
    one = await client.read("account/getAccount", coin="USDT")
    many = await client.read("account/getAccounts")

    assert one["collateral"] == many["collateral"]
    assert one["collateral"][0]["amount"] == "1000"
    assert "separatedMode" in one["account"]["modeSetting"][0]
    assert "separatedModeEnum" in many["account"]["modeSetting"][0]
    assert one["account"]["feeSetting"][0]["taker_fee_rate"] == "0.0008"


async def test_bills_explain_the_cash(client):
    await client.place(size="0.001")
    await client.place(type="3", size="0.001")
    answer = (await client.post("account/bills", {"limit": 100})).json()
    opened = (await client.post("account/bills", {"businessType": "position_open_long"})).json()
    first = (await client.post("account/bills", {"limit": 1})).json()

    rows = answer["items"]
    assert answer["hasNextPage"] is False
    assert first["hasNextPage"] is True
    assert sum(Decimal(row["amount"]) for row in rows) == client.exchange.exchange.books.wallet.cash
    assert Decimal(rows[0]["balance"]) == client.exchange.exchange.books.wallet.cash
    assert rows[-1]["businessType"] == "deposit"
    assert {row["businessType"] for row in opened["items"]} == {"position_open_long"}
    assert "ctime" in rows[0]


async def test_funding_is_paid_at_the_settlement(client):
    await client.place(size="0.01")
    due_ms = client.exchange.venue.market.next_funding_ms
    client.wait((due_ms - client.exchange.venue.clock.now_ms()) / 1000 + 1)
    rows = (await client.post("account/bills", {"businessType": "position_funding"})).json()["items"]
    (settled,) = await client.public("getHistoryFundRate", symbol=BTC, limit=1)
    (long, *_) = await client.read("account/position/singlePosition", symbol=BTC)

    assert len(rows) == 1
    assert settled["fundingTime"] == due_ms
    paid = -Decimal(rows[0]["amount"])
    assert Decimal(long["funding_fee"]) == paid
    notional = Decimal("0.01") * client.exchange.exchange.mark("BTC")
    assert paid != 0
    assert abs(paid / notional - Decimal(settled["fundingRate"])) < Decimal("1E-6")
