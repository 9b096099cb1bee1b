"""Lines from each entry to its exit, coloured by the result, with its sign on the middle and its words on hover."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from terminal.ui.charts.layers.glyphs import SIDE, Glyph, glyph_sheet
from terminal.ui.charts.layers.markers import thinned
from terminal.ui.charts.panes.batches import LineBatch, SpriteBatch
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import device_ratio, hairline
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.mark_columns import bars_of
from terminal.ui.charts.series.merge import Floats
from terminal.ui.charts.trading.fill_track import FillTrack
from terminal.ui.theme.look import LIVE

_REACH: Final = 4.0  # how near the pointer must come, px
_SHORTEST: Final = 3.0  # px; a shorter line is hidden by its own ends
_MOST_SIGNS: Final = 60  # with more lines in view their signs would be a wall
_SIGN_FROM: Final = 26.0  # px; a shorter line has no room for a sign between its ends
_TONES: Final = ((-1, "fall", Glyph.LOST), (0, "muted", Glyph.EVEN), (1, "rise", Glyph.WON))


class TradeLinks(ChartItem):
    """The joins of one track; only those in view are drawn."""

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, z=23)
        self._track = FillTrack()
        self._bars_of_fills: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._found_in: tuple[object, ...] = ()
        self._lines = LineBatch()
        self._sprites = SpriteBatch(SIDE)
        self._sheet = QPixmap()
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._pens = {sign: hairline(getattr(LIVE, role)) for sign, role, _ in _TONES}
        self._sheet = QPixmap()

    def show_track(self, track: FillTrack) -> None:
        """Show a track that may grow; call `grown` when it has."""
        self._track, self._found_in = track, ()
        self.grown()

    def grown(self) -> None:
        self.setVisible(len(self._track.joins) > 0)
        self.update()

    def text_at(self, at: QPointF) -> str:
        """Give the words of the line under a point of the pane; "" when there is none."""
        which, x0, y0, x1, y1 = self.placed(self.pane.projection)
        if not len(which) or not self.isVisible():
            return ""
        along_x, along_y = x1 - x0, y1 - y0
        length = np.maximum(along_x * along_x + along_y * along_y, 1e-9)
        share = np.clip(((at.x() - x0) * along_x + (at.y() - y0) * along_y) / length, 0, 1)
        away = np.hypot(x0 + share * along_x - at.x(), y0 + share * along_y - at.y())
        nearest = int(np.argmin(away))
        return self._track.join_words(int(which[nearest])) if away[nearest] <= _REACH else ""

    def placed(self, projection: Projection) -> tuple[NDArray[np.intp], Floats, Floats, Floats, Floats]:
        """Give the joins in view: their numbers, and both ends of each line, px."""
        bars = self._bars()
        entry, out, _ = self._track.joins.rows
        first, last = projection.visible(len(self.pane.bars))
        begins, ends = bars[entry], bars[out]
        which = np.flatnonzero((begins >= 0) & (ends >= first) & (begins < last))
        price = self._track.marks.price
        return (
            which,
            projection.x(begins[which].astype(np.float64)),
            projection.y(price[entry[which]]),
            projection.x(ends[which].astype(np.float64)),
            projection.y(price[out[which]]),
        )

    def _bars(self) -> NDArray[np.int64]:
        bars = self.pane.bars
        found_in = (bars, len(bars), int(bars.open_ms[0]) if len(bars) else 0, len(self._track.marks))
        if found_in != self._found_in:
            self._found_in = found_in
            self._bars_of_fills = bars_of(self._track.marks.at_ms, bars)
        return self._bars_of_fills

    def draw(self, painter: QPainter, projection: Projection) -> None:
        which, x0, y0, x1, y1 = self.placed(projection)
        length = np.hypot(x1 - x0, y1 - y0)
        long = np.flatnonzero(length >= _SHORTEST)
        which, x0, y0, x1, y1 = which[long], x0[long], y0[long], x1[long], y1[long]
        painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(which) <= _MOST_SIGNS)
        sign = self._track.joins.rows[2][which]
        for number, pen in self._pens.items():
            of = sign == number
            self._lines.draw(painter, pen, x0[of], y0[of], x1[of], y1[of])
        if len(which) <= _MOST_SIGNS:
            roomy = length[long] >= _SIGN_FROM
            self._draw_signs(painter, sign[roomy], (x0[roomy] + x1[roomy]) / 2, (y0[roomy] + y1[roomy]) / 2)

    def _draw_signs(self, painter: QPainter, sign: NDArray[np.int64], x: Floats, y: Floats) -> None:
        ratio = device_ratio(painter)
        if self._sheet.isNull() or self._sheet.devicePixelRatio() != ratio:
            self._sheet = glyph_sheet(ratio)
        glyph = np.select([sign < 0, sign > 0], [Glyph.LOST, Glyph.WON], Glyph.EVEN).astype(np.uint8)
        seen = thinned(glyph, x, y)
        self._sprites.draw(painter, self._sheet, glyph[seen], x[seen], y[seen])
