"""The strategy worker in a thread of its own, with its own asyncio loop.

To the worker: `loop.call_soon_threadsafe`. From it: one queued signal to a relay that
lives on the GUI thread. Only frozen messages cross.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Final

from PySide6.QtCore import QObject, Qt, QThread, Signal

from terminal.domain.messages import ModelStatus
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import KeptModel, TrainingSet, WorkerEvent, WorkerSink
from terminal.runtime.training_process import TrainingProcess
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.engine import (
    EMBEDDED,
    AskRequest,
    DecideRequest,
    FitRequest,
    StrategyEngine,
    TakeUpRequest,
    TeamMaker,
)
from terminal.strategy.learning.job import Trainer

END_WITHIN_S: Final = 10.0
_log = logging.getLogger(__name__)


class _Relay(QObject):
    """Carries worker events to the thread it was made on.

    Signals:
        heard (WorkerEvent): emitted on the worker's thread, delivered on the relay's.
    """

    heard = Signal(object)

    def __init__(self, sink: Callable[[WorkerEvent], None]) -> None:
        super().__init__()
        self._sink = sink
        self.heard.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _deliver(self, event: WorkerEvent) -> None:
        self._sink(event)


class _Host(QThread):
    """Runs one StrategyEngine until it stops. Calls posted before the loop exists are kept."""

    def __init__(self, clock: Clock, seed: int, emit: WorkerSink, trainer: Trainer, team: TeamMaker | None) -> None:
        super().__init__()
        self.setObjectName("strategy")
        self._trainer = trainer
        self._clock = clock
        self._seed = seed
        self._emit = emit
        self._team = team
        self._lock = Lock()
        self._early: list[Callable[[StrategyEngine], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: StrategyEngine | None = None

    def run(self) -> None:
        # An explicit factory: the default policy may build a Qt loop here below Python 3.12.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        embedded = EmbeddedStrategist(self._clock, trainer=self._trainer)
        # Built here: what a language model needs takes a second to import, and its clients belong to this loop.
        team = embedded if self._team is None else self._team(self._clock, self._emit, embedded)
        engine = StrategyEngine(self._clock, self._emit, self._seed, team)
        with self._lock:
            self._loop, self._engine = asyncio.get_running_loop(), engine
            early, self._early = self._early, []
        for call in early:
            call(engine)
        try:
            await engine.run()
        finally:
            with self._lock:
                self._loop = None

    def call(self, function: Callable[[StrategyEngine], None]) -> None:
        """Run `function` with the engine, on the worker's loop; nothing happens after its end."""
        with self._lock:
            if self._engine is None:
                self._early.append(function)
            elif self._loop is not None:
                self._loop.call_soon_threadsafe(function, self._engine)


class StrategyThread:
    """A `StrategyWorker` on a QThread. Made and used on the GUI thread; one start, one close.

    `team` is called on the thread itself; `strategists` are the names it will give, the cycles' first.
    """

    def __init__(
        self, clock: Clock, seed: int, team: TeamMaker | None = None, strategists: tuple[str, ...] = (EMBEDDED,)
    ) -> None:
        self._clock = clock
        self._seed = seed
        self._relay: _Relay | None = None
        self._host: _Host | None = None
        self._left_behind: _Host | None = None
        self._trainer = TrainingProcess()
        self._model_name = ""
        self._team = team
        self._strategists = strategists

    @property
    def model_name(self) -> str:
        return self._model_name

    def start(self, sink: WorkerSink) -> None:
        def deliver(event: WorkerEvent) -> None:
            if isinstance(event, ModelStatus):
                self._model_name = event.model
            sink(event)

        self._relay = _Relay(deliver)
        self._host = _Host(self._clock, self._seed, self._relay.heard.emit, self._trainer, self._team)
        self._host.start()

    def fit(self, training: TrainingSet) -> None:
        self._running().call(lambda engine: engine.post(FitRequest(training)))

    def take_up(self, kept: KeptModel) -> None:
        self._running().call(lambda engine: engine.post(TakeUpRequest(kept)))

    def decide(self, snapshot: MarketSnapshot) -> None:
        self._running().call(lambda engine: engine.post(DecideRequest(snapshot)))

    def ask(self, snapshot: MarketSnapshot, strategist: str, ask_id: str) -> None:
        self._running().call(lambda engine: engine.post(AskRequest(snapshot, strategist, ask_id)))

    @property
    def strategists(self) -> tuple[str, ...]:
        return self._strategists

    async def aclose(self) -> None:
        """Stop the engine, wait for the thread without blocking the loop, and join it.

        One that does not end in time is left behind: the journal and the venue still want to be closed.
        """
        if self._host is None:
            return
        host, self._host = self._host, None
        self._trainer.stop()  # or the thread would wait for the end of a fit
        ended, loop = asyncio.Event(), asyncio.get_running_loop()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop, too, may have ended
                loop.call_soon_threadsafe(ended.set)

        # On the thread itself, and a function of its own: a late signal must find neither a loop that only Qt
        # would wake nor a method whose object is gone.
        host.finished.connect(wake, Qt.ConnectionType.DirectConnection)
        host.call(StrategyEngine.stop)
        if not host.isFinished():
            try:
                async with asyncio.timeout(END_WITHIN_S):
                    await ended.wait()
            except TimeoutError:
                _log.error("the strategy thread did not end within %g s and is left behind", END_WITHIN_S)
                self._left_behind = host  # Qt aborts the process when a running thread object is destroyed
                return
        host.wait()

    def _running(self) -> _Host:
        if self._host is None:
            raise RuntimeError("the strategy worker is not running")
        return self._host
