"""Pictures of the window, of every panel and of the windows beside it, from a seeded run of the real program."""

import asyncio
import os
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QWidget

from terminal.app.headless import HeadlessRun, make_folder, save
from terminal.app.milestones import Milestones
from terminal.app.session import Session, SessionOptions
from terminal.app.shot_windows import DEPTH, Camera, picture_windows
from terminal.app.window_app import make_application
from terminal.domain.messages import Command
from terminal.domain.review import Proposal
from terminal.runtime.desk_loop import DeskLoop
from terminal.services.review.demo_reviewer import DemoReviewer, Reviewer


def run_shot(out: Path, *, size: tuple[int, int], seed: int, seconds: float, beside: tuple[str, ...] = ()) -> int:
    """Run the demo with `seed` for `seconds`, then write one PNG a window, a panel and a tab.

    `beside`: venues whose prices are compared.

    Raises:
        TerminalError: the desk could not be brought up.
    """
    make_folder(out)
    with tempfile.TemporaryDirectory(prefix="alphadesk-shot-") as home:
        os.environ["ALPHADESK_HOME"] = home
        session = Session(SessionOptions(seed=seed, beside=beside))
        app = make_application()
        loop = DeskLoop(app)
        run = ShotRun(session, Milestones(), FirstFew(DemoReviewer(session.clock)), Camera(out, size))
        try:
            with loop:
                names = loop.run_until_complete(run.shoot(seconds))
        finally:
            session.abandon()
    print("\n".join(names))
    return 0


class FirstFew:
    """Lets a reviewer answer the first proposals and leaves the others waiting, so that the pictures show both."""

    def __init__(self, reviewer: Reviewer, count: int = 3) -> None:
        self._reviewer = reviewer
        self._left = count

    async def review(self, proposal: Proposal) -> Command | None:
        if self._left == 0:
            return None
        self._left -= 1
        return await self._reviewer.review(proposal)


class ShotRun(HeadlessRun):
    """A demo that ends in front of a camera."""

    def __init__(self, session: Session, milestones: Milestones, reviewer: Reviewer, camera: Camera) -> None:
        super().__init__(session, milestones, reviewer, camera.out)
        self.camera = camera

    async def shoot(self, seconds: float) -> list[str]:
        """Run, then picture everything; gives the files written.

        Raises:
            TerminalError: the desk did not come up, or a picture could not be written.
        """
        self.parts.window.resize(*self.camera.size)
        await self.live_for(seconds)
        return self.pictures

    async def picture(self) -> list[str]:
        """Picture the window, every panel, every tab, and the windows beside it."""
        names = await super().picture()
        self.parts.window.panels.venues.refresh()  # it reads on only while it is seen
        for name, panel in self.panels().items():
            names.append(save(panel, self.out / f"{name}.png"))
        return [*names, *await self._each_tab(self.out), *await picture_windows(self.parts, self.camera)]

    def panels(self) -> dict[str, QWidget]:
        """Give every panel by the name its picture gets."""
        window = self.parts.window
        docks: dict[str, QWidget] = {name.replace("_", "-"): dock for name, dock in window.docks.items()}
        for elsewhere in ("tables", *DEPTH):  # each tab is pictured; depth is not in the layout that opens
            docks.pop(elsewhere)
        return {"top-bar": window.top_bar, "chart": window.chart_place, "status-bar": window.statusBar(), **docks}

    async def _each_tab(self, out: Path) -> list[str]:
        tabs, dock = self.parts.window.tabs, self.parts.window.docks["tables"]
        names = []
        for index in range(tabs.bar.count()):
            tabs.bar.setCurrentIndex(index)
            await asyncio.sleep(0)  # the page lays itself out
            title = tabs.bar.tabText(index).split()[0].lower()
            names.append(save(dock, out / f"{title}.png"))
        return names
