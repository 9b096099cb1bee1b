"""When the model is fitted, and on what."""

import asyncio
import itertools
from decimal import Decimal

import pytest

from helpers.builders import make_candles
from helpers.fake_clock import ManualClock
from helpers.fake_feed import FakeFeed
from terminal.domain.errors import VenueUnavailable
from terminal.domain.frozen import ModelFitted
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.services.market.candle_series import CandleSeries
from terminal.services.review.model_keeper import REFIT_AFTER_BARS, ModelKeeper

BTC = perpetual("BTC")


class Hub:
    """Bars and contract rules only."""

    def __init__(self, feed):
        self.feed = feed
        self.interval = Interval.M15
        self.instruments = feed.rules
        self.bars = CandleSeries(Interval.M15)

    def is_listed(self, _instrument_id):
        return True

    def series(self, _instrument_id):
        return self.bars

    async def load_older(self, instrument_id):
        return self.bars.load_older(
            await self.feed.older_candles(instrument_id, self.interval, self.bars.oldest_open_ms)
        )


class Reporter:
    def __init__(self):
        self.words = []

    def failing(self, _what, words, error):
        self.words.append(f"{words}: {error}")

    def works(self, _what):
        pass

    def notice(self, level, _source, words, *, keep):
        self.words.append(words)


class Bench:
    def __init__(self, older=0):
        self.clock = ManualClock()
        self.feed = FakeFeed(self.clock, (BTC,))
        self.hub = Hub(self.feed)
        all_bars = [bar for bar in make_candles(self.clock.now_ms(), 60 + older, Interval.M15) if bar.closed]
        self.feed.older[BTC] = tuple(all_bars[:older])
        self.hub.bars.load(tuple(all_bars[older:]))
        self.fits, self.taken_up, self.cycles = [], [], []
        self.reporter = Reporter()
        self.keeper = ModelKeeper(
            self.hub, self, self.clock, self.reporter, (BTC,), simulated=True, on_fitted=self.cycles.append
        )

    def fit(self, training):
        self.fits.append(training)

    def take_up(self, kept):
        self.taken_up.append(kept)

    def status(self, phase, detail="", latency_ms=None):
        self.keeper.on_status(ModelStatus(phase, "m", detail, latency_ms=latency_ms))

    def go_on(self, *, bars_ago=10, quick=False):
        """A model of the run before, so many bars old."""
        at_ms = self.clock.now_ms() - bars_ago * Interval.M15.ms
        self.keeper.kept = ModelFitted("m", "00", "{}", "{}", 1, at_ms, quick=quick)
        self.keeper.begin()


def test_a_fit_that_ended_well_asks_for_a_cycle_once():
    bench = Bench()
    bench.keeper.fit("start")
    bench.status(ModelPhase.TRAINING)
    bench.status(ModelPhase.READY)
    bench.status(ModelPhase.THINKING)
    bench.status(ModelPhase.READY)
    assert bench.cycles == ["start"]
    assert bench.fits[0].taker_fee == pytest.approx(float(Decimal("0.0008")))


def test_a_failed_fit_asks_for_nothing():
    bench = Bench()
    bench.keeper.fit("start")
    bench.status(ModelPhase.FAILED)
    bench.status(ModelPhase.READY)
    assert bench.cycles == []
    assert not bench.keeper.is_fitted


def test_a_failed_fit_is_tried_again_when_the_next_bar_has_closed():
    bench = Bench()
    bench.keeper.fit("start")
    bench.status(ModelPhase.FAILED)
    assert len(bench.fits) == 1
    bench.keeper.on_bar_closed()
    assert len(bench.fits) == 2
    bench.status(ModelPhase.READY)
    assert bench.keeper.is_fitted


@pytest.mark.asyncio
async def test_the_first_fit_takes_the_newest_bars_and_a_longer_one_follows(monkeypatch):
    monkeypatch.setattr("terminal.services.review.model_keeper.FIRST_BARS", 40)
    bench = Bench()
    bench.keeper.fit("start")
    await bench.keeper.run()
    first, second = (bars for fit in bench.fits for _, bars in fit.series)
    assert len(first) == 40
    assert len(second) > 40
    assert first == second[-40:]


