"""A chart beside the linked one: its pair and interval chosen above it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Interval
from terminal.ui.charts.chart_settings import Beside
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.desk_chart import DeskChart
from terminal.ui.charts.trading.trade_book import TradeBook
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.desk import Desk


class ChartCell(QWidget):
    """Pair, interval and chart.

    Attributes:
        chart: the chart and its series.

    Signals:
        chosen (int, Beside): a person chose another pair or interval for this place.
    """

    chosen = Signal(int, object)

    def __init__(
        self, desk: Desk, trades: TradeBook, number: int, beside: Beside, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._number = number
        self.beside = beside
        self.pair = _chooser("Pair of this chart")
        self.pair.addItem("", None)  # the linked pair: it is named once it is known
        for instrument_id in ALLOWED_INSTRUMENTS:
            self.pair.addItem(base_of(instrument_id), instrument_id)
        self.interval = _chooser("Interval of this chart")
        for interval in Interval:
            self.interval.addItem(interval.label, interval)
        self.view = ChartView(self)
        self.view.setMinimumSize(200, 120)
        row = QHBoxLayout()
        row.setContentsMargins(INSET, 4, INSET, 2)
        row.setSpacing(6)
        row.addWidget(self.pair)
        row.addWidget(self.interval)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        self.chart = DeskChart(desk, trades, self.view, self.series, self)
        self.show_beside(beside)
        self.pair.activated.connect(self._on_chosen)
        self.interval.activated.connect(self._on_chosen)
        desk.selection_changed.connect(self._on_selection)

    @property
    def series(self) -> tuple[InstrumentId, Interval]:
        own, interval = self.beside
        return own or self._desk.selection[0], interval

    def show_beside(self, beside: Beside) -> None:
        """Show another pair or interval."""
        self.beside = beside
        self.pair.setItemText(0, f"{base_of(self._desk.selection[0])} (linked)")
        self.pair.setCurrentIndex(max(0, self.pair.findData(beside[0])) if beside[0] else 0)
        self.interval.setCurrentIndex(list(Interval).index(beside[1]))
        if self.chart.series != self.series:
            self.chart.show_series(self.series)

    def _on_selection(self) -> None:
        self.show_beside(self.beside)

    def _on_chosen(self) -> None:
        self.show_beside((self.pair.currentData(), self.interval.currentData()))
        self.chosen.emit(self._number, self.beside)


def _chooser(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box
