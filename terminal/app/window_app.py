"""The window's life: paint first, then bring the desk up, and end in one known order."""

import asyncio
import logging
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from terminal.app.last_resort import LastResort
from terminal.app.milestones import Milestones
from terminal.app.resources import resource_path
from terminal.app.session import Session, SessionOptions
from terminal.app.window_parts import WindowParts, build_window, complete
from terminal.domain.commands import Command, ShowChart
from terminal.domain.errors import ConfigError, TerminalError
from terminal.domain.messages import Event, Level, Notice, Phase
from terminal.runtime.desk_loop import DeskLoop
from terminal.runtime.event_relay import EventRelay
from terminal.runtime.first_paint import FirstPaint
from terminal.runtime.gc_policy import GuiThreadCollector
from terminal.runtime.qt_guard import check_installed_qt
from terminal.runtime.qt_messages import log_qt_messages
from terminal.runtime.signals import on_terminate
from terminal.storage.first_start import is_first_start

if TYPE_CHECKING:
    from terminal.app.account_setup import AccountSetup
    from terminal.app.account_window import WindowAsk
    from terminal.app.model_ask import ModelWindowAsk
    from terminal.services.review.demo_reviewer import Reviewer
    from terminal.ui.viewmodels.account_form import AccountEntry

SWITCH_INTERVAL_S: Final = 0.0005  # a busy worker thread gives way to a click ten times sooner than by default
PAINT_WITHIN_S: Final = 3.0  # a window that starts minimized is not painted; the desk starts all the same
_log = logging.getLogger(__name__)


def run_window(options: SessionOptions) -> int:
    """Open the window on a profile and stay until it is closed.

    Raises:
        TerminalError: the profile, its lock, the journal or the exchange could not be had.
    """
    milestones = Milestones()
    check_installed_qt()
    is_first = options.is_plain and is_first_start()
    try:
        session = Session(options)
    except TerminalError as error:
        show_fatal(str(error))
        raise
    app = make_application()
    loop = DeskLoop(app)
    run = WindowRun(session, milestones, guided=is_first)
    resort = LastResort(run.say_fault, session.clock.monotonic_s, run.parts.window)
    try:
        with loop:
            loop.run_until_complete(run.life())
    finally:
        resort.restore()
        session.abandon()
    milestones.write_if_asked()
    if run.failure is not None:
        raise run.failure
    return 0


def make_application() -> QApplication:
    """Make the one QApplication, themed; it never quits by itself because the last window closed."""
    from terminal.ui.theme.apply import apply_theme

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    log_qt_messages()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app.setApplicationName("alphadesk")
    app.setApplicationDisplayName("Alpha Desk")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resource_path("icon.svg"))))
    apply_theme(app)
    return app


def show_fatal(text: str) -> None:
    """Tell a person who started from an icon why there is no window; plain text only."""
    if QApplication.platformName() == "offscreen" or QApplication.instance() is not None:
        return
    app = make_application()
    if app.platformName() == "offscreen":
        return
    box = QMessageBox(QMessageBox.Icon.Critical, "Alpha Desk", text)
    box.finished.connect(app.quit)
    box.open()
    app.exec()


