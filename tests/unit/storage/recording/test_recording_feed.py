import asyncio
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from helpers.fake_clock import ManualClock, settle
from helpers.fake_feed import FakeFeed
from helpers.market_reel import PAIRS, SOURCE
from terminal.domain.market import Interval, MarketEvent, PublicTrade
from terminal.domain.order import Side
from terminal.domain.recording import BarsRead, RecordingSettings, RulesRead
from terminal.storage.recording.feed import RecordingFeed
from terminal.storage.recording.library import recorded_days
from terminal.storage.recording.playback import DayPlayback, playable
from terminal.storage.recording.recorder import Recorder

BTC = PAIRS[0]


async def _follow(feed: RecordingFeed, clock: ManualClock, seconds: int) -> list[MarketEvent]:
    heard: list[MarketEvent] = []
    task = asyncio.create_task(feed.run_public(PAIRS, heard.append))
    for _ in range(seconds * 2):
        await settle()
        await clock.advance(0.5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return heard


@pytest.mark.asyncio
async def test_all_that_is_given_is_recorded_and_nothing_is_changed(tmp_path: Path) -> None:
    clock = ManualClock()
    real = FakeFeed(clock, PAIRS)
    recorder = Recorder(tmp_path, SOURCE, RecordingSettings(), clock)
    said: list[str] = []
    feed = RecordingFeed(real, recorder, clock, said.append)
    rules = await feed.instruments()
    bars = await feed.candles(BTC, Interval.M15, 40)
    funding = await feed.funding(BTC)
    interest = await feed.open_interest(BTC)
    heard = await _follow(feed, clock, 5)
    recorder.close()
    (day,) = recorded_days(tmp_path)
    playback = DayPlayback(playable(day))
    assert [each.what for each in playback.facts()] == [RulesRead(rules), BarsRead(BTC, Interval.M15, bars)]
    assert [each.what for each in playback.events()] == [funding, interest, *heard]
    assert said == []


@pytest.mark.asyncio
async def test_a_failing_disk_is_told_once_and_the_market_goes_on(tmp_path: Path) -> None:
    clock = ManualClock()
    blocked = tmp_path / "recordings"
    blocked.write_text("in the way")
    recorder = Recorder(blocked, SOURCE, RecordingSettings(), clock)
    said: list[str] = []
    feed = RecordingFeed(FakeFeed(clock, PAIRS), recorder, clock, said.append)
    await feed.instruments()
    recorder.close()
    heard = await _follow(feed, clock, 5)
    assert len(heard) > 10
    assert len(said) == 1
    assert "Recording has ended" in said[0]
    assert recorded_days(blocked) == ()


@pytest.mark.asyncio
async def test_every_tape_is_recorded_and_the_desk_hears_of_those_it_watches(tmp_path: Path) -> None:
    clock = ManualClock()
    real = FakeFeed(clock, PAIRS)
    recorder = Recorder(tmp_path, SOURCE, RecordingSettings(), clock)
    feed = RecordingFeed(real, recorder, clock, lambda _: None)
    feed.watch_trades(frozenset({BTC}))
    heard: list[MarketEvent] = []
    task = asyncio.create_task(feed.run_public(PAIRS, heard.append))
    await settle()
    assert real.tapes == frozenset(PAIRS)
    assert real.sink is not None
    prints = [PublicTrade(pair, "", Decimal(5), Decimal(1), Side.SELL, clock.now_ms()) for pair in PAIRS]
    for each in prints:
        real.sink(each)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    recorder.close()
    playback = DayPlayback(playable(recorded_days(tmp_path)[0]))
    assert [each.what for each in playback.events() if isinstance(each.what, PublicTrade)] == prints
    assert [each for each in heard if isinstance(each, PublicTrade)] == prints[:1]


@pytest.mark.asyncio
async def test_a_venue_that_is_polled_is_asked_for_no_more_tapes(tmp_path: Path) -> None:
    clock = ManualClock()
    real = FakeFeed(clock, PAIRS)
    recorder = Recorder(tmp_path, SOURCE, RecordingSettings(), clock)
    feed = RecordingFeed(real, recorder, clock, lambda _: None, tapes=False)
    feed.watch_trades(frozenset({BTC}))
    await _follow(feed, clock, 1)
    recorder.close()
    assert real.tapes == frozenset({BTC})
