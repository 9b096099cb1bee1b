"""The values box: open, high, low, close, volume and indicators of the bar under the crosshair."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from terminal.ui.charts import chart_text
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.layers.words_box import INSET, Part, WordsBox
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.merge import CLOSE, HIGH, LOW, OPEN, VOLUME
from terminal.ui.theme.look import LIVE

_LEFT: Final = 12.0
_TOP: Final = 6.0
_MOST_ROWS: Final = 3  # of indicators; more would hide the bars


class Legend(ChartItem):
    """Shows the bar under the pointer, else the newest; a derived bar's values say which bars they are of.

    Attributes:
        decimals: of prices.
        zone: whose clock the bar's time is told by.
        box: what the words are written with.
        style: how the bars are drawn; Heikin-Ashi values are not traded prices and are named.
    """

    def __init__(
        self, pane: PricePane, studies: Callable[[int], list[Part]], bar_shown: Callable[[], int | None]
    ) -> None:
        super().__init__(pane, z=35)
        self.decimals = 1
        self.zone = Zone.LOCAL
        self.style = BarStyle.CANDLES
        self._prices = pane
        self._studies = studies
        self._bar_shown = bar_shown
        self.dress()

    def dress(self) -> None:
        self.box = WordsBox()

    def rows(self) -> tuple[list[Part], list[Part]]:
        """Give both rows' texts with their colours; empty without bars."""
        bars = self._prices.shown
        if not len(bars):
            return [], []
        shown = self._bar_shown()
        index = len(bars) - 1 if shown is None or shown >= len(bars) else shown
        return self._bar_row(index), self._studies(index)

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

    def draw(self, painter: QPainter, projection: Projection) -> None:
        room = projection.width - _LEFT - INSET
        bar, studies = self.rows()
        painter.setClipRect(QRectF(0, 0, projection.width, projection.height))
        self.box.draw(painter, QPointF(_LEFT - INSET, _TOP), bar, studies, room, _MOST_ROWS)
