"""The price pane: the bars in time and their prices.

It holds the newest bar in view until someone pans away from it, and fits prices to the
bars in view until someone scales them by hand. Items draw themselves in its pixels.
"""

from math import exp, log
from typing import Any, Final

from terminal.ui.charts.panes.pane import Pane
from terminal.ui.charts.panes.projection import VOLUME_SHARE, Projection
from terminal.ui.charts.panes.time_view import TimeView
from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.columns import Columns, columns_in_view

_TOP_PX: Final = 46.0  # above the highest high: the values box stands there
_BOTTOM_ROOM: Final = 0.04  # between the lowest low and the volume band
_LEVEL_REACH: Final = 0.6  # a price level this share of the span away still widens the view
_MOST_LOG_RATIO: Final = 1e6  # of the highest price in view to the lowest


class PricePane(Pane):
    """Prices over time.

    Attributes:
        time: which bars are in view.
        shown: the series that is drawn: the bars themselves or made from them.
        auto_price: True while prices fit the bars in view.
        is_log: equal ratios of prices are equally high.
        levels: prices that should stay in view when they are near.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bars = Bars(60_000)
        self.shown = self._bars
        self.time = TimeView()
        self.levels: tuple[float, ...] = ()
        self.auto_price = True
        self.is_log = False
        self._ratio = 1.0
        self._y0, self._y1 = 0.0, 1.0
        self._projection: Projection | None = None
        self._columns: Columns | None = None

    @property
    def bars(self) -> Bars:
        return self._bars

    @property
    def follows(self) -> bool:
        return self.time.follows

    @property
    def projection(self) -> Projection:
        if self._projection is None:
            size = self.size()
            width, height = max(1.0, size.width()), max(1.0, size.height())
            self._projection = Projection(
                self.time.x0, self.time.x1, self._y0, self._y1, width, height, is_log=self.is_log
            )
        return self._projection

    @property
    def columns(self) -> Columns | None:
        if self._columns is None:
            self._columns = columns_in_view(self.shown, self.projection, self._ratio)
        return self._columns

    def set_ratio(self, ratio: float) -> None:
        """Take how many device pixels a pixel has on the screen the chart is on."""
        if ratio != self._ratio:
            self._ratio = ratio
            self._columns = None

    # -- what is in view --------------------------------------------------

    def set_bars(self, bars: Bars, shown: Bars | None = None) -> None:
        """Show a series from its newest bars on; `shown` is drawn in its place."""
        self._bars, self.shown = bars, shown or bars
        self.show_newest()

    def set_shown(self, shown: Bars) -> None:
        """Draw another series of the same length in the bars' place."""
        self.shown = shown
        self.refresh()

    def set_log(self, on: bool) -> None:
        self.is_log = on
        self.auto_price = True
        self.refresh()

    def show_newest(self) -> None:
        """Go to the newest bars at the usual zoom, prices fitted."""
        self.auto_price = True
        self.time.show_newest(len(self._bars))
        self.refresh()

    def fit(self) -> None:
        self.auto_price = True
        self.time.show_all(len(self._bars))
        self.refresh()

    def show_range(self, x0: float, x1: float) -> None:
        """Bring a range of bars into view, edges included."""
        self.time.show(x0, x1, len(self._bars))
        self.refresh()

    def reveal(self, first: int, last: int) -> None:
        """Bring the bars from `first` to `last` into view; stays where it is when they are."""
        self.time.reveal(first, last, len(self._bars))
        self.refresh()

    def fit_values(self) -> None:
        self.auto_price = True
        self.refresh()

    def bars_moved(self, appended: int) -> None:
        """Redraw after the last bar changed; move along when bars were appended and the view follows."""
        self.time.appended(appended)
        self.refresh()

    def bars_prepended(self, count: int) -> None:
        """Keep what is in view after an older page was put in front."""
        self.time.shift(count)
        self.refresh()

    def refresh(self) -> None:
        """Fit and redraw without moving."""
        if self.auto_price:
            prices = self._prices()
            if prices is not None:
                self._y0, self._y1 = prices
        self._projection = self._columns = None
        self.update()
        self.moved.emit()

    def pan(self, bars: float) -> None:
        self.time.pan(bars, len(self._bars))
        self.refresh()

    def zoom(self, factor: float, about: float) -> None:
        self.time.zoom(factor, about, len(self._bars))
        self.refresh()

    def zoom_values(self, factor: float, about: float) -> None:
        if self.is_log:
            about = max(about, 1e-12)
            y0 = about * (self._y0 / about) ** factor
            y1 = about * (self._y1 / about) ** factor
            if not 1.000_001 < y1 / y0 < _MOST_LOG_RATIO:
                return
        else:
            y0, y1 = about + (self._y0 - about) * factor, about + (self._y1 - about) * factor
        self.auto_price = False
        self._y0, self._y1 = y0, y1
        self.refresh()

    def move_values(self, px: float) -> None:
        if self.auto_price:
            return
        projection = self.projection
        self._y0, self._y1 = projection.price_at(projection.height - px), projection.price_at(-px)

    def _prices(self) -> tuple[float, float] | None:
        """Give the price range that fits the bars in view above the volume band."""
        extent = self.shown.extent(int(self.time.x0), int(self.time.x1) + 1)
        if extent is None:
            return None
        low, high = extent
        reach = (high - low) * _LEVEL_REACH
        near = [price for price in self.levels if low - reach <= price <= high + reach]
        low, high = min((low, *near)), max((high, *near))
        room = min(0.3, _TOP_PX / max(1.0, self.size().height()))
        share = 1 - VOLUME_SHARE - room - _BOTTOM_ROOM
        if self.is_log and low > 0:
            bottom, top = log(low), log(high)
            whole = ((top - bottom) or 0.001) / share
            return exp(top + whole * (room - 1)), exp(top + whole * room)
        whole = ((high - low) or abs(high) * 0.001 or 1.0) / share
        return high + whole * (room - 1), high + whole * room

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.refresh()  # the room for the values box is in px
