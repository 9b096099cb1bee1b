"""The dotted line at the last price, with its tag: price and time to the bar's close."""

from PySide6.QtGui import QColor, QPainter

from terminal.ui.charts import chart_text
from terminal.ui.charts.axes.axis import Tag
from terminal.ui.charts.axes.price_axis import PriceAxis
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import DottedLines
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import CLOSE, OPEN
from terminal.ui.theme.look import LIVE

_TAG = "last"


class LastPriceLine(ChartItem):
    """Coloured as the newest bar is: up or down. Grey once the market data is stale."""

    def __init__(self, pane: PricePane, axis: PriceAxis) -> None:
        super().__init__(pane, z=20)
        self._axis = axis
        self._countdown = ""
        self._stale = False
        self._line = DottedLines()
        pane.moved.connect(self.refresh)

    def set_countdown(self, text: str) -> None:
        """Show how long the newest bar is still open; "" when it is not known."""
        self._countdown = text
        self.refresh()

    def set_stale(self, stale: bool) -> None:
        if stale != self._stale:
            self._stale = stale
            self.refresh()
            self.update()

    def refresh(self) -> None:
        """Bring the tag up to date with the newest bar."""
        bars = self.pane.bars
        if not len(bars) or not self.isVisible():
            self._axis.set_tag(_TAG, None)
            return
        last = float(bars.level()[CLOSE, -1])
        text = chart_text.price(last, self._axis.decimals)
        self._axis.set_tag(_TAG, Tag(last, text, self._colour(), LIVE.on_fill, self._countdown))

    def _colour(self) -> str:
        if self._stale:
            return LIVE.muted
        newest = self.pane.bars.level()[:, -1]
        return LIVE.rise if newest[CLOSE] >= newest[OPEN] else LIVE.fall

    def dress(self) -> None:
        self.refresh()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        y = round(projection.y(float(self.pane.bars.level()[CLOSE, -1])))
        if 0 <= y < projection.band_top:
            self._line.across(painter, QColor(self._colour()), y, projection.width)
