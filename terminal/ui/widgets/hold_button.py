"""A button that acts only after it was held for a while; letting go early does nothing.

The bar fills with the time the window really lived through: a stall of the program counts
as one short step, so a press that ended during the stall can never complete the hold.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.theme.fonts import ui_font
from terminal.ui.theme.look import LIVE
from terminal.ui.theme.tokens import BUTTON_HEIGHT, RADIUS_CONTROL, Tokens

HOLD_S: Final = 1.5
TICK_MS: Final = 16
LONGEST_STEP_S: Final = 0.1
_KEYS: Final = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class HoldButton(QWidget):
    """Press and hold by mouse, Space or Enter.

    Attributes:
        progress: how full the bar is, 0 to 1.

    Signals:
        held: the whole time was held; sent once a press.
        let_go: released, left or interrupted before that.
    """

    held = Signal()
    let_go = Signal()

    def __init__(
        self,
        text: str,
        monotonic_s: Callable[[], float],
        parent: QWidget | None = None,
        *,
        hold_s: float = HOLD_S,
        tokens: Tokens = LIVE,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._monotonic_s = monotonic_s
        self._hold_s = hold_s
        self._tokens = tokens
        self._spent_s = 0.0
        self._last_s: float | None = None  # None while nobody holds
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_text(text)

    @property
    def text(self) -> str:
        return self._text

    @property
    def progress(self) -> float:
        return min(1.0, self._spent_s / self._hold_s)

    @property
    def is_held(self) -> bool:
        return self._last_s is not None

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(f"{text}: hold for {self._hold_s:g} seconds")
        self.updateGeometry()
        self.update()

    def tick(self) -> None:
        """Count the time since the last look; act when all of it is there."""
        if self._last_s is None:
            return
        now = self._monotonic_s()
        self._spent_s += min(max(0.0, now - self._last_s), LONGEST_STEP_S)
        self._last_s = now
        self.update()
        if self._spent_s + 1e-9 >= self._hold_s:
            self._stop()
            self.held.emit()

    # -- holding ----------------------------------------------------------------

    def _begin(self) -> None:
        if self._last_s is None and self.isEnabled():
            self._spent_s = 0.0
            self._last_s = self._monotonic_s()
            self._timer.start()
            self.update()

    def _stop(self) -> None:
        self._timer.stop()
        self._last_s = None
        self._spent_s = 0.0
        self.update()

    def _release(self) -> None:
        if self._last_s is not None:
            self._stop()
            self.let_go.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.rect().contains(event.position().toPoint()):
            self._release()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _KEYS:
            if event.key() == Qt.Key.Key_Escape and self.is_held:
                self._release()
                return
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._begin()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _KEYS:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self._release()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._release()
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._release()
            self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._release()
        super().hideEvent(event)

    # -- look -------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 48, BUTTON_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # one button is drawn as a whole
        tokens, on = self._tokens, self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(edge, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.fillPath(shape, QColor(tokens.down_ground if on else tokens.panel))
        filled = QRectF(edge.left(), edge.top(), edge.width() * self.progress, edge.height())
        painter.setFont(ui_font(strong=True))
        painter.setPen(QColor(tokens.down if on else tokens.faint))
        painter.drawText(edge, Qt.AlignmentFlag.AlignCenter, self._text)
        if self.progress > 0:
            painter.save()
            painter.setClipRect(filled)
            painter.fillPath(shape, QColor(tokens.down))
            painter.setPen(QColor(tokens.on_fill))
            painter.drawText(edge, Qt.AlignmentFlag.AlignCenter, self._text)
            painter.restore()
        painter.setPen(QPen(QColor(tokens.text if self.hasFocus() else tokens.down if on else tokens.line), 1))
        painter.drawPath(shape)
        painter.end()
