"""Bars without gaps, the moment one has closed, and the age of prices."""

import asyncio
from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_book, make_candles, make_ticker
from helpers.fake_clock import ManualClock, settle
from helpers.fake_feed import FakeFeed
from helpers.fake_journal import MemoryJournal
from terminal.domain.errors import VenueUnavailable
from terminal.domain.market import Candle, CandleUpdate, Interval, StreamState
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.candle_series import Applied, CandleSeries
from terminal.services.market.hub import MarketHub
from terminal.services.reporter import Reporter

M15 = Interval.M15


def bar(number: int, close: float = 1.0, *, closed: bool = False) -> Candle:
    return Candle(number * M15.ms, 1.0, 2.0, 0.5, close, 3.0, closed=closed)


def loaded(*candles: Candle) -> CandleSeries:
    series = CandleSeries(M15)
    series.load(candles)
    return series


def test_the_next_bar_closes_the_one_before():
    series = loaded(bar(1, closed=True), bar(2))
    assert series.apply(bar(2, 1.5)) is Applied.FORMING
    assert series.newest_close_ms == 2 * M15.ms
    assert series.apply(bar(3)) is Applied.CLOSED
    assert series.newest_close_ms == 3 * M15.ms
    assert series.closed[-1] == bar(2, 1.5, closed=True)


def test_a_missing_bar_is_a_gap_and_an_old_one_changes_nothing():
    series = loaded(bar(1, closed=True), bar(2))
    assert series.apply(bar(4)) is Applied.GAP
    assert series.apply(bar(1, 9.0)) is Applied.OLD
    assert [each.close for each in series.closed] == [1.0]
    assert CandleSeries(M15).apply(bar(1)) is Applied.GAP


def test_the_clock_closes_a_quiet_bar_and_its_last_print_still_counts():
    series = loaded(bar(1, closed=True), bar(2))
    assert not series.close_by_clock(3 * M15.ms + 1_999, 2_000)
    assert series.close_by_clock(3 * M15.ms + 2_000, 2_000)
    assert not series.close_by_clock(3 * M15.ms + 9_000, 2_000)
    assert series.apply(bar(2, 1.7)) is Applied.OLD
    assert series.closed[-1].close == 1.7
    assert series.apply(bar(3)) is Applied.FORMING


