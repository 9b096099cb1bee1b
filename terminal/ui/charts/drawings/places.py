"""Between moments and prices and the pixels of a pane. Bars of another interval hold the same moment elsewhere."""

from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.instrument import Instrument
from terminal.ui.charts.drawings.shapes import Anchor, Drawing, Kind
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars
from terminal.ui.viewmodels.numbers import snap

Point = tuple[float, float]  # px
Segment = tuple[Point, Point]

_FAR: Final = 1e6  # px: farther than any pane is wide


def index_of_moment(bars: Bars, at_ms: int) -> float:
    """Give where a moment stands in bars: bar i reaches from i - 0.5 to i + 0.5, beyond the series by the clock."""
    times = bars.open_ms
    if not len(times):
        return 0.0
    last = len(times) - 1
    index = min(max(int(np.searchsorted(times, at_ms, side="right")) - 1, 0), last)
    share = (at_ms - int(times[index])) / bars.interval_ms
    if 0 <= index < last:
        share = min(share, 1.0)  # a gap of the series takes no room
    return index - 0.5 + share


def anchor_at(bars: Bars, projection: Projection, rules: Instrument | None, at: Point) -> Anchor:
    """Give the middle of the bar and the tick under a pixel."""
    at_ms = bars.time_at(float(round(projection.index_at(at[0])))) + bars.interval_ms // 2
    price = Decimal(repr(projection.price_at(at[1])))
    return Anchor(at_ms, price.normalize() if rules is None else snap(price, rules.price_step))


def pixels_of(drawing: Drawing, bars: Bars, projection: Projection) -> tuple[Point, ...]:
    """Give the pixels of a drawing's points."""
    return tuple(
        (projection.x(index_of_moment(bars, point.at_ms)), projection.y(float(point.price))) for point in drawing.points
    )


def segments_of(kind: Kind, points: tuple[Point, ...], projection: Projection) -> tuple[Segment, ...]:
    """Give the lines a drawing is made of."""
    x, y = points[0]
    if kind is Kind.LEVEL:
        return (((-_FAR, y), (_FAR, y)),)
    if kind is Kind.MOMENT:
        return (((x, 0.0), (x, projection.band_top)),)
    if kind is Kind.TREND:
        return ((points[0], points[1]),)
    x1, y1 = points[1]
    corners = ((x, y), (x1, y), (x1, y1), (x, y1))
    return tuple(zip(corners, (*corners[1:], corners[0]), strict=True))


def distance(at: Point, segment: Segment) -> float:
    """Give how far a point is from a line between two others, px."""
    (x0, y0), (x1, y1) = segment
    along_x, along_y = x1 - x0, y1 - y0
    length = along_x * along_x + along_y * along_y
    share = 0.0 if not length else ((at[0] - x0) * along_x + (at[1] - y0) * along_y) / length
    share = min(max(share, 0.0), 1.0)
    return float(np.hypot(x0 + share * along_x - at[0], y0 + share * along_y - at[1]))
