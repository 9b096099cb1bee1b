"""The ring that empties while a proposal waits."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.theme.fonts import ui_font
from terminal.ui.theme.look import LIVE
from terminal.ui.theme.tokens import Tokens

URGENT_S: Final = 15.0
_SIZE: Final = 34
_PEN: Final = 2.5
_ARC_STEPS: Final = 180  # half a pixel each
_CIRCLE: Final = 360 * 16  # Qt counts sixteenths of a degree


class CountdownRing(QWidget):
    """Seconds left as an arc and a number; amber in the last 15, grey when the time is up."""

    def __init__(self, parent: QWidget | None = None, tokens: Tokens = LIVE) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._left_s = 0.0
        self._total_s = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Time left")

    @property
    def left_s(self) -> float:
        return self._left_s

    @property
    def is_urgent(self) -> bool:
        return self._left_s <= URGENT_S

    def set_seconds(self, left_s: float, total_s: float) -> None:
        """Show `left_s` of `total_s` seconds; below zero counts as none."""
        left_s = max(0.0, left_s)
        if left_s == self._left_s and total_s == self._total_s:
            return
        before = self._look()
        if total_s != self._total_s:
            self.setToolTip(f"What is left of the card's {total_s:.0f} s. Nobody there means no: it expires.")
        self._left_s, self._total_s = left_s, max(total_s, 0.001)
        self.setAccessibleDescription(f"{self.words} left")
        if self._look() != before:
            self.update()

    def _look(self) -> tuple[object, ...]:
        """What can be seen of the seconds: the words, and the arc to a part of a pixel."""
        return self.words, self.is_urgent, self._left_s > 0, round(_ARC_STEPS * self._left_s / self._total_s)

    @property
    def words(self) -> str:
        """Time left as the ring writes it: `65s`, from two minutes on `2m`."""
        whole = int(self._left_s)
        return f"{whole // 60}m" if whole >= 120 else f"{whole}s"

    def sizeHint(self) -> QSize:
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # the ring is drawn as a whole
        tokens = self._tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_PEN, _PEN, -_PEN, -_PEN)
        painter.setPen(QPen(QColor(tokens.line), _PEN))
        painter.drawEllipse(box)
        colour = tokens.amber if self.is_urgent else tokens.accent
        if self._left_s > 0:
            pen = QPen(QColor(colour), _PEN)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            share = min(1.0, self._left_s / self._total_s)
            painter.drawArc(box, 90 * 16, round(_CIRCLE * share))
        painter.setFont(ui_font(10, strong=True))
        painter.setPen(QColor(tokens.amber if self.is_urgent and self._left_s > 0 else tokens.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)
        painter.end()


class ConfidenceBar(QWidget):
    """A thin violet bar: the model's calibrated probability, 0 to 1."""

    def __init__(self, parent: QWidget | None = None, tokens: Tokens = LIVE) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._share = 0.0
        self.setFixedHeight(5)
        self.setAccessibleName("Confidence")

    def set_share(self, share: float) -> None:
        self._share = min(1.0, max(0.0, share))
        self.setAccessibleDescription(f"{self._share:.0%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # the bar is drawn as a whole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(self.rect())
        painter.setBrush(QColor(self._tokens.line))
        painter.drawRoundedRect(box, 2.5, 2.5)
        painter.setBrush(QColor(self._tokens.ai))
        painter.drawRoundedRect(QRectF(0, 0, box.width() * self._share, box.height()), 2.5, 2.5)
        painter.end()
