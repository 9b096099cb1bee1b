"""A new fit replaces the one in use only when it is not worse on answers neither had seen."""

import numpy as np
import pytest

from helpers import market_paths
from helpers.step_clock import RealClock
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.learning.contest import Champion, Forecasts, Verdict, _judge
from terminal.strategy.learning.job import FitJob, FitResult, run_job

PANEL = market_paths.market(23, bars=900, strength=0.5)


def job(panel, champion=None, *, simulated=False):
    return FitJob(panel, 0.0008, simulated, 1, champion)


@pytest.fixture(scope="module")
def first():
    """The fit on the first 800 bars."""
    return run_job(job(PANEL.first(800)))


def spoiled(result):
    """The same fit as a champion, whose forecasts were upside down."""
    said = result.forecasts
    return Champion(result.text, Forecasts(said.open_ms, said.instrument, said.chance[:, ::-1]))


def test_the_first_fit_is_taken(first):
    assert first.verdict.accepted
    assert "first fit" in first.verdict.text


def test_the_same_fit_again_is_no_worse(first):
    again = run_job(job(PANEL.first(800), Champion(first.text, first.forecasts)))
    assert again.text == first.text
    assert again.verdict.accepted
    assert again.verdict.difference == 0.0
    assert again.verdict.rows > 2_000
    assert again.verdict.days >= 5


def test_a_fit_on_newer_bars_is_judged_on_bars_the_champion_had_not_seen(first):
    """A champion that said nothing out of sample is still judged on what came after its last training bar."""
    nothing = Forecasts(first.forecasts.open_ms[:0], first.forecasts.instrument[:0], first.forecasts.chance[:0])
    champion = Champion(first.text, nothing)
    assert run_job(job(PANEL.first(800), champion)).verdict.rows == 0
    assert 300 < run_job(job(PANEL, champion)).verdict.rows <= 8 * 100


def test_a_better_fit_replaces_and_a_worse_one_does_not(first):
    better = run_job(job(PANEL.first(800), spoiled(first)))
    assert better.verdict.accepted
    assert better.verdict.difference < 0.0
    assert "lower than the model before" in better.verdict.text


def test_worse_by_more_than_one_standard_error_is_refused():
    days = np.repeat(np.arange(10), 100)
    noise = np.random.default_rng(1).standard_normal(1_000) * 0.1
    worse = _judge(noise - noise.mean() + 0.05, days)
    assert not worse.accepted
    assert worse.text.endswith("the model before stays")
    slightly = _judge(noise - noise.mean() + 0.5 * worse.error, days)
    assert slightly.accepted
    assert slightly.difference > 0.0


def test_the_error_counts_days_not_rows():
    """A hundred rows that move together are one observation."""
    days = np.repeat(np.arange(10), 100)
    by_day = np.repeat(np.random.default_rng(2).standard_normal(10) * 0.1, 100)
    by_row = np.random.default_rng(2).standard_normal(1_000) * 0.1
    assert _judge(by_day, days).error > 5 * _judge(by_row, days).error


@pytest.mark.parametrize(("rows", "days"), [(150, 10), (1_000, 3)])
def test_too_little_to_compare_takes_the_newer_fit(rows, days):
    verdict = _judge(np.ones(rows), np.arange(rows) % days)
    assert verdict.accepted
    assert "too few to compare" in verdict.text


def test_other_markets_or_other_data_cannot_be_compared(first):
    champion = Champion(first.text, first.forecasts)
    fewer = market_paths.market(23, bars=700, strength=0.5, bases=("BTC", "ETH"))
    assert "of other markets" in run_job(job(fewer, champion)).verdict.text
    assert run_job(job(PANEL.first(700), champion, simulated=True)).verdict.accepted


def test_a_fit_on_older_bars_never_replaces(first):
    older = run_job(job(PANEL.first(700), Champion(first.text, first.forecasts)))
    assert not older.verdict.accepted


def test_a_refused_challenger_leaves_the_champion_in_use(first):
    """The strategist goes on with the old model, and reports the new one with the reason."""
    results = [first, FitResult(first.text, first.forecasts, Verdict(accepted=False, text="worse"))]
    strategist = EmbeddedStrategist(RealClock(), trainer=lambda _job: results.pop(0))
    kept = strategist.fit(market_paths.training_set(PANEL.first(800)), seed=1)
    champion = strategist._champion
    refused = strategist.fit(market_paths.training_set(PANEL), seed=1)
    assert kept.accepted
    assert not refused.accepted
    assert refused.verdict == "worse"
    assert strategist.model_name == kept.model
    assert strategist._champion is champion


def test_a_champion_too_good_to_beat_stays(first):
    verdict = run_job(job(PANEL.first(800), clairvoyant_of_answers(first))).verdict
    assert not verdict.accepted
    assert verdict.difference > verdict.error


def clairvoyant_of_answers(first):
    """A champion whose forecasts were the answers: nothing honest beats it."""
    from terminal.strategy.training import learn

    answers = learn(PANEL.first(800), taker_fee=0.0008, simulated=False, seed=1).answers
    said = first.forecasts
    keys = {key: row for row, key in enumerate(zip(answers.open_ms, answers.instrument, strict=True))}
    told = [answers.classes[keys[key]] for key in zip(said.open_ms, said.instrument, strict=True)]
    return Champion(first.text, Forecasts(said.open_ms, said.instrument, 0.01 + 0.97 * np.eye(3)[told]))
