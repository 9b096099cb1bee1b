from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.decision import Action, Evidence
from terminal.strategy.explain import (
    MAX_CHARS,
    MAX_WORDS,
    Attribution,
    Story,
    explanation,
    fitted_text,
    plain_text,
    top_evidence,
)
from terminal.strategy.features import Feature
from terminal.strategy.model import Validation
from terminal.strategy.policy import Arithmetic, Odds

RECORD = Validation(5, 4_000, 3_200, 13, 0.041, 0.008, 0.075, 0.58, 0.6, 0.62, False, 900, 0.6, 4.0, 0.001)
SUMS = Arithmetic(0.482, 0.308, 142.0, 142.0, 16.0, 0.7, -0.5, 8.5, 0.576, 0.61)


def story(**changes):
    fields = {
        "headline": "Open long ETH-PERP at the market near 2987.11: all gates passed.",
        "odds": Odds(down=0.308, timeout=0.21, up=0.482),
        "base_rates": np.array([0.389, 0.221, 0.39]),
        "horizon_bars": 16,
        "horizon_min": 240,
        "side": Action.OPEN_LONG,
        "arithmetic": SUMS,
        "margin_bp": 5.0,
        "evidence": (
            Evidence("ETH.ret_24_atr_15m", "return over 24 bars", "+2.31 ATR", 0.21),
            Evidence("ETH.rsi14_15m", "RSI 14", "71.2", -0.05),
        ),
        "total": 0.45,
        "validation": RECORD,
        "exits": "Stop 2950.12, target 3034.10.",
    }
    return Story(**(fields | changes))


def test_it_says_who_wrote_it_and_shows_the_arithmetic():
    text = explanation(story())
    assert text.endswith("Written by code from the model's attributions.")
    assert "up 48.2 %, neither 21.0 %, down 30.8 %; base rates 39/22/39 %" in text
    assert "EV long = 0.482 × 142.0 − 0.308 × 142.0 − fees 16.0 − spread 0.7 + funding 0.5 = +8.5 bp" in text
    assert "For: return over 24 bars +2.31 ATR (+0.21)" in text
    assert "Against: RSI 14 71.2 (-0.05)" in text
    assert "direction skill +4.1 % (90 % interval +0.8 to +7.5 %" in text
    assert "n = 3200 over 13 days, hit rate 58.0 %" in text
    assert "Stop 2950.12, target 3034.10." in text


def test_a_record_of_few_days_claims_no_interval():
    text = explanation(story(validation=replace(RECORD, days=3, skill_low=-1.0, skill_high=1.0)))
    assert "too few days for an interval" in text
    assert "-100" not in text


def test_without_support_it_says_so():
    assert "No input speaks for this side." in explanation(story(evidence=()))


@pytest.mark.parametrize("filler", ["x" * 5_000, "long words " * 900, "短い文。" * 700, "🙂 " * 900, "a " * 800])
def test_limits_hold_whatever_goes_in(filler):
    long = Evidence("k", filler, filler, 0.2)
    for one in (story(headline=filler), story(exits=filler), story(evidence=(long,) * 6), story(headline="", exits="")):
        text = explanation(one)
        assert 0 < len(text) <= MAX_CHARS
        assert len(text.split()) <= MAX_WORDS


@given(parts=st.lists(st.tuples(st.integers(0, 5), st.text(min_size=1, max_size=700)), max_size=9))
def test_fitting_never_exceeds_the_limits_and_keeps_order(parts):
    text = fitted_text(parts)
    assert len(text) <= MAX_CHARS
    assert len(text.split()) <= MAX_WORDS
    if len(" ".join(part for _, part in parts)) <= MAX_CHARS:
        assert text == " ".join(part for _, part in parts)


def test_the_least_needed_sentence_goes_first():
    assert fitted_text([(0, "a" * 400), (5, "b" * 400), (1, "c" * 400)]) == "a" * 400 + " " + "c" * 400


def test_names_cannot_smuggle_in_control_characters():
    assert plain_text("BTC\x00-PERP\u202e\nfoo") == "BTC -PERP foo"
    hostile = story(headline="Hold \u202eEVIL\x1b[31m\nPERP")
    assert explanation(hostile).isprintable()


def attribution(terms, values=None):
    features = tuple(Feature(f"f{i}", f"feature {i}") for i in range(len(terms)))
    return Attribution(features, np.ones(len(terms)) if values is None else np.array(values), np.array(terms), 0.3)


def test_evidence_is_the_strongest_four_for_and_two_against():
    found = top_evidence(attribution([0.1, -0.9, 0.5, 0.3, -0.2, 0.4, -0.3, 0.2, 0.0001]), "BTC", "15m")
    assert [round(e.contribution, 1) for e in found] == [0.5, 0.4, 0.3, 0.2, -0.9, -0.3]
    assert found[0].key == "BTC.f2_15m"
    assert [e.supports for e in found] == [True] * 4 + [False] * 2


def test_a_missing_input_is_no_evidence():
    found = top_evidence(attribution([0.5, 0.4], [float("nan"), 1.0]), "BTC", "15m")
    assert [e.label for e in found] == ["feature 1"]


def test_the_total_is_the_sum_of_terms_and_constant():
    assert attribution([0.5, -0.1]).total == pytest.approx(0.7)
