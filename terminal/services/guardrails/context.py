"""Everything one guardrail may look at, frozen at one moment."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.decision import Decision
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import OrderTerms, PositionSide
from terminal.services.guardrails.trades import Trade


@dataclass(frozen=True, slots=True)
class Exposed:
    """One position or working opening. `at_risk` is what its stop (or, without one, all its margin) would cost.

    `correlation` is that of its returns with those of the pair in question; 1 for the same pair and for
    a pair of which too little is known.
    """

    instrument_id: InstrumentId
    side: PositionSide
    notional: Decimal
    at_risk: Decimal
    correlation: float


@dataclass(frozen=True, slots=True)
class Cap:
    """Limits of an automatic mode that was not earned: fractions of equity, leverage in x."""

    risk: Decimal
    leverage: int
    day_loss: Decimal


@dataclass(frozen=True, slots=True)
class GuardContext:
    """Inputs of the guardrails. Money in quote currency, times in Unix ms; None where unknown.

    `trades` are those of the pair's last day, oldest first, `opens_day` the openings of all pairs in it.
    `opened_here` and `waiting` do not count the proposal in question. `hour_high` is the highest equity of the
    last hour. `cap` is set while an automatic mode that was not earned is in force.
    """

    decision: Decision
    terms: OrderTerms
    limits: GuardrailLimits
    now_ms: int
    interval_ms: int
    bar_close_ms: int | None
    account_age_s: float
    clock_error_ms: float | None
    spread: Decimal | None
    equity: Decimal | None
    hour_high: Decimal | None
    day_equity: Decimal | None
    trades: tuple[Trade, ...] = ()
    opens_day: int = 0
    opened_here: int = 0  # openings proposed in the same cycle
    waiting: int = 0
    proposals_hour: int = 0
    exposed: tuple[Exposed, ...] = ()
    cap: Cap | None = None

    @property
    def side(self) -> PositionSide:
        return self.terms.position_side

    @property
    def at_risk(self) -> Decimal | None:
        """What the order's own stop would cost, before fees; None without a stop."""
        stop = self.terms.stop_price
        return None if stop is None else abs(self.terms.expected_price - stop) * self.terms.size
