"""Endpoints without a verb at the port, and what every endpoint costs."""

from decimal import Decimal

import pytest
from weex_kit import sent, speaking, terms

from terminal.domain.account import MarginMode
from terminal.net.limiter import Cost
from terminal.venues.weex.mapper.v2.account import mode_from
from terminal.venues.weex.mapper.v2.bodies import BodiesV2
from terminal.venues.weex.rest.v2.endpoints import V2
from terminal.venues.weex.rest.v3.endpoints import V3

pytestmark = pytest.mark.asyncio
BTC2, BTC3 = "cmt_btcusdt", "BTCUSDT"


async def test_v2_market_reads():
    async with speaking("v2") as (adapter, venue):
        market = adapter._desk.dialect.market.rest
        (ticker,) = await market.tickers()
        assert (ticker.best_bid, ticker.best_ask) == (Decimal("90000.4"), Decimal("90000.6"))
        assert (await market.index(BTC2, "MARK")).index == Decimal("90001.2")
        assert sent(venue.requests[-1])[2] == {"symbol": BTC2, "priceType": "MARK"}
        await market.candles(BTC2, "1m", 5000, "INDEX")
        assert sent(venue.requests[-1])[2] == {
            "symbol": BTC2,
            "granularity": "1m",
            "limit": "1000",
            "priceType": "INDEX",
        }


async def test_v2_account_reads_and_margin():
    async with speaking("v2") as (adapter, venue):
        account = adapter._desk.dialect.account.rest
        assert mode_from(await account.get_accounts(), "cmt_ethusdt").value == "ISOLATED"
        await account.adjust_margin("689987235755328154", Decimal("-5.5"))
        assert sent(venue.requests[-1])[2] == {"isolatedPositionId": 689987235755328154, "collateralAmount": "-5.5"}
        await account.modify_auto_append_margin("689987235755328154", enabled=True)
        assert sent(venue.requests[-1])[2] == {"positionId": 689987235755328154, "autoAppendMargin": True}


async def test_v2_batches_fail_row_by_row():
    async with speaking("v2") as (adapter, venue):
        orders = adapter._desk.dialect.orders
        bodies = [BodiesV2().place(name, terms()) for name in ("a1", "a2")]
        placed, refused = await orders.rest.batch_orders(BTC2, bodies)
        assert (placed.result, placed.order_id) == (True, "596471064624628269")
        assert (refused.result, refused.error_code) == (False, "40015")
        body = sent(venue.requests[-1])[2]
        assert body["symbol"] == BTC2
        assert [set(row) & {"symbol", "client_oid"} for row in body["orderDataList"]] == [{"client_oid"}] * 2
        isolated = BodiesV2({"BTC-PERP": MarginMode.ISOLATED})
        await orders.rest.batch_orders(BTC2, [isolated.place("a1", terms())])
        body = sent(venue.requests[-1])[2]
        assert (body["marginMode"], "marginMode" in body["orderDataList"][0]) == (3, False)
        done, late = await orders.rest.cancel_batch_orders(["596471064624628269", "596471064624628270"])
        assert (done.result, late.result, late.err_msg) == (True, False, "order is final")
        page = await orders.trigger_rest.history_plan(BTC2, 1, 2)
        assert (len(page.list), page.next_page) == (2, False)


async def test_v3_market_reads():
    async with speaking("v3") as (adapter, venue):
        market = adapter._desk.dialect.market.rest
        (quote,) = await market.book_ticker(BTC3)
        assert (quote.bid_price, quote.ask_size) == (Decimal("90000.0"), Decimal("0.25"))
        assert (await market.symbol_price(BTC3, "INDEX")).price == Decimal("90001.2")
        for price_type in ("index", "mark"):
            assert len(await market.price_klines(price_type, BTC3, "1m", 3)) == 3
            assert sent(venue.requests[-1])[1] == f"market/{price_type}PriceKlines"
        assert await market.api_trading_symbols() == ["BTCUSDT", "ETHUSDT"]


async def test_v3_account_reads_and_margin():
    async with speaking("v3") as (adapter, venue):
        account = adapter._desk.dialect.account.rest
        assert (await account.commission_rate(BTC3)).taker == Decimal("0.0008")
        assert (await account.account_config()).can_trade
        (position,) = await account.single_position(BTC3)
        assert position.size == Decimal("0.0020")
        for amount, kind in ((Decimal("5.5"), 1), (Decimal("-5.5"), 2)):
            await account.position_margin("1", amount)
            assert sent(venue.requests[-1])[2] == {"isolatedPositionId": 1, "amount": "5.5", "type": kind}
        await account.modify_auto_append_margin("1", enabled=False)
        assert sent(venue.requests[-1])[2] == {"positionId": 1, "autoAppendMargin": False}


async def test_v3_batch_cancel_answers_bare_or_under_a_name():
    async with speaking("v3") as (adapter, venue):
        orders = adapter._desk.dialect.orders
        assert await orders.rest.cancel_batch_orders(["1", "2"]) == [True, False]
        assert sent(venue.requests[-1]) == ("DELETE", "batchOrders", {"orderIdList": ["1", "2"]})
        page = await orders.trigger_rest.all_algo_orders(BTC3, 1, 2)
        assert (page.orders[0].status, page.has_more) == ("TRIGGERED", False)
    async with speaking("v3", batchOrders_cancel=[{"orderId": 1, "success": True}]) as (adapter, _):
        assert await adapter._desk.dialect.orders.rest.cancel_batch_orders(["1"]) == [True]


WEIGHTS_V2 = {
    "GET market/tickers": Cost(40),
    "GET market/depth": Cost(1),
    "GET account/assets": Cost(5, 10),
    "GET account/position/allPosition": Cost(10, 15),
    "POST account/position/changeHoldModel": Cost(20, 50),
    "POST order/placeOrder": Cost(2, 5, order_call=True),
    "POST order/cancel_plan": Cost(2, 3, order_call=True),
    "POST order/cancelAllOrders": Cost(40, 50),
    "GET order/historyPlan": Cost(5, 10),
}
WEIGHTS_V3 = {
    "GET market/ticker/24hr": Cost(40),
    "GET market/trades": Cost(5),
    "POST order": Cost(5, 5, order_call=True),
    "DELETE order": Cost(3, 3, order_call=True),
    "POST account/marginType": Cost(50, 50),
    "GET openOrders": Cost(10, 10),
    "POST closePositions": Cost(50, 50),
}


@pytest.mark.parametrize(("table", "weights"), [(V2, WEIGHTS_V2), (V3, WEIGHTS_V3)], ids=["v2", "v3"])
async def test_weights(table, weights):
    assert {name: table.costs[name] for name in weights} == weights


@pytest.mark.parametrize(("version", "used"), [("v2", 5), ("v3", 5)])
async def test_a_call_spends_its_weight(version, used):
    async with speaking(version) as (adapter, _):
        order = adapter.prepare_order("a" * 32, terms())
        await adapter.sync_clock()
        before = adapter._desk.limiter._uid.window.used
        await adapter.submit_order(order)
        assert adapter._desk.limiter._uid.window.used - before == used
        assert adapter._desk.limiter._order_calls.window.used == 1
