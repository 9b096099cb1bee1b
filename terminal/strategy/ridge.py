"""Ridge multinomial logistic regression in numpy: three classes, one optimum, no randomness.

Inputs are winsorised at training quantiles and standardised, then fitted by Newton steps
on mean log-loss + ridge / 2 * (sum of squared weights). Every row is also shown in the
mirror (prices upside down, up and down exchanged), so a lucky week's drift cannot become a
habit: the model has no direction when its directional inputs are neutral.

The work is a few hundred small matrix products, which run outside the interpreter lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.strategy.arrays import DOWN, UP, FloatArray, IntArray
from terminal.strategy.features import Feature
from terminal.strategy.linear import gram, project

DEFAULT_RIDGE: Final = 0.1  # flat optimum between 0.03 and 0.3 on synthetic markets; not tuned on a real one
_TAIL: Final = 0.005  # winsorised share on either side
_STEPS: Final = 25
_TOLERANCE: Final = 1e-9
_INTERCEPT_RIDGE: Final = 1e-6  # makes the optimum unique: three intercepts have one spare
_DIGITS: Final = 12  # stored precision; hides the last bits in which linear algebra libraries differ


@dataclass(frozen=True, slots=True)
class RidgeModel:
    """Fitted weights.

    `low`, `high`, `mean`, `scale` (f,) winsorise and standardise raw inputs; `weights`
    (3, f) and `intercepts` (3,) act on the result.
    """

    low: FloatArray
    high: FloatArray
    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    intercepts: FloatArray

    def standardised(self, raw: FloatArray) -> FloatArray:
        """Raw (rows, f) to model inputs; a missing value (NaN) becomes 0, the training mean."""
        inputs = (np.clip(raw, self.low, self.high) - self.mean) / self.scale
        return np.asarray(np.where(np.isnan(inputs), 0.0, inputs))

    def logits(self, raw: FloatArray) -> FloatArray:
        """Raw inputs (rows, f) to logits (rows, 3)."""
        return project(self.standardised(raw), self.weights.T) + self.intercepts


def softmax(logits: FloatArray) -> FloatArray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def mirrored(raw: FloatArray, features: Sequence[Feature]) -> FloatArray:
    """The same rows with prices upside down."""
    flips = np.array([feature.centre is not None for feature in features])
    centres = np.array([feature.centre or 0.0 for feature in features])
    return np.where(flips, 2.0 * centres - raw, raw)


def fit_ridge(
    raw: FloatArray, classes: IntArray, features: Sequence[Feature], ridge: float = DEFAULT_RIDGE
) -> RidgeModel:
    """Fit on raw rows (rows, f) and classes (rows,) in 0..2; features say what mirrors."""
    both = np.concatenate([raw, mirrored(raw, features)])
    answers = np.concatenate([classes, UP + DOWN - classes])
    low, high = np.quantile(both, [_TAIL, 1.0 - _TAIL], axis=0)
    clipped = np.clip(both, low, high)
    mean, deviation = clipped.mean(axis=0), clipped.std(axis=0)
    scale = np.where(deviation > 1e-12, deviation, 1.0)
    inputs = np.concatenate([(clipped - mean) / scale, np.ones((len(both), 1))], axis=1)
    solution = _newton(inputs, np.eye(3)[answers], ridge)
    parts = (low, high, mean, scale, solution[:, :-1], solution[:, -1])
    return RidgeModel(*(rounded(part) for part in parts))


def rounded(values: FloatArray) -> FloatArray:
    """Values at stored precision, so that memory and file hold the same model."""
    flat = [float(f"{value:.{_DIGITS}g}") + 0.0 for value in np.ravel(values)]
    return np.array(flat, dtype=np.float64).reshape(np.shape(values))


def _newton(inputs: FloatArray, targets: FloatArray, ridge: float) -> FloatArray:
    """Minimise penalised mean log-loss; gives (3, f + 1), the intercept last."""
    count, width = inputs.shape
    penalty = np.full((3, width), ridge)
    penalty[:, -1] = _INTERCEPT_RIDGE
    solution = np.zeros((3, width))
    loss = _loss(inputs, targets, solution, penalty)
    for _ in range(_STEPS):
        chance = softmax(project(inputs, solution.T))
        gradient = gram(chance - targets, inputs) / count + penalty * solution
        step = np.linalg.solve(_curvature(inputs, chance, penalty), gradient.ravel()).reshape(3, width)
        size = 1.0
        while (tried := _loss(inputs, targets, solution - size * step, penalty)) > loss and size > 1e-3:
            size *= 0.5
        gain, loss = loss - tried, min(loss, tried)
        if gain <= 0.0:
            break
        solution = solution - size * step
        if gain < _TOLERANCE:
            break
    return solution


def _curvature(inputs: FloatArray, chance: FloatArray, penalty: FloatArray) -> FloatArray:
    count, width = inputs.shape
    matrix = np.zeros((3, width, 3, width))
    for one in range(3):
        for other in range(one, 3):
            weight = chance[:, one] * ((one == other) - chance[:, other])
            block = gram(inputs, inputs * weight[:, None]) / count
            matrix[one, :, other, :] = block
            matrix[other, :, one, :] = block.T
    flat = matrix.reshape(3 * width, 3 * width)
    flat[np.diag_indices(3 * width)] += penalty.ravel()
    return flat


def _loss(inputs: FloatArray, targets: FloatArray, solution: FloatArray, penalty: FloatArray) -> float:
    logits = project(inputs, solution.T)
    top = logits.max(axis=1)
    total = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top - (logits * targets).sum(axis=1)
    return float(total.mean() + 0.5 * (penalty * solution**2).sum())
