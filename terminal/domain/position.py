"""What is held."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide


@dataclass(frozen=True, slots=True)
class Position:
    """One side of one instrument (hedge mode keeps long and short apart).

    Size in base coin, always positive; money in quote currency. `liquidation_price`
    and `unrealized_pnl` are None when the venue gave none.
    """

    instrument_id: InstrumentId
    side: PositionSide
    size: Decimal
    entry_price: Decimal
    leverage: int
    margin: Decimal
    unrealized_pnl: Decimal | None
    liquidation_price: Decimal | None
    updated_ms: int

    def pnl_at(self, price: Decimal) -> Decimal:
        """Give the unrealised PnL before fees at `price`, in quote currency."""
        move = price - self.entry_price
        return self.size * (move if self.side is PositionSide.LONG else -move)
