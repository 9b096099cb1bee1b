from collections import deque
from decimal import Decimal

import pytest

from helpers.language_kit import snapshot, view
from helpers.market_paths import market
from helpers.snapshot_kit import full_snapshot
from terminal.domain.brain import ModelExchange, Part, Pulse
from terminal.domain.decision import Abstained, Decided, Failed, FailureKind
from terminal.domain.guardrails import GuardrailLimits
from terminal.services.brain.board import ModelRecord, percentile
from terminal.services.brain.input_ages import input_ages

BAR_MS = 900_000
GOOD, QUIET = Decided("c", (), 5.0), Abstained("c", "no_model: wait")


def failed(kind):
    return Failed("c", kind, "said so")


def record():
    made = ModelRecord("language:tiny", BAR_MS, 0)
    made.part = Part.DECIDES
    return made


def exchange(outcome="answered", at_ms=0, cost="0.5"):
    return ModelExchange(
        "x1",
        "c",
        "language:tiny",
        "m",
        "m",
        "h",
        "{}",
        "{}",
        "text",
        200,
        9.0,
        100,
        20,
        Decimal(cost),
        outcome,
        "{}",
        at_ms,
    )


def test_risk_3_honesty_a_failure_is_no_answer_and_an_abstention_is_none_either():
    made = record()
    for outcome in (GOOD, QUIET, failed(FailureKind.TIMEOUT)):
        made.asked("m")
        made.outcome(outcome, 10.0, 1_000, 1.0)
    health = made.health(1_000, 1.0)
    assert (health.asked, health.answered, health.abstained, health.failed) == (3, 1, 1, 1)
    assert health.pulse is Pulse.TROUBLE


@pytest.mark.parametrize("kind", [FailureKind.AUTH, FailureKind.BILLING, FailureKind.MODEL_MISSING])
def test_risk_3_an_alarm_sounds_at_the_first_occurrence_and_once(kind):
    made = record()
    assert made.outcome(failed(kind), 1.0, 0, 0.0)
    assert made.health(0, 0.0).pulse is Pulse.ALARM
    assert not made.outcome(failed(kind), 1.0, 0, 0.0)
    made.outcome(GOOD, 1.0, 0, 0.0)
    assert made.health(0, 0.0).pulse is Pulse.WELL
    assert made.outcome(failed(kind), 1.0, 0, 0.0), "a new trouble is a new alarm"


def test_silence_is_told_by_the_clock_also_when_nobody_was_asked():
    made = record()
    assert made.health(2 * BAR_MS, 0.0).pulse is Pulse.WAITING
    assert made.health(3 * BAR_MS, 0.0).pulse is Pulse.SILENT
    made.outcome(GOOD, 1.0, 3 * BAR_MS, 0.0)
    assert made.health(5 * BAR_MS, 0.0).pulse is Pulse.WELL
    made.outcome(failed(FailureKind.TIMEOUT), 1.0, 5 * BAR_MS, 0.0)
    health = made.health(6 * BAR_MS, 0.0)
    assert health.pulse is Pulse.SILENT
    assert "it took too long" in health.words


def test_money_and_form():
    made = record()
    made.spent_before("1970-01-01", Decimal(1))
    for outcome in ("repaired", "answered", "refused", "invalid_output"):
        made.exchange(exchange(outcome))
    health = made.health(0, 0.0)
    assert (health.parse_failures, health.refusals, health.tokens_in, health.tokens_out) == (2, 1, 400, 80)
    assert (health.cost_usd, health.cost_today_usd) == (Decimal(2), Decimal(3))
    made.exchange(exchange(at_ms=86_400_000))
    assert made.health(86_400_000, 0.0).cost_today_usd == Decimal("0.5")
    assert made.health(2 * 86_400_000, 0.0).cost_today_usd == 0


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.0, 1)])
def test_percentiles(share, value):
    assert percentile(deque(range(1, 101)), share) == value
    assert percentile(deque(), share) is None


def test_the_oldest_input_of_all_pairs_is_told():
    ages = input_ages(snapshot(views=[view(0, quote_age_s=0.4), view(1, quote_age_s=7.5)]))
    by_name = {each.name: each for each in ages}
    assert by_name["Quote"].age_s == 7.5
    assert by_name["Quote"].words == "oldest: ETH"
    assert by_name["Newest closed bar"].age_s == 0.8


def test_what_is_called_stale_is_what_opens_nothing():
    limits = {each.name: each.limit_s for each in input_ages(full_snapshot(market(1, 40)))}
    guard = GuardrailLimits()
    assert limits["Account"] == float(guard.account_age_s)
    assert limits["Newest closed bar"] == float(guard.bar_age_intervals) * 900
    assert limits["Quote"] == limits["Ticker"] == limits["Order book"] == 5.0
    assert limits["Funding"] is None
