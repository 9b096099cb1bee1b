"""The days the benchmark `recording` measures hold what it says: the stated rate, times that fit, bars that close."""

from itertools import pairwise

from bench import recorded_reel
from bench.recorded_reel import BEGAN_MS, DAY, EVENTS_PER_S, read_reel, write_busy
from helpers.market_reel import SOURCE, facts, reel
from terminal.domain.market import CandleUpdate, OrderBook
from terminal.domain.recording import BarsRead
from terminal.storage.recording.library import recorded_day
from terminal.storage.recording.playback import DayPlayback, playable
from terminal.storage.recording.take_writer import TakeWriter

SECONDS = 12


def recorded(folder):
    """What a demo of twelve seconds would have left."""
    moments = reel(SECONDS)
    take = TakeWriter(folder, SOURCE, moments[0].at_ms)
    for moment in facts() + moments:
        take.add(moment)
    take.close()
    return read_reel(folder)


def test_the_reel_is_what_was_recorded_and_the_bytes_of_its_stream(tmp_path):
    found = recorded(tmp_path)
    assert list(found.events) == reel(SECONDS)
    (path,) = tmp_path.rglob("*.take")
    assert 0 < found.event_bytes < path.stat().st_size


def test_a_busy_day_has_the_stated_rate_and_times_that_fit(tmp_path):
    write_busy(tmp_path / "busy", recorded(tmp_path / "demo"), SECONDS)
    played = DayPlayback(playable(recorded_day(tmp_path / "busy", DAY)))
    events = list(played.events())
    assert len(events) == EVENTS_PER_S * SECONDS
    assert all(BEGAN_MS <= one.at_ms <= two.at_ms < BEGAN_MS + 1_000 * SECONDS for one, two in pairwise(events))
    late_ms = {each.at_ms - each.what.ts_event_ms for each in events if isinstance(each.what, OrderBook)}
    assert late_ms == {20}
    bars = [each.what for each in played.facts() if isinstance(each.what, BarsRead)]
    assert all(read.bars[-1].open_ms + read.interval.ms == BEGAN_MS for read in bars)


def test_a_bar_that_is_over_is_told_closed_before_the_next_forms():
    forming = [each for each in reel(1) if isinstance(each.what, CandleUpdate)][:1]
    mover, interval = recorded_reel._Mover(tuple(forming)), forming[0].what.interval
    (first,) = mover.at(BEGAN_MS + 5)
    closed, second = mover.at(BEGAN_MS + interval.ms + 7)
    assert (first.what.candle.open_ms, first.what.candle.closed) == (BEGAN_MS, False)
    assert (closed.what.candle.open_ms, closed.what.candle.closed) == (BEGAN_MS, True)
    assert (second.what.candle.open_ms, second.at_ms) == (BEGAN_MS + interval.ms, BEGAN_MS + interval.ms + 7)
