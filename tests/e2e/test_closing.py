"""Closing the program, by the window or by a signal, leaves nothing behind: no thread, task, process or lock."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from helpers.evidence import chain_is_good
from helpers.loopback import wait_for
from helpers.seat import at_the_seat
from terminal.app.session import SessionOptions
from terminal.domain.errors import ConfigError
from terminal.storage.lock import ProfileLock
from terminal.storage.paths import profile_paths

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def os_threads() -> set[str]:
    """Give the ids of this process's threads, but for Qt's own pool, which paints and lets its threads go later."""
    found = set()
    for path in Path("/proc/self/task").iterdir():
        with suppress(ProcessLookupError, FileNotFoundError):  # it has just ended
            if (path / "comm").read_text().strip() != "Thread (pooled)":
                found.add(path.name)
    return found


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def is_free(lock: Path) -> bool:
    ProfileLock(lock).release()
    return True


@linux_only
def test_risk_9_closing_the_window_ends_every_thread_task_and_process(qapp, monkeypatch, tmp_path):
    told = {}

    async def story(seat):
        told["loop"] = asyncio.get_running_loop()
        await seat.proposals(1)
        told["exchange"] = seat.run.session.exchange_pid
        told["threads"] = {thread.name for thread in threading.enumerate()}

    at_the_seat(SessionOptions(), lambda seat: asyncio.sleep(0))  # what Qt starts once stays
    before = os_threads()
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    session = at_the_seat(SessionOptions(), story)
    assert "journal" in told["threads"]
    assert not asyncio.all_tasks(told["loop"])
    assert told["loop"].is_closed()
    wait_for(lambda: os_threads() <= before)
    assert not is_running(told["exchange"])
    assert is_free(session.paths.lock)
    assert chain_is_good(session.paths)


@pytest.mark.parametrize("rounds", [0, 1, 20])
def test_closing_at_once_while_everything_is_still_starting(qapp, rounds):
    """The close comes before the exchange answers, while the parts are being imported, or a little later."""

    async def story(seat):
        for _ in range(rounds):
            await asyncio.sleep(0.02)

    session = at_the_seat(SessionOptions(), story)
    assert session.exchange_pid is None
    assert is_free(session.paths.lock)


def test_a_desk_that_does_not_start_says_why_and_leaves_nothing_open(qapp):
    told = {}
    journal = profile_paths("demo").journal
    journal.write_bytes(b"not a journal at all" * 1_000)

    async def story(seat):
        await seat.until(seat.desk.phase_changed, lambda: seat.run.failure is not None)
        told["failure"], told["phase"] = str(seat.run.failure), seat.desk.phase.text
        told["notice"] = await seat.noticed(str(journal))

    session = at_the_seat(SessionOptions(), story)
    assert str(journal) in told["failure"]
    assert told["phase"] == f"Not started: {told['failure']}"
    assert told["notice"] == told["failure"]
    assert is_free(session.paths.lock)
    assert journal.read_bytes() == b"not a journal at all" * 1_000


def test_a_bug_in_the_start_is_shown_and_does_not_look_like_a_slow_start(qapp, monkeypatch):
    told = {}

    async def broken(*_):
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr("terminal.app.compose.compose_desk", broken)

    async def story(seat):
        await seat.until(seat.desk.phase_changed, lambda: seat.run.failure is not None)
        told["failure"] = seat.run.failure

    session = at_the_seat(SessionOptions(), story)
    assert isinstance(told["failure"], ConfigError)
    assert "internal error" in str(told["failure"])
    assert "a bug of ours" in session.paths.log.read_text()
    assert "Traceback" in session.paths.log.read_text()
    assert is_free(session.paths.lock)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@linux_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_window_program(tmp_path, number):
    paths = profile_paths("demo")
    errors = tmp_path / "errors.txt"
    with errors.open("wb") as stderr:
        program = subprocess.Popen([sys.executable, "-m", "terminal"], stdout=subprocess.PIPE, stderr=stderr)
    try:
        wait_for(lambda: paths.candles.exists() or paths.journal.exists())
        (exchange,) = children_of(program.pid)
        # Ctrl-C reaches a whole process group: the exchange must outlive what the program still has to send to it.
        assert os.getpgid(exchange) != os.getpgid(program.pid)
        program.send_signal(number)
        assert program.wait(60) == 0
    finally:
        program.kill()
        program.communicate()
    assert errors.read_text() == ""
    wait_for(lambda: not is_running(exchange))
    assert is_free(paths.lock)
    assert chain_is_good(paths)


@linux_only
def test_the_exchange_ends_with_a_program_that_is_killed(tmp_path):
    program = subprocess.Popen([sys.executable, "-m", "terminal"], stdout=subprocess.DEVNULL)
    try:
        wait_for(profile_paths("demo").journal.exists)
        (exchange,) = children_of(program.pid)
    finally:
        program.kill()
        program.wait()
    wait_for(lambda: not is_running(exchange))
