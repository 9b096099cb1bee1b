"""The adapter against the built-in exchange, and what that exchange can do wrong on purpose."""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
import pytest_asyncio
from woox_kit import BTC, ETH, market, terms

from helpers.event_sink import Events, running
from helpers.fake_chance import SeededChance
from helpers.loopback import STARTED_MS, loopback
from terminal.domain.fill import Fill
from terminal.domain.market import CandleUpdate, Interval, OrderBook, PublicTrade, StreamState, Ticker
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import (
    AccountTouched,
    Acknowledged,
    NotSent,
    OrderReport,
    ProductKind,
    Refused,
    Unclear,
    VenueStatus,
)
from terminal.venues.woox.adapter import Credentials, WooxAdapter

pytestmark = pytest.mark.asyncio(loop_scope="module")
SPEED = 20.0
PLACE = "/v3/trade/order"
D = Decimal


class PacedClock:
    """Shown time runs at the exchange's speed; waits are as much shorter, or as long as they are."""

    def __init__(self, hurry=SPEED):
        self._hurry = hurry
        self._loop = asyncio.get_running_loop()
        self._started_s = self._loop.time()

    def now_ms(self):
        return STARTED_MS + round((self._loop.time() - self._started_s) * 1_000 * SPEED)

    def monotonic_s(self):
        return self._loop.time()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / self._hurry)


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    with loopback(tmp_path_factory.mktemp("woox"), speed=SPEED, venue="woox", generous=True) as started:
        yield started


class Desk:
    def __init__(self, exchange, product=ProductKind.PERPETUAL, hurry=SPEED):
        line = exchange.line
        self.exchange = exchange
        self.count = 0
        self.product = product
        self.adapter = WooxAdapter(
            line["rest"],
            line["ws_public"],
            line["ws_private"],
            Credentials(line["key"], line["secret"]),
            PacedClock(hurry),
            SeededChance(7),
            simulated=True,
            product=product,
        )

    async def price(self):
        return (await self.adapter.recent_trades(BTC, 1))[-1].price

    async def submit(self, order, client_order_id=""):
        self.count += 1
        own_id = client_order_id or f"{self.product.value}-{self.count}"
        return await self.adapter.submit_order(self.adapter.prepare_order(own_id, order))

    async def market(self, **changes):
        return market(size=D("0.001"), reference_price=await self.price(), **changes)

    async def limit(self, away, **changes):
        price = (await self.price() * (1 + D(away))).quantize(D(1))
        return terms(size=D("0.001"), price=price, reference_price=price, **changes)

    @asynccontextmanager
    async def private(self):
        events = Events()
        async with running(self.adapter.run_private(events)):
            await events.first(StreamState, lambda state: state.connected)
            yield events


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def adapted(exchange):
    made = Desk(exchange)
    await made.adapter.instruments()
    await made.adapter.positions()
    yield made
    await made.adapter.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(adapted):
    """One account for all: each test leaves it without faults, orders and positions."""
    yield adapted
    adapted.exchange.clear_faults()
    await adapted.adapter.cancel_all(None)
    await adapted.adapter.close_everything()


async def until(ask, fits):
    for _ in range(200):
        if fits(answer := await ask()):
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError(f"the last answer was {answer}")


async def test_a_round_trip_is_told_by_the_stream_and_by_the_lists_alike(desk):
    async with desk.private() as events:
        opened = await desk.submit(await desk.market())
        assert isinstance(opened, Acknowledged)
        fill = await events.first(Fill, lambda each: each.venue_order_id == opened.venue_order_id)
        assert (fill.side, fill.position_side) == (Side.BUY, PositionSide.LONG)
        await events.first(AccountTouched)
        (held,) = await desk.adapter.positions()
        assert (held.side, held.size) == (PositionSide.LONG, D("0.001"))
        closed = await desk.submit(await desk.market(side=Side.SELL, effect=Effect.CLOSE))
        done = await events.first(Fill, lambda each: each.venue_order_id == closed.venue_order_id)
        listed = {each.trade_id: each for each in await desk.adapter.fills(BTC, 0)}
        assert listed[done.trade_id].realized_pnl == done.realized_pnl != 0
        assert listed[done.trade_id].position_side is done.position_side is PositionSide.LONG
    assert await desk.adapter.positions() == ()


