import asyncio
from dataclasses import replace

import pytest

from helpers import market_paths
from helpers.inline_worker import InlineWorker
from terminal.domain.decision import Abstained, Decided, Failed, FailureKind
from terminal.domain.frozen import ModelFitted
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.strategy.bars import TooFewBars
from terminal.strategy.embedded import EmbeddedStrategist, FitReport
from terminal.strategy.engine import DECIDE_DEADLINE_S, DecideRequest, FitRequest, StrategyEngine
from terminal.strategy.learning.honesty import TooGoodToBeTrue
from terminal.strategy.learning.job import TrainingFailed

pytestmark = pytest.mark.asyncio

PANEL = market_paths.market(1, bars=30)
TRAINING = market_paths.training_set(PANEL)
REPORT = FitReport("toy/1", 0.04, 0.01, 0.07, 900, 9, 0.56, 0.6, 0.61, 5, 0.2, "f" * 64, "{}")


def shot(cycle="c-1"):
    return market_paths.snapshot(PANEL, cycle_id=cycle)


class Scripted:
    """Model code whose calls do what the test says."""

    def __init__(self, decide=None, fit=None):
        self.model_name = "toy/1"
        self._decide = decide or (lambda snapshot: Decided(snapshot.cycle_id, (), 1.0))
        self._fit = fit or (lambda _training: REPORT)
        self.seeds = []

    def fit(self, training, seed):
        self.seeds.append(seed)
        return self._fit(training)

    def decide(self, snapshot):
        return self._decide(snapshot)


class Sink(list):
    """Collects events and lets a test wait for one."""

    def __init__(self):
        super().__init__()
        self._came = asyncio.Event()

    def __call__(self, event):
        self.append(event)
        self._came.set()

    async def until(self, wanted, count=1):
        async with asyncio.timeout(60):
            while True:
                found = [event for event in self if wanted(event)]
                if len(found) >= count:
                    return found
                self._came.clear()
                await self._came.wait()

    @property
    def outcomes(self):
        return [event for event in self if not isinstance(event, ModelStatus | ModelFitted)]

    @property
    def phases(self):
        return [event.phase for event in self if isinstance(event, ModelStatus)]


def is_outcome(event):
    return not isinstance(event, ModelStatus | ModelFitted)


def phase(wanted):
    return lambda event: isinstance(event, ModelStatus) and event.phase is wanted


async def started(clock, strategist):
    sink = Sink()
    worker = InlineWorker(clock, 7, strategist)
    worker.start(sink)
    return worker, sink


async def test_a_fitted_model_is_handed_over_before_it_is_ready(clock):
    report = replace(REPORT, policy_json='{"margin_bp":5.0}')
    worker, sink = await started(clock, Scripted(fit=lambda _training: report))
    worker.fit(TRAINING)
    await sink.until(phase(ModelPhase.READY))
    (fitted,) = [event for event in sink if isinstance(event, ModelFitted)]
    assert fitted == ModelFitted("toy/1", "f" * 64, "{}", '{"margin_bp":5.0}', 7, clock.now_ms())
    assert sink.index(fitted) < len(sink) - 1
    assert sink[-1].phase is ModelPhase.READY
    await worker.aclose()


async def test_a_fit_is_announced_and_reported(clock):
    model = Scripted()
    worker, sink = await started(clock, model)
    worker.fit(TRAINING)
    (ready,) = await sink.until(phase(ModelPhase.READY))
    assert sink.phases == [ModelPhase.TRAINING, ModelPhase.READY]
    assert (ready.skill_pct, ready.skill_low_pct, ready.samples) == (4.0, 1.0, 900)
    assert model.seeds == [7]
    assert worker.report == REPORT
    assert worker.model_name == "toy/1"
    await worker.aclose()


