"""The day as a strip: a lane a kind, a mark a record, and the place somebody looks at."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from terminal.domain.time_messages import MarkKind
from terminal.ui import formatting
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE
from terminal.ui.viewmodels.day_lanes import SHOWN, DayLanes, place_px, seq_at_px
from terminal.ui.widgets.plain_text import tooltip

LANE_PX: Final = 14
LEFT_PX: Final = 84
RIGHT_PX: Final = 12
TIME_PX: Final = 16
_REACH_PX: Final = 4
_SHORT_MS: Final = 2 * 3_600_000  # a shorter day has its times in seconds
LANE_NAME: Final = {
    MarkKind.CYCLE: "AI asked",
    MarkKind.DECISION: "Decisions",
    MarkKind.APPROVAL: "Answers",
    MarkKind.ORDER: "Orders",
    MarkKind.FILL: "Fills",
    MarkKind.LOG: "AI logs",
    MarkKind.STATE: "State",
}


class Timeline(QWidget):
    """A slider over the records of a day.

    Attributes:
        seq: the record looked at.
        hidden: lanes that are not shown.

    Signals:
        moved (int): a person moved to another record.
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Recorded day: left and right arrows move by a record, J and K from mark to mark")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.lanes: DayLanes | None = None
        self.seq = 0
        self.hidden: frozenset[MarkKind] = frozenset()
        self._strip: QPixmap | None = None

    @property
    def shown(self) -> tuple[MarkKind, ...]:
        return tuple(kind for kind in SHOWN if kind not in self.hidden)

    def show_day(self, lanes: DayLanes | None) -> None:
        self.lanes = lanes
        self._redraw()

    def hide_lanes(self, hidden: frozenset[MarkKind]) -> None:
        self.hidden = hidden
        self.updateGeometry()
        self._redraw()

    def set_seq(self, seq: int) -> None:
        """Look at another record, without telling anybody."""
        self.seq = seq
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._redraw()  # other colours
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(600, len(self.shown) * LANE_PX + TIME_PX + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, self.sizeHint().height())

    # -- drawing ------------------------------------------------------------------

    @property
    def _width(self) -> int:
        return max(1, self.width() - LEFT_PX - RIGHT_PX)

    def _redraw(self) -> None:
        self._strip = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        if self._strip is None:
            self._strip = self._draw_strip()
        painter.drawPixmap(0, 0, self._strip)
        if self.lanes is not None:
            self._draw_place(painter, self.lanes)
        if self.hasFocus():
            painter.setPen(QColor(LIVE.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw_strip(self) -> QPixmap:
        """Draw what does not move once: a day may have a hundred thousand marks."""
        ratio = self.devicePixelRatioF()
        strip = QPixmap(self.size() * ratio)
        strip.setDevicePixelRatio(ratio)
        strip.fill(QColor(LIVE.panel))
        painter = QPainter(strip)
        painter.setFont(ui_font(HINT_PX))
        lanes = self.lanes
        for row, kind in enumerate(self.shown):
            top = 3 + row * LANE_PX
            painter.setPen(QColor(LIVE.muted))
            box = QRectF(6, top, LEFT_PX - 12, LANE_PX)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), LANE_NAME[kind])
            painter.fillRect(QRectF(LEFT_PX, top + LANE_PX - 1, self._width, 1), QColor(LIVE.line))
            columns = {} if lanes is None else lanes.columns(kind, self._width)
            for x, tone in columns.items():
                painter.fillRect(QRectF(LEFT_PX + x - 1, top + 1, 2, LANE_PX - 3), QColor(getattr(LIVE, tone)))
        if lanes is not None:
            self._draw_times(painter, lanes)
        painter.end()
        return strip

    def _draw_times(self, painter: QPainter, lanes: DayLanes) -> None:
        top = 3 + len(self.shown) * LANE_PX
        painter.setPen(QColor(LIVE.muted))
        steps = max(2, self._width // 150)
        short = lanes.day.to_ms - lanes.day.from_ms < _SHORT_MS
        say = formatting.local_time if short else formatting.local_minute
        for step in range(steps + 1):
            x = self._width * step / steps
            words = say(lanes.time_of(seq_at_px(lanes.day, x, self._width)))
            side = Qt.AlignmentFlag.AlignLeft if step == 0 else Qt.AlignmentFlag.AlignRight
            left = LEFT_PX + x - (0 if step == 0 else 60)
            painter.drawText(QRectF(left, top, 60, TIME_PX), int(side | Qt.AlignmentFlag.AlignVCenter), words)

    def _draw_place(self, painter: QPainter, lanes: DayLanes) -> None:
        x = LEFT_PX + place_px(lanes.day, self.seq, self._width)
        bottom = 3 + len(self.shown) * LANE_PX
        painter.fillRect(QRectF(x - 1, 0, 2, bottom + 2), QColor(LIVE.text))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIVE.text))
        painter.drawEllipse(QPointF(x, bottom + 4), 4, 4)

    # -- hands --------------------------------------------------------------------

    def go(self, seq: int) -> None:
        """Look at another record and tell it."""
        if self.lanes is None:
            return
        seq = min(max(seq, self.lanes.day.first_seq), self.lanes.day.last_seq)
        if seq != self.seq:
            self.set_seq(seq)
            self.moved.emit(seq)

    def step(self, forward: bool) -> bool:
        """Go to the next mark of the lanes shown, or the one before; False when there is none."""
        if self.lanes is None:
            return False
        find = self.lanes.after if forward else self.lanes.before
        found = find(self.seq, self.shown)
        if found is not None:
            self.go(found)
        return found is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._to_pointer(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._to_pointer(event)

    def _to_pointer(self, event: QMouseEvent) -> None:
        if self.lanes is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.go(seq_at_px(self.lanes.day, event.position().x() - LEFT_PX, self._width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day = None if self.lanes is None else self.lanes.day
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if day is not None and event.key() in steps:
            self.go(self.seq + steps[Qt.Key(event.key())])
        elif day is not None and event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.go(day.first_seq if event.key() == Qt.Key.Key_Home else day.last_seq)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.words_at(event.pos().x())
            if words:
                QToolTip.showText(event.globalPos(), tooltip(words), self)
            return True
        return super().event(event)

    def words_at(self, x: float) -> str:
        """Give what happened near a pixel, "" for nothing."""
        if self.lanes is None:
            return ""
        seq = seq_at_px(self.lanes.day, x - LEFT_PX, self._width)
        after, before = self.lanes.after(seq - 1, self.shown), self.lanes.before(seq + 1, self.shown)
        near = [found for found in (after, before) if found is not None]
        best = min(near, key=lambda found: abs(found - seq), default=None)
        if best is None or abs(place_px(self.lanes.day, best, self._width) + LEFT_PX - x) > _REACH_PX:
            return ""
        mark = self.lanes.at(best)
        return "" if mark is None else f"{formatting.local_time(mark.at_ms)}  {mark.text}"
