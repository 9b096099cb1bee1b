"""The dotted line at the last price, with its tag: price and time to the bar's close."""

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts import chart_text
from terminal.ui.charts.axis import Tag
from terminal.ui.charts.bars import CLOSE, OPEN
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem
from terminal.ui.charts.price_axis import PriceAxis
from terminal.ui.charts.projection import Projection
from terminal.ui.theme.tokens import Tokens

_TAG = "last"


class LastPriceLine(PaneItem):
    """Coloured as the newest bar is: up or down. Grey once the market data is stale."""

    def __init__(self, pane: PricePane, axis: PriceAxis, tokens: Tokens) -> None:
        super().__init__(pane, z=20)
        self._axis = axis
        self._tokens = tokens
        self._countdown = ""
        self._stale = False
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
        self._axis.set_tag(_TAG, Tag(last, text, self._colour(), self._tokens.on_fill, self._countdown))

    def _colour(self) -> str:
        if self._stale:
            return self._tokens.muted
        newest = self.pane.bars.level()[:, -1]
        return self._tokens.up if newest[CLOSE] >= newest[OPEN] else self._tokens.down

    def draw(self, painter: QPainter, projection: Projection) -> None:
        y = round(projection.y(float(self.pane.bars.level()[CLOSE, -1])))
        if 0 <= y < projection.band_top:
            painter.setPen(QPen(QColor(self._colour()), 0, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(0, y, projection.width, y))
