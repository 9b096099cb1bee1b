"""The demo without a display: the same engine and window offscreen, a stated policy instead of a person."""

import asyncio
import json
import os
import tempfile
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from terminal.app.milestones import Milestones
from terminal.app.session import Session, SessionOptions
from terminal.app.window_app import WindowRun, first_of, make_application
from terminal.domain.causes import cause
from terminal.domain.errors import ConfigError
from terminal.runtime.desk_loop import DeskLoop
from terminal.runtime.qt_guard import check_installed_qt
from terminal.services.review.demo_reviewer import DemoReviewer, Reviewer
from terminal.storage.profiles import Mode, load_profile

WINDOW_SIZE = (1840, 980)
SMALLEST = 0  # PNG keeps every pixel at any quality; 0 packs them tightest


def run_headless(options: SessionOptions, *, seconds: float, out: Path) -> int:
    """Run the demo for a while; print one line of JSON and leave a picture in `out`.

    Starts from an empty profile each time, unless ALPHADESK_HOME or --connect says otherwise.

    Raises:
        TerminalError: the desk could not be brought up.
    """
    milestones = Milestones()
    check_installed_qt()
    refuse_real(options)
    make_folder(out)
    with tempfile.TemporaryDirectory(prefix="alphadesk-demo-") as home:
        if "ALPHADESK_HOME" not in os.environ and options.connect is None and options.replay is None:
            os.environ["ALPHADESK_HOME"] = home
        session = Session(options)
        app = make_application()
        loop = DeskLoop(app)
        run = HeadlessRun(session, milestones, DemoReviewer(session.clock), out)
        try:
            with loop:
                summary = loop.run_until_complete(run.demo(seconds))
        finally:
            session.abandon()
    print(json.dumps(summary))
    milestones.write_if_asked()
    return 0


def refuse_real(options: SessionOptions) -> None:
    """Keep the policy that approves by itself away from everything but a demo and a recorded day.

    Raises:
        ConfigError: the profile is not in mode demo, and it is no replay.
    """
    if options.replay is not None:
        return
    mode = load_profile(options.profile).mode
    if mode is not Mode.DEMO:
        raise ConfigError(
            f"Profile {options.profile} is in mode {mode.value}, where only a person approves: it needs a display. "
            "Without one, use 'alphadesk demo --headless' with a demo profile."
        )


def make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{out} cannot be made: {cause(error)}. Name another folder with --out.") from error


class HeadlessRun(WindowRun):
    """The window's life with a clock instead of a closing hand."""

    def __init__(self, session: Session, milestones: Milestones, reviewer: Reviewer, out: Path) -> None:
        """Prepare a run whose picture goes to the folder `out`."""
        super().__init__(session, milestones, reviewer)
        self.out = out
        self._began_s = session.clock.monotonic_s()
        self._summary: dict[str, object] = {}
        self.pictures: list[str] = []

    async def demo(self, seconds: float) -> dict[str, object]:
        """Run for `seconds` or until asked to end, then picture, count and close.

        Raises:
            TerminalError: the desk did not come up.
        """
        self.parts.window.resize(*WINDOW_SIZE)
        await self.live_for(seconds)
        return {**self._summary, **self.milestones.reached_ms}

    async def live_for(self, seconds: float) -> None:
        """Live, and close after `seconds`, sooner when asked to end or when the start failed.

        Raises:
            TerminalError: the desk did not come up.
        """
        living = asyncio.create_task(self.life(), name="window life")
        await first_of(self.closing, self.failed, within_s=seconds)
        stopped = self.closing.is_set()
        self.closing.set()
        await living
        if self.failure is not None:
            raise self.failure
        if not self._summary and not stopped:
            raise ConfigError(f"The desk was not up after {seconds:g} s: {self.parts.desk.phase.text}")

    async def end(self) -> None:
        """Picture and count while everything still stands."""
        engine = self.session.engine
        try:
            if engine is not None and self.failure is None:
                self.pictures = await self.picture()
                seconds = round(self.session.clock.monotonic_s() - self._began_s, 1)
                self._summary = {
                    **engine.tally.summary(),
                    "seconds": seconds,
                    "screenshot": next(iter(self.pictures), ""),
                }
        finally:
            await super().end()

    async def picture(self) -> list[str]:
        """Write the window's picture; gives the files written.

        Raises:
            ConfigError: the file could not be written.
        """
        return [save(self.parts.window, self.out / "window.png")]


def save(widget: QWidget, path: Path) -> str:
    """Write a widget's picture.

    Raises:
        ConfigError: the file could not be written.
    """
    if not widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888).save(str(path), quality=SMALLEST):
        raise ConfigError(f"{path} could not be written. Name another folder with --out.")
    return str(path)
