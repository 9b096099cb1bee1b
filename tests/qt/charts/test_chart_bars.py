import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.market import Candle
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.columns import columns_in_view
from terminal.ui.charts.series.heikin_ashi import HeikinAshi, heikin_ashi
from terminal.ui.charts.series.merge import FACTOR
from terminal.ui.charts.series.recursion import recursive_mean

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
def test_the_recursive_mean_equals_the_recursion(count, period, seed):
    values = made_rows(count, seed)[3]
    np.testing.assert_allclose(recursive_mean(values, period), naive_ema(values, period), rtol=1e-9)
    assert len(recursive_mean(values[:0], period)) == 0


def check_levels(bars, times, rows):
    """Every level against bars merged one by one, wherever its blocks begin."""
    np.testing.assert_array_equal(bars.open_ms, times)
    np.testing.assert_array_equal(bars.level(), rows)
    for number in range(1, bars.level_count):
        size, origin = FACTOR**number, bars.origin(number)
        assert -size < origin <= 0
        starts = range(origin, rows.shape[1], size)
        blocks = [rows[:, max(0, start) : start + size] for start in starts]
        merged = [(block[0, 0], block[1].max(), block[2].min(), block[3, -1], block[4].sum()) for block in blocks]
        np.testing.assert_allclose(bars.level(number), np.array(merged).T)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 150)), min_size=1, max_size=25), seeds)
@settings(max_examples=40, deadline=None)
def test_bars_grow_at_both_ends(moves, seed):
    rows, times = made_rows(9_000, seed), np.arange(9_000, dtype=np.int64) * MINUTE
    first = last = 4_500
    bars = Bars(MINUTE)
    derived = HeikinAshi(bars)
    for in_front, count in moves:
        if in_front:
            bars.prepend(times[first - count : first], rows[:, first - count : first])
            first -= count
            derived.prepended(count)
        else:
            for index in range(last, last + count):
                bars.append(int(times[index]), rows[:, index])
            last += count
            derived.follow()
    check_levels(bars, times[first:last], rows[:, first:last])
    np.testing.assert_allclose(derived.bars.level(), heikin_ashi(rows[:, first:last]), rtol=1e-12)


def test_an_older_page_costs_no_copy_of_the_series():
    bars = made_bars(200_000)
    bars.prepend(np.arange(-100, 0, dtype=np.int64) * MINUTE, made_rows(100, 2))  # makes the room
    data = bars.level().base
    for page in range(2, 100):
        times = np.arange(-100 * page, -100 * (page - 1), dtype=np.int64) * MINUTE
        bars.prepend(times, made_rows(100, page))
    assert bars.level().base is data
    assert len(bars) == 209_900
    assert bars.index_of(0) == 9_900


def test_a_page_that_does_not_lie_before_is_refused():
    bars = made_bars(10)
    with pytest.raises(ValueError, match="does not lie before"):
        bars.prepend(np.array([-MINUTE, 0]), made_rows(2, 1))
    bars.prepend(np.empty(0, dtype=np.int64), np.empty((5, 0)))
    assert len(bars) == 10


def naive_heikin_ashi(rows):
    made = []
    for opened, high, low, closed, volume in rows.T:
        close = (opened + high + low + closed) / 4
        start = (made[-1][0] + made[-1][3]) / 2 if made else (opened + closed) / 2
        made.append((start, max(high, start, close), min(low, start, close), close, volume))
    return np.array(made).T


def test_heikin_ashi_equals_its_definition_and_follows_the_last_bar():
    rows = made_rows(500, 9)
    np.testing.assert_allclose(heikin_ashi(rows), naive_heikin_ashi(rows), rtol=1e-12)
    bars = Bars(MINUTE, np.arange(400, dtype=np.int64) * MINUTE, rows[:, :400])
    derived = HeikinAshi(bars)
    bars.update_last(rows[:, 399] * 1.01)
    for index in range(400, 500):
        bars.append(index * MINUTE, rows[:, index])
    derived.follow()
    expected = rows.copy()
    expected[:, 399] *= 1.01
    np.testing.assert_allclose(derived.bars.level(), naive_heikin_ashi(expected), rtol=1e-12)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("first", [0.0, 333.3, 2_000.7])
def test_narrow_columns_are_one_a_device_pixel_and_hide_no_extreme(ratio, first):
    bars = made_bars(100_000)
    projection = Projection(first, first + 90_000, 0.0, 1.0, 1_100.0, 500.0)
    columns = columns_in_view(bars, projection, ratio)
    pixels = np.floor(projection.x(columns.index) * ratio + 1e-6)
    assert (np.diff(pixels) >= 1).all()
    assert columns.px * ratio >= 1
    rows = bars.level()[:, int(first) : int(first) + 90_000]
    assert columns.rows[1].max() >= rows[1].max()
    assert columns.rows[2].min() <= rows[2].min()
    assert (np.abs(columns.last - columns.index) < 2 / projection.bar_px).all()  # the newest bar is in its pixel
