"""The menu of the charts: style, scale, clock, and how many stand side by side."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from terminal.domain.market import Interval
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.chart_settings import COUNTS, ChartSettings
from terminal.ui.charts.layers.bar_style import BarStyle

_COUNT_WORDS = {1: "One chart", 2: "Two charts", 4: "Four charts"}


class ChartMenu(QMenu):
    """Shows the settings in force; a choice is announced, not made here.

    Signals:
        chosen (ChartSettings): what a person wants now.
        interval_chosen (Interval): the linked chart is to show other bars.
    """

    chosen = Signal(object)
    interval_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = ChartSettings()
        self.intervals = self._add_intervals()
        self.addSeparator()
        self.styles = self._group([(style, style.value) for style in BarStyle], lambda it: {"style": it})
        self.addSeparator()
        self.log = QAction("Logarithmic prices", self)
        self.log.setCheckable(True)
        self.log.triggered.connect(lambda on: self._choose({"is_log": on}))
        self.addAction(self.log)
        self.addSeparator()
        self.zones = self._group([(zone, zone.value) for zone in Zone], lambda it: {"zone": it})
        self.addSeparator()
        self.counts = self._group([(count, _COUNT_WORDS[count]) for count in COUNTS], lambda it: {"count": it})

    def set_settings(self, settings: ChartSettings) -> None:
        """Tick what is in force."""
        self._settings = settings
        self.styles[settings.style].setChecked(True)
        self.log.setChecked(settings.is_log)
        self.zones[settings.zone].setChecked(True)
        self.counts[settings.count].setChecked(True)

    def set_interval(self, interval: Interval) -> None:
        self.intervals[interval].setChecked(True)

    def _add_intervals(self) -> dict[Interval, QAction]:
        """Offer every interval, also those the header has no room for."""
        menu = self.addMenu("Interval")
        group = QActionGroup(self)
        made: dict[Interval, QAction] = {}
        for interval in Interval:
            action = QAction(interval.label, self)
            action.setCheckable(True)
            action.triggered.connect(lambda _on, interval=interval: self.interval_chosen.emit(interval))
            group.addAction(action)
            menu.addAction(action)
            made[interval] = action
        return made

    def _group(
        self, choices: Iterable[tuple[object, str]], change: Callable[[object], dict[str, object]]
    ) -> dict[object, QAction]:
        """Add choices of which one is in force."""
        group = QActionGroup(self)
        made: dict[object, QAction] = {}
        for value, words in choices:
            action = QAction(words, self)
            action.setCheckable(True)
            action.triggered.connect(lambda _on, value=value: self._choose(change(value)))
            group.addAction(action)
            self.addAction(action)
            made[value] = action
        return made

    def _choose(self, change: dict[str, object]) -> None:
        self.chosen.emit(replace(self._settings, **change))  # type: ignore[arg-type]  # each name with its own type
