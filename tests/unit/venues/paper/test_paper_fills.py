"""Paper orders are filled as pessimistically as the live prices allow, and no better."""

from decimal import Decimal

import pytest
from paper_kit import Desk, closing, limit, opening

from helpers.builders import BTC
from terminal.domain.errors import RequestRejected
from terminal.domain.order import OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import Acknowledged, NotSent, Refused, VenueStatus

pytestmark = pytest.mark.asyncio
D = Decimal


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.market()
    return desk


async def test_a_market_order_walks_the_far_side_level_by_level(desk):
    desk.book(asks=(("60001", "0.04"), ("60005", "0.04"), ("60020", "5")))
    outcome = await desk.send(opening(size=D("0.1")))
    assert isinstance(outcome, Acknowledged)
    assert [(fill.price, fill.size) for fill in desk.fills()] == [
        (D(60001), D("0.04")),
        (D(60005), D("0.04")),
        (D(60020), D("0.02")),
    ]
    assert all(fill.fee == fill.price * fill.size * D("0.0008") and not fill.is_maker for fill in desk.fills())
    assert desk.reports()[-1].status is VenueStatus.FILLED
    assert desk.reports()[-1].client_order_id == "c1"
    (position,) = await desk.venue.positions()
    assert (position.side, position.size) == (PositionSide.LONG, D("0.1"))
    assert position.entry_price == sum(fill.price * fill.size for fill in desk.fills()) / D("0.1")


async def test_the_price_is_that_of_the_arrival_not_of_the_click(desk):
    import asyncio

    prepared = desk.venue.prepare_order("late", opening())
    sending = asyncio.ensure_future(desk.venue.submit_order(prepared))
    await desk.clock.advance(0.1)
    assert not sending.done()
    desk.book(asks=(("60100", "5"),))
    await desk.clock.advance(0.1)
    await sending
    assert [fill.price for fill in desk.fills()] == [D(60100)]


async def test_what_the_visible_book_cannot_give_is_cancelled(desk):
    desk.book(asks=(("60001", "0.03"),))
    await desk.send(opening(size=D("0.1")))
    report = desk.reports()[-1]
    assert (report.status, report.filled_size) == (VenueStatus.CANCELED, D("0.03"))


async def test_the_same_liquidity_is_not_taken_twice(desk):
    desk.book(asks=(("60001", "0.1"), ("60050", "5")))
    await desk.send(opening(size=D("0.1")))
    await desk.send(opening(size=D("0.1")))
    assert [fill.price for fill in desk.fills()] == [D(60001), D(60050)]
    desk.book(asks=(("60001", "0.1"),))
    await desk.send(opening(size=D("0.1")))
    assert desk.fills()[-1].price == D(60001)


async def test_a_limit_order_pays_no_more_than_its_limit_and_rests_with_the_remainder(desk):
    desk.book(asks=(("60001", "0.04"), ("60010", "5")))
    await desk.send(limit("60005"))
    assert [(fill.price, fill.size) for fill in desk.fills()] == [(D(60001), D("0.04"))]
    (resting,) = await desk.venue.open_orders()
    assert (resting.status, resting.filled_size, resting.price) == (VenueStatus.OPEN, D("0.04"), D(60005))


async def test_a_touch_does_not_fill_a_resting_order_a_trade_through_does(desk):
    await desk.send(limit("59990"))
    desk.tick("59990")
    desk.book(bids=(("59989", "5"),), asks=(("59990", "5"),))
    assert desk.fills() == []
    desk.tick("59989.9")
    (fill,) = desk.fills()
    assert (fill.price, fill.size, fill.is_maker) == (D(59990), D("0.1"), True)
    assert fill.fee == D(59990) * D("0.1") * D("0.0002")


async def test_a_resting_sell_mirrors_it(desk):
    await desk.send(opening())
    await desk.send(closing(kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=D(60100)))
    desk.tick("60100")
    assert len(desk.fills()) == 1
    desk.tick("60100.1")
    assert desk.fills()[-1].price == D(60100)
    assert await desk.venue.positions() == ()


async def test_a_trade_from_before_the_order_came_fills_nothing(desk):
    desk.tick("59980")
    await desk.send(limit("59990"))
    desk.tick("59980")  # only the mark moved; the last trade is an old one
    assert desk.fills() == []
    desk.tick("59995")
    desk.tick("59980")
    assert len(desk.fills()) == 1


async def test_a_book_beyond_the_limit_fills_what_it_shows(desk):
    await desk.send(limit("59990"))
    desk.book(bids=(("59970", "5"),), asks=(("59980", "0.03"), ("59990", "9")))
    assert [(fill.price, fill.size) for fill in desk.fills()] == [(D(59990), D("0.03"))]


