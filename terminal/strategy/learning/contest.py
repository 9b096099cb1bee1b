"""Champion and challenger: which of two fits speaks from now on.

Both are judged on the rows both forecast without knowing the answer: out-of-sample steps of
their walk-forwards, and for the champion also everything after its last training bar. The
score is the Brier score of P(up | a barrier is reached). The challenger replaces the
champion unless it is worse by more than one standard error, with whole days as blocks.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.strategy.arrays import TIMEOUT, UP, FloatArray, IntArray
from terminal.strategy.model import FittedModel
from terminal.strategy.skill import MIN_DAYS, up_share

_LEAST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What a fit said about rows whose answer it had not seen.

    `open_ms`, `instrument` (rows,) name the row, `chance` (rows, 3) is what was said.
    """

    open_ms: IntArray
    instrument: IntArray
    chance: FloatArray


@dataclass(frozen=True, slots=True)
class Champion:
    """The fit in use: its text (the model itself) and its forecasts."""

    text: str
    forecasts: Forecasts


@dataclass(frozen=True, slots=True)
class Answers:
    """What happened: rows named as in `Forecasts`, with class, day and model input (rows, f)."""

    open_ms: IntArray
    instrument: IntArray
    classes: IntArray
    day: IntArray
    inputs: FloatArray


@dataclass(frozen=True, slots=True)
class Verdict:
    """`difference`: challenger's mean score minus the champion's, with its standard `error`; lower is better."""

    accepted: bool
    text: str
    rows: int = 0
    days: int = 0
    difference: float = 0.0
    error: float = 0.0


def first_fit() -> Verdict:
    return Verdict(accepted=True, text="first fit: there was nothing to compare it with")


def took_up() -> Verdict:
    return Verdict(accepted=True, text="it decided in the run before and goes on")


def contest(
    champion: FittedModel, said: Forecasts, challenger: FittedModel, replies: Forecasts, answers: Answers
) -> Verdict:
    """Compare two fits on the rows both forecast; `said` and `replies` are their walk-forward forecasts."""
    if not _comparable(champion, challenger):
        text = "of other markets, inputs or data: the model before cannot answer for these and is replaced"
        return Verdict(accepted=True, text=text)
    if challenger.trained_to_ms < champion.trained_to_ms:
        return Verdict(accepted=False, text="fitted on older bars than the model before: that one stays")
    count = len(challenger.instruments)
    known = _with_later(champion, said, answers)
    keys = [each.open_ms * count + each.instrument for each in (known, replies, answers)]
    shared = np.intersect1d(np.intersect1d(keys[0], keys[1]), keys[2])
    old, new, told = (_places(each, shared) for each in keys)
    classes = answers.classes[told]
    resolved = classes != TIMEOUT
    rose = (classes[resolved] == UP).astype(np.float64)
    gap = (up_share(replies.chance[new][resolved]) - rose) ** 2 - (up_share(known.chance[old][resolved]) - rose) ** 2
    return _judge(gap, answers.day[told][resolved])


def _judge(gap: FloatArray, days: IntArray) -> Verdict:
    names, place = np.unique(days, return_inverse=True)
    rows, count = len(gap), len(names)
    if rows < _LEAST_ROWS or count < MIN_DAYS:
        text = f"only {rows} shared answers over {count} days, too few to compare: the fit on newer bars is used"
        return Verdict(accepted=True, text=text, rows=rows, days=count)
    sums, sizes = np.bincount(place, weights=gap), np.bincount(place)
    mean = float(gap.mean())
    error = float(np.sqrt(((sums - mean * sizes) ** 2).sum() * count / (count - 1)) / rows)
    accepted = mean <= error
    side = "lower" if mean <= 0.0 else "higher"
    end = "it is used" if accepted else "the model before stays"
    text = (
        f"direction error {abs(100 * mean):.2f} ± {100 * error:.2f} points {side} than the model before "
        f"on {rows:,} answers neither had seen: {end}"
    )
    return Verdict(accepted, text, rows, count, round(mean, 8), round(error, 8))


def _comparable(champion: FittedModel, challenger: FittedModel) -> bool:
    return (
        champion.instruments == challenger.instruments
        and champion.interval is challenger.interval
        and champion.simulated == challenger.simulated
        and set(champion.feature_ids) <= {feature.key for feature in challenger.features}
    )


def _with_later(champion: FittedModel, said: Forecasts, answers: Answers) -> Forecasts:
    """The champion's forecasts, and what it says about rows after its last training bar."""
    later = answers.open_ms + champion.interval.ms > champion.trained_to_ms
    fresh = champion.probabilities(answers.inputs[later][:, champion.columns])
    return Forecasts(
        np.concatenate([said.open_ms, answers.open_ms[later]]),
        np.concatenate([said.instrument, answers.instrument[later]]),
        np.concatenate([said.chance, fresh]),
    )


def _places(keys: IntArray, wanted: IntArray) -> IntArray:
    """Where each of `wanted`, all of them there, first stands among `keys`."""
    order = np.argsort(keys, kind="stable")
    return np.asarray(order[np.searchsorted(keys[order], wanted)])
