"""Paints one frame of the ladder: bars, figures, the band in the middle, and what is ours."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.domain.instrument import step_decimals
from terminal.ui import formatting as f
from terminal.ui.theme.look import LIVE, scaled
from terminal.ui.widgets.depth.batches import RectBatch
from terminal.ui.widgets.depth.glyphs import GlyphBatch, figures
from terminal.ui.widgets.depth.inks import Inks, ink
from terminal.ui.widgets.depth.ladder_frame import Frame, SideLines, Spot, Whole

ROW_PX: Final = 20
HEAD_PX: Final = 20
EDGE_PX: Final = 10
_BAR_ALPHA: Final = 70
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE: Final = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Columns:
    """Right edges of the columns, in px."""

    price: float
    size: float
    sum: float
    mine: float


def columns_of(width: float) -> Columns:
    """Share the width out: figures of one width need no measuring at each frame."""
    inner = width - 2 * EDGE_PX
    return Columns(EDGE_PX + 0.28 * inner, EDGE_PX + 0.52 * inner, EDGE_PX + 0.76 * inner, EDGE_PX + inner)


class LadderPainter:
    """Keeps buffers and glyphs from frame to frame."""

    def __init__(self, inks: Inks) -> None:
        self._inks = inks
        self._bars = RectBatch()
        self._glyphs = GlyphBatch()

    def paint(self, painter: QPainter, frame: Frame, width: float, hover: Spot | None, *, armed: bool) -> None:
        """Paint the lines from the top of the painter's device downwards, under the head."""
        painter.translate(0, scaled(HEAD_PX))
        columns = columns_of(width)
        for side in (frame.asks, frame.bids):
            self._paint_bars(painter, frame, side, width, columns)
        if hover is not None:
            self._paint_hover(painter, frame, hover, width, armed=armed)
        self._paint_figures(painter, frame, columns)
        self._paint_mine(painter, frame, columns)
        self._paint_band(painter, frame, width)
        painter.translate(0, -scaled(HEAD_PX))

    def paint_head(self, painter: QPainter, width: float) -> None:
        columns, height = columns_of(width), scaled(HEAD_PX)
        painter.setFont(self._inks.hint)
        painter.setPen(QColor(LIVE.muted))
        heads = (("Price", columns.price), ("Size", columns.size), ("Sum", columns.sum), ("Mine", columns.mine))
        for words, right in heads:
            painter.drawText(QRectF(0, 0, right, height), _RIGHT, words)
        painter.fillRect(QRectF(0, height - 1, width, 1), QColor(LIVE.line))

    # -- parts -------------------------------------------------------------------

    def _paint_bars(self, painter: QPainter, frame: Frame, side: SideLines, width: float, columns: Columns) -> None:
        """Running sums from the right edge over the whole width; the size of each level in its own column."""
        rests, row = side.sizes > 0, scaled(ROW_PX)
        if not rests.any():
            return
        role, faded = ("fall" if side.is_ask else "rise"), not frame.condition.is_good
        tops = side.lines[rests] * float(row)
        sums = side.sums[rests] / frame.deepest * width
        self._bars.draw(painter, ink(f"{role}_ground", faded=faded), width - sums, tops, sums, float(row - 1))
        colour = ink(role, faded=faded)
        colour.setAlpha(_BAR_ALPHA)
        sizes = side.sizes[rests] / frame.largest * (columns.size - columns.price - EDGE_PX / 2)
        self._bars.draw(painter, colour, columns.size + 4 - sizes, tops, sizes, float(row - 1))

    def _paint_hover(self, painter: QPainter, frame: Frame, hover: Spot, width: float, *, armed: bool) -> None:
        row = scaled(ROW_PX)
        box = QRectF(0.5, hover.line * row + 0.5, width - 1, row - 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        usable = frame.condition.is_good
        painter.setPen(QPen(QColor(LIVE.amber if armed and usable else LIVE.faint), 1))
        painter.drawRect(box)

    def _paint_figures(self, painter: QPainter, frame: Frame, columns: Columns) -> None:
        """Write both sides together: each piece of array arithmetic costs the same for a line as for sixty."""
        snapshot, sides = frame.ladder.snapshot, (frame.asks, frame.bids)
        lines, rows, sizes, sums = (
            np.concatenate([getattr(side, part) for side in sides]) for part in ("lines", "rows", "sizes", "sums")
        )
        if not len(lines):
            return
        ratio, faded = painter.device().devicePixelRatioF(), not frame.condition.is_good
        sheet = self._inks.sheet
        plain, muted = sheet("text", ratio, faded=faded), sheet("muted", ratio, faded=faded)
        tops = lines.astype(np.float64) * scaled(ROW_PX) + (scaled(ROW_PX) - plain.height) / 2
        scale, decimals = scale_of(snapshot.price_step)
        prices = figures(np.where(rows > 0, rows * frame.ladder.group * scale, -1), decimals)
        rests, is_ask = sizes > 0, np.arange(len(lines)) < len(frame.asks.lines)
        for ink_of, chosen in (
            (sheet("fall", ratio, faded=faded), rests & is_ask),
            (sheet("rise", ratio, faded=faded), rests & ~is_ask),
            (sheet("muted", ratio, faded=True), ~rests),
        ):
            self._glyphs.draw(painter, ink_of, prices[chosen], columns.price, tops[chosen])
        scale, decimals = scale_of(snapshot.size_step)
        self._glyphs.draw(painter, plain, figures(_scaled(sizes, scale), decimals), columns.size, tops)
        self._glyphs.draw(painter, muted, figures(_scaled(sums, scale), decimals), columns.sum, tops)

    def _paint_mine(self, painter: QPainter, frame: Frame, columns: Columns) -> None:
        """Our orders with their size, and the entries of our positions, in the colour of what is ours."""
        if not (frame.marks.orders or frame.marks.positions):
            return
        row = scaled(ROW_PX)
        painter.setFont(self._inks.hint)
        for side in (frame.asks, frame.bids):
            for line, at in zip(side.lines.tolist(), side.rows.tolist(), strict=True):
                words = mine_words(frame, at, is_ask=side.is_ask)
                if not words:
                    continue
                painter.fillRect(QRectF(0, line * row, 3, row - 1), QColor(LIVE.accent))
                painter.setPen(QColor(LIVE.accent))
                box = QRectF(columns.sum, line * row, columns.mine - columns.sum, row - 1)
                painter.drawText(box, _RIGHT, words)

    def _paint_band(self, painter: QPainter, frame: Frame, width: float) -> None:
        """The spread in ticks and basis points, or what is wrong with the book; under it, which side is heavier."""
        first, count = frame.band
        row = scaled(ROW_PX)
        if count <= 0:
            return
        box = QRectF(0, first * row, width, count * row - 1)
        painter.fillRect(box, QColor(LIVE.raised))
        painter.setFont(self._inks.hint)
        text = box.adjusted(EDGE_PX, 0, -EDGE_PX, 0)
        if not frame.condition.is_good:
            painter.setPen(QColor(LIVE.amber))
            painter.drawText(text, _CENTRE, frame.condition.words)
            return
        painter.setPen(QColor(LIVE.muted))
        painter.drawText(text, _LEFT, spread_words(frame))
        share = frame.ladder.imbalance
        if share is None:
            return
        painter.setPen(QColor(LIVE.rise if share > 0 else LIVE.fall if share < 0 else LIVE.muted))
        painter.drawText(text, _RIGHT, imbalance_words(share))
        bids = width * (1 + share) / 2
        painter.fillRect(QRectF(0, box.bottom() - 2, bids, 2), QColor(LIVE.rise))
        painter.fillRect(QRectF(bids, box.bottom() - 2, width - bids, 2), QColor(LIVE.fall))


def scale_of(step: Decimal) -> tuple[int, int]:
    """Give what a count of steps is multiplied by to become digits, and how many of them are decimals."""
    decimals = step_decimals(step)
    return int(step.scaleb(decimals)), decimals


def mine_words(frame: Frame, row: int, *, is_ask: bool) -> str:
    """Say what is ours in a row: an order's open size, else a position that was entered there."""
    orders = frame.marks.orders.get((row, is_ask))
    if orders is not None:
        return f.trimmed(orders.size)
    held = frame.marks.positions.get((row, is_ask))
    return "" if held is None else held[1]


def spread_words(frame: Frame) -> str:
    """Say the spread exactly, whatever the grouping: `spread 0.1  0.01 bp`."""
    snapshot = frame.ladder.snapshot
    bid, ask = (np.frombuffer(part, np.int64)[0] for part in (snapshot.bid_ticks, snapshot.ask_ticks))
    spread = int(ask - bid) * snapshot.price_step
    middle = int(ask + bid) * snapshot.price_step / 2
    points = f.basis_points(spread / middle, 2 if spread / middle < Decimal("0.0001") else 1)
    return f"spread {f.number(spread, step_decimals(snapshot.price_step))}   {points} bp"


def imbalance_words(share: float) -> str:
    """Say which side rests more: `bids +23 %`."""
    side, arrow = ("bids", "▲") if share > 0 else ("asks", "▼") if share < 0 else ("even", "")
    return f"{side} {arrow}{f.THIN}{abs(share) * 100:.0f}{f.THIN}%" if arrow else side


def _scaled(steps: Whole, scale: int) -> Whole:
    return np.where(steps < 0, -1, steps * scale)
