"""A year of the lab: 8 pairs of 35,040 fifteen-minute bars, through the live services, report included.

The command is run as a person runs it, in a process of its own: its start counts, and so does writing the report.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row, median_row
from terminal.storage.paths import HOME_VARIABLE

BARS = 35_040
FIRST_DAY, END_DAY = "2025-09-01", "2026-09-01"


def measure() -> list[Row]:
    return [
        median_row("Backtest, 8 pairs x 35,040 bars, EMA cross", [_seconds("ema-cross")], "s", 10),
        median_row("Backtest, 8 pairs x 35,040 bars, embedded with training", [_seconds("embedded")], "s", 180),
    ]


def _seconds(strategist: str) -> float:
    with tempfile.TemporaryDirectory() as home:
        out = Path(home) / "report"
        command = [sys.executable, "-m", "terminal", "backtest", "--from", FIRST_DAY, "--to", END_DAY]
        command.append("--open-lock-box")  # the whole year
        began_s = time.perf_counter()
        subprocess.run(
            [*command, "--strategist", strategist, "--out", str(out)],
            env={**os.environ, HOME_VARIABLE: home},
            capture_output=True,
            check=True,
        )
        took_s = time.perf_counter() - began_s
        report = json.loads((out / "report.json").read_text())
    if report["market"]["bars"] != BARS or not report["summary"]["trades"]:
        raise RuntimeError(f"this was no year of trading: {report['market']['bars']} bars")
    return took_s
