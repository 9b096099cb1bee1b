"""Recording market data and playing it again: what it costs, how much disk a day takes, how fast a day is played.

A real demo runs and records as it always does; what its recording thread takes is read from the system, in time on
the processor. No day is waited for: a day's bytes and seconds are **extrapolated** from what was measured, to a
stated rate, and named so. Finding, opening and playing are measured on files this program's own writer made of
the same records (`recorded_reel`).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.recorded_reel import (
    BEGAN_MS,
    CHUNKS,
    DAY,
    DAY_S,
    EVENTS_PER_S,
    NOON_S,
    Reel,
    read_reel,
    write_busy,
    write_long,
)
from bench.rows import Row, median_row
from helpers.market_reel import DrivenHands
from terminal.domain.recording import RecordingSettings
from terminal.runtime.clock import SystemClock
from terminal.storage.recording.library import recorded_day
from terminal.storage.recording.playback import DayPlayback, playable
from terminal.storage.recording.recorder import Recorder
from terminal.venues.replay.player import Player

RECORD_S = float(os.environ.get("ALPHADESK_BENCH_RECORD_S", "40"))
RUNS = int(os.environ.get("ALPHADESK_BENCH_RUNS", "3"))
BUSY_S = 960  # a bar of 15 minutes closes within it
REPLAY_S = 15.0
GIVE_UP_S = 240.0
ANY = float("inf")
Figures = dict[str, float]
_RATE = f"{EVENTS_PER_S} events/s"
_RECORD = """
import asyncio, json, sys, threading, time
from pathlib import Path
from terminal.app.session import Session, SessionOptions

def on_processor_s():
    (thread,) = (each for each in threading.enumerate() if each.name == "recording")
    return int(Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text().split()[0]) / 1e9

async def main(seconds):
    session = Session(SessionOptions(references=()))
    try:
        await session.start(lambda event: None)
        await session.engine.wait_ready()
        await asyncio.sleep(2.0)  # the bars read at the start are written
        from_ms, took_s, began_s = session.clock.now_ms(), on_processor_s(), time.monotonic()
        await asyncio.sleep(seconds)
        to_ms, took_s, passed_s = session.clock.now_ms(), on_processor_s() - took_s, time.monotonic() - began_s
        print(json.dumps({"cpu_s": took_s, "seconds": passed_s, "from_ms": from_ms, "to_ms": to_ms}))
    finally:
        await session.aclose()

if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
"""
_REPLAY = """
import asyncio, json, sys, time
from terminal.app.replay_run import ReplayWish
from terminal.app.session import Session, SessionOptions

async def main(day, seconds):
    session = Session(SessionOptions(replay=ReplayWish(day)))
    try:
        await session.start(lambda event: None)
        await session.engine.wait_ready()
        clock, run = session.clock, session.replay
        clock.set_speed(1000.0)
        market_ms, began_s = clock.now_ms(), time.monotonic()
        while time.monotonic() < began_s + seconds and not run.state().is_over:
            await asyncio.sleep(0.1)
        passed_s = time.monotonic() - began_s
        print(json.dumps({"times": (clock.now_ms() - market_ms) / 1000 / passed_s, "seconds": passed_s}))
    finally:
        await session.aclose()

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
"""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        recorded = _run(home, _RECORD, RECORD_S)
        folder = Path(home) / "data" / "profiles" / "demo" / "recordings"
        reel = read_reel(folder)
        write_busy(folder, reel, BUSY_S)
        times = [_run(home, _REPLAY, DAY, REPLAY_S)["times"] for _ in range(RUNS)]
        alone = [_play_alone(folder) for _ in range(RUNS)]
    with tempfile.TemporaryDirectory() as day:
        write_long(Path(day), reel)
        opened = [_find_and_open(Path(day)) for _ in range(2 * RUNS - 1)]
    return [*_cost(recorded, reel), *_opening(opened), *_speed(times, alone)]


def _cost(recorded: Figures, reel: Reel) -> list[Row]:
    """What the demo's recording took as measured, and what a day at the stated rate would take."""
    events = sum(recorded["from_ms"] <= each.at_ms < recorded["to_ms"] for each in reel.events)
    event_us, event_bytes = 1e6 * recorded["cpu_s"] / events, reel.event_bytes / len(reel.events)
    a_day = EVENTS_PER_S * DAY_S
    day, share = f"A recorded day at {_RATE}, extrapolated", "share of a core"
    return [
        _row("Recording the demo: events a second", events / recorded["seconds"], "/s", ANY),
        _row(f"Recording the demo: its thread, {share}", 100 * recorded["cpu_s"] / recorded["seconds"], "%", 2),
        _row(f"Recording {_RATE}: its thread, {share}, reckoned by the event", event_us * EVENTS_PER_S / 1e4, "%", 2),
        _row(f"Recording {_RATE}: handing over, {share}", _handing_us(reel) * EVENTS_PER_S / 1e4, "%", 0.5),
        _row("Recording: bytes an event on the disk", event_bytes, "B", 40),
        _row(f"{day}: on the disk", event_bytes * a_day / 1e6, "MB", 700),
        _row(f"{day}: processor time of its thread", event_us * a_day / 1e6, "s", 0.02 * DAY_S),
    ]


