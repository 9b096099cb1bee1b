"""O13: who closed a position is told apart on both dialects: a person on the venue's page, or a stop that fired."""

import asyncio
from contextlib import asynccontextmanager, suppress
from decimal import Decimal

import httpx
import pytest
from conformance_kit import BTC, eventually
from speakers import needs

from helpers.event_sink import Events, running
from terminal.domain.order import Effect, Origin, PositionSide
from terminal.ports.venue import Acknowledged, OrderReport, StreamState, VenueStatus
from terminal.services.orders.close_origin import CloseOrigin
from terminal.services.recovery.other_terminal import OtherTerminal

pytestmark = [pytest.mark.asyncio, needs("weex")]


class NoOrders:
    """A ledger that knows no order."""

    def get(self, _client_order_id):
        return None

    def entry_of(self, *_leg):
        return None


class Quiet:
    def failing(self, *_words):
        raise AssertionError("the venue was there")

    def works(self, _source):
        pass


def judge_of(desk):
    others = OtherTerminal("aaaa", switch=None)
    return CloseOrigin(desk.adapter, NoOrders(), others, desk.adapter._desk.clock, Quiet())


def close_by_hand(desk):
    answer = httpx.post(
        desk.exchange.line["rest"] + "/_sim/close", json={"pair": "BTC", "side": "LONG"}, trust_env=False
    )
    assert answer.status_code == 200, answer.text


def is_close(report):
    return report.effect is Effect.CLOSE and report.status is VenueStatus.FILLED


@asynccontextmanager
async def stream(desk):
    """Follow the account; gives what it says."""
    events = Events()
    async with running(desk.adapter.run_private(events)):
        await events.wait_count(StreamState, 1)
        yield events


async def closed(desk):
    """The one closing order of the history."""
    history = await desk.adapter.order_history(BTC, 0)
    return next((each for each in reversed(history) if each.effect is Effect.CLOSE and each.filled_size > 0), None)


async def test_o13_a_close_on_the_venues_page(desk):
    await desk.place(await desk.terms())
    async with stream(desk) as events:
        close_by_hand(desk)
        pushed = await events.first(OrderReport, is_close)
    assert (pushed.is_by_hand, pushed.is_triggered, pushed.is_forced) == (True, False, False)
    assert pushed.client_order_id is None
    judge = judge_of(desk)
    assert judge.said(pushed).origin is Origin.EXTERNAL
    listed = await eventually(lambda: closed(desk))
    assert judge.said(listed) is None  # the listing does not say it, so it is asked for
    assert (await judge.find(lambda: listed)).origin is Origin.EXTERNAL


async def test_o13_a_close_by_another_program_without_an_id_of_its_own(desk):
    await desk.place(await desk.terms())
    async with stream(desk) as events:
        outcome = await desk.adapter.close_position(BTC)
        pushed = await events.first(OrderReport, is_close)
    assert pushed.venue_order_id in outcome.venue_order_ids
    assert (pushed.is_by_hand, pushed.is_triggered) == (False, False)  # its source is API
    assert (await judge_of(desk).find(lambda: pushed)).origin is Origin.EXTERNAL


async def test_a_stop_that_fires_stays_the_venues(desk):
    await desk.place(await desk.terms())
    (position,) = await eventually(desk.adapter.positions)
    assert position.side is PositionSide.LONG
    began_ms = desk.adapter._desk.server_clock.now_ms()
    async with stream(desk) as events:
        pushed = None
        while pushed is None:
            near = await desk.price() - Decimal("1.0")  # the market wanders; one USDT away is soon reached
            placed = await desk.adapter.protect(position, near, None, stop_id=desk.new_id(), target_id=desk.new_id())
            if not isinstance(placed.stop, Acknowledged):  # the market was past it before it arrived
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    pushed = await events.first(OrderReport, is_close)
            if pushed is None:  # it wandered off: follow it
                await desk.adapter.cancel_all(BTC)
    assert (pushed.is_triggered, pushed.is_by_hand) == (True, False)
    judge = judge_of(desk)
    assert judge.said(pushed).origin is Origin.VENUE
    listed = await eventually(lambda: closed(desk))
    assert listed.client_order_id is None
    assert judge.said(listed) is None
    (fired,) = await desk.adapter.fired_triggers(BTC, began_ms - 1_000)
    assert fired.order_id in {None, listed.venue_order_id}
    assert abs(fired.fired_ms - listed.created_ms) <= 5_000
    assert (await judge.find(lambda: listed)).origin is Origin.VENUE
    assert (await judge.find(lambda: listed)).origin is Origin.EXTERNAL  # one trigger explains one close


async def test_a_trigger_that_was_cancelled_has_not_fired(desk):
    price = await desk.price()
    await desk.place(await desk.terms())
    (position,) = await eventually(desk.adapter.positions)
    began_ms = desk.adapter._desk.server_clock.now_ms()
    far = (price * Decimal("0.9")).quantize(Decimal("0.1"))
    await desk.adapter.protect(position, far, None, stop_id=desk.new_id(), target_id=desk.new_id())
    await eventually(lambda: desk.adapter.trigger_orders(BTC))
    await desk.adapter.cancel_all(BTC)
    assert await desk.adapter.fired_triggers(BTC, began_ms - 1_000) == ()
