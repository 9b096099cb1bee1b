import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, QProcess

from helpers.market_reel import BEGAN_MS, SOURCE, reel
from terminal.app.own_program import own_command
from terminal.app.recording_run import recordings_in
from terminal.app.replay_run import ReplayWish, open_replay
from terminal.app.replay_seat import DayStarter, RunControl
from terminal.app.window_parts import window_mode
from terminal.storage.paths import profile_paths
from terminal.storage.recording.take_writer import TakeWriter
from terminal.ui.viewmodels.recorded_days import RecordedDays

DAY = "2026-11-18"


@pytest.fixture
def seat(qapp, monkeypatch):
    paths = profile_paths("demo")
    writer = TakeWriter(recordings_in(paths), SOURCE, BEGAN_MS)
    for moment in reel(5):
        writer.add(moment)
    writer.close()
    started: list[tuple[str, list[str]]] = []
    works = [True]
    monkeypatch.setattr(
        QProcess, "startDetached", lambda program, arguments: (started.append((program, arguments)), (works[0], 7))[1]
    )
    owner = QObject()
    book = RecordedDays(owner)
    said: list[tuple[str, bool]] = []
    book.said.connect(lambda words, failed: said.append((words, failed)))
    session = SimpleNamespace(replay=None, is_demo=True, paths=paths, profile=SimpleNamespace(name="demo"))
    book.use(DayStarter(session, book, owner))
    yield SimpleNamespace(book=book, started=started, said=said, works=works, owner=owner)
    owner.deleteLater()


def read(book: RecordedDays) -> None:
    async def look() -> None:
        answered = asyncio.Event()
        book.changed.connect(answered.set)
        book.said.connect(lambda *_: answered.set())
        book.refresh()
        async with asyncio.timeout(10):
            await answered.wait()

    with asyncio.Runner() as runner:
        runner.run(look())


def test_it_reads_the_days_of_this_profile(seat) -> None:
    read(seat.book)
    assert [day.day for day in seat.book.days] == [DAY]


def test_recordings_that_cannot_be_read_are_said(seat, monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    read(seat.book)
    (words, failed) = seat.said[0]
    assert failed
    assert "cannot be read" in words
    assert "Errno" not in words


def test_a_day_is_played_by_this_program_in_a_process_of_its_own(seat) -> None:
    seat.book.play(DAY, None, 50.0)
    seat.book.play(DAY, 2, 0.5)
    program, *base = own_command()
    wanted = [*base, "replay", DAY, "--profile", "demo", "--speed", "50"]
    assert seat.started[0] == (program, wanted)
    assert seat.started[1][1][-4:] == ["--speed", "0.5", "--take", "2"]
    assert seat.said[0] == (f"The replay of {DAY} opens in a window of its own.", False)
    seat.works[0] = False
    seat.book.play(DAY, None, 1.0)
    assert seat.said[-1][1]


def test_the_bars_hands_move_the_replays_clock_and_the_window_says_replay(seat) -> None:
    run = open_replay(ReplayWish(DAY, speed=20.0))
    control = RunControl(run)
    control.set_speed(200.0)
    control.pause()
    assert (run.clock.speed, run.clock.is_paused) == (200.0, True)
    assert control.state().is_paused
    control.go_on()
    assert not control.state().is_paused
    look = window_mode(SimpleNamespace(replay=run))
    assert (look.word, look.role, look.simulated) == ("REPLAY", "amber", True)
    assert look.title.startswith(f"REPLAY ({DAY} · recorded prices")
