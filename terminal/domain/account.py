"""Money in the account, and what moved it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.instrument import InstrumentId


@dataclass(frozen=True, slots=True)
class Balance:
    """Margin coin as the venue reports it, in USDT."""

    equity: Decimal
    available: Decimal
    frozen: Decimal
    unrealized_pnl: Decimal
    ts_init_ms: int


class MarginMode(Enum):
    """Whether all positions share one margin, or each keeps its own."""

    CROSS = "CROSS"
    ISOLATED = "ISOLATED"


class IncomeKind(Enum):
    """Why the balance changed."""

    FUNDING = "FUNDING"
    TRADE = "TRADE"  # a position was opened or closed; fees are in `Income.fee`
    TRANSFER = "TRANSFER"
    MARGIN = "MARGIN"  # moved between shared and isolated margin
    FEE_SHARE = "FEE_SHARE"
    LIQUIDATION = "LIQUIDATION"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Income:
    """One entry of the account's bill. `amount` is signed, in USDT; `fee` is positive when paid.

    `instrument_id` is None for entries of no market; `detail` is the venue's own word for the kind.
    """

    income_id: str
    kind: IncomeKind
    amount: Decimal
    fee: Decimal
    instrument_id: InstrumentId | None
    detail: str
    ts_event_ms: int


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

    @property
    def mode(self) -> MarginMode:
        return MarginMode.ISOLATED if self.is_isolated else MarginMode.CROSS

    @property
    def words(self) -> str:
        """What is in force, e.g. `5x cross`."""
        return f"{self.in_force}x {self.mode.value.lower()}"

    def is_at(self, leverage: int) -> bool:
        """Tell whether an order of either side would get this leverage."""
        sides = {self.isolated_long, self.isolated_short} if self.is_isolated else {self.cross}
        return sides == {leverage}
