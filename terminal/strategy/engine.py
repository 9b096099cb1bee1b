"""The strategy as an actor: fit and decide requests in, statuses and outcomes out.

It runs on whatever asyncio loop `run` is awaited on and never blocks it: blocking model code
runs in worker threads, and a `decide` that is a coroutine function is awaited on the loop itself.
`post` and `stop` belong to that loop; another thread reaches them with `loop.call_soon_threadsafe`.
No request is dropped, and each decide request gets exactly one outcome, also when the model hangs,
crashes, or the engine is stopped first.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, cast

from terminal.domain.decision import Abstained, Decided, Failed, FailureKind, Outcome
from terminal.domain.errors import StrategyError
from terminal.domain.frozen import ModelFitted
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import KeptModel, SecondAnswer, TrainingSet, WorkerSink
from terminal.strategy.bars import TooFewBars
from terminal.strategy.embedded import EmbeddedStrategist, FitReport

_log = logging.getLogger(__name__)
DECIDE_DEADLINE_S: Final = 25.0
"""From the request; after it the answer is discarded, its snapshot is too old."""


_TOOK_UP: Final = "the model of the run before goes on; a new fit has to be better"
EMBEDDED: Final = "embedded"
"""Name under which the model fitted here may be asked."""


class Strategist(Protocol):
    """Model code behind the engine.

    `fit` and `take_up` may block, they run in a thread. `decide` is either a plain function, which may block and runs
    in a thread too, or a coroutine function, which is awaited on the engine's loop and must not block it.
    """

    @property
    def model_name(self) -> str: ...

    def fit(self, training: TrainingSet, seed: int) -> FitReport: ...

    def take_up(self, kept: KeptModel) -> FitReport: ...

    def decide(self, snapshot: MarketSnapshot) -> Outcome | Coroutine[Any, Any, Outcome]: ...


@dataclass(frozen=True, slots=True)
class FitRequest:
    training: TrainingSet


@dataclass(frozen=True, slots=True)
class TakeUpRequest:
    kept: KeptModel


@dataclass(frozen=True, slots=True)
class DecideRequest:
    snapshot: MarketSnapshot


@dataclass(frozen=True, slots=True)
class AskRequest:
    """Ask `strategist` by name, besides the cycles; a `SecondAnswer` with `ask_id` is emitted."""

    snapshot: MarketSnapshot
    strategist: str
    ask_id: str


@dataclass(frozen=True, slots=True)
class Team:
    """Who answers: `first` the cycles, `others` only when asked by name. `deadline_s` is for one answer."""

    first: Strategist
    name: str = EMBEDDED
    others: Mapping[str, Strategist] = field(default_factory=dict)
    deadline_s: float = DECIDE_DEADLINE_S


TeamMaker = Callable[[Clock, WorkerSink, EmbeddedStrategist], Team]
"""Builds a team around the embedded model, on the loop where it will run. The sink takes what its members have to
tell besides their answers (`ModelExchange`)."""


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
        strategist: model code that answers the cycles, or a team of it; the embedded model by default. The others
            of a team answer no cycle, whatever happens to the first.
    """

    def __init__(self, clock: Clock, emit: WorkerSink, seed: int, strategist: Strategist | Team | None = None) -> None:
        if not isinstance(strategist, Team):
            strategist = Team(EmbeddedStrategist(clock) if strategist is None else strategist)
        self._clock = clock
        self._emit = emit
        self._seed = seed
        self._deadline_s = strategist.deadline_s
        self._strategist = strategist.first
        self._named: dict[str, Strategist] = {strategist.name: strategist.first, **strategist.others}
        self._fits: asyncio.Queue[TrainingSet | KeptModel] = asyncio.Queue()
        self._questions: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._asked: set[asyncio.Task[None]] = set()
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

    @property
    def strategists(self) -> tuple[str, ...]:
        """Who may be asked by name; the first one answers the cycles."""
        return tuple(self._named)

    def post(self, message: FitRequest | TakeUpRequest | DecideRequest | AskRequest) -> None:
        """Put a request into the mailbox; after `stop` a question fails at once."""
        if isinstance(message, FitRequest):
            self._fits.put_nowait(message.training)
        elif isinstance(message, TakeUpRequest):
            self._fits.put_nowait(message.kept)
        elif isinstance(message, AskRequest):
            self._post_ask(message)
        elif self._stopped:
            self._emit(_unanswered(message.snapshot))
        else:
            deadline_s = self._clock.monotonic_s() + self._deadline_s
            self._questions.put_nowait(_Waiting(message.snapshot, deadline_s))

    def _post_ask(self, ask: AskRequest) -> None:
        if self._stopped or self._stopping.is_set():
            self._emit(SecondAnswer(ask.ask_id, ask.strategist, _unanswered(ask.snapshot)))
            return
        task = asyncio.get_running_loop().create_task(self._second_opinion(ask), name=f"ask {ask.strategist}")
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _second_opinion(self, ask: AskRequest) -> None:
        outcome: Outcome = _unanswered(ask.snapshot)
        try:
            asked = self._named.get(ask.strategist)
            if asked is None:
                outcome = _nobody(ask, self.strategists)
            else:
                deadline_s = self._clock.monotonic_s() + self._deadline_s
                outcome = await self._within_deadline(asked, _Waiting(ask.snapshot, deadline_s))
        finally:  # also when cancelled: the question has its one answer
            self._emit(SecondAnswer(ask.ask_id, ask.strategist, outcome))

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
            await _end_all(self._asked)
            while not self._questions.empty():
                self._emit(_unanswered(self._questions.get_nowait().snapshot))

    async def _fit_loop(self) -> None:
        while True:
            training = await self._fits.get()
            if isinstance(training, KeptModel):
                self._emit(await self._take_up(training))
                continue
            self._fitting = True
            self._emit(self._status(ModelPhase.TRAINING, f"fitting on {_size_text(training)}"))
            status = await self._fit(training)
            self._fitting = False
            self._emit(status)

    async def _take_up(self, kept: KeptModel) -> ModelStatus:
        """Go on with a stored model; it is in the journal already, so it is not told of again."""
        try:
            self._report = await asyncio.to_thread(self._strategist.take_up, kept)
        except StrategyError as refused:
            _log.warning("the model of the run before is not used: %s", refused)
            return self._status(ModelPhase.IDLE, str(refused))
        except Exception as error:  # noqa: BLE001  # boundary: a crash in model code must not end the engine
            return self._status(ModelPhase.IDLE, _crash_text(error))
        return self._status(ModelPhase.READY, _TOOK_UP)

    async def _fit(self, training: TrainingSet) -> ModelStatus:
        try:
            report = await asyncio.to_thread(self._strategist.fit, training, self._seed)
        except TooFewBars as short:
            return self._status(ModelPhase.READY if self._report else ModelPhase.IDLE, str(short))
        except StrategyError as refused:  # a dead or late trainer, a fit that knew the future, broken bars
            _log.warning("the fit was refused: %s", refused)
            return self._status(ModelPhase.FAILED, str(refused))
        except Exception as error:  # noqa: BLE001  # boundary: a crash in model code must not end the engine
            return self._status(ModelPhase.FAILED, _crash_text(error))
        if report.accepted:
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
            report.accepted,
            report.verdict,
            report.forecasts,
            report.quick,
        )

    async def _decide_loop(self) -> None:
        while True:
            waiting = await self._questions.get()
            self._emit(self._status(ModelPhase.THINKING, "deciding"))
            started_s = self._clock.monotonic_s()
            outcome: Outcome = _unanswered(waiting.snapshot)
            asked = self.model_name
            try:
                outcome = await self._within_deadline(self._strategist, waiting)
                for name in sorted(_names(outcome, self.model_name) - {asked}):  # known before what it decided
                    self._emit(replace(self._status(ModelPhase.THINKING, "named by its answer"), model=name))
            finally:  # also when cancelled: the question has its one answer
                self._emit(outcome)
            latency_ms = 1e3 * (self._clock.monotonic_s() - started_s)
            self._emit(self._status(self._phase_after(outcome), _outcome_text(outcome), latency_ms))

    async def _within_deadline(self, strategist: Strategist, waiting: _Waiting) -> Outcome:
        left_s = waiting.deadline_s - self._clock.monotonic_s()
        late = Failed(
            waiting.snapshot.cycle_id,
            FailureKind.TIMEOUT,
            f"no answer within {self._deadline_s:.0f} s; this cycle is skipped, the next one asks again",
        )
        if left_s <= 0.0:
            return late
        work = asyncio.ensure_future(_decide(strategist, waiting.snapshot))
        timer = asyncio.ensure_future(self._clock.sleep(left_s))
        try:
            await asyncio.wait((work, timer), return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else late
        finally:
            work.cancel()
            timer.cancel()
            await asyncio.gather(work, timer, return_exceptions=True)

    def _phase_after(self, outcome: Outcome) -> ModelPhase:
        if isinstance(outcome, Failed):
            return ModelPhase.FAILED
        if self._fitting:
            return ModelPhase.TRAINING
        return ModelPhase.READY if self.model_name else ModelPhase.IDLE

    def _status(self, phase: ModelPhase, detail: str, latency_ms: float | None = None) -> ModelStatus:
        report = self._report
        if report is None or report.model != self.model_name:  # the record is the fitted model's, no other's
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


async def _decide(strategist: Strategist, snapshot: MarketSnapshot) -> Outcome:
    decide = strategist.decide
    try:
        if inspect.iscoroutinefunction(decide):
            return await cast("Awaitable[Outcome]", decide(snapshot))
        return await asyncio.to_thread(cast("Callable[[MarketSnapshot], Outcome]", decide), snapshot)
    except Exception as error:  # noqa: BLE001  # boundary: a crash in model code is a failure, never a hold
        return Failed(snapshot.cycle_id, FailureKind.INTERNAL, _crash_text(error))


async def _end_all(tasks: Iterable[asyncio.Task[None]]) -> None:
    ending = tuple(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)


def _names(outcome: Outcome, now: str) -> set[str]:
    """Name who answered: only its answer told a served model's full name, and a fit may have ended meanwhile."""
    return {now, *(each.model for each in (outcome.decisions if isinstance(outcome, Decided) else ()))}


def _nobody(ask: AskRequest, names: tuple[str, ...]) -> Failed:
    detail = f"no model is called {ask.strategist} here; there are {', '.join(names)}"
    return Failed(ask.snapshot.cycle_id, FailureKind.MODEL_MISSING, detail)


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
    if not report.accepted:
        return f"a new fit was tried in {report.seconds:.1f} s and is not used, {report.verdict}"
    proven = "may act" if report.skill_low >= 0.0 else "no proven skill: it will hold"
    first = "quick fit" if report.quick else "fitted"
    words = [f"{first} in {report.seconds:.1f} s, {report.folds} folds over {report.days} days", proven]
    if report.quick:
        words.append("a longer fit follows when more bars are loaded")
    if report.ridge_alone:
        words.append("its ridge half answers alone, for LightGBM could not be loaded")
    if report.verdict:
        words.append(report.verdict)
    return "; ".join(words)


def _outcome_text(outcome: Outcome) -> str:
    if isinstance(outcome, Decided):
        opens = sum(decision.action.opens for decision in outcome.decisions)
        count = len(outcome.decisions)
        return f"{count} decision{'' if count == 1 else 's'}, {opens} to open"
    return outcome.reason if isinstance(outcome, Abstained) else outcome.detail