def test_only_the_newest_run_without_a_gap_is_kept():
    series = loaded(bar(1, closed=True), bar(3, closed=True), bar(4, closed=True), bar(5))
    assert [each.open_ms // M15.ms for each in series.closed] == [3, 4]


class Bench:
    """A hub of two instruments with loaded bars."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.feed = FakeFeed(self.clock, (BTC, ETH))
        self.events: list[object] = []
        self.closes: list[int] = []
        self.tasks: set[asyncio.Task[None]] = set()
        writer = JournalWriter(MemoryJournal(), self.clock, lambda _words: None)
        self.hub = MarketHub(
            self.feed,
            self.clock,
            (BTC, ETH),
            M15,
            emit=self.events.append,
            reporter=Reporter(self.events.append, writer, self.clock),
            spawn=lambda work, _name: self.tasks.add(asyncio.ensure_future(work)),
            on_bar_closed=self.closes.append,
        )

    async def begin(self) -> int:
        """Load, start, and give when the forming bar began."""
        for each in (BTC, ETH):
            await self.hub.load(each)
        self.hub.start_counting()
        self.tasks.add(asyncio.ensure_future(self.hub.run()))
        await settle()
        return self.clock.now_ms() - self.clock.now_ms() % M15.ms

    def candle(self, instrument_id, open_ms: int) -> None:
        self.hub.on_market(CandleUpdate(instrument_id, M15, Candle(open_ms, 1, 1, 1, 1, 1, closed=False)))

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)


@pytest.mark.asyncio
async def test_a_closed_bar_is_announced_once_when_all_have_it():
    bench = Bench()
    open_ms = await bench.begin()
    bench.candle(BTC, open_ms + M15.ms)
    assert bench.closes == []
    bench.candle(ETH, open_ms + M15.ms)
    assert bench.closes == [open_ms + M15.ms]
    await bench.clock.advance(20)
    assert len(bench.closes) == 1
    await bench.end()


@pytest.mark.asyncio
async def test_one_instrument_that_lags_is_waited_for_five_seconds():
    bench = Bench()
    open_ms = await bench.begin()
    bench.candle(BTC, open_ms + M15.ms)
    await bench.clock.advance(4.4)
    assert bench.closes == []
    await bench.clock.advance(1.2)
    assert bench.closes == [open_ms + M15.ms]
    await bench.end()


@pytest.mark.asyncio
async def test_without_any_update_the_clock_closes_the_bar():
    bench = Bench()
    open_ms = await bench.begin()
    await bench.clock.advance(M15.ms / 1_000 + 3)
    assert bench.closes == [open_ms + M15.ms]
    await bench.end()


@pytest.mark.asyncio
async def test_a_gap_is_reloaded_and_trying_goes_on_while_the_venue_is_away():
    bench = Bench()
    open_ms = await bench.begin()
    bench.feed.fail_with = VenueUnavailable("away")
    bench.candle(BTC, open_ms + 3 * M15.ms)
    await bench.clock.advance(5)
    assert bench.hub.series(BTC).newest_close_ms == open_ms
    bench.feed.fail_with = None
    await bench.clock.advance(3)
    assert bench.hub.series(BTC).closed == tuple(
        replace(each, closed=True) for each in make_candles(bench.clock.now_ms())[:-1]
    )
    await bench.end()


@pytest.mark.asyncio
async def test_a_stream_that_comes_back_reloads_every_series():
    bench = Bench()
    await bench.begin()
    before = bench.feed.calls.count("candles")
    bench.hub.on_market(StreamState("public", connected=True, detail=""))
    await settle()
    assert bench.feed.calls.count("candles") == before
    bench.hub.on_market(StreamState("public", connected=False, detail="lost"))
    bench.hub.on_market(StreamState("public", connected=True, detail="back"))
    await settle()
    assert bench.feed.calls.count("candles") == before + 2
    await bench.end()


@pytest.mark.asyncio
async def test_prices_know_their_age_and_a_book_under_repair_gives_none():
    bench = Bench()
    assert bench.hub.quote(BTC).age_s == float("inf")
    bench.hub.on_market(make_ticker())
    bench.hub.on_market(make_book())
    await bench.clock.advance(3)
    bench.hub.on_market(make_ticker())
    quote = bench.hub.quote(BTC)
    assert (quote.book_age_s, quote.ticker_age_s, quote.age_s) == (3.0, 0.0, 3.0)
    assert (quote.bid, quote.ask, quote.mid) == (D(59_999), D(60_001), D(60_000))
    bench.hub.on_market(make_book(synchronised=False))
    assert bench.hub.quote(BTC).bid is None


@pytest.mark.asyncio
async def test_the_chart_is_followed_beside_the_strategy():
    bench = Bench()
    bench.hub.show(ETH, Interval.H1)
    assert bench.feed.watched == {(BTC, M15), (ETH, M15), (ETH, Interval.H1)}


@pytest.mark.asyncio
async def test_open_interest_is_read_now_and_then_and_its_lack_is_said_once():
    bench = Bench()
    await bench.begin()
    bench.feed.fail_with = VenueUnavailable("away")
    bench.tasks.add(asyncio.ensure_future(bench.hub.run_interest()))
    await bench.clock.advance(700)
    assert bench.hub.interests == {}
    assert bench.hub.interest_age_s(BTC) == float("inf")
    words = [event.text for event in bench.events if "Open interest" in getattr(event, "text", "")]
    assert len(words) == 1
    bench.feed.fail_with = None
    await bench.clock.advance(300)
    assert bench.hub.interests[ETH].base_size == D(10_000)
    assert bench.hub.interest_age_s(ETH) <= 300
    await bench.end()
