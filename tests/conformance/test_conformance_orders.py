"""Orders from sending to their end, triggers, and what the venue refuses."""

import asyncio
from contextlib import suppress
from decimal import Decimal

import pytest
from conformance_kit import BTC, eventually
from speakers import needs

from helpers.event_sink import Events, running
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import Acknowledged, ListsWholeHistory, Refused, TriggerTerms, VenueStatus

pytestmark = pytest.mark.asyncio
SIZE = Decimal("0.001")


async def filled(desk, **changes):
    """Open a position and give the order's report."""
    order_id = await desk.place(await desk.terms(**changes))
    return await desk.until(order_id, lambda report: report.status is VenueStatus.FILLED)


async def test_market_order_fills_and_reads_back(desk):
    own_id = desk.new_id()
    order_id = await desk.place(await desk.terms(), own_id)
    report = await desk.until(order_id, lambda report: report.status is VenueStatus.FILLED)
    assert (report.side, report.effect, report.filled_size, report.is_forced) == (Side.BUY, Effect.OPEN, SIZE, False)
    if desk.speaker.able.market_orders:
        assert (report.kind, report.price) == (OrderKind.MARKET, None)
    else:  # a price-capped order that never rests stands in for it
        assert (report.kind, report.tif) == (OrderKind.LIMIT, TimeInForce.IOC)
        assert report.price >= report.average_price
    (listed,) = [each for each in await desk.adapter.order_history(BTC, 0) if each.venue_order_id == order_id]
    assert listed.average_price == report.average_price
    assert {report.client_order_id, listed.client_order_id} == {own_id}
    if isinstance(desk.adapter, ListsWholeHistory):
        whole = await desk.adapter.whole_history(0)
        assert [each for each in whole if each.instrument_id == BTC] == list(await desk.adapter.order_history(BTC, 0))


async def test_limit_order_rests_and_cancels_once(desk):
    terms = await desk.limit("-0.006")
    order_id = await desk.place(terms)
    (resting,) = await eventually(desk.adapter.open_orders)
    assert (resting.venue_order_id, resting.status, resting.price) == (order_id, VenueStatus.OPEN, terms.price)
    assert (resting.tif, resting.filled_size, resting.average_price) == (TimeInForce.GTC, 0, None)
    assert await desk.adapter.cancel_order(BTC, order_id) is True
    await desk.until(order_id, lambda report: report.status is VenueStatus.CANCELED)
    assert await desk.adapter.open_orders() == ()
    assert await desk.adapter.cancel_order(BTC, order_id) is False


async def test_cancel_of_an_order_that_never_was(desk):
    assert await desk.adapter.cancel_order(BTC, "599999999999999999") is False
    with pytest.raises(RequestRejected):
        await desk.adapter.order("599999999999999999")


@needs("post only")
async def test_post_only_that_would_take_is_cancelled_unfilled(desk):
    outcome = await desk.submit(await desk.limit("0.003", TimeInForce.POST_ONLY))
    if isinstance(outcome, Acknowledged):  # accepted, then cancelled by the venue
        report = await desk.until(outcome.venue_order_id, lambda report: report.status is VenueStatus.CANCELED)
        assert (report.filled_size, report.tif) == (0, TimeInForce.POST_ONLY)
    else:
        assert isinstance(outcome, Refused)
    assert await desk.adapter.positions() == ()


@needs("immediate")
async def test_ioc_takes_what_crosses_and_never_rests(desk):
    taker = await desk.place(await desk.limit("0.003", TimeInForce.IOC))
    report = await desk.until(taker, lambda report: report.status is VenueStatus.FILLED)
    assert (report.kind, report.tif) == (OrderKind.LIMIT, TimeInForce.IOC)
    miss = await desk.place(await desk.limit("-0.005", TimeInForce.IOC))
    await desk.until(miss, lambda report: report.status is VenueStatus.CANCELED and not report.filled_size)


@needs("immediate")
async def test_fok_fills_whole_or_not_at_all(desk):
    whole = await desk.place(await desk.limit("0.003", TimeInForce.FOK))
    await desk.until(whole, lambda report: report.status is VenueStatus.FILLED)
    nothing = await desk.place(await desk.limit("-0.005", TimeInForce.FOK))
    await desk.until(nothing, lambda report: report.status is VenueStatus.CANCELED and not report.filled_size)


