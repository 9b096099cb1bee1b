"""Funding, liquidation, leverage and margin modes."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.rules import maintenance_rate
from terminal.sim.exchange.terms import (
    BillKind,
    MarginMode,
    OrderOrigin,
    OrderStatus,
    PositionSide,
    Refusal,
    RefusalKind,
)

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def leverage(desk, figure, mode=MarginMode.CROSS, pair="BTC"):
    figure = Decimal(figure)
    desk.exchange.settings.set_leverage(pair, mode, figure, figure, desk.exchange.now_ms)


def test_longs_pay_a_positive_rate_and_shorts_receive_it(desk):
    desk.place("0.01")
    desk.place("0.004", side=SHORT)
    before = desk.cash
    desk.market.fund("BTC", "0.0001")
    desk.pass_time()

    assert desk.position(LONG).funding_fee == Decimal("0.1")
    assert desk.position(SHORT).funding_fee == Decimal("-0.04")
    assert desk.cash == before - Decimal("0.06")
    assert [bill.amount for bill in desk.books.bills if bill.kind is BillKind.FUNDING] == [
        Decimal("-0.1"),
        Decimal("0.04"),
    ]


def test_nobody_pays_without_a_position(desk):
    desk.market.fund("BTC", "0.0001")
    desk.pass_time()

    assert desk.cash == 1000


def test_a_cross_account_is_liquidated_below_its_maintenance(desk):
    desk.place("0.19")
    price = desk.exchange.margin.liquidation_price(desk.position())
    resting = desk.place("0.0001", "90000")
    desk.move(str(price + 30))
    assert desk.position().size > 0
    desk.move(str(price - 30))

    orders = [order for order in desk.books.orders.values() if order.origin is OrderOrigin.LIQUIDATION]
    assert desk.position().size == 0
    assert resting.status is OrderStatus.CANCELED
    assert resting.cancel_reason == "LIQUIDATION"
    assert len(orders) == 1
    assert [fill.origin for fill in desk.books.fills][-1] is OrderOrigin.LIQUIDATION
    kinds = [bill.kind for bill in desk.books.bills]
    assert BillKind.START_LIQUIDATE in kinds
    assert BillKind.FINISH_LIQUIDATE in kinds
    assert 0 <= desk.cash < 100


def test_a_short_is_liquidated_upwards(desk):
    desk.place("0.19", side=SHORT)
    price = desk.exchange.margin.liquidation_price(desk.position(SHORT))
    desk.move(str(price - 30))
    assert desk.position(SHORT).size > 0
    desk.move(str(price + 30))

    assert desk.position(SHORT).size == 0


def test_cash_never_ends_below_zero(desk):
    leverage(desk, 100)
    desk.place("0.5")
    desk.move("90000")

    assert desk.position().size == 0
    assert desk.cash == 0
    assert [bill.kind for bill in desk.books.bills][-1] is BillKind.SHORTFALL


def test_the_worst_position_goes_first_and_the_other_may_stay(desk):
    leverage(desk, 20)
    desk.place("0.1")
    desk.place("9500", pair="DOGE")
    desk.market.move("BTC", "90300")
    desk.pass_time()

    assert desk.position().size == 0
    assert desk.position(pair="DOGE").size == 9500


def test_what_the_book_cannot_take_waits_for_the_next_check(desk):
    desk.place("0.19")
    desk.move("94500", lots=500)
    left = desk.position().size
    desk.move("94500")

    assert left == Decimal("0.14")
    assert desk.position().size == 0


def test_an_isolated_position_loses_only_its_margin(desk):
    desk.exchange.settings.set_mode("BTC", MarginMode.ISOLATED)
    desk.place("0.1")
    margin = desk.position().isolated_margin
    desk.place("1000", pair="DOGE")
    desk.move("95300")

    assert margin == Decimal("500.0005")
    assert desk.position().size == 0
    assert desk.position().isolated_margin == 0
    assert desk.position(pair="DOGE").size == 1000
    assert desk.cash > 1000 - margin - 20


def test_isolated_margin_is_not_available_elsewhere(desk):
    desk.exchange.settings.set_mode("BTC", MarginMode.ISOLATED)
    desk.place("0.1")

    spare = desk.cash - desk.position().isolated_margin
    assert desk.exchange.margin.available() == spare
    desk.move("100500")
    assert desk.exchange.margin.available() == spare  # an isolated profit backs nothing else


@pytest.mark.parametrize(("figure", "rate"), [("20", "0.004"), ("125", "0.004"), ("200", "0.0025"), ("400", "0.00125")])
def test_maintenance_is_below_the_initial_margin(figure, rate):
    assert maintenance_rate(Decimal(figure)) == Decimal(rate)
    assert Decimal(rate) < 1 / Decimal(figure)


def test_leverage_rules(desk):
    cases = [
        ((MarginMode.ISOLATED, "5", "5"), RefusalKind.MARGIN_MODE),
        ((MarginMode.CROSS, "5", "6"), RefusalKind.LEVERAGE_UNEQUAL),
        ((MarginMode.CROSS, "401", "401"), RefusalKind.LEVERAGE_LIMIT),
        ((MarginMode.CROSS, "0", "0"), RefusalKind.LEVERAGE_LIMIT),
    ]
    for (mode, long, short), kind in cases:
        with pytest.raises(Refusal) as caught:
            desk.exchange.settings.set_leverage("BTC", mode, Decimal(long), Decimal(short), desk.exchange.now_ms)
        assert caught.value.kind is kind
    desk.place("0.01", "99000")
    with pytest.raises(Refusal) as caught:
        leverage(desk, 5)
    assert caught.value.kind is RefusalKind.OPEN_ORDERS
    leverage(desk, 5, pair="DOGE")
    assert desk.books.leverage["DOGE"].cross == 5


def test_lower_leverage_needs_the_margin(desk):
    desk.place("0.15")
    with pytest.raises(Refusal) as caught:
        leverage(desk, 5)

    assert caught.value.kind is RefusalKind.MARGIN
    assert desk.position().leverage == 20
    assert desk.books.leverage["BTC"].cross == 20


def test_the_mode_changes_only_when_flat(desk):
    desk.place("0.01")
    with pytest.raises(Refusal) as caught:
        desk.exchange.settings.set_mode("BTC", MarginMode.ISOLATED)

    assert caught.value.kind is RefusalKind.NOT_FLAT
    desk.close("0.01")
    desk.exchange.settings.set_mode("BTC", MarginMode.ISOLATED)
    desk.place("0.01")
    assert desk.position().margin_mode is MarginMode.ISOLATED


def test_a_position_that_is_still_covered_is_left_alone(desk):
    desk.place("0.05")
    desk.move("96000")

    assert desk.position().size == Decimal("0.05")
    assert desk.exchange.margin.equity() < 1000
