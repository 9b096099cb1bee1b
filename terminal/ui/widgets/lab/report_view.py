"""A report in short: the verdict in words, figures, equity with its fall from the peak, calibration."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from terminal.domain.lab import LabReport
from terminal.ui.theme.look import LIVE, LOOK
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.lab.day_axis import DayAxis

_TONES = {"good": "up", "bad": "down"}
_S = 1_000.0
_AXIS_PX = 68
_SQUARE_PX = 280
_EQUITY_PX = 150
_EDGE_PX = 10  # half a word of an axis, which stands out over its end


class LabReportView(QWidget):
    """Shows one report; `open_page` opens its page in the browser."""

    def __init__(self, open_page: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_page = open_page
        self._page = ""
        self._report: LabReport | None = None
        self.headline = _label("Choose a run, or make one.")
        set_role(self.headline, "size", "title")
        self.sentences = _label()
        set_role(self.sentences, "tone", "muted")
        self.figures = QFormLayout()
        self.equity = _plot("Equity, USDT", dated=True)
        self.equity.setMinimumHeight(_EQUITY_PX)
        self.fall = _plot("Fall, %", dated=True)
        self.fall.setXLink(self.equity)
        self.calibration = _plot("Came true, %", dated=False)
        self.calibration.setLabel("bottom", "Forecast, %")
        self.calibration.setMaximumSize(_SQUARE_PX * 2, _SQUARE_PX)
        self.calibration.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.button = QPushButton("Open the full report")
        self.button.setEnabled(False)
        self.button.clicked.connect(lambda: self._open_page(self._page))
        self._lay_out()
        LOOK.changed.connect(self._on_look)

    def _lay_out(self) -> None:
        beside = QHBoxLayout()
        beside.addLayout(self.figures, 1)
        beside.addWidget(self.calibration, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.headline)
        column.addWidget(self.sentences)
        column.addWidget(self.equity, 3)
        column.addWidget(self.fall, 1)
        column.addLayout(beside, 2)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(0)
        for part in (self.equity, self.fall, self.calibration, self.button):
            part.hide()  # empty axes would look like a result

    def show_report(self, report: LabReport) -> None:
        self._page = report.page
        self._report = report
        for part in (self.equity, self.fall, self.button):
            part.show()
        self.button.setEnabled(bool(report.page))
        self.headline.setText(report.headline)
        set_role(self.headline, "tone", _TONES.get(report.tone, "text"))
        self.sentences.setText("\n".join(report.sentences))
        while self.figures.rowCount():
            self.figures.removeRow(0)
        for name, value in report.figures:
            self.figures.addRow(name, _label(value))
        self._draw(report)

    def _on_look(self) -> None:
        for plot in (self.equity, self.fall, self.calibration):
            plot.setBackground(LIVE.panel)
        if self._report is not None:
            self._draw(self._report)

    def _draw(self, report: LabReport) -> None:
        for plot in (self.equity, self.fall, self.calibration):
            plot.clear()
        if report.equity:
            times, levels, falls = np.array(report.equity).T
            self.equity.plot(times / _S, levels, pen=pg.mkPen(LIVE.accent, width=1.5))
            self.fall.plot(
                times / _S,
                -falls,
                pen=pg.mkPen(LIVE.down),
                fillLevel=0.0,
                brush=LIVE.down_ground,
            )
        self.calibration.setVisible(bool(report.bins))
        if report.bins:
            forecast, observed, low, high = 100.0 * np.array(report.bins).T
            edge = [min(forecast.min(), low.min()), max(forecast.max(), high.max())]
            self.calibration.plot(edge, edge, pen=pg.mkPen(LIVE.faint, style=Qt.PenStyle.DashLine))
            bars = pg.ErrorBarItem(
                x=forecast, y=observed, top=high - observed, bottom=observed - low, pen=pg.mkPen(LIVE.accent)
            )
            self.calibration.addItem(bars)
            self.calibration.plot(forecast, observed, pen=None, symbol="o", symbolSize=6, symbolBrush=LIVE.accent)


def _label(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _plot(name: str, *, dated: bool) -> pg.PlotWidget:
    axes = {"bottom": DayAxis()} if dated else {}
    plot = pg.PlotWidget(background=LIVE.panel, axisItems=axes)
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setLabel("left", name)
    plot.setMinimumHeight(90)
    plot.getPlotItem().setContentsMargins(0, _EDGE_PX, _EDGE_PX, 0)
    plot.getAxis("left").setWidth(_AXIS_PX)
    plot.getAxis("left").enableAutoSIPrefix(False)  # 60000, not 60 in a thousand somethings
    plot.setAccessibleName(name)
    return plot
