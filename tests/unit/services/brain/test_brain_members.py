"""Members of an ensemble are watched one by one: a quorum hides no member's alarm, and silence is told of each."""

from types import SimpleNamespace

import pytest

from helpers.fake_clock import ManualClock
from helpers.memory_spend import MemorySpend
from terminal.domain.brain import BrainChanged, Part, Pulse
from terminal.domain.decision import Abstained, Decided, Failed, FailureKind
from terminal.domain.ensemble import EnsembleSettings, MemberSettings
from terminal.domain.language_model import LanguageModel, StrategySettings
from terminal.domain.messages import Level
from terminal.ports.strategy import MemberAnswered
from terminal.services.brain.kit import BrainKit

BAR_MS = 900_000
MODELS = tuple(LanguageModel(name, "http://127.0.0.1:1/v1", "m") for name in ("one", "spare", "judge"))
MEMBERS = (
    MemberSettings("embedded"),
    MemberSettings("language:one"),
    MemberSettings("language:judge", vetoes=True),
)
SETTINGS = StrategySettings("ensemble", MODELS, EnsembleSettings(MEMBERS))
POOR = Failed("c-1", FailureKind.BILLING, "402 from its server")


@pytest.fixture
def brain():
    clock, notices, told = ManualClock(), [], []
    worker = SimpleNamespace(strategists=("ensemble", "embedded", "language:one", "language:spare", "language:judge"))
    reporter = SimpleNamespace(notice=lambda level, source, text, **_: notices.append((level, source, text)))
    kit = BrainKit(worker, SimpleNamespace(post=lambda _: None), clock, reporter, BAR_MS, emit=told.append)
    kit.use(SETTINGS, MemorySpend())
    return kit, clock, notices, lambda: {each.strategist: each for each in newest(told).models}


def newest(told):
    return next(each for each in reversed(told) if isinstance(each, BrainChanged))


def answered(name, outcome):
    return MemberAnswered(name, f"model of {name}", outcome, 12.0)


def test_each_member_has_a_row_and_a_part(brain):
    kit, _clock, _notices, health = brain
    kit.tell()
    parts = {name: each.part for name, each in health().items()}
    assert parts == {
        "ensemble": Part.DECIDES,
        "embedded": Part.VOTES,
        "language:one": Part.VOTES,
        "language:judge": Part.JUDGES,
        "language:spare": Part.STANDBY,
    }


def test_an_answer_is_the_member_s_own(brain):
    kit, _clock, notices, health = brain
    kit.hear(answered("embedded", Decided("c-1", (), 9.0)))
    kit.hear(answered("language:one", Abstained("c-1", "no_quote: wait")))
    embedded, one = health()["embedded"], health()["language:one"]
    assert (embedded.asked, embedded.answered, embedded.p50_ms, embedded.model) == (1, 1, 12.0, "model of embedded")
    assert (one.asked, one.answered, one.abstained, one.failed) == (1, 0, 1, 0)
    assert health()["ensemble"].asked == 0
    assert notices == []


def test_a_member_s_empty_account_is_an_alarm_at_the_first_occurrence(brain):
    kit, _clock, notices, health = brain
    kit.hear(answered("language:one", POOR))
    kit.hear(answered("language:one", POOR))
    ((level, source, text),) = notices
    assert (level, source) == (Level.ERROR, "brain")
    assert "goes on without language:one until a person acts" in text
    assert "account is not paid" in text
    assert health()["language:one"].pulse is Pulse.ALARM
    assert health()["language:one"].answered == 0


def test_an_ensemble_that_only_answers_by_name_counts_for_no_cycle(brain):
    kit, _clock, notices, health = brain
    kit._worker.strategists = ("embedded", "ensemble")
    kit.hear(answered("embedded", Decided("c-1", (), 9.0)))
    kit.hear(answered("language:one", POOR))
    assert notices == []
    assert (health()["embedded"].asked, health()["language:one"].failed) == (0, 0)


def test_a_member_nobody_hears_of_is_silent_and_a_spare_one_is_not(brain):
    kit, clock, _notices, health = brain
    kit.hear(answered("embedded", Decided("c-1", (), 9.0)))
    clock.now_s += 3 * BAR_MS / 1_000
    kit.hear(answered("language:one", Decided("c-2", (), 9.0)))
    now = {name: each.pulse for name, each in health().items()}
    assert now["embedded"] is Pulse.SILENT
    assert now["language:judge"] is Pulse.SILENT
    assert now["language:one"] is Pulse.WELL
    assert now["language:spare"] is Pulse.WAITING
