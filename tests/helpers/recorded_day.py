"""A recorded day to look at: an engine that traded by itself on the real journal, and a second one that looks back."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from helpers import stored_world
from helpers.step_clock import RealClock
from helpers.stored_world import ModelWorker
from terminal.domain.decision import Failed, FailureKind, Outcome
from terminal.domain.messages import Event
from terminal.domain.snapshot import MarketSnapshot
from terminal.domain.time_messages import TimeCommand
from terminal.ports.strategy import SecondAnswer
from terminal.runtime.stored_models import ThreadedModels

E = TypeVar("E")
BARS = 6


class AskableWorker(ModelWorker):
    """As `ModelWorker`; "embedded" and "stranger" may be asked besides the cycles. `answer` is the stranger's."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: Callable[[MarketSnapshot], Outcome | None] = lambda snapshot: Failed(
            snapshot.cycle_id, FailureKind.BILLING, "HTTP 402"
        )

    @property
    def strategists(self) -> tuple[str, ...]:
        return ("embedded", "stranger")

    def ask(self, snapshot: MarketSnapshot, strategist: str, ask_id: str) -> None:
        outcome = self._strategist.decide(snapshot) if strategist == "embedded" else self.answer(snapshot)
        if outcome is not None:
            self._say(SecondAnswer(ask_id, strategist, outcome))


class LookingBack:
    """A stored world with hands on its time machine."""

    def __init__(self, path: Path) -> None:
        self.worker = AskableWorker()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stored_world, "ModelWorker", lambda: self.worker)
            self.world = stored_world.StoredWorld(path)
        self.machine = self.world.engine.core.time_machine
        self.machine.use(ThreadedModels(RealClock()))

    async def run(self, bars: int = BARS) -> None:
        await self.world.run(bars)

    async def send(self, command: TimeCommand) -> None:
        await self.machine.handle(command)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.world.events if isinstance(event, kind)]

    def newest(self, kind: type[E]) -> E:
        return self.of(kind)[-1]

    def count(self, kind: type[Event]) -> int:
        return len(self.of(kind))

    async def close(self) -> None:
        await self.world.close()


def run(story: Callable[[], object]) -> None:
    """Run a coroutine function on a loop of its own."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(story())