async def test_post_only_never_takes(desk):
    await desk.send(limit("60001", tif=TimeInForce.POST_ONLY))
    assert (desk.fills(), desk.reports()[-1].status) == ([], VenueStatus.CANCELED)
    await desk.send(limit("60000.9", tif=TimeInForce.POST_ONLY))
    assert desk.reports()[-1].status is VenueStatus.OPEN


async def test_fill_or_kill_is_all_or_nothing(desk):
    desk.book(asks=(("60001", "0.05"), ("60002", "0.04")))
    await desk.send(limit("60002", tif=TimeInForce.FOK))
    assert (desk.fills(), desk.reports()[-1].status) == ([], VenueStatus.CANCELED)
    await desk.send(limit("60002", tif=TimeInForce.FOK, size=D("0.09")))
    assert desk.reports()[-1].status is VenueStatus.FILLED


async def test_ioc_takes_what_is_there_within_its_limit(desk):
    desk.book(asks=(("60001", "0.05"), ("60002", "4")))
    await desk.send(limit("60001", tif=TimeInForce.IOC))
    assert (desk.reports()[-1].status, desk.reports()[-1].filled_size) == (VenueStatus.CANCELED, D("0.05"))


async def test_without_live_prices_nothing_is_placed(desk):
    desk.lose_stream()
    assert isinstance(await desk.send(opening()), NotSent)
    desk.book()
    await desk.clock.advance(11)
    assert isinstance(await desk.send(opening()), NotSent)
    desk.book(synchronised=False)
    assert isinstance(await desk.send(opening()), NotSent)
    desk.book()
    assert isinstance(await desk.send(opening()), Acknowledged)
    desk.exchange.rules.clear()
    outcome = await desk.send(opening())
    assert isinstance(outcome, NotSent)
    assert "rules" in outcome.message


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        (opening(size=D("0.00005")), "steps"),
        (opening(size=D(1300)), "above the venue"),
        (limit("60000.05"), "multiple"),
        (limit("61000"), "above the mark"),
        (limit("59000", side=Side.SELL), "below the mark"),
        (opening(size=D("4")), "free margin"),
        (closing(), "can be closed"),
    ],
)
async def test_what_the_venue_would_refuse_is_refused(desk, terms, named):
    await desk.venue.set_leverage(BTC, 5)
    outcome = await desk.send(terms)
    assert isinstance(outcome, Refused)
    assert named in outcome.message
    assert not outcome.halts
    assert (desk.fills(), await desk.venue.open_orders()) == ([], ())


async def test_the_same_order_is_not_taken_twice(desk):
    await desk.send(opening(), "twice")
    outcome = await desk.send(opening(), "twice")
    assert isinstance(outcome, Refused)
    assert len(desk.fills()) == 1


@pytest.mark.parametrize(
    "terms",
    [
        opening(size=D(0)),
        opening(size=D("NaN")),
        opening(kind=OrderKind.LIMIT),
        opening(price=D(1)),
        opening(tif=TimeInForce.POST_ONLY),
        opening(stop_price=D(-1)),
        opening(stop_price=D(60001)),
        opening(target_price=D(59999)),
        opening(side=Side.SELL, stop_price=D(59999)),
        closing(stop_price=D(59999)),
    ],
)
async def test_terms_that_make_no_order_are_refused_before_they_are_journalled(desk, terms):
    with pytest.raises(RequestRejected):
        desk.venue.prepare_order("c", terms)


async def test_resting_closes_cannot_close_more_than_is_held(desk):
    await desk.send(opening())
    await desk.send(closing(kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=D(60100), size=D("0.06")))
    outcome = await desk.send(closing(size=D("0.05")))
    assert isinstance(outcome, Refused)
    await desk.send(closing(size=D("0.04")))
    assert (await desk.venue.positions())[0].size == D("0.06")


async def test_cancel_and_cancel_all(desk):
    import asyncio

    await desk.send(limit("59990"))
    await desk.send(limit("59980", stop_price=D(59000)))
    (first, _) = await desk.venue.open_orders()

    async def after_latency(work):
        task = asyncio.ensure_future(work)
        await desk.clock.until(lambda: bool(desk.clock._sleepers), 1)
        await desk.clock.advance(1)
        return await task

    assert await after_latency(desk.venue.cancel_order(BTC, first.venue_order_id)) is True
    assert await after_latency(desk.venue.cancel_order(BTC, first.venue_order_id)) is False
    await desk.send(opening(stop_price=D(59000), target_price=D(62000)))
    assert await after_latency(desk.venue.cancel_all(None)) == 3
    assert await desk.venue.open_orders() == ()
    assert await desk.venue.trigger_orders(None) == ()
    with pytest.raises(RequestRejected):
        await desk.venue.order("1")
    assert (await desk.venue.order(first.venue_order_id)).status is VenueStatus.CANCELED
