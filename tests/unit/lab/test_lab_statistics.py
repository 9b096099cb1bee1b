"""The statistics keep their word: stated error rates, and the promotion gate on strategies without an edge."""

from decimal import Decimal

import numpy as np
import pytest

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.domain.promotion import PromotionSettings, Resolved
from terminal.lab.figures import calibration, thinned
from terminal.lab.statistics import (
    calibration_bins,
    calibration_error,
    day_block_interval,
    deepest_fall,
    deflated_sharpe,
    expected_best,
    wilson,
)
from terminal.lab.strategists import Forecasts
from terminal.services.promotion.gate import Standing, judge
from terminal.strategy.arrays import FloatArray, IntArray

DAY_MS = 86_400_000
STRATEGIES = 200


def _record(chooser: np.random.Generator, days: int, edge_bp: float = 0.0) -> tuple[FloatArray, IntArray]:
    """Results that hang together within a day, as those of eight pairs on one market do."""
    day = np.repeat(np.arange(days), 6)
    shared = chooser.standard_t(4, days)[day]
    return 40.0 * (0.6 * shared + 0.8 * chooser.standard_normal(len(day))) + edge_bp, day


def test_risk_10_honesty_zero_edge_strategies_pass_the_gate_no_more_often_than_stated() -> None:
    chooser, settings = np.random.default_rng(11), PromotionSettings()
    passed = sum(_net_row_holds(*_record(chooser, 90), settings, versions=1) for _ in range(STRATEGIES))
    # At most 5 % are allowed; 17 of 200 or more would be seen once in a hundred honest gates.
    assert passed <= 16


def test_risk_10_honesty_trying_two_hundred_versions_lets_none_through_by_luck() -> None:
    chooser, settings = np.random.default_rng(12), PromotionSettings()
    passed = sum(_net_row_holds(*_record(chooser, 90), settings, versions=STRATEGIES) for _ in range(STRATEGIES))
    assert passed <= 2


def test_a_real_edge_passes() -> None:
    values, days = _record(np.random.default_rng(13), 120, edge_bp=25.0)
    assert _net_row_holds(values, days, PromotionSettings(), versions=10)


def test_the_interval_misses_no_more_often_than_stated() -> None:
    chooser, missed = np.random.default_rng(5), 0
    for _ in range(STRATEGIES):
        values, days = _record(chooser, 20, edge_bp=3.0)
        found = day_block_interval(values, days, chooser)
        missed += not found.low <= 3.0 <= found.high
    assert missed <= 34  # 10 % of 200 are stated


def test_days_are_blocks_and_not_rows() -> None:
    """The same results shown six times over are no more evidence."""
    chooser = np.random.default_rng(1)
    values, days = chooser.standard_normal(30), np.arange(30)
    one = day_block_interval(values, days, np.random.default_rng(2))
    six = day_block_interval(np.repeat(values, 6), np.repeat(days, 6), np.random.default_rng(2))
    assert six.low == pytest.approx(one.low)


def test_too_few_days_have_no_bound() -> None:
    found = day_block_interval(np.ones(12), np.repeat(np.arange(3), 4), np.random.default_rng(0))
    assert found.low == -np.inf


def test_luck_grows_with_the_versions_tried() -> None:
    daily = np.random.default_rng(3).normal(0.0006, 0.01, 250)
    alone, many = deflated_sharpe(daily, 1), deflated_sharpe(daily, 100)
    assert alone.luck == 0.0
    assert many.deflated < alone.deflated
    assert expected_best(100) == pytest.approx(2.5, abs=0.05)


def test_calibration_sees_over_confidence() -> None:
    chooser = np.random.default_rng(4)
    truth = chooser.uniform(0.4, 0.6, 20_000)
    came = chooser.random(20_000) < truth
    honest = calibration_error(calibration_bins(truth, came))
    boastful = calibration_error(calibration_bins(np.clip(0.5 + 4 * (truth - 0.5), 0.0, 1.0), came))
    assert honest < 0.015
    assert boastful > 0.1


def test_no_fall_is_lost_between_two_points() -> None:
    equity = np.array([100.0, 120.0, 60.0, 118.0, 125.0, 124.0])
    picked, falls = thinned(equity, 100.0, 3)
    assert picked.tolist() == [0, 2, 5]
    assert falls.tolist() == pytest.approx([0.0, 0.5, 1 - 118 / 120])
    picked, falls = thinned(equity, 100.0, 2)
    assert (picked.tolist(), float(falls.max())) == ([0, 5], pytest.approx(0.5))


def test_log_loss_of_a_coin_and_of_a_wrong_certainty() -> None:
    rose = np.array([True, False, True, False])
    coin = calibration(Forecasts(np.full(4, 0.5), rose, np.zeros(4, dtype=np.int64)))
    sure = calibration(Forecasts(np.array([0.0, 1.0, 0.0, 1.0]), rose, np.zeros(4, dtype=np.int64)))
    assert coin is not None
    assert sure is not None
    assert coin.log_loss == pytest.approx(coin.base_log_loss) == pytest.approx(np.log(2))
    assert 10 < sure.log_loss < 20


def test_small_figures() -> None:
    assert deepest_fall(np.array([100.0, 120.0, 90.0, 130.0])) == pytest.approx(0.25)
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(50, 100)
    assert low == pytest.approx(0.4189, abs=1e-3)
    assert high == pytest.approx(0.5811, abs=1e-3)


def _net_row_holds(values: FloatArray, days: IntArray, settings: PromotionSettings, versions: int) -> bool:
    results = tuple(
        Resolved(
            decision_id=f"{i}",
            instrument_id=InstrumentId("BTC-PERP"),
            side=PositionSide.LONG,
            opened_ms=int(day) * DAY_MS,
            ended_ms=int(day) * DAY_MS + i,
            entry=Decimal(1),
            notional=Decimal(1),
            gross_bp=float(bp),
            net_bp=float(bp),
            net=Decimal(0),
            claimed=0.5,
            came_true=bool(bp > 0),
            is_paper=True,
        )
        for i, (bp, day) in enumerate(zip(values, days, strict=True))
    )
    standing = Standing("x", results, versions, Decimal(1000), 0, 0, 0, (), int(days[-1] + 2) * DAY_MS)
    return next(row.ok for row in judge(standing, settings).rows if row.name == "Net result")
