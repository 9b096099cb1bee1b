"""The strategy as an actor: fit and decide requests in, statuses and outcomes out.

It runs on whatever asyncio loop `run` is awaited on and never blocks it: model code runs in
worker threads. `post` and `stop` belong to that loop; another thread reaches them with
`loop.call_soon_threadsafe`. No request is dropped, and each decide request gets exactly one
outcome, also when the model hangs, crashes, or the engine is stopped first.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final, Protocol

from terminal.domain.decision import Abstained, Decided, Failed, FailureKind, Outcome
from terminal.domain.frozen import ModelFitted
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import TrainingSet, WorkerSink
from terminal.strategy.bars import TooFewBars
from terminal.strategy.embedded import EmbeddedStrategist, FitReport

_log = logging.getLogger(__name__)
DECIDE_DEADLINE_S: Final = 25.0
"""From the request; after it the answer is discarded, its snapshot is too old."""


class Strategist(Protocol):
    """Model code behind the engine. Both calls may block; they run in threads."""

    @property
    def model_name(self) -> str: ...

    def fit(self, training: TrainingSet, seed: int) -> FitReport: ...

    def decide(self, snapshot: MarketSnapshot) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class FitRequest:
    training: TrainingSet


@dataclass(frozen=True, slots=True)
class DecideRequest:
    snapshot: MarketSnapshot


@dataclass(frozen=True, slots=True)
class _Waiting:
    snapshot: MarketSnapshot
    deadline_s: float


class StrategyEngine:
    """Owns the mailbox and the boundary around model code.

    Args:
        clock: deadlines and latencies.
        emit: receives every status and outcome, on the engine's loop.
        seed: of the validation's resampling.
        strategist: model code; the embedded model by default.
    """

    def __init__(self, clock: Clock, emit: WorkerSink, seed: int, strategist: Strategist | None = None) -> None:
        self._clock = clock
        self._emit = emit
        self._seed = seed
        self._strategist: Strategist = EmbeddedStrategist(clock) if strategist is None else strategist
        self._fits: asyncio.Queue[TrainingSet] = asyncio.Queue()
        self._questions: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._stopping = asyncio.Event()
        self._stopped = False
        self._fitting = False
        self._report: FitReport | None = None

    @property
    def model_name(self) -> str:
        return self._strategist.model_name

    @property
    def report(self) -> FitReport | None:
        """The newest successful fit, with the model's text for the journal."""
        return self._report

    def post(self, message: FitRequest | DecideRequest) -> None:
        """Put a request into the mailbox; after `stop` a decide request fails at once."""
        if isinstance(message, FitRequest):
            self._fits.put_nowait(message.training)
        elif self._stopped:
            self._emit(_unanswered(message.snapshot))
        else:
            deadline_s = self._clock.monotonic_s() + DECIDE_DEADLINE_S
            self._questions.put_nowait(_Waiting(message.snapshot, deadline_s))

    def stop(self) -> None:
        """Let `run` end; what is not answered by then is answered with a failure."""
        self._stopping.set()

    async def run(self) -> None:
        """Serve requests until `stop` or cancellation."""
        try:
            async with asyncio.TaskGroup() as group:
                loops = (group.create_task(self._fit_loop()), group.create_task(self._decide_loop()))
                await self._stopping.wait()
                for loop in loops:
                    loop.cancel()
        finally:
            self._stopped = True
            while not self._questions.empty():
                self._emit(_unanswered(self._questions.get_nowait().snapshot))

    async def _fit_loop(self) -> None:
        while True:
            training = await self._fits.get()
            self._fitting = True
            self._emit(self._status(ModelPhase.TRAINING, f"fitting on {_size_text(training)}"))
            status = await self._fit(training)
            self._fitting = False
            self._emit(status)

    async def _fit(self, training: TrainingSet) -> ModelStatus:
        try:
            report = await asyncio.to_thread(self._strategist.fit, training, self._seed)
        except TooFewBars as short:
            return self._status(ModelPhase.READY if self._report else ModelPhase.IDLE, str(short))
        except Exception as error:  # noqa: BLE001  # boundary: a crash in model code must not end the engine
            return self._status(ModelPhase.FAILED, _crash_text(error))
        self._report = report
        self._emit(self._fitted(report))  # first, so that it is kept before anything the model decides
        return self._status(ModelPhase.READY, _fit_text(report))

    def _fitted(self, report: FitReport) -> ModelFitted:
        return ModelFitted(
            report.model,
            report.model_sha256,
            report.model_json,
            report.policy_json,
            self._seed,
            self._clock.now_ms(),
        )

    async def _decide_loop(self) -> None:
        while True:
            waiting = await self._questions.get()
            self._emit(self._status(ModelPhase.THINKING, "deciding"))
            started_s = self._clock.monotonic_s()
            outcome: Outcome = _unanswered(waiting.snapshot)
            try:
                outcome = await self._within_deadline(waiting)
            finally:  # also when cancelled: the question has its one answer
                self._emit(outcome)
            latency_ms = 1e3 * (self._clock.monotonic_s() - started_s)
            self._emit(self._status(self._phase_after(outcome), _outcome_text(outcome), latency_ms))

    async def _within_deadline(self, waiting: _Waiting) -> Outcome:
        left_s = waiting.deadline_s - self._clock.monotonic_s()
        late = Failed(
            waiting.snapshot.cycle_id,
            FailureKind.TIMEOUT,
            f"no answer within {DECIDE_DEADLINE_S:.0f} s; this cycle is skipped, the next one asks again",
        )
        if left_s <= 0.0:
            return late
        work = asyncio.ensure_future(self._decide(waiting.snapshot))
        timer = asyncio.ensure_future(self._clock.sleep(left_s))
        try:
            await asyncio.wait((work, timer), return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else late
        finally:
            work.cancel()
            timer.cancel()
            await asyncio.gather(work, timer, return_exceptions=True)

    async def _decide(self, snapshot: MarketSnapshot) -> Outcome:
        try:
            return await asyncio.to_thread(self._strategist.decide, snapshot)
        except Exception as error:  # noqa: BLE001  # boundary: a crash in model code is a failure, never a hold
            return Failed(snapshot.cycle_id, FailureKind.INTERNAL, _crash_text(error))

    def _phase_after(self, outcome: Outcome) -> ModelPhase:
        if isinstance(outcome, Failed):
            return ModelPhase.FAILED
        if self._fitting:
            return ModelPhase.TRAINING
        return ModelPhase.READY if self.model_name else ModelPhase.IDLE

    def _status(self, phase: ModelPhase, detail: str, latency_ms: float | None = None) -> ModelStatus:
        report = self._report
        if report is None:
            return ModelStatus(phase, self.model_name, detail, latency_ms=latency_ms)
        return ModelStatus(
            phase,
            self.model_name,
            detail,
            skill_pct=100.0 * report.skill,
            skill_low_pct=100.0 * report.skill_low,
            skill_high_pct=100.0 * report.skill_high,
            samples=report.samples,
            latency_ms=latency_ms,
        )


def _unanswered(snapshot: MarketSnapshot) -> Failed:
    return Failed(
        snapshot.cycle_id, FailureKind.INTERNAL, "the strategy was stopped before it answered; start it again"
    )


def _crash_text(error: Exception) -> str:
    _log.error("the model failed", exc_info=error)
    return "the model met an error of its own and nothing was proposed. Fit it again or restart; the log file says more"


def _size_text(training: TrainingSet) -> str:
    bars = max((len(candles) for _, candles in training.series), default=0)
    return f"{len(training.series)} instruments, {bars} {training.interval.label} bars each"


def _fit_text(report: FitReport) -> str:
    proven = "may act" if report.skill_low >= 0.0 else "no proven skill: it will hold"
    return f"fitted in {report.seconds:.1f} s, {report.folds} folds over {report.days} days; {proven}"


def _outcome_text(outcome: Outcome) -> str:
    if isinstance(outcome, Decided):
        opens = sum(decision.action.opens for decision in outcome.decisions)
        return f"{len(outcome.decisions)} decisions, {opens} to open"
    return outcome.reason if isinstance(outcome, Abstained) else outcome.detail
