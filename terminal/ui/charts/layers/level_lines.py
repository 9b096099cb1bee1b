"""Entry, stop and target as dashed lines: of the open position, else of a proposal."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide, Side
from terminal.domain.position import Position
from terminal.domain.protection import ProtectionStatus
from terminal.domain.review import Proposal
from terminal.ui import formatting
from terminal.ui.charts.panes.chart_item import ChartItem
from terminal.ui.charts.panes.price_pane import PricePane
from terminal.ui.charts.panes.primitives import DottedLines
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

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


class LevelLines(ChartItem):
    """The lines, each with its words at the left end."""

    def __init__(self, pane: PricePane) -> None:
        super().__init__(pane, z=25)
        self._prices = pane
        self.levels: tuple[Level, ...] = ()
        self._dashes = DottedLines(on_px=5.0, off_px=4.0)
        self.dress()
        self.hide()

    def dress(self) -> None:
        self._font = ui_font(HINT_PX)
        self._metrics = QFontMetricsF(self._font)

    def set_levels(self, levels: tuple[Level, ...]) -> None:
        """Show other lines; prices widen to hold those that are near."""
        if levels == self.levels:
            return
        self.levels = levels
        self.setVisible(bool(levels))
        self._prices.levels = tuple(level.price for level in levels)
        self._prices.refresh()

    def draw(self, painter: QPainter, projection: Projection) -> None:
        painter.setFont(self._font)
        ground = QColor(LIVE.panel)
        ground.setAlphaF(0.82)
        lowest_text = _LEGEND_PX
        for level in sorted(self.levels, key=lambda level: -level.price):
            y = round(projection.y(level.price))
            if not 0 <= y < projection.band_top:
                continue
            colour = QColor(getattr(LIVE, level.tone))
            self._dashes.across(painter, colour, y, projection.width)
            top = y - _ROW - 1 if y - _ROW - 1 >= lowest_text else y + 1  # below its line when the place is taken
            lowest_text = top + _ROW
            box = QRectF(_LEFT - 4, top, self._metrics.horizontalAdvance(level.text) + 8, _ROW)
            painter.fillRect(box, ground)
            painter.setPen(colour)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), level.text)
