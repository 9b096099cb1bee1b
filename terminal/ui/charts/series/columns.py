"""Which columns a frame draws: bars, or merged bars when many share a pixel."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.merge import CLOSE, FACTOR, HIGH, LOW, OPEN, VOLUME, Floats

COLUMN_PX: Final = 0.6  # device px: no finer level is read than one whose columns are at least this wide


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns in view.

    Attributes:
        rows: (5, n) float64 O H L C V.
        index: (n,) float64, where each column's middle stands, in bars.
        last: (n,) int64, the newest bar inside each column.
        rising: (n,) bool, the close is no lower than the open.
        px: width of a column.
    """

    rows: Floats
    index: Floats
    last: NDArray[np.int64]
    rising: NDArray[np.bool_]
    px: float


def columns_in_view(bars: Bars, projection: Projection, ratio: float = 1.0) -> Columns | None:
    """Choose the level for the present zoom and cut out what is in view; None when nothing is.

    Columns narrower than a device pixel are merged once more, so that each pixel is drawn once.

    Args:
        bars: the series.
        projection: the view.
        ratio: device pixels in a pixel.
    """
    count = len(bars)
    first, last = projection.visible(count)
    if first >= last:
        return None
    level = bars.level_for(projection.bar_px * ratio, COLUMN_PX)
    size = FACTOR**level
    origin = bars.origin(level)
    begin, end = (first - origin) // size, -(-(last - origin) // size)
    starts = np.arange(begin, end) * size + origin
    rows = bars.level(level)[:, begin:end]
    newest = np.minimum(starts + size - 1, count - 1)
    px = projection.bar_px * size
    if px * ratio >= 1:
        return Columns(rows, starts + (size - 1) / 2, newest, rows[CLOSE] >= rows[OPEN], px)
    pixel = np.floor(projection.x(starts + (size - 1) / 2) * ratio)
    groups = np.flatnonzero(np.diff(pixel, prepend=-np.inf))
    ends = np.append(groups[1:], len(pixel)) - 1
    merged = _merged(rows, groups, ends)
    middle = projection.x0 + (pixel[groups] + 0.5) / (ratio * projection.bar_px)
    return Columns(merged, middle, newest[ends], merged[CLOSE] >= merged[OPEN], 1 / ratio)


def _merged(rows: Floats, groups: NDArray[np.intp], ends: NDArray[np.intp]) -> Floats:
    """Merge neighbours: each group begins at one of `groups` and ends with one of `ends`."""
    merged = np.empty((5, len(groups)))
    merged[OPEN] = rows[OPEN, groups]
    merged[HIGH] = np.maximum.reduceat(rows[HIGH], groups)
    merged[LOW] = np.minimum.reduceat(rows[LOW], groups)
    merged[CLOSE] = rows[CLOSE, ends]
    merged[VOLUME] = np.add.reduceat(rows[VOLUME], groups)
    return merged
