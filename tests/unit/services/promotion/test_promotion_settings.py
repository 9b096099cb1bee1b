"""A record belongs to one strategist with one set of settings: any change of them begins another."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.fake_world import World
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.language_model import LanguageModel, OutputMode
from terminal.domain.promotion import EVERYBODY, RecordEnded
from terminal.domain.risk import RiskLimits
from terminal.services.promotion.gate import strategy_of
from terminal.strategy.language.naming import full_name
from terminal.strategy.language.strategist import settings_text

MODEL = LanguageModel("mind", "http://127.0.0.1:11434/v1", "trader-8b")


def record_of(model: LanguageModel) -> str:
    return strategy_of(full_name(model.strategist, model.host, model.model, model.model, settings_text(model)))


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature": 0.7},
        {"max_tokens": 900},
        {"output_mode": OutputMode.PROMPTED},
        {"model": "trader-70b"},
        {"base_url": "http://127.0.0.1:8080/v1"},
        {"name": "other"},
    ],
)
def test_risk_10_a_change_of_a_language_models_settings_begins_a_new_record(changes):
    assert record_of(replace(MODEL, **changes)) != record_of(MODEL)


def test_risk_10_what_a_language_model_costs_or_how_long_it_may_take_is_no_other_strategist():
    dearer = replace(MODEL, daily_cap_usd=Decimal(3), timeout_s=MODEL.timeout_s + 1)
    assert record_of(dearer) == record_of(MODEL)


def test_risk_10_another_prompt_begins_a_new_record(monkeypatch):
    before = record_of(MODEL)
    monkeypatch.setattr("terminal.strategy.language.prompt.INSTRUCTIONS", "Decide trades boldly.")
    assert record_of(MODEL) != before


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "other",
    [
        {"guardrails": replace(GuardrailLimits(), turns_per_day=1)},
        {"limits": replace(RiskLimits(), max_leverage=3)},
        {"policy": '{"margin_bp":9}'},
    ],
)
async def test_risk_10_other_limits_or_thresholds_than_in_the_run_before_begin_every_record_anew(other):
    world = World(policy='{"margin_bp":5}')
    await world.start()
    await world.restart()
    assert beginnings(world) == []  # the same settings: the record goes on

    world.options |= other
    await world.restart()
    (begun,) = beginnings(world)
    assert begun.strategy == EVERYBODY
    assert begun.who
    report = world.engine.core.guard_kit.promotion.report()
    assert (report.anew_ms, report.ended_by) == (begun.at_ms, begun.reason)

    await world.restart()
    assert len(beginnings(world)) == 1
    await world.close()


def beginnings(world):
    return [record for record in world.disk.records if isinstance(record, RecordEnded)]
