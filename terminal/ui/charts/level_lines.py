"""Entry, stop and target as dashed lines: of the open position, else of a proposal."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Final

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide, Side
from terminal.domain.position import Position
from terminal.domain.protection import ProtectionStatus
from terminal.domain.review import Proposal
from terminal.ui import formatting
from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.pane_item import PaneItem
from terminal.ui.charts.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.tokens import Tokens

_LEFT: Final = 18.0
_ROW: Final = 15.0
_LEGEND_PX: Final = 42.0  # the values box stands above this


@dataclass(frozen=True, slots=True)
class Level:
    """One line; `tone` names a colour of the tokens."""

    price: float
    text: str
    tone: str


def position_levels(position: Position, guard: ProtectionStatus | None) -> tuple[Level, ...]:
    """Give the lines of an open position: stop and target only where the venue lists them."""
    word = "Long" if position.side is PositionSide.LONG else "Short"
    entry = Level(float(position.entry_price), f"{word} {formatting.trimmed(position.size)}  entry", "accent")
    if guard is None:
        return (entry,)
    stop, target = (held.price if held else None for held in (guard.stop, guard.target))
    return (entry, *exit_levels(stop, target, position.entry_price))


def proposal_levels(proposal: Proposal) -> tuple[Level, ...]:
    """Give the lines a proposal would have; violet where the AI's entry is."""
    terms = proposal.terms
    entry = terms.price or terms.reference_price
    word = "long" if terms.side is Side.BUY else "short"
    return (
        Level(float(entry), f"Proposed {word} {formatting.trimmed(terms.size)}", "ai"),
        *exit_levels(terms.stop_price, terms.target_price, entry),
    )


def levels_for(
    instrument_id: InstrumentId,
    positions: tuple[Position, ...],
    guards: Mapping[tuple[InstrumentId, PositionSide], ProtectionStatus],
    proposal: Proposal | None,
) -> tuple[Level, ...]:
    """Choose what to show: open positions of the instrument first, else the proposal."""
    held = [position for position in positions if position.instrument_id == instrument_id and position.size > 0]
    if held:
        return tuple(
            level
            for position in held
            for level in position_levels(position, guards.get((position.instrument_id, position.side)))
        )
    if proposal is not None and proposal.terms.instrument_id == instrument_id:
        return proposal_levels(proposal)
    return ()


def exit_levels(stop: Decimal | None, target: Decimal | None, entry: Decimal) -> tuple[Level, ...]:
    """Give stop and target with their distance from the entry."""
    exits = []
    for price, word, tone in ((stop, "Stop", "down"), (target, "Target", "up")):
        if price is not None and entry:
            distance = formatting.percent(price / entry - 1, signed=True)
            exits.append(Level(float(price), f"{word}  {distance}", tone))
    return tuple(exits)


class LevelLines(PaneItem):
    """The lines, each with its words at the left end."""

    def __init__(self, pane: PricePane, tokens: Tokens) -> None:
        super().__init__(pane, z=25)
        self.levels: tuple[Level, ...] = ()
        self._tokens = tokens
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    def set_levels(self, levels: tuple[Level, ...]) -> None:
        """Show other lines; prices widen to hold those that are near."""
        if levels == self.levels:
            return
        self.levels = levels
        self.pane.levels = tuple(level.price for level in levels)
        self.pane.refresh()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        painter.setFont(self._font)
        ground = QColor(self._tokens.panel)
        ground.setAlphaF(0.82)
        shown = self._in_view(projection)
        for level, y in shown:
            pen = QPen(QColor(getattr(self._tokens, level.tone)), 0, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([5.0, 4.0])
            painter.setPen(pen)
            painter.drawLine(QLineF(0, y, projection.width, y))
        for box, (level, _) in zip(self.boxes(projection), shown, strict=True):  # words above every line
            painter.fillRect(box, ground)
            painter.setPen(QColor(getattr(self._tokens, level.tone)))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), level.text)

    def boxes(self, projection: Projection) -> tuple[QRectF, ...]:
        """Give the places of the words of the lines in view, from the top down; no two overlap."""
        shown = self._in_view(projection)
        tops = apart([y - _ROW - 1 for _, y in shown], _ROW, _LEGEND_PX, projection.band_top)
        return tuple(
            QRectF(_LEFT - 4, top, self._metrics.horizontalAdvance(level.text) + 8, _ROW)
            for (level, _), top in zip(shown, tops, strict=True)
        )

    def _in_view(self, projection: Projection) -> list[tuple[Level, int]]:
        """Give the lines in view with their pixel, from the top down."""
        placed = ((level, round(projection.y(level.price))) for level in self.levels)
        inside = [(level, y) for level, y in placed if 0 <= y < projection.band_top]
        return sorted(inside, key=lambda each: -each[0].price)


def apart(wanted: list[float], height: float, top: float, bottom: float) -> list[float]:
    """Push boxes of one height apart: each as near to the top edge it wants as the others allow.

    Args:
        wanted: top edges, ascending.
        height: of each box.
        top: upper end of the room.
        bottom: its lower end; where the room is too small for all, they hang out below rather than overlap.
    """
    groups: list[list[float]] = []  # first top edge, number of boxes, sum of the first edges its boxes ask for
    for want in wanted:
        group = [max(want, top), 1.0, want]
        while groups and groups[-1][0] + groups[-1][1] * height > group[0]:
            _, count, total = groups.pop()
            total += group[2] - count * height * group[1]
            group = [max(total / (count + group[1]), top), count + group[1], total]
        groups.append(group)
    tops = [floor(first) + at * height for first, count, _ in groups for at in range(int(count))]
    for at in reversed(range(len(tops))):
        tops[at] = min(tops[at], bottom - height * (len(tops) - at))
    for at in range(len(tops)):
        tops[at] = max(tops[at], top + at * height)
    return tops
