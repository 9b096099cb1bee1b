"""A decision on its way past a person."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from terminal.domain.approval import Amendment, DeskMode, PriceBand, RecheckRow
from terminal.domain.decision import Decision
from terminal.domain.order import OrderTerms
from terminal.domain.risk import Verdict


class ReviewState(Enum):
    """Silence, crash, restart and no reviewer all end in EXPIRED; never in APPROVED."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"  # by a person
    EXPIRED = "EXPIRED"
    BLOCKED = "BLOCKED"  # by the risk gate, at draft or at the click
    VOIDED = "VOIDED"  # approved, but a fresh check at the click failed; nothing was sent


NO_BAND: Final = PriceBand(Decimal(1), Decimal(0))  # holds no price at all


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision with the order code made of it.

    `deadline_s` is on the operator's monotonic clock. `sentence` of refusal or reason is in
    `reason`; `reviewer` is who answered, "" while nobody has. An approval holds for the terms of
    `fingerprint` (64 hex digits; "" can never be approved) and within `band` only. `sends_at_s`
    is the monotonic time an approved order leaves while it can still be undone, else None.
    `mode` is the desk's when it was proposed: one of SHADOW or ADVISORY never has an order.
    `amendment` is what a person changed at the click; `terms` have it in them then.
    """

    decision: Decision
    terms: OrderTerms
    client_order_id: str
    state: ReviewState
    verdict: Verdict
    created_s: float
    deadline_s: float
    reviewer: str = ""
    reviewed_ms: int = 0
    reason: str = ""
    band: PriceBand = NO_BAND
    fingerprint: str = ""
    sends_at_s: float | None = None
    mode: DeskMode = DeskMode.SEMI_AUTO
    amendment: Amendment | None = None

    @property
    def decision_id(self) -> str:
        return self.decision.decision_id

    @property
    def is_open(self) -> bool:
        return self.state is ReviewState.PENDING


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Some answered proposals, oldest first; `is_all` when none is older."""

    proposals: tuple[Proposal, ...]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved what, how, and what the market said at that moment. One a decision."""

    decision_id: str
    who: str
    how: str  # "key A", "button", "demo policy"
    at_ms: int
    price_at: str  # decimal text
    decision_age_s: float
    fingerprint: str = ""  # of what the card showed
    sent_fingerprint: str = ""  # of what is sent: another one when a person amended it
    rows: tuple[RecheckRow, ...] = ()  # the fresh check that let it pass
    amendment: Amendment | None = None
    terms: OrderTerms | None = None  # as sent, where amended
