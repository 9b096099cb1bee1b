"""Indicators of a whole history at once: each is its running state, given all bars as one block.

All inputs are (m, n) float64: m instruments, n bars, oldest first; results have the
same shape with NaN while warming up. Definitions and seeding: `states`.
"""

from terminal.indicators.arrays import FloatArray
from terminal.indicators.core import Lag, RollingStd, RollingSum, Sma, ema_state, wilder_state, windows
from terminal.indicators.states import Atr, Rsi

__all__ = ["atr", "ema", "lagged", "rolling_std", "rolling_sum", "rsi", "sma", "wilder", "windows"]


def sma(values: FloatArray, period: int) -> FloatArray:
    return Sma(period).extend(values)


def rolling_std(values: FloatArray, period: int) -> FloatArray:
    """Population standard deviation of the last `period` values."""
    return RollingStd(period).extend(values)


def rolling_sum(values: FloatArray, period: int) -> FloatArray:
    return RollingSum(period).extend(values)


def ema(values: FloatArray, period: int) -> FloatArray:
    return ema_state(period).extend(values)


def wilder(values: FloatArray, period: int) -> FloatArray:
    return wilder_state(period).extend(values)


def lagged(values: FloatArray, bars: int) -> FloatArray:
    """The value `bars` bars ago."""
    return Lag(bars).extend(values)


def atr(high: FloatArray, low: FloatArray, close: FloatArray, period: int) -> FloatArray:
    return Atr(period).extend(high, low, close)


def rsi(close: FloatArray, period: int) -> FloatArray:
    return Rsi(period).extend(close)
