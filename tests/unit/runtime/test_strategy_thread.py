import asyncio
import contextlib
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from helpers import market_paths
from helpers.loopback import wait_for
from terminal.domain.decision import Abstained
from terminal.domain.market import Interval
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.strategy import TrainingSet
from terminal.runtime.clock import SystemClock
from terminal.runtime.desk_loop import DeskLoop
from terminal.runtime.strategy_thread import StrategyThread


def run_on_qt(qapp, coroutine):
    loop = DeskLoop(qapp)
    with loop:
        return loop.run_until_complete(coroutine)


def empty_snapshot(cycle_id):
    return MarketSnapshot("s", cycle_id, 0, 0, Interval.M15, (), 0, 0, 0, "", simulated=True)


async def outcomes_of(cycles):
    """Ask about `cycles` and give (event, thread it was delivered on) for every outcome."""
    heard = []
    everything = asyncio.Event()

    def sink(event):
        if not isinstance(event, ModelStatus):
            heard.append((event, threading.current_thread()))
            if len(heard) == len(cycles):
                everything.set()

    worker = StrategyThread(SystemClock(), seed=1)
    worker.start(sink)
    for cycle in cycles:
        worker.decide(empty_snapshot(cycle))  # at once: the worker's loop does not run yet
    async with asyncio.timeout(60):
        await everything.wait()
    await worker.aclose()
    return heard


def test_every_question_is_answered_on_the_gui_thread(qapp):
    heard = run_on_qt(qapp, outcomes_of(["c1", "c2", "c3"]))
    assert [event.cycle_id for event, _ in heard] == ["c1", "c2", "c3"]
    assert {thread for _, thread in heard} == {threading.main_thread()}


def test_without_a_model_it_does_not_decide(qapp):
    [(event, _)] = run_on_qt(qapp, outcomes_of(["c1"]))
    assert not hasattr(event, "decisions")
    assert isinstance(event, Abstained) or event.detail


def test_too_few_bars_are_said_in_words(qapp):
    async def story():
        statuses = []
        answered = asyncio.Event()

        def sink(status):
            statuses.append(status)
            if status.phase is not ModelPhase.TRAINING:
                answered.set()

        worker = StrategyThread(SystemClock(), seed=1)
        worker.start(sink)
        worker.fit(TrainingSet(Interval.M15, (), 0.0008, simulated=True))
        async with asyncio.timeout(60):
            await answered.wait()
        await worker.aclose()
        return statuses

    statuses = run_on_qt(qapp, story())
    assert all(isinstance(status, ModelStatus) for status in statuses)
    assert statuses[-1].detail


def sockets_and_pipes():
    """Targets of this process's open ends, e.g. `socket:[4711]`."""
    found = []
    for end in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the one that lists the folder is gone by now
            found.append(str(end.readlink()))
    return sorted(name for name in found if name.startswith(("socket:", "pipe:", "anon_inode:")))


def children():
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that ended while the list was read
            found += (task / "children").read_text().split()
    return found


def left_behind():
    return len(list(Path("/proc/self/task").iterdir())), children(), len(sockets_and_pipes())


def test_risk_9_fifty_starts_and_stops_leave_no_thread_process_or_socket(qapp, monkeypatch):
    """Every tenth is stopped in the middle of a fit, every fifth with a question on its way."""
    monkeypatch.setattr("terminal.runtime.training_process.serve", hanging_trainer)
    training = market_paths.training_set(market_paths.market(1, bars=600, bases=("BTC",)))
    fitted = []

    async def cycle(number):
        worker = StrategyThread(SystemClock(), seed=1)
        worker.start(lambda _event: None)
        if number % 10 == 0:
            worker.fit(training)
            await asyncio.to_thread(wait_for, lambda: worker._trainer.pid is not None, within_s=60)
            fitted.append(worker._trainer.pid)
        elif number % 5 == 0:
            worker.decide(empty_snapshot(f"c{number}"))
        await worker.aclose()

    async def story():
        await cycle(0)  # what the first start opens for all later ones is not counted
        before = left_behind()
        for number in range(1, 51):
            await cycle(number)
        return before

    threads, processes, ends = run_on_qt(qapp, story())
    assert len(fitted) == 6

    # Qt says that a thread has ended a moment before the system has taken it off its list.
    def is_tidy():
        now = left_behind()
        return now[0] <= threads and now[1] == processes and now[2] <= ends

    wait_for(is_tidy, within_s=60)
    assert not any(Path(f"/proc/{pid}").exists() for pid in fitted)


def test_closing_twice_and_before_start_is_harmless(qapp):
    async def story():
        worker = StrategyThread(SystemClock(), seed=1)
        await worker.aclose()
        worker.start(lambda _event: None)
        await worker.aclose()
        await worker.aclose()

    run_on_qt(qapp, story())


@pytest.mark.usefixtures("qapp")
def test_it_ends_on_a_loop_that_qt_does_not_drive(caplog):
    async def life():
        worker = StrategyThread(SystemClock(), seed=1)
        worker.start(lambda _: None)
        await worker.aclose()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(life())
    assert caplog.text == ""  # "left behind", or a slot that Qt calls when its loop has gone


def test_use_after_close_is_our_own_error():
    worker = StrategyThread(SystemClock(), seed=1)
    with pytest.raises(RuntimeError, match="not running"):
        worker.decide(empty_snapshot("c"))
    with contextlib.suppress(RuntimeError):
        QCoreApplication.processEvents()


def hanging_trainer(pipe):
    """A training process that takes its job and never answers."""
    pipe.recv()
    threading.Event().wait()


def test_closing_during_a_fit_ends_its_process(qapp, monkeypatch):
    monkeypatch.setattr("terminal.runtime.training_process.serve", hanging_trainer)
    panel = market_paths.market(1, bars=600, bases=("BTC",))

    async def story():
        worker = StrategyThread(SystemClock(), seed=1)
        worker.start(lambda _event: None)
        worker.fit(market_paths.training_set(panel))
        await asyncio.to_thread(wait_for, lambda: worker._trainer.pid is not None, within_s=60)
        pid = worker._trainer.pid
        async with asyncio.timeout(60):
            await worker.aclose()
        return worker, pid

    worker, pid = run_on_qt(qapp, story())
    assert worker._left_behind is None
    assert not Path(f"/proc/{pid}").exists()


async def close_while_it_hangs(release):
    worker = StrategyThread(SystemClock(), seed=1)
    worker.start(lambda event: None)
    worker._host.call(lambda engine: release.wait())
    async with asyncio.timeout(60):
        await worker.aclose()
    return worker._left_behind


def test_a_worker_that_hangs_does_not_keep_the_program_from_closing(qapp, monkeypatch, caplog):
    monkeypatch.setattr("terminal.runtime.strategy_thread.END_WITHIN_S", 0.05)
    release = threading.Event()
    host = run_on_qt(qapp, close_while_it_hangs(release))
    assert not host.isFinished()
    assert "left behind" in caplog.text
    release.set()
    assert host.wait(60_000)
