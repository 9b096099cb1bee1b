"""The time machine on a day of 100,000 records: opening it, and scrubbing through it.

Opening: read page by page on the journal's thread, until the marks and the moment are told. A
step of the scrub: from the command to the told moment, and the bars known then worked out anew.
Garbage is collected as in the program: not while this runs.
"""

import asyncio
import gc
import tempfile
import time
from pathlib import Path

from bench.long_journal import write_journal
from bench.rows import Row, median_row, percentile_row
from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from helpers.fake_worker import FakeWorker
from terminal.domain.market import Candle
from terminal.domain.messages import Event
from terminal.domain.past import BarsLearnt, bars_after, bars_known
from terminal.domain.time_messages import DayOpened, MomentShown, OpenDay, ShowMoment
from terminal.services.journal_writer import JournalWriter
from terminal.services.time_machine.desk import TimeMachine
from terminal.storage.journal import open_journal

RECORDS = 100_000
_A_POSITION = 15  # records
_KEY = bytes(range(32))
_RUNS = 5
_STEPS = 400
_BARS, _NEW_BARS = 2_000, 96  # frozen when the day began, and one each quarter of an hour


class _Worker(FakeWorker):
    strategists = ("embedded",)


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        positions = RECORDS // _A_POSITION + 1
        asyncio.Runner().run(write_journal(path, _KEY, positions=positions, now_ms=1_760_000_000_000))
        gc.collect()
        gc.disable()
        try:
            opening_s, step_ms = asyncio.Runner().run(_look_back(path))
        finally:
            gc.enable()
    return [
        median_row("Open a recorded day of 100,000 records in the time machine", opening_s, "s", 2),
        percentile_row("One scrub step: moment told and bars known, no painting, p99", step_ms, 0.99, "ms", 50),
    ]


async def _look_back(path: Path) -> tuple[list[float], list[float]]:
    journal = await open_journal(path, _KEY, now_ms=lambda: 1_760_000_000_000, boot_id="bench")
    clock, told = ManualClock(), list[Event]()
    writer = JournalWriter(journal, clock, print)
    machine = TimeMachine(writer, _Worker(), clock, SeededChance(1), keeps_account=True, emit=told.append)
    opening_s = []
    for _ in range(_RUNS):
        began_s = time.perf_counter()
        await machine.handle(OpenDay())
        opening_s.append(time.perf_counter() - began_s)
    opened = next(each for each in reversed(told) if isinstance(each, DayOpened))
    assert opened.day is not None, opened.problem
    assert opened.day.last_seq >= RECORDS
    last, learnt = opened.day.last_seq, _learnt(opened.day.last_seq)
    step_ms = []
    for step in range(_STEPS):
        seq = 1 + (step * 7_919) % last
        began_s = time.perf_counter()
        await machine.handle(ShowMoment(seq))
        known = bars_known(learnt, seq)
        bars_after(learnt, seq, known)
        step_ms.append((time.perf_counter() - began_s) * 1_000)
        assert isinstance(told[-1], MomentShown)
        assert told[-1].seq == seq
    await journal.aclose()
    return opening_s, step_ms


def _learnt(last_seq: int) -> tuple[BarsLearnt, ...]:
    bars = [Candle(number * 900_000, 1.0, 2.0, 0.5, 1.5, 9.0, closed=True) for number in range(_BARS + _NEW_BARS)]
    new = (BarsLearnt(last_seq * n // _NEW_BARS + 1, False, (bars[_BARS + n],)) for n in range(_NEW_BARS))
    return (BarsLearnt(1, True, tuple(bars[:_BARS])), *new)
