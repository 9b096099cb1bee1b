"""What happened next: the triple barrier, and the rule that keeps answers out of training.

At the close of bar t one enters at the open of bar t + 1, with barriers two ATR(14) of bar
t above and below. The class is the barrier touched first within 16 bars, else timeout.

A bar that touches both barriers is adverse: order inside a bar is unknown, so neither a
long nor a short may claim it. It therefore counts as no direction (timeout class, left out
of the direction record), and the trade record books a full loss for either side.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.indicators import whole as ind
from terminal.strategy.arrays import DOWN, TIMEOUT, UP, BoolArray, FloatArray, IntArray
from terminal.strategy.bars import BarPanel

HORIZON_BARS: Final = 16
BARRIER_ATR: Final = 2.0
EMBARGO_BARS: Final = 1


@dataclass(frozen=True, slots=True)
class Labels:
    """Per instrument and bar, shapes (m, n).

    `classes` int64, -1 where the window is not complete. `ambiguous`: one bar touched both.
    `barrier_bp`: distance of either barrier from the entry, in basis points of it.
    `long_bp`: gross result of a long that exits at its barrier or at the horizon's close;
    a short earns the opposite, except that ambiguous rows lose `barrier_bp` either way.
    """

    classes: IntArray
    ambiguous: BoolArray
    barrier_bp: FloatArray
    long_bp: FloatArray


def triple_barrier(panel: BarPanel, atr: FloatArray, horizon: int = HORIZON_BARS) -> Labels:
    """Label every bar whose next `horizon` bars exist and whose ATR is known."""
    count, bars = panel.close.shape
    classes = np.full((count, bars), -1, dtype=np.int64)
    ambiguous = np.zeros((count, bars), dtype=np.bool_)
    barrier_bp = np.full((count, bars), np.nan)
    long_bp = np.full((count, bars), np.nan)
    usable = bars - horizon
    if usable > 0:
        entry = panel.open[:, 1 : usable + 1]
        width = BARRIER_ATR * atr[:, :usable]
        highs, lows = (ind.windows(x[:, 1:], horizon)[:, :usable] for x in (panel.high, panel.low))
        rise = _first_touch(highs >= (entry + width)[:, :, None])
        fall = _first_touch(lows <= (entry - width)[:, :, None])
        known = np.isfinite(width)
        both = (rise == fall) & (rise < horizon)
        outcome = np.where(rise < fall, UP, np.where(fall < rise, DOWN, TIMEOUT))
        size = 1e4 * width / entry
        drift = 1e4 * (panel.close[:, horizon:] / entry - 1.0)
        result = np.where(outcome == UP, size, np.where((outcome == DOWN) | both, -size, drift))
        classes[:, :usable] = np.where(known, outcome, -1)
        ambiguous[:, :usable] = both & known
        barrier_bp[:, :usable] = size
        long_bp[:, :usable] = np.where(known, result, np.nan)
    return Labels(classes, ambiguous, barrier_bp, long_bp)


def trainable(bar: IntArray, test_start: int, horizon: int = HORIZON_BARS) -> BoolArray:
    """Rows whose whole label window lies before `test_start`, with the embargo between."""
    return np.asarray(bar + horizon + EMBARGO_BARS < test_start)


def _first_touch(touched: BoolArray) -> IntArray:
    """Offset of the first True along the last axis; its length when there is none."""
    first = np.argmax(touched, axis=-1)
    return np.asarray(np.where(touched.any(axis=-1), first, touched.shape[-1]))
