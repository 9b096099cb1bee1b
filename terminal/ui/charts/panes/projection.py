"""Where a bar and a price lie in the price pane, in its own pixels.

Bars stand at their index, one apart, so gaps in time leave no holes. The bottom of
the pane is kept for volume: prices are cut off at `band_top`.
"""

from dataclasses import dataclass
from math import exp, floor, log
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

VOLUME_SHARE: Final = 0.16  # of the pane's height
_LOWEST: Final = 1e-12  # a logarithm needs a price above nothing

Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Projection:
    """A map from bars and prices to pixels.

    Attributes:
        x0, x1: bar indices at the left and right edge.
        y0, y1: prices at the bottom and top edge.
        width, height: px.
        is_log: equal ratios of prices are equally high.
        band: share of the height that is kept for volume.
    """

    x0: float
    x1: float
    y0: float
    y1: float
    width: float
    height: float
    is_log: bool = False
    band: float = VOLUME_SHARE

    @property
    def bar_px(self) -> float:
        """Width of a bar in px."""
        return self.width / (self.x1 - self.x0)

    @property
    def band_top(self) -> float:
        """Where the volume band begins, in px from the top."""
        return round(self.height * (1 - self.band))

    def x(self, index: Number) -> Number:
        return (index - self.x0) * self.bar_px

    def y(self, price: Number) -> Number:
        if not self.is_log:
            return (self.y1 - price) * (self.height / (self.y1 - self.y0))
        top = log(max(self.y1, _LOWEST))
        stretch = self.height / (top - log(max(self.y0, _LOWEST)))
        if isinstance(price, np.ndarray):
            return (top - np.log(np.maximum(price, _LOWEST))) * stretch
        return (top - log(max(price, _LOWEST))) * stretch

    def index_at(self, x: float) -> float:
        return self.x0 + x / self.bar_px

    def price_at(self, y: float) -> float:
        if not self.is_log:
            return self.y1 - y * (self.y1 - self.y0) / self.height
        top, bottom = log(max(self.y1, _LOWEST)), log(max(self.y0, _LOWEST))
        return exp(top - y * (top - bottom) / self.height)

    def visible(self, count: int) -> tuple[int, int]:
        """Give the first bar in view and one past the last, of `count` bars."""
        first = max(0, floor(self.x0))
        return first, max(first, min(count, floor(self.x1) + 2))
