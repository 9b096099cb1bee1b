"""What a row of results proves, and what it does not. Pure functions.

The promotion gate itself, and Student's t, are those of `services/promotion`.

Results of one day hang together (eight pairs share one market, windows overlap), so whole days are
resampled, all pairs at once. A bound is taken from resampling and from Student's t over days, and the
lower one counts: with few days resampling alone promises too much. Who tries many versions finds a lucky
one, so the error that is allowed is shared out among all that were tried (Bonferroni).
"""

from dataclasses import dataclass
from math import ceil, e, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from terminal.services.promotion.statistic import student_t
from terminal.strategy.arrays import BoolArray, FloatArray, IntArray

DRAWS: Final = 2_000
ERROR_RATE: Final = 0.05
"""One-sided: the lower bound of a 90 % interval."""
MIN_DAYS: Final = 4
_EULER: Final = 0.5772156649015329
_NORMAL: Final = NormalDist()
_BLOCK_DAYS: Final = 5  # neighbouring days hang together
_LEAST_BLOCKS: Final = 4
_YEARLY: Final = sqrt(365.0)
_LEAST_TAIL_DRAWS: Final = 10  # draws beyond a bound that make it worth the name


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """Mean of a result with its bounds, in the results' own unit. `low` is -inf when there are too few days."""

    mean: float
    low: float
    high: float
    rows: int
    days: int


def day_block_interval(
    values: FloatArray, days: IntArray, chooser: np.random.Generator, error_rate: float = ERROR_RATE
) -> MeanInterval:
    """Bound the mean of results (n,) by resampling whole days (n,); `error_rate` is that of either side alone."""
    if len(values) == 0:
        return MeanInterval(0.0, -np.inf, np.inf, 0, 0)
    names, place = np.unique(days, return_inverse=True)
    sums, counts = np.bincount(place, values).astype(np.float64), np.bincount(place).astype(np.float64)
    mean = float(sums.sum() / counts.sum())
    if len(names) < MIN_DAYS:
        return MeanInterval(mean, -np.inf, np.inf, len(values), len(names))
    half = student_t(1.0 - error_rate, len(names) - 1) * _day_error(sums, counts, mean)
    low, high = mean - half, mean + half
    if error_rate * DRAWS >= _LEAST_TAIL_DRAWS:
        picks = chooser.integers(len(names), size=(DRAWS, len(names)))
        means = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)
        low = min(low, float(np.quantile(means, error_rate)))
        high = max(high, float(np.quantile(means, 1.0 - error_rate)))
    return MeanInterval(mean, low, high, len(values), len(names))


def _day_error(sums: FloatArray, counts: FloatArray, mean: float) -> float:
    """Standard error of a ratio of day sums."""
    days = len(sums)
    residual = sums - mean * counts
    return sqrt(float((residual**2).sum()) * days / (days - 1)) / float(counts.sum())


@dataclass(frozen=True, slots=True)
class SharpeFigures:
    """Sharpe ratio of daily results and what is left of it.

    `sharpe` and `luck` are per day: `luck` is the best that `trials` worthless versions would show by
    chance. `deflated` is the probability (0..1) that the true ratio is above 0, once that luck is allowed for.
    """

    sharpe: float
    yearly: float
    luck: float
    deflated: float
    days: int
    trials: int


def deflated_sharpe(daily: FloatArray, trials: int) -> SharpeFigures:
    """Deflate a Sharpe ratio by the number of versions tried.

    Source: Bailey and Lopez de Prado, The Deflated Sharpe Ratio (2014); the spread of the ratios of
    worthless versions is taken as that of their estimation error.
    """
    days = len(daily)
    spread = float(daily.std(ddof=1)) if days > 1 else 0.0
    if days < MIN_DAYS or spread == 0.0:
        return SharpeFigures(0.0, 0.0, 0.0, 0.0, days, trials)
    sharpe = float(daily.mean()) / spread
    variance = _sharpe_variance(daily, sharpe, spread)
    luck = expected_best(trials) / sqrt(days - 1)
    chance = _NORMAL.cdf((sharpe - luck) * sqrt(days - 1) / sqrt(variance))
    return SharpeFigures(sharpe, sharpe * _YEARLY, luck, chance, days, trials)