async def test_repeated_and_shuffled_reports_make_one_fill(desk):
    desk.exchange.fault(kind="report_twice", count=20)
    desk.exchange.fault(kind="reports_shuffled", count=20)
    desk.exchange.fault(kind="odd_push", count=5)
    async with desk.private() as events:
        outcome = await desk.submit(await desk.market())
        await events.first(Fill, lambda each: each.venue_order_id == outcome.venue_order_id)
        await events.first(
            OrderReport, lambda each: (each.venue_order_id, each.status) == (outcome.venue_order_id, VenueStatus.FILLED)
        )
        await asyncio.sleep(0.3)
        told = [each.trade_id for each in events.of(Fill)]
    assert len(told) == len(set(told)) >= 1


async def test_a_listen_key_that_expires_loses_no_execution(desk):
    async with desk.private() as events:
        desk.exchange.fault(kind="listen_key_expired", count=1)
        outcome = await desk.submit(await desk.market())
        await events.first(Fill, lambda each: each.venue_order_id == outcome.venue_order_id)
        await events.wait(lambda: len(events.of(StreamState)) >= 3)
    assert [state.connected for state in events.of(StreamState)][:3] == [True, False, True]
    told = [each.trade_id for each in events.of(Fill)]
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("kind", "more"), [("500", {}), ("drop", {}), ("gateway", {}), ("codeless", {"message": "try again"})]
)
async def test_an_order_that_took_effect_without_an_answer_is_found_by_our_number(desk, kind, more):
    desk.exchange.fault(kind=kind, path=PLACE, after=True, count=1, **more)
    own_id = f"lost-{kind}"
    assert isinstance(await desk.submit(await desk.limit("-0.02"), own_id), Unclear)
    (report,) = await until(desk.adapter.open_orders, len)
    assert (report.client_order_id, report.status) == (own_id, VenueStatus.OPEN)
    other = Desk(desk.exchange)  # another run, which knows the journal's ids only
    other.adapter._desk.ids.recall([own_id])
    assert (await other.adapter.open_orders())[0].client_order_id == own_id
    await other.adapter.aclose()


async def test_the_same_number_again_is_not_taken_for_a_refusal(desk):
    order = await desk.limit("-0.02")
    assert isinstance(await desk.submit(order, "twice"), Acknowledged)
    assert isinstance(await desk.submit(order, "twice"), Unclear)
    assert len(await desk.adapter.open_orders()) == 1


async def test_a_cancel_that_takes_its_time_is_pending_and_then_done(desk):
    desk.exchange.fault(kind="late_cancel", delay_ms=400, count=1)
    outcome = await desk.submit(await desk.limit("-0.02"))
    assert await desk.adapter.cancel_order(BTC, outcome.venue_order_id) is True
    assert (await desk.adapter.order(outcome.venue_order_id)).status in {VenueStatus.CANCELING, VenueStatus.OPEN}
    await until(lambda: desk.adapter.order(outcome.venue_order_id), lambda each: each.status is VenueStatus.CANCELED)
    assert await desk.adapter.cancel_order(BTC, outcome.venue_order_id) is False


async def test_an_order_rejected_after_it_was_taken_ends_without_a_fill(desk):
    desk.exchange.fault(kind="late_reject", message="risk", count=1)
    async with desk.private() as events:
        outcome = await desk.submit(await desk.limit("-0.02"))
        assert isinstance(outcome, Acknowledged)
        report = await events.first(OrderReport, lambda each: each.status is VenueStatus.CANCELED)
    assert (report.venue_order_id, report.filled_size) == (outcome.venue_order_id, 0)


@pytest.mark.parametrize(
    ("size", "away", "words"),
    [("0.00015", "0.98", "step"), ("50", "0.98", "risk|margin"), ("0.001", "1.3", "middle|far")],
)
async def test_what_the_venue_refuses_is_said_in_plain_words(desk, size, away, words):
    price = (await desk.price() * D(away)).quantize(D(1))
    outcome = await desk.submit(terms(size=D(size), price=price, reference_price=price))
    assert isinstance(outcome, Refused)
    assert not outcome.halts
    assert any(word in (outcome.message + outcome.hint).lower() for word in words.split("|"))


async def test_maintenance_refuses_and_says_so(desk):
    order = await desk.limit("-0.02")
    desk.exchange.fault(kind="maintenance", code="1", count=1)
    outcome = await desk.submit(order)
    assert isinstance(outcome, Refused | NotSent)
    assert "maintenance" in getattr(outcome, "hint", "") + outcome.message


