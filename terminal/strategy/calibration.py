"""Post-fit correction of probabilities, learned from out-of-sample rows only.

Per-class temperature and prior shift: p_k ~ exp(scale_k * logit_k + shift_k). It is kept
only when it lowers the Brier score of days it was not fitted on; otherwise nothing changes.
Rows are also shown mirrored, as in the fit, so no direction sneaks in through the shift.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.strategy.arrays import DOWN, UP, FloatArray, IntArray
from terminal.strategy.linear import gram
from terminal.strategy.ridge import rounded, softmax

_PULL: Final = 0.02  # towards no correction
_STEPS: Final = 20
_MIN_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Calibration:
    """`scale` and `shift` (3,), in class order."""

    scale: FloatArray
    shift: FloatArray

    def logits(self, raw: FloatArray) -> FloatArray:
        return raw * self.scale + self.shift

    def probabilities(self, raw: FloatArray) -> FloatArray:
        """Raw logits (rows, 3) to probabilities (rows, 3)."""
        return softmax(self.logits(raw))


def no_correction() -> Calibration:
    return Calibration(np.ones(3), np.zeros(3))


def brier(chance: FloatArray, classes: IntArray) -> float:
    """Mean squared distance of probability rows from what happened, summed over the classes."""
    return float(((chance - np.eye(3)[classes]) ** 2).sum(axis=1).mean())


def calibrate(logits: FloatArray, classes: IntArray, days: IntArray) -> tuple[Calibration, FloatArray]:
    """Fit a correction on out-of-sample rows if it helps.

    Args:
        logits: raw out-of-sample logits (rows, 3).
        classes: what happened, (rows,).
        days: the day of each row; odd and even days take turns as judge.

    Returns:
        The correction to use, and the probabilities (rows, 3) that may be judged: each
        row's were corrected by a fit that has not seen its day.
    """
    plain = softmax(logits)
    if len(classes) < _MIN_ROWS or len(np.unique(days)) < 2:
        return no_correction(), plain
    # Positions, not calendar numbers: with gaps all days could be odd.
    judge = np.searchsorted(np.unique(days), days) % 2 == 1
    crossed = np.empty_like(plain)
    for side in (judge, ~judge):
        crossed[side] = fit_correction(logits[~side], classes[~side]).probabilities(logits[side])
    if brier(crossed, classes) < brier(plain, classes):
        return fit_correction(logits, classes), crossed
    return no_correction(), plain


def fit_correction(logits: FloatArray, classes: IntArray) -> Calibration:
    """Minimise penalised log-loss over scale and shift by Newton steps."""
    rows = np.concatenate([logits, logits[:, ::-1]])
    answers = np.concatenate([classes, UP + DOWN - classes])
    targets = np.eye(3)[answers]
    inputs = np.zeros((len(rows), 3, 6))  # class k sees its own logit and its own one
    for k in range(3):
        inputs[:, k, k] = rows[:, k]
        inputs[:, k, 3 + k] = 1.0
    start = np.concatenate([np.ones(3), np.zeros(3)])
    found = start.copy()
    for _ in range(_STEPS):
        chance = softmax(inputs @ found)
        gradient = np.einsum("nk,nkp->p", chance - targets, inputs) / len(rows) + _PULL * (found - start)
        mean = np.einsum("nk,nkp->np", chance, inputs)
        weighted = (inputs * chance[:, :, None]).reshape(-1, 6)
        second = gram(weighted, inputs.reshape(-1, 6)) - gram(mean, mean)
        step = np.linalg.solve(second / len(rows) + _PULL * np.eye(6), gradient)
        found = found - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return Calibration(rounded(found[:3]), rounded(found[3:]))
