"""The crosshair: dotted lines through the bar and the price under the pointer, tags on both axes."""

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts import chart_text
from terminal.ui.charts.axis import Tag
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem
from terminal.ui.charts.price_axis import PriceAxis
from terminal.ui.charts.projection import Projection
from terminal.ui.charts.time_axis import TimeAxis
from terminal.ui.theme.tokens import Tokens

_TAG = "crosshair"


class Crosshair(PaneItem):
    """Follows the pointer; `bar` is the index of the bar under it, None when there is none."""

    def __init__(self, pane: PricePane, price_axis: PriceAxis, time_axis: TimeAxis, tokens: Tokens) -> None:
        super().__init__(pane, z=40)
        self._axes = (price_axis, time_axis)
        self._tokens = tokens
        self._pen = QPen(QColor(tokens.muted), 0, Qt.PenStyle.DotLine)
        self._at: QPointF | None = None
        self.bar: int | None = None
        pane.moved.connect(self._follow)

    def move_to(self, at: QPointF | None) -> None:
        """Go to a point of the pane, in its pixels; None hides the crosshair."""
        if at == self._at:
            return
        self._at = at
        self._follow()
        self.update()

    def _follow(self) -> None:
        """Work out what is under the pointer; the bars may have moved below it."""
        price_axis, time_axis = self._axes
        if self._at is None:
            self.bar = None
            price_axis.set_tag(_TAG, None)
            time_axis.set_tag(_TAG, None)
            return
        projection = self.pane.projection
        index = round(projection.index_at(self._at.x()))
        self.bar = index if 0 <= index < len(self.pane.bars) else None
        fill, ink = self._tokens.faint, self._tokens.text
        bars = self.pane.bars
        time_axis.set_tag(_TAG, Tag(index, chart_text.bar_time(bars.time_at(index), bars.interval_ms), fill, ink))
        in_prices = self._at.y() < projection.band_top
        price = projection.price_at(self._at.y())
        text = chart_text.price(price, price_axis.decimals)
        price_axis.set_tag(_TAG, Tag(price, text, fill, ink) if in_prices else None)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if self._at is None:
            return
        painter.setPen(self._pen)
        x = round(projection.x(float(round(projection.index_at(self._at.x())))))
        painter.drawLine(QLineF(x, 0, x, projection.height))
        if self._at.y() < projection.band_top:
            y = round(self._at.y())
            painter.drawLine(QLineF(0, y, projection.width, y))
