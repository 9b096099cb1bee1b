"""The chart itself: panes, axes and layers put together. It knows bars and prices, not the desk.

To draw something more on it, see `panes.chart_item`; for one more indicator, `studies.kinds`.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtWidgets import QToolTip, QWidget

from terminal.ui.charts.axes.axis import Axis
from terminal.ui.charts.axes.price_axis import PriceAxis
from terminal.ui.charts.axes.time_axis import TimeAxis
from terminal.ui.charts.axes.zone_corner import ZoneCorner
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.layers.crosshair import Crosshair
from terminal.ui.charts.layers.evidence_mark import EvidenceMark
from terminal.ui.charts.layers.last_price_line import LastPriceLine
from terminal.ui.charts.layers.legend import Legend
from terminal.ui.charts.layers.level_lines import Level, LevelLines
from terminal.ui.charts.layers.markers import Marker, Markers
from terminal.ui.charts.layers.quiet_words import EdgeWords, PaneMessage
from terminal.ui.charts.layers.series_item import SeriesItem
from terminal.ui.charts.layers.volume_item import VolumeItem
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.stack import PaneStack
from terminal.ui.charts.panes.study_pane import Extent, StudyPane
from terminal.ui.charts.series.bars import Bars, Times
from terminal.ui.charts.series.heikin_ashi import HeikinAshi
from terminal.ui.charts.series.merge import CLOSE, Floats
from terminal.ui.charts.studies.board import StudyBoard
from terminal.ui.theme.look import LIVE, LOOK
from terminal.ui.viewmodels.chart_mark import ChartMark
from terminal.ui.widgets.plain_text import tooltip


class ChartView(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph ships no types
    """Bars, volume, indicators, lines and marks of one series.

    Attributes:
        pane: what is in view and how it moves.
        studies: the indicators.
        bars: the series; change it through `set_bars`, change its end and call `bars_moved`, or
            put an older page in front with `prepend`.
        tips: each gives the words of what lies under a point of the price pane, "" for nothing; first come first said.

    Signals:
        pointed (object): the moment the pointer is at, Unix ms; None when it has left.
        pressed: a mouse button went down on the chart.
    """

    pointed = Signal(object)
    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=LIVE.panel)
        self.setAntialiasing(False)
        # Every layer spans its pane, so whatever changes, all is painted: looking for less only takes time.
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.setOptimizationFlag(self.OptimizationFlag.DontSavePainterState)
        self.setAccessibleName("Price chart")
        self.setMinimumSize(320, 200)
        self.pane = PricePane()
        self.price_axis = PriceAxis(self.pane)
        self.time_axis = TimeAxis(self.pane)
        self.corner = ZoneCorner()
        self._stack = PaneStack(self.pane, self.price_axis)
        self._stack.set_time(self.time_axis, self.corner)
        self.setCentralItem(self._stack)
        self._heikin_ashi: HeikinAshi | None = None
        self.candles = SeriesItem(self.pane)
        self.volume = VolumeItem(self.pane)
        self.last_price = LastPriceLine(self.pane, self.price_axis)
        self.level_lines = LevelLines(self.pane)
        self.evidence = EvidenceMark(self.pane)
        self.markers = Markers(self.pane)
        self.tips: list[Callable[[QPointF], str]] = [self.markers.text_at]
        self.crosshair = Crosshair(self.pane, self.price_axis, self.time_axis)
        self.studies = StudyBoard(self, lambda: self.crosshair.place, self)
        self.legend = Legend(self.pane, self.studies.price_parts, lambda: self.crosshair.bar)
        self.message = PaneMessage(self.pane)
        self.edge_words = EdgeWords(self.pane)
        self.scene().sigMouseMoved.connect(self._on_pointer)
        LOOK.changed.connect(self._dress)

    @property
    def bars(self) -> Bars:
        return self.pane.bars

    def _dress(self) -> None:
        """Follow another look."""
        self.setBackground(LIVE.panel)
        for layer in self.scene().items():
            if isinstance(layer, ChartItem | Axis | ZoneCorner):
                layer.dress()
        self.pane.refresh()

    # -- the series -------------------------------------------------------

    def set_bars(self, bars: Bars) -> None:
        """Show another series, its newest bars first."""
        if len(bars):
            self.price_axis.fit_width(float(bars.level()[CLOSE, -1]) * 1.1)
        self._heikin_ashi = HeikinAshi(bars) if self.candles.style is BarStyle.HEIKIN_ASHI else None
        self.pane.set_bars(bars, self._heikin_ashi.bars if self._heikin_ashi else None)
        self.studies.bars_replaced()
        self.pane.refresh()

    def bars_moved(self, appended: int) -> None:
        """Draw the series' new end after `appended` bars were added and the last one changed."""
        self.studies.bars_moved()
        if self._heikin_ashi is not None:
            self._heikin_ashi.follow()
        self.pane.bars_moved(appended)

    def prepend(self, open_ms: Times, rows: Floats) -> None:
        """Put an older page in front of the bars; what is in view stays in view."""
        count = len(open_ms)
        self.bars.prepend(open_ms, rows)
        self.studies.bars_prepended(count)
        if self._heikin_ashi is not None:
            self._heikin_ashi.prepended(count)
        for layer in self.scene().items():
            if isinstance(layer, ChartItem):
                layer.bars_prepended(count)
        self.pane.bars_prepended(count)

    # -- how it looks -----------------------------------------------------

    def set_style(self, style: BarStyle) -> None:
        self.candles.set_style(style)
        self.legend.style = style
        derived = style is BarStyle.HEIKIN_ASHI
        self._heikin_ashi = HeikinAshi(self.bars) if derived else None
        self.pane.set_shown(self._heikin_ashi.bars if self._heikin_ashi else self.bars)

    def set_log(self, on: bool) -> None:
        self.pane.set_log(on)

    def set_zone(self, zone: Zone) -> None:
        """Write times by another clock."""
        self.time_axis.set_zone(zone)
        self.corner.set_zone(zone)
        self.legend.zone = zone
        self.pane.refresh()

    def set_decimals(self, decimals: int) -> None:
        """Write prices with the venue's number of decimals."""
        self.legend.decimals = decimals
        self.studies.set_decimals(decimals)
        self.price_axis.set_decimals(decimals)
        self.last_price.refresh()

    def add_study(self, extent: Extent, decimals: int, share: float = 0.25) -> StudyPane:
        """Add a pane below the prices with an axis of its own; draw in it with `ChartItem`s.

        Args:
            extent: lowest and highest value of a range of bars, see `StudyPane`.
            decimals: of its axis.
            share: its height as a share of the price pane's.
        """
        study = StudyPane(self.pane, extent)
        axis = PriceAxis(study)
        axis.set_decimals(decimals)
        self._stack.add(study, axis, share)
        return study

    def set_study_decimals(self, study: StudyPane, decimals: int) -> None:
        """Write the axis of a pane that `add_study` gave with so many decimals."""
        axis = self._stack.axis_of(study)
        if isinstance(axis, PriceAxis):
            axis.set_decimals(decimals)

    def remove_study(self, study: StudyPane) -> None:
        """Take away a pane that `add_study` gave, with everything drawn in it."""
        self.pane.moved.disconnect(study.refresh)
        self._stack.remove(study)

    # -- what lies on it --------------------------------------------------

    def set_levels(self, levels: tuple[Level, ...]) -> None:
        self.level_lines.set_levels(levels)

    def set_markers(self, markers: Iterable[Marker]) -> None:
        self.markers.set_markers(markers)

    def show_evidence(self, mark: ChartMark | None, *, reveal: bool) -> None:
        """Mark the bars a value was seen on; `reveal` scrolls to them."""
        self.evidence.show_mark(mark)
        if reveal and self.evidence.span is not None:
            self.pane.reveal(*self.evidence.span)

    # -- the pointer ------------------------------------------------------

    def point_at(self, at_ms: int | None) -> None:
        """Show the crosshair at a moment another chart points at; None takes it away."""
        self.crosshair.link_to(at_ms)
        self.legend.update()

    def _on_pointer(self, at_scene: QPointF) -> None:
        at = self.pane.mapFromScene(at_scene)
        inside = bool(self.pane.rect().contains(at))
        below = 0 <= at.x() < self.pane.rect().width() and 0 <= at.y() < self.time_axis.pos().y()  # another pane
        self.crosshair.move_to(at if inside or below else None)
        self.legend.update()
        self.pointed.emit(self.crosshair.at_ms)
        words = next(filter(None, (tip(at) for tip in self.tips)), "") if inside else ""
        if words:
            QToolTip.showText(self.mapToGlobal(self.mapFromScene(at_scene)), tooltip(words), self)
        elif QToolTip.isVisible():
            QToolTip.hideText()

    def viewportEvent(self, event: QEvent) -> bool:
        """Keep a mark's words up: the scene would answer Qt's own question for a tooltip with none, and hide them."""
        if event.type() == QEvent.Type.ToolTip:
            return True
        if event.type() == QEvent.Type.MouseButtonPress:
            self.pressed.emit()
        return bool(super().viewportEvent(event))

    def paintEvent(self, event: Any) -> None:
        self.pane.set_ratio(self.devicePixelRatioF())
        super().paintEvent(event)

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self.crosshair.move_to(None)
        self.legend.update()
        self.pointed.emit(None)
