"""A spot account: coins set aside, fees from what is received, own orders that meet, orders by amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spot_seat import SpotSeat

from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.spot.records import EndReason, SelfTrade, SpotEventKind
from terminal.sim.exchange.terms import OrderStatus, Refusal, RefusalKind
from terminal.sim.market.types import BookSide, BookTif

ASK, BID = Decimal("100000.1"), Decimal("99999.9")
TAKER, MAKER = Decimal("0.002"), Decimal("0.001")


def refused(seat, *arguments, **more):
    before = (seat.books.revision, seat.free(), seat.free("BTC"))
    with pytest.raises(Refusal) as caught:
        seat.place(*arguments, **more)
    assert (seat.books.revision, seat.free(), seat.free("BTC")) == before
    return caught.value.kind


def test_a_market_buy_pays_in_quote_and_its_fee_in_the_coin(seat):
    order = seat.place("0.01")

    assert order.status is OrderStatus.FILLED
    assert seat.free() == 10_000 - Decimal("0.01") * ASK
    assert seat.free("BTC") == 1 + Decimal("0.01") * (1 - TAKER)
    assert (seat.locked(), seat.locked("BTC")) == (0, 0)
    (fill,) = seat.books.fills
    assert (fill.fee, fill.fee_asset, fill.is_maker) == (Decimal("0.01") * TAKER, "BTC", False)


def test_a_market_sell_brings_quote_less_the_fee(seat):
    seat.sell("0.01")
    (fill,) = seat.books.fills

    assert seat.free("BTC") == Decimal("0.99")
    assert seat.free() == 10_000 + Decimal("0.01") * BID * (1 - TAKER)
    assert fill.fee_asset == "USDT"


def test_a_resting_order_locks_what_it_may_spend_until_it_is_cancelled(seat):
    buy = seat.place("0.02", "90000")
    sell = seat.sell("0.3", "110000")
    assert (seat.locked(), seat.locked("BTC")) == (1_800, Decimal("0.3"))

    seat.cancel(buy)
    seat.cancel(sell)
    assert (seat.free(), seat.free("BTC"), seat.locked(), seat.locked("BTC")) == (10_000, 1, 0, 0)
    assert (buy.status, buy.end_reason) == (OrderStatus.CANCELED, EndReason.USER)


def test_a_limit_filled_better_gives_the_difference_back(seat):
    seat.market.move("BTC", "100000", lots=100)
    order = seat.place("0.02", "101000")

    assert order.status is OrderStatus.OPEN
    assert order.filled_size == Decimal("0.01")
    assert seat.locked() == Decimal("0.01") * 101_000
    assert seat.free() == 10_000 - Decimal("0.01") * ASK - seat.locked()


def test_a_resting_order_that_is_hit_pays_the_maker_fee(seat):
    order = seat.place("0.02", "99999.9")
    seat.market.hit("BTC", BookSide.SELL, 1_000_000 + 50)
    seat.pass_time()

    assert order.filled_size == Decimal("0.005")
    assert seat.free("BTC") == 1 + Decimal("0.005") * (1 - MAKER)
    assert seat.books.fills[-1].is_maker is True


@pytest.mark.parametrize(
    ("arguments", "more", "kind"),
    [
        (("0.2", "60000"), {}, RefusalKind.BALANCE),
        (("1.1",), {"side": BookSide.SELL}, RefusalKind.BALANCE),
        (("0",), {"amount": "10000.01"}, RefusalKind.BALANCE),
        (("0.2",), {}, RefusalKind.BALANCE),
        (("0.00001", "60000"), {}, RefusalKind.STEP_SIZE),
        (("0", "60000"), {}, RefusalKind.STEP_SIZE),
        (("0.001", "60000.05"), {}, RefusalKind.PRICE_STEP),
        (("0.001", "100000.1"), {"tif": BookTif.POST_ONLY}, RefusalKind.WOULD_TAKE),
        (("0.001", "99999.9"), {"tif": BookTif.POST_ONLY, "side": BookSide.SELL}, RefusalKind.WOULD_TAKE),
    ],
)
def test_refusals_change_nothing(seat, arguments, more, kind):
    assert refused(seat, *arguments, **more) is kind


def test_a_client_id_is_used_once_in_a_life(seat):
    seat.cancel(seat.place("0.001", "60000", client_oid="mine"))
    assert refused(seat, "0.001", "60000", client_oid="mine") is RefusalKind.DUPLICATE_CLIENT_OID


@pytest.mark.parametrize("amount", ["50", "333.33", "9999"])
def test_a_buy_by_amount_never_spends_more_and_counts_as_filled(seat, amount):
    order = seat.place("0", amount=amount)
    spent = 10_000 - seat.free()

    assert order.status is OrderStatus.FILLED
    assert 0 < spent <= Decimal(amount) < spent + Decimal("0.0001") * ASK
    assert order.filled_value == spent
    assert seat.locked() == 0


def test_a_sell_by_amount_brings_no_more_than_that(seat):
    order = seat.sell("0", amount="500")

    assert order.status is OrderStatus.FILLED
    assert order.filled_value <= 500 < order.filled_value + Decimal("0.0001") * BID
    assert seat.locked("BTC") == 0


@pytest.mark.parametrize(
    ("tif", "reason", "filled"),
    [(BookTif.IOC, EndReason.IOC, "0.01"), (BookTif.FOK, EndReason.FOK, "0")],
)
def test_what_a_thin_book_cannot_fill_is_cancelled(seat, tif, reason, filled):
    seat.market.move("BTC", "100000", lots=100)
    order = seat.place("0.02", "100000.1", tif=tif)

    assert (order.status, order.end_reason) == (OrderStatus.CANCELED, reason)
    assert order.filled_size == Decimal(filled)
    assert seat.locked() == 0


def test_an_order_stops_before_an_own_one_it_would_meet(seat):
    seat.market.move("BTC", "100000", lots=100)
    mine = seat.sell("0.5", "100000.2")
    taker = seat.place("0.05", "100001")

    assert (taker.status, taker.end_reason) == (OrderStatus.CANCELED, EndReason.SELF_TRADE)
    assert taker.filled_size == Decimal("0.01")
    assert (mine.status, mine.filled_size) == (OrderStatus.OPEN, 0)


def test_an_order_that_is_filled_before_it_comes_to_an_own_one_is_not_stopped(seat):
    seat.sell("0.5", "100000.2")
    assert seat.place("0.05", "100001").status is OrderStatus.FILLED


def test_the_own_order_in_the_way_gives_way_when_asked(seat):
    seat.market.move("BTC", "100000", lots=100)
    mine = seat.sell("0.5", "100000.2")
    taker = seat.place("0.05", "100001", self_trade=SelfTrade.EXPIRE_MAKER)

    assert (mine.status, mine.end_reason, mine.filled_size) == (OrderStatus.CANCELED, EndReason.SELF_TRADE, 0)
    assert (taker.status, taker.filled_size) == (OrderStatus.OPEN, Decimal("0.01"))


def test_own_orders_may_meet_where_the_venue_lets_them(seat):
    seat.market.move("BTC", "100000", lots=100)
    mine = seat.sell("0.5", "100000.2")
    taker = seat.place("0.05", "100001", self_trade=SelfTrade.ALLOW)

    assert (taker.status, mine.filled_size) == (OrderStatus.FILLED, Decimal("0.04"))


def test_a_late_order_is_pending_first(seat):
    seat.exchange.set_matching_faults(MatchingFaults(late_ms=500, count=1))
    order = seat.place("0", amount="500")
    assert (order.status, seat.locked()) == (OrderStatus.PENDING, 500)

    seat.pass_time(600)
    assert (order.status, seat.locked()) == (OrderStatus.FILLED, 0)


@pytest.mark.parametrize(("price", "status"), [("100000.1", OrderStatus.FILLED), (None, OrderStatus.CANCELED)])
def test_a_partial_fill_is_followed_by_the_rest_of_a_resting_order_only(seat, price, status):
    seat.exchange.set_matching_faults(MatchingFaults(late_ms=500, partial=Decimal("0.5"), count=1))
    order = seat.place("0.02", price)
    assert order.filled_size == Decimal("0.01")

    seat.pass_time(600)
    assert order.status is status
    assert seat.locked() == 0


def test_an_amount_is_filled_partly_too(seat):
    seat.exchange.set_matching_faults(MatchingFaults(partial=Decimal("0.5"), count=1))
    order = seat.place("0", amount="1000")

    assert (order.status, order.end_reason) == (OrderStatus.CANCELED, EndReason.IOC)
    assert 400 < order.filled_value < 600
    assert seat.locked() == 0


def test_cancelling_twice_or_nothing_is_refused(seat):
    order = seat.place("0.001", "60000")
    seat.cancel(order)
    with pytest.raises(Refusal) as final:
        seat.cancel(order)
    with pytest.raises(Refusal) as missing:
        seat.exchange.orders.cancel("7", 0)
    assert (final.value.kind, missing.value.kind) == (RefusalKind.FINAL, RefusalKind.NOT_FOUND)


def test_events_tell_the_story_in_order(seat):
    seat.books.drain_events()
    seat.place("0.01")
    events = seat.books.drain_events()

    assert [event.kind for event in events] == [
        SpotEventKind.ORDER,
        SpotEventKind.BALANCE,
        SpotEventKind.ORDER,
        SpotEventKind.FILL,
        SpotEventKind.BALANCE,
    ]
    assert [event.subject.status for event in events if event.kind is SpotEventKind.ORDER] == [
        OrderStatus.OPEN,
        OrderStatus.FILLED,
    ]
    assert [event.version for event in events] == list(range(events[0].version, events[0].version + 5))
    assert {holding.asset: holding.total for holding in events[-1].subject} == {
        "BTC": seat.books.holdings["BTC"].total,
        "USDT": seat.books.holdings["USDT"].total,
    }


def test_the_reset_and_the_sale_by_hand(seat):
    seat.place("0.001", "60000")
    sold = seat.exchange.sell_free("BTC")
    assert (sold.status, seat.free("BTC")) == (OrderStatus.FILLED, 0)
    with pytest.raises(Refusal):
        seat.exchange.sell_free("BTC")

    seat.exchange.reset("USDT", Decimal(500))
    assert {h.asset: (h.free, h.locked) for h in seat.books.holdings.values()} == {
        "USDT": (500, 0),
        "BTC": (0, 0),
        "DOGE": (0, 0),
    }
    assert not list(seat.books.open_orders())


_orders = st.lists(
    st.tuples(
        st.sampled_from(list(BookSide)),
        st.integers(1, 400),
        st.one_of(st.none(), st.integers(-30, 30)),
        st.sampled_from([BookTif.GTC, BookTif.IOC, BookTif.FOK, BookTif.POST_ONLY]),
        st.sampled_from(list(SelfTrade)),
        st.integers(0, 3),
    ),
    max_size=12,
)


@given(orders=_orders)
def test_no_coin_is_made_or_lost(orders):
    seat = SpotSeat()
    for side, lots, off, tif, self_trade, then in orders:
        price = None if off is None else f"{100_000 + Decimal(off) / 10:f}"
        timely = BookTif.IOC if price is None else tif
        try:
            order = seat.place(Decimal(lots) / 10_000, price, side=side, tif=timely, self_trade=self_trade)
        except Refusal:
            continue
        if then == 1 and not order.status.is_final:
            seat.cancel(order)
        if then == 2:
            seat.market.move("BTC", str(100_000 + 3 * (off or 0)), lots=150)
            seat.pass_time()
        for asset, holding in seat.books.holdings.items():
            flows = [flow.change for flow in seat.books.flows if flow.asset == asset]
            locked = sum(o.locked for o in seat.books.open_orders() if o.lock_asset == asset)
            assert holding.free >= 0
            assert (sum(flows), locked) == (holding.total, holding.locked)
    paid = sum(f.value if f.side is BookSide.BUY else -f.value for f in seat.books.fills)
    fees = sum(f.fee for f in seat.books.fills if f.fee_asset == "USDT")
    assert seat.books.holdings["USDT"].total == 10_000 - paid - fees
