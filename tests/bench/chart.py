"""Our chart beside finplot's and vnpy's on the same bars, window size and actions, and alone with a million bars.

Each library runs in a process of its own, in turns, so that a busy moment of the machine hits all of
them. A frame is timed from the action to the painted viewport (`charts/driver.py`), in the drawing
thread's own time: what else runs on the machine is nobody's drawing. On an otherwise idle machine
that is the clock's time, which stands beside it for the million bars. Beside the others ours draws
what they draw, candles and axes; with a million bars the whole view: volume, averages and values
box too. Goals beside a peer are its own median of this run divided by what is promised; six
indicators have half of a bare chart's frame for themselves.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.charts.peers import peers_python
from bench.rows import Row, median_row, percentile_row

DRIVER = Path(__file__).parent / "charts" / "driver.py"
ROOT = Path(__file__).resolve().parents[2]
BARS, MANY = 100_000, 1_000_000
ROUNDS = 3
STEPS, MANY_STEPS = 60, 300
GIVE_UP_S = 300
NO_GOAL = float("inf")

OUR_SIDES = ("ours", "candles", "fills", "bare", "indicators")
INDICATORS_SHARE = 1.5  # of a bare chart's frame

Times = dict[str, list[tuple[float, float]]]  # of each frame: ms on the clock, ms of the drawing thread's work


def measure() -> list[Row]:
    sides: dict[str, list[Times]] = {"candles": [], "finplot": [], "vnpy": []}
    for _ in range(ROUNDS):
        for name, runs in sides.items():
            runs.append(_run(name, BARS, STEPS))
    plain, fills = [], []
    for _ in range(ROUNDS):
        plain.append(_run("ours", BARS, STEPS))
        fills.append(_run("fills", BARS, STEPS))
    many = [_run("ours", MANY, MANY_STEPS) for _ in range(ROUNDS)]
    ours, finplot, vnpy = sides.values()
    whole = "chart, 1,000,000 bars"
    traded = "chart, pan with 500 of 100,000 bars in view"
    return [
        *_beside("chart, all of 100,000 bars in view", "all", ours, "vnpy", vnpy, 200),
        *_beside("chart, all of 100,000 bars in view", "all", ours, "finplot", finplot, 8),
        *_beside("chart, pan with 500 of 100,000 bars in view", "pan", ours, "vnpy", vnpy, 9),
        *_beside("chart, last of 100,000 bars changes", "last", ours, "finplot", finplot, 10),
        median_row(f"{traded}, frame: no fills", _worked(plain, "pan"), "ms", NO_GOAL),
        median_row(f"{traded}, frame: 10,000 fills", _worked(fills, "pan"), "ms", 8),
        *_with_indicators("chart, 500 of 100,000 bars in view, frame"),
        median_row(f"{whole}: load to first frame", _worked(many, "first_frame"), "ms", 200),
        median_row(f"{whole}: load to first frame, on the clock", _passed(many, "first_frame"), "ms", NO_GOAL),
        percentile_row(f"{whole}: pan, frame, p99", _worked(many, "pan"), 0.99, "ms", 8),
        percentile_row(f"{whole}: pan, frame, p99, on the clock", _passed(many, "pan"), 0.99, "ms", NO_GOAL),
        percentile_row(f"{whole}: all in view, frame, p99", _worked(many, "all"), 0.99, "ms", 8),
        percentile_row(f"{whole}: all in view, frame, p99, on the clock", _passed(many, "all"), 0.99, "ms", NO_GOAL),
    ]


def _beside(name: str, what: str, ours: list[Times], peer_name: str, peer: list[Times], times: float) -> list[Row]:
    """Give our frame against the peer's of the same run, divided by how many times faster ours is to be."""
    theirs = _worked(peer, what)
    goal = statistics.median(theirs) / times
    return [
        median_row(f"{name}, frame: {peer_name}", theirs, "ms", NO_GOAL),
        median_row(f"{name}, frame: ours, 1/{times:g} of {peer_name}'s", _worked(ours, what), "ms", round(goal, 2)),
    ]


def _with_indicators(name: str) -> list[Row]:
    """Measure the chart without an indicator and with six, in turns."""
    bare, six = [], []
    for _ in range(ROUNDS):
        bare.append(_run("bare", BARS, MANY_STEPS))
        six.append(_run("indicators", BARS, MANY_STEPS))
    goal = round(statistics.median(_worked(bare, "pan")) * INDICATORS_SHARE, 2)
    return [
        median_row(f"{name}: pan, no indicators", _worked(bare, "pan"), "ms", NO_GOAL),
        median_row(f"{name}: pan, six, 1.5 times that", _worked(six, "pan"), "ms", goal),
        median_row(f"{name}: last bar changes, six", _worked(six, "last"), "ms", NO_GOAL),
    ]


def _worked(runs: Iterable[Times], what: str) -> list[float]:
    return [worked for run in runs for _, worked in run[what]]


def _passed(runs: Iterable[Times], what: str) -> list[float]:
    return [passed for run in runs for passed, _ in run[what]]


def _run(name: str, bars: int, steps: int) -> Times:
    """Run one side in its own environment, with a home of its own: vnpy writes settings there."""
    own = name in OUR_SIDES
    python = sys.executable if own else str(peers_python())
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "HOME": home,
            "USERPROFILE": home,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT) if own else "",
        }
        command = [python, str(DRIVER), name, str(bars), str(steps)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=GIVE_UP_S, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the chart of {name} could not be measured:\n{done.stderr[-2_000:]}")
    times: Times = json.loads(done.stdout.splitlines()[-1])
    return times
