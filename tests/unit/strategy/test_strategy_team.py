"""An engine with several models: coroutines are awaited, others are asked by name, nobody stands in for anybody."""

import asyncio

import pytest

from helpers import market_paths
from helpers.event_sink import Events, running
from helpers.step_clock import StepClock
from terminal.domain.decision import Abstained, Decided, Failed, FailureKind
from terminal.domain.messages import ModelStatus
from terminal.ports.strategy import SecondAnswer
from terminal.strategy.engine import AskRequest, DecideRequest, StrategyEngine, Team

SNAPSHOT = market_paths.snapshot(market_paths.market(1, bars=20))


class Answering:
    """A strategist that is a coroutine function and learns its name from its answer."""

    def __init__(self, outcome, name="a", later=None):
        self.outcome, self.model_name, self.later = outcome, name, later

    def fit(self, training, seed):
        raise NotImplementedError

    async def decide(self, snapshot):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        if isinstance(self.outcome, asyncio.Event):
            await self.outcome.wait()
        self.model_name = self.later or self.model_name
        return self.outcome


class Blocking(Answering):
    def decide(self, snapshot):
        return self.outcome


def engine_of(first, **others):
    events = Events()
    return StrategyEngine(StepClock(), events, 1, Team(first, "language:one", others)), events


@pytest.mark.asyncio
async def test_a_coroutine_is_awaited_and_its_new_name_is_told_before_what_it_decided():
    decided = Decided("c-1", (), 1.0)
    engine, events = engine_of(Answering(decided, later="a@2026-01"))
    async with running(engine.run()):
        engine.post(DecideRequest(SNAPSHOT))
        assert await events.first(Decided) is decided
    before = events.seen[: events.seen.index(decided)]
    assert [each.model for each in before if isinstance(each, ModelStatus)] == ["a", "a@2026-01"]


@pytest.mark.asyncio
async def test_a_crash_in_a_coroutine_is_a_failure():
    engine, events = engine_of(Answering(ValueError("boom")))
    async with running(engine.run()):
        engine.post(DecideRequest(SNAPSHOT))
        assert (await events.first(Failed)).kind is FailureKind.INTERNAL


@pytest.mark.asyncio
async def test_others_are_asked_by_name_and_reach_no_cycle():
    other = Abstained("c-1", "no opinion")
    engine, events = engine_of(Answering(asyncio.Event()), embedded=Blocking(other))
    assert engine.strategists == ("language:one", "embedded")
    async with running(engine.run()):
        engine.post(AskRequest(SNAPSHOT, "embedded", "q7"))
        assert await events.first(SecondAnswer) == SecondAnswer("q7", "embedded", other)
        assert events.of(Abstained) == []


@pytest.mark.asyncio
async def test_a_name_nobody_has_is_answered_by_nobody_else():
    engine, events = engine_of(Answering(Decided("c-1", (), 1.0)))
    async with running(engine.run()):
        engine.post(AskRequest(SNAPSHOT, "language:gone", "q1"))
        answer = await events.first(SecondAnswer)
    assert (answer.strategist, answer.outcome.kind) == ("language:gone", FailureKind.MODEL_MISSING)


@pytest.mark.asyncio
async def test_a_stop_answers_every_open_question():
    engine, events = engine_of(Answering(asyncio.Event()))
    async with running(engine.run()) as task:
        engine.post(DecideRequest(SNAPSHOT))
        engine.post(AskRequest(SNAPSHOT, "language:one", "q1"))
        await events.first(ModelStatus)
        engine.stop()
        await task
        engine.post(AskRequest(SNAPSHOT, "language:one", "q2"))
    assert [each.ask_id for each in events.of(SecondAnswer)] == ["q1", "q2"]
    assert len(events.of(Failed)) == 1
