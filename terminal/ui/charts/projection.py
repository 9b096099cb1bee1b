"""Where a bar and a price lie in the price pane, in its own pixels.

Bars stand at their index, one apart, so gaps in time leave no holes. The bottom of
the pane is kept for volume: prices are cut off at `band_top`.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

VOLUME_SHARE: Final = 0.16  # of the pane's height

Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Projection:
    """A linear map; `x0`..`x1` are bar indices at the edges, `y0`..`y1` prices at bottom and top."""

    x0: float
    x1: float
    y0: float
    y1: float
    width: float
    height: float

    @property
    def bar_px(self) -> float:
        """Width of a bar in px."""
        return self.width / (self.x1 - self.x0)

    @property
    def band_top(self) -> float:
        """Where the volume band begins, in px from the top."""
        return round(self.height * (1 - VOLUME_SHARE))

    def x(self, index: Number) -> Number:
        return (index - self.x0) * self.bar_px

    def y(self, price: Number) -> Number:
        return (self.y1 - price) * (self.height / (self.y1 - self.y0))

    def index_at(self, x: float) -> float:
        return self.x0 + x / self.bar_px

    def price_at(self, y: float) -> float:
        return self.y1 - y * (self.y1 - self.y0) / self.height

    def visible(self, count: int) -> tuple[int, int]:
        """Give the first bar in view and one past the last, of `count` bars."""
        first = max(0, int(np.floor(self.x0)))
        return first, max(first, min(count, int(np.ceil(self.x1)) + 1))
