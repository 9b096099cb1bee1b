"""The gate's statistic: strategies without an edge pass no more often than stated, however long one looks."""

import numpy as np
import pytest
from scipy.stats import t as student

from terminal.domain.promotion import PromotionSettings
from terminal.services.promotion.statistic import lower_bound, newest_look, student_t

SETTINGS = PromotionSettings()
STRATEGIES = 400
DAYS = 44


def null_days(rng, kind):
    """Days of results in bp whose mean is zero: fat tails, a common shock a day, or few large wins or losses."""
    days = []
    for _ in range(DAYS):
        count = max(1, rng.poisson(11))
        if kind == "fat":
            values = rng.standard_t(5, count) * 40
        elif kind == "common":
            values = rng.normal(size=count) * 20 + rng.normal() * 40
        elif kind == "rare losses":
            values = np.where(rng.random(count) < 0.75, 30.0, -90.0)
        else:
            values = np.where(rng.random(count) < 0.25, 90.0, -30.0)
        days.append(values.tolist())
    return days


def ever_passes(days):
    """Whether any look, taken every single day, ever finds an edge."""
    found, seen = False, 0
    for count in range(14, len(days) + 1):
        look = newest_look(days[:count], SETTINGS)
        if look is not None and look.number != seen:
            seen, found = look.number, found or look.lower_bp > 0
    return found


@pytest.mark.parametrize("kind", ["fat", "common", "rare losses", "rare wins"])
def test_risk_10_honesty_zero_edge_passes_no_more_often_than_stated(kind):
    rng = np.random.default_rng(20)
    passed = sum(ever_passes(null_days(rng, kind)) for _ in range(STRATEGIES))
    allowed = STRATEGIES * SETTINGS.alpha + 2 * (STRATEGIES * SETTINGS.alpha * (1 - SETTINGS.alpha)) ** 0.5
    assert passed <= allowed


def test_risk_10_honesty_counting_decisions_as_independent_would_let_luck_in():
    """The pair that shows why days are clusters: the naive bound on the same data passes far too often."""
    rng = np.random.default_rng(21)
    naive = ours = 0
    for _ in range(STRATEGIES):
        days = null_days(rng, "common")[:14]
        flat = np.concatenate([np.array(day) for day in days])
        naive += flat.mean() - 1.645 * flat.std(ddof=1) / len(flat) ** 0.5 > 0
        ours += lower_bound(days, 0.05)[1] > 0
    assert naive > STRATEGIES * 0.12
    assert ours <= STRATEGIES * 0.075


def test_a_real_edge_is_found():
    rng = np.random.default_rng(22)
    days = [[value + 25 for value in day] for day in null_days(rng, "fat")]
    look = newest_look(days, SETTINGS)
    assert look is not None
    assert look.lower_bp > 0


def test_versions_share_the_luck():
    days = null_days(np.random.default_rng(23), "fat")
    one, ten = newest_look(days, SETTINGS), newest_look(days, SETTINGS, versions=10)
    assert one is not None
    assert ten is not None
    assert ten.alpha == pytest.approx(one.alpha / 10)
    assert ten.lower_bp < one.lower_bp


def test_no_look_before_days_and_decisions_are_complete():
    few_days, few_decisions = [[1.0, 2.0] * 20] * 13, [[1.0, 2.0]] * 40
    assert newest_look(few_days, SETTINGS) is None
    assert newest_look(few_decisions, SETTINGS) is None
    assert newest_look([[1.0, 2.0] * 6] * 27, SETTINGS).number == 1  # the second portion is not complete
    assert newest_look([[1.0, 2.0] * 6] * 28, SETTINGS).number == 2


def test_what_cannot_be_bounded_is_not_proven():
    assert lower_bound([], 0.05)[1] == float("-inf")
    assert lower_bound([[5.0]] * 4, 0.05)[1] == float("-inf")
    assert lower_bound([[5.0]] * 20, 0.05)[1] == float("-inf")  # results that never vary are a fault, not an edge


@pytest.mark.parametrize("freedom", [4, 9, 13, 27, 200])
@pytest.mark.parametrize("chance", [0.9, 0.95, 0.975, 0.99, 0.995])
def test_students_quantile(chance, freedom):
    assert student_t(chance, freedom) == pytest.approx(student.ppf(chance, freedom), rel=0.005)
