from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.desk_events import NOW_MS, instrument, proposal
from terminal.domain.account import Balance
from terminal.domain.decision import Action
from terminal.domain.messages import CycleEnded, Level, ModelPhase, ModelStatus
from terminal.domain.risk import Check, TradingState, Verdict
from terminal.ui.widgets.plain_text import one_line, tooltip, visible
from terminal.ui.widgets.review.review_terms import (
    gate_words,
    guard_tip,
    guard_words,
    left_terms,
    reward_to_risk,
    right_terms,
    risk_of_equity,
    short_terms,
)
from terminal.ui.widgets.review.review_words import empty_words, model_words

D = Decimal
READY = ModelStatus(ModelPhase.READY, "gbm-ridge", "", 3.1, 0.8, 5.2, 20_000, 4.0)


def priced(action=Action.OPEN_LONG, **prices):
    made = proposal("BTC", 1, action=action)
    base = {"price": D(100), "stop_price": D(98), "target_price": D(104), "size": D(2)}
    return replace(made, terms=replace(made.terms, **{**base, **prices}))


def test_reward_to_risk_pays_both_fees_both_ways():
    # win 4 - 0.001 * 204, loss 2 + 0.001 * 198
    assert reward_to_risk(priced().terms, D("0.001")) == D("3.796") / D("2.198")


def test_reward_to_risk_of_a_short_is_mirrored():
    short = priced(Action.OPEN_SHORT, stop_price=D(102), target_price=D(96)).terms
    assert reward_to_risk(short, D(0)) == 2
    assert reward_to_risk(short, D("0.001")) == D("3.804") / D("2.202")


@pytest.mark.parametrize("missing", [{"stop_price": None}, {"target_price": None}, {"stop_price": D(101)}])
def test_reward_to_risk_needs_a_stop_that_loses(missing):
    assert reward_to_risk(priced(**missing).terms, D(0)) is None


def test_a_market_order_reckons_with_the_reference():
    terms = replace(priced().terms, price=None, reference_price=D(99))
    assert reward_to_risk(terms, D(0)) == 5


def test_risk_is_the_loss_at_the_stop_against_equity():
    balance = Balance(D(1000), D(900), D(0), D(0), NOW_MS)
    assert risk_of_equity(priced().terms, balance) == D("0.004")
    assert risk_of_equity(priced().terms, None) is None
    assert risk_of_equity(priced().terms, replace(balance, equity=D(0))) is None


def test_the_rows_say_what_the_order_is():
    made, shape = priced(price=D("90750.0"), stop_price=D("89860.6"), target_price=D("92510")), instrument("BTC")
    left = {term.name: term.value for term in left_terms(made, shape, Balance(D(1000), D(1), D(0), D(0), 1))}
    assert left["Entry"] == "limit 90,750.0"
    assert left["Stop"] == "89,860.6  −0.98\u2009%"
    assert left["Target"] == "92,510.0  +1.94\u2009%"
    assert left["Horizon"] == "240 min"
    assert left["Risk"].endswith("% of equity")
    right = {term.name: term.value for term in right_terms(made, shape)}
    assert right["Size"] == "2 BTC"
    assert right["Notional"] == "181,500.00 USDT"
    assert right["Leverage"] == "5x at WEEX"
    assert right["Expected"] == "+14.2 bp"
    assert short_terms(made, shape) == "2 at 90,750.0   stop 89,860.6   target 92,510.0"


def test_what_is_missing_is_a_dash_with_a_reason():
    made = priced(price=None, stop_price=None, target_price=None)
    terms = {term.name: term for term in (*left_terms(made, None, None), *right_terms(made, None))}
    assert terms["Entry"].value == "market ≈ 90,755.3"
    for name in ("Stop", "Target", "R after costs"):
        assert terms[name].value == "–"
        assert terms[name].why
    assert terms["Risk"].value == "–"


def test_gate_words():
    good, bad = Check("R1", "pair", True, "fine"), Check("R4", "leverage", False, "30x is above 20x")
    assert gate_words(Verdict((good, good))) == ("✓ All 2 risk checks passed", "up")
    assert gate_words(Verdict((good, bad))) == ("✕ Risk check R4 (leverage): 30x is above 20x", "down")
    assert gate_words(Verdict(()))[1] == "down"


