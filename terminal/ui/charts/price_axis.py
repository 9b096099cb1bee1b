"""The price axis at the right, with tags for the last price and the crosshair."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from terminal.ui.charts import chart_text
from terminal.ui.charts.axis import Axis, Tag
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.projection import Projection
from terminal.ui.charts.ticks import price_numbers, price_step
from terminal.ui.theme.tokens import Tokens

_INSET: Final = 8.0
_ROW: Final = 18.0
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class PriceAxis(Axis):
    """Round prices at the venue's decimals; as wide as the widest of them needs."""

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, tokens, number=1)
        self.decimals = 1
        self._step = 0.0
        self._highest = 0.0
        self._texts: dict[int, str] = {}
        self._metrics = QFontMetricsF(self.label_font)
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
        width = max(64.0, round(self._metrics.horizontalAdvance("0" * len(text))) + 2 * _INSET)
        self.setMinimumWidth(width)
        self.setMaximumWidth(width)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        step = price_step(projection.y0, projection.y1, projection.height, 10.0**-self.decimals)
        if step != self._step:
            self._step = step
            self._texts.clear()
        painter.setPen(self.label_pen)
        taken = [box for tag in self.tags if (box := self._tag_span(projection, tag)) is not None]
        for number in price_numbers(projection.price_at(projection.band_top - _ROW / 2), projection.y1, step):
            y = projection.y(number * step)
            if y < _ROW / 2 or any(top - _ROW / 2 < y < bottom + _ROW / 2 for top, bottom in taken):
                continue
            text = self._texts.get(number)
            if text is None:
                text = self._texts[number] = chart_text.price(number * step, self.decimals)
            painter.drawText(QRectF(_INSET, y - _ROW / 2, self.size().width() - _INSET, _ROW), _LEFT, text)

    def draw_tag(self, painter: QPainter, projection: Projection, tag: Tag) -> None:
        span = self._tag_span(projection, tag)
        if span is not None:
            top, bottom = span
            self.fill_tag(painter, QRectF(0, top, self.size().width() - 2, bottom - top), tag)

    @staticmethod
    def _tag_span(projection: Projection, tag: Tag) -> tuple[float, float] | None:
        """Give a tag's top and bottom in px; None while its price is out of view."""
        y = projection.y(tag.value)
        if not 0 <= y <= projection.band_top:
            return None
        height = _ROW if not tag.note else 2 * _ROW - 4
        top = round(min(max(y - _ROW / 2, 0.0), projection.height - height))
        return top, top + height
