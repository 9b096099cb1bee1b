"""The shadow ledger: what would have become of proposals that were not carried out as proposed.

Money is in quote currency. A result stands after both fees and funding.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import OrderKind, OrderTerms, PositionSide, TimeInForce


class ShadowCause(Enum):
    """Why a proposal is followed on paper."""

    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    VOIDED = "VOIDED"
    AMENDED = "AMENDED"
    SHADOW = "SHADOW"  # the desk was in shadow mode
    SENT = "SENT"  # it was sent as proposed: paper beside the order shows what the venue's fills are worth


class ShadowLeg(Enum):
    """Whose terms a trade follows: an amended proposal is followed twice, so that both are filled alike."""

    PROPOSED = "PROPOSED"
    AMENDED = "AMENDED"


class ShadowPhase(Enum):
    WAITING = "WAITING"  # no entry yet
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    MISSED = "MISSED"  # never filled, or could not have been sent: no trade, no result
    UNKNOWN = "UNKNOWN"  # prices are missing, so there is no honest result

    @property
    def is_over(self) -> bool:
        return self is not ShadowPhase.WAITING and self is not ShadowPhase.OPEN


class ShadowExit(Enum):
    STOP = "STOP"
    TARGET = "TARGET"
    HORIZON = "HORIZON"


@dataclass(frozen=True, slots=True)
class ShadowPlan:
    """What is followed, fixed from the start. Sizes in base coin, fees as fractions of notional.

    `limit` is None for an order at the market. `who` is "" when nobody answered. `ends_ms` is when the
    decision's horizon is over, on the venue's clock.
    """

    decision_id: str
    leg: ShadowLeg
    cause: ShadowCause
    who: str
    reason: str
    instrument_id: InstrumentId
    side: PositionSide
    size: Decimal
    limit: Decimal | None
    tif: TimeInForce
    stop: Decimal | None
    target: Decimal | None
    price_step: Decimal
    taker_fee: Decimal
    maker_fee: Decimal
    model: str
    began_ms: int
    ends_ms: int

    @property
    def key(self) -> str:
        return f"{self.decision_id}/{self.leg.value}"

    @property
    def sign(self) -> int:
        return 1 if self.side is PositionSide.LONG else -1


@dataclass(frozen=True, slots=True)
class ShadowTrade:
    """One followed proposal so far.

    `funding` is what was paid (negative: received) up to `funded_ms`. `seen_ms` is the time of the newest
    price that was looked at. `note` says why a trade was missed or is unknown.
    """

    plan: ShadowPlan
    phase: ShadowPhase
    seen_ms: int
    entry_price: Decimal | None = None
    entry_ms: int = 0
    exit_price: Decimal | None = None
    exit_ms: int = 0
    how: ShadowExit | None = None
    fees: Decimal = Decimal(0)
    funding: Decimal = Decimal(0)
    funded_ms: int = 0
    note: str = ""

    @property
    def key(self) -> str:
        return self.plan.key

    @property
    def result(self) -> Decimal | None:
        """Profit or loss after fees and funding; None before the end and where there is none."""
        if self.phase is ShadowPhase.CLOSED and self.exit_price is not None:
            return self.result_at(self.exit_price)
        return None

    def result_at(self, price: Decimal) -> Decimal | None:
        """What the trade has come to at a price, with the fees and funding so far; None without an entry."""
        if self.entry_price is None:
            return None
        return (price - self.entry_price) * self.plan.size * self.plan.sign - self.fees - self.funding

    @property
    def risk(self) -> Decimal | None:
        """Money between entry and stop; None without a stop, an entry, or a stop on the losing side."""
        if self.entry_price is None or self.plan.stop is None:
            return None
        at_risk = (self.entry_price - self.plan.stop) * self.plan.size * self.plan.sign
        return at_risk if at_risk > 0 else None

    @property
    def result_r(self) -> Decimal | None:
        """The result in multiples of what was at risk."""
        result, risk = self.result, self.risk
        return None if result is None or risk is None else result / risk


def plan_of(
    terms: OrderTerms,
    *,
    decision_id: str,
    leg: ShadowLeg,
    cause: ShadowCause,
    who: str,
    reason: str,
    model: str,
    price_step: Decimal,
    fees: tuple[Decimal, Decimal],
    began_ms: int,
    ends_ms: int,
) -> ShadowPlan:
    """Take an opening order's terms as a plan; `fees` are the taker's and the maker's."""
    return ShadowPlan(
        decision_id=decision_id,
        leg=leg,
        cause=cause,
        who=who,
        reason=reason,
        instrument_id=terms.instrument_id,
        side=terms.position_side,
        size=terms.size,
        limit=None if terms.kind is OrderKind.MARKET else terms.price,
        tif=terms.tif,
        stop=terms.stop_price,
        target=terms.target_price,
        price_step=price_step,
        taker_fee=fees[0],
        maker_fee=fees[1],
        model=model,
        began_ms=began_ms,
        ends_ms=ends_ms,
    )


@dataclass(frozen=True, slots=True)
class ShadowMoved:
    """A trade of the shadow ledger after a step; the newest of its key counts. `at_ms` is ours."""

    trade: ShadowTrade
    at_ms: int
