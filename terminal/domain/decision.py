"""What the AI proposes, and what a model's turn can end in.

A failure is never a hold: `Outcome` keeps a reasoned hold, an abstention and a
failure apart all the way to the journal.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide


class Action(Enum):
    OPEN_LONG = "OPEN_LONG"
    OPEN_SHORT = "OPEN_SHORT"
    CLOSE = "CLOSE"
    HOLD = "HOLD"

    @property
    def opens(self) -> bool:
        return self in {Action.OPEN_LONG, Action.OPEN_SHORT}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One input the model weighed.

    `key` names it in the snapshot (`BTC.dist_ema21_15m`), `value` is its text with unit,
    `contribution` the model's own attribution (log-odds of the chosen side; > 0 supports it).
    """

    key: str
    label: str
    value: str
    contribution: float

    @property
    def supports(self) -> bool:
        return self.contribution > 0


@dataclass(frozen=True, slots=True)
class Decision:
    """One proposal of one model for one instrument; never changed after it was made.

    `confidence` is the calibrated probability of the chosen direction (0..1).
    `risk_fraction` is the model's upper bound on equity at risk (0.005 = 0.5 %); code sizes.
    `entry_price` None means at the market. `input_json` and `output_json` are the exact,
    canonical texts that go into the AI log. `simulated` marks data of a built-in exchange.
    `close_side` names the position a CLOSE ends; None for everything else.
    """

    decision_id: str
    cycle_id: str
    instrument_id: InstrumentId
    action: Action
    confidence: float
    entry_price: Decimal | None
    reference_price: Decimal
    stop_price: Decimal | None
    target_price: Decimal | None
    risk_fraction: Decimal
    horizon_min: int
    expected_value_bp: float
    invalidation: str
    explanation: str
    evidence: tuple[Evidence, ...]
    model: str
    snapshot_sha256: str
    input_json: str
    output_json: str
    created_ms: int
    simulated: bool
    close_side: PositionSide | None = None


class FailureKind(Enum):
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    BILLING = "billing"
    MODEL_MISSING = "model_missing"
    REFUSED = "refused"
    INVALID_OUTPUT = "invalid_output"
    BUDGET = "budget"
    UNAVAILABLE = "unavailable"  # its server could not be reached, broke down or cut the answer
    INTERNAL = "internal"

    @property
    def is_terminal(self) -> bool:
        """True for what the next question will not mend: a person has to act."""
        return self in {FailureKind.AUTH, FailureKind.BILLING, FailureKind.MODEL_MISSING}


@dataclass(frozen=True, slots=True)
class Decided:
    """The model answered; holds among `decisions` are reasoned ones."""

    cycle_id: str
    decisions: tuple[Decision, ...]
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Abstained:
    """The model declined to have an opinion, e.g. too few bars or no skill out of sample."""

    cycle_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The model did not answer. Shown as an alarm, counted apart, never a hold."""

    cycle_id: str
    kind: FailureKind
    detail: str


Outcome = Decided | Abstained | Failed
