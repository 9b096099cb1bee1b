"""The tape: prints as lines of figures, newest on top, painted from arrays."""

from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.domain.instrument import Instrument
from terminal.ui.formatting import utc_offset_s
from terminal.ui.object_row import Floats
from terminal.ui.theme.look import LIVE, scaled
from terminal.ui.viewmodels.tape_ring import TapeRing, TapeRows
from terminal.ui.widgets.depth.batches import RectBatch
from terminal.ui.widgets.depth.glyphs import GlyphBatch, clock_times, figures
from terminal.ui.widgets.depth.inks import Inks
from terminal.ui.widgets.depth.ladder_paint import EDGE_PX, HEAD_PX, scale_of

ROW_PX: Final = 18
_DAY_S: Final = 86_400
_WHEEL_STEP: Final = 120
_HEADS: Final = (("Time", 0.24), ("Taker", 0.42), ("Price", 0.72), ("Size", 1.0))


class TapeView(QWidget):
    """Shows what `show_tape` gives; the wheel goes back in it.

    Attributes:
        rows: what was painted last, newest first; None before the first print.
        least_steps: prints smaller than this many size steps are left out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # a frame of it paints nothing below it anew
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Tape")
        self.rows: TapeRows | None = None
        self.least_steps = 0
        self._tape: TapeRing | None = None
        self._scales = ((1, 0), (1, 0))
        self._back = 0
        self._inks = Inks(self)
        self._glyphs, self._bars = GlyphBatch(), RectBatch()

    def show_tape(self, tape: TapeRing | None, rules: Instrument | None) -> None:
        """Show a pair's prints; `rules` tell its tick and step."""
        self._tape = None if rules is None else tape
        if rules is not None:
            self._scales = (scale_of(rules.price_step), scale_of(rules.size_step))
        self.update()

    def to_newest(self) -> None:
        self._back = 0
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, scaled(HEAD_PX) + 4 * scaled(ROW_PX))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go back in the tape, and on again."""
        held = 0 if self._tape is None else len(self._tape)
        lines = round(event.angleDelta().y() / _WHEEL_STEP * 3)
        self._back = min(max(0, self._back - lines), max(0, held - 1))
        event.accept()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIVE.panel))
        painter.setFont(self._inks.hint)
        count = max(1, (self.height() - scaled(HEAD_PX)) // scaled(ROW_PX) + 1)
        rows = None if self._tape is None else self._tape.newest(count + self._back, self.least_steps)
        if rows is not None and self._back:
            back = slice(min(self._back, max(0, len(rows.ticks) - 1)), None)
            rows = TapeRows(rows.at_ms[back], rows.ticks[back], rows.sizes[back], rows.bought[back], rows.own[back])
        self.rows = rows
        self._paint_head(painter)
        if rows is None or not len(rows.ticks):
            painter.setPen(QColor(LIVE.muted))
            words = (
                "No print of this size yet" if self._tape and self.least_steps > 1 else "Waiting for the first print…"
            )
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        else:
            self._paint_rows(painter, rows)
        painter.end()

    def _right(self, share: float) -> float:
        return EDGE_PX + share * (self.width() - 2 * EDGE_PX)

    def _paint_head(self, painter: QPainter) -> None:
        height = scaled(HEAD_PX)
        painter.setPen(QColor(LIVE.muted))
        for words, share in _HEADS:
            box = QRectF(0, 0, self._right(share), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        if self._back:
            painter.setPen(QColor(LIVE.amber))
            painter.drawText(QRectF(EDGE_PX, 0, 60, height), Qt.AlignmentFlag.AlignVCenter, f"−{self._back}")
        painter.fillRect(QRectF(0, height - 1, self.width(), 1), QColor(LIVE.line))

    def _paint_rows(self, painter: QPainter, rows: TapeRows) -> None:
        ratio = self.devicePixelRatioF()
        row, count = scaled(ROW_PX), len(rows.ticks)
        plain, muted = self._inks.sheet("text", ratio), self._inks.sheet("muted", ratio)
        lines = scaled(HEAD_PX) + np.arange(count, dtype=np.float64) * row
        if rows.own.any():  # ours: a bar at the edge and a ground of its own
            own = lines[rows.own]
            self._bars.draw(painter, QColor(LIVE.accent_ground), 0.0, own, float(self.width()), float(row))
            self._bars.draw(painter, QColor(LIVE.accent), 0.0, own, 3.0, float(row - 1))
        tops = lines + (row - plain.height) / 2
        (price_scale, price_decimals), (size_scale, size_decimals) = self._scales
        seconds = (rows.at_ms // 1_000 + utc_offset_s(int(rows.at_ms[0]))) % _DAY_S
        self._glyphs.draw(painter, muted, clock_times(seconds), self._right(_HEADS[0][1]), tops)
        prices = figures(rows.ticks * price_scale, price_decimals)
        sizes = figures(rows.sizes * size_scale, size_decimals)
        self._glyphs.draw(painter, plain, sizes, self._right(_HEADS[3][1]), tops)
        for role, words, mine in (("rise", "buy ▲", rows.bought), ("fall", "sell ▼", ~rows.bought)):
            sheet = self._inks.sheet(role, ratio)
            self._glyphs.draw(painter, sheet, prices[mine], self._right(_HEADS[2][1]), tops[mine])
            self._paint_takers(painter, role, words, lines[mine])

    def _paint_takers(self, painter: QPainter, role: str, words: str, lines: Floats) -> None:
        """The word beside the arrow: colour never stands alone."""
        painter.setPen(QColor(getattr(LIVE, role)))
        right, width = self._right(_HEADS[1][1]), scaled(60)
        for top in lines.tolist():
            box = QRectF(right - width, top, width, scaled(ROW_PX))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
