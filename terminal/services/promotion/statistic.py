"""The gate's statistic: is what a decision earns after costs above zero, for certain enough? Pure functions.

Decisions of one day share one market, so a day counts as one observation (all pairs together): the mean's error
comes from the days' sums, with Student's t of so many days. Looking again and again would let luck in, so a look is
only taken when another full portion of days and decisions has come, and look k may spend alpha / (k (k + 1)):
over all looks together that is alpha, however long one goes on. Versions of a strategy share alpha evenly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

from terminal.domain.promotion import PromotionSettings, Resolved

DAY_MS: Final = 86_400_000
_LEAST_DAYS: Final = 5

Days = list[list[float]]


@dataclass(frozen=True, slots=True)
class Look:
    """One look: mean and one-sided lower bound in bp a decision, over so many decisions and days."""

    number: int
    decisions: int
    days: int
    mean_bp: float
    lower_bp: float
    alpha: float


def days_of(results: Sequence[Resolved]) -> list[list[Resolved]]:
    """Group results by the UTC day they ended on, oldest first; days without any are left out."""
    days: dict[int, list[Resolved]] = {}
    for each in sorted(results, key=lambda each: each.ended_ms):
        days.setdefault(each.ended_ms // DAY_MS, []).append(each)
    return list(days.values())


def by_day(results: Sequence[Resolved], value: Callable[[Resolved], float] = lambda each: each.net_bp) -> Days:
    """Give a figure of each result (its net result in bp), grouped as `days_of` does."""
    return [[value(each) for each in day] for day in days_of(results)]


def newest_look(days: Sequence[Sequence[float]], settings: PromotionSettings, versions: int = 1) -> Look | None:
    """Give the newest look the record allows; None before the first.

    `days` are results in bp of whole days, oldest first; `versions` is how many versions of the strategy were tried.
    """
    look, seen = None, 0
    for count, day in enumerate(days, start=1):
        seen += len(day)
        number = 1 if look is None else look.number + 1
        if count >= settings.days * number and seen >= settings.decisions * number:
            alpha = settings.alpha / (number * (number + 1) * max(1, versions))
            mean, lower = lower_bound(days[:count], alpha)
            look = Look(number, seen, count, mean, lower, alpha)
    return look


def lower_bound(days: Sequence[Sequence[float]], alpha: float) -> tuple[float, float]:
    """Give mean and one-sided lower bound of a decision's result, days taken as clusters.

    Fewer than five days, or results that do not vary, have no bound: it is minus infinity.
    """
    count, total = len(days), sum(len(day) for day in days)
    if total == 0:
        return 0.0, float("-inf")
    mean = sum(sum(day) for day in days) / total
    if count < _LEAST_DAYS:
        return mean, float("-inf")
    squares = sum(sum(value - mean for value in day) ** 2 for day in days)
    error = sqrt(squares * count / (count - 1)) / total
    if error <= 0:
        return mean, float("-inf")
    return mean, mean - student_t(1 - alpha, count - 1) * error


def student_t(chance: float, freedom: int) -> float:
    """Give the quantile of Student's t for `freedom` of 4 or more.

    Source: the expansion in Abramowitz and Stegun, 26.7.5, five terms; within 0.5 % for chances up to 0.999.
    """
    z = NormalDist().inv_cdf(chance)
    n = float(freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return z + sum(term / n**power for power, term in enumerate(terms, start=1))
