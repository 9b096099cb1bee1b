"""The blend of trees and ridge, as a model and as a strategist; and the ridge half alone."""

import builtins
import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from helpers import market_paths
from helpers.step_clock import RealClock
from terminal.domain.decision import Decided
from terminal.domain.errors import ModelUnavailable
from terminal.strategy.arrays import DOWN, UP
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.learning.boosting import mirror
from terminal.strategy.model import load_model, model_text
from terminal.strategy.training import dataset, fit_model

PANEL = market_paths.market(23, bars=620, strength=0.5)


@pytest.fixture(scope="module")
def model():
    return fit_model(market_paths.training_set(PANEL), seed=2)


@pytest.fixture
def no_lightgbm(monkeypatch):
    """A machine on which LightGBM does not load."""
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name.partition(".")[0] == "lightgbm":
            raise ImportError("No module named 'lightgbm'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_the_logits_are_the_weighted_halves(model):
    rows = dataset(PANEL).inputs[:50]
    ridge = model.ridge.logits(rows)
    flipped = model.trees.logits(mirror(rows, model.learner.centres))[:, ::-1]
    trees = 0.5 * (model.trees.logits(rows) + flipped)
    np.testing.assert_allclose(model.learner.logits(rows), 0.5 * ridge + 0.5 * trees, atol=1e-12)


def test_in_the_mirror_up_and_down_change_places(model):
    rows = dataset(PANEL).inputs[:50]
    learner = model.learner
    turned = learner.logits(mirror(rows, learner.centres))[:, ::-1]
    # The ridge half is even in the mirror as far as its training rows are; the trees are exactly.
    np.testing.assert_allclose(turned, learner.logits(rows), atol=1e-3)


def test_attributions_of_both_halves_add_up(model):
    calibration = replace(model.calibration, scale=np.array([0.8, 1.0, 1.2]), shift=np.array([0.1, 0.0, -0.1]))
    for each in (model, replace(model, calibration=calibration)):
        for row in dataset(PANEL).inputs[::211]:
            terms, constant = each.contributions(row, UP, DOWN)
            logits = each.logits(row[None])[0]
            assert terms.sum() + constant == pytest.approx(logits[UP] - logits[DOWN], abs=1e-10)


def test_the_output_tells_what_either_half_says():
    strategist = EmbeddedStrategist(RealClock())
    strategist.fit(market_paths.training_set(PANEL), seed=2)
    for decision in strategist.decide(market_paths.snapshot(PANEL)).decisions:
        halves = json.loads(decision.output_json)["halves"]
        assert set(halves) == {"ridge", "trees", "weight_of_trees"}
        assert 0.0 < halves["ridge"] < 1.0
        assert halves["trees"] != halves["ridge"]


def test_a_missing_input_is_its_training_mean(model):
    row = dataset(PANEL).inputs[100].copy()
    row[[3, 20]] = np.nan
    filled = np.where(np.isnan(row), model.ridge.mean, row)
    assert model.probabilities(row[None]) == pytest.approx(model.probabilities(filled[None]), abs=1e-12)
    terms, _ = model.contributions(row, UP, DOWN)
    assert np.isfinite(terms).all()


def test_a_model_with_broken_trees_is_refused(model):
    parts = json.loads(model_text(model))
    for change in ({"depth": 9}, {"splits": [[[0, 0]]]}, {"leaves": []}):
        with pytest.raises(ModelUnavailable, match="cannot be read"):
            load_model(json.dumps({**parts, "trees": parts["trees"] | change}))


def test_without_lightgbm_the_ridge_half_answers_under_its_own_name(no_lightgbm, caplog):
    strategist = EmbeddedStrategist(RealClock())
    report = strategist.fit(market_paths.training_set(PANEL), seed=2)
    assert report.model.startswith("embedded-ridge/1 feat")
    assert report.ridge_alone
    assert "LightGBM cannot be loaded" in caplog.text
    assert "trees" not in json.loads(report.model_json)
    outcome = strategist.decide(market_paths.snapshot(PANEL))
    assert isinstance(outcome, Decided)
    assert {d.model for d in outcome.decisions} == {report.model}


def test_a_stored_blend_decides_the_same_without_lightgbm(model, no_lightgbm, monkeypatch):
    """A replay needs the stored text only."""
    text = model_text(model)
    shot = market_paths.snapshot(PANEL)
    for name in [name for name in sys.modules if name.partition(".")[0] == "lightgbm"]:
        monkeypatch.delitem(sys.modules, name)
    answers = []
    for _ in range(2):
        strategist = EmbeddedStrategist(RealClock())
        assert strategist.load(text).startswith("embedded-gbm-ridge/1 lgb")
        answers.append(strategist.decide(shot).decisions)
    assert answers[0] == answers[1]
    assert "lightgbm" not in sys.modules


def test_the_name_tells_the_blend_from_the_ridge(model):
    alone = replace(model, trees=None, trees_weight=0.0, library="", plan="")
    assert model.kind == "embedded-gbm-ridge/1"
    assert alone.kind == "embedded-ridge/1"
    assert load_model(model_text(alone)).trees is None