def _sharpe_variance(daily: FloatArray, sharpe: float, spread: float) -> float:
    """Variance of a daily Sharpe ratio's estimate, times the days less one; skew and fat tails are allowed for."""
    scaled = (daily - daily.mean()) / spread
    skew, kurtosis = float((scaled**3).mean()), float((scaled**4).mean())
    return max(1e-12, 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2)


@dataclass(frozen=True, slots=True)
class SharpeInterval:
    """Bounds of a yearly Sharpe ratio; endless when there are too few days."""

    low: float
    high: float


def sharpe_interval(daily: FloatArray, chooser: np.random.Generator, error_rate: float = ERROR_RATE) -> SharpeInterval:
    """Bound the Sharpe ratio of daily returns (n,); `error_rate` is that of either side alone.

    Blocks of days are resampled, the last followed by the first, and the wider of that and the normal bound counts.
    """
    days = len(daily)
    spread = float(daily.std(ddof=1)) if days > 1 else 0.0
    if days < _BLOCK_DAYS * _LEAST_BLOCKS or spread == 0.0:
        return SharpeInterval(-np.inf, np.inf)
    starts = chooser.integers(days, size=(DRAWS, ceil(days / _BLOCK_DAYS)))
    places = (starts[:, :, None] + np.arange(_BLOCK_DAYS)).reshape(DRAWS, -1)[:, :days] % days
    drawn = daily[places]
    ratios = drawn.mean(axis=1) / np.maximum(drawn.std(axis=1, ddof=1), 1e-12)
    low, high = (float(each) for each in np.quantile(ratios, [error_rate, 1.0 - error_rate]))
    sharpe = float(daily.mean()) / spread
    half = _NORMAL.inv_cdf(1.0 - error_rate) * sqrt(_sharpe_variance(daily, sharpe, spread) / (days - 1))
    return SharpeInterval(min(low, sharpe - half) * _YEARLY, max(high, sharpe + half) * _YEARLY)


def expected_best(trials: int) -> float:
    """Expected largest of `trials` independent standard normal draws; 0 for one."""
    if trials <= 1:
        return 0.0
    return (1 - _EULER) * _NORMAL.inv_cdf(1 - 1 / trials) + _EULER * _NORMAL.inv_cdf(1 - 1 / (trials * e))


def wilson(hits: int, rows: int, error_rate: float = ERROR_RATE) -> tuple[float, float]:
    """Bounds of a share; (0, 1) without rows."""
    if rows == 0:
        return 0.0, 1.0
    z = _NORMAL.inv_cdf(1.0 - error_rate)
    share, weight = hits / rows, z * z / rows
    middle = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / rows + weight / (4 * rows)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def deepest_fall(equity: FloatArray) -> float:
    """Largest fall from a peak as a fraction of the peak, over an equity curve (n,)."""
    if len(equity) == 0:
        return 0.0
    peak = np.maximum.accumulate(equity)
    return float(((peak - equity) / peak).max())


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Forecasts of about one size: their mean, what came true with its bounds, and how many there were."""

    forecast: float
    observed: float
    low: float
    high: float
    rows: int


def calibration_bins(forecast: FloatArray, came: BoolArray, bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Cut forecasts (n,) into bins of equal count and set what came true (n,) beside them."""
    order = np.argsort(forecast, kind="stable")
    found = []
    for rows in np.array_split(order, bins):
        if len(rows):
            hits = int(came[rows].sum())
            low, high = wilson(hits, len(rows))
            found.append(CalibrationBin(float(forecast[rows].mean()), hits / len(rows), low, high, len(rows)))
    return tuple(found)


def calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """Expected calibration error: mean distance between forecast and truth, weighted by rows."""
    rows = sum(each.rows for each in bins)
    return sum(abs(each.forecast - each.observed) * each.rows for each in bins) / rows if rows else 0.0
