"""Where a person works on indicators: the menu and the form, for the chart that was touched last."""

from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt

from terminal.domain.instrument import base_of
from terminal.ui.charts.chart_grid import ChartGrid
from terminal.ui.charts.desk_chart import DeskChart
from terminal.ui.charts.studies.form import StudyForm
from terminal.ui.charts.studies.menu import StudyMenu
from terminal.ui.charts.studies.study import BUILT_IN, Studies, Study, with_new

_PLACE: Final = QPoint(12, 64)  # below the values box


class StudySeat(QObject):
    """Joins menu, form and charts.

    Attributes:
        menu: what there is; filled for the active chart whenever it opens.
        form: the numbers and colours of one indicator.
    """

    def __init__(self, grid: ChartGrid, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._grid = grid
        self._chart: DeskChart | None = None
        self._number = 0
        self.menu = StudyMenu(grid)
        self.form = StudyForm(grid)
        self.menu.aboutToShow.connect(self._fill)
        self.menu.edit_wanted.connect(self._edit)
        self.menu.add_wanted.connect(self._add)
        self.menu.same_wanted.connect(self._use_for_all)
        self.menu.plain_wanted.connect(self._use_built_in)
        self.form.changed.connect(self._on_changed)
        self.form.removed.connect(self._on_removed)
        self.form.closed.connect(self._on_closed)

    def open(self) -> None:
        """Open the menu over the active chart."""
        self.menu.popup(self._grid.active.view.mapToGlobal(_PLACE))

    def _fill(self) -> None:
        chart = self._grid.active
        self.menu.offer(base_of(chart.instrument_id), chart.studies.studies)

    def _edit(self, number: int) -> None:
        self._leave()
        chart = self._grid.active
        self._chart, self._number = chart, number
        chart.studies.changed.connect(self._on_elsewhere)
        chart.destroyed.connect(self._on_gone)
        self.form.begin(chart.studies.studies[number])
        self._place(chart)

    def _add(self, key: str) -> None:
        keeper = self._grid.active.studies
        keeper.put(with_new(keeper.studies, key))
        self._edit(len(keeper.studies) - 1)

    def _use_for_all(self) -> None:
        keeper = self._grid.active.studies
        keeper.put_for_all(keeper.studies)

    def _use_built_in(self) -> None:
        self.form.end()
        self._grid.active.studies.put(BUILT_IN)

    # -- the form ----------------------------------------------------------------

    def _on_changed(self, study: Study) -> None:
        if self._chart is not None:
            self._put(self._chart, (study,))

    def _on_removed(self) -> None:
        chart = self._chart
        self.form.end()
        if chart is not None:
            self._put(chart, ())

    def _put(self, chart: DeskChart, instead: Studies) -> None:
        """Put others in the place of the one the form is open for."""
        studies = chart.studies.studies
        chart.studies.put((*studies[: self._number], *instead, *studies[self._number + 1 :]))

    def _on_elsewhere(self) -> None:
        """Close when the chart shows another pair, or the indicator was changed by another hand."""
        studies = () if self._chart is None else self._chart.studies.studies
        if self._number >= len(studies) or studies[self._number] != self.form.study:
            self.form.end()

    def _on_gone(self) -> None:
        """Close: the chart beside the linked one was taken away."""
        self._chart = None
        self.form.end()

    def _on_closed(self) -> None:
        chart = self._chart
        self._leave()
        if chart is not None:
            chart.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self) -> None:
        if self._chart is not None:
            self._chart.studies.changed.disconnect(self._on_elsewhere)
            self._chart.destroyed.disconnect(self._on_gone)
            self._chart = None

    def _place(self, chart: DeskChart) -> None:
        """Put the form into the chart's corner, inside the charts as a whole."""
        corner = self._grid.mapFromGlobal(chart.view.mapToGlobal(_PLACE))
        room = self._grid.size() - self.form.size()
        self.form.move(min(corner.x(), max(0, room.width())), min(corner.y(), max(0, room.height())))