async def test_partial_fill_then_cancel_keeps_the_fill(desk):
    desk.exchange.fault(kind="partial_fill", share="0.4", delay_ms=3_600_000, count=1)
    order_id = await desk.place(await desk.limit("0.002", size=Decimal("0.005")))
    report = await desk.until(order_id, lambda report: report.filled_size > 0)
    assert (report.filled_size, report.status) == (Decimal("0.002"), VenueStatus.OPEN)
    assert await desk.adapter.cancel_order(BTC, order_id)
    done = await desk.until(order_id, lambda report: report.status is VenueStatus.CANCELED)
    assert done.filled_size == Decimal("0.002")
    assert sum(fill.size for fill in await desk.fills_of(order_id)) == Decimal("0.002")


async def test_closing_pays_out_and_leaves_nothing(desk):
    opened = await filled(desk)
    held = desk.rules_of(BTC).floor_size(SIZE - await desk.coin_fees(opened.venue_order_id))
    report = await filled(desk, side=Side.SELL, effect=Effect.CLOSE, size=held)
    assert (report.side, report.effect) == (Side.SELL, Effect.CLOSE)
    assert await desk.adapter.positions() == ()
    fills = await desk.fills_of(report.venue_order_id)
    assert {(fill.side, fill.position_side) for fill in fills} == {(Side.SELL, PositionSide.LONG)}
    if desk.speaker.able.is_spot:
        return  # what a coin had cost is the adapter's own arithmetic, where the venue tells nothing
    gained = sum((fill.price - opened.average_price) * fill.size for fill in fills)
    assert abs(sum(fill.realized_pnl for fill in fills) - gained) < Decimal("0.001")


@needs("hedge_mode")
async def test_long_and_short_are_kept_apart(desk):
    await filled(desk)
    await filled(desk, side=Side.SELL, size=2 * SIZE)
    held = {position.side: position.size for position in await desk.adapter.positions()}
    assert held == {PositionSide.LONG: SIZE, PositionSide.SHORT: 2 * SIZE}
    outcome = await desk.adapter.close_position(BTC)
    assert (len(outcome.venue_order_ids), outcome.refusals, outcome.triggers_cancelled) == (2, (), True)
    await eventually(desk.adapter.positions, lambda held: not held)


@needs("post only", "busy book")
async def test_taker_and_maker_fees(desk):
    (rules,) = [each for each in await desk.adapter.instruments() if each.instrument_id == BTC]
    report = await filled(desk)
    for taken in await desk.fills_of(report.venue_order_id):
        assert (taken.is_maker, taken.fee) == (False, taken.price * taken.size * rules.taker_fee)
    made = await resting_fill(desk)
    assert (made.is_maker, made.fee) == (True, made.price * made.size * rules.maker_fee)


async def resting_fill(desk):
    """Join the best bid until somebody sells into it; the private stream tells when."""
    events = Events()
    async with running(desk.adapter.run_private(events)):
        await events.first(StreamState, lambda state: state.connected)
        for _ in range(10):
            price = (await desk.adapter.book(BTC, 15)).best_bid.price
            terms = await desk.terms(kind=OrderKind.LIMIT, tif=TimeInForce.POST_ONLY, price=price)
            outcome = await desk.submit(terms)
            if not isinstance(outcome, Acknowledged):
                continue
            order_id = outcome.venue_order_id

            def ours(fill, wanted=order_id):
                return fill.venue_order_id == wanted

            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    return await events.first(Fill, ours)
            await desk.adapter.cancel_order(BTC, order_id)
            # It may have filled at the last moment, or been taken back because the price had come to meet it.
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    return await events.first(Fill, ours)
    raise AssertionError("nobody sold into the best bid")


# -- refusals -----------------------------------------------------------------

REFUSED = {
    "off the step": ({"size": Decimal("0.00015")}, "step"),
    "below the minimum": ({"size": Decimal("0.00001")}, "step"),
    "more than the margin allows": ({"size": Decimal(5)}, "margin"),
    "closing what is not held": ({"side": Side.SELL, "effect": Effect.CLOSE}, ""),
}


@needs("weex")
@pytest.mark.parametrize("name", REFUSED)
async def test_refused_with_a_reason(desk, name):
    changes, word = REFUSED[name]
    outcome = await desk.submit(await desk.terms(**changes))
    assert isinstance(outcome, Refused)
    assert word in outcome.hint
    assert outcome.message
    assert not outcome.halts
    assert await desk.adapter.open_orders() == ()


