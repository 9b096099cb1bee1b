"""What stands in for the streams: the same events, and a truthful state."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from bitz_kit import BTC, ETH, HURRY, OPTIONS, HurriedClock, adapter_of, bench

from helpers.event_sink import Events, running
from helpers.fake_clock import ManualClock
from terminal.domain.fill import Fill
from terminal.domain.market import CandleUpdate, Funding, Interval, OrderBook, PublicTrade, StreamState, Ticker
from terminal.domain.order import Effect, Side
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded, VenueStatus
from terminal.venues.bitz.polling.public import PublicPolling, Wishes

pytestmark = pytest.mark.asyncio
SPED_UP = replace(OPTIONS, speed=HURRY)


async def test_an_order_from_its_rest_to_its_end():
    async with bench() as desk:
        events = Events(20)
        async with running(desk.adapter.run_private(events)):
            assert await events.first(StreamState) == StreamState("private", connected=True, detail="")
            order_id = await desk.place(desk.limit("-0.005"), "mine")
            resting = await events.first(OrderReport)
            assert (resting.client_order_id, resting.status) == ("mine", VenueStatus.OPEN)
            await events.first(AccountTouched)
            await desk.adapter.cancel_order(BTC, order_id)
            await events.first(OrderReport, lambda report: report.status is VenueStatus.CANCELED)
            filled = await desk.place(desk.terms(), "next")
            fill = await events.first(Fill)
            assert (fill.client_order_id, fill.venue_order_id) == ("next", filled)
            done = await events.first(OrderReport, lambda report: report.status is VenueStatus.FILLED)
            assert events.seen.index(done) < events.seen.index(fill)
        assert len(events.of(StreamState)) == 1
        assert events.of(ResyncNeeded) == []


async def test_what_others_do_on_the_account_is_seen():
    async with bench() as desk:
        events = Events(20)
        await desk.place(desk.terms())
        async with running(desk.adapter.run_private(events)):
            await events.first(StreamState)
            desk.venue_closes("BTC")
            fill = await events.first(Fill, lambda fill: fill.side is Side.SELL)
            assert fill.client_order_id is None
            report = await events.first(OrderReport, lambda report: report.side is Side.SELL)
            assert (report.effect, report.client_order_id) == (Effect.CLOSE, None)


async def test_old_fills_are_for_a_listing_to_say():
    async with bench() as desk:
        await desk.place(desk.terms())
        await desk.adapter._desk.clock.sleep(2 * HURRY)  # two seconds of the exchange's
        events = Events(20)
        async with running(desk.adapter.run_private(events)):
            await events.first(StreamState)
            await desk.place(desk.terms(size=Decimal("0.001")), "new")
            assert (await events.first(Fill)).client_order_id == "new"


async def test_a_venue_that_is_away_is_told_once_and_back_again():
    async with bench() as desk:
        events = Events(20)
        async with running(desk.adapter.run_private(events)):
            await events.first(StreamState)
            desk.fault(kind="500", path="/Contract/", count=-1)
            away = await events.first(StreamState, lambda state: not state.connected)
            assert "500" in away.detail
            desk.exchange.control.clear_faults()
            await events.first(ResyncNeeded)
        assert [state.connected for state in events.of(StreamState)] == [True, False, True]


async def test_a_key_that_stopped_working_is_told_at_once():
    async with bench() as desk:
        events = Events(20)
        desk.fault(kind="code", code="-117", path="/Contract/", count=-1)
        async with running(desk.adapter.run_private(events)):
            state = await events.first(StreamState)
            assert not state.connected
            assert "expired" in state.detail


async def test_tickers_books_bars_and_tape():
    async with bench(SPED_UP, clock=HurriedClock(HURRY)) as desk:
        events = Events(30)
        desk.adapter.watch_candles(frozenset({(BTC, Interval.M1)}))
        desk.adapter.watch_trades(frozenset({BTC}))
        async with running(desk.adapter.run_public((BTC, ETH), events)):
            for instrument_id in (BTC, ETH):
                for kind in (Ticker, Funding, OrderBook):
                    await events.first(kind, lambda event, wanted=instrument_id: event.instrument_id == wanted)
            closed = await events.first(CandleUpdate, lambda event: event.candle.closed)
            assert (closed.instrument_id, closed.interval) == (BTC, Interval.M1)
            await events.first(PublicTrade)
            desk.adapter.watch_deep_books(frozenset({BTC}))
            await events.first(OrderBook, lambda book: len(book.bids) == 100)
            assert events.of(StreamState) == [StreamState("public", connected=True, detail="")]
            desk.adapter.catch_up()
        books = [book for book in events.of(OrderBook) if book.instrument_id == BTC]
        assert all(earlier.version < later.version for earlier, later in pairwise(books))
        assert all(book.best_bid.price < book.best_ask.price for book in books)
        prints = [int(trade.trade_id) for trade in events.of(PublicTrade)]
        assert prints == sorted(set(prints))
        bars = [event.candle for event in events.of(CandleUpdate)]
        assert all(later.open_ms >= earlier.open_ms for earlier, later in pairwise(bars))
        closes = [bar.open_ms for bar in bars if bar.closed]
        assert closes == sorted(set(closes))


async def test_a_book_that_is_not_read_for_two_seconds_is_out_of_step():
    async with bench(clock=HurriedClock(hurry=4.0)) as desk:
        events = Events(20)
        clock = desk.adapter._desk.clock
        async with running(desk.adapter.run_public((BTC,), events)):
            await events.first(OrderBook)
            await events.first(StreamState)
            desk.fault(kind="500", path="getContractOrderBook", count=-1)
            since_s = clock.monotonic_s()
            broken = await events.first(OrderBook, lambda book: not book.synchronised)
            assert clock.monotonic_s() - since_s < 2.0 + 8.0  # two of them, and what a busy machine adds
            assert broken.bids
            await events.first(StreamState, lambda state: not state.connected)
            desk.exchange.control.clear_faults()
            told = len(events.of(OrderBook))
            await events.wait(lambda: any(book.synchronised for book in events.of(OrderBook)[told:]))
        books = events.of(OrderBook)
        assert all(earlier.version < later.version for earlier, later in pairwise(books))
        assert all(earlier.synchronised or later.synchronised for earlier, later in pairwise(books))  # told once


async def test_the_guard_tells_within_two_seconds_of_the_last_reading():
    clock = ManualClock()
    adapter = adapter_of(
        {"rest": "http://127.0.0.1:5", "ws_public": "ws://127.0.0.1:5/", "ws_private": "ws://127.0.0.1:5/"}
        | {"key": "k", "secret": "s"},
        clock=clock,
    )
    told = []
    polling = PublicPolling(adapter._desk, (BTC,), told.append, Wishes())
    polling._books[BTC] = OrderBook(BTC, (), (), 1, synchronised=True, ts_event_ms=0)
    polling._book_s[BTC] = clock.monotonic_s()
    async with running(polling._guard_books()):
        await clock.advance(1.5)
        assert told == []
        await clock.advance(0.5)
        assert [book.synchronised for book in told] == [False]
        await clock.advance(10)
        assert len(told) == 1
    await adapter.aclose()


async def test_what_is_watched_may_fail_without_harm():
    async with bench() as desk:
        events = Events(20)
        desk.adapter.watch_trades(frozenset({BTC}))
        desk.fault(kind="code", code="-102", path="getContractTradesHistory", count=2)
        async with running(desk.adapter.run_public((BTC,), events)):
            await events.first(PublicTrade)
        assert all(state.connected for state in events.of(StreamState))