def test_96_closed_bars_make_a_new_fit():
    bench = Bench()
    bench.keeper.fit("start")
    bench.status(ModelPhase.READY)
    for _ in range(REFIT_AFTER_BARS - 1):
        bench.keeper.on_bar_closed()
    assert len(bench.fits) == 1
    bench.keeper.on_bar_closed()
    assert len(bench.fits) == 2


@pytest.mark.asyncio
async def test_the_longer_history_is_joined_without_a_gap_and_fitted_on():
    bench = Bench(older=250)
    await bench.keeper.run()
    [(_, bars)] = bench.fits[-1].series
    assert len(bars) >= 250 + 59
    steps = {later.open_ms - earlier.open_ms for earlier, later in itertools.pairwise(bars)}
    assert steps == {Interval.M15.ms}


@pytest.mark.asyncio
async def test_no_longer_history_no_second_fit():
    bench = Bench()
    await bench.keeper.run()
    assert bench.fits == []


@pytest.mark.asyncio
async def test_a_venue_that_fails_is_asked_again():
    bench = Bench(older=100)
    bench.feed.fail_with = VenueUnavailable("no answer")
    running = asyncio.create_task(bench.keeper.run())
    await bench.clock.advance(1.0)
    assert "no answer" in bench.reporter.words[0]
    bench.feed.fail_with = None
    await bench.clock.advance(10.0)
    await running
    assert len(bench.fits) == 1


def test_without_a_model_of_the_run_before_it_begins_with_a_fit():
    bench = Bench()
    bench.keeper.begin()
    assert (len(bench.fits), bench.taken_up) == (1, [])


def test_the_model_of_the_run_before_decides_at_once_and_nothing_is_fitted():
    bench = Bench()
    bench.go_on()
    (asked,) = bench.taken_up
    assert (asked.fitted, asked.instruments, asked.interval, asked.simulated) == (
        bench.keeper.kept,
        (BTC,),
        Interval.M15,
        True,
    )
    bench.status(ModelPhase.READY, latency_ms=12.0)  # an answer to a question says nothing about it
    assert not bench.keeper.is_fitted
    bench.status(ModelPhase.READY)
    assert (bench.cycles, bench.keeper.is_fitted, bench.fits) == (["start"], True, [])


def test_one_that_is_refused_is_said_and_a_quick_fit_follows():
    bench = Bench()
    bench.go_on()
    bench.status(ModelPhase.IDLE, "its text is not the one that was kept: it was changed since")
    [words] = bench.reporter.words
    assert words.startswith("The model of the run before is not used. Its text is not the one that was kept")
    assert words.endswith("A new one is fitted now.")
    assert (len(bench.fits), bench.cycles) == (1, [])
    bench.status(ModelPhase.READY)
    assert bench.cycles == ["start"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("went_on", "fits"),
    [({"bars_ago": 10}, 0), ({"bars_ago": REFIT_AFTER_BARS}, 1), ({"bars_ago": 10, "quick": True}, 1)],
)
async def test_it_is_challenged_when_it_is_a_day_old_or_was_a_quick_one(went_on, fits):
    bench = Bench(older=250)
    bench.go_on(**went_on)
    bench.status(ModelPhase.READY)
    await bench.keeper.run()
    assert len(bench.fits) == fits
    assert all(len(bars) >= 250 for fit in bench.fits for _, bars in fit.series)  # no quick fit again


def test_its_bars_are_counted_on():
    bench = Bench()
    bench.go_on(bars_ago=REFIT_AFTER_BARS - 2)
    bench.status(ModelPhase.READY)
    bench.keeper.on_bar_closed()
    assert bench.fits == []
    bench.keeper.on_bar_closed()
    assert len(bench.fits) == 1
