"""The equity curve: one line, its extremes and its times. Painted by hand to stay cheap."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.domain.messages import EquityPoint
from terminal.ui import formatting as f
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE
from terminal.ui.viewmodels.desk import Desk

LABEL_WIDTH: Final = 68
TIME_HEIGHT: Final = 18
EMPTY: Final = "The equity curve starts with the first balance the venue reports."


class EquityCurve(QWidget):
    """Equity over time with its highest and lowest value and both end times."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName("Equity curve")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        desk.equity_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # one line and four labels
        painter = QPainter(self)
        painter.setFont(ui_font(HINT_PX))
        points = self._desk.equity
        if len(points) < 2:
            painter.setPen(QColor(LIVE.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, EMPTY)
            painter.end()
            return
        plot = QRectF(self.rect()).adjusted(1, 8, -LABEL_WIDTH, -TIME_HEIGHT - 2)
        shown = thinned(list(points), max(2, int(plot.width())))
        low, high = min(point.equity for point in shown), max(point.equity for point in shown)
        self._paint_scale(painter, plot, shown, f.money(low), f.money(high))
        self._paint_line(painter, plot, shown, float(low), float(high))
        painter.end()

    def _paint_scale(self, painter: QPainter, plot: QRectF, shown: Sequence[EquityPoint], low: str, high: str) -> None:
        painter.setPen(QPen(QColor(LIVE.line), 1))
        for y in (plot.top(), plot.bottom()):
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(LIVE.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for text, y in ((high, plot.top()), (low, plot.bottom())):
            painter.drawText(QRectF(plot.right(), y - 8, LABEL_WIDTH - 4, 16), right, text)
        foot = QRectF(plot.left(), plot.bottom() + 2, plot.width(), TIME_HEIGHT)
        painter.drawText(
            foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f.local_minute(shown[0].at_ms)
        )
        painter.drawText(foot, right, f.local_minute(shown[-1].at_ms))

    def _paint_line(
        self, painter: QPainter, plot: QRectF, shown: Sequence[EquityPoint], low: float, high: float
    ) -> None:
        start_ms, span_ms = shown[0].at_ms, max(1, shown[-1].at_ms - shown[0].at_ms)
        span = (high - low) or 1.0
        line = QPolygonF(
            [
                QPointF(
                    plot.left() + plot.width() * (point.at_ms - start_ms) / span_ms,
                    plot.bottom() - plot.height() * (float(point.equity) - low) / span,
                )
                for point in shown
            ]
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(LIVE.accent), 1.5))
        painter.drawPolyline(line)
        painter.setBrush(QColor(LIVE.accent))
        painter.drawEllipse(line.last(), 2.5, 2.5)


def thinned(points: Sequence[EquityPoint], columns: int) -> list[EquityPoint]:
    """Keep first, last and, of each run, the lowest and the highest point: about two a column."""
    if len(points) <= 2 * columns:
        return list(points)
    kept = [points[0]]
    size = len(points) / columns
    for column in range(columns):
        run = points[int(column * size) : int((column + 1) * size)]
        pair = {id(point): point for point in (min(run, key=_equity), max(run, key=_equity))}
        kept.extend(sorted(pair.values(), key=lambda point: point.at_ms))
    kept.append(points[-1])
    return kept


def _equity(point: EquityPoint) -> float:
    return float(point.equity)
