"""The volume profile of the bars in view, at the right edge of the prices."""

from typing import Final

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from terminal.indicators.volume_profile import VolumeProfile, volume_profile
from terminal.ui.charts.layers.volume_item import mixed
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import DottedLines, RectBatch
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.columns import Columns, columns_in_view
from terminal.ui.charts.series.merge import HIGH, LOW, VOLUME
from terminal.ui.charts.studies.inks import ink_colour
from terminal.ui.charts.studies.study import Study
from terminal.ui.theme.look import LIVE

_SHARE: Final = 0.2  # of the pane's width, for the row with most volume
_GAP_PX: Final = 1.0  # between rows
_INSIDE: Final = 0.42  # strength of the colour in the value area
_OUTSIDE: Final = 0.22


class ProfileItem(ChartItem):
    """Volume by price: rows of the value area stronger, a dotted line through the row with most volume.

    Merged bars are spread over their whole range, so with very many bars in view the rows are
    smoother than the bars one by one would give.
    """

    def __init__(self, pane: PricePane, study: Study) -> None:
        super().__init__(pane, z=8)
        self.study = study
        self._prices = pane
        self._rects = RectBatch()
        self._dots = DottedLines(4.0, 4.0)
        self._of: Columns | None = None
        self._made: VolumeProfile | None = None
        self.dress()

    def dress(self) -> None:
        control, rows = map(ink_colour, self.study.inks)
        self._line = QColor(control)
        self._inside, self._outside = (mixed(rows, LIVE.panel, strength) for strength in (_INSIDE, _OUTSIDE))

    def wear(self, study: Study) -> None:
        """Take other colours for the same indicator."""
        self.study = study
        self.dress()
        self.update()

    @property
    def profile(self) -> VolumeProfile | None:
        """Of the bars in view; None while nothing was traded in them."""
        columns = self.pane.columns
        if columns is not self._of or columns is None:
            self._of, self._made = columns, None
            if columns is not None and self._prices.shown is not self._prices.bars:
                columns = columns_in_view(self._prices.bars, self._prices.projection)  # drawn bars are made up
            if columns is not None:
                rows, share = self.study.values
                traded = (columns.rows[HIGH], columns.rows[LOW], columns.rows[VOLUME])
                self._made = volume_profile(*traded, int(rows), share / 100)
        return self._made

    def draw(self, painter: QPainter, projection: Projection) -> None:
        profile = self.profile
        if profile is None:
            return
        painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
        edges = projection.y(profile.edges)
        top, height = edges[1:], np.maximum(1.0, edges[:-1] - edges[1:] - _GAP_PX)
        width = profile.volume * (projection.width * _SHARE / float(profile.volume.max()))
        first, last = profile.area
        inside = np.zeros(len(width), dtype=np.bool_)
        inside[first : last + 1] = True
        for colour, chosen in ((self._inside, inside), (self._outside, ~inside)):
            left = projection.width - width[chosen]
            self._rects.draw(painter, colour, left, top[chosen], width[chosen], height[chosen])
        y = projection.y(profile.middle(profile.control))
        self._dots.across(painter, self._line, round(y), projection.width)
