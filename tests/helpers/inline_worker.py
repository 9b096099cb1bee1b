"""The strategy worker on the caller's own asyncio loop, without Qt and without a thread."""

import asyncio

from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import KeptModel, TrainingSet, WorkerSink
from terminal.strategy.embedded import EmbeddedStrategist, FitReport
from terminal.strategy.engine import (
    AskRequest,
    DecideRequest,
    FitRequest,
    Strategist,
    StrategyEngine,
    TakeUpRequest,
    Team,
    TeamMaker,
)


class InlineWorker:
    """A `StrategyWorker` whose engine is a task of the running loop; with `team` that says who answers."""

    def __init__(
        self, clock: Clock, seed: int, strategist: Strategist | None = None, *, team: TeamMaker | None = None
    ) -> None:
        self._clock = clock
        self._seed = seed
        self._strategist = strategist
        self._team = team
        self._engine: StrategyEngine | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def model_name(self) -> str:
        return "" if self._engine is None else self._engine.model_name

    @property
    def report(self) -> FitReport | None:
        return None if self._engine is None else self._engine.report

    def start(self, sink: WorkerSink) -> None:
        """Start serving; call it on a running loop, once."""
        if self._task is not None:
            raise RuntimeError("the strategy worker runs already; close it before starting it again")
        who: Strategist | Team | None = self._strategist
        if self._team is not None:
            who = self._team(self._clock, sink, EmbeddedStrategist(self._clock))
        self._engine = StrategyEngine(self._clock, sink, self._seed, who)
        self._task = asyncio.get_running_loop().create_task(self._engine.run(), name="strategy")

    def fit(self, training: TrainingSet) -> None:
        self._running().post(FitRequest(training))

    def take_up(self, kept: KeptModel) -> None:
        self._running().post(TakeUpRequest(kept))

    def decide(self, snapshot: MarketSnapshot) -> None:
        self._running().post(DecideRequest(snapshot))

    def ask(self, snapshot: MarketSnapshot, strategist: str, ask_id: str) -> None:
        self._running().post(AskRequest(snapshot, strategist, ask_id))

    @property
    def strategists(self) -> tuple[str, ...]:
        return () if self._engine is None else self._engine.strategists

    async def aclose(self) -> None:
        """Stop the engine and wait for it; open questions get a failure. Safe to call twice."""
        if self._engine is None or self._task is None:
            return
        self._engine.stop()
        task, self._task = self._task, None
        await task

    def _running(self) -> StrategyEngine:
        if self._engine is None:
            raise RuntimeError("the strategy worker was not started; call start first")
        return self._engine
