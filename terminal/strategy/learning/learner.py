"""The two learned halves as one: logits of trees and ridge, averaged with a fixed weight.

Averaging logits (not probabilities) keeps the attributions exact: the terms of either half,
weighted alike, add up to what was averaged. The trees see a row as it is and in the mirror,
so that they have no direction of their own either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.strategy.arrays import FloatArray, IntArray
from terminal.strategy.features import Feature
from terminal.strategy.learning.boosting import Plan, fit_trees, mirror
from terminal.strategy.learning.trees import Trees
from terminal.strategy.ridge import RidgeModel, fit_ridge

TREES_WEIGHT: Final = 0.5  # not tuned: choosing it on the judged rows would flatter the record


@dataclass(frozen=True, slots=True)
class Learner:
    """Fitted halves. `trees` None: ridge alone. `centres` (f,) as in `boosting.fit_trees`."""

    ridge: RidgeModel
    centres: FloatArray
    trees: Trees | None = None
    weight: float = 0.0

    def logits(self, raw: FloatArray) -> FloatArray:
        """Raw inputs (rows, f), NaN for a missing one, to logits (rows, 3)."""
        said = self.halves(raw)
        if "trees" not in said:
            return said["ridge"]
        return (1.0 - self.weight) * said["ridge"] + self.weight * said["trees"]

    def halves(self, raw: FloatArray) -> dict[str, FloatArray]:
        """What either half says alone: logits (rows, 3) by its name, `ridge` and, where there are any, `trees`."""
        said = {"ridge": self.ridge.logits(raw)}
        if self.trees is not None:
            rows = self._filled(raw)
            straight, flipped = self.trees.logits(rows), self.trees.logits(mirror(rows, self.centres))
            said["trees"] = 0.5 * (straight + flipped[:, ::-1])
        return said

    def terms(self, raw: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Split the logits of one row (f,): a term for each class and input (3, f), and the constants (3,)."""
        linear = self.ridge.weights * self.ridge.standardised(raw[None])[0]
        if self.trees is None:
            return linear, self.ridge.intercepts
        row = self._filled(raw)
        straight, start = self.trees.contributions(row)
        flipped, flipped_start = self.trees.contributions(mirror(row, self.centres))
        grown = 0.5 * (straight + flipped[::-1])
        constant = 0.5 * (start + flipped_start[::-1])
        rest = 1.0 - self.weight
        return rest * linear + self.weight * grown, rest * self.ridge.intercepts + self.weight * constant

    def _filled(self, raw: FloatArray) -> FloatArray:
        """A missing input becomes its training mean, as in the ridge half."""
        return np.where(np.isnan(raw), self.ridge.mean, raw)


def centres_of(features: Sequence[Feature]) -> FloatArray:
    """Mirror centres (f,), NaN for an input without a direction."""
    return np.array([np.nan if feature.centre is None else feature.centre for feature in features])


def fit_learner(
    raw: FloatArray, classes: IntArray, features: Sequence[Feature], plan: Plan | None, seed: int
) -> Learner:
    """Fit both halves on raw rows (rows, f), or the ridge half alone when there is no plan for trees.

    Raises:
        TreesUnavailable: LightGBM cannot be loaded.
    """
    ridge, centres = fit_ridge(raw, classes, features), centres_of(features)
    if plan is None:
        return Learner(ridge, centres)
    return Learner(ridge, centres, fit_trees(raw, classes, centres, plan, seed), TREES_WEIGHT)