async def test_stops_of_an_order_wait_at_the_venue_and_go_with_the_position(desk):
    price = await desk.price()
    stop, target = (price * D("0.97")).quantize(D(1)), (price * D("1.03")).quantize(D(1))
    outcome = await desk.submit(await desk.market(stop_price=stop, target_price=target))
    waiting = await until(lambda: desk.adapter.trigger_orders(BTC), lambda found: len(found) == 2)
    assert {(each.trigger_price, each.effect, each.side) for each in waiting} == {
        (stop, Effect.CLOSE, Side.SELL),
        (target, Effect.CLOSE, Side.SELL),
    }
    (moving,) = [each for each in waiting if each.trigger_price == stop]
    await desk.adapter.modify_trigger(moving.venue_order_id, stop - 100)
    await until(
        lambda: desk.adapter.trigger_orders(BTC), lambda found: stop - 100 in {each.trigger_price for each in found}
    )
    closed = await desk.adapter.close_position(BTC)
    assert (len(closed.venue_order_ids), closed.refusals, closed.triggers_cancelled) == (1, (), True)
    assert await desk.adapter.trigger_orders(BTC) == ()
    assert isinstance(outcome, Acknowledged)


async def test_the_public_stream_and_a_gap_in_it(desk):
    events = Events()
    desk.adapter.watch_candles(frozenset((each, Interval.M1) for each in (BTC, ETH)))
    desk.adapter.watch_trades(frozenset({BTC}))
    async with running(desk.adapter.run_public((BTC, ETH), events)):
        for kind in (Ticker, CandleUpdate, PublicTrade):
            await events.first(kind)
        await events.first(OrderBook, lambda book: book.instrument_id == BTC and book.synchronised)
        ticker = await events.first(Ticker, lambda each: each.mark is not None and each.index is not None)
        assert abs(ticker.mark / ticker.last - 1) < D("0.01")
        seen = len(events.of(OrderBook))
        desk.exchange.fault(kind="depth_gap", path="PERP_BTC_USDT@50", count=1)
        await events.first(OrderBook, lambda book: book.instrument_id == BTC and not book.synchronised)
        broken = len(events.seen)
        await events.wait(
            lambda: any(
                isinstance(each, OrderBook) and each.instrument_id == BTC and each.synchronised
                for each in events.seen[broken:]
            )
        )
        assert len(events.of(OrderBook)) > seen


async def test_a_snapshot_behind_the_stream_is_not_traded_on(exchange):
    desk, events = Desk(exchange, hurry=4.0), Events()
    exchange.fault(kind="stale_book")
    await asyncio.sleep(0.2)
    async with running(desk.adapter.run_public((BTC,), events)):
        await events.first(StreamState)
        await asyncio.sleep(1.0)
        assert desk.adapter._books.known(BTC) is None
        exchange.clear_faults()
        await events.first(OrderBook, lambda book: book.synchronised)
    await desk.adapter.aclose()


async def test_an_exit_passes_a_book_without_a_side(desk):
    assert isinstance(await desk.submit(await desk.market(side=Side.SELL)), Acknowledged)
    await until(desk.adapter.positions, len)
    desk.exchange.fault(kind="one_sided", path="BTC")
    await until(lambda: desk.adapter.book(BTC, 15), lambda book: book.best_ask is None)
    way_out = await desk.market(side=Side.BUY, effect=Effect.CLOSE)
    assert isinstance(await desk.submit(way_out), Acknowledged)


async def test_coins_are_positions_on_spot(exchange):
    desk = Desk(exchange, ProductKind.SPOT)
    adapter = desk.adapter
    await adapter.instruments()
    async with desk.private() as events:
        outcome = await desk.submit(await desk.market())
        fill = await events.first(Fill, lambda each: each.venue_order_id == outcome.venue_order_id)
        assert fill.base_fee > 0
        (held,) = await until(adapter.positions, len)
        assert (held.instrument_id, held.side, held.leverage) == (BTC, PositionSide.LONG, 1)
        assert held.size == D("0.0009")  # the fee was taken from the coin
        closed = await adapter.close_position(BTC)
        assert closed.refusals == ()
    assert await adapter.positions() == ()
    reports = {each.venue_order_id: each for each in await adapter.order_history(BTC, 0)}
    assert reports[outcome.venue_order_id].tif is TimeInForce.IOC
    assert reports[outcome.venue_order_id].kind is OrderKind.LIMIT
    await adapter.aclose()
