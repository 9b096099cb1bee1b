"""The demo without a display: the same engine and window offscreen, a stated policy instead of a person."""

import asyncio
import json
import os
import tempfile
from pathlib import Path

import qasync

from terminal.app.milestones import Milestones
from terminal.app.session import Session, SessionOptions
from terminal.app.window_app import WindowRun, make_application
from terminal.domain.errors import ConfigError
from terminal.runtime.qt_guard import check_installed_qt
from terminal.services.demo_reviewer import DemoReviewer

WINDOW_SIZE = (1840, 980)


def run_headless(options: SessionOptions, *, seconds: float, out: Path) -> int:
    """Run the demo for a while; print one line of JSON and leave a picture in `out`.

    Starts from an empty profile each time, unless ALPHADESK_HOME or --connect says otherwise.

    Raises:
        TerminalError: the desk could not be brought up.
    """
    milestones = Milestones()
    check_installed_qt()
    make_folder(out)
    with tempfile.TemporaryDirectory(prefix="alphadesk-demo-") as home:
        if "ALPHADESK_HOME" not in os.environ and options.connect is None:
            os.environ["ALPHADESK_HOME"] = home
        session = Session(options)
        app = make_application()
        loop = qasync.QEventLoop(app)
        run = HeadlessRun(session, milestones, DemoReviewer(session.clock))
        try:
            with loop:
                summary = loop.run_until_complete(run.demo(seconds, out))
        finally:
            session.abandon()
    print(json.dumps(summary))
    milestones.write_if_asked()
    return 0


def make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{out} cannot be made: {error.strerror}. Name another folder with --out.") from error


class HeadlessRun(WindowRun):
    """The window's life with a clock instead of a closing hand."""

    async def demo(self, seconds: float, out: Path) -> dict[str, object]:
        """Run for `seconds`, then picture, count and close."""
        self.parts.window.resize(*WINDOW_SIZE)
        living = asyncio.create_task(self.life(), name="window life")
        await self.session.clock.sleep(seconds)
        engine = self.session.engine
        if engine is None:
            self.closing.set()
            await living
            raise ConfigError(f"The desk was not up after {seconds:g} s: {self.parts.desk.phase.text}")
        picture = out / "window.png"
        self.parts.window.grab().save(str(picture))
        summary: dict[str, object] = {**engine.summary(), "seconds": seconds, "screenshot": str(picture)}
        self.closing.set()
        await living
        return {**summary, **self.milestones.reached_ms}
