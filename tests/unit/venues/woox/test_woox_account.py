"""Positions, money, leverage and margin mode of perpetuals, and what a spot account holds."""

from decimal import Decimal

import pytest
from woox_kit import BTC, FILL, HELD, INSTRUMENT, ORDER, failure, rows, speaking, success

from helpers.stepping_clock import REFERENCE_MS
from terminal.domain.account import MarginMode
from terminal.domain.errors import AuthFailed, MalformedReply, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.order import PositionSide, Side
from terminal.ports.venue import ProductKind, RecallsOrders
from terminal.venues.woox.spot import average_cost

pytestmark = pytest.mark.asyncio
D = Decimal
INFO = {"positionMode": "ONE_WAY", "totalAccountValue": "1100", "freeCollateral": "700"}


def coins(usdt="1000", *others):
    return {"holding": [{"token": "USDT", "holding": usdt, "frozen": 0}, *others]}


def perpetual_account(**more):
    answers = {
        "GET account/info": INFO,
        "GET asset/balances": lambda _request: success(coins()),
        "GET futures/positions": lambda _request: success({"positions": [HELD]}),
    }
    return speaking(answers=answers | more)


async def test_what_this_venue_can_do():
    perpetual, *_ = speaking()
    spot, *_ = speaking(ProductKind.SPOT)
    able, plain = perpetual.capabilities, spot.capabilities
    assert (able.leverage, able.margin_modes, able.short, able.triggers, able.reduce_only) == (True,) * 5
    assert (plain.leverage, plain.margin_modes, plain.short, plain.triggers, plain.reduce_only) == (False,) * 5
    assert (able.product, plain.product) == (ProductKind.PERPETUAL, ProductKind.SPOT)
    for each in (able, plain):
        assert (each.market_orders, each.ai_logs, each.client_order_ids, each.private_stream) == (
            False,
            False,
            True,
            True,
        )
        assert each.orders_in_flight_per_instrument is None
    assert (perpetual.name, perpetual.is_simulated, perpetual.keeps_account) == ("WOO X", False, True)
    assert perpetual.order_validity_ms == 30_000
    assert isinstance(perpetual, RecallsOrders)


async def test_an_ai_log_is_kept():
    adapter, venue, _ = speaking()
    receipt = await adapter.upload_ai_log(b"{}")
    assert (receipt.kept, receipt.accepted, receipt.permanent) == (True, False, True)
    assert venue.requests == []


async def test_positions_learn_how_the_account_keeps_them():
    adapter, venue, _ = perpetual_account()
    (position,) = await adapter.positions()
    assert (position.instrument_id, position.side, position.size) == (BTC, PositionSide.LONG, D("0.1"))
    await adapter.positions()
    assert len(venue.sent("GET account/info")) == 1


async def test_the_sum_is_read_rarely_and_moved_on_in_between():
    held, money = [HELD], ["1000"]
    adapter, venue, clock = perpetual_account(
        **{
            "GET futures/positions": lambda _request: success({"positions": held}),
            "GET asset/balances": lambda _request: success(coins(money[0])),
        }
    )
    first = await adapter.balance()
    assert (first.equity, first.available, first.frozen, first.unrealized_pnl) == (1100, 700, 300, 100)
    held[0], money[0] = HELD | {"markPrice": "60500"}, "990"
    second = await adapter.balance()
    assert (second.equity, second.available, second.unrealized_pnl) == (1040, 640, 50)
    assert len(venue.sent("GET account/info")) == 1
    clock.advance(8)
    assert (await adapter.balance()).equity == 1100  # the venue's own figure again
    assert len(venue.sent("GET account/info")) == 2


async def test_a_wrong_key_names_the_settings():
    adapter, *_ = speaking(answers={"GET account/info": failure(-1002)})
    with pytest.raises(AuthFailed) as caught:
        await adapter.balance()
    assert "settings" in caught.value.hint


