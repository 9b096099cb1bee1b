"""What happened on the chart: fills as triangles, decisions of the AI as violet diamonds."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide, Side
from terminal.domain.review import Proposal
from terminal.ui import formatting
from terminal.ui.charts.bars import HIGH, LOW
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem
from terminal.ui.charts.projection import Projection
from terminal.ui.theme.tokens import Tokens
from terminal.ui.viewmodels.words import ACTION, REVIEW_STATE

_NEWEST: Final = 300  # markers kept of each kind
_SIZE: Final = 5.0  # half a marker, px
_REACH: Final = 9.0  # how near the pointer must come
_OFFSET: Final = 11.0  # px from the bar's low or high
_UP: Final = ((0.0, -_SIZE), (_SIZE, _SIZE), (-_SIZE, _SIZE))
_DOWN: Final = ((0.0, _SIZE), (_SIZE, -_SIZE), (-_SIZE, -_SIZE))
_DIAMOND: Final = ((0.0, -_SIZE - 1), (_SIZE, 0.0), (0.0, _SIZE + 1), (-_SIZE, 0.0))


@dataclass(frozen=True, slots=True)
class Marker:
    """One mark: below (`below` True) or above the bar that holds `at_ms`; `text` is plain, for the pointer."""

    at_ms: int
    below: bool
    shape: tuple[tuple[float, float], ...]
    tone: str
    text: str
    rank: int  # a mark of higher rank stands further from the bar


def fill_markers(fills: Iterable[Fill], instrument_id: InstrumentId) -> list[Marker]:
    """Give the newest fills of an instrument: buys point up from below, sells down from above."""
    own = [fill for fill in fills if fill.instrument_id == instrument_id][-_NEWEST:]
    return [fill_marker(fill) for fill in own]


def decision_markers(proposals: Iterable[Proposal], instrument_id: InstrumentId) -> list[Marker]:
    """Give the newest decisions for an instrument; hovering one tells what the AI said."""
    own = [item for item in proposals if item.decision.instrument_id == instrument_id][-_NEWEST:]
    return [_decision_marker(item) for item in own]


def fill_marker(fill: Fill) -> Marker:
    """Give the mark of an execution."""
    buys = fill.side is Side.BUY
    side = "long" if fill.position_side is PositionSide.LONG else "short"
    closes = buys is (fill.position_side is PositionSide.SHORT)
    result = f"\nresult {formatting.money(fill.realized_pnl, signed=True)} USDT before fees" if closes else ""
    text = (
        f"{'Bought' if buys else 'Sold'} {formatting.trimmed(fill.size)} at {formatting.number(fill.price)}"
        f"  ({'close' if closes else 'open'} {side})\nfee {formatting.number(fill.fee, 4)} USDT, "
        f"{'maker' if fill.is_maker else 'taker'}{result}\n{formatting.local_time(fill.ts_event_ms)}"
    )
    return Marker(fill.ts_event_ms, buys, _UP if buys else _DOWN, "up" if buys else "down", text, rank=0)


def _decision_marker(proposal: Proposal) -> Marker:
    decision = proposal.decision
    confidence = formatting.percent(Decimal(str(decision.confidence)), 0)
    text = (
        f"AI: {ACTION[decision.action]}, {confidence}, {REVIEW_STATE[proposal.state][0]}\n"
        f"{decision.explanation}\n{formatting.local_time(decision.created_ms)}"
    )
    return said_marker(decision.created_ms, text, below=proposal.terms.side is Side.BUY)


def said_marker(at_ms: int, text: str, *, below: bool) -> Marker:
    """Give the mark of something the AI said."""
    return Marker(at_ms, below, _DIAMOND, "ai", text, rank=1)


class Markers(PaneItem):
    """All marks of the shown instrument; only those in view are drawn."""

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, z=30)
        self._tokens = tokens
        self._markers: tuple[Marker, ...] = ()
        self._at_ms = np.empty(0, dtype=np.int64)

    def set_markers(self, markers: Iterable[Marker]) -> None:
        self._markers = tuple(markers)
        self._at_ms = np.fromiter((marker.at_ms for marker in self._markers), np.int64, len(self._markers))
        self.update()

    def text_at(self, at: QPointF) -> str:
        """Give the words of the mark under a point of the pane; "" when there is none."""
        for marker, place in reversed(self._places(self.pane.projection)):
            if abs(place.x() - at.x()) <= _REACH and abs(place.y() - at.y()) <= _REACH:
                return marker.text
        return ""

    def draw(self, painter: QPainter, projection: Projection) -> None:
        room = projection.band_top + 2 * _OFFSET  # a mark below the lowest bar stands among the volume, whole
        painter.setClipRect(QRectF(0, 0, projection.width, room))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for marker, place in self._places(projection):
            painter.setBrush(QColor(getattr(self._tokens, marker.tone)))
            painter.drawPolygon(QPolygonF([QPointF(place.x() + x, place.y() + y) for x, y in marker.shape]))

    def _places(self, projection: Projection) -> list[tuple[Marker, QPointF]]:
        """Place the marks in view: beyond the low or high of their bar, by rank.

        Marks of one kind on one bar stand in the same place: the newest of them stands for all.
        """
        bars = self.pane.bars
        first, last = projection.visible(len(bars))
        indices = np.searchsorted(bars.open_ms, self._at_ms, side="right") - 1
        inside = np.nonzero((indices >= max(0, first)) & (indices < last))[0]
        kept: dict[tuple[int, str, int], Marker] = {}
        for number in inside.tolist():
            marker, index = self._markers[number], int(indices[number])
            if marker.at_ms < bars.open_ms[index] + 2 * bars.interval_ms:
                kept[index, marker.tone, marker.rank] = marker
        places = []
        for (index, _, _), marker in kept.items():
            away = _OFFSET * (1 + marker.rank)
            if marker.below:
                y = projection.y(float(bars.level()[LOW, index])) + away
            else:
                y = projection.y(float(bars.level()[HIGH, index])) - away
            places.append((marker, QPointF(projection.x(float(index)), y)))
        return places
