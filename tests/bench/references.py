"""What comparing eight pairs with other venues adds to the desk's own process: CPU and resident memory.

The same desk on the same built-in markets stands three times side by side: alone, with two references and with
three. All start together, wait for each other, and are measured in the same seconds, so that whatever else the
machine does hits all of them; a row is the median of the differences within a round. (Nine runs one after another, each
with its own start and its own wait, took more than eight minutes.) CPU is the process's own time; the other
exchanges are processes of their own and not counted. On two cores the desks take turns: a share is what a
desk needs, and the row of the desk alone tells by its runs how much such a share moves without any reason.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.rows import Row, median_row

SETTLE_S = float(os.environ.get("ALPHADESK_BENCH_SETTLE_S", "6"))  # after all are connected and compared
LISTEN_S = float(os.environ.get("ALPHADESK_BENCH_LISTEN_S", "20"))  # twice what the desk does every ten seconds
ROUNDS = int(os.environ.get("ALPHADESK_BENCH_ROUNDS", "4"))
SETS = ((), ("hashkey", "woox"), ("hashkey", "woox", "bitz"))
CPU_GOAL, MEMORY_GOAL_MB = 8.0, 40.0
GIVE_UP_S = 240.0  # of one round
_STORY = """
import asyncio, json, sys, time
from collections import deque
from terminal.app.session import Session, SessionOptions
from terminal.domain.references import ReferencesChanged

def resident_mb():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS:"))

async def main(references, listen_s):
    heard = deque(maxlen=1)  # a list would be counted as memory of comparing
    session = Session(SessionOptions(references=references, speed=1.0))
    try:
        await session.start(lambda event: heard.append(event) if isinstance(event, ReferencesChanged) else None)
        await session.engine.wait_ready()
        async with asyncio.timeout(180):
            while references and not (heard and all(link.connected for link in heard[-1].links)):
                await asyncio.sleep(0.2)
        print("settled", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        cpu, wall = time.process_time(), time.monotonic()
        await asyncio.sleep(listen_s)
        share = 100 * (time.process_time() - cpu) / (time.monotonic() - wall)
        pairs = sum(price.basis_bp is not None for row in heard[-1].rows for price in row.prices) if heard else 0
        print(json.dumps({"cpu": share, "mb": resident_mb(), "pairs": pairs}), flush=True)
    finally:
        await session.aclose()

if __name__ == "__main__":
    asyncio.run(main(tuple(filter(None, sys.argv[1].split(","))), float(sys.argv[2])))
"""

Figures = dict[str, float]


def measure() -> list[Row]:
    rounds = []
    for turn in range(1, ROUNDS + 1):
        rounds.append(_round())
        told = ", ".join(f"{len(each)} venues {found['cpu']:.1f} %" for each, found in rounds[-1].items())
        print(f"  round {turn} of {ROUNDS}: {told}", file=sys.stderr, flush=True)
    rows = []
    for references in SETS[1:]:
        if not all(found[references]["pairs"] for found in rounds):
            raise RuntimeError(f"{', '.join(references)} were connected and nothing of them was compared: {rounds}")
        name, more = f"{len(references)} venues", _more(rounds, references)
        rows += [
            median_row(f"CPU of comparing 8 pairs on {name}", more["cpu"], "%", CPU_GOAL),
            median_row(f"  memory of it, {name}", more["mb"], "MB", MEMORY_GOAL_MB),
        ]
    alone = [found[()]["cpu"] for found in rounds]
    return [*rows, median_row("CPU of that desk without other venues", alone, "%", float("inf"))]


def _more(rounds: list[dict[tuple[str, ...], Figures]], references: tuple[str, ...]) -> dict[str, list[float]]:
    """What a desk with references took above the one without, in each round."""
    return {what: [found[references][what] - found[()][what] for found in rounds] for what in ("cpu", "mb")}


def _round() -> dict[tuple[str, ...], Figures]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, _desks(home) as desks:
        for desk in desks.values():
            if desk.stdout.readline() != "settled\n":
                raise RuntimeError("a desk ended before it was settled; its words are above")
        time.sleep(SETTLE_S)
        for desk in desks.values():
            desk.stdin.write("go\n")
            desk.stdin.flush()
        return {references: json.loads(desk.stdout.readline()) for references, desk in desks.items()}


@contextmanager
def _desks(home: str) -> "Iterator[dict[tuple[str, ...], subprocess.Popen[str]]]":
    """Start the desks side by side; each ends by itself, or is ended when the round takes too long."""
    desks = {
        references: subprocess.Popen(
            [sys.executable, "-c", _STORY, ",".join(references), str(LISTEN_S)],
            env={**os.environ, "ALPHADESK_HOME": f"{home}/{len(references)}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for references in SETS
    }
    watch = threading.Timer(GIVE_UP_S, lambda: [desk.kill() for desk in desks.values()])
    watch.start()
    try:
        yield desks
        for desk in desks.values():
            desk.communicate(timeout=60)
    finally:
        watch.cancel()
        for desk in desks.values():
            desk.kill()
            desk.wait()
