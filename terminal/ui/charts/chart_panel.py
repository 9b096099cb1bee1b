"""The chart panel: header, one to four charts, and the keys of the one that was touched last.

The first chart is linked: it follows the desk's selection, as every panel does.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.ui.actions.bind import bind
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.chart_grid import ChartGrid
from terminal.ui.charts.chart_header import ChartHeader, market_facts
from terminal.ui.charts.chart_settings import COUNTS, SECTION, Beside, ChartSettings
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.desk_chart import STALE_S
from terminal.ui.charts.drawings.seat import DrawSeat
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.studies.seat import StudySeat
from terminal.ui.charts.typed_interval import TypedInterval
from terminal.ui.viewmodels.desk import Desk

_SECOND_MS: Final = 1_000
_STEP: Final = 0.1  # share of the view an arrow moves
_ZOOM: Final = 0.8  # a press of plus


class ChartPanel(QWidget):
    """Header and charts, linked to the desk's selection.

    Attributes:
        grid: the charts.
        view: the linked one.
        header: the line above.
        typed: the field in which an interval is typed.
        studies: menu and form of the indicators.
        drawings: menu and keys of the drawing tools.

    Signals:
        card_asked (str): the card of this decision is wanted.
    """

    card_asked = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, pictures: Path | None = None) -> None:
        """`pictures` is the folder pictures of the charts go to; None makes none."""
        super().__init__(parent)
        self.setAccessibleName("Chart")
        self._desk = desk
        self.header = ChartHeader(self)
        self.grid = ChartGrid(desk, self)
        self.typed = TypedInterval(self.grid)
        self.studies = StudySeat(self.grid, self)
        self.header.indicators.setMenu(self.studies.menu)
        self.drawings = DrawSeat(desk, self.grid, self, pictures)
        self.header.draw.setMenu(self.drawings.menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.grid, 1)
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self._on_second)
        self._second.start()
        self._connect(desk)
        self._bind(desk)
        self._on_selection(*desk.selection)
        self._on_preferences(SECTION)

    @property
    def view(self) -> ChartView:
        return self.grid.linked.view

    @property
    def settings(self) -> ChartSettings:
        """What is chosen; the built-in settings when what was kept cannot be used."""
        try:
            return ChartSettings.from_section(self._desk.preferences.section(SECTION))
        except ValueError as error:
            self._desk.preferences.refused.emit(f"The built-in chart settings are used: {error}.")
            return ChartSettings()

    def choose(self, settings: ChartSettings) -> None:
        """Draw the charts by these settings from now on."""
        self._desk.preferences.put(SECTION, settings.as_section())

    def show_proposal(self, decision_id: str | None) -> None:
        """Draw entry, stop and target of this proposal when its instrument is shown and nothing is held."""
        self.grid.linked.show_proposal(decision_id)

    def _connect(self, desk: Desk) -> None:
        self.header.interval_chosen.connect(desk.select_interval)
        self.header.newest_wanted.connect(self._pane_newest)
        self.header.settings_chosen.connect(self.choose)
        self.typed.chosen.connect(self._on_typed)
        self.view.pane.moved.connect(self._on_moved)
        self.grid.beside_chosen.connect(self._on_beside)
        self.grid.zone_wanted.connect(self._next_zone)
        self.grid.card_asked.connect(self.card_asked)
        desk.preferences.changed.connect(self._on_preferences)
        desk.selection_changed.connect(self._on_selection)
        desk.venues.traded_changed.connect(lambda: self._on_selection(*desk.selection))
        desk.figures_changed.connect(self._on_market)
        desk.instruments_changed.connect(self._refresh_header)
        desk.candles_loaded.connect(self._refresh_header)

    # -- keys -------------------------------------------------------------

    def _bind(self, desk: Desk) -> None:
        acts = {
            "chart.newest": self._pane_newest,
            "chart.back": lambda: self._pan(-_STEP),
            "chart.on": lambda: self._pan(_STEP),
            "chart.page_back": lambda: self._pan(-1.0),
            "chart.page_on": lambda: self._pan(1.0),
            "chart.zoom_in": lambda: self._zoom(_ZOOM),
            "chart.zoom_out": lambda: self._zoom(1 / _ZOOM),
            "chart.all": self._pane_all,
            "chart.studies": self.studies.open,
            "chart.log": lambda: self.choose(replace(self.settings, is_log=not self.settings.is_log)),
            "chart.style": lambda: self.choose(replace(self.settings, style=_after(BarStyle, self.settings.style))),
            "chart.zone": self._next_zone,
            "chart.count": lambda: self.choose(replace(self.settings, count=_after(COUNTS, self.settings.count))),
            **self.drawings.acts(),
        }
        bind(desk.actions, self, acts)

    @property
    def _pane(self) -> PricePane:
        """The pane keys act on."""
        return self.grid.active.view.pane

    def _pane_newest(self) -> None:
        self._pane.show_newest()

    def _pane_all(self) -> None:
        self._pane.fit()

    def _pan(self, share: float) -> None:
        self._pane.pan(share * self._pane.time.span)

    def _zoom(self, factor: float) -> None:
        """Zoom about the newest bar while it is in view, else about the middle."""
        time = self._pane.time
        about = len(self._pane.bars) - 1 if time.follows else (time.x0 + time.x1) / 2
        self._pane.zoom(factor, about)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit begins typing an interval; Escape closes the form of an indicator, wherever the chart was clicked."""
        if event.key() == Qt.Key.Key_Escape and self.studies.form.study is not None:
            self.studies.form.end()
        elif event.text().isascii() and event.text().isdigit() and not event.isAutoRepeat():
            self.typed.begin(event.text(), self.grid.active.view)
        else:
            super().keyPressEvent(event)

    def _on_typed(self, interval: Interval) -> None:
        """Give the active chart another interval."""
        chart = self.grid.active
        for number, cell in enumerate(self.grid.cells):
            if cell.chart is chart:
                self._on_beside(number, (cell.beside[0], interval))
                return
        self._desk.select_interval(interval)

    def _next_zone(self) -> None:
        self.choose(replace(self.settings, zone=_after(Zone, self.settings.zone)))

    # -- what is shown ----------------------------------------------------

    def _on_beside(self, number: int, beside: Beside) -> None:
        self.choose(self.settings.with_beside(number, beside))

    def _on_preferences(self, name: str) -> None:
        if name == SECTION:
            settings = self.settings
            self.header.menu.set_settings(settings)
            self.grid.set_settings(settings)

    def _on_selection(self, instrument_id: InstrumentId, interval: Interval) -> None:
        self.header.set_selection(instrument_id, interval, self._desk.venues.product_word)
        self._refresh_header()

    def _on_market(self, changed: frozenset[InstrumentId]) -> None:
        if self._desk.selection[0] in changed:
            self._refresh_header()

    def _on_moved(self) -> None:
        self.header.newest.setVisible(not self.view.pane.follows)

    def _on_second(self) -> None:
        self.grid.on_second()
        self._refresh_header()

    def _refresh_header(self, *_what: Any) -> None:
        desk, shown = self._desk, self._desk.selection[0]
        ticker, instrument = desk.tickers.get(shown), desk.instruments.get(shown)
        age_s = desk.quote_age_s(shown)
        stale = age_s is not None and age_s > STALE_S
        self.header.set_price(ticker, instrument, stale=stale)
        funding, book, is_spot = desk.funding.get(shown), desk.books.get(shown), desk.venues.is_spot
        self.header.facts.set_facts(
            market_facts(ticker, funding, book, instrument, desk.now_ms(), age_s, is_spot=is_spot)
        )
        self.view.last_price.set_stale(stale)


def _after(choices: Any, current: Any) -> Any:
    """Give the next of some choices, the first after the last."""
    every = list(choices)
    return every[(every.index(current) + 1) % len(every)]
