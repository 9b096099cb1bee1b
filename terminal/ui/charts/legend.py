"""The values box: open, high, low, close, volume and averages of the bar under the crosshair."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from terminal.ui.charts import chart_text
from terminal.ui.charts.bars import CLOSE, HIGH, LOW, OPEN, VOLUME
from terminal.ui.charts.ema_item import EmaItem
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem
from terminal.ui.charts.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.tokens import Tokens

_LEFT: Final = 12.0
_ROW: Final = 17.0

Part = tuple[str, str]  # text and colour


class Legend(PaneItem):
    """Shows the bar under the pointer, else the newest."""

    def __init__(
        self, pane: PricePane, averages: Sequence[EmaItem], bar_shown: Callable[[], int | None], tokens: Tokens
    ) -> None:
        super().__init__(pane, z=35)
        self.decimals = 1
        self._averages = averages
        self._bar_shown = bar_shown
        self._tokens = tokens
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    def rows(self) -> tuple[list[Part], list[Part]]:
        """Give both rows' texts with their colours; empty without bars."""
        bars = self.pane.bars
        if not len(bars):
            return [], []
        shown = self._bar_shown()
        index = len(bars) - 1 if shown is None else shown
        values = bars.level()[:, index]
        tokens = self._tokens
        colour = tokens.up if values[CLOSE] >= values[OPEN] else tokens.down
        first: list[Part] = [(chart_text.bar_time(int(bars.open_ms[index]), bars.interval_ms), tokens.muted)]
        for name, row in (("O", OPEN), ("H", HIGH), ("L", LOW), ("C", CLOSE)):
            first += [(f"  {name} ", tokens.muted), (chart_text.price(float(values[row]), self.decimals), colour)]
        moved = float(values[CLOSE] / values[OPEN] - 1) if values[OPEN] else 0.0
        first += [("  ", tokens.muted), (chart_text.change(moved), colour)]
        first += [("  Vol ", tokens.muted), (chart_text.volume(float(values[VOLUME])), tokens.text)]
        second: list[Part] = []
        for item in self._averages:
            if index < len(item.average.values):
                value = chart_text.price(float(item.average.values[index]), self.decimals)
                second += [(f"EMA {item.average.period} ", tokens.muted), (f"{value}   ", item.colour)]
        return first, second

    def draw(self, painter: QPainter, projection: Projection) -> None:
        painter.setFont(self._font)
        ground = QColor(self._tokens.panel)
        ground.setAlphaF(0.82)
        for number, row in enumerate(self.rows()):
            if not row:
                continue
            top = 6 + number * _ROW
            widths = [self._metrics.horizontalAdvance(text) for text, _ in row]
            painter.fillRect(QRectF(_LEFT - 4, top, min(sum(widths) + 8, projection.width), _ROW), ground)
            left = _LEFT
            for (text, colour), width in zip(row, widths, strict=True):
                painter.setPen(QColor(colour))
                painter.drawText(QPointF(left, top + _ROW - 5), text)
                left += width


class PaneMessage(PaneItem):
    """Words in the middle of an empty chart."""

    without_bars = True

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, z=50)
        self.text = ""
        self._colour = QColor(tokens.muted)

    def set_text(self, text: str) -> None:
        """Say why there is nothing to see; "" says nothing."""
        if text != self.text:
            self.text = text
            self.update()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if not self.text:
            return
        painter.setFont(ui_font())
        painter.setPen(self._colour)
        box = QRectF(24, 0, max(0.0, projection.width - 48), projection.band_top)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.text)
