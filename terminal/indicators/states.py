"""Indicators over bars as running states, with their seeding written down.

Built from the states of `core`: blocks of any length in, one value a bar out.

* True range: max(high - low, |high - close before|, |low - close before|); the first bar has none.
* ATR(k): Wilder mean of the true ranges, first at index k.
* RSI(k): 100 * G / (G + L) of Wilder means of gains and losses, first at index k; 50 when nothing moved.
* ADX(k): Wilder mean of 100 * |D+ - D-| / (D+ + D-), where D+ and D- are 100 times the Wilder means
  of the directional moves over the ATR; first at index 2k - 1.
* MACD(f, s, g): EMA(f) - EMA(s); its signal is EMA(g) of that, seeded with its first g values.
* Signed volume flow(k): sum of volume times where each bar closed in its range (-1 low, +1 high), over the
  sum of volume.
* Realised volatility(k): root of the mean squared log return a bar; not annualised.
* Session VWAP: volume-weighted mean of (high + low + close) / 3 since 00:00 UTC.
"""

import numpy as np

from terminal.indicators.arrays import DAY_MS, FloatArray, IntArray
from terminal.indicators.core import Lag, RollingStd, RollingSum, Sma, State, ema_state, ratio, wilder_state


class TrueRange(State):
    def __init__(self) -> None:
        self._before = Lag(1)

    def extend(self, high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
        before = self._before.extend(close)
        return np.maximum(high - low, np.maximum(np.abs(high - before), np.abs(low - before)))


class Atr(State):
    def __init__(self, period: int) -> None:
        self._range = TrueRange()
        self._mean = wilder_state(period)

    def extend(self, high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
        return self._mean.extend(self._range.extend(high, low, close))


class Rsi(State):
    def __init__(self, period: int) -> None:
        self._before = Lag(1)
        self._gain = wilder_state(period)
        self._loss = wilder_state(period)

    def extend(self, close: FloatArray) -> FloatArray:
        change = close - self._before.extend(close)
        gain = self._gain.extend(np.maximum(change, 0.0))
        loss = self._loss.extend(np.maximum(-change, 0.0))
        moved = gain + loss
        share = np.where(np.isnan(moved), np.nan, 0.5)
        return np.asarray(100.0 * np.divide(gain, moved, out=share, where=moved > 0.0))


class Adx(State):
    def __init__(self, period: int) -> None:
        self._high = Lag(1)
        self._low = Lag(1)
        self._range = TrueRange()
        self._means = tuple(wilder_state(period) for _ in range(4))

    def extend(self, high: FloatArray, low: FloatArray, close: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give ADX, D+ and D-, each 0 to 100."""
        up, down = high - self._high.extend(high), self._low.extend(low) - low
        unknown = np.isnan(up)
        rise = np.where(unknown, np.nan, np.where((up > down) & (up > 0.0), up, 0.0))
        fall = np.where(unknown, np.nan, np.where((down > up) & (down > 0.0), down, 0.0))
        spans = self._means[0].extend(self._range.extend(high, low, close))
        plus = 100.0 * ratio(self._means[1].extend(rise), spans)
        minus = 100.0 * ratio(self._means[2].extend(fall), spans)
        strength = 100.0 * ratio(np.abs(plus - minus), plus + minus)
        return self._means[3].extend(strength), plus, minus


class Macd(State):
    def __init__(self, fast: int = 12, slow: int = 26, signal: int = 9) -> None:
        self._fast = ema_state(fast)
        self._slow = ema_state(slow)
        self._signal = ema_state(signal)

    def extend(self, close: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give line, signal and histogram, in units of the price."""
        line = self._fast.extend(close) - self._slow.extend(close)
        signal = self._signal.extend(line)
        return line, signal, line - signal


class Bollinger(State):
    def __init__(self, period: int) -> None:
        self._mean = Sma(period)
        self._deviation = RollingStd(period)

    def extend(self, close: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the middle and the population standard deviation around it."""
        return self._mean.extend(close), self._deviation.extend(close)


class SignedFlow(State):
    def __init__(self, period: int) -> None:
        self._pushed = RollingSum(period)
        self._volume = RollingSum(period)

    def extend(self, high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray) -> FloatArray:
        pushed = close_in_range(high, low, close) * volume
        return ratio(self._pushed.extend(pushed), self._volume.extend(volume))


class LogReturn(State):
    """ln(close / close `bars` bars ago)."""

    def __init__(self, bars: int) -> None:
        self._before = Lag(bars)

    def extend(self, close: FloatArray) -> FloatArray:
        logs = np.log(close)
        return np.asarray(logs - self._before.extend(logs))


class RealisedVolatility(State):
    def __init__(self, period: int) -> None:
        self._change = LogReturn(1)
        self._mean = Sma(period)

    def extend(self, close: FloatArray) -> FloatArray:
        return np.asarray(np.sqrt(self._mean.extend(self._change.extend(close) ** 2)))


class SessionVwap(State):
    def __init__(self) -> None:
        self._day = -1
        self._sums: FloatArray | None = None  # (m, 2): price times volume, volume

    def extend(
        self, open_ms: IntArray, high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray
    ) -> FloatArray:
        """`open_ms` (k,) says which session a bar belongs to; 0 volume so far gives the typical price."""
        typical = (high + low + close) / 3.0
        days = open_ms // DAY_MS
        result = np.empty_like(typical)
        edges = np.flatnonzero(np.diff(days)) + 1
        for bars in np.split(np.arange(len(days)), edges):
            if len(bars) == 0:
                continue
            if self._sums is None or days[bars[0]] != self._day:
                self._day, self._sums = int(days[bars[0]]), np.zeros((typical.shape[0], 2))
            worth = np.cumsum(np.column_stack([self._sums[:, :1], (typical * volume)[:, bars]]), axis=1)
            traded = np.cumsum(np.column_stack([self._sums[:, 1:], volume[:, bars]]), axis=1)
            self._sums = np.column_stack([worth[:, -1], traded[:, -1]])
            share = typical[:, bars].copy()
            result[:, bars] = np.divide(worth[:, 1:], traded[:, 1:], out=share, where=traded[:, 1:] > 0.0)
        return result


def close_in_range(high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    """Where each bar closed: -1 at its low, +1 at its high, 0 when it had no range."""
    return ratio(2.0 * close - high - low, high - low)
