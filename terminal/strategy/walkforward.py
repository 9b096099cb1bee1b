"""Out-of-sample predictions: each fold is forecast by a model that saw only earlier answers."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from terminal.strategy.arrays import BoolArray, FloatArray, IntArray
from terminal.strategy.labels import trainable
from terminal.strategy.learning.honesty import refuse_early_labels
from terminal.strategy.learning.learner import Learner

FOLDS: Final = 5
FIRST_SHARE: Final = 0.35  # of the time axis, before the first forecast
_MIN_TRAIN_ROWS: Final = 200

Fit = Callable[[FloatArray, IntArray], Learner]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled rows in time order, instruments within a bar in panel order.

    `inputs` (rows, f); `classes`, `bar` (index on the time axis), `day`, `instrument` (rows,)
    int64; `ambiguous` (rows,); `barrier_bp` and `long_bp` (rows,) as in `labels.Labels`.
    """

    inputs: FloatArray
    classes: IntArray
    bar: IntArray
    day: IntArray
    instrument: IntArray
    ambiguous: BoolArray
    barrier_bp: FloatArray
    long_bp: FloatArray


@dataclass(frozen=True, slots=True)
class Fold:
    """Row masks of one step forward; `test_start` is the first bar forecast."""

    test_start: int
    train: BoolArray
    test: BoolArray


@dataclass(frozen=True, slots=True)
class OutOfSample:
    """Forecast rows: their positions in the dataset and raw logits (rows, 3)."""

    rows: IntArray
    logits: FloatArray
    folds: int


def expanding_folds(bar: IntArray, folds: int = FOLDS) -> list[Fold]:
    """Cut the time axis into equal test spans after a first training span.

    Training rows whose label window reaches into the test span, or the embargo before it,
    are left out.
    """
    first, last = int(np.min(bar)), int(np.max(bar)) + 1
    start = first + round((last - first) * FIRST_SHARE)
    edges = np.linspace(start, last, folds + 1).round().astype(np.int64)
    found = []
    for low, high in pairwise(edges):
        fold = Fold(int(low), trainable(bar, int(low)), np.asarray((bar >= low) & (bar < high)))
        if fold.train.sum() >= _MIN_TRAIN_ROWS and fold.test.any():
            found.append(fold)
    return found


def walk_forward(data: Dataset, fit: Fit, folds: int = FOLDS) -> OutOfSample:
    """Fit once a fold and forecast its test span; `fit` gets the inputs and classes it may learn from.

    Raises:
        TooGoodToBeTrue: a fold would learn an answer before it was known.
    """
    rows: list[IntArray] = []
    logits: list[FloatArray] = []
    for fold in expanding_folds(data.bar, folds):
        refuse_early_labels(data.bar[fold.train], fold.test_start)
        model = fit(data.inputs[fold.train], data.classes[fold.train])
        rows.append(np.flatnonzero(fold.test))
        logits.append(model.logits(data.inputs[fold.test]))
    if not rows:
        return OutOfSample(np.empty(0, dtype=np.int64), np.empty((0, 3)), 0)
    return OutOfSample(np.concatenate(rows), np.concatenate(logits), len(rows))
