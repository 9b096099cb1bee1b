"""The strategy worker on the caller's own asyncio loop: for running without a window and for tests."""

import asyncio

from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import TrainingSet, WorkerSink
from terminal.strategy.embedded import FitReport
from terminal.strategy.engine import DecideRequest, FitRequest, Strategist, StrategyEngine


class InlineWorker:
    """A `StrategyWorker` whose engine is a task of the running loop."""

    def __init__(self, clock: Clock, seed: int, strategist: Strategist | None = None) -> None:
        self._clock = clock
        self._seed = seed
        self._strategist = strategist
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
        self._engine = StrategyEngine(self._clock, sink, self._seed, self._strategist)
        self._task = asyncio.get_running_loop().create_task(self._engine.run(), name="strategy")

    def fit(self, training: TrainingSet) -> None:
        self._running().post(FitRequest(training))

    def decide(self, snapshot: MarketSnapshot) -> None:
        self._running().post(DecideRequest(snapshot))

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
