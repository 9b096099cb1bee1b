import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.market_reel import BEGAN_MS, PAIRS, SOURCE, HandClock, facts, reel
from terminal.domain.market import Funding, OrderBook, StreamState, Ticker
from terminal.domain.recording import BarsRead, Moment, RecordingSettings, RulesRead
from terminal.storage.recording.frames import Kind, chunks, spans
from terminal.storage.recording.library import recorded_day, recorded_days
from terminal.storage.recording.playback import DayPlayback, playable
from terminal.storage.recording.recorder import Recorder
from terminal.storage.recording.take_writer import TakeWriter

DAY = "2026-11-18"
DAY_MS = 86_400_000


def _record(folder: Path, moments: list[Moment], *, budget_mb: int = 100, beat_every: int = 25) -> Recorder:
    clock = HandClock()
    recorder = Recorder(folder, SOURCE, RecordingSettings(budget_mb=budget_mb), clock)
    for number, moment in enumerate(moments, 1):
        clock.at_ms = moment.at_ms
        recorder.take(moment.what)
        if number % beat_every == 0:
            recorder.beat()
    recorder.close()
    return recorder


def _play(folder: Path, day: str = DAY) -> DayPlayback:
    return DayPlayback(playable(recorded_day(folder, day)))


def test_what_was_recorded_is_read_back_bit_for_bit(tmp_path: Path) -> None:
    moments = reel(60)
    _record(tmp_path, facts() + moments)
    playback = _play(tmp_path)
    assert repr(list(playback.facts())) == repr(facts())
    assert repr(list(playback.events())) == repr(moments)
    assert playback.source == SOURCE
    assert (playback.from_ms, playback.to_ms) == (BEGAN_MS, moments[-1].at_ms)


@pytest.mark.parametrize("cut", [1, 40, 700])
def test_a_torn_end_costs_the_last_chunks_and_nothing_else(tmp_path: Path, cut: int) -> None:
    moments = reel(20)
    _record(tmp_path, moments)
    path = next(tmp_path.rglob("*.take"))
    os.truncate(path, path.stat().st_size - cut)
    with path.open("rb") as file:
        whole = sum(1 for _ in chunks(file))
        assert whole == sum(1 for _ in spans(file, path.stat().st_size))
    read = list(_play(tmp_path).events())
    assert read == moments[: len(read)]
    assert len(moments) - len(read) <= 25 * 4


