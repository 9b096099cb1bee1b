"""What chance alone makes of a row of trades: the same trades at other moments. Pure; shared by lab and live gate."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.strategy.arrays import FloatArray, IntArray

RANDOM_DRAWS: Final = 1_000
_AT_ONCE: Final = 400_000  # trades computed in one go: a few megabytes


@dataclass(frozen=True, slots=True)
class Moved:
    """Trades that may be made at any moment, one an entry, (n,): pair's row, side (+1, -1), bars held, costs in bp."""

    row: IntArray
    side: FloatArray
    held: IntArray
    costs_bp: FloatArray


def random_means(
    opens: FloatArray, first: int, trades: Moved, chooser: np.random.Generator, draws: int = RANDOM_DRAWS
) -> FloatArray:
    """Mean net result of each random policy, (draws,) in bp.

    A random policy makes every trade at another moment from bar `first` of `opens` (pairs, bars) on: same pair, side,
    holding time and costs, so the same turnover and the same share of sides.
    """
    bars, count = opens.shape[1], len(trades.row)
    room = np.maximum(bars - first - trades.held - 1, 1)
    means = np.empty(draws)
    block = max(1, _AT_ONCE // max(1, count))
    for begin in range(0, draws, block):
        size = min(block, draws - begin)
        start = first + (chooser.random((size, count)) * room).astype(np.int64)
        ratio = opens[trades.row, np.minimum(start + trades.held, bars - 1)] / opens[trades.row, start]
        means[begin : begin + size] = (trades.side * (ratio - 1.0) * 1e4 - trades.costs_bp).mean(axis=1)
    return means
