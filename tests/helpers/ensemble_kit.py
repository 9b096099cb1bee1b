"""A team of one embedded and two language models on a scripted server, built from settings as the program does."""

from functools import cache

from helpers import fake_llm as llm
from helpers import market_paths
from helpers.fake_llm import MODEL
from helpers.memory_spend import MemorySpend
from helpers.step_clock import RealClock
from terminal.domain.ensemble import EnsembleSettings, MemberSettings
from terminal.domain.language_model import LanguageModel, StrategySettings
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.team import Means, team_maker

PANEL = market_paths.market(11, bars=700, strength=0.45)
BARS = 700
THREE = (MemberSettings("embedded", 1.0), MemberSettings("language:one", 1.0), MemberSettings("language:two", 1.0))
LONG_BTC = llm.deciding(lambda facts: llm.answer(facts, llm.opening(facts, "BTC")))
HOLD_BTC = llm.deciding(lambda facts: llm.answer(facts, llm.hold(facts, "BTC")))


def models_at(base_url, *names):
    return tuple(LanguageModel(name, base_url, MODEL) for name in names or ("one", "two"))


def settings_at(base_url, members=THREE, **more):
    return StrategySettings("ensemble", models_at(base_url), EnsembleSettings(members, **more))


@cache
def fit():
    """Fit once: what is measured here is not the fit."""
    return EmbeddedStrategist(RealClock()).fit(market_paths.training_set(PANEL.first(BARS)), 5)


def built(settings, told, *, fitted=True):
    """Give the team, and the report of the fit its embedded model holds; `told` takes what members have to tell."""
    clock = RealClock()
    embedded = EmbeddedStrategist(clock)
    if fitted:
        embedded.load(fit().model_json)
    return team_maker(settings, Means({}, MemorySpend()))(clock, told.append, embedded), fit() if fitted else None


def asked_snapshot(**changes):
    return market_paths.snapshot(PANEL.first(BARS), **changes)