async def test_a_fit_that_was_not_taken_is_kept_but_changes_nothing(clock):
    """Challenger and champion are both handed over; the status goes on speaking of the champion."""
    worse = replace(REPORT, model="toy/2", skill=-0.5, accepted=False, verdict="worse: the model before stays")
    reports = [REPORT, worse]
    worker, sink = await started(clock, Scripted(fit=lambda _training: reports.pop(0)))
    worker.fit(TRAINING)
    worker.fit(TRAINING)
    ready = (await sink.until(phase(ModelPhase.READY), 2))[-1]
    fits = [event for event in sink if isinstance(event, ModelFitted)]
    assert [(fit.model, fit.accepted) for fit in fits] == [("toy/1", True), ("toy/2", False)]
    assert fits[-1].verdict == "worse: the model before stays"
    assert (ready.model, ready.skill_pct) == ("toy/1", 4.0)
    assert "is not used, worse: the model before stays" in ready.detail
    assert worker.report == REPORT
    await worker.aclose()


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (replace(REPORT, quick=True), "quick fit in 0.2 s, 5 folds over 9 days; may act; a longer fit follows"),
        (replace(REPORT, ridge_alone=True), "its ridge half answers alone, for LightGBM could not be loaded"),
        (replace(REPORT, skill_low=-0.01), "no proven skill: it will hold"),
    ],
)
async def test_the_status_says_what_kind_of_fit_it_was(clock, report, words):
    worker, sink = await started(clock, Scripted(fit=lambda _training: report))
    worker.fit(TRAINING)
    (ready,) = await sink.until(phase(ModelPhase.READY))
    assert words in ready.detail
    await worker.aclose()


async def test_each_question_gets_its_own_answer_in_order(clock):
    worker, sink = await started(clock, Scripted())
    for number in range(20):
        worker.decide(shot(f"c-{number}"))
    await sink.until(is_outcome, 20)
    assert [outcome.cycle_id for outcome in sink.outcomes] == [f"c-{n}" for n in range(20)]
    await worker.aclose()


async def test_a_crash_in_model_code_is_a_failure_and_the_engine_lives_on(clock, caplog):
    def crash(snapshot):
        if snapshot.cycle_id == "bad":
            raise ZeroDivisionError("a bug")
        return Decided(snapshot.cycle_id, (), 1.0)

    worker, sink = await started(clock, Scripted(decide=crash))
    worker.decide(shot("bad"))
    worker.decide(shot("good"))
    failed, decided = await sink.until(is_outcome, 2)
    assert isinstance(failed, Failed)
    assert failed.kind is FailureKind.INTERNAL
    assert "an error of its own" in failed.detail
    assert "ZeroDivisionError: a bug" in caplog.text  # the log has what a person cannot use
    assert isinstance(decided, Decided)
    assert ModelPhase.FAILED in sink.phases
    await worker.aclose()


async def test_risk_6_a_hanging_model_fails_at_the_deadline_and_its_answer_is_discarded(clock, gate):
    def hang(snapshot):
        if snapshot.cycle_id == "slow":
            gate.wait(20)
        return Decided(snapshot.cycle_id, (), 1.0)

    worker, sink = await started(clock, Scripted(decide=hang))
    worker.decide(shot("slow"))
    await clock.asleep.wait()
    assert sink.outcomes == []
    clock.advance(DECIDE_DEADLINE_S)
    (failed,) = await sink.until(is_outcome)
    assert (failed.cycle_id, failed.kind) == ("slow", FailureKind.TIMEOUT)
    gate.set()
    worker.decide(shot("next"))
    await sink.until(is_outcome, 2)
    assert [outcome.cycle_id for outcome in sink.outcomes] == ["slow", "next"]
    await worker.aclose()


