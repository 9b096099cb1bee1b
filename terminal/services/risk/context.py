"""Everything one risk check may look at, frozen at one moment."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from terminal.domain.account import Balance
from terminal.domain.capabilities import TradedVenue
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import Order, OrderTerms
from terminal.domain.position import Position
from terminal.domain.risk import RiskLimits, TradingState
from terminal.services.market.quote import Quote
from terminal.services.pace import PaceFigures


class RiskStage(Enum):
    DRAFT = "draft"  # before a person sees the proposal
    FINAL = "final"  # inside the send transaction


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What is known of the decision behind an order. `price` is the price it reasoned with."""

    decision_id: str
    age_s: float
    price: Decimal
    has_approval: bool
    log_ready: bool  # a frozen, intact AI log exists, or is written with the proposal


@dataclass(frozen=True, slots=True)
class RiskContext:
    """Inputs of the gate. Money in quote currency, sizes in base coin; None where unknown.

    `working` are all orders the venue may hold. `gross_notional` covers positions and
    working openings of all instruments, at mark prices. `log_overdue_s` is the age of
    the oldest log not yet accepted (0 without one).
    """

    stage: RiskStage
    terms: OrderTerms
    limits: RiskLimits
    state: TradingState
    state_reason: str
    pause: str
    decision: DecisionFacts | None
    now_ms: int
    instrument: Instrument | None
    quote: Quote
    balance: Balance | None
    positions: tuple[Position, ...]
    working: tuple[Order, ...]
    gross_notional: Decimal
    leverage: int | None
    pace: PaceFigures
    unknown_orders: int
    unknown_here: bool
    day_start_equity: Decimal | None
    peak_equity: Decimal | None
    log_overdue_s: float
    logs_needing_hand: int
    positions_fresh: bool  # positions were read after the last fill of this instrument
    is_frozen: bool = False  # the pause waits for a person to accept the venue's position
    season_pairs: tuple[InstrumentId, ...] = ALLOWED_INSTRUMENTS  # openings may be narrowed, exits never
    venue: TradedVenue = field(default_factory=TradedVenue)

    @property
    def price(self) -> Decimal | None:
        """The limit price, or for a market order the side of the book it meets."""
        return self.terms.price if self.terms.price is not None else self.quote.touch(self.terms.side)

    @property
    def reference(self) -> Decimal | None:
        """The price others are measured by: the mark price; on spot, which has none, the middle of the book."""
        if self.quote.mark is None and self.venue.capabilities.is_spot:
            return self.quote.mid
        return self.quote.mark

    @property
    def notional(self) -> Decimal | None:
        return None if self.price is None else self.price * self.terms.size

    @property
    def held(self) -> Decimal:
        """Size held of the position this order changes."""
        return sum((position.size for position in self.positions if self._is_same(position)), Decimal(0))

    def _is_same(self, position: Position) -> bool:
        terms = self.terms
        return position.instrument_id == terms.instrument_id and position.side is terms.position_side
