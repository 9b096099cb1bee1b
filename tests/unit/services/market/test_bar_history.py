"""Kept bars lengthen a start, and only as far as the venue confirms them."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from helpers.builders import BTC, ETH
from helpers.fake_clock import ManualClock
from helpers.fake_feed import FakeFeed
from helpers.fake_journal import MemoryJournal
from terminal.domain.errors import StorageError, VenueUnavailable
from terminal.domain.market import Candle, Interval
from terminal.domain.messages import Notice
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.bar_history import LEAST_OVERLAP, MOST_KEPT, BarHistory, disagreement, merged
from terminal.services.market.candle_series import KEPT_BARS
from terminal.services.market.hub import MarketHub
from terminal.services.reporter import Reporter
from terminal.storage.candles.layout import UnusableFile

M15 = Interval.M15
NOW_MS = 1_760_400_000_000 - 1_760_400_000_000 % M15.ms
NEWEST = NOW_MS // M15.ms  # number of the bar that is forming


def bar(number: int) -> Candle:
    price = 100.0 + number % 97
    return Candle(number * M15.ms, price, price + 1, price - 1, price + 0.5, 3.0 + number % 7, closed=True)


def run(first: int, last: int) -> tuple[Candle, ...]:
    """Bars counted backwards from the forming one: `run(5, 1)` are the five newest closed ones."""
    return tuple(bar(NEWEST - back) for back in range(first, last - 1, -1))


class Store:
    def __init__(self, bars=()):
        self.files = {}
        self.fault = None
        self.on_written = lambda: None
        if bars:
            self.files[BTC] = tuple(bars)

    def read(self, instrument_id, _interval, newest):
        if self.fault is not None:
            raise self.fault
        return self.files.get(instrument_id, ())[-newest:]

    def write(self, instrument_id, _interval, bars):
        if self.fault is not None and not isinstance(self.fault, UnusableFile):
            raise self.fault
        self.files[instrument_id] = tuple(bars)
        self.on_written()


class Feed(FakeFeed):
    """Serves the newest `count` closed bars and the forming one."""

    count = 100
    newest = NEWEST

    async def candles(self, instrument_id, interval, limit):
        self._may_fail("candles")
        numbers = range(self.newest - min(limit, self.count), self.newest)
        return (*(bar(number) for number in numbers), replace(bar(self.newest), closed=False))


class Bench:
    def __init__(self, *kept: Candle, ids=(BTC,)):
        self.clock = ManualClock()
        self.feed = Feed(self.clock, ids)
        self.events = []
        writer = JournalWriter(MemoryJournal(), self.clock, lambda _words: None)
        reporter = Reporter(self.events.append, writer, self.clock)
        self.hub = MarketHub(
            self.feed,
            self.clock,
            ids,
            M15,
            emit=self.events.append,
            reporter=reporter,
            spawn=lambda work, _name: asyncio.ensure_future(work),
            on_bar_closed=lambda _close_ms: None,
        )
        self.store = Store(kept)
        self.history = BarHistory(self.store, self.feed, self.hub, self.clock, reporter, ids)

    async def begin(self) -> int:
        for each in self.hub._ids:
            await self.hub.load(each)
        return await self.history.recall()

    async def written(self) -> None:
        """Wait for the store's thread to have written."""
        done, loop = asyncio.Event(), asyncio.get_running_loop()
        self.store.on_written = lambda: loop.call_soon_threadsafe(done.set)
        await self.clock.advance(96 * 900 + 1)
        await asyncio.wait_for(done.wait(), 10)

    @property
    def words(self) -> str:
        return " ".join(event.text for event in self.events if isinstance(event, Notice))

    @property
    def closed(self):
        return self.hub.series(BTC).closed


@pytest.mark.asyncio
async def test_the_second_start_has_more_bars_at_once():
    first = Bench()
    assert await first.begin() == 0
    await first.history.keep()
    second = Bench(*first.store.files[BTC])
    second.feed.newest += 60  # fifteen hours later
    assert await second.begin() == 60
    assert len(second.closed) == 160
    assert second.closed == run(100, -59)
    await second.history.keep()
    assert second.store.files[BTC] == second.closed


