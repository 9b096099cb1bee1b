"""Indicators over bars, with their seeding written down. No value looks past its own bar.

All inputs are (m, n) float64: m instruments, n bars, oldest first; results have the
same shape with NaN while warming up.

* SMA(k): mean of the last k values, first at index k - 1.
* EMA(k): seeded with SMA(k) at index k - 1, then y += 2 / (k + 1) * (x - y).
* Wilder mean(k): seeded with the mean of the first k values, then y += (x - y) / k.
* True range of bar i > 0: max(high - low, |high - close[i-1]|, |low - close[i-1]|); bar 0 has none.
* ATR(k): Wilder mean of the true ranges from bar 1, so first at index k.
* RSI(k): 100 * G / (G + L) of Wilder means of gains and losses, first at index k; 50 when nothing moved.

The recursions run in blocks of bars as one small matrix product each, so no Python
loop goes over single bars.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from terminal.strategy.arrays import FloatArray

_BLOCK: Final = 64


def sma(values: FloatArray, period: int) -> FloatArray:
    return _padded(windows(values, period).mean(axis=-1), period - 1)


def rolling_std(values: FloatArray, period: int) -> FloatArray:
    """Population standard deviation of the last `period` values."""
    return _padded(windows(values, period).std(axis=-1), period - 1)


def rolling_sum(values: FloatArray, period: int) -> FloatArray:
    return _padded(windows(values, period).sum(axis=-1), period - 1)


def ema(values: FloatArray, period: int) -> FloatArray:
    return _recursive_mean(values, period, 2.0 / (period + 1.0))


def wilder(values: FloatArray, period: int) -> FloatArray:
    return _recursive_mean(values, period, 1.0 / period)


def lagged(values: FloatArray, bars: int) -> FloatArray:
    """The value `bars` bars ago."""
    return _padded(values[:, :-bars], bars)


def true_range(high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    """True ranges of bars 1 to n - 1, shape (m, n - 1)."""
    before = close[:, :-1]
    gap = np.maximum(np.abs(high[:, 1:] - before), np.abs(low[:, 1:] - before))
    return np.maximum(high[:, 1:] - low[:, 1:], gap)


def atr(high: FloatArray, low: FloatArray, close: FloatArray, period: int) -> FloatArray:
    return _padded(wilder(true_range(high, low, close), period), 1)


def rsi(close: FloatArray, period: int) -> FloatArray:
    change = np.diff(close, axis=1)
    gain = wilder(np.maximum(change, 0.0), period)
    loss = wilder(np.maximum(-change, 0.0), period)
    moved = gain + loss
    share = np.divide(gain, moved, out=np.full_like(gain, 0.5), where=moved > 0.0)
    share[np.isnan(moved)] = np.nan
    return _padded(100.0 * share, 1)


def windows(values: FloatArray, period: int) -> FloatArray:
    """Every run of `period` neighbours, shape (m, n - period + 1, period); a view, not a copy."""
    return sliding_window_view(values, period, axis=1)


def _recursive_mean(values: FloatArray, period: int, alpha: float) -> FloatArray:
    result = np.full_like(values, np.nan)
    if values.shape[1] < period:
        return result
    state = values[:, :period].mean(axis=1)
    result[:, period - 1] = state
    steps = np.arange(1, _BLOCK + 1)
    decay = (1.0 - alpha) ** steps  # weight of the state before the block
    lags = steps[:, None] - steps[None, :]
    kernel = np.where(lags >= 0, alpha * (1.0 - alpha) ** np.maximum(lags, 0), 0.0)
    for start in range(period, values.shape[1], _BLOCK):
        block = values[:, start : start + _BLOCK]
        size = block.shape[1]
        smooth = block @ kernel[:size, :size].T + state[:, None] * decay[:size]
        result[:, start : start + size] = smooth
        state = smooth[:, -1]
    return result


def _padded(values: FloatArray, missing: int) -> FloatArray:
    head = np.full((values.shape[0], missing), np.nan)
    return np.concatenate([head, values], axis=1)
