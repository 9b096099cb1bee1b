"""What charts load: the linked series, those beside it, older pages, and all anew after a lost stream."""

import asyncio

import pytest

from helpers.builders import BTC, ETH
from helpers.fake_clock import ManualClock, settle
from helpers.fake_feed import FakeFeed
from helpers.fake_journal import MemoryJournal
from terminal.domain.chart_messages import FollowCharts, OlderBars, ShowOlderBars
from terminal.domain.commands import ShowChart
from terminal.domain.errors import VenueUnavailable
from terminal.domain.market import Candle, Interval, StreamState
from terminal.domain.messages import CandlesLoaded, Notice
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.chart_desk import PAGES, ChartDesk
from terminal.services.market.hub import MarketHub
from terminal.services.reporter import Reporter

M15, H1 = Interval.M15, Interval.H1


def older(count: int) -> tuple[Candle, ...]:
    return tuple(Candle(number * M15.ms, 1, 2, 0.5, 1.5, 3, closed=True) for number in range(count))


class Bench:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.feed = FakeFeed(self.clock, (BTC, ETH))
        self.events: list[object] = []
        self.tasks: set[asyncio.Task[None]] = set()
        reporter = Reporter(self.events.append, JournalWriter(MemoryJournal(), self.clock, lambda _: None), self.clock)
        self.hub = MarketHub(
            self.feed, self.clock, (BTC, ETH), M15, emit=self.events.append, reporter=reporter, spawn=self.spawn,
            on_bar_closed=lambda _: None,
        )  # fmt: skip
        self.desk = ChartDesk(self.feed, self.hub, reporter, self.spawn, emit=self.events.append)

    def spawn(self, work, _name) -> None:
        self.tasks.add(asyncio.ensure_future(work))

    def told(self, kind) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    def loaded(self) -> list:
        return [(event.instrument_id, event.interval) for event in self.told(CandlesLoaded)]


@pytest.mark.asyncio
async def test_the_linked_chart_is_loaded_and_followed():
    bench = Bench()
    await bench.desk.handle(ShowChart(ETH, H1))
    assert bench.loaded() == [(ETH, H1)]
    assert (ETH, H1) in bench.feed.watched


@pytest.mark.asyncio
async def test_charts_beside_it_are_loaded_once_and_dropped_when_closed():
    bench = Bench()
    await bench.desk.handle(ShowChart(BTC, M15))
    await bench.desk.handle(FollowCharts(((BTC, H1), (ETH, H1), (BTC, H1))))
    assert bench.loaded() == [(BTC, M15), (BTC, H1), (ETH, H1)]
    assert {(BTC, H1), (ETH, H1)} <= bench.feed.watched
    await bench.desk.handle(FollowCharts(((ETH, H1), (ETH, Interval.D1))))
    assert bench.loaded()[3:] == [(ETH, Interval.D1)]
    assert (BTC, H1) not in bench.feed.watched
    await bench.desk.handle(FollowCharts(()))
    assert bench.feed.watched == {(BTC, M15), (ETH, M15)}


@pytest.mark.asyncio
async def test_older_bars_come_page_by_page_until_the_venue_has_no_more():
    bench = Bench()
    bench.feed.older = {BTC: older(230)}
    await bench.desk.handle(ShowOlderBars(BTC, M15, 230 * M15.ms))
    pages = bench.told(OlderBars)
    assert [len(page.candles) for page in pages] == [100, 100, 30, 0]
    assert [page.before_ms // M15.ms for page in pages] == [230, 130, 30, 0]
    assert [page.ends for page in pages] == [False, False, False, True]
    assert [page.is_all for page in pages] == [False, False, False, True]


@pytest.mark.asyncio
async def test_an_asking_ends_after_some_pages():
    bench = Bench()
    bench.feed.older = {BTC: older(2_000)}
    await bench.desk.handle(ShowOlderBars(BTC, M15, 2_000 * M15.ms))
    pages = bench.told(OlderBars)
    assert len(pages) == PAGES
    assert pages[-1].ends
    assert not pages[-1].is_all


@pytest.mark.asyncio
async def test_a_second_asking_while_one_is_read_reads_nothing_more():
    bench = Bench()
    bench.feed.older = {BTC: older(230)}
    answer = bench.feed.older_candles

    async def slow(*asked):
        await asyncio.sleep(0)
        return await answer(*asked)

    bench.feed.older_candles = slow
    asked = ShowOlderBars(BTC, M15, 230 * M15.ms)
    await asyncio.gather(bench.desk.handle(asked), bench.desk.handle(asked))
    assert bench.feed.calls.count("older_candles") == 4


@pytest.mark.asyncio
async def test_pages_that_cannot_be_read_end_the_asking():
    bench = Bench()
    bench.feed.fail_with = VenueUnavailable("down")
    with pytest.raises(VenueUnavailable):
        await bench.desk.handle(ShowOlderBars(BTC, M15, 5 * M15.ms))
    (page,) = bench.told(OlderBars)
    assert page.ends
    assert not page.is_all
    bench.feed.fail_with = None
    bench.feed.older = {BTC: older(5)}
    await bench.desk.handle(ShowOlderBars(BTC, M15, 5 * M15.ms))
    assert len(bench.told(OlderBars)[1].candles) == 5


@pytest.mark.asyncio
async def test_after_a_lost_stream_every_chart_is_loaded_anew():
    bench = Bench()
    await bench.desk.handle(ShowChart(BTC, M15))
    await bench.desk.handle(FollowCharts(((ETH, H1),)))
    bench.desk.hear(StreamState("public", connected=True, detail=""))
    await settle()
    assert len(bench.loaded()) == 2  # it was never lost
    bench.desk.hear(StreamState("public", connected=False, detail="cut"))
    bench.desk.hear(StreamState("public", connected=True, detail=""))
    await settle()
    assert bench.loaded()[2:] == [(BTC, M15), (ETH, H1)]
    bench.feed.fail_with = VenueUnavailable("down")
    bench.desk.hear(StreamState("public", connected=False, detail="cut"))
    bench.desk.hear(StreamState("public", connected=True, detail=""))
    await settle()
    assert "15m bars of BTC could not be read" in bench.told(Notice)[-1].text
