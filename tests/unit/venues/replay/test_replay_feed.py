import asyncio
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from helpers.market_reel import BAR_MS, BEGAN_MS, PAIRS, SOURCE, DrivenHands, HandClock, MadeRecording, facts, reel
from terminal.domain.errors import RequestRejected, VenueUnavailable
from terminal.domain.market import (
    Candle,
    CandleUpdate,
    Funding,
    Interval,
    MarketEvent,
    OrderBook,
    PublicTrade,
    StreamState,
    Ticker,
)
from terminal.domain.recording import BarsRead, Moment, RecordingSettings, RulesRead
from terminal.storage.recording.library import recorded_day
from terminal.storage.recording.playback import DayPlayback, playable
from terminal.storage.recording.recorder import Recorder
from terminal.venues.replay.feed import ReplayFeed
from terminal.venues.replay.player import CROWDED, MOST_A_STEP, Player

BTC, ETH = PAIRS


def _feed(recording: MadeRecording | DayPlayback, clock: DrivenHands, start_ms: int = 0) -> ReplayFeed:
    return ReplayFeed(Player(recording, clock, start_ms), clock)


async def _play_out(feed: ReplayFeed) -> list[MarketEvent]:
    heard: list[MarketEvent] = []
    ended = asyncio.Event()

    def hear(event: MarketEvent) -> None:
        heard.append(event)
        if feed.is_over and isinstance(event, StreamState) and not event.connected:
            ended.set()

    task = asyncio.create_task(feed.run_public(PAIRS, hear))
    async with asyncio.timeout(10):
        await ended.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return heard


@pytest.mark.asyncio
async def test_a_recorded_minute_is_played_at_fifty_times_bit_for_bit(tmp_path: Path) -> None:
    moments = reel(60)
    clock = HandClock()
    recorder = Recorder(tmp_path, SOURCE, RecordingSettings(), clock)
    for moment in facts() + moments:
        clock.at_ms = moment.at_ms
        recorder.take(moment.what)
        recorder.beat()
    recorder.close()
    driven = DrivenHands(speed=50.0)
    player = Player(DayPlayback(playable(recorded_day(tmp_path, "2026-11-18"))), driven)
    first = len(list(player.now.newest()))
    heard = await _play_out(ReplayFeed(player, driven))
    told = heard[1 + first : -1]  # the stream's state, then the newest of each, then what was recorded
    assert len(told) > len(moments) - 20
    assert repr(told) == repr([moment.what for moment in moments[-len(told) :]])
    assert sum(isinstance(each, CandleUpdate) for each in told) > 1_000
    assert driven.at_ms == moments[-1].at_ms
    assert driven.at_s == pytest.approx(60 / 50, rel=0.1)


@pytest.mark.asyncio
async def test_before_it_plays_it_answers_as_at_its_start() -> None:
    clock = DrivenHands()
    feed = _feed(MadeRecording(reel(10)), clock)
    assert [each.instrument_id for each in await feed.instruments()] == list(PAIRS)
    assert (await feed.ticker(BTC)).instrument_id == BTC
    assert len((await feed.book(ETH, 15)).bids) == 15
    assert (await feed.funding(BTC)).rate == Decimal("0.00010")
    bars = await feed.candles(BTC, Interval.M15, 300)
    assert len(bars) == 21
    assert [bar.closed for bar in bars] == [True] * 20 + [False]
    older = await feed.older_candles(BTC, Interval.M15, bars[5].open_ms)
    assert older == bars[:5]
    with pytest.raises(RequestRejected, match="open interest"):
        await feed.open_interest(BTC)


@pytest.mark.asyncio
async def test_no_bar_is_known_before_it_was_over() -> None:
    later = tuple(
        Candle(BEGAN_MS - BEGAN_MS % BAR_MS + number * BAR_MS, 1.0, 2.0, 0.5, 1.5, 3.0, closed=True)
        for number in range(3)
    )
    read_later = [*facts(), Moment(BEGAN_MS + 4 * BAR_MS, BarsRead(BTC, Interval.M15, later))]
    clock = DrivenHands()
    feed = _feed(MadeRecording(reel(2), read_later), clock)
    assert later[0] not in await feed.candles(BTC, Interval.M15, 300)
    clock.at_ms = later[1].open_ms + 1
    bars = await feed.candles(BTC, Interval.M15, 300)
    assert later[0] in bars
    assert later[1] not in bars


