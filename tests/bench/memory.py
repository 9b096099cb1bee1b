"""Resident memory of the window's process after ten minutes of demo (the exchange's beside it)."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row

MINUTES = float(os.environ.get("ALPHADESK_BENCH_MINUTES", "10"))


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "ALPHADESK_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-m", "terminal", "demo", "--headless", "--seconds", str(MINUTES * 60 + 15)]
        process = subprocess.Popen([*command, "--out", home], env=environment, stdout=subprocess.DEVNULL)
        time.sleep(MINUTES * 60)
        window = resident_mb(process.pid)
        started = children(process.pid)
        compared = sum(resident_mb(child) for child in started if is_compared(child))
        exchange = sum(resident_mb(child) for child in started) - compared
        process.wait(60)
    return [
        Row(f"resident memory after {MINUTES:g} minutes of demo", window, "MB", 300, (window,)),
        Row("  the same with the built-in exchange's process", window + exchange, "MB", 420, (window + exchange,)),
        Row("  the two exchanges it is compared with", compared, "MB", 260, (compared,)),
    ]


def is_compared(pid: int) -> bool:
    """Tell whether a process is another venue's exchange: only those are started beside a market."""
    return b"--anchor-ms" in Path(f"/proc/{pid}/cmdline").read_bytes()


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
