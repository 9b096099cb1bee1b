"""A year of the lab: 8 pairs of 35,040 fifteen-minute bars, through the live services, report included."""

import os
import tempfile
import time
from pathlib import Path

from bench.rows import Row, median_row
from terminal.app.backtest import BacktestOptions, run_backtest
from terminal.lab.request import LabRequest
from terminal.storage.paths import HOME_VARIABLE

BARS = 35_040
_BAR_MS = 900_000
_END_MS = 1_788_220_800_000  # 2026-09-01 00:00 UTC


def measure() -> list[Row]:
    return [
        median_row("Backtest, 8 pairs x 35,040 bars, EMA cross", [_seconds("ema-cross")], "s", 10),
        median_row("Backtest, 8 pairs x 35,040 bars, embedded with training", [_seconds("embedded")], "s", 180),
    ]


def _seconds(strategist: str) -> float:
    before = os.environ.get(HOME_VARIABLE)
    with tempfile.TemporaryDirectory() as home:
        os.environ[HOME_VARIABLE] = home
        request = LabRequest(strategist, from_ms=_END_MS - BARS * _BAR_MS, to_ms=_END_MS)
        began_s = time.perf_counter()
        try:
            run_backtest(BacktestOptions("demo", request, Path(home) / "report", progress=False))
        finally:
            os.environ.pop(HOME_VARIABLE)
            if before is not None:
                os.environ[HOME_VARIABLE] = before
        return time.perf_counter() - began_s
