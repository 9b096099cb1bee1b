"""The ways a backtest lies, each shown next to the honest number."""

from dataclasses import replace

import numpy as np
import pytest

from helpers import market_paths
from terminal.strategy import features as feat
from terminal.strategy.arrays import DAY_MS, TIMEOUT, UP
from terminal.strategy.labels import EMBARGO_BARS, HORIZON_BARS, triple_barrier
from terminal.strategy.learning.honesty import (
    TooGoodToBeTrue,
    refuse_early_labels,
    refuse_look_ahead,
    refuse_unbelievable,
)
from terminal.strategy.ridge import fit_ridge
from terminal.strategy.skill import direction_skill
from terminal.strategy.training import dataset, fit_dataset, fit_model
from terminal.strategy.walkforward import expanding_folds, walk_forward

FOUR = market_paths.BASES[:4]


def refit(panel, data):
    return fit_dataset(panel, data, market_paths.training_set(panel), seed=1).validation


@pytest.fixture(scope="module")
def signal():
    """A planted drift in four pairs, and its rows."""
    panel = market_paths.market(11, bars=1_000, strength=0.45, bases=FOUR)
    return panel, dataset(panel)


@pytest.fixture(scope="module")
def found(signal):
    """The record of the fit on the planted drift as it is."""
    return refit(*signal)


def test_honesty_a_planted_signal_is_found(found):
    assert found.folds >= 4
    assert found.skill_low > 0.0
    assert found.hit_rate > 0.55
    assert found.brier < found.base_brier


def test_risk_1_honesty_shuffled_labels_give_no_skill(signal, found):
    """The very rows in which a signal was found, their answers dealt out anew."""
    panel, data = signal
    assert found.skill_low > 0.0
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(data.classes))
        record = refit(panel, replace(data, classes=data.classes[order]))
        assert record.skill_low <= 0.0
        assert record.skill < found.skill / 3


def test_honesty_a_market_without_memory_gives_no_skill():
    lows = []
    for seed in range(5):
        panel = market_paths.market(seed, bars=800, strength=0.0, bases=FOUR)
        lows.append(fit_model(market_paths.training_set(panel), seed=1).validation.skill_low)
    assert sum(low > 0.0 for low in lows) <= 1  # a 90 % interval may err
    assert np.mean(lows) < 0.0


def test_honesty_a_feature_made_of_the_answer_looks_brilliant_and_is_refused(monkeypatch):
    """The future's close as an input on a market without memory."""
    panel = market_paths.market(2, bars=900, strength=0.0, bases=FOUR)
    data = dataset(panel)
    honest = refit(panel, data)
    column = [feature.key for feature in feat.CATALOGUE].index("ret_1_atr")
    ahead = np.zeros_like(panel.close)
    ahead[:, :-HORIZON_BARS] = np.log(panel.close[:, HORIZON_BARS:] / panel.close[:, :-HORIZON_BARS])
    inputs = data.inputs.copy()
    inputs[:, column] = ahead[data.instrument, data.bar] * 1e3
    judged = []
    monkeypatch.setattr("terminal.strategy.training.refuse_unbelievable", judged.append)
    assert refit(panel, replace(data, inputs=inputs)).skill_low > 0.35
    with pytest.raises(TooGoodToBeTrue, match="beyond belief, so an input holds the answer"):
        refuse_unbelievable(*judged)  # what the fit would have met
    assert honest.skill_low <= 0.0


def test_risk_1_honesty_labels_learned_too_early_look_brilliant():
    """The same online learner on a market without memory, told each label at once or when known.

    It predicts the running share of ups of its instrument. Windows overlap by 15 of 16 bars,
    so a label told early contains the answer to the next question.
    """
    panel = market_paths.market(8, bars=1_500, strength=0.0)
    labels = triple_barrier(panel, feat.average_true_range(panel))
    early, honest = (online_skill(panel, labels.classes, delay) for delay in (1, HORIZON_BARS + 1))
    assert early.skill > 0.3
    assert early.low > 0.2
    assert honest.low <= 0.0
    assert honest.skill < 0.05


