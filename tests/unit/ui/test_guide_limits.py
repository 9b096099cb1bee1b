"""The guide's limit fields: what a person reads and writes, and words for what cannot be."""

from decimal import Decimal

import pytest

from terminal.domain.risk import RiskLimits
from terminal.ui.viewmodels.guide import LIMIT_FIELDS, limit_text, limits_from


def texts(**changes):
    return {name: limit_text(RiskLimits(), name) for name in LIMIT_FIELDS} | changes


def test_the_fields_show_plain_numbers_and_change_nothing_by_themselves():
    assert texts() == {
        "max_leverage": "5",
        "risk_per_trade": "0.5",
        "order_notional": "50",
        "daily_loss_halt": "6",
        "drawdown_halt": "15",
    }
    assert limits_from(texts(), RiskLimits()) == RiskLimits()


def test_per_cent_become_fractions_and_a_comma_is_a_point():
    limits = limits_from(texts(order_notional="12,5", max_leverage="3"), RiskLimits())
    assert (limits.order_notional, limits.max_leverage) == (Decimal("0.125"), 3)


def test_a_nearer_halt_brings_the_softer_limit_along():
    limits = limits_from(texts(daily_loss_halt="2", drawdown_halt="5"), RiskLimits())
    assert (limits.daily_loss_reduce, limits.daily_loss_halt) == (Decimal("0.02"), Decimal("0.02"))
    assert (limits.drawdown_reduce, limits.drawdown_halt) == (Decimal("0.05"), Decimal("0.05"))


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("max_leverage", "30", "Leverage at most: above 0 and at most 20."),
        ("max_leverage", "2.5", "Leverage at most: write a whole number."),
        ("order_notional", "", "One order at most: nothing is no number."),
        ("order_notional", "much", "One order at most: much is no number."),
        ("order_notional", "NaN", "One order at most: write a number."),
        ("order_notional", "500", "One order at most: above 0 and at most 200."),
        ("daily_loss_halt", "50", "Halt after a day's loss of: above 0 and at most 10."),
        ("drawdown_halt", "-1", "Halt after a drawdown of: write a number above 0."),
        ("drawdown_halt", "16", "Halt after a drawdown of: above 0 and at most 15."),
        ("risk_per_trade", "101", "Risk of one trade, to its stop: write a number above 0, at most 100."),
    ],
)
def test_what_cannot_be_is_said_in_the_words_of_the_field(field, text, words):
    with pytest.raises(ValueError, match="^" + words.replace(".", r"\.") + "$"):
        limits_from(texts(**{field: text}), RiskLimits())
