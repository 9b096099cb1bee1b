import json
from dataclasses import replace

import numpy as np
import pytest

from helpers import market_paths
from terminal.domain.canonical import digest
from terminal.domain.errors import ModelUnavailable
from terminal.strategy.arrays import DOWN, TIMEOUT, UP
from terminal.strategy.bars import TooFewBars
from terminal.strategy.model import load_model, model_name, model_text
from terminal.strategy.proposal import skill_gate
from terminal.strategy.training import _trade_record, dataset, fit_model
from terminal.strategy.walkforward import Dataset


@pytest.fixture(scope="module")
def panel():
    return market_paths.market(21, bars=700, strength=0.4)


@pytest.fixture(scope="module")
def model(panel):
    return fit_model(market_paths.training_set(panel), seed=3)


def one_row(*, long_bp, ambiguous=False, answer=UP):
    def column(value, kind):
        return np.array([value], dtype=kind)

    return Dataset(
        inputs=np.zeros((1, 1)),
        classes=column(answer, np.int64),
        bar=column(0, np.int64),
        day=column(0, np.int64),
        instrument=column(0, np.int64),
        ambiguous=column(ambiguous, np.bool_),
        barrier_bp=column(100.0, np.float64),
        long_bp=column(long_bp, np.float64),
    )


@pytest.mark.parametrize(
    ("odds", "data", "net"),
    [
        ((0.1, 0.1, 0.8), one_row(long_bp=100.0), 84.0),
        ((0.1, 0.1, 0.8), one_row(long_bp=-100.0, answer=DOWN), -116.0),
        ((0.8, 0.1, 0.1), one_row(long_bp=-100.0, answer=DOWN), 84.0),
        ((0.8, 0.1, 0.1), one_row(long_bp=30.0, answer=TIMEOUT), -46.0),
        ((0.1, 0.1, 0.8), one_row(long_bp=-100.0, answer=TIMEOUT, ambiguous=True), -116.0),
        ((0.8, 0.1, 0.1), one_row(long_bp=-100.0, answer=TIMEOUT, ambiguous=True), -116.0),
    ],
)
def test_a_trade_pays_fees_and_an_ambiguous_bar_is_lost_on_either_side(odds, data, net):
    record = _trade_record(data, np.array([0]), np.array([odds]), 16.0)
    assert (record.acted, record.net_bp) == (1, pytest.approx(net))


def test_odds_that_do_not_pay_the_costs_are_not_traded():
    assert _trade_record(one_row(long_bp=100.0), np.array([0]), np.array([[0.4, 0.0, 0.6]]), 16.0).acted == 0


def test_rows_are_complete_and_in_time_order(panel):
    data = dataset(panel)
    assert np.isfinite(data.inputs).all()
    assert (np.diff(data.bar) >= 0).all()
    assert data.bar.min() == 199
    assert data.bar.max() == panel.bars - 17
    assert len(data.classes) == 8 * (panel.bars - 17 - 199 + 1)


def test_the_reloaded_text_predicts_the_same_bits(panel, model):
    text = model_text(model)
    again = load_model(text)
    rows = dataset(panel).inputs
    assert again.probabilities(rows).tobytes() == model.probabilities(rows).tobytes()
    assert model_text(again) == text


def test_the_same_data_and_seed_give_the_same_model(panel, model):
    again = fit_model(market_paths.training_set(panel), seed=3)
    assert digest(model_text(again)) == digest(model_text(model))
    assert model_name(again, model_text(again)) == model_name(model, model_text(model))


def test_the_seed_is_part_of_the_model(panel, model):
    other = fit_model(market_paths.training_set(panel), seed=4)
    assert other.ridge.weights.tobytes() == model.ridge.weights.tobytes()
    assert other.trees.splits != model.trees.splits
    assert digest(model_text(other)) != digest(model_text(model))


def test_the_name_says_what_it_is(model):
    name = model_name(model, model_text(model))
    assert name.startswith("embedded-gbm-ridge/1 lgb4.")
    assert " feat" in name
    assert " seed3 train2025" in name
    assert name.endswith(f"sha{digest(model_text(model))[:8]}")


def test_attributions_add_up_to_the_logit_difference(panel, model):
    rows = dataset(panel).inputs[::97]
    calibrated = replace(
        model, calibration=replace(model.calibration, scale=np.array([0.7, 1.1, 0.9]), shift=np.array([0.1, 0.0, -0.2]))
    )
    for one in (model, calibrated):
        for chosen, other in ((UP, DOWN), (DOWN, UP)):
            for row in rows:
                terms, constant = one.contributions(row, chosen, other)
                logits = one.logits(row[None])[0]
                assert terms.sum() + constant == pytest.approx(logits[chosen] - logits[other], abs=1e-12)


def test_risk_2_a_model_of_other_features_is_refused(model):
    parts = json.loads(model_text(model))
    parts["schema_sha256"] = "0" * 64
    with pytest.raises(ModelUnavailable, match="other features"):
        load_model(json.dumps(parts))


@pytest.mark.parametrize("text", ["{", "[]", '{"kind":"embedded-ridge/1"}'])
def test_text_that_is_no_model_is_refused(text):
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        load_model(text)


def test_another_kind_of_model_is_refused():
    with pytest.raises(ModelUnavailable, match="is of kind 'other'"):
        load_model('{"kind":"other"}')


def test_too_little_history_is_not_fitted():
    with pytest.raises(TooFewBars, match="insufficient_history"):
        fit_model(market_paths.training_set(market_paths.market(1, bars=499)), seed=1)


def test_five_hundred_bars_fit_but_prove_nothing():
    """Too few days for an interval, so the lower bound is negative whatever the skill."""
    found = fit_model(market_paths.training_set(market_paths.market(1, bars=500, strength=0.8)), seed=1)
    assert not found.validation.has_skill
    assert "too few" in skill_gate(found).text


def test_a_single_instrument_that_is_not_bitcoin_can_be_fitted():
    panel = market_paths.market(6, bars=900, strength=0.4, bases=("ETH",))
    model = fit_model(market_paths.training_set(panel), seed=1)
    rows = dataset(panel).inputs[-5:]
    np.testing.assert_allclose(model.probabilities(rows).sum(axis=1), 1.0)
