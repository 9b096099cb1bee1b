"""Figures of a record beside the statistic: drawdown and calibration. Pure functions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from terminal.domain.order import ZERO
from terminal.domain.promotion import Resolved

_IN_A_BIN: Final = 50
"""Fewer claims in a bin, and chance alone looks like an error."""
_MOST_BINS: Final = 10


def drawdown(results: Sequence[Resolved], equity: Decimal) -> Decimal:
    """Give the deepest fall of the summed results from their own peak, as a fraction of equity.

    Without equity it is 1: what is not known never passes.
    """
    if equity <= 0:
        return Decimal(1)
    level = peak = deepest = ZERO
    for each in sorted(results, key=lambda each: each.ended_ms):
        level += each.net
        peak = max(peak, level)
        deepest = max(deepest, peak - level)
    return deepest / equity


def calibration_error(results: Sequence[Resolved]) -> float | None:
    """Give the mean distance between what was claimed and what came true, over bins of like claims.

    None without any result. Bins hold fifty claims or more, ten bins at most.
    """
    if not results:
        return None
    claims = sorted(results, key=lambda each: (each.claimed, each.decision_id))
    count = len(claims)
    bins = max(1, min(_MOST_BINS, count // _IN_A_BIN))
    error = 0.0
    for number in range(bins):
        part = claims[number * count // bins : (number + 1) * count // bins]
        claimed = sum(each.claimed for each in part) / len(part)
        came = sum(each.came_true for each in part) / len(part)
        error += abs(claimed - came) * len(part) / count
    return error