@needs("weex")
@pytest.mark.parametrize("away", ["0.03", "-0.03"])
async def test_a_limit_price_beyond_the_venues_ratio_is_refused_on_its_side(desk, away):
    side = Side.BUY if away == "0.03" else Side.SELL
    outcome = await desk.submit(await desk.limit(away, side=side))
    assert isinstance(outcome, Refused)
    assert await desk.adapter.open_orders() == ()


# -- triggers -----------------------------------------------------------------


@needs("triggers")
async def test_stop_and_target_of_a_position_move_and_cancel(desk):
    await filled(desk)
    (position,) = await desk.adapter.positions()
    price = await desk.price()
    stop, target = (price * Decimal("0.98")).quantize(Decimal(1)), (price * Decimal("1.02")).quantize(Decimal(1))
    placed = await desk.adapter.protect(position, stop, target, stop_id=desk.new_id(), target_id=desk.new_id())
    assert isinstance(placed.stop, Acknowledged)
    assert isinstance(placed.target, Acknowledged)
    waiting = await eventually(lambda: desk.adapter.trigger_orders(BTC), lambda found: len(found) == 2)
    by_id = {each.venue_order_id: each for each in waiting}
    shown = by_id[placed.stop.venue_order_id]
    assert (shown.trigger_price, shown.side, shown.effect, shown.size) == (stop, Side.SELL, Effect.CLOSE, SIZE)
    moved = stop - 100
    await desk.adapter.modify_trigger(placed.stop.venue_order_id, moved)
    await eventually(
        lambda: desk.adapter.trigger_orders(BTC), lambda found: moved in {each.trigger_price for each in found}
    )
    assert await desk.adapter.cancel_trigger(placed.target.venue_order_id) is True
    assert await desk.adapter.cancel_trigger(placed.target.venue_order_id) is False
    (left,) = await desk.adapter.trigger_orders(BTC)
    assert left.venue_order_id == placed.stop.venue_order_id
    outcome = await desk.adapter.close_position(BTC)
    assert outcome.triggers_cancelled
    await eventually(lambda: desk.adapter.trigger_orders(BTC), lambda found: not found)


@needs("triggers")
async def test_attached_stop_and_target_become_triggers_once_filled(desk):
    price = await desk.price()
    stop, target = (price * Decimal("0.97")).quantize(Decimal(1)), (price * Decimal("1.03")).quantize(Decimal(1))
    await filled(desk, stop_price=stop, target_price=target)
    waiting = await eventually(lambda: desk.adapter.trigger_orders(BTC), lambda found: len(found) == 2)
    assert {each.trigger_price for each in waiting} == {stop, target}
    assert {each.effect for each in waiting} == {Effect.CLOSE}


@needs("weex")
@pytest.mark.parametrize("factor", ["1.02", "0.98"])
async def test_conditional_entry_waits_and_cancels(desk, factor):
    price = await desk.price()
    at = (price * Decimal(factor)).quantize(Decimal(1))
    terms = TriggerTerms(BTC, PositionSide.LONG, Effect.OPEN, SIZE, at, None, price)
    own_id = desk.new_id()
    outcome = await desk.adapter.submit_order(desk.adapter.prepare_trigger(own_id, terms))
    assert isinstance(outcome, Acknowledged)
    (waiting,) = await eventually(lambda: desk.adapter.trigger_orders(None))
    assert (waiting.venue_order_id, waiting.client_order_id) == (outcome.venue_order_id, own_id)
    assert (waiting.side, waiting.effect, waiting.trigger_price) == (Side.BUY, Effect.OPEN, at)
    assert await desk.adapter.cancel_all(BTC) == 1
    await eventually(lambda: desk.adapter.trigger_orders(BTC), lambda found: not found)


@needs("weex")
async def test_cancel_all_counts_resting_orders_and_triggers(desk):
    price = await desk.price()
    await desk.place(await desk.limit("-0.005"))
    await desk.place(await desk.limit("-0.006"))
    terms = TriggerTerms(BTC, PositionSide.LONG, Effect.OPEN, SIZE, (price * 2).quantize(Decimal(1)), None, price)
    assert isinstance(await desk.adapter.submit_order(desk.adapter.prepare_trigger(desk.new_id(), terms)), Acknowledged)
    await eventually(lambda: desk.adapter.trigger_orders(BTC))
    assert await desk.adapter.cancel_all(None) == 3
    assert await desk.adapter.open_orders() == ()