@pytest.mark.asyncio
async def test_longer_bars_are_made_of_the_recorded_ones() -> None:
    clock = DrivenHands()
    feed = _feed(MadeRecording(reel(2)), clock)
    quarters = await feed.candles(BTC, Interval.M15, 300)
    hours = await feed.candles(BTC, Interval.H1, 300)
    whole = hours[-2]
    parts = [bar for bar in quarters if whole.open_ms <= bar.open_ms < whole.open_ms + Interval.H1.ms]
    assert len(parts) == 4
    assert (whole.open, whole.close) == (parts[0].open, parts[-1].close)
    assert (whole.high, whole.low) == (max(bar.high for bar in parts), min(bar.low for bar in parts))
    assert whole.volume == pytest.approx(sum(bar.volume for bar in parts))
    assert not hours[-1].closed
    assert await feed.candles(BTC, Interval.M1, 10) == ()  # nothing shorter was recorded
    feed.watch_candles(frozenset({(BTC, Interval.H1)}))
    heard = await _play_out(feed)
    assert any(isinstance(each, CandleUpdate) and each.interval is Interval.H1 for each in heard)


def test_a_crowded_step_tells_the_newest_and_every_print() -> None:
    clock = DrivenHands()
    moments = reel(60)
    player = Player(MadeRecording(moments), clock)
    heard: list[MarketEvent] = []
    start_ms = clock.at_ms
    begun = next(index for index, each in enumerate(moments) if each is player._next)
    player.play(start_ms + 30_000, heard.append)
    assert clock.at_ms < start_ms + 30_000  # time waits for what could not be told yet
    part = [each.what for each in moments[begun : begun + MOST_A_STEP]]
    assert CROWDED < len(part) == MOST_A_STEP
    assert len(heard) < MOST_A_STEP / 2
    assert [each for each in heard if isinstance(each, PublicTrade)] == [
        each for each in part if isinstance(each, PublicTrade)
    ]
    for kind in (Ticker, OrderBook):
        for pair in PAIRS:
            mine = [each for each in heard if isinstance(each, kind) and each.instrument_id == pair]
            assert mine == [each for each in part if isinstance(each, kind) and each.instrument_id == pair][-1:]


@pytest.mark.asyncio
async def test_a_gap_is_skipped_and_said() -> None:
    first = reel(3)
    later = [Moment(each.at_ms + 3_600_000, each.what) for each in reel(3, seed=9)]
    clock = DrivenHands()
    heard = await _play_out(_feed(MadeRecording(first + later), clock))
    states = [each for each in heard if isinstance(each, StreamState)]
    gap = next(each for each in states if "nothing was recorded" in each.detail)
    assert not gap.connected
    assert "from 11:06:4" in gap.detail
    assert "to 12:06:40 UTC" in gap.detail
    assert clock.at_ms == later[-1].at_ms
    assert clock.at_s < 60


@pytest.mark.asyncio
async def test_it_begins_at_the_hour_that_was_asked_for() -> None:
    clock = DrivenHands()
    feed = _feed(MadeRecording(reel(60)), clock, BEGAN_MS + 30_000)
    assert clock.at_ms == BEGAN_MS + 30_000
    assert (await feed.ticker(BTC)).ts_event_ms == BEGAN_MS + 30_000 - 15
    heard = await _play_out(feed)
    assert len([each for each in heard if isinstance(each, Ticker)]) == 2 * 300 - 2 + 2


@pytest.mark.asyncio
async def test_cut_and_taken_up_again_it_goes_on_where_it_was() -> None:
    clock = DrivenHands(speed=1.0)
    feed = _feed(MadeRecording(reel(5)), clock)
    halfway = asyncio.Event()

    def hear(_: MarketEvent) -> None:
        if clock.at_ms >= BEGAN_MS + 2_000:
            halfway.set()

    task = asyncio.create_task(feed.run_public(PAIRS, hear))
    async with asyncio.timeout(10):
        await halfway.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    cut_ms = clock.at_ms
    rest = await _play_out(feed)
    assert all(each.ts_event_ms >= cut_ms - 200 for each in rest if isinstance(each, Ticker))


@pytest.mark.asyncio
async def test_a_recording_without_rules_or_prices_says_so() -> None:
    only = [Moment(BEGAN_MS, Funding(BTC, Decimal(0), BEGAN_MS, 480))]
    clock = DrivenHands()
    feed = _feed(MadeRecording(only, []), clock)
    with pytest.raises(RequestRejected, match="no contract rules"):
        await feed.instruments()
    with pytest.raises(VenueUnavailable, match="No price of this market"):
        await feed.ticker(BTC)
    assert isinstance(facts()[0].what, RulesRead)
