"""A decision on its way past a person."""

from dataclasses import dataclass
from enum import Enum

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


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision with the order code made of it.

    `deadline_s` is on the operator's monotonic clock. `sentence` of refusal or reason is in
    `reason`; `reviewer` is who answered, "" while nobody has.
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

    @property
    def decision_id(self) -> str:
        return self.decision.decision_id

    @property
    def is_open(self) -> bool:
        return self.state is ReviewState.PENDING


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved what, how, and what the market said at that moment. One a decision."""

    decision_id: str
    who: str
    how: str  # "key A", "button", "demo policy"
    at_ms: int
    price_at: str  # decimal text
    decision_age_s: float
