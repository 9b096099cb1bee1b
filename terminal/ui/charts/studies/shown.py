"""One indicator on one chart: its values, its layer, and its pane when it has one of its own."""

from collections.abc import Callable
from math import isnan
from typing import Final, Protocol

import numpy as np

from terminal.indicators.arrays import DAY_MS
from terminal.ui.charts.layers.profile_item import ProfileItem
from terminal.ui.charts.layers.study_lines import StudyLines
from terminal.ui.charts.layers.study_words import StudyWords
from terminal.ui.charts.layers.words_box import Part
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.study_pane import Extent, StudyPane
from terminal.ui.charts.studies.study import Study
from terminal.ui.charts.studies.values import StudyValues
from terminal.ui.charts.studies.words import missing_parts, profile_parts, value_parts
from terminal.ui.theme.look import LIVE

_SHARE: Final = 0.25  # of the price pane's height
_WORDS_PX: Final = 18.0  # the words of a pane of its own stand above its lines
_MOST_ROOM: Final = 0.4  # of the height


class StudyChart(Protocol):
    """The chart, as far as an indicator needs it."""

    @property
    def pane(self) -> PricePane:
        """The prices and the bars."""

    def add_study(self, extent: Extent, decimals: int, share: float) -> StudyPane:
        """Add a pane below the prices."""

    def remove_study(self, study: StudyPane) -> None:
        """Take it away with everything drawn in it."""

    def set_study_decimals(self, study: StudyPane, decimals: int) -> None:
        """Write its axis with so many decimals."""


class ShownStudy:
    """Puts an indicator on a chart and keeps it in step with the bars.

    Attributes:
        study: what is shown.
        values: its numbers; None when it is made of what is in view.
        layer: what draws it.
        pane: its own pane, None when it lies over the prices.
        tells: False where its values would say nothing: a day's average on bars of a day.
    """

    def __init__(self, study: Study, chart: StudyChart, place: Callable[[], int | None], decimals: int) -> None:
        """Show it.

        Args:
            study: what to show.
            chart: where.
            place: the bar the crosshair stands at, also beyond the series.
            decimals: of prices.
        """
        self.study = study
        self._chart = chart
        self._decimals = decimals
        self.tells = True
        self._guides = study.guides
        self._made_of: tuple[object, ...] = ()
        self._parts: list[Part] = []
        self.values = None if study.kind.feed is None else StudyValues(study, chart.pane.bars)
        self.pane: StudyPane | None = None
        if study.kind.own_pane:
            self.pane = chart.add_study(self._extent, self._line_decimals, _SHARE)
            self._words = StudyWords(self.pane, lambda: self._words_at(place()), place)
        self.layer = self._make_layer()
        self._refresh_visible()

    def wear(self, study: Study) -> None:
        """Take the colours of the same indicator with the same numbers."""
        self.study = study
        self.layer.wear(study)

    def remove(self) -> None:
        """Take it off the chart."""
        scene = self.layer.scene()
        scene.removeItem(self.layer)
        if self.pane is not None:
            scene.removeItem(self._words)
            self._chart.remove_study(self.pane)

    def set_decimals(self, decimals: int) -> None:
        """Write what is a price with the venue's decimals."""
        self._decimals = decimals
        if self.pane is not None:
            self._chart.set_study_decimals(self.pane, self._line_decimals)

    # -- the bars -----------------------------------------------------------------

    def begin(self) -> None:
        """Take another series."""
        if self.values is not None and isinstance(self.layer, StudyLines):
            self.values = self.layer.values = StudyValues(self.study, self._chart.pane.bars)
        self._refresh_visible()

    def parts(self, index: int) -> list[Part]:
        """Give its name and its values at a bar."""
        if isinstance(self.layer, ProfileItem):
            return profile_parts(self.study, self.layer.profile, self._decimals)
        if not self.tells:
            return missing_parts(self.study)
        values = self.layer.values
        made_of = (self.study, index, values, values.version, self._decimals, LIVE.muted)
        if made_of != self._made_of:  # most frames show another view, not other values
            self._made_of = made_of
            self._parts = value_parts(self.study, values.lines, index, self._line_decimals)
        return self._parts

    def _words_at(self, place: int | None) -> list[Part]:
        newest = len(self._chart.pane.bars) - 1
        return self.parts(place if place is not None and 0 <= place <= newest else newest)

    def _make_layer(self) -> StudyLines | ProfileItem:
        if self.values is None:
            return ProfileItem(self._chart.pane, self.study)
        return StudyLines(self.pane or self._chart.pane, self.study, self.values)

    @property
    def _line_decimals(self) -> int:
        own = self.study.kind.decimals
        return self._decimals if own is None else own

    def _refresh_visible(self) -> None:
        self.tells = not (self.study.kind.within_a_day and self._chart.pane.bars.interval_ms >= DAY_MS)
        self.layer.setVisible(self.tells)

    def _extent(self, _first: int, _last: int) -> tuple[float, float] | None:
        """Give the ends of its scale: what is drawn in view, its quiet lines, and room for the words above."""
        columns = self._chart.pane.columns
        if self.values is None or self.pane is None or columns is None:
            return None
        drawn = self.values.at(columns.last)
        if drawn is None:
            return None  # another series is on its way
        low, high = float(np.fmin.reduce(drawn, axis=None)), float(np.fmax.reduce(drawn, axis=None))  # past NaN
        if isnan(low):
            return None
        low, high = min((low, *self._guides)), max((high, *self._guides))
        room = min(_MOST_ROOM, _WORDS_PX / max(1.0, self.pane.size().height()))
        return low, high + (high - low) * room / (1 - room)


def alike(one: Study, other: Study) -> bool:
    """True when both have the same values, whatever their colours."""
    return one.key == other.key and one.values == other.values
