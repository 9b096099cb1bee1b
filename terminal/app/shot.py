"""Pictures of the window, of every panel and of the windows beside it, from a seeded run of the real program."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from terminal.app.headless import HeadlessRun, make_folder
from terminal.app.milestones import Milestones
from terminal.app.session import Session, SessionOptions
from terminal.app.shot_day import DAY, picture_day
from terminal.app.shot_sheets import SHEETS, picture_sheets
from terminal.app.shot_windows import DEPTH, SCENES, Camera, picture_windows, wait_for_card
from terminal.app.window_app import make_application
from terminal.domain.commands import Command
from terminal.domain.errors import ConfigError
from terminal.domain.review import Proposal
from terminal.runtime.desk_loop import DeskLoop
from terminal.services.review.demo_reviewer import DemoReviewer, Reviewer

IN_SIGHT: Final = ("window", "top-bar", "chart", "status-bar")
PANELS: Final = ("markets", "ticket", "review", "ai-logs", "venues")
TABS: Final = ("positions", "orders", "triggers", "fills", "account", "rules", "why", "reviewer", "events")


def run_shot(
    out: Path,
    *,
    size: tuple[int, int],
    seed: int,
    seconds: float,
    only: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
) -> int:
    """Run the demo with `seed` for `seconds`, then write one PNG a window, a panel, a tab and a sheet.

    `only`: the names of the pictures that are wanted, all where none is named. `beside`: venues whose prices are
    compared.

    Raises:
        TerminalError: the desk could not be brought up, or a wanted picture did not come about.
    """
    refuse_strangers(only)
    make_folder(out)
    with tempfile.TemporaryDirectory(prefix="alphadesk-shot-") as home:
        os.environ["ALPHADESK_HOME"] = home
        session = Session(SessionOptions(seed=seed, beside=beside))
        app = make_application()
        loop = DeskLoop(app)
        camera = Camera(out, size, frozenset(only))
        run = ShotRun(session, Milestones(), FirstFew(DemoReviewer(session.clock)), camera)
        try:
            with loop:
                names = loop.run_until_complete(run.shoot(seconds))
        finally:
            session.abandon()
    print("\n".join(names))
    if missing := set(only) - {Path(name).stem for name in names}:
        raise ConfigError(
            f"There is no picture of {', '.join(sorted(missing))}: the desk had nothing to show there yet. Give it "
            "more --seconds."
        )
    return 0


def known_names() -> frozenset[str]:
    """Give the name of every picture there can be."""
    windows = (name for names, _ in SCENES for name in names)
    days = (name for names in DAY for name in names)
    return frozenset((*IN_SIGHT, *PANELS, *TABS, *windows, *days, *SHEETS))


def refuse_strangers(only: tuple[str, ...]) -> None:
    """Say at once which names no picture has.

    Raises:
        ConfigError: there is such a name.
    """
    if strangers := sorted(set(only) - known_names()):
        raise ConfigError(
            f"No picture is called {', '.join(strangers)}. There are: {', '.join(sorted(known_names()))}."
        )


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
        await wait_for_card(self.parts)
        names = [await self.camera.take(self.parts.window, "window")]
        self.parts.window.panels.venues.refresh()  # it reads on only while it is seen
        names += [self.camera.save(panel, name) for name, panel in self.panels().items()]
        names += await self._each_tab()
        names += await picture_windows(self.parts, self.camera)
        names += await picture_sheets(self.parts, self.camera)
        names += await picture_day(self.parts, self.camera)
        return [name for name in names if name]

    def panels(self) -> dict[str, QWidget]:
        """Give every panel by the name its picture gets."""
        window = self.parts.window
        docks: dict[str, QWidget] = {name.replace("_", "-"): dock for name, dock in window.docks.items()}
        for elsewhere in ("tables", *DEPTH):  # each tab is pictured; depth is not in the layout that opens
            docks.pop(elsewhere)
        return {"top-bar": window.top_bar, "chart": window.chart_place, "status-bar": window.statusBar(), **docks}

    async def _each_tab(self) -> list[str]:
        tabs, dock = self.parts.window.tabs, self.parts.window.docks["tables"]
        names = []
        for index in range(tabs.bar.count()):
            tabs.bar.setCurrentIndex(index)
            await asyncio.sleep(0)  # the page lays itself out
            names.append(self.camera.save(dock, tab_name(tabs.bar.tabText(index))))
        tabs.bar.setCurrentIndex(0)
        return names


def tab_name(title: str) -> str:
    """Give the name of a tab's picture: its first word, without the count."""
    return title.split(maxsplit=1)[0].lower()
