"""The values box: open, high, low, close, volume and averages of the bar under the crosshair."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from terminal.ui.charts import chart_text
from terminal.ui.charts.axes.labels import Labels
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.layers.ema_item import EmaItem
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import device_ratio
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.merge import CLOSE, HIGH, LOW, OPEN, VOLUME
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

_LEFT: Final = 12.0
_INSET: Final = 4.0
_TOP: Final = 6.0
_ROW: Final = 17.0

Part = tuple[str, str]  # text and colour


class Legend(ChartItem):
    """Shows the bar under the pointer, else the newest; a derived bar's values say which bars they are of.

    Attributes:
        decimals: of prices.
        zone: whose clock the bar's time is told by.
        style: how the bars are drawn; Heikin-Ashi values are not traded prices and are named.
    """

    def __init__(self, pane: PricePane, averages: Sequence[EmaItem], bar_shown: Callable[[], int | None]) -> None:
        super().__init__(pane, z=35)
        self.decimals = 1
        self.zone = Zone.LOCAL
        self.style = BarStyle.CANDLES
        self._prices = pane
        self._averages = averages
        self._bar_shown = bar_shown
        self.dress()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)
        self._labels = Labels(self._font)
        self._ground = QColor(LIVE.panel)
        self._ground.setAlphaF(0.82)
        self._made_of: tuple[object, float] = ((), 0.0)
        self._picture = QPixmap()

    def rows(self) -> tuple[list[Part], list[Part]]:
        """Give both rows' texts with their colours; empty without bars."""
        bars = self._prices.shown
        if not len(bars):
            return [], []
        shown = self._bar_shown()
        index = len(bars) - 1 if shown is None or shown >= len(bars) else shown
        return self._bar_row(index), self._average_row(index)

    def _bar_row(self, index: int) -> list[Part]:
        bars = self._prices.shown
        values = bars.level()[:, index].tolist()
        colour = LIVE.rise if values[CLOSE] >= values[OPEN] else LIVE.fall
        row: list[Part] = [(chart_text.bar_time(int(bars.open_ms[index]), bars.interval_ms, self.zone), LIVE.muted)]
        if self.style is BarStyle.HEIKIN_ASHI:
            row.append(("  Heikin-Ashi", LIVE.muted))
        for name, place in (("O", OPEN), ("H", HIGH), ("L", LOW), ("C", CLOSE)):
            row += [(f"  {name} ", LIVE.muted), (chart_text.price(values[place], self.decimals), colour)]
        moved = values[CLOSE] / values[OPEN] - 1 if values[OPEN] else 0.0
        row += [("  ", LIVE.muted), (chart_text.change(moved), colour)]
        return [*row, ("  Vol ", LIVE.muted), (chart_text.volume(values[VOLUME]), LIVE.text)]

    def _average_row(self, index: int) -> list[Part]:
        row: list[Part] = []
        for item in self._averages:
            if item.isVisible() and index < len(item.average.values):
                value = chart_text.price(float(item.average.values[index]), self.decimals)
                gap = "   " if row else ""
                row += [(f"{gap}EMA {item.average.period} ", LIVE.muted), (value, item.colour)]
        return row

    def draw(self, painter: QPainter, projection: Projection) -> None:
        room = projection.width - _LEFT - _INSET
        rows = tuple(self._fitting(row, room) for row in self.rows())
        made_of = (rows, device_ratio(painter))
        if made_of != self._made_of:  # the picture stays as it is while the view moves
            self._made_of = made_of
            self._picture = self._paint_rows(rows, device_ratio(painter))
        painter.setClipRect(QRectF(0, 0, projection.width, projection.height))
        painter.drawPixmap(QPointF(_LEFT - _INSET, _TOP), self._picture)

    def _fitting(self, row: list[Part], room: float) -> tuple[Part, ...]:
        """Leave out what does not fit, names together with their values: a name begins with a space."""
        used, whole = 0.0, 0
        for number, (text, _) in enumerate(row):
            if text.startswith(" "):
                whole = number
            used += self._labels.width(text)
            if used > room:
                return tuple(row[:whole])
        return tuple(row)

    def _paint_rows(self, rows: tuple[tuple[Part, ...], ...], ratio: float) -> QPixmap:
        """Write the rows into a picture, each on a ground as wide as itself."""
        widths = [sum(self._labels.width(text) for text, _ in row) + 2 * _INSET for row in rows]
        size = QSizeF(max((1.0, *widths)), _ROW * len(rows)) * ratio
        picture = QPixmap(size.toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self._font)
        for number, (row, width) in enumerate(zip(rows, widths, strict=True)):
            if row:
                painter.fillRect(QRectF(0, number * _ROW, width, _ROW), self._ground)
            left = _INSET
            for text, colour in row:
                painter.setPen(QColor(colour))
                left += self._labels.draw_left(painter, left, (number + 0.5) * _ROW, text)
        painter.end()
        return picture


class PaneMessage(ChartItem):
    """Words in the middle of an empty chart."""

    without_bars = True

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, z=50)
        self.text = ""
        self.hide()

    def set_text(self, text: str) -> None:
        """Say why there is nothing to see; "" says nothing."""
        if text != self.text:
            self.text = text
            self.setVisible(bool(text))
            self.update()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if not self.text:
            return
        painter.setFont(ui_font())
        painter.setPen(QColor(LIVE.muted))
        box = QRectF(24, 0, max(0.0, projection.width - 48), projection.band_top)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.text)
