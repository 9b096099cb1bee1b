"""Whatever goes wrong, no decision comes of it: a model that broke has not chosen to hold."""

import asyncio
from collections import Counter

import pytest

from helpers import market_paths
from helpers.inline_worker import InlineWorker
from helpers.step_clock import RealClock
from terminal.domain.decision import Abstained, Action, Decided, Failed, FailureKind
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.learning.honesty import TooGoodToBeTrue
from terminal.strategy.learning.job import TrainingFailed
from terminal.strategy.replay import differences

pytestmark = pytest.mark.asyncio
PANEL = market_paths.market(23, bars=600, strength=0.5, bases=("BTC", "ETH"))


class Model:
    """Model code that ends the way the test says."""

    model_name = "toy/1"

    def __init__(self, ending):
        self._ending = ending

    def fit(self, _training, _seed):
        raise NotImplementedError

    def decide(self, snapshot):
        if isinstance(self._ending, Exception):
            raise self._ending
        return Failed(snapshot.cycle_id, self._ending, "it broke")


async def asked(strategist, before=None):
    """Everything a worker says when it is asked once, after `before` was done with it."""
    events, broke, answered = [], asyncio.Event(), asyncio.Event()

    def hear(event):
        events.append(event)
        if isinstance(event, ModelStatus) and event.phase is ModelPhase.FAILED:
            broke.set()
        if isinstance(event, Decided | Abstained | Failed):
            answered.set()

    worker = InlineWorker(RealClock(), 1, strategist)
    worker.start(hear)
    if before is not None:
        before(worker)
        async with asyncio.timeout(60):
            await broke.wait()
    worker.decide(market_paths.snapshot(PANEL))
    async with asyncio.timeout(60):
        await answered.wait()
    await worker.aclose()
    return events


def holds(events):
    """How a scorer counts: the holds among decisions, and nothing else."""
    return sum(d.action is Action.HOLD for e in events if isinstance(e, Decided) for d in e.decisions)


@pytest.mark.parametrize("ending", [*FailureKind, ZeroDivisionError("a bug"), MemoryError("none left")])
async def test_risk_3_honesty_a_failure_is_no_decision(ending):
    events = await asked(Model(ending))
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert failed.kind is (ending if isinstance(ending, FailureKind) else FailureKind.INTERNAL)
    assert holds(events) == 0
    assert not any(isinstance(event, Decided) for event in events)
    assert ModelPhase.FAILED in {event.phase for event in events if isinstance(event, ModelStatus)}


@pytest.mark.parametrize("error", [TrainingFailed("killed"), TooGoodToBeTrue("look_ahead: x"), OSError("no fork")])
async def test_risk_3_honesty_without_a_fit_there_is_an_abstention_not_a_hold(error):
    def trainer(_job):
        raise error

    strategist = EmbeddedStrategist(RealClock(), trainer=trainer)
    events = await asked(strategist, lambda worker: worker.fit(market_paths.training_set(PANEL)))
    kinds = Counter(type(event) for event in events)
    assert (kinds[Abstained], kinds[Decided], holds(events)) == (1, 0, 0)


async def test_risk_3_honesty_a_replay_that_fails_differs_from_a_stored_hold():
    """A hold on record is not confirmed by a model that breaks down today."""
    strategist = EmbeddedStrategist(RealClock())
    strategist.fit(market_paths.training_set(PANEL), seed=1)
    stored = strategist.decide(market_paths.snapshot(PANEL)).decisions[0]
    (found,) = differences(stored, Failed(stored.cycle_id, FailureKind.INTERNAL, "it broke"))
    assert found.stored == stored.action.value
    assert found.again == "none: it broke"
