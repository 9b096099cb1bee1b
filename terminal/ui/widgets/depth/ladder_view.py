"""The ladder itself: one widget, painted from arrays, that tells what was clicked.

Prices keep their lines while the market moves; the view follows when the middle has left the middle
half, never while the mouse is over it, and at once on the key for it.
"""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui import formatting as f
from terminal.ui.theme.look import LIVE, scaled
from terminal.ui.viewmodels.ladder_marks import Condition, Marks
from terminal.ui.viewmodels.ladder_rows import Ladder, View, centred
from terminal.ui.widgets.depth.inks import Inks
from terminal.ui.widgets.depth.ladder_frame import Frame, Spot, frame_of, spot_at
from terminal.ui.widgets.depth.ladder_paint import (
    HEAD_PX,
    ROW_PX,
    LadderPainter,
    columns_of,
    imbalance_words,
    spread_words,
)

PRICE, SIZE, MINE = "price", "size", "mine"
_WHEEL_STEP: Final = 120  # eighths of a degree, one notch
_WHEEL_LINES: Final = 3
_DESCRIBE_MS: Final = 1_000  # a screen reader is not told thirty times a second
_FRAME_PX: Final = 2


class LadderView(QWidget):
    """Shows what it is given by `show_ladder`.

    Attributes:
        frame: what was painted last; None before the first book.
        armed: clicks act; drawn as an amber frame.

    Signals:
        clicked (str, Spot, Qt.KeyboardModifiers): where (PRICE, SIZE or MINE) and on what, as it was seen.
        menu_asked (Spot, QPoint): right click; the point is global.
        stepped (int): Ctrl and the wheel: the next coarser (1) or finer (-1) grouping.
        touched: the mouse moved or something was scrolled here.
        escaped: Esc was pressed here.
    """

    clicked = Signal(str, object, object)
    menu_asked = Signal(object, object)
    stepped = Signal(int)
    touched = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # a frame of it paints nothing below it anew
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Ladder")
        self.frame: Frame | None = None
        self.armed = False
        self._empty = "Waiting for the order book…"
        self._ladder: Ladder | None = None
        self._marks = Marks()
        self._condition = Condition("", 0.0)
        self._view: View | None = None
        self._hover_line: int | None = None
        self._pressed: tuple[str, Spot] | None = None
        self._inks = Inks(self)
        self._painter = LadderPainter(self._inks)
        self._describe = QTimer(self)
        self._describe.setSingleShot(True)
        self._describe.setInterval(_DESCRIBE_MS)
        self._describe.timeout.connect(self._tell_reader)

    # -- given -------------------------------------------------------------------

    def show_ladder(self, ladder: Ladder, marks: Marks, condition: Condition) -> None:
        """Show a book; the view stays where it is unless the pair or the grouping is another."""
        before = self._ladder
        is_same = before is not None and (before.snapshot.instrument_id, before.group) == (
            ladder.snapshot.instrument_id,
            ladder.group,
        )
        self._ladder, self._marks, self._condition = ladder, marks, condition
        if not is_same:
            self._view = None
        if not self._describe.isActive():
            self._describe.start()
        self.update()

    def show_nothing(self, words: str) -> None:
        """Say why there is no book."""
        self._ladder = self._view = self.frame = None
        self._empty = words
        self.update()

    def set_armed(self, armed: bool) -> None:
        if self.armed is not armed:
            self.armed = armed
            self.update()

    def centre(self) -> None:
        """Put the middle of the book into the middle of the ladder."""
        self._view = None
        self.touched.emit()
        self.update()

    # -- painting ------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(300, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, scaled(HEAD_PX) + 7 * scaled(ROW_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # the whole ladder is painted in under a millisecond
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIVE.panel))
        width = float(self.width())
        frame = self._compose()
        if frame is None:
            painter.setFont(self._inks.hint)
            painter.setPen(QColor(LIVE.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
        else:
            hover = None if self._hover_line is None else spot_at(frame, self._hover_line)
            painter.setClipRect(self.rect())
            self._painter.paint(painter, frame, width, hover, armed=self.armed)
            painter.fillRect(0, 0, self.width(), scaled(HEAD_PX), QColor(LIVE.panel))
            self._painter.paint_head(painter, width)
            self._paint_way_back(painter, frame)
        if self.armed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(LIVE.amber), _FRAME_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _compose(self) -> Frame | None:
        ladder, count = self._ladder, self._line_count()
        if ladder is None:
            return None
        view = self._view
        if view is None or view.count != count:
            view = centred(ladder, count) if view is None else View(view.anchor, count)
        if not view.is_centred(ladder) and self._hover_line is None:
            view = centred(ladder, count)
        self._view = view
        self.frame = frame_of(ladder, view, self._marks, self._condition)
        return self.frame

    def _line_count(self) -> int:
        return max(1, -(-(self.height() - scaled(HEAD_PX)) // scaled(ROW_PX)))

    def _paint_way_back(self, painter: QPainter, frame: Frame) -> None:
        """Say where the market is when it has left the ladder."""
        box = self._way_back(frame)
        if box is None:
            return
        painter.setFont(self._inks.hint)
        above = box.top() == scaled(HEAD_PX)
        painter.fillRect(box, QColor(LIVE.amber_ground))
        painter.setPen(QColor(LIVE.amber))
        words = f"{'▲' if above else '▼'}  the market is {'above' if above else 'below'}: click here, or Space"
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _way_back(self, frame: Frame) -> QRect | None:
        """Where one clicks to go to the market; None while it is in sight."""
        first, count = frame.band
        if count > 0:
            return None
        top = scaled(HEAD_PX) if first == 0 else self.height() - scaled(ROW_PX)
        return QRect(0, top, self.width(), scaled(ROW_PX))

    def _tell_reader(self) -> None:
        frame = self.frame
        if frame is None or not frame.condition.is_good:
            words = self._empty if frame is None else frame.condition.words
        else:
            ladder = frame.ladder
            bid, ask = (ladder.price(best) for best in (ladder.bids.best, ladder.asks.best) if best is not None)
            share = ladder.imbalance
            words = f"bid {f.trimmed(bid)}, ask {f.trimmed(ask)}, {spread_words(frame)}"
            words += "" if share is None else f", {imbalance_words(share)}"
        self.setAccessibleDescription(words)

    # -- mouse -----------------------------------------------------------------------

    def part_at(self, at: QPointF) -> tuple[str, Spot] | None:
        """Give the column and the spot under a point of the painted frame; None in head and band."""
        if self.frame is None or at.y() < scaled(HEAD_PX):
            return None
        spot = spot_at(self.frame, int((at.y() - scaled(HEAD_PX)) // scaled(ROW_PX)))
        if spot is None:
            return None
        columns = columns_of(self.width())
        if at.x() <= columns.price + 2:
            return PRICE, spot
        return (SIZE, spot) if at.x() <= columns.sum + 2 else (MINE, spot)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._point(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover_line = None
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position())
        self.touched.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        box = None if self.frame is None else self._way_back(self.frame)
        if box is not None and box.contains(event.position().toPoint()):
            self.centre()
            return
        self._pressed = self.part_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None  # the second press of a double click is not another order
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        found = self.part_at(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or pressed is None or found is None:
            return
        is_same = (pressed[0], pressed[1].row, pressed[1].is_ask) == (found[0], found[1].row, found[1].is_ask)
        if is_same:
            self.clicked.emit(pressed[0], pressed[1], event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self.part_at(QPointF(event.pos()))
        if found is not None:
            self.menu_asked.emit(found[1], event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, group more or less."""
        notches = event.angleDelta().y() / _WHEEL_STEP
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if notches:
                self.stepped.emit(1 if notches < 0 else -1)
        else:
            self.scroll_lines(round(notches * _WHEEL_LINES))
        event.accept()

    def scroll_lines(self, lines: int) -> None:
        """Move up the prices by some lines."""
        if self._view is not None and lines:
            self._view = View(self._view.anchor + lines, self._view.count)
            self.touched.emit()
            self.update()

    def _point(self, at: QPointF) -> None:
        below = at.y() - scaled(HEAD_PX)
        line = int(below // scaled(ROW_PX)) if below >= 0 else -1
        if line != self._hover_line:
            self._hover_line = line
            self.update()
