"""Process start to first paint, and to live prices in the window, each in a fresh process."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row, median_row

RUNS = 7
GIVE_UP_S = 30.0
PROPOSAL_RUNS = 5
PROPOSAL_WITHIN_S = 20.0


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        one_start(Path(home))  # warms the disk cache and the compiled modules
        starts = [one_start(Path(home)) for _ in range(RUNS)]
    paints = [start["first_paint_ms"] / 1000 for start in starts]
    ticks = [start["first_tick_ms"] / 1000 for start in starts]
    proposals = [first_proposal_s() for _ in range(PROPOSAL_RUNS)]
    return [
        median_row("process start to first paint", paints, "s", 1.0),
        median_row("process start to live prices in the window, warm", ticks, "s", 2.5),
        median_row("process start to the first proposal on the desk", proposals, "s", 20),
    ]


def first_proposal_s() -> float:
    """Run the demo on an empty profile until its first proposal; the run's length when there was none."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "terminal", "demo", "--headless", "--seconds", str(PROPOSAL_WITHIN_S)]
        done = subprocess.run([*command, "--out", out], capture_output=True, text=True, check=True)
    summary: dict[str, float] = json.loads(done.stdout)
    return summary.get("first_proposal_ms", PROPOSAL_WITHIN_S * 1000) / 1000


def one_start(home: Path) -> dict[str, float]:
    """Start the program, wait until it has live prices, end it politely, read its milestones."""
    milestones = home / "milestones.json"
    milestones.unlink(missing_ok=True)
    environment = {**os.environ, "ALPHADESK_HOME": str(home), "ALPHADESK_MILESTONES": str(milestones)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    process = subprocess.Popen([sys.executable, "-m", "terminal"], env=environment)
    time.sleep(6)
    process.send_signal(signal.SIGTERM)
    process.wait(GIVE_UP_S)
    reached: dict[str, float] = json.loads(milestones.read_text())
    return reached
