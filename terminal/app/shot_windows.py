"""Pictures of the windows beside the main one, each with what the run has made: nothing on them is made up."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QDate, QEvent, QSize, SignalInstance
from PySide6.QtWidgets import QWidget

from terminal.app.headless import save
from terminal.domain.approval import DeskMode
from terminal.domain.errors import ConfigError
from terminal.domain.time_messages import MarkKind, OpenDay
from terminal.ui.layout.plans import MONITOR, TRADE
from terminal.ui.widgets.review.band_line import touch_price

if TYPE_CHECKING:
    from terminal.app.window_parts import WindowParts
    from terminal.ui.widgets.time_machine.window import TimeWindow

WITHIN_S: Final = 60.0
FRAME: Final = QSize(24, 60)  # what a window manager may add
LAB_RUN: Final = ("ema-cross", QDate(2026, 6, 1), QDate(2026, 7, 1))
DEPTH: Final = ("ladder", "depth", "tape")
PASSES: Final = 4  # a page lays itself out from the inside to the outside, and again where its words wrap
SETTLE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Camera:
    """Writes pictures into `out`, of windows no larger than a screen of `size` (width, height) lets them be."""

    out: Path
    size: tuple[int, int]
    wanted: frozenset[str] = frozenset()  # names of pictures; empty for all of them

    def wants(self, *names: str) -> bool:
        """Tell whether any of these pictures is wanted."""
        return not self.wanted or not self.wanted.isdisjoint(names)

    def save(self, widget: QWidget, name: str) -> str:
        """Picture a widget as it stands; gives the file, or nothing where that picture is not wanted."""
        return save(widget, self.out / f"{name}.png") if self.wants(name) else ""

    def fit(self, window: QWidget, designed: QSize) -> None:
        """Give a window the size it would have on that screen."""
        window.resize(designed.boundedTo(QSize(*self.size) - FRAME))

    async def take(self, widget: QWidget, name: str) -> str:
        """Picture a widget once it has laid itself out; gives what `save` gives."""
        for _ in range(PASSES):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            await asyncio.sleep(SETTLE_S)
        return self.save(widget, name)


async def picture_windows(parts: "WindowParts", camera: Camera) -> list[str]:
    """Picture what the camera wants of the layouts Trade and Monitor, time machine, Brain, models, lab and the modes.

    Gives the files written.

    Raises:
        ConfigError: a window did not get its content in time, or a file could not be written.
    """
    names: list[str] = []
    for wanted, act in SCENES:
        if camera.wants(*wanted):
            names += await act(parts, camera)
    return names


# -- layouts ---------------------------------------------------------------------


async def _trade(parts: "WindowParts", camera: Camera) -> list[str]:
    """Stand as for trading, wait for book and tape, and picture the whole and each part; then stand as before."""
    window, book = parts.window, parts.desk.depth
    layouts, before = window.layout_of_docks, window.layout_of_docks.current
    layouts.choose(TRADE)
    pair = parts.desk.selection[0]
    await until(book.book_changed, lambda: pair in book.snapshots, "The order book")
    await until(book.tape_changed, lambda: pair in book.tapes, "The tape")
    names = [await camera.take(window, "trade")]
    for name in DEPTH:
        window.panels.go_to(name)
        names.append(await camera.take(window.docks[name], name))
    layouts.choose(before)
    return names


async def _monitor(parts: "WindowParts", camera: Camera) -> list[str]:
    layouts, before = parts.window.layout_of_docks, parts.window.layout_of_docks.current
    layouts.choose(MONITOR)
    parts.window.panels.venues.refresh()  # it reads on only while it is seen
    name = await camera.take(parts.window, "monitor")
    layouts.choose(before)
    return [name]


# -- the time machine -----------------------------------------------------------


async def _time_machine(parts: "WindowParts", camera: Camera) -> list[str]:
    """Open the day that is being recorded at its newest fill, and turn every page of the decision behind it."""
    book, door = parts.desk.time, parts.window.time_machine
    door.open(OpenDay())
    window = door.window
    if window is None:
        return []
    from terminal.ui.widgets.time_machine.window import SIZE as TIME_SIZE

    camera.fit(window, TIME_SIZE)
    await until(book.moment_changed, lambda: book.lanes is not None and book.moment is not None, "The recorded day")
    lanes = book.lanes
    fills = [] if lanes is None else lanes.upto(lanes.day.last_seq, MarkKind.FILL, 1)
    if fills:
        window.timeline.go(fills[0].seq)
        await until(book.decision_changed, lambda: book.decision is not None, "The decision of the fill")
        pair = window.chart.pair_id
        await until(book.bars_changed, lambda: pair in book.bars, "The bars of the day")
        await _ask_again(window, parts)
    names = []
    for page in range(window.pages.tabs.count()):
        window.pages.tabs.setCurrentIndex(page)
        title = window.pages.tabs.tabText(page).lower().replace(" ", "-")
        names.append(await camera.take(window, f"time-machine-{title}"))
    window.close()
    return names


async def _ask_again(window: "TimeWindow", parts: "WindowParts") -> None:
    """Put the same inputs to the newest stored model, so that the page has an answer."""
    book = parts.desk.time
    then = book.decision
    if then is None:
        return
    choice = window.pages.again.choice
    choice.setCurrentIndex(choice.count() - 1)
    window.pages.again.button.click()
    await until(
        book.decision_changed,
        lambda: book.decision is not None and bool(book.decision.again),
        "The answer of the model that was asked again",
    )


# -- the others -------------------------------------------------------------------


async def _brain(parts: "WindowParts", camera: Camera) -> list[str]:
    door, names = parts.window.brain, []
    door.open()
    door.open_models()
    for name, window in (("models", door.form), ("brain", door.window)):
        if window is not None:
            camera.fit(window, window.size().expandedTo(window.sizeHint()))
            names.append(await camera.take(window, name))
            window.close()
    return names


async def _ensemble(parts: "WindowParts", camera: Camera) -> list[str]:
    door = parts.window.brain
    door.open_ensemble()
    if door.ensemble is None:
        return []
    name = await camera.take(door.ensemble, "ensemble")
    door.ensemble.close()
    return [name]


async def _lab(parts: "WindowParts", camera: Camera) -> list[str]:
    """Replay a plain rule over a month of the built-in market, and picture its report."""
    from terminal.ui.widgets.lab.window import SIZE as LAB_SIZE

    parts.lab.open()
    window = parts.lab.window
    if window is None:
        raise ConfigError("The lab did not open. Close other programs and try again.")
    camera.fit(window, LAB_SIZE)
    strategist, first, last = LAB_RUN
    window.form.strategist.setCurrentText(strategist)
    window.form.first.setDate(first)
    window.form.last.setDate(last)
    window.form.run.click()
    book = parts.lab.book
    await until(book.changed, lambda: not book.is_running, "The lab's run")
    name = await camera.take(window, "lab")
    window.close()
    return [name]


async def _modes(parts: "WindowParts", camera: Camera) -> list[str]:
    """Ask for the mode that must be earned: the sheet says how far the promotion is."""
    sheets = parts.window.review.sheets
    sheets.ask_mode()
    if sheets.mode is None:
        return []
    sheets.mode.choose(DeskMode.AUTO)
    name = await camera.take(sheets.mode.card, "promotion")
    sheets.mode.dismiss()
    return [name]


Scene = Callable[["WindowParts", Camera], Awaitable[list[str]]]
TIME_PAGES: Final = tuple(
    f"time-machine-{page}" for page in ("inputs", "decision", "approval", "checks", "fills", "ai-log", "ask-again")
)
SCENES: Final[tuple[tuple[tuple[str, ...], Scene], ...]] = (
    (("trade", *DEPTH), _trade),
    (("monitor",), _monitor),
    (TIME_PAGES, _time_machine),
    (("models", "brain"), _brain),
    (("ensemble",), _ensemble),
    (("lab",), _lab),
    (("promotion",), _modes),
)


async def wait_for_card(parts: "WindowParts") -> None:
    """Select a decision that could be approved now; where none comes the desk is pictured as it is."""
    desk, review = parts.desk, parts.window.review

    def selects() -> bool:
        for card in review.stack.cards:
            proposal, pair = card.proposal, card.proposal.terms.instrument_id
            price = touch_price(proposal.terms.side, desk.books.get(pair), desk.tickers.get(pair))
            if proposal.is_open and price is not None and proposal.band.holds(price):
                review.show_card(proposal.decision_id)
                return True
        return False

    with suppress(ConfigError):
        await until(desk.proposal_changed, selects, "A decision")


async def until(changed: SignalInstance, holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, looking again whenever `changed` is told.

    Raises:
        ConfigError: it did not hold within a minute.
    """
    told = asyncio.Event()

    def heard(*_: object) -> None:
        told.set()

    changed.connect(heard)
    try:
        async with asyncio.timeout(WITHIN_S):
            while not holds():
                told.clear()
                await told.wait()
    except TimeoutError as error:
        raise ConfigError(f"{what} did not come within {WITHIN_S:.0f} s. Take the pictures again.") from error
    finally:
        changed.disconnect(heard)
