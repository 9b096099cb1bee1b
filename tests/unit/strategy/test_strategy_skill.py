import numpy as np
import pytest

from helpers import market_paths
from terminal.domain.decision import Action
from terminal.strategy.arrays import DOWN, TIMEOUT, UP
from terminal.strategy.calibration import brier, calibrate, fit_correction, no_correction
from terminal.strategy.policy import Gate, Odds, PolicySettings, assess
from terminal.strategy.ridge import softmax
from terminal.strategy.skill import direction_skill, up_share


def rng(seed=0):
    return np.random.default_rng(seed)


def drawn(chance, seed=0):
    return (rng(seed).random((len(chance), 1)) > chance.cumsum(axis=1)).sum(axis=1)


def logits_of(strength, rows=4_000, seed=0):
    way = strength * rng(seed).standard_normal(rows)
    return np.stack([-way, np.full(rows, -0.6), way], axis=1)


DAYS = np.arange(4_000) // 250
PANEL = market_paths.market(5, bars=60, bases=("BTC",))
ATR = 0.003 * float(PANEL.close[0, -1])


def test_a_model_that_knows_has_skill_with_an_interval_above_zero():
    logits = logits_of(0.6)
    found = direction_skill(softmax(logits), drawn(softmax(logits)), DAYS, rng())
    assert 0.0 < found.low < found.skill < found.high
    assert found.days == 16
    assert found.hit_rate > 0.6


def test_risk_10_over_confident_noise_has_negative_skill():
    found = direction_skill(softmax(logits_of(0.6)), drawn(softmax(logits_of(0.0)), 9), DAYS, rng())
    assert found.high < 0.0


def test_no_constant_forecast_beats_the_base_rate():
    classes = drawn(np.tile([0.3, 0.2, 0.5], (4_000, 1)))
    share = (classes == UP).sum() / (classes != TIMEOUT).sum()
    for guess in (share, 0.5, 0.9):
        chance = np.tile([0.8 * (1 - guess), 0.2, 0.8 * guess], (4_000, 1))
        assert direction_skill(chance, classes, DAYS, rng()).skill <= 1e-12


def test_timeouts_do_not_count_towards_direction():
    """Volatility makes timeouts predictable; that is no skill at direction."""
    quiet = rng(1).random(4_000) < 0.5
    chance = np.where(quiet[:, None], [0.05, 0.9, 0.05], [0.45, 0.1, 0.45])
    classes = drawn(chance, 2)
    assert brier(chance, classes) < brier(np.tile(np.bincount(classes) / 4_000, (4_000, 1)), classes) - 0.1
    assert direction_skill(chance, classes, DAYS, rng()).skill <= 0.0


def test_days_that_move_together_widen_the_interval():
    logits = logits_of(0.6)
    classes = drawn(softmax(logits))
    repeated = np.repeat(np.arange(0, 4_000, 20), 20)  # twenty copies of each row within a day
    many = direction_skill(softmax(logits), classes, DAYS, rng())
    few = direction_skill(softmax(logits[repeated]), classes[repeated], DAYS, rng())
    assert few.high - few.low > 2 * (many.high - many.low)


def test_too_few_days_prove_nothing():
    logits = logits_of(0.6)
    found = direction_skill(softmax(logits), drawn(softmax(logits)), DAYS % 3, rng())
    assert found.skill > 0.0
    assert (found.low, found.high) == (-1.0, 1.0)


def test_no_resolved_rows_prove_nothing():
    found = direction_skill(np.full((9, 3), 1 / 3), np.full(9, TIMEOUT), np.arange(9), rng())
    assert (found.rows, found.low) == (0, -1.0)


def test_the_interval_depends_on_the_generator_only():
    logits = logits_of(0.4)
    classes = drawn(softmax(logits))
    assert direction_skill(softmax(logits), classes, DAYS, rng(4)) == direction_skill(
        softmax(logits), classes, DAYS, rng(4)
    )


def test_up_share_ignores_timeouts():
    assert up_share(np.array([[0.1, 0.6, 0.3]]))[0] == pytest.approx(0.75)


def test_risk_10_calibration_repairs_over_confidence_and_judges_on_unseen_days():
    truth = logits_of(0.4)
    classes = drawn(softmax(truth))
    correction, judged = calibrate(3.0 * truth, classes, DAYS)
    assert brier(judged, classes) < brier(softmax(3.0 * truth), classes) - 0.01
    assert correction.scale[UP] == pytest.approx(1 / 3, abs=0.1)
    assert correction.scale[UP] == pytest.approx(correction.scale[DOWN])
    assert not np.allclose(judged, correction.probabilities(3.0 * truth), atol=1e-12)


def test_risk_10_an_over_confident_model_puts_less_at_risk_once_it_is_calibrated():
    """Each opening risks the same share, so size falls with the openings that the claimed chances let through."""
    truth = logits_of(0.4)
    classes = drawn(softmax(truth))
    boasting = 3.0 * truth
    claimed, (_, calibrated) = softmax(boasting), calibrate(boasting, classes, DAYS)
    at_risk = [0.005 * sum(map(opens, chance[:400])) for chance in (claimed, calibrated, softmax(truth))]
    assert at_risk[1] < 0.75 * at_risk[0]
    assert at_risk[1] == pytest.approx(at_risk[2], rel=0.25)  # about what a model that knows itself would risk


def opens(chance):
    """Tell whether the policy would open either side at these odds, the skill gate left open."""
    odds, view = Odds(*chance.tolist()), market_paths.view(PANEL, 0)
    return any(
        assess(view, side, odds, ATR, 240, Gate("skill", True, ""), PolicySettings()).passes
        for side in (Action.OPEN_LONG, Action.OPEN_SHORT)
    )


def test_a_correction_that_fails_on_other_days_is_not_kept():
    """Too sure on even days, too timid on odd ones: what one half teaches harms the other."""
    truth = logits_of(0.6)
    classes = drawn(softmax(truth), 3)
    stated = np.where((DAYS % 2 == 0)[:, None], 3.0 * truth, truth / 3.0)
    correction, judged = calibrate(stated, classes, DAYS)
    np.testing.assert_array_equal(correction.scale, no_correction().scale)
    np.testing.assert_array_equal(judged, softmax(stated))


def test_few_rows_or_one_day_are_left_alone():
    truth = logits_of(0.4)
    classes = drawn(softmax(truth))
    for rows, days in ((slice(0, 150), DAYS), (slice(None), DAYS * 0)):
        correction, _ = calibrate(3.0 * truth[rows], classes[rows], days[rows])
        np.testing.assert_array_equal(correction.shift, np.zeros(3))


def test_the_shift_follows_the_share_of_timeouts():
    classes = drawn(np.tile([0.2, 0.6, 0.2], (4_000, 1)))
    found = fit_correction(np.zeros((4_000, 3)), classes)
    assert found.shift[TIMEOUT] > found.shift[UP]
    assert found.shift[UP] == pytest.approx(found.shift[DOWN])