def test_behind_a_damaged_place_the_next_whole_part_is_read(tmp_path: Path) -> None:
    moments = reel(60)
    _record(tmp_path, moments, beat_every=10)
    path = next(tmp_path.rglob("*.take"))
    with path.open("rb") as file:
        found = list(spans(file, path.stat().st_size))
    starts = [span for span in found if span.kind is Kind.START]
    assert len(starts) >= 2
    content = bytearray(path.read_bytes())
    content[found[20].offset + 3] ^= 0xFF
    path.write_bytes(content)
    read = list(_play(tmp_path).events())
    assert 0 < len(read) < len(moments)
    assert read[-1] == moments[-1]
    assert all(each in moments for each in read[:: len(read) // 50])


def test_a_new_day_is_a_new_file_that_can_be_played_alone(tmp_path: Path) -> None:
    late = reel(2)
    shift = DAY_MS - BEGAN_MS % DAY_MS - 1_000  # the second of the two seconds is another day's
    moments = [Moment(each.at_ms + shift, each.what) for each in facts() + late]
    _record(tmp_path, moments)
    first, second = recorded_days(tmp_path)
    assert (first.day, second.day) == (DAY, "2026-11-19")
    alone = DayPlayback(playable(second))
    kinds = [type(each.what) for each in alone.facts()]
    assert kinds.count(RulesRead) == 1
    assert kinds.count(BarsRead) == len(PAIRS)
    shown = {each.what.instrument_id for each in alone.events() if isinstance(each.what, Ticker)}
    assert shown == set(PAIRS)
    both = [each for day in (first, second) for each in DayPlayback(playable(day)).events()]
    assert repr([each for each in both if each in moments][-5:]) == repr(moments[-5:])


def test_the_oldest_days_make_room_and_the_present_one_stays(tmp_path: Path) -> None:
    for number in range(4):
        moved = [Moment(each.at_ms + number * DAY_MS, each.what) for each in reel(60)]
        _record(tmp_path, moved)
    sizes = [day.row.size_bytes for day in recorded_days(tmp_path)]
    assert len(sizes) == 4
    budget_mb = 1
    while sum(1 for _ in tmp_path.rglob("*.take")) and sum(sizes) <= budget_mb * 1_000_000:
        whole = next(tmp_path.glob("*-18/*.take"))
        shutil.copy(whole, whole.with_name(f"copy{len(sizes):03d}.take"))
        sizes.append(sizes[0])
    moved = [Moment(each.at_ms + 4 * DAY_MS, each.what) for each in reel(5)]
    recorder = _record(tmp_path, moved, budget_mb=budget_mb)
    left = [day.day for day in recorded_days(tmp_path)]
    assert recorder.trouble == ""
    assert DAY not in left
    assert left[-1] == "2026-11-22"


def test_a_day_that_is_too_large_ends_recording_in_plain_words(tmp_path: Path) -> None:
    place = tmp_path / DAY
    place.mkdir()
    (place / "000000-00.take").write_bytes(bytes(2_000_000))
    recorder = _record(tmp_path, reel(1), budget_mb=1)
    assert "Recording has ended" in recorder.trouble
    assert "budget_mb" in recorder.trouble


def test_a_disk_that_fails_ends_recording_in_plain_words(tmp_path: Path) -> None:
    blocked = tmp_path / "recordings"
    blocked.write_text("in the way")
    recorder = _record(blocked, reel(1))
    assert recorder.trouble.startswith("Recording has ended")
    assert "Error" not in recorder.trouble


def test_takes_of_one_second_do_not_share_a_file(tmp_path: Path) -> None:
    paths = []
    for _ in range(2):
        writer = TakeWriter(tmp_path, SOURCE, BEGAN_MS)
        writer.add(Moment(BEGAN_MS, StreamState("public", connected=True, detail="")))
        writer.close()
        paths.append(writer.path)
    assert len(set(paths)) == 2


def test_takes_that_overlap_are_not_mixed_and_each_can_be_chosen(tmp_path: Path) -> None:
    _record(tmp_path, reel(30))
    _record(tmp_path, [Moment(each.at_ms + 10_000, each.what) for each in reel(60, seed=8)])
    _record(tmp_path, [Moment(each.at_ms + 3_600_000, each.what) for each in reel(5)])
    day = recorded_day(tmp_path, DAY)
    assert [take.row.number for take in day.takes] == [1, 2, 3]
    assert sorted(take.row.number for take in playable(day)) == [2, 3]
    assert [take.row.number for take in playable(day, 1)] == [1]


def test_a_replay_from_an_hour_on_reads_a_little_before_it_and_knows_the_newest(tmp_path: Path) -> None:
    moments = reel(60)
    _record(tmp_path, moments, beat_every=4)
    path = next(tmp_path.rglob("*.take"))
    with path.open("rb") as file:
        states = [span.to_ms for span in spans(file, path.stat().st_size) if span.kind is Kind.STATE]
    assert len(states) > 3
    since_ms = BEGAN_MS + 40_000
    state_ms = max(each for each in states if each <= since_ms)
    read = list(_play(tmp_path).events(since_ms))
    known = read[: next(index for index, each in enumerate(read) if each in moments and each.at_ms > state_ms)]
    assert {type(each.what) for each in known} >= {Ticker, OrderBook, Funding, StreamState}
    whole = [each for each in moments if each.at_ms > state_ms]
    assert repr(read[-len(whole) :]) == repr(whole)
    assert len(read) < len(moments) / 2
    before = [each for each in moments if each.at_ms <= state_ms and isinstance(each.what, OrderBook)]
    told = {each.what.instrument_id: each.what for each in known if isinstance(each.what, OrderBook)}
    assert all(each.what == told[each.what.instrument_id] for each in before[-2:])


def test_a_take_that_goes_on_is_played_as_far_as_it_was_when_it_was_opened(tmp_path: Path) -> None:
    writer = TakeWriter(tmp_path, SOURCE, BEGAN_MS)
    moments = reel(10)
    for moment in moments[:300]:
        writer.add(moment)
    writer.flush()
    playback = _play(tmp_path)
    for moment in moments[300:]:
        writer.add(moment)
    writer.close()
    assert list(playback.events())[-1].at_ms == moments[299].at_ms == playback.to_ms


def test_what_lies_between_two_takes_is_a_gap_of_the_day(tmp_path: Path) -> None:
    _record(tmp_path, reel(2))
    _record(tmp_path, [Moment(each.at_ms + 300_000, each.what) for each in reel(2)])
    row = recorded_day(tmp_path, DAY).row
    assert row.gaps == ((BEGAN_MS + 1_900, BEGAN_MS + 300_000),)
    assert row.recorded_ms == 2 * 1_900


_CHILD = """
import sys, time
from pathlib import Path
from helpers.market_reel import SOURCE, HandClock, reel
from terminal.domain.recording import RecordingSettings
from terminal.storage.recording.recorder import Recorder

clock = HandClock()
recorder = Recorder(Path(sys.argv[1]), SOURCE, RecordingSettings(), clock)
for number, moment in enumerate(reel(30)):
    clock.at_ms = moment.at_ms
    recorder.take(moment.what)
    if number % 40 == 39:
        recorder.beat()
        recorder.beat()
        while recorder._queue.qsize():
            time.sleep(0)
        sys.stdout.write(f"{number + 1}\\n")
        sys.stdout.flush()
"""


def test_a_killed_program_loses_no_more_than_what_came_since_the_last_beat(tmp_path: Path) -> None:
    root = Path(__file__).parents[4]
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(root), str(root / "tests")))},
    )
    assert child.stdout is not None
    written = 0
    with child.stdout:
        while written < 800:
            written = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
    child.wait()
    written = max([written, *map(int, rest)])
    read = list(_play(tmp_path).events())
    moments = reel(30)
    assert repr(read) == repr(moments[: len(read)])
    assert len(read) >= written - 40
