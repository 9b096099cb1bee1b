"""Orders against the book: fees, hedge positions, reserved margin, refusals."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.terms import Effect, MarginMode, OrderStatus, PositionSide, Refusal, RefusalKind
from terminal.sim.market.types import BookSide, BookTif

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def refused(desk, *arguments, **more):
    before = (desk.books.revision, desk.exchange.margin.available())
    with pytest.raises(Refusal) as caught:
        desk.place(*arguments, **more)
    assert (desk.books.revision, desk.exchange.margin.available()) == before
    return caught.value


def test_a_market_order_pays_the_taker_fee(desk):
    order = desk.place("0.01")

    value = Decimal("0.01") * Decimal("100000.1")
    assert order.status is OrderStatus.FILLED
    assert desk.position().open_value == value
    assert order.fee == value * Decimal("0.0008")
    assert desk.cash == 1000 - order.fee


def test_a_resting_order_pays_the_maker_fee(desk):
    order = desk.place("0.01", "99999.9")
    desk.market.hit("BTC", BookSide.SELL, 2_000_000)
    desk.pass_time()

    assert order.status is OrderStatus.FILLED
    assert order.fee == Decimal("0.01") * Decimal("99999.9") * Decimal("0.0002")
    assert [fill.is_maker for fill in desk.books.fills] == [True]


def test_a_partly_filled_order_stays_open(desk):
    order = desk.place("0.01", "100000.0")
    desk.market.hit("BTC", BookSide.SELL, 40)
    desk.pass_time()

    assert (order.status, order.filled_size, order.remaining) == (OrderStatus.OPEN, Decimal("0.004"), Decimal("0.006"))
    desk.exchange.orders.cancel(order.order_id, desk.exchange.now_ms)
    assert (order.status, order.filled_size) == (OrderStatus.CANCELED, Decimal("0.004"))
    assert desk.exchange.margin.frozen() == 0


def test_reserved_margin_shrinks_as_the_order_fills(desk):
    desk.place("0.01", "100000.0")
    full = desk.exchange.margin.frozen()
    desk.market.hit("BTC", BookSide.SELL, 40)
    desk.pass_time()

    assert full == Decimal("50.8")  # 1000 USDT at 20x, and the taker fee
    assert desk.exchange.margin.frozen() == full * Decimal("0.6")


def test_profit_and_loss_of_both_sides(desk):
    desk.place("0.01")
    desk.place("0.01", side=SHORT)
    desk.move("101000")
    long = desk.close("0.01")
    short = desk.close("0.01", side=SHORT)

    assert long.realized_pnl == Decimal("0.01") * (Decimal("100999.9") - Decimal("100000.1"))
    assert short.realized_pnl == Decimal("0.01") * (Decimal("99999.9") - Decimal("101000.1"))
    fees = sum(order.fee for order in desk.books.orders.values())
    assert desk.cash == 1000 + long.realized_pnl + short.realized_pnl - fees
    assert desk.exchange.margin.equity() == desk.exchange.margin.available() == desk.cash


def test_closing_in_parts_loses_nothing_to_rounding(desk):
    desk.place("0.0007")
    desk.place("0.0003", "100000.1")
    for size in ("0.0003", "0.0003", "0.0004"):
        desk.close(size)
    position = desk.position()

    assert (position.size, position.open_value, position.open_fee) == (0, 0, 0)
    spent = position.cum_close_value - position.cum_open_value - position.cum_open_fee - position.cum_close_fee
    assert desk.cash == 1000 + spent


def test_closing_counts_what_resting_orders_promise(desk):
    desk.place("0.01")
    desk.close("0.006", "101000")
    caught = refused(desk, "0.005", effect=Effect.CLOSE)

    assert caught.kind is RefusalKind.CLOSE_SIZE
    assert caught.details["held"] == "0.0040"
    assert desk.close("0.004").status is OrderStatus.FILLED


def test_closing_the_other_side_is_not_closing_this_one(desk):
    desk.place("0.01")

    assert refused(desk, "0.01", effect=Effect.CLOSE, side=SHORT).kind is RefusalKind.CLOSE_SIZE


def test_own_orders_can_meet(desk):
    maker = desk.place("0.01", "100000.0")
    taker = desk.place("0.004", "100000.0", side=SHORT)

    assert (maker.filled_size, taker.filled_size) == (Decimal("0.004"), Decimal("0.004"))
    assert (maker.status, taker.status) == (OrderStatus.OPEN, OrderStatus.FILLED)
    assert (desk.position(LONG).size, desk.position(SHORT).size) == (Decimal("0.004"), Decimal("0.004"))


def test_time_in_force(desk):
    resting = desk.place("0.01", "99000", tif=BookTif.POST_ONLY)
    crossing = desk.place("0.01", "100500", tif=BookTif.POST_ONLY)
    desk.move("100000", lots=50)
    partial = desk.place("0.01", "100500", tif=BookTif.IOC)
    desk.move("100000", lots=50)
    whole = desk.place("0.01", "100500", tif=BookTif.FOK)

    assert resting.status is OrderStatus.OPEN
    assert (crossing.status, crossing.cancel_reason) == (OrderStatus.CANCELED, "POST_ONLY_WOULD_TAKE")
    assert (partial.status, partial.filled_size) == (OrderStatus.CANCELED, Decimal("0.005"))
    assert (whole.status, whole.filled_size) == (OrderStatus.CANCELED, 0)


@pytest.mark.parametrize(
    ("size", "price", "kind"),
    [
        ("0.00005", None, RefusalKind.STEP_SIZE),
        ("0", None, RefusalKind.STEP_SIZE),
        ("101", None, RefusalKind.MAX_SIZE),
        ("1201", "99000", RefusalKind.MAX_SIZE),
        ("0.01", "99000.05", RefusalKind.PRICE_STEP),
        ("0.01", "101000.1", RefusalKind.PRICE_BAND),
        ("0.2", None, RefusalKind.MARGIN),
    ],
)
def test_refusals_change_nothing(desk, size, price, kind):
    assert refused(desk, size, price).kind is kind


def test_margin_of_a_market_order_is_judged_at_the_price_it_pays(desk):
    desk.place("0.19")
    assert desk.exchange.margin.available() > 0
    assert refused(desk, "0.01").kind is RefusalKind.MARGIN


def test_reserved_margin_refuses_the_next_order(desk):
    desk.place("0.15", "99500")

    assert refused(desk, "0.05", "99500").kind is RefusalKind.MARGIN


def test_sizes_above_one_keep_to_their_step(desk):
    order = desk.place("1300", pair="DOGE")

    assert order.status is OrderStatus.FILLED
    assert refused(desk, "1350", pair="DOGE").details == {"step": "100", "size": "1350"}


def test_margin_mode_of_the_order_must_fit(desk):
    assert refused(desk, "0.01", margin_mode=MarginMode.ISOLATED).kind is RefusalKind.MARGIN_MODE


def test_a_final_order_cannot_be_cancelled(desk):
    order = desk.place("0.01")
    with pytest.raises(Refusal) as caught:
        desk.exchange.orders.cancel(order.order_id, desk.exchange.now_ms)

    assert caught.value.kind is RefusalKind.FINAL


def test_ids_only_grow_and_have_18_digits(desk):
    ids = [int(desk.place("0.0001").order_id) for _ in range(50)]

    assert ids == sorted(set(ids))
    assert {len(str(number)) for number in ids} == {18}
    assert ids[0] > 2**53


def test_versions_grow_by_one_over_all_kinds_of_events(desk):
    desk.books.drain_events()
    desk.place("0.01")
    desk.place("0.01", "99000")
    events = desk.books.drain_events()

    first = events[0].version
    assert [event.version for event in events] == list(range(first, first + len(events)))
    assert desk.books.drain_events() == []


def test_events_are_copies(desk):
    order = desk.place("0.01", "100000.0")
    opened = desk.books.drain_events()[-1]
    desk.market.hit("BTC", BookSide.SELL, 40)
    desk.pass_time()

    assert opened.subject.filled_size == 0
    assert order.filled_size > 0
