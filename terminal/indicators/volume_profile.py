"""How much was traded at each height of a range of prices."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.indicators.arrays import FloatArray

_LEAST_RANGE: Final = 1e-9  # of the price; a bar without a range still has somewhere to put its volume


@dataclass(frozen=True, slots=True)
class VolumeProfile:
    """Volume by price.

    Attributes:
        edges: (rows + 1,) float64, rising: row i lies between edges i and i + 1.
        volume: (rows,) float64, in the unit of the bars' volume.
        control: the row in which most was traded.
        area: first and last row of the value area, the narrowest run of rows around `control`,
            grown by its larger neighbour, that holds the share asked for.
    """

    edges: FloatArray
    volume: FloatArray
    control: int
    area: tuple[int, int]

    def middle(self, row: int) -> float:
        """Give the price in the middle of a row."""
        return float(self.edges[row] + self.edges[row + 1]) / 2


def volume_profile(
    high: FloatArray, low: FloatArray, volume: FloatArray, rows: int, share: float
) -> VolumeProfile | None:
    """Spread each bar's volume evenly from its low to its high; None when nothing was traded.

    Args:
        high: (n,) float64.
        low: (n,) float64, none above its high.
        volume: (n,) float64, none below 0.
        rows: into how many rows the range of all bars is cut, at least 1.
        share: of the volume the value area holds, above 0 and up to 1.
    """
    if not len(volume) or float(volume.sum()) <= 0.0:
        return None
    bottom, top = float(low.min()), float(high.max())
    least = max(abs(top), 1.0) * _LEAST_RANGE
    edges = np.linspace(bottom, max(top, bottom + least), rows + 1)
    reach = np.maximum(high - low, least)
    below = np.clip((edges[:, None] - low) / reach, 0.0, 1.0) @ volume
    below[-1] = volume.sum()  # a bar without a range at the very top would stick out
    traded = np.diff(below)
    control = int(np.argmax(traded))
    return VolumeProfile(edges, traded, control, _value_area(traded, control, share))


def _value_area(traded: FloatArray, control: int, share: float) -> tuple[int, int]:
    """Grow from the control row towards the larger neighbour until the share is reached."""
    rows = traded.tolist()
    first = last = control
    held, wanted = rows[control], sum(rows) * share
    while held < wanted and (first > 0 or last < len(rows) - 1):
        lower = rows[first - 1] if first > 0 else -1.0
        upper = rows[last + 1] if last < len(rows) - 1 else -1.0
        if upper >= lower:
            last += 1
            held += upper
        else:
            first -= 1
            held += lower
    return first, last