def _handing_us(reel: Reel) -> float:
    """What the thread that hears the market pays for a record: time on the processor, of that thread alone."""
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder), reel.source, RecordingSettings(), SystemClock())
        began_s = time.thread_time()
        for moment in reel.events:
            recorder.take(moment.what)
        took_s = time.thread_time() - began_s
        recorder.close()
    return 1e6 * took_s / len(reel.events)


def _opening(opened: list[tuple[float, float, float]]) -> list[Row]:
    found, at_start, at_noon = zip(*opened, strict=True)
    day = f"A recorded day of {CHUNKS:,} chunks"
    return [
        median_row(f"{day}: found", found, "s", 2),
        median_row(f"{day}: opened at its start", at_start, "s", 1),
        median_row(f"{day}: opened at noon", at_noon, "s", 3),
    ]


def _speed(times: list[float], alone: list[float]) -> list[Row]:
    return [
        median_row(f"Replay of {_RATE}, without the engine: times real time", alone, "x", ANY),
        median_row(f"Replay of {_RATE}, with the engine: times real time", times, "x", ANY),
    ]


def _find_and_open(folder: Path) -> tuple[float, float, float]:
    """Seconds to find the day, and to be ready to play at its start and at noon."""
    began_s = time.perf_counter()
    recorded_day(folder, DAY)
    found_s = time.perf_counter() - began_s
    return found_s, _opened(folder, 0)[1], _opened(folder, BEGAN_MS + 1_000 * NOON_S)[1]


def _opened(folder: Path, start_ms: int) -> tuple[Player, float]:
    day = recorded_day(folder, DAY)
    began_s = time.perf_counter()
    player = Player(DayPlayback(playable(day)), DrivenHands(now_ms=BEGAN_MS), start_ms)
    return player, time.perf_counter() - began_s


def _play_alone(folder: Path) -> float:
    """Play the busy take as fast as it can be read; nobody listens."""
    player, _ = _opened(folder, 0)
    began_s = time.perf_counter()
    while not player.is_over:
        player.play(BEGAN_MS + 1_000 * DAY_S, lambda _event: None)
    return BUSY_S / (time.perf_counter() - began_s)


def _row(name: str, value: float, unit: str, goal: float) -> Row:
    return median_row(name, [value], unit, goal)


def _run(home: str, story: str, *arguments: object) -> Figures:
    """Run a story in a process of its own.

    Raises:
        subprocess.CalledProcessError: it failed; its words are on stderr.
    """
    done = subprocess.run(
        [sys.executable, "-c", story, *map(str, arguments)],
        env={**os.environ, "ALPHADESK_HOME": home},
        stdout=subprocess.PIPE,
        check=True,
        timeout=GIVE_UP_S,
    )
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures
