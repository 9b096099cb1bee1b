"""The model of the run before goes on under its own name, or is refused with the reason; a new fit must beat it."""

import asyncio
import json
from dataclasses import replace

import numpy as np
import pytest

from helpers import market_paths
from helpers.inline_worker import InlineWorker
from helpers.step_clock import RealClock
from terminal.domain.canonical import canonical_json, digest
from terminal.domain.errors import ModelUnavailable
from terminal.domain.frozen import ModelFitted
from terminal.domain.market import Interval
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.ports.strategy import KeptModel
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.learning.contest import Forecasts, contest
from terminal.strategy.learning.job import FitResult
from terminal.strategy.learning.kept_forecasts import forecasts_text, read_forecasts
from terminal.strategy.model import load_model, model_text
from terminal.strategy.policy import PolicySettings
from terminal.strategy.skill import up_share
from terminal.strategy.training import learn


def record(report):
    return ModelFitted(
        report.model,
        report.model_sha256,
        report.model_json,
        report.policy_json,
        5,
        1,
        forecasts=report.forecasts,
        quick=report.quick,
    )


@pytest.fixture(scope="module")
def kept(fitted, planted):
    return KeptModel(record(fitted[1]), planted.instruments, Interval.M15, simulated=False)


def changed(kept, **parts):
    """The same record with another model in it, hashed and named as if it had been kept like that."""
    text = canonical_json(json.loads(kept.fitted.model_json) | parts)
    name = kept.fitted.model[: -len("sha12345678")] + f"sha{digest(text)[:8]}"
    return replace(kept, fitted=replace(kept.fitted, model=name, model_json=text, model_sha256=digest(text)))


def test_it_goes_on_under_its_own_name_and_decides_the_same(kept, fitted, planted):
    again = EmbeddedStrategist(RealClock())
    report = again.take_up(kept)
    strategist, before = fitted
    assert (again.model_name, report.model_sha256) == (strategist.model_name, before.model_sha256)
    assert (report.skill, report.skill_low, report.samples) == (before.skill, before.skill_low, before.samples)
    shot = market_paths.snapshot(planted)
    assert again.decide(shot).decisions == strategist.decide(shot).decisions


def test_the_next_fit_is_compared_with_it_at_once(kept, planted):
    again = EmbeddedStrategist(RealClock())
    again.take_up(kept)
    report = again.fit(market_paths.training_set(planted), seed=5)
    assert "answers neither had seen" in report.verdict
    assert report.model_sha256 == kept.fitted.model_sha256  # the same bars and seed: the same model


def test_a_worse_fit_does_not_replace_it(kept, planted):
    said = read_forecasts(kept.fitted.forecasts)
    rng = np.random.default_rng(3)
    again = EmbeddedStrategist(RealClock(), trainer=lambda job: worse(job, said, rng))
    again.take_up(kept)
    report = again.fit(market_paths.training_set(planted), seed=6)
    assert not report.accepted
    assert again.model_name == kept.fitted.model
    assert report.forecasts == ""  # what is not used is not compared with either


def worse(job, said, rng):
    """A fit whose forecasts know nothing of what the kept one knew."""
    learned = learn(job.panel, taker_fee=job.taker_fee, simulated=job.simulated, seed=job.seed, trees=False)
    up = rng.uniform(0.05, 0.95, len(said.open_ms))
    blind = Forecasts(said.open_ms, said.instrument, np.stack([1 - up, np.zeros_like(up), up], axis=1))
    champion = load_model(job.champion.text)
    verdict = contest(champion, job.champion.forecasts, learned.model, blind, learned.answers)
    return FitResult(model_text(learned.model), blind, verdict)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (
            lambda k: replace(k, fitted=replace(k.fitted, model_json=k.fitted.model_json.replace("1", "2", 1))),
            "changed",
        ),
        (lambda k: changed(k, schema_sha256="0" * 64), "other features"),
        (lambda k: changed(k, kind="oracle/9"), "of kind 'oracle/9'"),
        (lambda k: changed(k, seed=6), "name it otherwise"),
        (lambda k: changed(k, ridge={}), "cannot be read"),
        (lambda k: replace(k, instruments=k.instruments[:7]), "other markets"),
        (lambda k: replace(k, interval=Interval.M5), "another bar length"),
        (lambda k: replace(k, simulated=True), "other markets"),
        (lambda k: replace(k, fitted=replace(k.fitted, policy_json="{}")), "rules that turn"),
        (lambda k: replace(k, fitted=replace(k.fitted, forecasts="%%")), "forecasts cannot be read"),
        (
            lambda k: replace(
                k, fitted=replace(k.fitted, forecasts=k.fitted.forecasts[: len(k.fitted.forecasts) // 8 * 4])
            ),
            "cut short",
        ),
    ],
)
def test_what_is_not_the_same_model_for_the_same_markets_is_refused(kept, spoil, why):
    again = EmbeddedStrategist(RealClock())
    with pytest.raises(ModelUnavailable, match=why):
        again.take_up(spoil(kept))
    assert again.model_name == ""


def test_another_policy_is_another_strategist(kept):
    careful = EmbeddedStrategist(RealClock(), replace(PolicySettings(), margin_bp=9.0))
    with pytest.raises(ModelUnavailable, match="have changed since"):
        careful.take_up(kept)


def test_a_model_kept_without_forecasts_still_goes_on(kept):
    again = EmbeddedStrategist(RealClock())
    assert again.take_up(replace(kept, fitted=replace(kept.fitted, forecasts=""))).model == kept.fitted.model


def test_forecasts_come_back_to_four_digits_and_stay_small(fitted):
    said = fitted[0]._champion.forecasts
    text = forecasts_text(said)
    again = read_forecasts(text)
    assert np.array_equal(again.open_ms, said.open_ms)
    assert np.array_equal(again.instrument, said.instrument)
    assert np.abs(up_share(again.chance) - up_share(said.chance)).max() < 1e-5
    assert forecasts_text(again) == text
    assert len(text) < 5 * len(said.open_ms)


@pytest.mark.asyncio
async def test_the_worker_says_ready_or_why_not(kept):
    heard, told = [], asyncio.Event()

    def hear(event):
        heard.append(event)
        if len(heard) == 2:
            told.set()

    worker = InlineWorker(RealClock(), 5, EmbeddedStrategist(RealClock()))
    worker.start(hear)
    worker.take_up(replace(kept, fitted=replace(kept.fitted, model_json="{}")))
    worker.take_up(kept)
    async with asyncio.timeout(5):
        await told.wait()
    await worker.aclose()
    refused, ready = heard  # and no `ModelFitted`: the journal has it already
    assert (refused.phase, refused.model) == (ModelPhase.IDLE, "")
    assert "changed since" in refused.detail
    assert isinstance(ready, ModelStatus)
    assert (ready.phase, ready.model) == (ModelPhase.READY, kept.fitted.model)
    assert ready.skill_low_pct is not None
