"""Rows of coloured words on a quiet ground, kept as a picture until they change."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from terminal.ui.charts.axes.labels import Labels
from terminal.ui.charts.panes.pane import device_ratio
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

INSET: Final = 4.0
_ROW: Final = 17.0

Part = tuple[str, str]  # text and colour
Row = Sequence[Part]


class WordsBox:
    """Writes rows at a point of a pane; the picture stays as it is while the view moves.

    Texts that begin with a space begin something that is kept together with what follows it.
    """

    def __init__(self) -> None:
        self._font = ui_font(HINT_PX)
        self._labels = Labels(self._font)
        self._ground = QColor(LIVE.panel)
        self._ground.setAlphaF(0.82)
        self._made_of: object = None
        self._picture = QPixmap()

    def draw(self, painter: QPainter, at: QPointF, first: Row, rest: Row, room: float, most: int = 0) -> None:
        """Draw one row cut to `room` px, and another below it on at most `most` lines; the top left at `at`."""
        made_of = (tuple(first), tuple(rest), room, device_ratio(painter))
        if made_of != self._made_of:
            self._made_of = made_of
            rows = [self.fitting(first, room), *self.wrapped(rest, room)[:most]]
            self._picture = self._paint_rows(rows, device_ratio(painter))
        painter.drawPixmap(at, self._picture)

    def fitting(self, row: Row, room: float) -> Row:
        """Leave out what is wider than `room` px, names together with their values."""
        kept: list[Part] = []
        for group in _groups(row):
            if self._width([*kept, *group]) > room:
                break
            kept += group
        return tuple(kept)

    def wrapped(self, row: Row, room: float) -> list[Row]:
        """Break a row into as many as `room` px ask for, names together with their values."""
        rows: list[list[Part]] = []
        for group in _groups(row):
            if rows and self._width([*rows[-1], *group]) <= room:
                rows[-1] += group
            else:
                text, colour = group[0]
                rows.append([(text.lstrip(), colour), *group[1:]])
        return [tuple(each) for each in rows]

    def _width(self, row: Row) -> float:
        return sum(self._labels.width(text) for text, _ in row)

    def _paint_rows(self, rows: Sequence[Row], ratio: float) -> QPixmap:
        """Write the rows into a picture, each on a ground as wide as itself."""
        widths = [self._width(row) + 2 * INSET for row in rows]
        size = QSizeF(max((1.0, *widths)), _ROW * max(1, len(rows))) * ratio
        picture = QPixmap(size.toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self._font)
        for number, (row, width) in enumerate(zip(rows, widths, strict=True)):
            if row:
                painter.fillRect(QRectF(0, number * _ROW, width, _ROW), self._ground)
            left = INSET
            for text, colour in row:
                painter.setPen(QColor(colour))
                left += self._labels.draw_left(painter, left, (number + 0.5) * _ROW, text)
        painter.end()
        return picture


def _groups(row: Row) -> list[list[Part]]:
    """Cut a row before every text that begins with a space."""
    groups: list[list[Part]] = []
    for part in row:
        if groups and not part[0].startswith(" "):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups
