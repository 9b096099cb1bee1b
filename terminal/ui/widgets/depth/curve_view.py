"""The depth curve: what rests up to each price, bids to the left and asks to the right of the middle."""

from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.domain.depth import DepthSnapshot
from terminal.domain.instrument import base_of, step_decimals
from terminal.ui import formatting as f
from terminal.ui.theme.look import LIVE, scaled
from terminal.ui.viewmodels.ladder_marks import Condition
from terminal.ui.viewmodels.ladder_rows import cumulative
from terminal.ui.widgets.depth.batches import LineBatch, RectBatch
from terminal.ui.widgets.depth.inks import Inks, ink

AXIS_PX: Final = 20
_TOP_PX: Final = 18
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Whole = NDArray[np.int64]


class DepthCurve(QWidget):
    """Shows what `show_book` gives; both arms have one scale, and the mouse reads them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # a frame of it paints nothing below it anew
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Depth curve")
        self._snapshot: DepthSnapshot | None = None
        self._levels = 0
        self._condition = Condition("", 0.0)
        self._mouse: QPointF | None = None
        self._inks = Inks(self)
        self._rects, self._lines = RectBatch(), LineBatch()

    def show_book(self, snapshot: DepthSnapshot | None, levels: int, condition: Condition) -> None:
        self._snapshot, self._levels, self._condition = snapshot, levels, condition
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 90)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIVE.panel))
        painter.setFont(self._inks.hint)
        snapshot = self._snapshot
        if snapshot is None or not (snapshot.bid_ticks and snapshot.ask_ticks):
            painter.setPen(QColor(LIVE.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Waiting for the order book…")
        else:
            self._paint_book(painter, snapshot)
        painter.end()

    def _paint_book(self, painter: QPainter, snapshot: DepthSnapshot) -> None:
        bids, bid_sums, asks, ask_sums = cumulative(snapshot, self._levels)
        middle = (float(bids[0]) + float(asks[0])) / 2
        reach = max(middle - float(bids[-1]), float(asks[-1]) - middle, 1.0) * 1.02
        bottom = self.height() - scaled(AXIS_PX)
        high = max(int(bid_sums[-1]), int(ask_sums[-1]))
        faded = not self._condition.is_good
        for role, ticks, sums, edge in (("rise", bids, bid_sums, 0.0), ("fall", asks, ask_sums, float(self.width()))):
            x = self.width() / 2 + (ticks - middle) / reach * self.width() / 2
            y = bottom - sums / high * (bottom - scaled(_TOP_PX))
            self._paint_arm(painter, role, x, y, edge, bottom, faded=faded)
        self._paint_scale(painter, snapshot, middle, reach, high)
        if not self._condition.is_good:
            painter.setPen(QColor(LIVE.amber))
            box = QRectF(0, 0, self.width(), scaled(_TOP_PX))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._condition.words)
        elif self._mouse is not None:
            self._paint_reading(painter, snapshot, self._mouse.x(), (middle, reach), (bids, bid_sums, asks, ask_sums))

    def _paint_arm(
        self,
        painter: QPainter,
        role: str,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        edge: float,
        bottom: float,
        *,
        faded: bool,
    ) -> None:
        """Steps from the middle outwards; each sum holds up to the next price."""
        until = np.append(x[1:], edge)
        left, right = np.minimum(x, until), np.maximum(x, until)
        self._rects.draw(painter, ink(f"{role}_ground", faded=faded), left, y, right - left, bottom - y)
        pen = QPen(ink(role, faded=faded), 1)
        self._lines.draw(painter, pen, left, y, right, y)
        before = np.append(bottom, y[:-1])
        self._lines.draw(painter, pen, x, before, x, y)

    def _paint_scale(self, painter: QPainter, snapshot: DepthSnapshot, middle: float, reach: float, high: int) -> None:
        height, width = scaled(AXIS_PX), self.width()
        top = self.height() - height
        painter.fillRect(QRectF(0, top, width, 1), QColor(LIVE.line))
        painter.setPen(QColor(LIVE.muted))
        for share, flag in ((-0.9, Qt.AlignmentFlag.AlignLeft), (0.0, Qt.AlignmentFlag.AlignHCenter), (0.9, _RIGHT)):
            box = QRectF(8, top, width - 16, height)
            price = _price(middle + (share / 0.9) * reach, snapshot.price_step)
            painter.drawText(box, flag | Qt.AlignmentFlag.AlignVCenter, price)
        most = f"{f.trimmed(high * snapshot.size_step)} {base_of(snapshot.instrument_id)}"
        painter.drawText(QRectF(0, 0, width - 8, scaled(_TOP_PX)), _RIGHT, most)

    def _paint_reading(
        self,
        painter: QPainter,
        snapshot: DepthSnapshot,
        x: float,
        scale: tuple[float, float],
        arms: tuple[Whole, Whole, Whole, Whole],
    ) -> None:
        """Say what rests between the middle and the price under the mouse."""
        middle, reach = scale
        bids, bid_sums, asks, ask_sums = arms
        ticks = middle + (x - self.width() / 2) / (self.width() / 2) * reach
        if ticks < middle:
            reached, sums, what = int((bids >= ticks).sum()), bid_sums, "bids down to"
        else:
            reached, sums, what = int((asks <= ticks).sum()), ask_sums, "asks up to"
        size = 0 if reached == 0 else int(sums[reached - 1])
        painter.fillRect(QRectF(x, scaled(_TOP_PX), 1, self.height()), QColor(LIVE.faint))
        painter.setPen(QColor(LIVE.text))
        words = f"{f.trimmed(size * snapshot.size_step)} of {what} {_price(ticks, snapshot.price_step)}"
        painter.drawText(QRectF(8, 0, self.width(), scaled(_TOP_PX)), Qt.AlignmentFlag.AlignVCenter, words)


def _price(ticks: float, step: Decimal) -> str:
    return f.number(round(ticks) * step, step_decimals(step))