@pytest.mark.asyncio
async def test_bars_that_differ_from_the_venue_s_are_not_used_and_are_replaced():
    wrong = replace(bar(NEWEST - 7), close=1.0)
    bench = Bench(*run(300, 8), wrong, *run(6, 1))
    assert await bench.begin() == 0
    assert len(bench.closed) == 100
    assert "BTC" in bench.words
    assert "1 of the 100 compared differ" in bench.words
    await bench.history.keep()
    assert bench.store.files[BTC] == run(100, 1)


@pytest.mark.parametrize("newest", [101, 130, 100 - LEAST_OVERLAP + 2])
@pytest.mark.asyncio
async def test_bars_too_old_to_compare_are_not_used(newest):
    bench = Bench(*run(400, newest))
    assert await bench.begin() == 0
    assert "too few" in bench.words


@pytest.mark.asyncio
async def test_just_enough_bars_to_compare_are_used():
    bench = Bench(*run(400, 100 - LEAST_OVERLAP + 1))
    assert await bench.begin() == 300


@pytest.mark.parametrize("fault", [UnusableFile("the file is damaged"), StorageError("no read access")])
@pytest.mark.asyncio
async def test_a_file_that_cannot_be_read_costs_nothing_but_the_bars(fault):
    bench = Bench(*run(300, 1))
    bench.store.fault = fault
    assert await bench.begin() == 0
    assert len(bench.closed) == 100
    assert str(fault) in bench.words


@pytest.mark.asyncio
async def test_a_damaged_file_is_replaced_by_the_venue_s_bars():
    bench = Bench(*run(300, 1))
    bench.store.fault = UnusableFile("the file is damaged")
    await bench.begin()
    await bench.history.keep()
    assert bench.store.files[BTC] == run(100, 1)


@pytest.mark.asyncio
async def test_a_full_disk_is_said_once_and_nothing_stops():
    bench = Bench(ids=(BTC, ETH))
    await bench.begin()
    bench.store.fault = StorageError("No space left on device")
    await bench.history.keep()
    assert bench.words.count("could not be kept") == 1


@pytest.mark.asyncio
async def test_bars_our_clock_closed_are_never_kept():
    bench = Bench()
    await bench.begin()
    assert bench.hub.series(BTC).close_by_clock((NEWEST + 1) * M15.ms, 0)
    await bench.history.keep()
    assert bench.store.files[BTC] == run(100, 1)


@pytest.mark.asyncio
async def test_the_series_is_not_made_longer_than_it_is_kept():
    bench = Bench(*run(5_000, 1))
    assert await bench.begin() == KEPT_BARS - 100
    assert len(bench.closed) == KEPT_BARS
    await bench.history.keep()
    assert len(bench.store.files[BTC]) == 5_000


@pytest.mark.asyncio
async def test_once_a_day_the_newest_bars_are_asked_for_and_kept():
    bench = Bench()
    await bench.begin()
    await bench.history.keep()
    task = asyncio.ensure_future(bench.history.run())
    bench.feed.newest += 60
    await bench.written()
    assert bench.store.files[BTC] == run(100, -59)
    assert all(each.closed for each in bench.store.files[BTC])
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.asyncio
async def test_a_venue_that_is_away_is_asked_again_the_next_day():
    bench = Bench()
    await bench.begin()
    task = asyncio.ensure_future(bench.history.run())
    bench.feed.fail_with = VenueUnavailable("away")
    await bench.clock.until(lambda: "could not be read" in bench.words, 96 * 900 + 60)
    bench.feed.fail_with = None
    await bench.written()
    assert bench.store.files[BTC] == run(100, 1)
    task.cancel()
    await asyncio.wait([task])


def test_merging_keeps_a_year_and_never_a_gap():
    assert merged((), run(5, 1)) == run(5, 1)
    assert merged(run(90, 50), run(60, 1)) == run(60, 1)  # eleven common bars prove nothing
    assert merged(run(90, 30), run(60, 1)) == run(90, 1)
    long = merged(run(MOST_KEPT + 500, 100), run(300, 1))
    assert len(long) == MOST_KEPT
    assert {b.open_ms - a.open_ms for a, b in pairwise(long)} == {M15.ms}


def test_a_disagreement_counts_every_bar_that_differs():
    kept = [replace(each, volume=each.volume + 1e-9) for each in run(50, 1)]
    assert disagreement(tuple(kept), run(100, 1)) == "50 of the 50 compared differ from the venue's"
    assert disagreement(run(50, 1), run(100, 1)) == ""
