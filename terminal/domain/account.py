"""Money in the account."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import InstrumentId


@dataclass(frozen=True, slots=True)
class Balance:
    """Margin coin as the venue reports it, in USDT."""

    equity: Decimal
    available: Decimal
    frozen: Decimal
    unrealized_pnl: Decimal
    ts_init_ms: int


@dataclass(frozen=True, slots=True)
class LeverageSetting:
    """Leverage as read back from the venue, with the margin mode that decides which figure counts."""

    instrument_id: InstrumentId
    cross: int
    isolated_long: int
    isolated_short: int
    is_isolated: bool

    @property
    def in_force(self) -> int:
        """The leverage an order would get in the present margin mode; the higher side when isolated."""
        return max(self.isolated_long, self.isolated_short) if self.is_isolated else self.cross
