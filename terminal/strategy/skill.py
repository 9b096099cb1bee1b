"""How good the model is at direction, with the interval a sceptic would ask for.

Among rows that reached a barrier, the Brier score of P(up | a barrier is reached) is set
against the best constant forecast there is, the share of ups in these very rows. Skill is
1 - model / constant: 0 means no better than knowing that share. Instruments move together
and windows overlap, so the interval resamples whole days across all instruments.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.strategy.arrays import DOWN, TIMEOUT, UP, FloatArray, IntArray

DRAWS: Final = 2_000
COVERAGE: Final = 0.90
MIN_DAYS: Final = 4
"""With fewer days there is no interval worth the name, and the bound counts as negative."""


@dataclass(frozen=True, slots=True)
class DirectionSkill:
    """Skill and interval as fractions (0.02 = 2 %), `rows` that reached a barrier, `days` of them.

    `low` and `high` are -1 and 1 when there are too few days to tell. `hit_rate`: share of
    rows whose likelier side came first.
    """

    skill: float
    low: float
    high: float
    rows: int
    days: int
    hit_rate: float


def up_share(chance: FloatArray) -> FloatArray:
    """P(up before down | one of them is reached) of probability rows (rows, 3)."""
    return np.asarray(chance[:, UP] / (chance[:, UP] + chance[:, DOWN]))


def direction_skill(
    chance: FloatArray, classes: IntArray, days: IntArray, chooser: np.random.Generator
) -> DirectionSkill:
    """Score out-of-sample probabilities (rows, 3) against classes (rows,)."""
    resolved = classes != TIMEOUT
    count = int(resolved.sum())
    if count == 0:
        return DirectionSkill(0.0, -1.0, 1.0, 0, 0, 0.5)
    forecast, rose = up_share(chance[resolved]), (classes[resolved] == UP).astype(np.float64)
    names, place = np.unique(days[resolved], return_inverse=True)
    sums = np.zeros((len(names), 3))  # a day's squared error, ups, rows
    np.add.at(sums, place, np.stack([(forecast - rose) ** 2, rose, np.ones(count)], axis=1))
    hit_rate = float(((forecast > 0.5) == (rose > 0.5)).mean())
    skill = float(_skill(sums.sum(axis=0)[None])[0])
    if len(names) < MIN_DAYS:
        return DirectionSkill(skill, -1.0, 1.0, count, len(names), hit_rate)
    picks = chooser.integers(len(names), size=(DRAWS, len(names)))
    tail = (1.0 - COVERAGE) / 2.0
    low, high = np.quantile(_skill(sums[picks].sum(axis=1)), [tail, 1.0 - tail])
    return DirectionSkill(skill, float(low), float(high), count, len(names), hit_rate)


def _skill(sums: FloatArray) -> FloatArray:
    share = sums[:, 1] / sums[:, 2]
    constant = share * (1.0 - share)
    error = sums[:, 0] / sums[:, 2]
    # One-sided resamples leave a perfect constant; nothing beats it, so they count as a total loss.
    return np.where(constant > 0.0, 1.0 - error / np.maximum(constant, 1e-12), -1.0)
