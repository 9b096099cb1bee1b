"""What comparing eight pairs with other venues adds to the desk's own process: CPU and resident memory.

The same desk on the same built-in markets, once alone and once with each set of references; the other
exchanges are processes of their own and not counted. Runs alternate, so that a busy machine hits both.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile

from bench.rows import Row

SETTLE_S = float(os.environ.get("ALPHADESK_BENCH_SETTLE_S", "25"))  # started, fitted, connected
LISTEN_S = float(os.environ.get("ALPHADESK_BENCH_LISTEN_S", "20"))
ROUNDS = int(os.environ.get("ALPHADESK_BENCH_ROUNDS", "3"))
SETS = (("hashkey", "woox"), ("hashkey", "woox", "bitz"))
CPU_GOAL, MEMORY_GOAL_MB = 8.0, 40.0
_STORY = """
import asyncio, json, sys, time
from terminal.app.session import Session, SessionOptions
from terminal.domain.references import ReferencesChanged

def resident_mb():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS:"))

async def main(references, settle_s, listen_s):
    heard = []
    session = Session(SessionOptions(references=references, speed=1.0))
    try:
        await session.start(lambda event: heard.append(event) if isinstance(event, ReferencesChanged) else None)
        await session.engine.wait_ready()
        async with asyncio.timeout(120):
            while references and not (heard and all(link.connected for link in heard[-1].links)):
                await asyncio.sleep(0.2)
        await asyncio.sleep(settle_s)
        cpu, wall = time.process_time(), time.monotonic()
        await asyncio.sleep(listen_s)
        share = 100 * (time.process_time() - cpu) / (time.monotonic() - wall)
        pairs = sum(price.basis_bp is not None for row in heard[-1].rows for price in row.prices) if heard else 0
        print(json.dumps({"cpu": share, "mb": resident_mb(), "pairs": pairs}))
    finally:
        await session.aclose()

if __name__ == "__main__":
    asyncio.run(main(tuple(filter(None, sys.argv[1].split(","))), float(sys.argv[2]), float(sys.argv[3])))
"""


def measure() -> list[Row]:
    found: dict[tuple[str, ...], list[dict[str, float]]] = {each: [] for each in ((), *SETS)}
    for _ in range(ROUNDS):
        for references, runs in found.items():
            runs.append(_run(references))
    alone = found[()]
    rows = []
    for references in SETS:
        runs = found[references]
        if not all(run["pairs"] for run in runs):
            raise RuntimeError(f"{', '.join(references)} were connected and nothing of them was compared: {runs}")
        rows += [
            _added(f"CPU of comparing 8 pairs on {len(references)} venues", "cpu", runs, alone, "%", CPU_GOAL),
            _added(f"  memory of it, {len(references)} venues", "mb", runs, alone, "MB", MEMORY_GOAL_MB),
        ]
    return rows


def _added(
    name: str, what: str, runs: list[dict[str, float]], alone: list[dict[str, float]], unit: str, goal: float
) -> Row:
    """The median of what each run took above the median run without references."""
    base = statistics.median(run[what] for run in alone)
    more = [round(run[what] - base, 2) for run in runs]
    return Row(name, round(statistics.median(more), 2), unit, goal, tuple(more))


def _run(references: tuple[str, ...]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", _STORY, ",".join(references), str(SETTLE_S), str(LISTEN_S)],
            env={**os.environ, "ALPHADESK_HOME": home},
            stdout=subprocess.PIPE,
            check=True,
            timeout=SETTLE_S + LISTEN_S + 240,
        )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