def test_guardrails_are_summed_up_before_the_risk_checks():
    cost, churn = Check("G3", "Cost", True, "+14 bp"), Check("G6", "Churn", False, "3 turns of direction")
    rest, gate = Check("G5", "Cooldown", False, "BTC rests 20 min more"), Check("R1", "Trading state", True, "active")
    assert gate_words(Verdict((cost, gate, gate))) == ("✓ All 1 guardrails and 2 risk checks passed", "up")
    stopped = Verdict((cost, churn, gate))
    assert guard_words(stopped) == "2 guardrails: 1 ok, churn stopped it"
    assert gate_words(stopped) == ("✕ 2 guardrails: 1 ok, churn stopped it: 3 turns of direction", "down")
    two = Verdict((cost, rest, churn, Check("R4", "leverage", False, "30x is above 20x")))
    assert gate_words(two)[0].splitlines() == [
        "✕ 3 guardrails: 1 ok, cooldown and churn stopped it",
        "✕ Cooldown: BTC rests 20 min more",
        "✕ Churn: 3 turns of direction",
        "✕ Risk check R4 (leverage): 30x is above 20x",
    ]
    assert guard_tip(stopped) == "✓ Cost: +14 bp\n✕ Churn: 3 turns of direction"
    assert guard_words(Verdict((gate,))) == ""


def test_hidden_characters_are_shown_by_name():
    assert visible("pay\u202eevil\u0007") == "pay‹U+202E›evil‹U+0007›"
    assert visible("a\tb\r\nc\u200b") == "a b\nc‹U+200B›"
    assert visible("Grüße −1 ▲ 你好") == "Grüße −1 ▲ 你好"
    assert one_line("a\n\n b") == "a b"
    assert "<b>" not in tooltip("<b>x</b>")
    assert "&lt;b&gt;" in tooltip("<b>x</b>")


def test_the_empty_desk_explains_itself():
    cycle = CycleEnded("c", "8 holds", Level.INFO, NOW_MS)
    words = empty_words(READY, TradingState.ACTIVE, "", cycle, 120.0)
    assert "The model is ready." in words
    assert "Last AI cycle, 2\u2009min ago:\n8 holds." in words
    training = ModelStatus(ModelPhase.TRAINING, "", "fold 3 of 5")
    assert "training (fold 3 of 5)" in empty_words(training, TradingState.ACTIVE, "", None, None)
    failed = ModelStatus(ModelPhase.FAILED, "", "no memory")
    words = empty_words(failed, TradingState.HALTED, "drawdown", None, None)
    assert "failed (no memory). Nothing is proposed without a model" in words
    assert "Trading is halted: drawdown." in words


def test_a_model_that_answers_is_not_said_to_wait_for_a_fit():
    """A language model decides while the embedded one, whose view it is shown, is being fitted."""
    fitting = ModelStatus(ModelPhase.TRAINING, "language:local/m", "1 decision, 1 to open")
    words = empty_words(fitting, TradingState.ACTIVE, "", None, None)
    assert "the one in use goes on deciding" in words
    assert "proposes nothing" not in words
    assert "to open" not in words


def test_a_failure_that_the_next_bar_may_end_is_not_said_to_last():
    failed = ModelStatus(ModelPhase.FAILED, "language:local/m", "it answered 500")
    words = empty_words(failed, TradingState.ACTIVE, "", None, None)
    assert "(it answered 500). It is asked again when the next bar closes" in words


def test_the_model_line():
    words, tone = model_words(READY)
    assert words.splitlines() == [
        "Model gbm-ridge   4\u2009ms",
        "Direction skill +3.1\u2009% out of sample",
        "90\u2009% interval +0.8 to +5.2\u2009%, n 20,000",
    ]
    assert tone == "muted"
    assert model_words(ModelStatus(ModelPhase.IDLE, "", ""))[0] == "No model   idle"