async def test_a_question_that_waited_too_long_is_not_even_asked(clock, gate):
    asked = []

    def hang(snapshot):
        asked.append(snapshot.cycle_id)
        gate.wait(20)
        return Decided(snapshot.cycle_id, (), 1.0)

    worker, sink = await started(clock, Scripted(decide=hang))
    worker.decide(shot("first"))
    worker.decide(shot("second"))
    await clock.asleep.wait()
    clock.advance(DECIDE_DEADLINE_S)
    outcomes = await sink.until(is_outcome, 2)
    assert [outcome.kind for outcome in outcomes] == [FailureKind.TIMEOUT] * 2
    assert asked == ["first"]
    gate.set()
    await worker.aclose()


async def test_decisions_go_on_during_a_fit(clock, gate):
    def slow_fit(_training):
        gate.wait(20)
        return REPORT

    worker, sink = await started(clock, Scripted(fit=slow_fit))
    worker.fit(TRAINING)
    await sink.until(phase(ModelPhase.TRAINING))
    worker.decide(shot())
    await sink.until(is_outcome)
    assert ModelPhase.READY not in sink.phases
    gate.set()
    await sink.until(phase(ModelPhase.READY))
    await worker.aclose()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TooFewBars("insufficient_history: x"), ModelPhase.IDLE),
        (KeyError("x"), ModelPhase.FAILED),
        (TrainingFailed("killed"), ModelPhase.FAILED),
        (TooGoodToBeTrue("label_leak: x"), ModelPhase.FAILED),
    ],
)
async def test_a_refused_fit_is_told_apart_from_a_crashed_one(clock, error, expected):
    def fail(_training):
        raise error

    worker, sink = await started(clock, Scripted(fit=fail))
    worker.fit(TRAINING)
    (status,) = await sink.until(phase(expected))
    assert worker.report is None
    assert status.skill_pct is None
    await worker.aclose()


async def test_stopping_answers_every_open_question_with_a_failure(clock, gate):
    def hang(snapshot):
        gate.wait(20)
        return Decided(snapshot.cycle_id, (), 1.0)

    worker, sink = await started(clock, Scripted(decide=hang))
    for cycle in ("running", "queued"):
        worker.decide(shot(cycle))
    await clock.asleep.wait()
    await worker.aclose()
    worker.decide(shot("late"))
    gate.set()
    assert [(o.cycle_id, type(o)) for o in sink.outcomes] == [("running", Failed), ("queued", Failed), ("late", Failed)]
    await worker.aclose()


async def test_cancelling_the_engine_also_answers(clock, gate):
    def hang(snapshot):
        gate.wait(20)
        return Decided(snapshot.cycle_id, (), 1.0)

    sink = Sink()
    engine = StrategyEngine(clock, sink, 1, Scripted(decide=hang))
    task = asyncio.create_task(engine.run())
    engine.post(DecideRequest(shot()))
    await clock.asleep.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    assert [outcome.cycle_id for outcome in sink.outcomes] == ["c-1"]


async def test_a_worker_starts_once_and_only_serves_when_started(clock):
    worker = InlineWorker(clock, 1, Scripted())
    assert worker.model_name == ""
    with pytest.raises(RuntimeError, match="not started"):
        worker.decide(shot())
    worker.start(Sink())
    with pytest.raises(RuntimeError, match="runs already"):
        worker.start(Sink())
    await worker.aclose()


async def test_the_embedded_model_end_to_end(clock, planted):
    """Fit and decide through the mailbox, as the program does; the first question comes too early."""
    sink = Sink()
    engine = StrategyEngine(clock, sink, 5, EmbeddedStrategist(clock))
    task = asyncio.create_task(engine.run())
    engine.post(DecideRequest(market_paths.snapshot(planted, cycle_id="early")))
    await sink.until(is_outcome)
    engine.post(FitRequest(market_paths.training_set(planted)))
    await sink.until(phase(ModelPhase.READY))
    engine.post(DecideRequest(market_paths.snapshot(planted, cycle_id="on time")))
    early, answered = await sink.until(is_outcome, 2)
    assert isinstance(early, Abstained)
    assert isinstance(answered, Decided)
    assert len(answered.decisions) == 8
    assert engine.model_name == engine.report.model
    engine.stop()
    await task
