"""The indicators on one chart, in step with its bars."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from terminal.ui.charts.layers.words_box import Part
from terminal.ui.charts.studies.shown import ShownStudy, StudyChart, alike
from terminal.ui.charts.studies.study import BUILT_IN, Studies


class StudyBoard(QObject):
    """Shows indicators and keeps their values.

    Older bars in front make all values new: at once when they are few, else a block after each
    turn of the event loop, while what was known before stays on the screen.

    Attributes:
        studies: what is on the chart.
        shown: each of them as it is drawn, in the same order.
    """

    def __init__(self, chart: StudyChart, place: Callable[[], int | None], parent: QObject | None = None) -> None:
        """Begin with the built-in indicators; `place` gives the bar the crosshair stands at."""
        super().__init__(parent)
        self._chart = chart
        self._place = place
        self._decimals = 1
        self.studies: Studies = ()
        self.shown: list[ShownStudy] = []
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._advance)
        chart.pane.destroyed.connect(self._turn.stop)  # a closed view empties its scene before it goes itself
        self.show(BUILT_IN)

    def show(self, studies: Studies) -> None:
        """Show these and no others; one whose numbers are as before keeps its values and its pane."""
        if studies == self.studies:
            return
        self.studies = studies
        before, self.shown = self.shown, []
        for study in studies:
            same = next((item for item in before if alike(item.study, study)), None)
            if same is None:
                same = ShownStudy(study, self._chart, self._place, self._decimals)
            else:
                before.remove(same)
                same.wear(study)
            self.shown.append(same)
        for item in before:
            item.remove()
        self._go_on()
        self._chart.pane.refresh()

    @property
    def is_behind(self) -> bool:
        """True while values wait to be worked out."""
        return any(item.values.is_behind for item in self.shown if item.values is not None)

    def set_decimals(self, decimals: int) -> None:
        """Write values that are prices with the venue's decimals."""
        self._decimals = decimals
        for item in self.shown:
            item.set_decimals(decimals)

    def price_parts(self, index: int) -> list[Part]:
        """Give names and values at a bar of what lies over the prices."""
        row: list[Part] = []
        for item in self.shown:
            if item.pane is None:
                (name, colour), *values = item.parts(index)
                row += [(f"   {name}" if row else name, colour), *values]
        return row

    # -- the bars -----------------------------------------------------------------

    def bars_replaced(self) -> None:
        """Take the series the chart shows now."""
        for item in self.shown:
            item.begin()
        self._go_on()

    def bars_moved(self) -> None:
        """Take the last bar as it is now, and those that came after it."""
        for item in self.shown:
            if item.values is not None:
                item.values.follow()
        self._go_on()

    def bars_prepended(self, count: int) -> None:
        """Take `count` older bars that were put in front."""
        for item in self.shown:
            if item.values is not None:
                item.values.prepended(count)
        self._go_on()

    def _go_on(self) -> None:
        if self.is_behind:
            self._turn.start()

    def _advance(self) -> None:
        """Take one block for the first that waits; when none does any more, show them all."""
        waiting = (item.values for item in self.shown if item.values is not None and item.values.is_behind)
        values = next(waiting, None)
        if values is not None:
            values.advance()
        if not self.is_behind:
            self._turn.stop()
            self._chart.pane.refresh()
