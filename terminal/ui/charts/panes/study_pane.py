"""A pane below the prices: the same bars in time, values of a scale of its own."""

from collections.abc import Callable
from typing import Any, Final

from terminal.ui.charts.panes.pane import Pane
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.columns import Columns

_ROOM: Final = 0.08  # of the height, above and below the values

Extent = Callable[[int, int], tuple[float, float] | None]


class StudyPane(Pane):
    """Values over the time of a price pane, which rules over what is in view.

    `extent(first, last)` gives the lowest and highest value of bars `first` to `last` - 1, or None.
    Called once a frame: answer it from a pyramid or a slice, or with fixed ends (0 and 100).
    """

    def __init__(self, prices: PricePane, extent: Extent) -> None:
        super().__init__()
        self._prices = prices
        self._extent = extent
        self.auto_values = True
        self._y0, self._y1 = 0.0, 1.0
        self._projection: Projection | None = None
        prices.moved.connect(self.refresh)

    @property
    def bars(self) -> Bars:
        return self._prices.bars

    @property
    def columns(self) -> Columns | None:
        return self._prices.columns

    @property
    def projection(self) -> Projection:
        if self._projection is None:
            size, time = self.size(), self._prices.time
            width, height = max(1.0, size.width()), max(1.0, size.height())
            self._projection = Projection(time.x0, time.x1, self._y0, self._y1, width, height, band=0.0)
        return self._projection

    def refresh(self) -> None:
        """Fit and redraw after the price pane moved or the values changed."""
        time = self._prices.time
        extent = self._extent(max(0, int(time.x0)), min(len(self.bars), int(time.x1) + 1)) if self.auto_values else None
        if extent is not None:
            low, high = extent
            room = ((high - low) or abs(high) or 1.0) * _ROOM
            self._y0, self._y1 = low - room, high + room
        self._projection = None
        self.update()
        self.moved.emit()

    def pan(self, bars: float) -> None:
        self._prices.pan(bars)

    def zoom(self, factor: float, about: float) -> None:
        self._prices.zoom(factor, about)

    def fit(self) -> None:
        self.auto_values = True
        self._prices.fit()

    def show_newest(self) -> None:
        self._prices.show_newest()

    def fit_values(self) -> None:
        self.auto_values = True
        self.refresh()

    def zoom_values(self, factor: float, about: float) -> None:
        self.auto_values = False
        self._y0, self._y1 = about + (self._y0 - about) * factor, about + (self._y1 - about) * factor
        self.refresh()

    def move_values(self, px: float) -> None:
        if not self.auto_values:
            projection = self.projection
            self._y0, self._y1 = projection.price_at(projection.height - px), projection.price_at(-px)
            self.refresh()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.refresh()
