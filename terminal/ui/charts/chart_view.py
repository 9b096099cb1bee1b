"""The chart itself: pane, axes and layers put together. It knows bars and prices, not the desk."""

from collections.abc import Iterable
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsWidget, QToolTip, QWidget

from terminal.ui.charts.bars import CLOSE, Bars
from terminal.ui.charts.candle_item import CandleItem
from terminal.ui.charts.crosshair import Crosshair
from terminal.ui.charts.ema_item import EmaItem
from terminal.ui.charts.evidence_mark import EvidenceMark
from terminal.ui.charts.indicators import RunningEma
from terminal.ui.charts.last_price_line import LastPriceLine
from terminal.ui.charts.legend import Legend, PaneMessage
from terminal.ui.charts.level_lines import Level, LevelLines
from terminal.ui.charts.markers import Marker, Markers
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.price_axis import PriceAxis
from terminal.ui.charts.time_axis import TimeAxis
from terminal.ui.charts.volume_item import VolumeItem
from terminal.ui.theme.tokens import DARK, Tokens
from terminal.ui.viewmodels.chart_mark import ChartMark
from terminal.ui.widgets.plain_text import tooltip

_AVERAGES: Final = ((21, "accent"), (55, "amber"))


class ChartView(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph ships no types
    """Candles, volume, averages, lines and marks of one series.

    Attributes:
        pane: what is in view and how it moves.
        bars: the series; change it through `set_bars`, or change its end and call `bars_moved`.
    """

    def __init__(self, tokens: Tokens = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=tokens.panel)
        self.setAntialiasing(False)
        self.setAccessibleName("Price chart")
        self.setMinimumSize(320, 200)
        self.pane = PricePane()
        self.price_axis = PriceAxis(self.pane, tokens)
        self.time_axis = TimeAxis(self.pane, tokens)
        self._lay_out()
        empty = Bars(60_000)
        self.candles = CandleItem(self.pane, tokens)
        self.volume = VolumeItem(self.pane, tokens)
        self.averages = [
            EmaItem(self.pane, getattr(tokens, tone), RunningEma(period, empty.level()[CLOSE]))
            for period, tone in _AVERAGES
        ]
        self.last_price = LastPriceLine(self.pane, self.price_axis, tokens)
        self.level_lines = LevelLines(self.pane, tokens)
        self.evidence = EvidenceMark(self.pane, tokens)
        self.markers = Markers(self.pane, tokens)
        self.crosshair = Crosshair(self.pane, self.price_axis, self.time_axis, tokens)
        self.legend = Legend(self.pane, self.averages, lambda: self.crosshair.bar, tokens)
        self.message = PaneMessage(self.pane, tokens)
        self.scene().sigMouseMoved.connect(self._on_pointer)

    def _lay_out(self) -> None:
        frame = QGraphicsWidget()
        grid = QGraphicsGridLayout(frame)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addItem(self.pane, 0, 0)
        grid.addItem(self.price_axis, 0, 1)
        grid.addItem(self.time_axis, 1, 0)
        grid.setColumnStretchFactor(0, 1)
        grid.setRowStretchFactor(0, 1)
        self.setCentralItem(frame)

    @property
    def bars(self) -> Bars:
        bars: Bars = self.pane.bars
        return bars

    def set_bars(self, bars: Bars) -> None:
        """Show another series, its newest bars first."""
        closes = bars.level()[CLOSE]
        for item, (period, _) in zip(self.averages, _AVERAGES, strict=True):
            item.average = RunningEma(period, closes)
        if len(bars):
            self.price_axis.fit_width(float(closes[-1]) * 1.1)
        self.pane.set_bars(bars)

    def bars_moved(self, appended: int) -> None:
        """Draw the series' new end after `appended` bars were added and the last one changed."""
        closes = self.bars.level()[CLOSE]
        for item in self.averages:
            item.average.follow(closes)
        self.pane.bars_moved(appended)

    def set_decimals(self, decimals: int) -> None:
        """Write prices with the venue's number of decimals."""
        self.legend.decimals = decimals
        self.price_axis.set_decimals(decimals)
        self.last_price.refresh()

    def set_levels(self, levels: tuple[Level, ...]) -> None:
        self.level_lines.set_levels(levels)

    def set_markers(self, markers: Iterable[Marker]) -> None:
        self.markers.set_markers(markers)

    def show_evidence(self, mark: ChartMark | None, *, reveal: bool) -> None:
        """Mark the bars a value was seen on; `reveal` scrolls to them."""
        self.evidence.show_mark(mark)
        if reveal and self.evidence.span is not None:
            self.pane.reveal(*self.evidence.span)

    def _on_pointer(self, at_scene: QPointF) -> None:
        at: QPointF = self.pane.mapFromScene(at_scene)
        inside = bool(self.pane.rect().contains(at))
        self.crosshair.move_to(at if inside else None)
        self.legend.update()
        words = self.markers.text_at(at) if inside else ""
        if words:
            QToolTip.showText(self.mapToGlobal(self.mapFromScene(at_scene)), tooltip(words), self)
        elif QToolTip.isVisible():
            QToolTip.hideText()

    def viewportEvent(self, event: QEvent) -> bool:
        """Keep a mark's words up: the scene would answer Qt's own question for a tooltip with none, and hide them."""
        if event.type() == QEvent.Type.ToolTip:
            return True
        return bool(super().viewportEvent(event))

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self.crosshair.move_to(None)
        self.legend.update()
