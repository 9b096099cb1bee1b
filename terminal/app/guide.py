"""What the guide needs from the program: the demo in front, an account's setup, another window on a profile."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QWidget

from terminal.app.own_program import own_command
from terminal.domain.errors import ConfigError, StorageError, TerminalError
from terminal.domain.messages import Level, Notice
from terminal.domain.risk import RiskLimits
from terminal.storage.paths import DEMO, checked_name, profile_paths
from terminal.storage.profiles import load_profile, profile_file
from terminal.ui.main_window import MainWindow
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.guide import Plan

if TYPE_CHECKING:
    from terminal.app.account_setup import AccountSetup
    from terminal.app.account_window import AccountDesk
    from terminal.app.session import Session
    from terminal.ui.viewmodels.account_form import AccountEntry

_NEXT: Final = (
    "The demo is running. The AI's first proposal comes to the Review desk within about 20 seconds: press A or its "
    "Approve button. View, First steps opens the guide again."
)


def install_guide(session: "Session", window: MainWindow, desk: Desk) -> "GuideSeat":
    """Give the window's guide what it needs; nothing of it is kept when the window closes."""
    seat = GuideSeat(session, window, desk)
    window.guide.use(seat)
    window.close_requested.connect(seat.end)
    return seat


class GuideSeat:
    """`terminal.ui.viewmodels.guide.GuideHost` on this run of the program."""

    def __init__(self, session: "Session", window: MainWindow, desk: Desk) -> None:
        self.state = window.guide.state
        self._session = session
        self._window = window
        self._desk = desk
        self._account: AccountDesk | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def demo_runs(self) -> bool:
        return self._session.is_demo and self._session.replay is None

    def start_demo(self) -> None:
        if not self.demo_runs:
            _start("demo")
            return
        self._window.panels.go_to("review")
        self._window.activateWindow()
        self._desk.apply(Notice(Level.INFO, "guide", _NEXT, self._desk.now_ms()))

    def why_not(self, plan: Plan) -> str:
        try:
            if checked_name(plan.name) == DEMO:
                raise ConfigError("The demo needs no account. Give the profile another name.")
            if self.is_saved(plan.name) and load_profile(plan.name).mode.value != plan.mode:
                raise ConfigError(
                    f"There is a profile {plan.name} of another mode already. Give this one another name."
                )
            if plan.mode == DEMO and (missing := self._entry(plan).missing):
                raise ConfigError(missing)
            self._setup(plan.name).profile_of(self._entry(plan))
        except TerminalError as error:
            return str(error)
        return ""

    # -- connection and key ---------------------------------------------------------

    def check_connection(self, plan: Plan) -> None:
        """Try venue, clock and contracts as a paper account would: without a key."""
        entry = self._entry(plan)
        if plan.has_key:
            entry = replace(entry, mode="paper")

        async def check() -> None:
            await self._setup(plan.name).test(entry, self.state.take_step)
            self.state.check_ended()

        self._begin(check(), self.state.check_ended)

    def account_form(self, plan: Plan) -> QWidget:
        from terminal.app.account_window import AccountDesk

        self._end_account()
        setup = self._setup(plan.name)
        start = setup.start_entry(plan.mode, self._session.reviewer).at(plan.place)
        desk = self._account = AccountDesk(setup, start)
        form = desk.form
        form.stand_in()
        desk.look()
        form.show()
        return form

    def _entry(self, plan: Plan) -> "AccountEntry":
        from terminal.ui.viewmodels.account_form import AccountEntry

        return AccountEntry(plan.mode, "v2", self._session.reviewer, "").at(plan.place)

    def _setup(self, name: str) -> "AccountSetup":
        from terminal.app.account_setup import AccountSetup
        from terminal.runtime.chance import SystemChance
        from terminal.runtime.clock import SystemClock

        return AccountSetup(name, SystemClock(), SystemChance(), endpoints=self._session.endpoints)

    def is_saved(self, name: str) -> bool:
        return profile_file(name).is_file()

    # -- limits, layout ---------------------------------------------------------------

    def limits(self, name: str) -> RiskLimits:
        return load_profile(name).limits

    def save_limits(self, name: str, limits: RiskLimits) -> None:
        from terminal.storage.profile_file import write_profile

        write_profile(replace(load_profile(name), limits=limits), profile_file(name))

    def save_layout(self, name: str, layout: str) -> None:
        from terminal.storage.window_file import read_window_file, write_window_file
        from terminal.ui.layout.shelf import SECTION

        profile = load_profile(name)
        file = profile_paths(name, mode=profile.kind).window
        sections = read_window_file(file)
        sections[SECTION] = {**sections.get(SECTION, {}), "current": layout}
        write_window_file(file, sections)

    def open_profile(self, name: str) -> None:
        _start(f"--profile={checked_name(name)}")

    # -- tasks --------------------------------------------------------------------------

    def end(self) -> None:
        """The program closes: nothing that is under way here may keep it."""
        self._end_account()
        for task in tuple(self._tasks):
            task.cancel()

    def _end_account(self) -> None:
        account, self._account = self._account, None
        if account is not None:
            account.cancel()

    def _begin(self, work: Coroutine[Any, Any, None], on_trouble: Callable[[str], None]) -> None:
        async def guarded() -> None:
            with suppress(asyncio.CancelledError):
                try:
                    await work
                except TerminalError as error:
                    on_trouble(str(error))

        task = asyncio.ensure_future(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: work.close())  # one that was ended before its first step


def _start(*arguments: str) -> None:
    """Start another of this program beside this one.

    Raises:
        StorageError: the system did not start it.
    """
    command = [*own_command(), *arguments]
    nowhere = subprocess.DEVNULL
    try:
        subprocess.Popen(  # noqa: S603 - this program itself, with arguments that were checked
            command,
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            start_new_session=os.name == "posix",  # it outlives this window
        )
    except OSError as error:
        raise StorageError(
            f"The window could not be opened ({error.strerror}). Start it with 'alphadesk {' '.join(arguments)}'."
        ) from error
