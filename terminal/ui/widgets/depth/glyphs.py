"""Columns of figures drawn from a sheet of ready-made glyphs, thousands of digits in one call.

Text drawn the usual way is shaped string by string; a ladder changes a hundred strings thirty
times a second. Here every sign is drawn once into a sheet, numbers become positions of glyphs by
array arithmetic, and the painter gets them all at once. Digits have one width, so figures line up
and nothing moves sideways when one changes.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from terminal.ui.object_row import Floats
from terminal.ui.widgets.depth.batches import PieceBatch

SIGNS: Final = "0123456789.,:"
_POINT, _COMMA, _COLON = (SIGNS.index(sign) for sign in ".,:")
NOTHING: Final = -1
_PAD: Final = 1  # device px around a glyph, so that neighbours do not bleed in

Whole = NDArray[np.int64]


Codes = NDArray[np.int64]
"""A column of figures, (n, k): places of signs in `SIGNS`, from the right, or `NOTHING`."""


def figures(values: Whole, decimals: int) -> Codes:
    """Write whole numbers with a point and thousands separators: 1234567 with 2 decimals is 12,345.67.

    Negative values give an empty row: where there is nothing, nothing is written.
    """
    most = int(values.max(initial=0))
    form = _form(max(len(str(most)), decimals + 1), decimals)
    rest = values[:, None] // form.units
    is_number = (values >= 0)[:, None]
    is_needed = (rest > 0) | (is_number & form.always)
    codes = np.empty((len(values), form.width), np.int64)
    codes[:, form.digits] = np.where(is_needed, rest % 10, NOTHING)
    codes[:, form.points] = np.where(is_number, _POINT, NOTHING)
    codes[:, form.commas] = np.where(rest[:, form.after_comma] > 0, _COMMA, NOTHING)
    return codes


class _Form(NamedTuple):
    """Where each sign of a figure stands, from the right, for a number of digits and of decimals.

    `units` 1, 10, 100 ... by digit; `always` tells which digits are written of any number; `digits`,
    `points`, `commas` are places in the figure, `after_comma` the digits left of each comma.
    """

    units: Whole
    always: NDArray[np.bool_]
    digits: Whole
    points: Whole
    commas: Whole
    after_comma: Whole
    width: int


@lru_cache(maxsize=64)
def _form(digits: int, decimals: int) -> _Form:
    places = np.arange(digits)
    before = places - decimals
    has_comma = (before > 0) & (before % 3 == 0)
    has_point = (places == decimals) & (decimals > 0)
    ends = np.cumsum(1 + has_comma + has_point) - 1
    marks = ends - 1
    return _Form(
        10**places, places <= decimals, ends, marks[has_point], marks[has_comma], places[has_comma], int(ends[-1]) + 1
    )


def clock_times(seconds_of_day: Whole) -> Codes:
    """Write times as 09:41:07."""
    columns: list[Whole] = []
    for part in (seconds_of_day % 60, seconds_of_day // 60 % 60, seconds_of_day // 3_600 % 24):
        if columns:
            columns.append(np.full(len(part), _COLON))
        columns += [part % 10, part // 10]
    return np.stack(columns, axis=1)


class GlyphSheet:
    """The signs of one font in one colour, at one device pixel ratio."""

    def __init__(self, font: QFont, colour: QColor, ratio: float) -> None:
        metrics = QFontMetricsF(font)
        self.ratio = ratio
        digit = max(metrics.horizontalAdvance(sign) for sign in "0123456789")
        # Whole device pixels, so that every glyph lies on the grid it was drawn for.
        self.advances = np.array(
            [round((digit if sign.isdigit() else metrics.horizontalAdvance(sign)) * ratio) / ratio for sign in SIGNS]
        )
        self.height = float(np.ceil(metrics.height() * ratio) / ratio)
        cell = int(np.ceil(self.advances.max() * ratio)) + 2 * _PAD
        self._cell = cell
        self._rows = round(self.height * ratio)
        self.pixmap = QPixmap(cell * len(SIGNS), self._rows)
        self.pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self.pixmap)
        painter.scale(ratio, ratio)
        painter.setFont(font)
        painter.setPen(colour)
        for at, sign in enumerate(SIGNS):
            slack = (self.advances[at] - metrics.horizontalAdvance(sign)) / 2
            painter.drawText(QPointF((at * cell + _PAD) / ratio + slack, metrics.ascent()), sign)
        painter.end()

    def width(self, codes: Codes) -> float:
        """Give the width of the widest figure."""
        if not codes.size:
            return 0.0
        widths = np.where(codes == NOTHING, 0.0, self.advances[codes])
        return float(widths.sum(axis=1).max())

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of a glyph's cell in device px."""
        return self._cell, self._rows


class GlyphBatch:
    """Draws columns of figures; the buffer is kept from frame to frame."""

    def __init__(self) -> None:
        self._pieces = PieceBatch()

    def draw(self, painter: QPainter, sheet: GlyphSheet, codes: Codes, right: float, tops: Floats) -> None:
        """Draw n figures with their right edges at `right` and the tops of their text at `tops`, (n,) float64."""
        shown = codes != NOTHING
        ratio, (cell, rows) = sheet.ratio, sheet.cell
        lefts = round(right * ratio) / ratio - np.cumsum(np.where(shown, sheet.advances[codes], 0.0), axis=1)
        tops = np.round(tops * ratio) / ratio
        self._pieces.draw(
            painter,
            sheet.pixmap,
            lefts[shown] + (cell / 2 - _PAD) / ratio,
            np.broadcast_to(tops[:, None], codes.shape)[shown] + rows / ratio / 2,
            codes[shown] * float(cell),
            (cell, rows),
        )
