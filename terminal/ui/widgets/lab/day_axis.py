"""A time axis of whole days in UTC, whose words never run into each other: each says day and month."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil, floor
from typing import Final

import pyqtgraph as pg

_HOUR_S: Final = 3_600
_DAY_S: Final = 24 * _HOUR_S
_STEPS_S: Final = (
    3 * _HOUR_S,
    6 * _HOUR_S,
    12 * _HOUR_S,
    *(days * _DAY_S for days in (1, 2, 3, 5, 10, 15, 30, 90, 180)),
)
_FAR_S: Final = 90 * _DAY_S
_LABEL_PX: Final = 72  # "Nov 2026" and room beside it


class DayAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph carries no types
    """Bottom axis of seconds since 1970, UTC."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.enableAutoSIPrefix(False)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Give one level of moments, multiples of the finest step whose words have room on `size` pixels."""
        if size <= 0 or maxVal <= minVal:
            return []
        least_s = (maxVal - minVal) * _LABEL_PX / size
        step_s = next((step for step in _STEPS_S if step >= least_s), _STEPS_S[-1] * (1 + int(least_s // _STEPS_S[-1])))
        first, last = ceil(minVal / step_s), floor(maxVal / step_s)
        return [(step_s, [float(at * step_s) for at in range(first, last + 1)])]

    def tickStrings(self, values: Sequence[float], _scale: float, spacing: float) -> list[str]:
        """Write a midnight as day and month (far apart: month and year), another moment by its clock."""
        moments = [datetime.fromtimestamp(value, UTC) for value in values]
        if spacing >= _FAR_S:
            return [f"{at:%b %Y}" for at in moments]
        return [f"{at.day} {at:%b}" if at.hour == at.minute == 0 else f"{at:%H:%M}" for at in moments]
