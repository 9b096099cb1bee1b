"""The hidden market looks like a market, and carries the pattern when asked to."""

import numpy as np
import pytest

from terminal.sim.market.history import CLOSE, HIGH, LOTS, LOW, OPEN, QUOTE, backdated_levels, minute_bars
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.process import MarketProcess

END = 29_400_123
COUNT = 75_000


def history(strength: float, seed: int = 11):
    process = MarketProcess(seed, EIGHT_PAIRS, strength)
    draws = process.minutes(END - COUNT, COUNT)
    return minute_bars(draws, backdated_levels(draws, EIGHT_PAIRS), EIGHT_PAIRS)


@pytest.fixture(scope="module")
def bars():
    return history(1.0)[0]


@pytest.fixture(scope="module")
def returns(bars):
    return np.diff(np.log(bars[:, CLOSE]), axis=1)


def four_hours(bars):
    """Past and next 4-hour returns at every 15 minutes, each (8, n)."""
    quarter = np.log(bars[:, CLOSE, 14::15])
    return quarter[:, 16:-16] - quarter[:, :-32], quarter[:, 32:] - quarter[:, 16:-16]


def test_bars_are_consistent(bars):
    assert (bars[:, HIGH] >= np.maximum(bars[:, OPEN], bars[:, CLOSE])).all()
    assert (bars[:, LOW] <= np.minimum(bars[:, OPEN], bars[:, CLOSE])).all()
    assert (bars[:, LOW] >= 1).all()
    assert (bars[:, OPEN, 1:] == bars[:, CLOSE, :-1]).all()
    assert (bars[:, LOTS] >= 1).all()
    assert (bars[:, QUOTE] >= bars[:, LOW] * bars[:, LOTS]).all()
    assert (bars[:, QUOTE] <= bars[:, HIGH] * bars[:, LOTS]).all()


def test_history_arrives_at_the_start_prices(bars):
    for row, spec in enumerate(EIGHT_PAIRS):
        assert bars[row, CLOSE, -1] * float(spec.tick) == pytest.approx(spec.start_price, rel=2e-4)


def test_volatility_is_what_the_table_says(returns):
    for row, spec in enumerate(EIGHT_PAIRS):
        annual = returns[row].std() * np.sqrt(525_600)
        assert 0.7 < annual / spec.annual_volatility < 1.4


def test_volatility_clusters(returns):
    size = np.abs(returns)
    for lag in (1, 60):
        for row in size:
            assert np.corrcoef(row[lag:], row[:-lag])[0, 1] > 0.05


def test_returns_have_fat_tails(returns):
    spread = returns - returns.mean(axis=1, keepdims=True)
    assert ((spread**4).mean(axis=1) / spread.var(axis=1) ** 2 > 4.0).all()


def test_returns_themselves_hardly_predict_the_next_minute(returns):
    for row in returns:
        assert abs(np.corrcoef(row[1:], row[:-1])[0, 1]) < 0.05


def test_pairs_move_together(bars):
    quarter = np.diff(np.log(bars[:, CLOSE, 14::15]), axis=1)
    assert np.corrcoef(quarter).min() > 0.3


def test_volume_goes_with_movement(bars, returns):
    for row in range(len(EIGHT_PAIRS)):
        assert np.corrcoef(np.abs(returns[row]), bars[row, LOTS, 1:])[0, 1] > 0.2


def test_pattern_is_planted_at_strength_one(bars):
    past, coming = four_hours(bars)
    hits = (np.sign(past) == np.sign(coming)).mean()
    assert 0.6 < hits < 0.7
    assert np.mean(np.sign(past) * coming) * 1e4 > 25.0  # basis points, before 16 of fees


def test_pattern_is_absent_at_strength_zero():
    hits = []
    for seed in (11, 12, 13):
        past, coming = four_hours(history(0.0, seed)[0])
        hits.append((np.sign(past) == np.sign(coming)).mean())
    assert abs(np.mean(hits) - 0.5) < 0.03


def test_drift_lasts_for_hours():
    direction, age = MarketProcess(11, EIGHT_PAIRS, 1.0).direction(END - COUNT, COUNT)
    assert age.min() == 0
    assert 500 < age.max() < 700
    turns = (np.diff(np.sign(direction), axis=1) != 0).sum(axis=1)
    assert (COUNT / (turns + 1) > 180).all()


def test_any_span_reads_the_same():
    process = MarketProcess(11, EIGHT_PAIRS, 1.0)
    whole = process.minutes(END - 4_000, 4_000)
    again = MarketProcess(11, EIGHT_PAIRS, 1.0)
    for offset, count in ((3_999, 1), (1_437, 5), (0, 1_500)):
        part = again.minutes(END - 4_000 + offset, count)
        for name in ("returns", "jumps", "sigma", "rise", "fall", "buy_share", "lots"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[:, offset : offset + count])


def test_same_seed_same_bytes_and_another_differs():
    assert history(1.0, 5)[0].tobytes() == history(1.0, 5)[0].tobytes()
    assert history(1.0, 5)[0].tobytes() != history(1.0, 6)[0].tobytes()


def test_path_joins_the_minutes_ends_and_is_as_wild_as_the_minute():
    process = MarketProcess(11, EIGHT_PAIRS, 1.0)
    draws = process.minutes(END, 300)
    ratios = []
    for column in range(300):
        path = process.path(draws, column)
        assert path.shape == (8, 241)
        assert (path[:, 0] == 0.0).all()
        np.testing.assert_allclose(path[:, -1], draws.returns[:, column], atol=1e-12)
        if not draws.jumps[:, column].any():
            ratios.append(np.diff(path, axis=1).std(axis=1) * np.sqrt(240) / draws.sigma[:, column])
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.03)


def test_volume_clock_runs_from_nothing_to_all():
    clock = MarketProcess(11, EIGHT_PAIRS, 1.0).volume_clock(END)
    assert (clock[:, 0] == 0.0).all()
    np.testing.assert_allclose(clock[:, -1], 1.0)
    assert (np.diff(clock, axis=1) >= 0.0).all()
