"""The real window on a real exchange, driven by keys, inside one test."""

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from terminal.app.milestones import Milestones
from terminal.app.session import Session, SessionOptions
from terminal.app.window_app import WindowRun, make_application
from terminal.domain.ai_log import AiLogState
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.review import ReviewState
from terminal.runtime.desk_loop import DeskLoop
from terminal.ui.widgets.review.review_desk import ReviewDesk

PATIENCE_S = 90.0
# As wide as a profile may be: whether prices run or the machine is slow is not what these tests are about.
PATIENT_LIMITS: dict[str, object] = {
    "decision_age_s": 300,
    "decision_drift": "0.01",
    "market_max_spread": "0.01",
    "market_quote_age_s": 10,
    "price_collar": "0.01",
    "quote_age_s": 10,
    "reference_gap": "0.02",
}


def write_profile(name: str, link: Path, **limits: object) -> None:
    """Write a profile that points to a running exchange; limits that are not named are patient ones."""
    folder = Path(os.environ["ALPHADESK_HOME"]) / "config" / "profiles"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['mode = "demo"', 'reviewer = "Tess"', f'connection = "{link}"', "[limits]"]
    lines += [f'{key} = "{value}"' for key, value in (PATIENT_LIMITS | limits).items()]
    (folder / f"{name}.toml").write_text("\n".join(lines) + "\n")


class Seat:
    """One running window and the hands at it."""

    def __init__(self, run: WindowRun) -> None:
        self.run = run
        self.window = run.parts.window
        self.desk = run.parts.desk

    async def until(self, signal: SignalInstance, happened: Callable[[], bool]) -> None:
        """Wait for `happened`, looking whenever `signal` fires; a failure tells what the desk said meanwhile."""
        if happened():
            return
        event = asyncio.Event()

        def look(*_: object) -> None:
            if happened():
                event.set()

        signal.connect(look)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await event.wait()
        except TimeoutError:
            raise AssertionError(f"not seen within {PATIENCE_S:g} s; the desk:\n{self.story()}") from None
        finally:
            signal.disconnect(look)

    def story(self) -> str:
        """Tell what the window knows: for a test that failed."""
        desk = self.desk
        lines = [f"phase: {desk.phase.text}", f"trading: {desk.trading_state.value} {desk.trading_reason}"]
        lines.append(f"model: {desk.model.phase.value} {desk.model.detail}")
        lines += [f"stream {each.name}: connected={each.connected} {each.detail}" for each in desk.streams.values()]
        lines += [f"proposal {each.decision_id}: {each.state.value} {each.reason}" for each in desk.proposals.values()]
        lines += [f"order {each.client_order_id}: {each.state.value} {each.reason}" for each in desk.orders.values()]
        lines += [f"AI log {each.log_id}: {each.state.value} {each.last_message}" for each in desk.ai_logs.values()]
        lines += [f"cycle: {each.text}" for each in desk.cycles]
        lines += [f"{each.level.value} {each.source}: {each.text}" for each in desk.notices]
        return "\n".join(f"  {line}" for line in lines)

    async def noticed(self, *words: str) -> str:
        """Wait for a notice that contains all of `words`; give its text."""

        def found() -> list[str]:
            return [each.text for each in self.desk.notices if all(word in each.text for word in words)]

        await self.until(self.desk.notice, lambda: bool(found()))
        return found()[0]

    async def ready(self) -> None:
        """Wait until trading may begin."""
        await self.until(self.desk.phase_changed, lambda: self.desk.phase.ready)

    async def prices(self) -> None:
        """Wait for a price of every instrument."""
        await self.until(self.desk.tickers_changed, lambda: len(self.desk.tickers) == len(ALLOWED_INSTRUMENTS))

    async def listens(self) -> str:
        """Wait until keys answer the selected card; give its decision."""
        review = self.window.findChild(ReviewDesk)
        await self.soon(self.window.isActiveWindow)
        await self.soon(
            lambda: (
                review.choice.has_settled
                and (card := review.selected_card)
                and card.state.is_awake
                and card.state.can_approve
            )
        )
        return review.selected_id

    async def press(self, key: Qt.Key) -> str:
        """Press a key once the selected card listens to keys; give that card's decision."""
        decision_id = await self.listens()
        self.key(key)
        return decision_id

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key)

    async def write(self, text: str) -> None:
        """Type into the field that a key has opened, and end with Return."""
        await self.soon(lambda: isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit))
        QTest.keyClicks(QApplication.focusWidget(), text)
        self.key(Qt.Key.Key_Return)

    async def soon(self, happened: Callable[[], object]) -> None:
        """Look at the window again and again, where no signal tells."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not happened():  # noqa: ASYNC110 - no signal tells of focus and of the settled selection
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"not seen within {PATIENCE_S:g} s; the desk:\n{self.story()}") from None

    async def proposals(self, count: int) -> list[str]:
        """Wait for that many open proposals; give their ids, oldest first."""
        await self.until(self.desk.proposal_changed, lambda: len(self.desk.open_proposals()) >= count)
        return [proposal.decision_id for proposal in self.desk.open_proposals()]

    async def answered(self, decision_id: str, state: ReviewState) -> None:
        await self.until(self.desk.proposal_changed, lambda: self.desk.proposals[decision_id].state is state)

    async def log_accepted(self, decision_id: str) -> None:
        def accepted() -> bool:
            logs = [log for log in self.desk.ai_logs.values() if log.decision_id == decision_id]
            return any(log.state is AiLogState.ACCEPTED for log in logs)

        await self.until(self.desk.ai_log_changed, accepted)


def at_the_seat(options: SessionOptions, story: Callable[[Seat], Awaitable[None]]) -> Session:
    """Open the window, let `story` use it, close it the way a person would."""
    session = Session(options)
    app = make_application()
    loop = DeskLoop(app)
    try:
        with loop:
            loop.run_until_complete(_life(session, story))
    finally:
        session.abandon()
        # The program would end here; a test run goes on, and the window's timers must not.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
    return session


async def _life(session: Session, story: Callable[[Seat], Awaitable[None]]) -> None:
    run = WindowRun(session, Milestones())
    living = asyncio.create_task(run.life())
    seat = Seat(run)
    try:
        run.parts.window.activateWindow()
        await story(seat)
    finally:
        seat.window.close()
        async with asyncio.timeout(PATIENCE_S):
            await living
        seat.window.deleteLater()
        seat.desk.deleteLater()
    await asyncio.sleep(0)
