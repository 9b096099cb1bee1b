"""Steps on a running desk: built-in exchange, window, chart, and an order from its decision to its accepted AI log.

It is the demo, offscreen, on an empty profile; the demo's stated policy answers in place of a person.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtGui import QColor, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QWidget

from terminal.app.headless import WINDOW_SIZE, save
from terminal.app.milestones import Milestones
from terminal.app.selftest.outcome import Protocol, StepFailed
from terminal.app.session import Session
from terminal.app.window_app import WindowRun
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.plain_words import TRADING_STATE
from terminal.services.review.demo_reviewer import DemoReviewer
from terminal.ui.theme.look import LIVE

STEPS: Final = ("built-in exchange", "window", "chart", "order to accepted AI log")
_TOLD: Final = ("decisions", "approvals", "orders", "fills", "ai_logs_accepted")
_LOOK_S: Final = 0.05
_NEAR: Final = 24  # of 255 a colour part: candles have soft edges
_LEAST_COLOURS: Final = 40  # a window with text and panels has hundreds, an empty one a handful
_LEAST_CANDLE_PIXELS: Final = 100


class DeskRun(WindowRun):
    """The window's life with somebody who looks at it."""

    def __init__(self, session: Session, protocol: Protocol, out: Path | None, patience_s: float) -> None:
        """`out` is where the picture goes, None keeps none; `patience_s` is for each step."""
        super().__init__(session, Milestones(), DemoReviewer(session.clock))
        self._protocol = protocol
        self._out = out
        self._patience_s = patience_s
        self.parts.window.resize(*WINDOW_SIZE)

    async def checked(self) -> None:
        """Live, look, end; the protocol holds what was seen."""
        living = asyncio.create_task(self.life(), name="window life")
        steps = (self._exchange, self._window, self._chart, self._order)
        try:
            for at, step in enumerate(steps):
                if not await self._protocol.follow(STEPS[at], step):
                    self._protocol.skip(*STEPS[at + 1 :])
                    break
        finally:
            self.closing.set()
            await living

    async def _exchange(self) -> str:
        desk = self.parts.desk
        await self._until(
            lambda: desk.phase.ready and len(desk.tickers) == len(ALLOWED_INSTRUMENTS),
            "the desk shows live prices of all pairs",
        )
        return f"process {self.session.exchange_pid} answers; {len(desk.tickers)} pairs have live prices"

    async def _window(self) -> str:
        family = QFontInfo(QApplication.font()).family()
        if not family:
            raise StepFailed("No font was found, so no text can be read. Install one, such as fonts-dejavu-core.")
        window = self.parts.window
        if self._out is not None:
            save(window, self._out / "selftest-window.png")
        colours = colours_in(image_of(window))
        if colours < _LEAST_COLOURS:
            raise StepFailed(f"The window is empty: {colours} colours in it. Install the program anew.")
        size = window.size()
        return f"{size.width()} x {size.height()} painted, text in {family}"

    async def _chart(self) -> str:
        chart = self.parts.chart
        if chart is None:
            raise StepFailed("The window has no chart. Install the program anew.")
        await self._until(lambda: len(chart.view.pane.bars) > 0, "the chart has bars")
        pixels = candle_pixels(image_of(chart))
        if pixels < _LEAST_CANDLE_PIXELS:
            raise StepFailed(f"The chart shows no candles: {pixels} pixels in their colours. Install anew.")
        return f"{len(chart.view.pane.bars)} bars drawn, {pixels:,} pixels of candles"

    async def _order(self) -> str:
        engine = self.session.engine
        if engine is None:
            raise StepFailed(f"The desk is not up: {self.parts.desk.phase.text}")
        whole = engine.tally.passports
        await self._until(lambda: any(each.is_whole for each in whole()), "an order is proved in all seven steps")
        counts = engine.tally.summary()
        if counts["illegal_transitions"]:
            raise StepFailed(f"{counts['illegal_transitions']} order states came in an order that cannot be.")
        order = next(each.client_order_id for each in whole() if each.is_whole)
        accepted = counts["ai_logs_accepted"]
        return f"order {order}: decision, approval, checks, bytes, fill and AI log are proved; {accepted} logs accepted"

    async def _until(self, met: Callable[[], bool], what: str) -> None:
        """Wait for it.

        Raises:
            TerminalError: the desk failed, or it does not come to that.
        """
        try:
            async with asyncio.timeout(self._patience_s):
                while not met():
                    if self.failure is not None:
                        raise self.failure
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            raise StepFailed(
                f"After {self._patience_s:g} s it is not so that {what}. {self._state_words()} "
                "Close other programs and try again; if it stays so, send this report."
            ) from None

    def _state_words(self) -> str:
        """Say how far it came, and what the desk says of itself."""
        desk = self.parts.desk
        said = f"The desk says: {desk.phase.text}, trading is {TRADING_STATE[desk.trading_state]}"
        reason = f" ({desk.trading_reason})" if desk.trading_reason else ""
        engine = self.session.engine
        counts = {} if engine is None else engine.tally.summary()
        came = ", ".join(f"{name.replace('_', ' ')} {counts[name]}" for name in _TOLD if name in counts)
        return f"{said}{reason}; {came or 'nothing was decided yet'}."


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colours_in(image: QImage, stride: int = 3) -> int:
    """Count different colours, looking at each `stride`-th pixel of each `stride`-th line."""
    return len({image.pixel(x, y) for y in range(0, image.height(), stride) for x in range(0, image.width(), stride)})


def candle_pixels(image: QImage) -> int:
    """Count pixels in the colours of rising and falling bars, looking at every second one each way."""
    wanted = [QColor(LIVE.rise), QColor(LIVE.fall)]
    found = 0
    for y in range(0, image.height(), 2):
        for x in range(0, image.width(), 2):
            seen = QColor(image.pixel(x, y))
            found += any(_near(seen, colour) for colour in wanted)
    return found


def _near(one: QColor, other: QColor) -> bool:
    return (
        abs(one.red() - other.red()) <= _NEAR
        and abs(one.green() - other.green()) <= _NEAR
        and abs(one.blue() - other.blue()) <= _NEAR
    )
