"""Conditional orders, protection and closing all on a paper account; and the feed behind it."""

import asyncio
import inspect
from decimal import Decimal

import pytest
from paper_kit import Desk, limit, opening

from helpers.builders import BTC, ETH
from helpers.fake_clock import ManualClock
from helpers.fake_feed import FakeFeed
from terminal.domain.account import IncomeKind, MarginMode
from terminal.domain.errors import OutcomeUnknown, RequestRejected
from terminal.domain.market import Interval, PublicTrade
from terminal.domain.order import Effect, PositionSide, Side
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import Acknowledged, NotSent, Refused, TradingVenue, TriggerTerms
from terminal.venues.paper.adapter import PaperFeed, PaperVenue

pytestmark = pytest.mark.asyncio
D = Decimal


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.market()
    return desk


def trigger(at, **changes):
    values = {
        "instrument_id": BTC,
        "position_side": PositionSide.LONG,
        "effect": Effect.OPEN,
        "size": D("0.1"),
        "trigger_price": D(at),
        "price": None,
        "reference_price": D(60000),
    }
    return TriggerTerms(**(values | changes))


async def travel(desk, work):
    """Let something reach the venue."""
    task = asyncio.ensure_future(work)
    await desk.clock.until(lambda: bool(desk.clock._sleepers) or task.done(), 1)
    await desk.clock.advance(1)
    return await task


async def send(desk, terms, own_id="t1"):
    return await travel(desk, desk.venue.submit_order(desk.venue.prepare_trigger(own_id, terms)))


async def test_it_implements_both_ports_in_full():
    for port, ours in ((TradingVenue, PaperVenue), (MarketFeed, PaperFeed)):
        for name, member in inspect.getmembers(port):
            if not name.startswith("_"):
                own = getattr(ours, name)
                if inspect.isfunction(member):
                    assert inspect.signature(own).parameters.keys() == inspect.signature(member).parameters.keys()


@pytest.mark.parametrize(("at", "before", "then"), [("60500", "60499.9", "60500"), ("59500", "59500.1", "59500")])
async def test_a_conditional_order_waits_for_its_price(desk, at, before, then):
    outcome = await send(desk, trigger(at))
    assert isinstance(outcome, Acknowledged)
    (waiting,) = await desk.venue.trigger_orders(BTC)
    assert (waiting.side, waiting.effect, waiting.trigger_price) == (Side.BUY, Effect.OPEN, D(at))
    desk.tick(before)
    assert desk.fills() == []
    desk.market(then)
    assert [fill.price for fill in desk.fills()] == [D(60001)]  # it fired on the price, before the next book
    assert await desk.venue.trigger_orders(None) == ()
    assert desk.reports()[-1].client_order_id == "t1"


async def test_a_conditional_limit_rests_once_it_fired(desk):
    await send(desk, trigger("59900", price=D(59800)))
    desk.tick("59900")
    (resting,) = await desk.venue.open_orders()
    assert (resting.price, resting.filled_size) == (D(59800), 0)


async def test_without_a_book_it_fires_again_with_the_next_price(desk):
    await send(desk, trigger("60500"))
    desk.lose_stream()
    desk.tick("60500")
    assert len(await desk.venue.trigger_orders(BTC)) == 1
    desk.book()
    desk.tick("60500")
    assert len(desk.fills()) == 1


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        (trigger("60500.05"), "steps"),
        (trigger("60500", size=D("0.00001")), "steps"),
        (trigger("60500", effect=Effect.CLOSE), "no such position"),
    ],
)
async def test_what_cannot_wait_is_refused(desk, terms, named):
    outcome = await send(desk, terms)
    assert isinstance(outcome, Refused)
    assert named in outcome.message


async def test_a_trigger_is_taken_once(desk):
    await send(desk, trigger("60500"))
    assert isinstance(await send(desk, trigger("60500")), Refused)
    desk.exchange.rules.clear()
    assert isinstance(await send(desk, trigger("60500"), "t2"), NotSent)


@pytest.mark.parametrize("changes", [{"size": D(0)}, {"price": D(-1)}, {"reference_price": D(60500)}])
async def test_terms_that_make_no_trigger(desk, changes):
    with pytest.raises(RequestRejected):
        desk.venue.prepare_trigger("t", trigger("60500", **changes))


async def test_protecting_a_position(desk):
    await desk.send(opening())
    (held,) = await desk.venue.positions()
    done = await travel(desk, desk.venue.protect(held, D(59000), D(61000), stop_id="s", target_id="t"))
    assert isinstance(done.stop, Acknowledged)
    assert isinstance(done.target, Acknowledged)
    assert {each.client_order_id for each in await desk.venue.trigger_orders(BTC)} == {"s", "t"}
    desk.tick("59000")
    assert await desk.venue.positions() == ()
    assert await desk.venue.trigger_orders(None) == ()
    done = await travel(desk, desk.venue.protect(held, D(58000), None, stop_id="s2", target_id=""))
    assert isinstance(done.stop, Refused)
    assert done.target is None


