"""One, two or four charts side by side, with one crosshair: all show the moment the pointer is at.

The first chart is the linked one. Which series the others follow is told to the desk as a whole,
so that a chart that was closed costs no stream.
"""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from terminal.domain.chart_messages import FollowCharts
from terminal.ui.charts.chart_cell import ChartCell
from terminal.ui.charts.chart_settings import Beside, ChartSettings
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.desk_chart import DeskChart
from terminal.ui.charts.trading.trade_book import TradeBook
from terminal.ui.theme.look import LIVE
from terminal.ui.viewmodels.desk import Desk

_GAP = 2
_PLACES = ((0, 0), (0, 1), (1, 0), (1, 1))


class ChartGrid(QWidget):
    """Charts in a grid.

    Attributes:
        linked: the chart that follows the desk's selection.
        cells: those beside it.
        active: the chart keys act on: the one that was pressed last.

    Signals:
        zone_wanted: a person clicked the corner that names the clock.
        beside_chosen (int, object): a person chose what a chart beside the linked one shows.
        card_asked (str): the card of this decision is wanted.
    """

    beside_chosen = Signal(int, object)
    zone_wanted = Signal()
    card_asked = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._settings = ChartSettings()
        self._followed: tuple[object, ...] = ()
        self._trades = TradeBook(desk, self)
        self.cells: list[ChartCell] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, _GAP)
        self._layout.setSpacing(_GAP)
        view = ChartView(self)
        view.setMinimumSize(200, 120)
        self._layout.addWidget(view, *_PLACES[0])
        self.linked = DeskChart(desk, self._trades, view, desk.selection, self)
        self.active = self.linked
        self._join(self.linked)
        desk.selection_changed.connect(self._on_selection)
        desk.instruments_changed.connect(self._on_engine)

    @property
    def charts(self) -> tuple[DeskChart, ...]:
        """All charts, the linked one first."""
        return (self.linked, *(cell.chart for cell in self.cells))

    @property
    def views(self) -> tuple[ChartView, ...]:
        return tuple(chart.view for chart in self.charts)

    def set_settings(self, settings: ChartSettings) -> None:
        """Show so many charts, drawn as these settings say."""
        self._settings = settings
        wanted = settings.shown_beside
        while len(self.cells) > len(wanted):
            self._remove(self.cells.pop())
        while len(self.cells) < len(wanted):
            self._add(wanted[len(self.cells)])
        for cell, beside in zip(self.cells, wanted, strict=True):
            cell.show_beside(beside)
        for view in self.views:
            _apply(settings, view)
        self.update()  # the line under the active chart goes with the choice
        self._follow()

    def on_second(self) -> None:
        for chart in self.charts:
            chart.on_second()

    # -- inside -----------------------------------------------------------

    def _add(self, beside: Beside) -> None:
        number = len(self.cells)
        cell = ChartCell(self._desk, self._trades, number, beside, self)
        self.cells.append(cell)
        self._layout.addWidget(cell, *_PLACES[number + 1])
        cell.chosen.connect(self.beside_chosen)
        self._join(cell.chart)

    def _remove(self, cell: ChartCell) -> None:
        if self.active is cell.chart:
            self.active = self.linked
        self._layout.removeWidget(cell)
        cell.hide()
        cell.deleteLater()

    def _join(self, chart: DeskChart) -> None:
        chart.pointed.connect(self._on_pointed)
        chart.pressed.connect(self._on_pressed)
        chart.marks.card_asked.connect(self.card_asked)
        chart.view.corner.clicked.connect(self.zone_wanted)

    def _on_pointed(self, source: DeskChart, at_ms: int | None) -> None:
        for chart in self.charts:
            if chart is not source:
                chart.view.point_at(at_ms)

    def _on_pressed(self, chart: DeskChart) -> None:
        self.active = chart
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Underline the chart that hears the keys, when there is a choice."""
        super().paintEvent(event)
        if self.cells:
            painter = QPainter(self)
            place = self.active.view.geometry()
            corner = self.active.view.mapTo(self, QPoint(0, 0))
            painter.fillRect(corner.x(), corner.y() + place.height(), place.width(), _GAP, QColor(LIVE.accent))
            painter.end()

    def _on_selection(self) -> None:
        self.linked.show_series(self._desk.selection)
        self._follow()

    def _on_engine(self) -> None:
        """Say what is needed: charts kept from the last time were built before anybody could hear it."""
        self._follow()

    def _follow(self) -> None:
        """Tell the desk which series the charts beside the linked one need, once it listens."""
        if not self._desk.instruments:
            return
        wanted = tuple(dict.fromkeys(cell.series for cell in self.cells))
        if wanted != self._followed:
            self._followed = wanted
            self._desk.send(FollowCharts(wanted))


def _apply(settings: ChartSettings, view: ChartView) -> None:
    if view.candles.style is not settings.style:
        view.set_style(settings.style)
    if view.pane.is_log is not settings.is_log:
        view.set_log(settings.is_log)
    if view.time_axis.zone is not settings.zone:
        view.set_zone(settings.zone)
