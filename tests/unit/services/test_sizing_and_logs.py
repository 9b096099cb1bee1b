"""Sizes are cut by every cap and never raised; log contents keep both limits and canonical form."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.builders import D, make_decision, make_instrument, make_terms
from terminal.domain.ai_log import AiLogState, upload_body
from terminal.domain.approval import PriceBand
from terminal.domain.canonical import digest
from terminal.domain.records import ChainHead
from terminal.domain.risk import RiskLimits
from terminal.domain.room import SizingInputs
from terminal.services.ai_logs.content import (
    Audit,
    ProgramMark,
    UnusableLog,
    decision_content,
    freeze,
    limit_explanation,
)
from terminal.services.orders.sizing import size_order

AUDIT = Audit(ChainHead(12, "ab" * 32), ProgramMark("1.0", "cd" * 32))


def sizing(**changes) -> SizingInputs:
    values = {
        "price": D(60_000),
        "stop_price": D(59_000),
        "risk_fraction": D("0.005"),
        "leverage": 5,
        "equity": D(1_000),
        "day_equity": D(1_000),
        "available": D(1_000),
        "held": D(0),
        "gross": D(0),
    }
    return SizingInputs(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "bound_by", "size"),
    [
        ({}, "the risk per trade", "0.0050"),
        ({"risk_fraction": D("0.002")}, "the risk per trade", "0.0020"),
        ({"risk_fraction": D("0.02")}, "the risk per trade", "0.0050"),
        ({"stop_price": D(59_900)}, "the order limit", "0.0083"),
        ({"stop_price": None}, "the order limit", "0.0083"),
        ({"held": D("0.0320")}, "the position limit", "0.0013"),
        ({"gross": D(4_950)}, "the gross limit", "0.0008"),
        ({"available": D(120)}, "the free margin", "0.0016"),
    ],
)
def test_the_tightest_cap_binds(changes, bound_by, size):
    sized = size_order(sizing(**changes), make_instrument(), RiskLimits())
    assert (sized.bound_by, sized.size, sized.refusal) == (bound_by, D(size), "")


def test_below_the_least_size_is_refused_not_raised():
    sized = size_order(sizing(), make_instrument(min_size=D("0.01")), RiskLimits())
    assert sized.size == D("0.0050")
    assert "never rounded up" in sized.refusal
    assert size_order(sizing(available=D(10)), make_instrument(), RiskLimits()).size == 0


@given(
    price=st.decimals("0.05", "99999", places=2),
    stop=st.decimals("0.01", "99999", places=2),
    risk=st.decimals("0.0001", "0.02", places=4),
    available=st.decimals("0", "1000", places=2),
    step=st.sampled_from([D("0.0001"), D("0.1"), D(1), D(10)]),
)
def test_no_size_breaks_a_cap(price, stop, risk, available, step):
    limits = RiskLimits()
    rules = make_instrument(size_step=step, min_size=step)
    inputs = sizing(price=price, stop_price=stop, risk_fraction=risk, available=available)
    size = size_order(inputs, rules, limits).size
    assert size >= 0
    assert size % step == 0
    assert size * price <= limits.order_notional * 1_000
    assert size * abs(price - stop) <= D(1_000) * min(risk, limits.risk_per_trade) + D("1e-9")
    assert size * price / 5 <= available


@given(
    price=st.decimals("0.05", "99999", places=2),
    drift=st.decimals("-0.0015", "0.0015", places=6),
    available=st.decimals("1", "1000", places=2),
    gross=st.decimals("0", "4999", places=2),
)
def test_a_size_passes_its_limits_at_every_price_an_approval_holds_at(price, drift, available, gross):
    """R5, R6 and R13 are asked again at the click: what was sized to the last cent failed there."""
    limits, band = RiskLimits(), PriceBand.around(price, D("0.0015"))
    rules = make_instrument(size_step=D("0.0001"), min_size=D("0.0001"), max_size=D(10**9), max_position_size=D(10**9))
    inputs = sizing(price=price, stop_price=None, available=available, gross=gross, band=D("0.0015"))
    size, later = size_order(inputs, rules, limits).size, price * (1 + drift)
    assert band.holds(later)
    assert size * later <= limits.order_notional * 1_000
    assert not size or gross + size * later <= limits.gross_notional * 1_000
    needed = size * later * (D(1) / 5 + 2 * rules.taker_fee)
    assert not size or needed <= available - limits.margin_buffer * 1_000
    tighter = size_order(sizing(price=price, stop_price=None), rules, limits).size
    assert size <= tighter


@given(st.text(alphabet=st.sampled_from("ab é\n"), max_size=4_000))
def test_explanations_keep_both_limits_and_end_at_a_word(text):
    cut = limit_explanation(text)
    assert len(cut) <= 1_000
    assert len(cut.split()) <= 500
    assert text.startswith(cut)
    if len(cut) < len(text) and " " in cut.strip():
        assert text[len(cut)].isspace()


ASTRONAUT = "\U0001f469\U0001f3fd\u200d\U0001f680"  # one character to the eye, four to a computer
LIMITS_MET = {
    "1001 letters": ("a" * 1_001, 1_000),
    "1000 letters": ("a" * 1_000, 1_000),
    "501 words": ("w " * 501, 999),
    "500 words": ("w " * 499 + "w", 999),
    "501 Chinese words": ("多 " * 501, 999),
    "1001 Chinese characters": ("多" * 1_001, 1_000),
    "Chinese after one Latin word": ("BTC " + "多头趋势" * 300, 1_000),
    "a character in the cut": ("x" * 998 + ASTRONAUT * 2, 998),
    "emoji in a row": (ASTRONAUT * 251, 1_000),
    "emoji in a row, shifted": ("x" + ASTRONAUT * 251, 997),
    "an accent in the cut": ("e\u0301" * 501, 1_000),
    "an accent behind the cut": ("x" + "e\u0301" * 501, 999),
    "a word in the cut": ("x" + "long words " * 100, 995),
}


@pytest.mark.parametrize("case", LIMITS_MET)
def test_risk_8_explanations_are_cut_properly_in_every_script(case):
    text, length = LIMITS_MET[case]
    cut = limit_explanation(text)
    assert len(cut) == length
    assert text.startswith(cut)
    assert len(cut.split()) <= 500
    rest = text[len(cut) :]
    assert not rest.startswith(("\u200d", "\u0301", "\U0001f3fd"))
    assert not cut.endswith("\u200d")


def test_a_cut_is_flagged_with_the_hash_of_the_whole():
    long = "word " * 600
    content = json.loads(decision_content(make_decision(explanation=long), make_terms(), AUDIT))
    assert content["output"]["explanation_cut"] is True
    assert content["output"]["explanation_sha256"] == digest(long)
    short = json.loads(decision_content(make_decision(), make_terms(), AUDIT))
    assert "explanation_cut" not in short["output"]


def test_the_same_decision_gives_the_same_bytes_and_an_intact_log():
    first = decision_content(make_decision(), make_terms(), AUDIT)
    assert first == decision_content(make_decision(), make_terms(), AUDIT)
    log = freeze("l1", "d1", "c1", first, AiLogState.WAITING, 1)
    assert log.is_intact
    assert (log.stage, log.model) == ("Decision Making", "made-up-model 1")
    assert json.loads(upload_body(first, "596471064624628269"))["orderId"] == 596471064624628269
    given_audit = json.loads(first)["input"]["audit"]
    assert given_audit == {"seq": 12, "head16": "ab" * 8, "version": "1.0", "build": "cd" * 8}


@pytest.mark.parametrize(
    "changes",
    [
        {"explanation": "  "},
        {"input_json": "[1]"},
        {"output_json": "{"},
        {"output_json": '{"p":NaN}'},
        {"input_json": '{"p":1e999}'},
    ],
)
def test_unusable_texts_are_refused(changes):
    with pytest.raises(UnusableLog):
        decision_content(make_decision(**changes), make_terms(), AUDIT)


def test_decimals_are_written_without_exponents():
    content = json.loads(decision_content(make_decision(), make_terms(size=Decimal("1E+2")), AUDIT))
    assert content["output"]["proposed_order"]["size"] == "100"
