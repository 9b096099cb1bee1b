"""What happened on the chart: fills as triangles at their price, decisions of the AI as violet diamonds.

Ten thousand marks cost a frame little: they are columns of numbers, the bar of each is looked up
only when bars come, and those that would cover each other are stamped once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap

from terminal.domain.fill import Fill
from terminal.domain.order import PositionSide, Side
from terminal.domain.review import Proposal
from terminal.ui import formatting
from terminal.ui.charts.layers.glyphs import SIDE, Glyph, glyph_sheet
from terminal.ui.charts.panes.batches import SpriteBatch
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import device_ratio
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import HIGH, LOW
from terminal.ui.charts.series.mark_columns import BESIDE, MarkColumns, bars_of
from terminal.ui.charts.series.merge import Floats
from terminal.ui.viewmodels.words import ACTION, REVIEW_STATE

_REACH: Final = 9.0  # how near the pointer must come
_TIP: Final = 5.0  # from the tip of a triangle to its middle, px
_AWAY: Final = 22.0  # from a bar's low or high to the middle of a mark beside it, px
_CELL: Final = 3.0  # marks of one kind within so many px are stamped once
_CROWD: Final = 300  # fewer are all stamped

Words = Callable[[int], str]
"""Gives the words of a mark by its number."""


@dataclass(frozen=True, slots=True)
class Marker:
    """One mark: at `price`, or beside the bar that holds `at_ms` when that is None; `text` is for the pointer."""

    at_ms: int
    glyph: Glyph
    text: str
    price: float | None = None


def fill_marker(fill: Fill) -> Marker:
    """Give the mark of an execution."""
    return Marker(fill.ts_event_ms, fill_glyph(fill), fill_words(fill), float(fill.price))


def fill_glyph(fill: Fill) -> Glyph:
    return Glyph.BUY if fill.side is Side.BUY else Glyph.SELL


def closes(fill: Fill) -> bool:
    """Tell whether a fill closed: hedge mode keeps long and short apart."""
    return (fill.side is Side.BUY) is (fill.position_side is PositionSide.SHORT)


def fill_words(fill: Fill) -> str:
    """Say what a fill was, and what a closing one earned by the venue's own figure."""
    side = "long" if fill.position_side is PositionSide.LONG else "short"
    is_close = closes(fill)
    return (
        f"{'Bought' if fill.side is Side.BUY else 'Sold'} {formatting.trimmed(fill.size)} at "
        f"{formatting.number(fill.price)}  ({'close' if is_close else 'open'} {side})\n"
        f"fee {formatting.number(fill.fee, 4)} USDT, {'maker' if fill.is_maker else 'taker'}"
        + (f"\n{result_words(fill.realized_pnl)}" if is_close else "")
        + f"\n{formatting.local_time(fill.ts_event_ms)}"
    )


def result_words(result: Decimal) -> str:
    """Say a result in a word and a sign."""
    word = "won" if result > 0 else "lost" if result < 0 else "even,"
    return f"{word} {formatting.money(result, signed=True)} USDT before fees"


def decision_words(proposal: Proposal) -> str:
    """Say what the AI wanted, why, and what became of it."""
    decision = proposal.decision
    confidence = formatting.percent(Decimal(str(decision.confidence)), 0)
    return (
        f"AI: {ACTION[decision.action]}, {confidence}, {REVIEW_STATE[proposal.state][0]}\n"
        f"{decision.explanation}\n{formatting.local_time(decision.created_ms)}"
    )


def said_marker(at_ms: int, text: str, *, below: bool) -> Marker:
    """Give the mark of something the AI said."""
    return Marker(at_ms, Glyph.SAID_BELOW if below else Glyph.SAID_ABOVE, text)


