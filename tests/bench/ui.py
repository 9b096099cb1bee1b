"""The whole window under a steady load: `alphadesk bench ui` in fresh processes, and its figures as rows.

Latency and lateness are wall-clock figures: with other work on the machine they tell of that work.
"""

import json
import os
import subprocess
import sys

from bench.rows import Row, median_row

RUNS = int(os.environ.get("ALPHADESK_BENCH_RUNS", "3"))
SECONDS = int(os.environ.get("ALPHADESK_BENCH_SECONDS", "60"))
HISTORY_S = 100  # by then the first start has read the bars it keeps, which no later start does again
SWITCHES = 30
BUSY, STORM, EVERYDAY = 1_000, 20_000, 100
GIVE_UP_S = 300.0

Figures = dict[str, float]


def measure() -> list[Row]:
    busy = _runs(BUSY, min(20, SECONDS), 15)
    storm = _runs(STORM, SECONDS, 20)
    everyday = _runs(EVERYDAY, min(30, SECONDS), HISTORY_S, SWITCHES)
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
    return [one_run(rate, seconds, warm, switches) for _ in range(RUNS)]


def one_run(rate: int, seconds: int, warm: int, switches: int) -> Figures:
    """Measure once in a process of its own; a run that lost its connection did not keep up."""
    asked = {"--rate": rate, "--seconds": seconds, "--warm": warm, "--switches": switches}
    words = [str(part) for pair in asked.items() for part in pair]
    command = [sys.executable, "-m", "terminal", "bench", "ui", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=GIVE_UP_S)
    figures: Figures = json.loads(done.stdout)
    if figures["reconnects"]:
        print(f"  the exchange cut a client that lagged at {rate} messages/s: {done.stdout}", file=sys.stderr)
    figures["missing_percent"] = max(0.0, 100 * (1 - figures["messages_per_s"] / rate))
    return figures


def _row(runs: list[Figures], name: str, words: str, unit: str, goal: float) -> Row:
    return median_row(words, [figures[name] for figures in runs], unit, goal)
