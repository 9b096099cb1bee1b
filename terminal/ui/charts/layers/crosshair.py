"""The crosshair: dotted lines through the bar and the price under the pointer, tags on both axes.

It stands at a bar, and at a price only in the pane the pointer is in: a linked chart shows the
same moment without a price.
"""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from terminal.ui.charts import chart_text
from terminal.ui.charts.axes.axis import Tag
from terminal.ui.charts.axes.price_axis import PriceAxis
from terminal.ui.charts.axes.time_axis import TimeAxis
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import DottedLines
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.theme.look import LIVE

_TAG = "crosshair"


class Crosshair(ChartItem):
    """Follows the pointer, or a moment another chart points at.

    Attributes:
        bar: index of the bar under it, None when there is none.
    """

    def __init__(self, pane: PricePane, price_axis: PriceAxis, time_axis: TimeAxis) -> None:
        super().__init__(pane, z=40)
        self._axes = (price_axis, time_axis)
        self._dots = DottedLines()
        self._at: QPointF | None = None
        self._linked_ms: int | None = None
        self._place: int | None = None
        self.bar: int | None = None
        self.dress()
        self.hide()
        pane.moved.connect(self._follow)

    def dress(self) -> None:
        self._colour = QColor(LIVE.muted)
        if self._place is not None:
            self._follow()

    @property
    def place(self) -> int | None:
        """The bar it stands at, also beyond the series; None while it is hidden."""
        return self._place

    @property
    def at_ms(self) -> int | None:
        """The moment it stands at, Unix ms; None while it is hidden."""
        return None if self._place is None else self.pane.bars.time_at(self._place)

    def move_to(self, at: QPointF | None) -> None:
        """Go to a point of the pane, in its pixels; None hides the crosshair."""
        if at == self._at and self._linked_ms is None:
            return
        self._at, self._linked_ms = at, None
        self._follow()
        self.update()

    def link_to(self, at_ms: int | None) -> None:
        """Go to the bar that holds a moment another chart points at; None hides the crosshair."""
        if at_ms == self._linked_ms and self._at is None:
            return
        self._at, self._linked_ms = None, at_ms
        self._follow()
        self.update()

    def _find(self) -> int | None:
        """Work out the bar it stands at; beyond the series by the clock."""
        bars = self.pane.bars
        if self._at is not None:
            return round(self.pane.projection.index_at(self._at.x()))
        if self._linked_ms is None or not len(bars) or self._linked_ms < int(bars.open_ms[0]):
            return None
        inside = bars.index_of(self._linked_ms)
        beyond = (self._linked_ms - int(bars.open_ms[inside])) // bars.interval_ms
        return inside + beyond if inside == len(bars) - 1 else inside

    def _follow(self) -> None:
        """Work out what is under the pointer; the bars may have moved below it."""
        price_axis, time_axis = self._axes
        self._place = place = self._find()
        self.setVisible(place is not None or self._at is not None)
        bars = self.pane.bars
        self.bar = place if place is not None and 0 <= place < len(bars) else None
        fill, ink = LIVE.faint, LIVE.text
        if place is None:
            time_axis.set_tag(_TAG, None)
        else:
            words = chart_text.bar_time(bars.time_at(place), bars.interval_ms, time_axis.zone)
            time_axis.set_tag(_TAG, Tag(place, words, fill, ink))
        projection = self.pane.projection
        if self._at is None or self._at.y() >= projection.band_top:
            price_axis.set_tag(_TAG, None)
        else:
            price = projection.price_at(self._at.y())
            price_axis.set_tag(_TAG, Tag(price, chart_text.price(price, price_axis.decimals), fill, ink))

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if self._place is not None:
            x = round(projection.x(float(self._place)))
            if 0 <= x < projection.width:
                self._dots.down(painter, self._colour, x, projection.height)
        if self._at is not None and self._at.y() < projection.band_top:
            self._dots.across(painter, self._colour, round(self._at.y()), projection.width)
