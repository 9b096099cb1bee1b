"""The price axis at the right, with tags for the last price and the crosshair."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from terminal.ui.charts import chart_text
from terminal.ui.charts.axes.axis import Axis, Tag
from terminal.ui.charts.axes.ticks import log_prices, price_numbers, price_step
from terminal.ui.charts.panes.pane import Pane
from terminal.ui.charts.panes.projection import Projection

_INSET: Final = 8.0
_ROW: Final = 18.0
_MOST_TEXTS: Final = 500
_LEAST_GAP_PX: Final = 34.0  # labels of a logarithmic axis


class PriceAxis(Axis):
    """Round prices at the venue's decimals; as wide as the widest of them needs."""

    def __init__(self, pane: Pane) -> None:
        self.decimals = 1
        self._highest = 0.0
        self._texts: dict[float, str] = {}
        super().__init__(pane, number=1)

    def dress(self) -> None:
        super().dress()
        self.fit_width(self._highest)

    def set_decimals(self, decimals: int) -> None:
        self.decimals = decimals
        self._texts.clear()
        self.fit_width(self._highest)
        self.update()

    def fit_width(self, highest: float) -> None:
        """Make room for prices up to `highest`."""
        self._highest = highest
        text = chart_text.price(highest, self.decimals)
        width = max(64.0, round(self.labels.width("0" * len(text))) + 2 * _INSET)
        self.setMinimumWidth(width)
        self.setMaximumWidth(width)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        painter.setPen(self.label_pen)
        if len(self._texts) > _MOST_TEXTS:
            self._texts.clear()
        for price, y in self.labels_in_view(projection):
            text = self._texts.get(price)
            if text is None:
                text = self._texts[price] = chart_text.price(price, self.decimals)
            self.labels.draw_left(painter, _INSET, y, text)

    def labels_in_view(self, projection: Projection) -> list[tuple[float, float]]:
        """Give the prices that are written, each with its height in px; those a tag lies on give way."""
        taken = [box for tag in self.tags if (box := self.tag_span(projection, tag)) is not None]
        labels: list[tuple[float, float]] = []
        last = float("inf")
        for price in self._round_prices(projection):
            y = projection.y(price)
            if y < _ROW / 2 or any(top - _ROW / 2 < y < bottom + _ROW / 2 for top, bottom in taken):
                continue
            if projection.is_log and last - y < _LEAST_GAP_PX:
                continue
            last = y
            labels.append((price, y))
        return labels

    def draw_tag(self, painter: QPainter, projection: Projection, tag: Tag) -> None:
        span = self.tag_span(projection, tag)
        if span is not None:
            top, bottom = span
            self.fill_tag(painter, QRectF(0, top, self.size().width() - 2, bottom - top), tag)

    def tag_span(self, projection: Projection, tag: Tag) -> tuple[float, float] | None:
        """Give a tag's top and bottom in px; None while its price is out of view."""
        y = projection.y(tag.value)
        if not 0 <= y <= projection.band_top:
            return None
        height = _ROW if not tag.note else 2 * _ROW - 4
        top = round(min(max(y - _ROW / 2, 0.0), projection.height - height))
        return top, top + height

    def _round_prices(self, projection: Projection) -> list[float]:
        low, high = projection.price_at(projection.band_top - _ROW / 2), projection.y1
        tick = 10.0**-self.decimals
        if projection.is_log and low > 0:
            return log_prices(low, high, projection.height, tick)
        step = price_step(projection.y0, projection.y1, projection.height, tick)
        return [number * step for number in price_numbers(low, high, step)]
