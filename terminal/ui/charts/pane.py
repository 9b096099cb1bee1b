"""The price pane: which bars and prices are in view, and how a hand moves them.

It holds the newest bar in view until someone pans away from it, and fits prices to the
bars in view until someone scales them by hand. Items draw themselves in its pixels.
"""

from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import Signal

from terminal.ui.charts.bars import Bars
from terminal.ui.charts.columns import Columns, columns_in_view
from terminal.ui.charts.projection import VOLUME_SHARE, Projection

FIRST_BARS: Final = 160  # in view when a series is opened
ROOM_BARS: Final = 0.06  # empty share of the view at the right of the newest bar
_FEWEST: Final = 12  # bars in view at the closest zoom
_TOP_PX: Final = 46.0  # above the highest high: the values box stands there
_BOTTOM_ROOM: Final = 0.04  # between the lowest low and the volume band
_ZOOM_STEP: Final = 0.88  # a notch of the wheel
_LEVEL_REACH: Final = 0.6  # a price level this share of the span away still widens the view


class PricePane(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph ships no types
    """View box of the chart.

    Attributes:
        bars: the series in view.
        follows: True while the newest bar is kept in view.
        auto_price: True while prices fit the bars in view.
        levels: prices that should stay in view when they are near.

    Signals:
        moved: range, size or following changed.
    """

    moved = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0)
        self.disableAutoRange()
        self.bars = Bars(60_000)
        self.levels: tuple[float, ...] = ()
        self.follows = True
        self.auto_price = True
        self._projection: Projection | None = None
        self._columns: Columns | None = None
        self.sigRangeChanged.connect(self._on_range)

    @property
    def projection(self) -> Projection:
        if self._projection is None:
            (x0, x1), (y0, y1) = self.viewRange()
            rect = self.rect()
            self._projection = Projection(x0, x1, y0, y1, max(1.0, rect.width()), max(1.0, rect.height()))
        return self._projection

    @property
    def columns(self) -> Columns | None:
        """The columns in view, worked out once for all layers; None when there is no bar in view."""
        if self._columns is None:
            self._columns = columns_in_view(self.bars, self.projection)
        return self._columns

    # -- what is in view --------------------------------------------------

    def set_bars(self, bars: Bars) -> None:
        """Show a series from its newest bars on."""
        self.bars = bars
        self.show_newest()

    def show_newest(self) -> None:
        """Go to the newest bars at the usual zoom, prices fitted."""
        self.follows = self.auto_price = True
        span = min(max(_FEWEST, len(self.bars)), FIRST_BARS) / (1 - ROOM_BARS)
        right = len(self.bars) - 0.5 + span * ROOM_BARS
        self._show(right - span, right)

    def fit(self) -> None:
        """Show every bar."""
        self.follows = self.auto_price = True
        span = max(_FEWEST, len(self.bars)) / (1 - ROOM_BARS)
        right = len(self.bars) - 0.5 + span * ROOM_BARS
        self._show(right - span, right)

    def reveal(self, first: int, last: int) -> None:
        """Bring the bars from `first` to `last` into view; stays where it is when they are."""
        (x0, x1), _ = self.viewRange()
        if x0 <= first - 0.5 and last + 0.5 <= x1:
            return
        span = max(x1 - x0, (last - first + 1) * 1.5)
        middle = (first + last) / 2
        self._by_hand(middle - span / 2, middle + span / 2)

    def fit_price(self) -> None:
        """Fit prices to the bars in view again."""
        self.auto_price = True
        self.refresh()

    def bars_moved(self, appended: int) -> None:
        """Redraw after the last bar changed; move along when bars were appended and the view follows."""
        shift = appended if self.follows else 0
        (x0, x1), _ = self.viewRange()
        self._show(x0 + shift, x1 + shift)

    def refresh(self) -> None:
        """Fit and redraw without moving."""
        self.bars_moved(0)

    def pan(self, bars: float) -> None:
        """Move the view by a number of bars; positive goes towards the newest."""
        (x0, x1), _ = self.viewRange()
        self._by_hand(x0 + bars, x1 + bars)

    def zoom(self, factor: float, about: float) -> None:
        """Scale the number of bars in view; the bar at `about` stays where it is."""
        (x0, x1), _ = self.viewRange()
        widest = max(_FEWEST, len(self.bars)) * 1.2
        factor = min(max(factor, _FEWEST / (x1 - x0)), max(1.0, widest / (x1 - x0)))
        self._by_hand(about + (x0 - about) * factor, about + (x1 - about) * factor)

    def zoom_price(self, factor: float, about: float) -> None:
        """Scale prices by hand; the price at `about` stays where it is."""
        self.auto_price = False
        _, (y0, y1) = self.viewRange()
        self.setRange(
            yRange=(about + (y0 - about) * factor, about + (y1 - about) * factor), padding=0, disableAutoRange=False
        )

    def _by_hand(self, x0: float, x1: float) -> None:
        """Show a range a hand asked for, never without a few bars in it."""
        span = x1 - x0
        keep = min(_FEWEST / 2, span / 2)
        x0 = min(max(x0, keep - span), len(self.bars) - keep)
        x1 = x0 + span
        newest = len(self.bars) - 1
        self.follows = x0 <= newest <= x1
        self._show(x0, x1)

    def _show(self, x0: float, x1: float) -> None:
        prices = self._prices(x0, x1) if self.auto_price else None
        if prices is None:
            self.setRange(xRange=(x0, x1), padding=0, disableAutoRange=False)
        else:
            self.setRange(xRange=(x0, x1), yRange=prices, padding=0, disableAutoRange=False)
        self._on_range()  # the last bar may have changed although the range did not
        self.update()
        self.moved.emit()

    def _prices(self, x0: float, x1: float) -> tuple[float, float] | None:
        """Give the price range that fits the bars between two indices above the volume band."""
        extent = self.bars.extent(int(x0), int(x1) + 1)
        if extent is None:
            return None
        low, high = extent
        reach = (high - low) * _LEVEL_REACH
        near = [price for price in self.levels if low - reach <= price <= high + reach]
        low, high = min((low, *near)), max((high, *near))
        span = (high - low) or abs(high) * 0.001 or 1.0
        room = min(0.3, _TOP_PX / self.projection.height)
        total = span / (1 - VOLUME_SHARE - room - _BOTTOM_ROOM)
        top = high + total * room
        return top - total, top

    def _on_range(self) -> None:
        self._projection = self._columns = None

    # -- hand -------------------------------------------------------------

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._on_range()
        self.refresh()  # the room for the values box is in px

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Zoom at the pointer; over the price axis zoom prices, with Shift pan."""
        event.accept()
        notches = event.delta() / 120
        projection = self.projection
        if axis == 1:
            self.zoom_price(_ZOOM_STEP**notches, projection.price_at(event.pos().y()))
        elif event.modifiers() & pg.QtCore.Qt.KeyboardModifier.ShiftModifier:
            self.pan(-notches * (projection.x1 - projection.x0) * 0.1)
        else:
            self.zoom(_ZOOM_STEP**notches, projection.index_at(event.pos().x()))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Pan; over the time axis zoom about the right edge, over the price axis scale prices."""
        event.accept()
        moved = event.pos() - event.lastPos()
        projection = self.projection
        if axis == 0:
            self.zoom(2 ** (-moved.x() / 200), projection.x1)
        elif axis == 1:
            self.zoom_price(2 ** (moved.y() / 150), (projection.y0 + projection.y1) / 2)
        else:
            if not self.auto_price:
                shift = moved.y() * (projection.y1 - projection.y0) / projection.height
                self.setRange(yRange=(projection.y0 + shift, projection.y1 + shift), padding=0, disableAutoRange=False)
            self.pan(-moved.x() / projection.bar_px)

    def mouseClickEvent(self, event: Any) -> None:
        """Show every bar at a double click."""
        if event.double():
            event.accept()
            self.fit()