def leverage_reply(mode="CROSS", *, leverage=10, positions="ONE_WAY"):
    sides = ("LONG", "SHORT") if positions == "HEDGE_MODE" else ("BOTH",)
    details = [{"positionSide": side, "leverage": leverage} for side in sides]
    return {"symbol": "PERP_BTC_USDT", "marginMode": mode, "positionMode": positions, "details": details}


async def test_leverage_is_set_and_read_in_the_present_margin_mode():
    adapter, venue, _ = speaking(
        answers={
            "GET futures/leverage": [leverage_reply(), leverage_reply("ISOLATED", leverage=4, positions="HEDGE_MODE")],
            "PUT futures/leverage": {},
            "GET futures/positions": {"positions": []},
            "GET account/info": INFO,
            "GET asset/balances": coins(),
            "GET trade/orders": rows(),
        }
    )
    await adapter.set_leverage(BTC, 10)
    assert (await adapter.leverage(BTC)).words == "10x cross"
    await adapter.set_margin_mode(BTC, MarginMode.ISOLATED)
    assert await adapter.margin_mode(BTC) is MarginMode.ISOLATED
    assert (await adapter.leverage(BTC)).words == "4x isolated"
    await adapter.set_leverage(BTC, 5)
    assert venue.sent("PUT futures/leverage") == [
        {"symbol": "PERP_BTC_USDT", "marginMode": "CROSS", "leverage": 10},
        {"symbol": "PERP_BTC_USDT", "marginMode": "ISOLATED", "leverage": 5, "positionSide": "LONG"},
        {"symbol": "PERP_BTC_USDT", "marginMode": "ISOLATED", "leverage": 5, "positionSide": "SHORT"},
    ]
    for leverage in (0, 21):
        with pytest.raises(RequestRejected, match="1 to 20"):
            await adapter.set_leverage(BTC, leverage)


@pytest.mark.parametrize(
    "answers",
    [
        {"GET trade/orders": rows()},
        {"GET trade/orders": rows(ORDER), "GET futures/positions": lambda _request: success({"positions": []})},
    ],
)
async def test_the_margin_mode_stays_while_something_is_held_or_open(answers):
    adapter, *_ = perpetual_account(**answers)
    with pytest.raises(RequestRejected, match="close and cancel first"):
        await adapter.set_margin_mode(BTC, MarginMode.ISOLATED)
    assert await adapter.margin_mode(BTC) is MarginMode.CROSS


async def test_what_is_held_tells_its_margin_mode():
    adapter, *_ = perpetual_account(
        **{"GET futures/positions": lambda _request: success({"positions": [HELD | {"marginMode": "ISOLATED"}]})}
    )
    await adapter.positions()
    assert await adapter.margin_mode(BTC) is MarginMode.ISOLATED


# -- spot --------------------------------------------------------------------------------


BITCOIN = {
    "token": "BTC",
    "holding": "0.01234567",
    "frozen": "0.002",
    "markPrice": "60000",
    "averageOpenPrice": "50000",
}


def spot_account(*holdings, **more):
    answers = {
        "GET public/instruments": {"rows": [INSTRUMENT | {"symbol": "SPOT_BTC_USDT"}]},
        "GET trade/tradingFee": {"takerFee": 6, "makerFee": 0},
        "GET asset/balances": lambda _request: success(coins("1000", *holdings)),
    }
    return speaking(ProductKind.SPOT, answers=answers | more)


async def test_a_coin_that_is_held_is_a_long_position():
    adapter, *_ = spot_account(BITCOIN)
    await adapter.instruments()
    (position,) = await adapter.positions()
    assert (position.instrument_id, position.side, position.size) == (BTC, PositionSide.LONG, D("0.0123"))
    assert (position.entry_price, position.leverage, position.margin) == (50000, 1, 738)
    assert position.unrealized_pnl == 123
    balance = await adapter.balance()
    assert (balance.equity, balance.available, balance.unrealized_pnl) == (D("1740.7402"), 1000, 123)


