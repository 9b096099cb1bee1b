"""The time machine: opening a day, and scrubbing through it, in its window.

Opening: from the command until the marks, the account, the bars and the decision of the day's end
are told and painted. A step of the scrub: what the window's thread does from one place to the
next, painting included; the account of that moment, told by the engine, is painted on top.
Garbage is collected as in the program: not while this runs.
"""

import asyncio
import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMainWindow

from bench.long_day import DECISIONS, RECORDS, write_day
from bench.long_journal import write_journal
from bench.rows import Row, median_row, percentile_row
from helpers.desk_events import make_desk
from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from helpers.fake_worker import FakeWorker
from terminal.app.window_app import make_application
from terminal.domain.commands import Command
from terminal.domain.time_messages import CheckSeals, OpenDay, ShowDecisionThen, ShowMoment
from terminal.services.journal_writer import JournalWriter
from terminal.services.time_machine.desk import TimeMachine
from terminal.storage.journal import open_journal
from terminal.storage.journal.sqlite_journal import SqliteJournal
from terminal.ui.widgets.time_machine.window import TimeWindow

_A_POSITION = 15  # records
_KEY = bytes(range(32))
_RUNS = 5
_STEPS = 400
_FRAME_MS = 16.0


class _Worker(FakeWorker):
    strategists = ("embedded",)


def measure() -> list[Row]:
    app = make_application()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        usual, dense = Path(folder) / "usual.db", Path(folder) / "dense.db"
        runner.run(write_day(usual, _KEY))
        positions = RECORDS // _A_POSITION + 1
        runner.run(write_journal(dense, _KEY, positions=positions, now_ms=1_760_000_000_000))
        gc.collect()
        gc.disable()
        try:
            seat = _Seat(app, runner, usual)
            opening_s = [seat.open() for _ in range(_RUNS)]
            seals_s = [seat.check_seals() for _ in range(_RUNS)]
            step_ms, moment_ms = seat.scrub()
            seat.close()
            seat = _Seat(app, runner, dense)
            dense_s = [seat.open() for _ in range(_RUNS)]
            dense_ms, _ = seat.scrub()
            seat.close()
        finally:
            gc.enable()
    return [
        median_row(f"Open a day of {DECISIONS} decisions, 100,000 records, painted", opening_s, "s", 1),
        percentile_row("  one scrub step on the window's thread, painted, p99", step_ms, 0.99, "ms", _FRAME_MS),
        percentile_row("  the account of the moment, told and painted, p99", moment_ms, 0.99, "ms", _FRAME_MS),
        median_row("  its seals checked, behind the open window", seals_s, "s", 2),
        median_row("Open a day of 6,667 decisions, 100,000 records, painted", dense_s, "s", 2),
        percentile_row("  one scrub step of that day, painted, p99", dense_ms, 0.99, "ms", _FRAME_MS),
    ]


class _Seat:
    """The window over a journal; what it asks is answered when `answer` is called, on the same thread."""

    def __init__(self, app: QApplication, runner: asyncio.Runner, path: Path) -> None:
        self._app, self._runner = app, runner
        self._asked: list[Command] = []
        self.desk, _ = make_desk(send=self._asked.append)
        clock = ManualClock()
        opened = open_journal(path, _KEY, now_ms=lambda: 1_760_000_000_000, boot_id="bench")
        self._journal: SqliteJournal = runner.run(opened)
        writer = JournalWriter(self._journal, clock, print)
        self._machine = TimeMachine(writer, _Worker(), clock, SeededChance(1), emit=self.desk.apply)
        self._over = QMainWindow()
        self.window = TimeWindow(self.desk, self._over)
        self.window.resize(1_560, 860)

    def open(self) -> float:
        """Open the day and give how long it took until all of its end was on the screen."""
        book = self.desk.time
        began_s = time.perf_counter()
        self.window.open_day(OpenDay(first_seq=1))
        self.answer()
        self._asked.append(ShowDecisionThen(book.chosen(self.window.seq)))
        self.answer()
        took_s = time.perf_counter() - began_s
        assert book.lanes is not None, book.opened
        assert book.lanes.day.last_seq >= RECORDS
        assert book.decision is not None
        return took_s

    def answer(self) -> None:
        """Let the engine answer what was asked, and the window paint it."""
        self._app.processEvents()
        while self._asked:
            command = self._asked.pop(0)
            if not isinstance(command, CheckSeals):  # goes on behind the open window
                self._runner.run(self._machine.handle(command))
                self._app.processEvents()

    def check_seals(self) -> float:
        """Give the seconds until the seals of the day are told."""
        began_s = time.perf_counter()
        self._runner.run(self._machine.handle(CheckSeals()))
        took_s = time.perf_counter() - began_s
        assert self.desk.time.sealed is not None
        assert self.desk.time.sealed.bad_seq is None
        return took_s

    def scrub(self) -> tuple[list[float], list[float]]:
        """Drag over the whole day and jump about in it; milliseconds of each step, and of the account told."""
        day = self.window.timeline.lanes.day
        steps, moments = [], []
        for step in range(_STEPS):
            jump = step % 2 and (step * 7_919) % day.last_seq  # every second one goes far
            seq = jump or day.first_seq + (day.last_seq - day.first_seq) * step // _STEPS
            self._asked.clear()
            steps.append(_took_ms(lambda seq=seq: self._step(seq)))
            self._asked[:] = [each for each in self._asked if isinstance(each, ShowMoment)]
            moments.append(_took_ms(self.answer))
        return steps, moments

    def _step(self, seq: int) -> None:
        self.window.timeline.go(seq)
        self._app.processEvents()

    def close(self) -> None:
        self.window.close()
        self._over.deleteLater()
        self._app.processEvents()
        self._runner.run(self._journal.aclose())


def _took_ms(act: Callable[[], None]) -> float:
    began_s = time.perf_counter()
    act()
    return (time.perf_counter() - began_s) * 1_000
