"""The whole window under a steady load: `alphadesk bench ui` in fresh processes, and its figures as rows.

Latency and lateness are wall-clock figures: with other work on the machine they tell of that work. So
the rows are medians of runs, each of which is told on stderr as soon as it is over.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.rows import Row, median_row

ROOT = Path(__file__).resolve().parents[2]
RUNS = int(os.environ.get("ALPHADESK_BENCH_RUNS", "3"))
SECONDS = int(os.environ.get("ALPHADESK_BENCH_SECONDS", "60"))
HISTORY_S = 100  # by then the first start has read the bars it keeps, which no later start does again
SWITCHES = 30
BUSY, STORM, EVERYDAY = 1_000, 20_000, 100
GIVE_UP_S = 300.0

TOLD = ("messages_per_s", "received_to_painted_ms_p99", "heartbeat_late_ms_p99", "core_percent", "resident_mb")

Figures = dict[str, float | None]


def measure() -> list[Row]:
    busy = _runs(BUSY, min(20, SECONDS), 15)
    storm = _runs(STORM, SECONDS, HISTORY_S)  # what the history takes is the first start's, not the storm's
    everyday = _runs(EVERYDAY, SECONDS, HISTORY_S, SWITCHES)
    return [
        _row(busy, "received_to_painted_ms_p99", "received to painted at 1,000 messages/s, p99", "ms", 40),
        _row(storm, "missing_percent", "messages not received at 20,000/s", "%", 2),
        _row(storm, "backlog_frames", "backlog after 20,000 messages/s, messages", "", 0),
        _row(storm, "heartbeat_late_ms_p99", "window's heartbeat at 20,000 messages/s, p99", "ms", 33),
        _row(storm, "growth_mb", "memory grown at 20,000 messages/s", "MB", 5),
        _row(storm, "core_percent", "  share of a core at 20,000 messages/s", "%", 100),
        _row(everyday, "core_percent", "share of a core at 100 messages/s, all panels open", "%", 15),
        _row(everyday, "resident_mb", "resident memory, all panels open", "MB", 280),
        _row(everyday, "switch_ms_p50", f"switch of pair, click to whole window (median of {SWITCHES})", "ms", 60),
    ]


def _runs(rate: int, seconds: int, warm: int, switches: int = 0) -> list[Figures]:
    runs = []
    for turn in range(1, RUNS + 1):
        runs.append(one_run(rate, seconds, warm, switches))
        told = ", ".join(f"{name} {runs[-1][name]}" for name in TOLD)
        print(f"  {rate:,} messages/s for {seconds} s, run {turn} of {RUNS}: {told}", file=sys.stderr, flush=True)
    return runs


def one_run(rate: int, seconds: int, warm: int, switches: int) -> Figures:
    """Measure once in a process of its own; a run that lost its connection did not keep up.

    Raises:
        RuntimeError: the window could not be measured; with its last words.
    """
    asked = {"--rate": rate, "--seconds": seconds, "--warm": warm, "--switches": switches}
    words = [str(part) for pair in asked.items() for part in pair]
    command = [sys.executable, "-m", "terminal", "bench", "ui", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=GIVE_UP_S)
    if done.returncode != 0:
        raise RuntimeError(f"the window at {rate:,} messages/s could not be measured:\n{done.stderr[-2_000:]}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    if figures["reconnects"]:
        print(f"  the exchange cut a client that lagged at {rate:,} messages/s: {done.stdout}", file=sys.stderr)
    came = figures["messages_per_s"] or 0.0
    figures["missing_percent"] = max(0.0, 100 * (1 - came / rate))
    return figures


def _row(runs: list[Figures], name: str, words: str, unit: str, goal: float) -> Row:
    """Give the median of a figure; what no run could tell is worse than any goal."""
    told = [figures[name] for figures in runs]
    return median_row(words, [float("inf") if figure is None else figure for figure in told], unit, goal)
