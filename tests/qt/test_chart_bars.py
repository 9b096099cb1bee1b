import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.market import Candle
from terminal.ui.charts.bars import FACTOR, Bars, aggregate
from terminal.ui.charts.indicators import RunningEma, ema

MINUTE = 60_000
lengths = st.integers(min_value=0, max_value=1_500)
seeds = st.integers(min_value=0, max_value=2**31)


def made_rows(count, seed):
    rng = np.random.default_rng(seed)
    close = 100 + np.cumsum(rng.normal(0, 1, count))
    opened = close + rng.normal(0, 1, count)
    high = np.maximum(opened, close) + rng.random(count)
    low = np.minimum(opened, close) - rng.random(count)
    return np.array([opened, high, low, close, rng.random(count) * 10])


def made_bars(count, seed=1):
    return Bars(MINUTE, np.arange(count, dtype=np.int64) * MINUTE, made_rows(count, seed))


def naive(rows, size):
    """Merge `size` bars at a time, one by one."""
    merged = []
    for start in range(0, rows.shape[1], size):
        block = rows[:, start : start + size]
        merged.append((block[0][0], max(block[1]), min(block[2]), block[3][-1], sum(block[4])))
    return np.array(merged).T if merged else np.empty((5, 0))


@given(lengths, seeds)
@settings(max_examples=30, deadline=None)
def test_each_level_is_the_naive_aggregate(count, seed):
    bars = made_bars(count, seed)
    for number in range(bars.level_count):
        np.testing.assert_allclose(bars.level(number), naive(bars.level(), FACTOR**number))


@given(st.integers(0, 400), st.lists(st.booleans(), min_size=1, max_size=120), seeds)
@settings(max_examples=30, deadline=None)
def test_appending_and_updating_equals_building_anew(count, moves, seed):
    bars = made_bars(count, seed)
    new = made_rows(len(moves), seed + 1)
    for appends, column in zip(moves, new.T, strict=True):
        if appends or not len(bars):
            bars.append(len(bars) * MINUTE, column)
        else:
            bars.update_last(column)
    rebuilt = Bars(MINUTE, bars.open_ms.copy(), bars.level().copy())
    assert bars.level_count >= rebuilt.level_count
    for number in range(rebuilt.level_count):
        np.testing.assert_allclose(bars.level(number), rebuilt.level(number))


@given(lengths, st.integers(-10, 1_600), st.integers(-10, 1_600), seeds)
@settings(max_examples=60, deadline=None)
def test_extent_is_exact(count, first, last, seed):
    bars = made_bars(count, seed)
    rows = bars.level()[:, max(0, first) : max(0, last)]
    expected = (rows[2].min(), rows[1].max()) if rows.shape[1] else None
    assert bars.extent(first, last) == expected


def test_growing_past_the_capacity_keeps_everything():
    bars = Bars(MINUTE)
    rows = made_rows(5_000, 3)
    for index, column in enumerate(rows.T):
        bars.append(index * MINUTE, column)
    np.testing.assert_array_equal(bars.level(), rows)
    np.testing.assert_array_equal(bars.open_ms, np.arange(5_000) * MINUTE)
    np.testing.assert_allclose(bars.level(2), naive(rows, 16))


def test_a_bar_that_does_not_follow_is_refused():
    bars = made_bars(3)
    with pytest.raises(ValueError, match="does not follow"):
        bars.append(2 * MINUTE, (1, 1, 1, 1, 1))
    with pytest.raises(ValueError, match="no bar"):
        Bars(MINUTE).update_last((1, 1, 1, 1, 1))
    with pytest.raises(ValueError, match="do not fit"):
        Bars(MINUTE, np.arange(3), np.empty((5, 2)))


def test_the_level_fits_the_zoom():
    bars = made_bars(1_500)
    assert bars.level_for(5.0, 0.6) == 0
    assert bars.level_for(0.5, 0.6) == 1
    assert bars.level_for(0.01, 0.6) == bars.level_count - 1


def test_places_and_times_go_past_both_ends():
    bars = made_bars(10)
    assert bars.place_of(4 * MINUTE) == 4
    assert bars.place_of(12 * MINUTE) == 12
    assert bars.place_of(-2 * MINUTE) == -2
    assert bars.time_at(12.2) == 12 * MINUTE
    assert bars.time_at(-3) == -3 * MINUTE
    assert bars.index_of(4 * MINUTE + 1) == 4
    assert bars.index_of(-1) == -1


def test_candles_are_copied_in_order():
    candles = [Candle(index * MINUTE, 1, 3 + index, 0.5, 2, 7, closed=True) for index in range(3)]
    bars = Bars.from_candles(MINUTE, candles)
    assert bars.level()[1].tolist() == [3, 4, 5]
    assert bars.open_ms.tolist() == [0, MINUTE, 2 * MINUTE]
    assert len(Bars.from_candles(MINUTE, [])) == 0


def naive_ema(values, period):
    average, out = values[0], []
    for value in values:
        average += 2 / (period + 1) * (value - average)
        out.append(average)
    return out


@given(st.integers(1, 700), st.sampled_from((1, 2, 21, 55, 200)), seeds)
@settings(max_examples=30, deadline=None)
def test_ema_equals_the_recursion(count, period, seed):
    values = made_rows(count, seed)[3]
    np.testing.assert_allclose(ema(values, period), naive_ema(values, period), rtol=1e-9)


def test_a_running_ema_follows_its_series():
    values = made_rows(300, 5)[3]
    running = RunningEma(21, values[:100].copy())
    for end in range(100, 301, 7):
        moved = values[:end].copy()
        moved[-1] += 1.5  # the last bar is still forming
        running.follow(moved)
        np.testing.assert_allclose(running.values, naive_ema(moved, 21), rtol=1e-9)
        running.follow(values[:end])
    np.testing.assert_allclose(running.values, naive_ema(values[:296], 21), rtol=1e-9)
    assert len(ema(np.empty(0), 21)) == 0


def test_an_aggregate_of_nothing_is_nothing():
    assert aggregate(np.empty((5, 0))).shape == (5, 0)