def test_risk_1_honesty_a_walk_forward_that_learns_labels_too_early_is_refused(planted, monkeypatch):
    """Without the purge the newest training rows know how the first test rows end."""
    data = dataset(planted.first(700))
    monkeypatch.setattr("terminal.strategy.walkforward.trainable", lambda bar, test_start: bar < test_start)

    def never(_inputs, _classes):
        raise AssertionError("it learned what it may not know")

    with pytest.raises(TooGoodToBeTrue, match="label_leak: an answer known only after bar"):
        walk_forward(data, never)


def test_honesty_one_bar_less_than_purge_and_embargo_is_too_early():
    bars = np.arange(100)
    last_known = 100 + HORIZON_BARS + EMBARGO_BARS
    refuse_early_labels(bars, last_known)
    with pytest.raises(TooGoodToBeTrue):
        refuse_early_labels(bars, last_known - 1)


def test_risk_1_honesty_an_input_made_from_later_bars_trips(planted):
    """Every honest input passes; one that peeks a single bar ahead is named."""
    panel = planted.first(600)
    refuse_look_ahead(panel, feat.compute(panel), feat.compute)
    column = [feature.key for feature in feat.CATALOGUE].index("rsi14")

    def peeking(one):
        values = feat.compute(one).copy()
        values[:, :-1, column] = values[:, 1:, column]
        return values

    with pytest.raises(TooGoodToBeTrue, match="look_ahead: RSI 14 of a bar changes with later bars"):
        refuse_look_ahead(panel, peeking(panel), peeking)


def test_risk_1_honesty_the_fit_itself_looks_for_inputs_from_the_future(planted, monkeypatch):
    honest = feat.compute

    def smoothed(panel):
        values = honest(panel).copy()
        values[..., 0] -= np.nanmean(values[..., 0])  # a mean over the whole history: the classical mistake
        return values

    monkeypatch.setattr("terminal.strategy.features.compute", smoothed)
    with pytest.raises(TooGoodToBeTrue, match="look_ahead"):
        fit_model(market_paths.training_set(planted.first(600)), seed=1)


def online_skill(panel, classes, delay):
    count, bars = classes.shape
    share = np.full(count, 0.5)
    chance = np.full((count, bars, 3), np.nan)
    for bar in range(250, bars - HORIZON_BARS):
        told = classes[:, bar - delay]
        share = np.where(told == TIMEOUT, share, share + 0.3 * ((told == UP) - share))
        belief = 0.02 + 0.96 * share
        chance[:, bar] = np.stack([0.8 * (1 - belief), np.full(count, 0.2), 0.8 * belief], axis=1)
    used = np.isfinite(chance[..., 0])
    days = np.broadcast_to(panel.open_ms // DAY_MS, (count, bars))
    return direction_skill(chance[used], classes[used], days[used], np.random.default_rng(0))


def test_risk_1_training_rows_never_reach_into_their_test_span(planted):
    data = dataset(planted)
    folds = expanding_folds(data.bar)
    assert len(folds) >= 4
    for fold in folds:
        assert data.bar[fold.train].max() + HORIZON_BARS + EMBARGO_BARS < data.bar[fold.test].min()
        assert fold.test_start == data.bar[fold.test].min()
    tested = np.concatenate([np.flatnonzero(fold.test) for fold in folds])
    assert len(tested) == len(np.unique(tested))
    assert folds[0].train.sum() < folds[-1].train.sum()


def test_risk_1_out_of_sample_odds_do_not_change_when_later_bars_are_removed(planted):
    """The first fold's forecasts are made from its past alone."""
    data = dataset(planted)
    fold = expanding_folds(data.bar)[0]
    columns = feat.catalogue_for(planted.instruments)
    model = fit_ridge(data.inputs[fold.train], data.classes[fold.train], columns)
    short = dataset(planted.first(fold.test_start))
    known = short.bar + HORIZON_BARS + EMBARGO_BARS < fold.test_start
    again = fit_ridge(short.inputs[known], short.classes[known], columns)
    np.testing.assert_allclose(again.weights, model.weights, atol=1e-8)
