"""Paints the drawings of a pair, and passes the mouse on to whoever draws."""

from typing import Any, Final, Protocol

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from terminal.ui.charts.drawings.drawing_words import way_words
from terminal.ui.charts.drawings.places import Point, distance, pixels_of, segments_of
from terminal.ui.charts.drawings.shapes import Drawing, Kind
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import hairline
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

REACH: Final = 6.0  # how near the pointer must come, px
_HANDLE: Final = 4.0  # half a handle
_FILL: Final = 0.10
_BELOW, _ABOVE = 24.0, 46.0  # heights among the layers: at rest, and while something is drawn
_ROW: Final = 18.0
_INSET: Final = 8.0

Hit = tuple[Drawing, int | None]
"""A drawing, and which of its points; None for the line between them."""


class Pencil(Protocol):
    """Hears the mouse on the layer, in px of the pane."""

    def clicked(self, at: Point) -> None: ...

    def hovered(self, at: Point) -> None: ...

    def dragged(self, begun: Point, at: Point, *, starts: bool, ends: bool) -> bool:
        """Give False when there is nothing to drag there."""


class DrawingLayer(ChartItem):
    """All drawings of the shown pair.

    Attributes:
        drawings: what is kept; `draft` is drawn in place of the one it changes, or beside them.
        selected: id of the selected one.
        hint: what to do next while something is drawn; "" at rest.
        pencil: hears the mouse.
    """

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, _BELOW)
        self.drawings: tuple[Drawing, ...] = ()
        self.draft: Drawing | None = None
        self.selected: str | None = None
        self.hint = ""
        self.decimals: int | None = None
        self.pencil: Pencil | None = None
        self.pointed: Point | None = None  # where a drawing lies under the pointer
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    def refresh(self) -> None:
        """Draw anew after something was set."""
        self.setZValue(_ABOVE if self.hint else _BELOW)
        self.setVisible(bool(self.drawings or self.draft or self.hint))
        self.update()

    @property
    def shown(self) -> tuple[Drawing, ...]:
        """What is drawn, the selected one last."""
        draft = self.draft
        kept = [each for each in self.drawings if draft is None or each.drawing_id != draft.drawing_id]
        shown = [*kept, draft] if draft is not None else kept
        return tuple(sorted(shown, key=lambda each: each.drawing_id == self.selected))

    def hit(self, at: Point) -> Hit | None:
        """Give what lies under a point of the pane: a handle of the selected first, else the topmost line."""
        projection, bars = self.pane.projection, self.pane.bars
        for drawing in reversed(self.shown):
            points = pixels_of(drawing, bars, projection)
            if drawing.kind.points > 1 or drawing.drawing_id == self.selected:
                for number, point in enumerate(points):
                    if max(abs(point[0] - at[0]), abs(point[1] - at[1])) <= REACH:
                        return drawing, number if drawing.kind.points > 1 else None
            if any(distance(at, line) <= REACH for line in segments_of(drawing.kind, points, projection)):
                return drawing, None
        return None

    # -- painting -----------------------------------------------------------------

    def draw(self, painter: QPainter, projection: Projection) -> None:
        painter.setClipRect(QRectF(0, 0, projection.width, projection.band_top))
        for drawing in self.shown:
            self._draw_one(painter, projection, drawing)
        if self.hint:
            width = self._metrics.horizontalAdvance(self.hint) + 2 * _INSET
            box = QRectF((projection.width - width) / 2, projection.band_top - _ROW - _INSET, width, _ROW)
            self._write(painter, box, self.hint)

    def _draw_one(self, painter: QPainter, projection: Projection, drawing: Drawing) -> None:
        points = pixels_of(drawing, self.pane.bars, projection)
        chosen = drawing.drawing_id == self.selected or drawing is self.draft
        colour = QColor(LIVE.accent if chosen else LIVE.muted)
        if drawing.kind in {Kind.BOX, Kind.RULER}:
            ground = QColor(colour)
            ground.setAlphaF(_FILL)
            painter.fillRect(QRectF(QPointF(*points[0]), QPointF(*points[1])).normalized(), ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, drawing.kind is Kind.TREND)
        painter.setPen(QPen(colour, 1.5) if drawing.kind is Kind.TREND else hairline(colour.name()))
        for (x0, y0), (x1, y1) in segments_of(drawing.kind, points, projection):
            left, right = max(x0, -10_000.0), min(x1, 10_000.0)
            flat = y0 == y1 or x0 == x1
            line = QLineF(round(left), round(y0), round(right), round(y1)) if flat else QLineF(x0, y0, x1, y1)
            painter.drawLine(line)
        if chosen:
            self._draw_handles(painter, projection, drawing, points)
        if drawing.kind is Kind.RULER:
            self._measure(painter, projection, drawing, points)

    @staticmethod
    def _draw_handles(painter: QPainter, projection: Projection, drawing: Drawing, points: tuple[Point, ...]) -> None:
        painter.setBrush(QColor(LIVE.panel))
        painter.setPen(hairline(LIVE.accent))
        for x, y in points:
            at_x = projection.width / 2 if drawing.kind is Kind.LEVEL else x
            at_y = projection.band_top / 2 if drawing.kind is Kind.MOMENT else y
            painter.drawRect(QRectF(round(at_x) - _HANDLE, round(at_y) - _HANDLE, 2 * _HANDLE, 2 * _HANDLE))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _measure(self, painter: QPainter, projection: Projection, drawing: Drawing, points: tuple[Point, ...]) -> None:
        """Write the way beside the second point, inside the pane."""
        words = way_words(drawing, self.pane.bars.interval_ms, self.decimals)
        width = self._metrics.horizontalAdvance(words) + 2 * _INSET
        (_, y0), (x1, y1) = points
        left = min(max(x1 - width / 2, 0.0), projection.width - width)
        top = y1 + _INSET if y1 > y0 else y1 - _ROW - _INSET
        top = min(max(top, 0.0), projection.band_top - _ROW)
        self._write(painter, QRectF(left, top, width, _ROW), words)

    def _write(self, painter: QPainter, box: QRectF, words: str) -> None:
        painter.fillRect(box, QColor(LIVE.raised))
        painter.setFont(self._font)
        painter.setPen(QColor(LIVE.text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)

    # -- the mouse ----------------------------------------------------------------

    def shape(self) -> QPainterPath:
        """Take the whole pane while something is drawn, else only where a drawing lies under the pointer."""
        path = QPainterPath()
        if self.hint:
            path.addRect(self.boundingRect())
        elif self.pointed is not None:
            path.addRect(QRectF(self.pointed[0] - REACH, self.pointed[1] - REACH, 2 * REACH, 2 * REACH))
        return path

    def hoverEvent(self, event: Any) -> None:
        if event.isExit() or self.pencil is None:
            self.unsetCursor()
            return
        event.acceptClicks(Qt.MouseButton.LeftButton)
        if event.acceptDrags(Qt.MouseButton.LeftButton):
            self.setCursor(Qt.CursorShape.CrossCursor if self.hint else Qt.CursorShape.SizeAllCursor)
        self.pencil.hovered((event.pos().x(), event.pos().y()))

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.pencil is not None:
            event.accept()
            self.pencil.clicked((event.pos().x(), event.pos().y()))

    def mouseDragEvent(self, event: Any) -> None:
        begun, at = event.buttonDownPos(), event.pos()
        if (
            event.button() == Qt.MouseButton.LeftButton
            and self.pencil is not None
            and self.pencil.dragged(
                (begun.x(), begun.y()), (at.x(), at.y()), starts=event.isStart(), ends=event.isFinish()
            )
        ):
            event.accept()
        else:
            event.ignore()
