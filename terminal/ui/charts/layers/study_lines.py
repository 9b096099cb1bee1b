"""The lines and bars of one indicator, over the prices or in a pane of its own."""

from math import ceil, isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts.layers.volume_item import mixed
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import Pane, hairline
from terminal.ui.charts.panes.primitives import PolylineBatch, RectBatch, StepArea
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.columns import Columns
from terminal.ui.charts.series.merge import Floats
from terminal.ui.charts.studies.inks import ink_colour
from terminal.ui.charts.studies.study import Study
from terminal.ui.charts.studies.values import StudyValues
from terminal.ui.theme.look import LIVE

_WIDTH: Final = 1.0  # px; a wider smooth line takes Qt fifteen times as long
_SMOOTH_PX: Final = 3.0  # points nearer than this are joined without smoothing
_POINT_PX: Final = 6.0  # an average bends so little that nearer points only take time
_BENDS: Final = 5  # points it has at least in as many bars as it averages
_BAR_SHARE: Final = 0.6  # of a column's width
_NARROW_PX: Final = 4.0  # narrower columns stand side by side
_BAR_STRENGTH: Final = 0.55  # of the colour against the panel
_DAY_AVERAGE: Final = 20  # bars; what a VWAP bends like
_ALL: Final = slice(None)


class StudyLines(ChartItem):
    """Draws what an indicator gives; with merged bars a line passes through the newest value of each.

    Attributes:
        study: what is drawn; `wear` changes its colours.
        values: its numbers.
    """

    def __init__(self, pane: Pane, study: Study, values: StudyValues) -> None:
        super().__init__(pane, z=12)
        self.study = study
        self.values = values
        kind = study.kind
        self._own_pane = kind.own_pane
        self._guides = study.guides
        self._bars = [number for number, line in enumerate(kind.lines) if line.bars]
        self._lines = [(number, PolylineBatch()) for number, line in enumerate(kind.lines) if not line.bars]
        self._period = study.values[0] if kind.parameters else _DAY_AVERAGE
        self._lasts = bool(kind.parameters) and not kind.own_pane  # an average of so many bars
        self._rects, self._area = RectBatch(), StepArea()
        self.dress()

    def dress(self) -> None:
        self._pens = [QPen(QColor(ink_colour(ink)), _WIDTH) for ink in self.study.inks]
        self._fills = [mixed(ink_colour(ink), LIVE.panel, _BAR_STRENGTH) for ink in self.study.inks]
        self._guide = hairline(LIVE.line)

    def wear(self, study: Study) -> None:
        """Take other colours for the same indicator."""
        self.study = study
        self.dress()
        self.update()

    def says_something(self, columns: Columns, projection: Projection) -> bool:
        """False for an average over a column or two: it would only hide the candles."""
        return not self._lasts or columns.px / projection.bar_px <= self._period / 2

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if self._own_pane:
            self._draw_guides(painter, projection)
        columns = self.pane.columns
        if columns is None or not self.says_something(columns, projection):
            return
        values = self.values.at(columns.last)
        if values is None:
            return
        step, first = self._points(columns, projection)
        drawn, x = values[:, first::step], projection.x(columns.index[first::step])
        if not x.size:
            return
        if not self._own_pane:  # which cuts off what leaves it by itself
            painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
        whole = not self.values.is_behind
        for number in self._bars:
            known = _known(drawn[number], whole=whole)
            self._draw_bars(painter, projection, number, columns.px, x[known], drawn[number, known])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, columns.px * step >= _SMOOTH_PX)
        for number, line in self._lines:
            known = _known(drawn[number], whole=whole)
            line.draw(painter, self._pens[number], x[known], projection.y(drawn[number, known]))

    def _draw_guides(self, painter: QPainter, projection: Projection) -> None:
        heights = (1, *(round(projection.y(value)) for value in self._guides))
        painter.setPen(self._guide)
        painter.drawLines([QLineF(0, y, projection.width, y) for y in heights if 0 < y < projection.height])

    def _draw_bars(
        self, painter: QPainter, projection: Projection, number: int, px: float, x: Floats, values: Floats
    ) -> None:
        """Draw values as bars from zero, in columns of `px` whose middles are at `x`."""
        y, zero = projection.y(values), projection.y(0.0)
        if px < _NARROW_PX:
            self._area.draw(painter, self._fills[number], x, px, y, zero)
            return
        width = px * _BAR_SHARE
        left = x - width / 2
        self._rects.draw(painter, self._fills[number], left, np.minimum(y, zero), width, np.abs(y - zero))

    def _points(self, columns: Columns, projection: Projection) -> tuple[int, int]:
        """Give of how many columns one is a point, and the first: an average has fewer where columns are narrow.

        They are always the same ones while the view moves, and the newest bar's is among them.
        """
        if self._own_pane or columns.px >= _POINT_PX:
            return 1, 0
        size = max(1, round(columns.px / projection.bar_px))  # bars in a column
        step = min(ceil(_POINT_PX / columns.px), int(self._period / _BENDS / size))
        if step < 2:
            return 1, 0
        return step, (len(self.pane.bars) - 1 - int(columns.last[0])) // size % step


def _known(values: Floats, *, whole: bool) -> NDArray[np.intp] | slice:
    """Give the places whose value is known: all of them when worked out as a `whole`, unless they warm up in view."""
    return _ALL if whole and not isnan(values[0]) else np.flatnonzero(~np.isnan(values))
