"""The ghost of a line that is dragged: where it would stand and what that would mean. The line itself stays."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.pane import hairline
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import DottedLines
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.trading.moves import Move
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

_ROW: Final = 17.0
_INSET: Final = 8.0
_RIGHT: Final = 12.0
_OFF: Final = 6.0  # between line and box, px
_WIDEST: Final = 380.0
_HELP: Final = "Let go to ask, Esc to leave it"


class Ghost(ChartItem):
    """A dashed line and a box of words; amber with the reason where it cannot be asked for."""

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, z=45)
        self.move: Move | None = None
        self._dashes = DottedLines(on_px=2.0, off_px=3.0)
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    def show_move(self, move: Move | None) -> None:
        """Stand at another price; None takes it away."""
        if move != self.move:
            self.move = move
            self.setVisible(move is not None)
            self.update()

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The words of the box with the role of their colour, from the top down."""
        if self.move is None:
            return ()
        refusal = self.move.refusal
        title = (self.move.title, "amber" if refusal else "accent")
        facts = tuple((fact, "text") for fact in self.move.facts)
        return (title, *facts, (refusal or _HELP, "amber" if refusal else "muted"))

    def draw(self, painter: QPainter, projection: Projection) -> None:
        if self.move is None or self.move.price is None:
            return
        tone = LIVE.amber if self.move.refusal else LIVE.accent
        y = min(max(round(projection.y(float(self.move.price))), 0), round(projection.band_top) - 1)
        self._dashes.across(painter, QColor(tone), y, projection.width)
        painter.setFont(self._font)
        box, last_height = self._box(projection, y)
        painter.fillRect(box, QColor(LIVE.raised))
        painter.setPen(hairline(tone))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        rows = self.rows
        for number, (text, role) in enumerate(rows):
            painter.setPen(QColor(getattr(LIVE, role)))
            tall = last_height if number == len(rows) - 1 else _ROW
            top = box.top() + _INSET / 2 + number * _ROW
            row = QRectF(box.left() + _INSET, top, box.width() - 2 * _INSET, tall)
            painter.drawText(row, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), text)

    def _box(self, projection: Projection, y: float) -> tuple[QRectF, float]:
        """Give the box below the line, above it where there is no room, and the height of its last words."""
        *rows, (last, _) = self.rows
        wrapped = self._metrics.boundingRect(QRectF(0, 0, _WIDEST, 200), int(Qt.TextFlag.TextWordWrap), last)
        widest = max(wrapped.width(), *(self._metrics.horizontalAdvance(text) for text, _ in rows))
        last_height = max(_ROW, wrapped.height() + 2)
        width = min(widest + 2 * _INSET + 2, projection.width - 2 * _RIGHT)
        height = _ROW * len(rows) + last_height + _INSET
        below = y + _OFF + height <= projection.height
        top = y + _OFF if below else max(0.0, y - _OFF - height)
        return QRectF(projection.width - width - _RIGHT, top, width, height), last_height