class Markers(ChartItem):
    """Marks in columns; only those in view are drawn.

    Attributes:
        pointed: number of the mark under the pointer, None when there is none.
        clicked: what a click on a mark does; gets its number.
    """

    def __init__(self, pane: PricePane, z: float = 30) -> None:
        super().__init__(pane, z)
        self.columns = MarkColumns()
        self.pointed: int | None = None
        self.clicked: Callable[[int], None] | None = None
        self._words: Words = str
        self._indices: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._found_in: tuple[object, ...] = ()
        self._sprites = SpriteBatch(SIDE)
        self._sheet = QPixmap()
        self.hide()

    def dress(self) -> None:
        self._sheet = QPixmap()  # painted anew at the next frame

    def set_markers(self, markers: Iterable[Marker]) -> None:
        """Show these marks and no others."""
        kept = tuple(markers)
        columns = MarkColumns()
        for marker in kept:
            columns.add(marker.at_ms, BESIDE if marker.price is None else marker.price, marker.glyph)
        self.show_columns(columns, lambda number: kept[number].text)

    def show_columns(self, columns: MarkColumns, words: Words) -> None:
        """Show columns that may grow; call `grown` when they have."""
        self.columns, self._words = columns, words
        self._found_in, self.pointed = (), None
        self.grown()

    def grown(self) -> None:
        self.setVisible(len(self.columns) > 0)
        self.update()

    def text_at(self, at: QPointF) -> str:
        """Give the words of the mark under a point of the pane and remember it; "" when there is none."""
        which, x, y = self.placed(self.pane.projection)
        near = np.flatnonzero((np.abs(x - at.x()) <= _REACH) & (np.abs(y - at.y()) <= _REACH))
        self.pointed = int(which[near[-1]]) if len(near) else None
        return "" if self.pointed is None else self._words(self.pointed)

    def placed(self, projection: Projection) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Give the marks in view: their numbers, and where their middles stand, px."""
        bars = self.pane.bars
        first, last = projection.visible(len(bars))
        index = self._bars_of_marks()
        which = np.flatnonzero((index >= first) & (index < last))
        index = index[which]
        price, glyph = self.columns.price[which], self.columns.glyph[which]
        up = (glyph == Glyph.BUY) | (glyph == Glyph.SAID_BELOW)
        beside = np.isnan(price)
        level = bars.level()
        price = np.where(beside, np.where(up, level[LOW, index], level[HIGH, index]), price)
        away = np.where(beside, _AWAY, _TIP)
        return which, projection.x(index.astype(np.float64)), projection.y(price) + np.where(up, away, -away)

    def _bars_of_marks(self) -> NDArray[np.int64]:
        """Look the bars of all marks up; again only when bars or marks came."""
        bars = self.pane.bars
        found_in = (bars, len(bars), int(bars.open_ms[0]) if len(bars) else 0, len(self.columns))
        if found_in != self._found_in:
            self._found_in = found_in
            self._indices = bars_of(self.columns.at_ms, bars)
        return self._indices

    def draw(self, painter: QPainter, projection: Projection) -> None:
        which, x, y = self.placed(projection)
        glyph = self.columns.glyph[which]
        if len(which) > _CROWD:
            seen = thinned(glyph, x, y)
            glyph, x, y = glyph[seen], x[seen], y[seen]
        ratio = device_ratio(painter)
        if self._sheet.isNull() or self._sheet.devicePixelRatio() != ratio:
            self._sheet = glyph_sheet(ratio)
        painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
        self._sprites.draw(painter, self._sheet, glyph, x, y)

    # -- the mouse ----------------------------------------------------------------

    def shape(self) -> QPainterPath:
        """Take the mouse only where a mark that can be clicked lies under it."""
        path = QPainterPath()
        if self.clicked is not None and self.pointed is not None and self.pointed < len(self.columns):
            which, x, y = self.placed(self.pane.projection)
            at = np.flatnonzero(which == self.pointed)
            if len(at):
                path.addRect(QRectF(x[at[0]] - _REACH, y[at[0]] - _REACH, 2 * _REACH, 2 * _REACH))
        return path

    def hoverEvent(self, event: Any) -> None:
        if event.isExit() or self.clicked is None:
            self.unsetCursor()
        elif event.acceptClicks(Qt.MouseButton.LeftButton):
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.clicked is not None and self.pointed is not None:
            event.accept()
            self.clicked(self.pointed)


def thinned(glyph: NDArray[np.uint8], x: Floats, y: Floats) -> NDArray[np.intp]:
    """Give the numbers of marks that do not cover each other: the newest of each kind in each small cell."""
    column = np.floor(x / _CELL).astype(np.int64)
    row = np.floor(np.clip(y, -1e6, 1e6) / _CELL).astype(np.int64)
    key = (column * 4_000_003 + row) * len(Glyph) + glyph
    _, newest = np.unique(key[::-1], return_index=True)
    return np.sort(len(key) - 1 - newest)
