"""Joins the window with replays: the bar of the one that is played, and the list of days to play."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QVBoxLayout

from terminal.app.own_program import own_command
from terminal.app.recording_run import recordings_in, recordings_of
from terminal.domain.errors import StorageError
from terminal.domain.recording import ReplayState
from terminal.ui.main_window import MainWindow
from terminal.ui.theme.tokens import GAP
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.recorded_days import RecordedDays
from terminal.ui.viewmodels.replay_book import ReplayBook
from terminal.ui.widgets.replay.bar import ReplayBar
from terminal.ui.widgets.replay.door import ReplayDoor

if TYPE_CHECKING:
    from terminal.app.replay_run import ReplayRun
    from terminal.app.session import Session


def install_replay(session: "Session", window: MainWindow, desk: Desk) -> ReplayDoor:
    """Put the recorded days into the View menu; in a replay put its bar under the top bar."""
    if session.replay is not None:
        bar = ReplayBar(ReplayBook(session.replay.day, RunControl(session.replay), window))
        head = window.menuWidget()
        column = None if head is None else head.layout()
        if isinstance(column, QVBoxLayout):
            column.addWidget(bar)
            column.addSpacing(GAP // 2)
        window.close_requested.connect(bar.stop)
    book = RecordedDays(window)
    book.use(DayStarter(session, book, window))
    return ReplayDoor(book, window, window.top_bar.menu, window.panic_keys.also_in, desk.actions)


class RunControl:
    """The `ReplayControl` of the running replay."""

    def __init__(self, run: "ReplayRun") -> None:
        self._run = run

    def state(self) -> ReplayState:
        return self._run.state()

    def pause(self) -> None:
        self._run.clock.pause()

    def go_on(self) -> None:
        self._run.clock.go_on()

    def set_speed(self, speed: float) -> None:
        self._run.clock.set_speed(speed)


class DayStarter(QObject):
    """The `DayPlayer` of the window: reads on another thread, and starts this program once more."""

    def __init__(self, session: "Session", book: RecordedDays, parent: QObject) -> None:
        super().__init__(parent)
        self._book = book
        self._reading: asyncio.Task[None] | None = None
        if session.replay is not None:
            self._profile, self._folder = session.replay.source_profile, recordings_of(session.replay.source_profile)
        else:
            self._profile = session.paths.root.name if session.is_demo else session.profile.name
            self._folder = recordings_in(session.paths)

    def read(self) -> None:
        self._reading = asyncio.get_running_loop().create_task(self._read(self._folder), name="recorded days")

    def play(self, day: str, take: int | None, speed: float) -> None:
        program, *base = own_command()
        chosen = () if take is None else ("--take", str(take))
        arguments = [*base, "replay", day, "--profile", self._profile, "--speed", f"{speed:g}", *chosen]
        has_started, _pid = QProcess.startDetached(program, arguments)
        if has_started:
            self._book.say(f"The replay of {day} opens in a window of its own.")
        else:
            self._book.fail("The replay could not be started. Check that the program is installed completely.")

    async def _read(self, folder: Path) -> None:
        from terminal.storage.recording.library import recorded_days

        try:
            days = await asyncio.to_thread(recorded_days, folder)
        except StorageError as error:
            self._book.fail(str(error))
        else:
            self._book.show(tuple(day.row for day in days))
