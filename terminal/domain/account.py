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
    """Leverage as read back from the venue; `cross` applies in cross margin mode."""

    instrument_id: InstrumentId
    cross: int
    isolated_long: int
    isolated_short: int

    @property
    def highest(self) -> int:
        return max(self.cross, self.isolated_long, self.isolated_short)