async def test_protection_on_the_wrong_side_is_refused(desk):
    await desk.send(opening())
    (held,) = await desk.venue.positions()
    for stop, target in ((D(60000), None), (None, D(60000)), (D(-1), None)):
        with pytest.raises(RequestRejected):
            await desk.venue.protect(held, stop, target, stop_id="s", target_id="t")
    assert await desk.venue.trigger_orders(None) == ()


async def test_moving_and_cancelling_a_trigger(desk):
    await desk.send(opening(stop_price=D(59000)))
    (stop,) = await desk.venue.trigger_orders(BTC)
    await travel(desk, desk.venue.modify_trigger(stop.venue_order_id, D(59500)))
    assert [each.trigger_price for each in await desk.venue.trigger_orders(BTC)] == [D(59500)]
    for name, price in ((stop.venue_order_id, D(60000)), (stop.venue_order_id, D(0)), ("1", D(59000))):
        with pytest.raises(RequestRejected):
            await travel(desk, desk.venue.modify_trigger(name, price))
    assert await travel(desk, desk.venue.cancel_trigger(stop.venue_order_id)) is True
    assert await travel(desk, desk.venue.cancel_trigger(stop.venue_order_id)) is False


async def test_closing_an_instrument_and_everything(desk):
    desk.tick("3000", ETH)
    desk.book(bids=(("2999", "50"),), asks=(("3001", "50"),), instrument_id=ETH)
    await desk.send(opening(stop_price=D(59000)))
    await desk.send(opening(side=Side.SELL))
    await desk.send(opening(instrument_id=ETH, reference_price=D(3000)))
    done = await travel(desk, desk.venue.close_position(BTC))
    assert (len(done.venue_order_ids), done.refusals, done.triggers_cancelled) == (2, (), True)
    assert [each.instrument_id for each in await desk.venue.positions()] == [ETH]
    desk.lose_stream()
    done = await travel(desk, desk.venue.close_everything())
    assert done.venue_order_ids == ()
    assert "no live order book" in done.refusals[0]
    desk.book(bids=(("2999", "50"),), asks=(("3001", "50"),), instrument_id=ETH)
    done = await travel(desk, desk.venue.close_everything())
    assert len(done.venue_order_ids) == 1
    assert await desk.venue.positions() == ()


async def test_a_close_that_could_not_be_written_is_unknown(desk):
    await desk.send(opening())
    desk.path.unlink()
    desk.path.mkdir()
    with pytest.raises(OutcomeUnknown):
        await travel(desk, desk.venue.close_everything())


async def test_the_bill_explains_the_cash(desk):
    desk.funding("0.0001", desk.clock.now_ms() + 10_000)
    await desk.send(opening())
    await desk.clock.advance(20)
    desk.exchange.settle_funding()
    entries = await desk.venue.income(BTC, 0)
    assert [entry.kind for entry in entries] == [IncomeKind.TRADE, IncomeKind.FUNDING]
    assert sum(entry.amount for entry in entries) == desk.exchange.account.cash - 10_000
    assert await desk.venue.income(ETH, 0) == ()


async def test_margin_is_shared(desk):
    assert await desk.venue.margin_mode(BTC) is MarginMode.CROSS
    await desk.venue.set_margin_mode(BTC, MarginMode.CROSS)
    with pytest.raises(RequestRejected):
        await desk.venue.set_margin_mode(BTC, MarginMode.ISOLATED)


async def test_a_print_through_the_price_fills_even_when_it_repeats_the_last_one(desk):
    desk.tick("59980")
    await desk.send(limit("59990"))
    desk.venue._on_market(PublicTrade(BTC, "1", D("59990"), D(1), Side.SELL, 1))
    assert desk.fills() == []
    desk.venue._on_market(PublicTrade(BTC, "2", D("59980"), D(1), Side.SELL, 2))
    assert [fill.price for fill in desk.fills()] == [D(59990)]


async def test_bytes_that_are_none_of_ours_are_not_sent(desk):
    prepared = desk.venue.prepare_order("c", opening())
    for body in (b"", b"{}", prepared.body.replace(b'"size"', b'"sise"')):
        outcome = await desk.venue.submit_order(
            type(prepared)(prepared.client_order_id, prepared.endpoint, body, is_exit=False)
        )
        assert isinstance(outcome, NotSent)


async def test_the_feed_tells_the_seat_first_and_then_the_account(tmp_path):
    clock = ManualClock()
    real = FakeFeed(clock, (BTC, ETH))
    venue = PaperVenue(tmp_path / "paper.json", D(1000), clock)
    feed = venue.feed(real)
    heard = []
    venue._exchange.market.on_book = lambda book: heard.append("account")
    running = asyncio.ensure_future(feed.run_public((BTC,), lambda event: heard.append(type(event).__name__)))
    await clock.advance(0.5)
    running.cancel()
    assert heard[:4] == ["StreamState", "Ticker", "OrderBook", "account"]
    assert {rules.instrument_id for rules in await feed.instruments()} == {BTC, ETH} == set(venue._exchange.rules)
    funding = await feed.funding(BTC)
    assert venue._exchange.account.funding[BTC].rate == funding.rate
    assert feed.health() == real.health()
    feed.watch_candles(frozenset())
    assert len(await feed.candles(BTC, Interval.M15, 3)) == 3
