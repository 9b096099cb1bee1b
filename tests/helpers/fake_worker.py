"""A strategy that answers what a test tells it to."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from terminal.domain.decision import Decided, Decision, Outcome
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.strategy import KeptModel, TrainingSet, WorkerSink

Answer = Callable[[MarketSnapshot], Outcome | None]


class FakeWorker:
    """Ready as soon as it is fitted. `answer(snapshot)` gives the outcome; None means silence."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer: Answer = answer or (lambda snapshot: Decided(snapshot.cycle_id, (), 5.0))
        self.snapshots: list[MarketSnapshot] = []
        self.trainings: list[TrainingSet] = []
        self.taken_up: list[KeptModel] = []
        self.sink: WorkerSink | None = None
        self.closed = False

    @property
    def strategists(self) -> tuple[str, ...]:
        return ("embedded",)

    @property
    def model_name(self) -> str:
        return "made-up-model 1" if self.trainings or self.taken_up else ""

    def start(self, sink: WorkerSink) -> None:
        self.sink = sink

    def fit(self, training: TrainingSet) -> None:
        self.trainings.append(training)
        self._say(ModelStatus(ModelPhase.READY, "made-up-model 1", "fitted"))

    def take_up(self, kept: KeptModel) -> None:
        """What it is given by name it answers with; it has no model of its own to lose."""
        self.taken_up.append(kept)
        self._say(ModelStatus(ModelPhase.READY, self.model_name, "goes on"))

    def decide(self, snapshot: MarketSnapshot) -> None:
        self.snapshots.append(snapshot)
        outcome = self.answer(snapshot)
        if outcome is not None:
            self._say(outcome)

    async def aclose(self) -> None:
        self.closed = True

    def _say(self, event: Outcome | ModelStatus) -> None:
        assert self.sink is not None
        asyncio.get_running_loop().call_soon(self.sink, event)


def deciding(*decisions: Decision) -> Answer:
    """Give these decisions once, then nothing but empty answers."""
    left = list(decisions)

    def answer(snapshot: MarketSnapshot) -> Outcome:
        now = [replace(each, cycle_id=snapshot.cycle_id, created_ms=snapshot.created_ms) for each in left]
        left.clear()
        return Decided(snapshot.cycle_id, tuple(now), 5.0)

    return answer
