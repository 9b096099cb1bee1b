"""Each guardrail alone: what passes, what stops, and that all are run and reported."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from helpers.builders import BTC, ETH, make_decision, make_terms
from terminal.domain.guardrails import GuardrailLimits, gates_of, guardrails_of
from terminal.domain.order import PositionSide, Side
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.risk import Check, Verdict
from terminal.services.guardrails import judging
from terminal.services.guardrails.context import Cap, Exposed, GuardContext
from terminal.services.guardrails.exposure import UNKNOWN, return_correlation
from terminal.services.guardrails.judging import GUARDRAILS, judge_opening
from terminal.services.guardrails.trades import Trade

MIN = 60_000
NOW = 1_760_000_400_000
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def context(**changes):
    values = {
        "decision": make_decision(),
        "terms": make_terms(),
        "limits": GuardrailLimits(),
        "now_ms": NOW,
        "interval_ms": 15 * MIN,
        "bar_close_ms": NOW - MIN,
        "account_age_s": 3.0,
        "clock_error_ms": 12.0,
        "spread": Decimal("0.0002"),
        "equity": Decimal(1000),
        "hour_high": Decimal(1000),
        "day_equity": Decimal(1000),
    }
    return GuardContext(**(values | changes))


def trade(minutes_ago, *, side=LONG, net="0", by_stop=False, entry="60000", lasted=5, over=True):
    opened_ms = NOW - minutes_ago * MIN
    ended_ms = opened_ms + lasted * MIN if over else 0
    return Trade("k", "d", BTC, side, opened_ms, Decimal(entry), Decimal("0.005"), Decimal(net), ended_ms, by_stop)


def stopped(**changes):
    return [check.name for check in judge_opening(context(**changes)) if not check.passed]


def test_all_run_and_all_are_reported_in_their_order():
    checks = judge_opening(context())
    assert [(check.rule, check.name) for check in checks] == [(rule, name) for rule, name, _ in GUARDRAILS]
    assert all(check.passed and check.text for check in checks)
    bad = stopped(account_age_s=99.0, spread=Decimal("0.01"), hour_high=Decimal(1100), waiting=9, opens_day=12)
    assert bad == ["Fresh inputs", "Loss of the hour", "Cost", "Openings of the day", "Desk load"]


def test_one_that_breaks_down_stops_the_opening_and_the_rest_still_run(monkeypatch):
    def broken(_ctx):
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "GUARDRAILS", (("G6", "Churn", broken), *GUARDRAILS[:2]))
    checks = judge_opening(context())
    assert (checks[0].passed, checks[0].crashed) == (False, True)
    assert len(checks) == 3


@pytest.mark.parametrize(
    "stale",
    [
        {"bar_close_ms": None},
        {"bar_close_ms": NOW - 23 * MIN},
        {"account_age_s": float("inf")},
        {"clock_error_ms": None},
        {"clock_error_ms": 1_500.0},
    ],
)
def test_stale_inputs_open_nothing(stale):
    assert stopped(**stale) == ["Fresh inputs"]


@pytest.mark.parametrize("edge", [0.0, -3.0, float("nan")])
def test_an_edge_that_costs_eat_opens_nothing(edge):
    assert stopped(decision=make_decision(expected_value_bp=edge)) == ["Cost"]


def test_the_rehearsals_order_claims_nothing_and_meets_every_other_guardrail():
    claims_nothing = make_decision(model=API_TEST_MODEL, expected_value_bp=0.0, confidence=0.0)
    assert stopped(decision=claims_nothing) == []
    assert stopped(decision=claims_nothing, spread=Decimal("0.01")) == ["Cost"]
    assert stopped(decision=replace(claims_nothing, model="other/1")) == ["Cost", "Confidence"]


def test_the_cap_of_an_unproven_desk_refuses_what_it_cannot_measure():
    cap = Cap(Decimal("0.0025"), 5, Decimal("0.01"))
    for unknown in ({"equity": None}, {"day_equity": None}, {"terms": make_terms(stop_price=None)}):
        (check,) = (each for each in judge_opening(context(cap=cap, **unknown)) if each.rule == "G13")
        assert not check.passed
        assert "equity or stop is not known" in check.text


@pytest.mark.parametrize("claimed", [0.2, float("nan")])
def test_below_the_floor_of_confidence(claimed):
    assert stopped(decision=make_decision(confidence=claimed)) == ["Confidence"]


@pytest.mark.parametrize(
    ("trades", "rests"),
    [
        ([trade(40, net="-1")], False),  # ended 35 min ago, 30 are enough
        ([trade(20, net="-1", entry="50000")], True),
        ([trade(60, net="-1", by_stop=True)], True),  # a stop rests 60
        ([trade(70, net="-1", by_stop=True)], False),
        ([trade(200, net="-1", by_stop=True), trade(90, net="-1", by_stop=True)], True),  # the second doubles
        ([trade(20, net="1", entry="50000")], False),
    ],
)
def test_cooldown_after_a_loss_longer_after_a_stop(trades, rests):
    assert ("Cooldown" in stopped(trades=tuple(trades))) is rests


def test_cooldown_never_grows_beyond_its_most():
    many = tuple(trade(245 + minutes, net="-1", by_stop=True) for minutes in range(30, -1, -1))
    assert "Cooldown" not in stopped(trades=many)


def test_turning_a_pair_all_day_is_churn():
    turning = (trade(300, side=SHORT), trade(200, side=LONG), trade(100, side=SHORT))
    assert stopped(trades=turning) == ["Churn"]
    assert stopped(trades=turning[:2]) == []
    assert stopped(trades=(*turning, trade(50, side=LONG))) == []  # no further turn: it was long already


def test_the_same_again_within_minutes_is_no_new_decision():
    assert stopped(trades=(trade(10, over=False),)) == ["Repetition"]
    assert stopped(trades=(trade(31, over=False),)) == []
    assert stopped(trades=(trade(10, entry="61000", over=False),)) == []


def test_budgets():
    assert stopped(opens_day=12) == ["Openings of the day"]
    assert stopped(opened_here=3) == ["Openings of the cycle"]
    assert stopped(proposals_hour=40) == ["Desk load"]


def test_one_direction_counts_longs_less_shorts():
    heavy = Exposed(ETH, LONG, Decimal(1800), Decimal(1), 0.0)
    assert stopped(exposed=(heavy,)) == ["One direction"]
    assert stopped(exposed=(heavy, replace(heavy, side=SHORT, notional=Decimal(300)))) == []
    sell = make_terms(side=Side.SELL, stop_price=Decimal(61000))
    assert stopped(exposed=(replace(heavy, notional=Decimal(3000)),), terms=sell) == []  # it lowers the sum


def test_correlated_stops_add_up_and_what_is_opposite_does_not():
    other = Exposed(ETH, LONG, Decimal(100), Decimal(40), 0.9)
    assert stopped(exposed=(other,)) == ["Correlated stops"]
    assert stopped(exposed=(replace(other, correlation=0.1),)) == []
    assert stopped(exposed=(replace(other, side=SHORT),)) == []
    assert stopped(exposed=(replace(other, side=SHORT, correlation=-0.9),)) == ["Correlated stops"]
    assert stopped(terms=make_terms(stop_price=None)) == ["Correlated stops"]


def test_what_is_not_known_never_passes():
    assert stopped(equity=None, hour_high=None) == ["Loss of the hour", "One direction", "Correlated stops"]
    assert stopped(spread=None) == ["Cost"]


def test_an_unproven_desk_is_capped():
    cap = Cap(Decimal("0.0025"), 3, Decimal("0.01"))
    assert stopped(cap=cap) == ["Unproven cap"]
    small = make_terms(size=Decimal("0.0020"), leverage=3)
    assert stopped(cap=cap, terms=small) == []
    assert stopped(cap=cap, terms=small, day_equity=Decimal(1011)) == ["Unproven cap"]


def test_correlation_of_returns():
    one = [(at, 100.0 + (at % 7)) for at in range(80)]
    assert return_correlation(one, one) == pytest.approx(1.0)
    assert return_correlation(one, [(at, 1 / close) for at, close in one]) == pytest.approx(-1.0)
    assert return_correlation(one, one[:20]) == UNKNOWN
    assert return_correlation(one, [(at, 5.0) for at, _ in one]) == UNKNOWN


@pytest.mark.parametrize("name", [field.name for field in fields(GuardrailLimits)])
def test_every_limit_has_hard_bounds(name):
    kind = type(getattr(GuardrailLimits(), name))
    for value in (kind(-1), kind(1_000_000)):
        with pytest.raises(ValueError, match=f"{name} is"):
            GuardrailLimits(**{name: value})


def test_guardrails_are_told_from_the_gate():
    verdict = Verdict((Check("G6", "Churn", True, ""), Check("R7", "Price collar", True, "")))
    assert [check.rule for check in guardrails_of(verdict)] == ["G6"]
    assert [check.rule for check in gates_of(verdict)] == ["R7"]
    assert verdict.checks[0].title == "Guardrail 6 (churn)"
