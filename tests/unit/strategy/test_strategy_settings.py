"""From a profile's tables to who answers: the ensemble's members, weights, judges, fit, and what each tells."""

from types import SimpleNamespace

import pytest

from helpers import ensemble_kit as kit
from helpers import fake_llm as llm
from helpers.fake_llm import FakeLlm
from helpers.step_clock import RealClock
from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Action, Decided, Failed, FailureKind
from terminal.domain.ensemble import EnsembleSettings, MemberSettings, VoteMode
from terminal.domain.language_model import StrategySettings
from terminal.domain.votes import votes_of
from terminal.ports.strategy import MemberAnswered
from terminal.strategy.ensemble.merging import name_of
from terminal.strategy.ensemble.strategist import EnsembleStrategist, Member
from terminal.strategy.ensemble.voting import VotingRule
from terminal.strategy.team import strategist_names

JUDGED = (MemberSettings("embedded"), MemberSettings("language:one"), MemberSettings("language:two", vetoes=True))


def about_btc(outcome):
    assert isinstance(outcome, Decided), outcome
    return next(each for each in outcome.decisions if each.instrument_id.startswith("BTC"))


def test_the_one_that_decides_is_named_first_and_every_other_can_be_asked():
    settings = kit.settings_at("http://127.0.0.1:1/v1")
    assert strategist_names(settings) == ("ensemble", "embedded", "language:one", "language:two")
    spare = StrategySettings("embedded", settings.models, settings.ensemble)
    assert strategist_names(spare) == ("embedded", "language:one", "language:two", "ensemble")
    team, _ = kit.built(settings, [], fitted=False)
    assert (team.name, *team.others) == ("ensemble", "language:one", "language:two", "embedded")
    slow = kit.settings_at("http://127.0.0.1:1/v1")
    assert team.deadline_s > slow.models[0].timeout_s + 3


@pytest.mark.asyncio
async def test_every_member_is_asked_named_exactly_and_heard_of():
    told = []
    async with FakeLlm(kit.LONG_BTC) as server:
        team, report = kit.built(kit.settings_at(server.base_url), told)
        decision = about_btc(await team.first.decide(kit.asked_snapshot()))
    heard = {each.strategist: each for each in told if isinstance(each, MemberAnswered)}
    assert set(heard) == {"embedded", "language:one", "language:two"}
    assert len([each for each in told if isinstance(each, ModelExchange)]) == 2
    sheet = votes_of(decision)
    names = {vote.member: vote.model for vote in sheet.votes}
    assert names["embedded"] == report.model
    assert names["language:one"].startswith("language:one/tiny-trader-1@127.0.0.1:")
    assert all(name in decision.model for name in names.values()), "the log names every model that answered"
    assert decision.model == team.first.model_name
    assert [vote.weight for vote in sheet.votes] == [1.0, 1.0, 1.0]


def test_a_refit_is_the_same_version_and_another_model_or_rule_is_another():
    def version(fit="embedded-gbm-ridge/1 seed5 train20251010 sha1234", served="m@host", **rule):
        name = name_of({"embedded": fit, "language:one": f"language:one/{served}"}, [], VotingRule(**rule))
        return name.split()[0]

    assert version() == version("embedded-gbm-ridge/1 seed6 train20251011 sha5678")
    others = [version("embedded-ridge/1 seed5"), version(served="n@host"), version(unanimous=True)]
    assert len({version(), *others, version(weights=(("embedded", 2.0),))}) == 5


@pytest.mark.asyncio
async def test_without_the_embedded_model_it_is_fitted_all_the_same_and_measures_nobody():
    async with FakeLlm(kit.LONG_BTC) as server:
        both = (MemberSettings("language:one"), MemberSettings("language:two"))
        team, report = kit.built(kit.settings_at(server.base_url, both), [])
        decision = about_btc(await team.first.decide(kit.asked_snapshot()))
        assert report.accepted
        assert any(".embedded_" in key for key in server.asked[0].facts["inputs"]), "both are shown its view"
    assert decision.action is Action.OPEN_LONG
    assert {vote.weight for vote in votes_of(decision).votes} == {0.5}


class Fitted:
    model_name = "embedded-x"

    def __init__(self, *, accepted):
        self.report = SimpleNamespace(skill_low=0.03, accepted=accepted)

    def fit(self, training, seed):
        return self.report


@pytest.mark.parametrize(("accepted", "weight"), [(True, 4.0), (False, 0.5)])
@pytest.mark.asyncio
async def test_only_a_fit_that_is_used_gives_weight(accepted, weight):
    async with FakeLlm(kit.LONG_BTC) as server:
        team, _ = kit.built(kit.settings_at(server.base_url, (MemberSettings("embedded"), *kit.THREE[1:])), [])
        first = team.first
        embedded = first._members[0].strategist
        embedded.fit = Fitted(accepted=accepted).fit
        assert first.fit(None, 1).skill_low == 0.03
        decision = about_btc(await first.decide(kit.asked_snapshot()))
    assert votes_of(decision).votes[0].weight == weight


@pytest.mark.asyncio
async def test_where_no_member_is_fitted_the_model_behind_them_is():
    behind = Fitted(accepted=True)
    members = [Member("a", behind), Member("b", behind)]
    ensemble = EnsembleStrategist(members, RealClock(), background=behind)
    assert ensemble.fit(None, 1) is behind.report
    assert set(ensemble._skills.values()) == {None}


@pytest.mark.asyncio
async def test_a_member_s_empty_account_is_the_ensemble_s_failure_of_that_kind_without_a_quorum():
    told = []
    async with FakeLlm(llm.error(402, "Insufficient balance")) as server:
        two = (MemberSettings("embedded"), MemberSettings("language:one"))
        team, _ = kit.built(kit.settings_at(server.base_url, two), told)
        outcome = await team.first.decide(kit.asked_snapshot())
    assert isinstance(outcome, Failed)
    assert outcome.kind is FailureKind.BILLING
    assert "language:one" in outcome.detail
    failed = next(each for each in told if isinstance(each, MemberAnswered) and each.strategist == "language:one")
    assert failed.outcome.kind is FailureKind.BILLING


@pytest.mark.asyncio
async def test_one_that_does_not_want_it_is_enough_where_all_must():
    async with FakeLlm(kit.LONG_BTC, kit.HOLD_BTC) as server:
        both = (MemberSettings("language:one", 4.0), MemberSettings("language:two", 0.1))
        team, _ = kit.built(kit.settings_at(server.base_url, both, mode=VoteMode.UNANIMOUS), [])
        decision = about_btc(await team.first.decide(kit.asked_snapshot()))
    assert decision.action is Action.HOLD
    assert "not every member wants the same" in decision.explanation


def test_an_ensemble_of_nobody_known_is_refused():
    with pytest.raises(ValueError, match="language:gone"):
        StrategySettings(
            "embedded", (), EnsembleSettings((MemberSettings("embedded"), MemberSettings("language:gone")))
        )
