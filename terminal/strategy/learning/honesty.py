"""Trip-wires in front of every fit: a record that knew the future is refused, not shown.

Three ways to know it: a label learned before it was known, an input computed from later
bars, and a record no honest forecast can have. Each raises `TooGoodToBeTrue` in plain words.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from terminal.domain.errors import StrategyError
from terminal.strategy import features as feat
from terminal.strategy.arrays import FloatArray, IntArray
from terminal.strategy.bars import BarPanel
from terminal.strategy.features import Feature
from terminal.strategy.labels import EMBARGO_BARS, HORIZON_BARS
from terminal.strategy.skill import DirectionSkill

BELIEVABLE_SKILL: Final = 0.35
"""Real markets give a percent or two. A lower bound above a third means that an input holds the answer."""
_CUTS: Final = (0.6, 0.85)  # where the history is cut off to see whether earlier inputs change
_SAME: Final = 1e-6

Compute = Callable[[BarPanel], FloatArray]


class TooGoodToBeTrue(StrategyError):
    """The fit knows what it cannot know; nothing of it may be used."""


def refuse_early_labels(train_bars: IntArray, test_start: int, horizon: int = HORIZON_BARS) -> None:
    """Check one walk-forward step: every answer learned was known before the first forecast.

    Raises:
        TooGoodToBeTrue: a training row's label window, or the embargo after it, reaches the test span.
    """
    if train_bars.size and int(train_bars.max()) + horizon + EMBARGO_BARS >= test_start:
        raise TooGoodToBeTrue(
            f"label_leak: an answer known only after bar {int(train_bars.max()) + horizon} was learned for forecasts "
            f"from bar {test_start} on; the fit is refused and the present model stays"
        )


def refuse_look_ahead(panel: BarPanel, values: FloatArray, compute: Compute) -> None:
    """Check that inputs (m, n, f) of a bar stay the same when later bars are taken away.

    Raises:
        TooGoodToBeTrue: an input of a bar was made from later ones; its name is told.
    """
    for cut in _CUTS:
        bars = int(cut * panel.bars)
        if bars == 0:
            continue
        whole, alone = values[:, :bars], compute(panel.first(bars))
        differs = ~np.isclose(whole, alone, rtol=_SAME, atol=_SAME, equal_nan=True)
        if differs.any():
            raise TooGoodToBeTrue(_look_ahead_text(feat.CATALOGUE, np.flatnonzero(differs.any(axis=(0, 1)))))


def refuse_unbelievable(skill: DirectionSkill) -> None:
    """Check the finished record.

    Raises:
        TooGoodToBeTrue: even the interval's lower bound is beyond belief.
    """
    if skill.low > BELIEVABLE_SKILL:
        raise TooGoodToBeTrue(
            f"too_good: direction skill of {100 * skill.skill:.0f} % out of sample (lower bound "
            f"{100 * skill.low:.0f} %) is beyond belief, so an input holds the answer; "
            "the fit is refused and the present model stays"
        )


def _look_ahead_text(features: Sequence[Feature], columns: IntArray) -> str:
    names = ", ".join(features[column].label for column in columns[:3])
    return f"look_ahead: {names} of a bar changes with later bars; the fit is refused and the present model stays"