@pytest.mark.parametrize(
    "holding",
    [
        BITCOIN | {"holding": "0.00009"},
        BITCOIN | {"holding": "0"},
        BITCOIN | {"holding": "0.00005", "markPrice": "60000"},
        BITCOIN | {"token": "TAO", "holding": "5"},
        BITCOIN | {"markPrice": "100"},
    ],
)
async def test_what_cannot_be_sold_is_no_position(holding):
    adapter, *_ = spot_account(holding)
    await adapter.instruments()
    assert await adapter.positions() == ()


async def test_without_rules_the_whole_holding_shows():
    adapter, *_ = spot_account(BITCOIN, BITCOIN | {"token": "ETH", "holding": "0.0001", "markPrice": "5"})
    (position,) = await adapter.positions()
    assert position.size == D("0.01234567")


def bought(trade_id, side, price, size, **more):
    return (
        FILL
        | {
            "id": trade_id,
            "symbol": "SPOT_BTC_USDT",
            "side": side,
            "executedPrice": price,
            "executedQuantity": size,
            "executedTimestamp": REFERENCE_MS - 1_000 + trade_id,
        }
        | more
    )


async def test_where_the_venue_names_no_cost_our_own_purchases_tell():
    trade = {
        "symbol": "SPOT_BTC_USDT",
        "side": "BUY",
        "executedPrice": 61000,
        "executedQuantity": 1,
        "executedTimestamp": 1,
    }
    bare = {key: value for key, value in BITCOIN.items() if key not in {"markPrice", "averageOpenPrice"}}
    adapter, venue, _ = spot_account(
        bare,
        **{
            "GET trade/transactionHistory": [
                rows(bought(1, "BUY", 40000, 1), bought(2, "SELL", 41000, 1), bought(3, "BUY", 50000, "0.02")),
                rows(),
            ],
            "GET public/marketTrades": [{"rows": [trade]}, {"rows": [trade]}, {"rows": []}],
        },
    )
    await adapter.instruments()
    (position,) = await adapter.positions()
    assert (position.entry_price, position.margin) == (50000, D("750.3"))
    (position,) = await adapter.positions()
    assert (position.entry_price, position.unrealized_pnl) == (61000, 0)  # not known: the present price
    assert await adapter.positions() == ()  # no price, no value
    assert venue.sent("GET trade/orders") == []


def fill(side, price, size):
    return Fill("1", "1", None, BTC, side, PositionSide.LONG, D(price), D(size), D(0), False, D(0), 0)


async def test_the_average_cost_begins_anew_when_all_is_sold():
    assert average_cost([]) is None
    assert average_cost([fill(Side.BUY, 10, 1), fill(Side.BUY, 20, 3)]) == D("17.5")
    assert average_cost([fill(Side.BUY, 10, 4), fill(Side.SELL, 99, 1)]) == 10
    assert average_cost([fill(Side.BUY, 10, 1), fill(Side.SELL, 99, 2), fill(Side.BUY, 30, 1)]) == 30
    assert average_cost([fill(Side.BUY, 10, 1), fill(Side.SELL, 99, 1)]) is None


async def test_spot_has_neither_leverage_nor_margin_mode_nor_funding():
    adapter, *_ = spot_account(**{"GET trade/transactionHistory": rows()})
    for ask in (
        lambda: adapter.leverage(BTC),
        lambda: adapter.set_leverage(BTC, 1),
        lambda: adapter.margin_mode(BTC),
        lambda: adapter.set_margin_mode(BTC, MarginMode.CROSS),
        lambda: adapter.funding(BTC),
        lambda: adapter.funding_history(BTC, 5),
        lambda: adapter.open_interest(BTC),
    ):
        with pytest.raises(RequestRejected, match="WOO X spot has no"):
            await ask()
    assert await adapter.income(None, 0) == ()


async def test_a_coin_that_is_not_there_cannot_be_sold():
    adapter, *_ = spot_account()
    assert await adapter._holdings.free(BTC) == 0


async def test_an_account_without_its_quote_coin_is_unreadable():
    adapter, *_ = spot_account(**{"GET asset/balances": {"holding": []}})
    with pytest.raises(MalformedReply):
        await adapter.balance()
