"""Turns the hidden process into minute bars in whole ticks and lots."""

from collections.abc import Sequence

import numpy as np

from terminal.sim.market.noise import FloatArray, IntArray
from terminal.sim.market.process import MinuteDraws
from terminal.sim.market.types import PairSpec

# Rows of a bar matrix. QUOTE columns are price ticks times lots.
OPEN, HIGH, LOW, CLOSE, LOTS, QUOTE, TRADES, BUY_LOTS, BUY_QUOTE = range(9)
BAR_ROWS = 9
_USUAL_TRADES = 120.0  # typical trades in a minute of usual volume


def backdated_levels(draws: MinuteDraws, specs: Sequence[PairSpec], since: FloatArray | float = 0.0) -> FloatArray:
    """Log prices at the start of `draws` that lead to each spec's start price, moved by `since`, at its end."""
    ends = np.log([spec.start_price for spec in specs]) + since
    levels: FloatArray = ends - draws.returns.sum(axis=1)
    return levels


def minute_bars(draws: MinuteDraws, levels: FloatArray, specs: Sequence[PairSpec]) -> tuple[IntArray, FloatArray]:
    """Make bars that start from the log prices `levels`.

    Returns:
        Bars, shape (pairs, 9, minutes) int64, rows as named above, and the
        log prices after the last minute, shape (pairs,).
    """
    closes = levels[:, None] + np.cumsum(draws.returns, axis=1)
    opens = np.concatenate([levels[:, None], closes[:, :-1]], axis=1)
    # Extremes of a Brownian bridge between known ends, in closed form.
    square = (closes - opens) ** 2
    spread = 2.0 * draws.sigma**2
    middle = opens + closes
    highs = 0.5 * (middle + np.sqrt(square + spread * draws.rise))
    lows = 0.5 * (middle - np.sqrt(square + spread * draws.fall))
    ticks = np.array([float(spec.tick) for spec in specs])[:, None]
    bars = np.empty((len(specs), BAR_ROWS, draws.returns.shape[1]), dtype=np.int64)
    for row, logs in ((HIGH, highs), (LOW, lows), (CLOSE, closes)):
        bars[:, row] = np.maximum(np.rint(np.exp(logs) / ticks), 1.0)
    bars[:, OPEN, 0] = np.maximum(np.rint(np.exp(levels) / ticks[:, 0]), 1.0)
    bars[:, OPEN, 1:] = bars[:, CLOSE, :-1]
    np.maximum(bars[:, HIGH], np.maximum(bars[:, OPEN], bars[:, CLOSE]), out=bars[:, HIGH])
    np.minimum(bars[:, LOW], np.minimum(bars[:, OPEN], bars[:, CLOSE]), out=bars[:, LOW])
    _fill_volume(bars, draws, specs)
    return bars, closes[:, -1].copy()


def _fill_volume(bars: IntArray, draws: MinuteDraws, specs: Sequence[PairSpec]) -> None:
    lots = draws.lots
    typical = (bars[:, OPEN] + bars[:, HIGH] + bars[:, LOW] + bars[:, CLOSE]) // 4
    bought = np.rint(lots * draws.buy_share).astype(np.int64)
    usual = np.array([s.minute_turnover / (s.start_price * float(s.lot)) for s in specs])[:, None]
    trades = np.rint(_USUAL_TRADES * np.sqrt(lots / usual)).astype(np.int64)
    bars[:, LOTS] = lots
    bars[:, QUOTE] = lots * typical
    bars[:, BUY_LOTS] = bought
    bars[:, BUY_QUOTE] = bought * typical
    bars[:, TRADES] = np.clip(trades, 1, lots)
