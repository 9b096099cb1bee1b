"""Indicators against slow, obvious loops written from their definitions."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.indicators import whole as ind


def slow_recursive(values, period, alpha):
    found = [float("nan")] * (period - 1)
    state = sum(values[:period]) / period
    found.append(state)
    for value in values[period:]:
        state += alpha * (value - state)
        found.append(state)
    return found


def slow_rsi(close, period):
    change = [b - a for a, b in pairwise(close)]
    gain = slow_recursive([max(c, 0.0) for c in change], period, 1 / period)
    loss = slow_recursive([max(-c, 0.0) for c in change], period, 1 / period)
    return [float("nan")] + [100 * g / (g + w) if g + w else 50.0 for g, w in zip(gain, loss, strict=True)]


def slow_atr(high, low, close, period):
    ranges = [
        max(high[i] - low[i], abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1])) for i in range(1, len(close))
    ]
    return [float("nan"), *slow_recursive(ranges, period, 1 / period)]


def walk(seed, bars=400):
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(0.01 * rng.standard_normal((3, bars)), axis=1))
    return close * 1.004, close * 0.995, close


@pytest.mark.parametrize("period", [9, 21, 55, 200])
def test_ema_matches_its_definition(period):
    *_, close = walk(1)
    fast = ind.ema(close, period)
    for row in range(3):
        expected = slow_recursive(close[row].tolist(), period, 2 / (period + 1))
        np.testing.assert_allclose(fast[row], expected, rtol=1e-11)


def test_atr_and_rsi_match_their_definitions():
    high, low, close = walk(2)
    for row in range(3):
        np.testing.assert_allclose(
            ind.atr(high, low, close, 14)[row], slow_atr(high[row], low[row], close[row], 14), rtol=1e-11
        )
        np.testing.assert_allclose(ind.rsi(close, 14)[row], slow_rsi(close[row].tolist(), 14), rtol=1e-10)


def test_rsi_of_a_still_market_is_in_the_middle():
    assert np.all(ind.rsi(np.full((1, 40), 7.0), 14)[0, 14:] == 50.0)


def test_rsi_reaches_both_ends():
    rising = np.arange(1.0, 60.0)[None]
    assert ind.rsi(rising, 14)[0, -1] == pytest.approx(100.0)
    assert ind.rsi(rising[:, ::-1], 14)[0, -1] == pytest.approx(0.0)


def test_rolling_figures_match_numpy():
    *_, close = walk(3)
    assert ind.sma(close, 20)[1, 250] == pytest.approx(close[1, 231:251].mean())
    assert ind.rolling_std(close, 20)[2, 19] == pytest.approx(close[2, :20].std())
    assert np.isnan(ind.rolling_sum(close, 16)[:, :15]).all()
    assert ind.lagged(close, 5)[0, 5] == close[0, 0]


def test_shorter_than_the_period_is_all_missing():
    assert np.isnan(ind.ema(np.ones((2, 5)), 9)).all()


@given(cut=st.integers(20, 398), seed=st.integers(0, 50))
def test_no_value_depends_on_later_bars(cut, seed):
    high, low, close = walk(seed)
    for whole, part in (
        (ind.ema(close, 9), ind.ema(close[:, :cut], 9)),
        (ind.rsi(close, 14), ind.rsi(close[:, :cut], 14)),
        (ind.atr(high, low, close, 14), ind.atr(high[:, :cut], low[:, :cut], close[:, :cut], 14)),
    ):
        np.testing.assert_allclose(whole[:, :cut], part, rtol=1e-11)
