"""Whatever is sent and whatever the market does, the books of a paper account add up."""

import asyncio
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from paper_kit import Desk, closing, limit, opening

from helpers.builders import BTC
from terminal.domain.order import PositionSide, Side, TimeInForce
from terminal.ports.venue import VenueStatus

D = Decimal
SIDES = st.sampled_from(list(Side))
SIZES = st.integers(1, 900).map(lambda lots: D(lots) * D("0.0001"))
PRICES = st.integers(585_000, 615_000).map(lambda ticks: D(ticks) / 10)
STEPS = st.one_of(
    st.tuples(st.just("open"), SIDES, SIZES, st.booleans()),
    st.tuples(st.just("limit"), SIDES, SIZES, PRICES, st.sampled_from(list(TimeInForce))),
    st.tuples(st.just("close"), SIDES, SIZES),
    st.tuples(st.just("close limit"), SIDES, SIZES, PRICES),
    st.tuples(st.just("move"), PRICES, SIZES),
    st.tuples(st.just("funding"), st.integers(-50, 50)),
    st.tuples(st.just("cancel all")),
)


def place(desk, number, terms):
    """Place at once: what the way there does is tested elsewhere."""
    desk.exchange.place(f"c{number}", terms)


def play(desk, number, step):
    price = desk.exchange.market.last(BTC)
    match step:
        case ("open", side, size, protected):
            away = D(300) if side is Side.BUY else D(-300)
            presets = {"stop_price": price - away, "target_price": price + away} if protected else {}
            place(desk, number, opening(side=side, size=size, reference_price=price, **presets))
        case ("limit", side, size, at, tif):
            place(desk, number, limit(str(at), side=side, size=size, tif=tif))
        case ("close", side, size):
            place(desk, number, closing(side=side, size=size))
        case ("close limit", side, size, at):
            terms = closing(side=side, size=size)
            place(desk, number, limit(str(at), side=side, size=size, effect=terms.effect))
        case ("move", at, size):
            desk.tick(str(at))
            desk.book(bids=((str(at - 1), str(size)), (str(at - 5), "0.02")), asks=((str(at + 1), str(size)),))
        case ("funding", points):
            desk.funding(str(D(points) / 10_000), desk.clock.now_ms() + 1)
            desk.clock.now_s += 1
            desk.exchange.settle_funding()
        case ("cancel all",):
            desk.exchange.cancel_all(None)


def check(desk, equity):
    account = desk.exchange.account
    paid = sum((fill.fee for fill in account.fills), D(0))
    made = sum((fill.realized_pnl for fill in account.fills), D(0))
    if not any(order.is_forced for order in account.orders):
        assert account.cash == equity + made - paid - account.funding_paid
    assert account.fees_paid == paid
    for side in PositionSide:
        net = sum(
            (
                fill.size if (fill.side is Side.BUY) is (side is PositionSide.LONG) else -fill.size
                for fill in account.fills
                if fill.position_side is side
            ),
            D(0),
        )
        held = account.position(BTC, side)
        assert net == (D(0) if held is None else held.size)
        guarded = [each.size for each in account.triggers if each.position_side is side]
        assert all(0 < size <= net for size in guarded)
    for order in account.orders:
        assert order.filled_size == sum(
            (f.size for f in account.fills if f.venue_order_id == order.venue_order_id), D(0)
        )
        assert 0 <= order.filled_size <= order.size
        assert (order.status is VenueStatus.FILLED) is (order.filled_size == order.size)
        if order.price is not None and order.filled_size:
            average = order.filled_value / order.filled_size
            assert average <= order.price if order.side is Side.BUY else average >= order.price


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_the_books_add_up(steps):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), equity="5000")
        desk.market()
        for number, step in enumerate(steps):
            play(desk, number, step)
            check(desk, D(5000))
        with asyncio.Runner() as runner:
            runner.run(desk.venue.aclose())
        again = Desk(Path(folder), clock=desk.clock)
        if desk.exchange.account.orders:
            assert again.exchange.account == desk.exchange.account
