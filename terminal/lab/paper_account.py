"""The account of a replay, in the place of a venue's: cash, positions, and what they are worth at the present marks."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.account import Balance
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, PositionSide
from terminal.domain.position import Position
from terminal.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Holding:
    """One open trade. `paid` is its entry fee; funding is counted when the trade ends."""

    position: Position
    paid: Decimal


class PaperAccount:
    """Gives balance and positions as a venue would. One trade an instrument.

    Args:
        equity: cash at the start, USDT.
        leverage: of every position.
        mark_of: the present mark price, None when there is none.
    """

    def __init__(
        self, equity: Decimal, leverage: int, clock: Clock, mark_of: Callable[[InstrumentId], Decimal | None]
    ) -> None:
        self.cash = equity
        self._leverage = leverage
        self._clock = clock
        self._mark_of = mark_of
        self._holdings: dict[InstrumentId, Holding] = {}

    def open(
        self, instrument_id: InstrumentId, side: PositionSide, size: Decimal, price: Decimal, fee: Decimal
    ) -> None:
        """Take a position; its fee counts at once."""
        margin = size * price / self._leverage
        now_ms = self._clock.now_ms()
        position = Position(instrument_id, side, size, price, self._leverage, margin, ZERO, None, now_ms)
        self._holdings[instrument_id] = Holding(position, fee)

    def close(self, instrument_id: InstrumentId, result: Decimal) -> None:
        """End a position; `result` is after all fees and funding."""
        del self._holdings[instrument_id]
        self.cash += result

    def reading(self) -> tuple[Balance, tuple[Position, ...]]:
        """Balance and positions at the present marks."""
        moved, paid, margin = ZERO, ZERO, ZERO
        positions = []
        for holding in self._holdings.values():
            held = holding.position
            gain = held.pnl_at(self._mark_of(held.instrument_id) or held.entry_price)
            moved, paid, margin = moved + gain, paid + holding.paid, margin + held.margin
            positions.append(
                Position(  # written out: `replace` takes three times as long, and this is done at every mark
                    held.instrument_id,
                    held.side,
                    held.size,
                    held.entry_price,
                    held.leverage,
                    held.margin,
                    gain,
                    None,
                    held.updated_ms,
                )
            )
        equity = self.cash + moved - paid
        return Balance(equity, equity - margin, margin, moved, self._clock.now_ms()), tuple(positions)
