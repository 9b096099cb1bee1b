"""Which columns a frame draws: bars, or merged bars when many share a pixel."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.ui.charts.bars import FACTOR, Bars, Floats
from terminal.ui.charts.projection import Projection

COLUMN_PX: Final = 0.6  # a column is at least this wide, and below four times as wide once bars are merged


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns in view.

    Attributes:
        rows: (5, n) float64 O H L C V.
        index: (n,) float64, where each column's middle stands, in bars.
        last: (n,) int64, the newest bar inside each column.
        px: width of a column.
    """

    rows: Floats
    index: Floats
    last: NDArray[np.int64]
    px: float


def columns_in_view(bars: Bars, projection: Projection) -> Columns | None:
    """Choose the level for the present zoom and cut out what is in view; None when nothing is."""
    count = len(bars)
    first, last = projection.visible(count)
    if first >= last:
        return None
    level = bars.level_for(projection.bar_px, COLUMN_PX)
    size = FACTOR**level
    begin, end = first // size, -(-last // size)
    numbers = np.arange(begin, end)
    return Columns(
        rows=bars.level(level)[:, begin:end],
        index=numbers * float(size) + (size - 1) / 2,
        last=np.minimum(numbers * size + size - 1, count - 1),
        px=projection.bar_px * size,
    )