class WindowRun:
    """One run of the window, from first paint to the last task ended.

    Attributes:
        closing: set when a person or the system asks the program to end.
        failed: set when the desk could not be brought up; `failure` says why.
    """

    def __init__(
        self, session: Session, milestones: Milestones, reviewer: "Reviewer | None" = None, *, guided: bool = False
    ) -> None:
        """Build the window; `reviewer` answers proposals where no person sits, `guided` opens the guide over it."""
        self._guided = guided
        self.session = session
        self.reviewer = reviewer
        self.milestones = milestones
        self.closing: asyncio.Event = asyncio.Event()
        self.failed: asyncio.Event = asyncio.Event()
        self.failure: TerminalError | None = None
        self.parts: WindowParts = build_window(session, self.send)
        self.parts.window.close_requested.connect(self.closing.set)
        self._relay: EventRelay[Event] = EventRelay(self.parts.desk.apply, self.parts.window)
        self._collector: GuiThreadCollector | None = None

    def send(self, command: Command) -> None:
        """Hand a command to the engine, or say that it is not there yet."""
        engine = self.session.engine
        if engine is None:
            self._say(Level.WARNING, "The desk is still starting; try again in a moment.")
            return
        engine.post(command)

    async def life(self) -> None:
        """Show, start, wait for the close, end everything."""
        first_paint = FirstPaint(lambda: self.milestones.reach("first_paint_ms"))
        window = self.parts.window
        window.installEventFilter(first_paint)
        on_terminate(self.closing.set)
        self.parts.desk.tickers_changed.connect(self._first_tick)
        self.parts.desk.proposal_changed.connect(lambda _: self.milestones.reach("first_proposal_ms"))
        window.show()
        await first_of(first_paint.done, self.closing, within_s=PAINT_WITHIN_S)
        starting = asyncio.create_task(self._start(), name="start the desk")
        try:
            complete(self.parts)
            if self._guided:
                self.parts.window.guide.open()
            self._collector = GuiThreadCollector()
            await self.closing.wait()
        finally:
            starting.cancel()
            with suppress(asyncio.CancelledError):
                await starting
            await self.end()

    async def _start(self) -> None:
        ask, model_ask = self._asker(), self._model_asker()
        try:
            self.session.ask, self.session.model_ask = ask, model_ask
            engine = await self.session.start(self._relay.put, self.reviewer)
            engine.post(ShowChart(*self.parts.desk.selection))
        except TerminalError as error:
            self._fail(error)
        except Exception:  # noqa: BLE001 - boundary: a window that says "starting" for ever hides our bug
            _log.exception("the desk could not be started")
            words = f"The log {self.session.paths.log} has the details; please report it"
            self._fail(ConfigError(f"The desk could not be started because of an internal error. {words}."))
        finally:
            for each in (ask, model_ask):
                if each is not None:
                    each.done()

    def _asker(self) -> "WindowAsk | None":
        """Give the person in front of the window; a demo has nothing to ask."""
        profile = self.session.profile
        if not profile.mode.has_key:
            return None
        from terminal.app.account_setup import AccountSetup
        from terminal.app.account_window import WindowAsk
        from terminal.runtime.chance import SystemChance

        def setup() -> "tuple[AccountSetup, AccountEntry]":
            made = AccountSetup(profile.name, self.session.clock, SystemChance(), endpoints=self.session.endpoints)
            return made, made.start_entry(profile.mode.value, profile.reviewer)

        return WindowAsk(profile.name, setup, self.parts.window, self.parts.window.panic_keys)

    def _model_asker(self) -> "ModelWindowAsk | None":
        """Give the person in front of the window, where a model that decides has a key."""
        strategy = self.session.profile.strategy
        if not any(model.has_key for model in strategy.models):
            return None
        from terminal.app.model_ask import ModelWindowAsk

        return ModelWindowAsk(self.parts.window, self.parts.window.panic_keys)

    def _fail(self, error: TerminalError) -> None:
        self.failure = error
        self._say(Level.ERROR, str(error))
        self.parts.desk.apply(Phase(f"Not started: {error}", ready=False))
        self.failed.set()

    async def end(self) -> None:
        """End engine, worker, journal and exchange, then the window."""
        await self.session.aclose()
        self._relay.deliver()
        if self._collector is not None:
            self._collector.stop()
        if self.parts.signs is not None:
            self.parts.signs.close()
        self.parts.window.finish_close()

    def _first_tick(self, _changed: object) -> None:
        self.parts.desk.tickers_changed.disconnect(self._first_tick)
        QTimer.singleShot(0, self.parts.window, lambda: self.milestones.reach("first_tick_ms"))

    def say_fault(self, words: str) -> None:
        """Tell of a fault nobody caught."""
        self._say(Level.ERROR, words)

    def _say(self, level: Level, text: str) -> None:
        self.parts.desk.apply(Notice(level, "desk", text, self.session.clock.now_ms()))


async def first_of(*events: asyncio.Event, within_s: float) -> None:
    """Wait until one of the events is set, at most `within_s` of the operator's time."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
