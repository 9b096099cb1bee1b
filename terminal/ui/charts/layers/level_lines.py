"""Price levels as dashed lines: what each is, its price and its money at the left, no words over others.

A line with a grip can be taken by a hand, which then hears where it is held; the line stays.
The right end has no words: the newest bars and their fills are there.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Any, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath

from terminal.ui import formatting
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import DottedLines
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.trading.grips import Grip, Hand
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

_LEFT: Final = 18.0
_ROW: Final = 15.0
_LEGEND_PX: Final = 42.0  # the values box stands above this
_PAD: Final = 8.0  # of words in their box, both sides together
_GAP: Final = 6.0  # between the words and the money
_REACH: Final = 4.0  # how near to a line the pointer must come, px


@dataclass(frozen=True, slots=True)
class Level:
    """One line; `tone` names a colour of the tokens.

    `note` stands beside the words; `grip` is there when a hand can move what is behind the line.
    """

    price: float
    text: str
    tone: str
    note: str = ""
    grip: Grip | None = None


def exit_levels(stop: Decimal | None, target: Decimal | None, entry: Decimal) -> tuple[Level, ...]:
    """Give stop and target with their distance from the entry."""
    exits = []
    for price, word, tone in ((stop, "Stop", "down"), (target, "Target", "up")):
        if price is not None and entry:
            distance = formatting.percent(price / entry - 1, signed=True)
            exits.append(Level(float(price), f"{word}  {distance}", tone))
    return tuple(exits)


class LevelLines(ChartItem):
    """The lines with their words.

    Attributes:
        hand: hears of lines that are dragged; None where nothing can be moved.
    """

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, z=31)
        self._prices = pane
        self.levels: tuple[Level, ...] = ()
        self.hand: Hand | None = None
        self._held: Grip | None = None
        self._dashes = DottedLines(on_px=5.0, off_px=4.0)
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    def set_levels(self, levels: tuple[Level, ...]) -> None:
        """Show other lines; prices widen to hold those that are near."""
        if levels == self.levels:
            return
        self.levels = levels
        self.setVisible(bool(levels))
        prices = tuple(level.price for level in levels)
        if prices == self._prices.levels:
            self.update()
        else:
            self._prices.levels = prices
            self._prices.refresh()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        painter.setFont(self._font)
        ground = QColor(LIVE.panel)
        ground.setAlphaF(0.82)
        shown = self._in_view(projection)
        for level, y in shown:
            self._dashes.across(painter, QColor(getattr(LIVE, level.tone)), y, projection.width)
        for box, (level, _) in zip(self.boxes(projection), shown, strict=True):  # words above every line
            painter.fillRect(box, ground)
            painter.setPen(QColor(getattr(LIVE, level.tone)))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), level.text)
            note = self._note_box(projection, level, box)
            if note is not None:
                painter.fillRect(note, ground)
                if level.grip is not None:
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRect(note.adjusted(0.5, 0.5, -0.5, -0.5))
                painter.drawText(note, int(Qt.AlignmentFlag.AlignCenter), level.note)

    def boxes(self, projection: Projection) -> tuple[QRectF, ...]:
        """Give the places of the words of the lines in view, from the top down; no two overlap."""
        shown = self._in_view(projection)
        tops = apart([y - _ROW - 1 for _, y in shown], _ROW, _LEGEND_PX, projection.band_top)
        return tuple(
            QRectF(_LEFT - 4, top, self._metrics.horizontalAdvance(level.text) + _PAD, _ROW)
            for (level, _), top in zip(shown, tops, strict=True)
        )

    def _note_box(self, projection: Projection, level: Level, box: QRectF) -> QRectF | None:
        """Give the place of a line's money, as high as its words; None without room for it."""
        width = self._metrics.horizontalAdvance(level.note) + _PAD
        left = box.right() + _GAP
        return QRectF(left, box.top(), width, _ROW) if level.note and left + width < projection.width else None

    def _in_view(self, projection: Projection) -> list[tuple[Level, int]]:
        """Give the lines in view with their pixel, from the top down."""
        placed = ((level, round(projection.y(level.price))) for level in self.levels)
        inside = [(level, y) for level, y in placed if 0 <= y < projection.band_top]
        return sorted(inside, key=lambda each: -each[0].price)

    # -- the mouse ----------------------------------------------------------------

    def grip_at(self, x: float, y: float) -> Grip | None:
        """Give what is held by taking a point of the pane: the money of a line, else the nearest line."""
        projection = self.pane.projection
        shown = self._in_view(projection)
        for box, (level, _) in zip(self.boxes(projection), shown, strict=True):
            note = self._note_box(projection, level, box)
            if level.grip is not None and note is not None and note.contains(x, y):
                return level.grip
        near = [(abs(at - y), level.grip) for level, at in shown if level.grip is not None and abs(at - y) <= _REACH]
        return min(near, key=lambda each: each[0])[1] if near else None

    def shape(self) -> QPainterPath:
        """Take the mouse along lines that can be moved and on their money."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        if self.hand is None:
            return path
        projection = self.pane.projection
        shown = self._in_view(projection)
        for box, (level, y) in zip(self.boxes(projection), shown, strict=True):
            if level.grip is None:
                continue
            path.addRect(QRectF(0, y - _REACH, projection.width, 2 * _REACH + 1))
            note = self._note_box(projection, level, box)
            if note is not None:
                path.addRect(note)
        return path

    def hoverEvent(self, event: Any) -> None:
        if event.isExit() or self.hand is None:
            self.unsetCursor()
        elif event.acceptDrags(Qt.MouseButton.LeftButton):
            self.setCursor(Qt.CursorShape.SizeVerCursor)

    def mouseDragEvent(self, event: Any) -> None:
        """Tell the hand where a line is held; other buttons move the chart."""
        if event.button() != Qt.MouseButton.LeftButton or self.hand is None:
            event.ignore()
            return
        if event.isStart():
            self._held = self.grip_at(event.buttonDownPos().x(), event.buttonDownPos().y())
        if self._held is None:
            event.ignore()
            return
        event.accept()
        if event.isStart():
            self.hand.grab(self._held)
        price = self.pane.projection.price_at(event.pos().y())
        if event.isFinish():
            held, self._held = self._held, None
            self.hand.drop(held, price)
        else:
            self.hand.drag(self._held, price)


def apart(wanted: list[float], height: float, top: float, bottom: float) -> list[float]:
    """Push boxes of one height apart: each as near to the top edge it wants as the others allow.

    Args:
        wanted: top edges, ascending.
        height: of each box.
        top: upper end of the room.
        bottom: its lower end; where the room is too small for all, they hang out below rather than overlap.
    """
    groups: list[list[float]] = []  # first top edge, number of boxes, sum of the first edges its boxes ask for
    for want in wanted:
        group = [max(want, top), 1.0, want]
        while groups and groups[-1][0] + groups[-1][1] * height > group[0]:
            _, count, total = groups.pop()
            total += group[2] - count * height * group[1]
            group = [max(total / (count + group[1]), top), count + group[1], total]
        groups.append(group)
    tops = [floor(first) + at * height for first, count, _ in groups for at in range(int(count))]
    for at in reversed(range(len(tops))):
        tops[at] = min(tops[at], bottom - height * (len(tops) - at))
    for at in range(len(tops)):
        tops[at] = max(tops[at], top + at * height)
    return tops
