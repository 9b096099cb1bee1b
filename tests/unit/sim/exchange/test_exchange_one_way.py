"""The account that chooses between one net position and two sides, and orders that are changed while they rest."""

from decimal import Decimal

import pytest
from hand_market import NOW_MS, SPECS, Desk, HandMarket

from terminal.sim.exchange.one_way import OneWayExchange
from terminal.sim.exchange.rules import rules_for
from terminal.sim.exchange.state import BooksWriter, load_books
from terminal.sim.exchange.terms import Effect, OrderStatus, PositionSide, Refusal, RefusalKind

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


class OneWayDesk(Desk):
    """A desk on a one-way account."""

    def __init__(self, *, one_way=True):
        super().__init__()
        self.market = HandMarket()
        self.exchange = OneWayExchange(self.market, SPECS, seed=1, now_ms=NOW_MS)
        self.books = self.exchange.books
        self.books.one_way = one_way

    def buy(self, size, price=None, **more):
        return self.place(size, price, side=LONG, **more)

    def sell(self, size, price=None, **more):
        return self.place(size, price, side=SHORT, **more)

    def reduce(self, side, size, price=None):
        return self.place(size, price, side=side, effect=Effect.CLOSE, reduce_only=True)

    def sizes(self):
        return tuple(position.size if position else 0 for position in (self.position(LONG), self.position(SHORT)))


@pytest.fixture
def desk():
    return OneWayDesk()


def refused(action):
    with pytest.raises(Refusal) as caught:
        action()
    return caught.value.kind


def test_an_order_against_the_position_needs_no_margin(desk):
    desk.buy("0.15")  # 15,000 on 750 of margin: nothing of that size could be opened beside it
    desk.sell("0.15")
    assert desk.sizes() == (0, 0)


def test_only_what_turns_the_position_needs_margin(desk):
    desk.buy("0.15")
    assert refused(lambda: desk.sell("0.5")) is RefusalKind.MARGIN
    desk.sell("0.16")
    assert desk.sizes() == (0, Decimal("0.01"))


def test_resting_orders_use_up_what_they_stand_against(desk):
    desk.buy("0.15")
    desk.sell("0.1", "100500")
    assert refused(lambda: desk.sell("0.15", "100500")) is RefusalKind.MARGIN
    desk.sell("0.05", "100500")
    assert desk.exchange.margin.frozen() == 0


def test_reducing_orders_end_with_what_they_would_reduce(desk):
    desk.buy("0.02")
    older, newer = desk.reduce(LONG, "0.01", "101000"), desk.reduce(LONG, "0.01", "101000")
    desk.sell("0.01")
    assert (older.status, newer.status, newer.cancel_reason) == (OrderStatus.OPEN, OrderStatus.CANCELED, "REDUCE_ONLY")
    desk.sell("0.01")
    assert older.status is OrderStatus.CANCELED
    assert refused(lambda: desk.reduce(LONG, "0.01")) is RefusalKind.CLOSE_SIZE


def test_an_entrys_stops_follow_it(desk):
    order = desk.buy("0.01", take_profit=Decimal(105_000), stop_loss=Decimal(95_000))
    assert {plan.parent_order_id for plan in desk.books.open_plans()} == {order.order_id}
    assert {plan.size for plan in desk.books.open_plans()} == {Decimal("0.01")}


def test_in_the_hedge_mode_both_sides_stand():
    desk = OneWayDesk(one_way=False)
    desk.buy("0.02")
    desk.sell("0.01")
    assert desk.sizes() == (Decimal("0.02"), Decimal("0.01"))


def test_the_mode_changes_only_at_rest(desk):
    order = desk.buy("0.01", "99000")
    assert refused(lambda: desk.exchange.set_one_way(one_way=False)) is RefusalKind.NOT_FLAT
    desk.exchange.orders.cancel(order.order_id, NOW_MS)
    desk.exchange.set_one_way(one_way=True)
    desk.exchange.set_one_way(one_way=False)
    assert desk.books.one_way is False


@pytest.mark.parametrize("one_way", [True, False])
def test_the_mode_is_kept(desk, one_way):
    import orjson

    desk.books.one_way = one_way
    raw = orjson.loads(BooksWriter(desk.books).dump())
    rules = {spec.base: rules_for(spec) for spec in SPECS}
    assert load_books(raw, rules, 1, NOW_MS).one_way is one_way
    del raw["one_way"]
    assert load_books(raw, rules, 1, NOW_MS).one_way is False


def test_an_order_is_changed_in_place_and_may_match(desk):
    order = desk.buy("0.01", "99000")
    desk.exchange.orders.amend(order.order_id, Decimal(99_500), Decimal("0.02"), NOW_MS)
    assert (order.price, order.size, order.status) == (99_500, Decimal("0.02"), OrderStatus.OPEN)
    assert desk.market.books["BTC"].resting(order.order_id) == 200
    assert desk.exchange.margin.frozen() == pytest.approx(Decimal("99.5") + Decimal("1.592"))
    desk.exchange.orders.amend(order.order_id, Decimal(100_100), None, NOW_MS)
    assert order.status is OrderStatus.FILLED
    assert desk.sizes() == (Decimal("0.02"), 0)


def test_changes_that_are_refused_change_nothing(desk):
    order = desk.buy("0.01", "99000")
    amend = desk.exchange.orders.amend
    assert refused(lambda: amend("1", Decimal(99_000), None, NOW_MS)) is RefusalKind.NOT_FOUND
    assert refused(lambda: amend(order.order_id, Decimal("99000.05"), None, NOW_MS)) is RefusalKind.PRICE_STEP
    assert refused(lambda: amend(order.order_id, None, Decimal("0.00015"), NOW_MS)) is RefusalKind.STEP_SIZE
    assert refused(lambda: amend(order.order_id, None, Decimal(1), NOW_MS)) is RefusalKind.MARGIN
    assert (order.price, order.size) == (99_000, Decimal("0.01"))
    assert desk.market.books["BTC"].resting(order.order_id) == 100
    desk.exchange.orders.cancel(order.order_id, NOW_MS)
    assert refused(lambda: amend(order.order_id, Decimal(99_000), None, NOW_MS)) is RefusalKind.FINAL


def test_a_size_below_what_is_filled_is_refused(desk):
    order = desk.buy("0.02", "99999.9")
    desk.market.hit("BTC", order.book_side.opposite, 1_000_000 + 150)
    desk.pass_time()
    assert order.filled_size == Decimal("0.015")
    assert refused(lambda: desk.exchange.orders.amend(order.order_id, None, Decimal("0.015"), NOW_MS)) is (
        RefusalKind.STEP_SIZE
    )
