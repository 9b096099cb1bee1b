"""What earlier versions stored must still be read, and decide the same."""

import json
from pathlib import Path

import pytest

from helpers import market_paths
from helpers.step_clock import RealClock
from terminal.domain.canonical import canonical_json
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.model import KIND, load_model, model_text
from terminal.strategy.replay import read_policy

STORED = json.loads((Path(__file__).parent.parent / "data" / "ridge_of_yesterday.json").read_text())


@pytest.fixture(scope="module")
def outcome():
    """The stored model asked about the bars it was asked about then."""
    panel = market_paths.market(11, bars=1_400, strength=0.45).first(STORED["bars"])
    strategist = EmbeddedStrategist(RealClock(), read_policy(STORED["policy_json"]))
    strategist.load(STORED["model_json"])
    return strategist.decide(market_paths.snapshot(panel))


def test_a_ridge_model_keeps_its_text_and_its_name():
    model = load_model(STORED["model_json"])
    assert model.trees is None
    assert model_text(model) == STORED["model_json"]
    assert model.kind == KIND


def test_its_decisions_come_out_the_same(outcome):
    again = {decision.decision_id: decision for decision in outcome.decisions}
    assert {json.loads(stored["action"]) for stored in STORED["decisions"]} == {"OPEN_LONG", "OPEN_SHORT", "HOLD"}
    for stored in STORED["decisions"]:
        decision = again[json.loads(stored["decision_id"])]
        for name, text in stored.items():
            assert canonical_json(getattr(decision, name)) == text, name
