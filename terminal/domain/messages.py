"""What the engine tells a seat (the window, or a remote one later); frozen, and no live object.

A seat asks with `commands`.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.account import Balance
from terminal.domain.ai_log import AiLog
from terminal.domain.brain import BrainChanged
from terminal.domain.chart_messages import OlderBars
from terminal.domain.decision import FailureKind
from terminal.domain.depth import DepthSnapshot, Prints
from terminal.domain.fill import Fill
from terminal.domain.flatten import FlattenPlan, FlattenProgress
from terminal.domain.funnel_messages import HindsightEvent
from terminal.domain.hand_messages import AmendProgress, FundingPaid, MarginEvent, ProtectionChanged
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.log_messages import AiLogGaps
from terminal.domain.market import Candle, CandleUpdate, Funding, Interval, OrderBook, StreamState, Ticker
from terminal.domain.notification import NotificationRaised
from terminal.domain.order import Order
from terminal.domain.passport_messages import PassportChain
from terminal.domain.position import Position
from terminal.domain.promotion import PromotionChanged
from terminal.domain.rehearsal import RehearsalChanged
from terminal.domain.review import Proposal
from terminal.domain.review_messages import ApprovalVoided, DeskModeChanged, OlderReviews
from terminal.domain.risk import TradingState
from terminal.domain.rule_messages import RuleLights
from terminal.domain.setting import SettingsNoted
from terminal.domain.time_messages import TimeEvent
from terminal.domain.venue_messages import VenueEvent


class Level(Enum):
    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """Plain words for the event log: what happened and the next step."""

    level: Level
    source: str
    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Phase:
    """How far the start has come, in words for the status bar; `ready` once trading may begin."""

    text: str
    ready: bool


@dataclass(frozen=True, slots=True)
class InstrumentsLoaded:
    instruments: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class CandlesLoaded:
    """Bars oldest first; the last may still be forming."""

    instrument_id: InstrumentId
    interval: Interval
    candles: tuple[Candle, ...]


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    balance: Balance


@dataclass(frozen=True, slots=True)
class PositionsChanged:
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class OrderChanged:
    order: Order


@dataclass(frozen=True, slots=True)
class FillSeen:
    fill: Fill


@dataclass(frozen=True, slots=True)
class ProposalChanged:
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class AiLogChanged:
    log: AiLog


@dataclass(frozen=True, slots=True)
class TradingStateChanged:
    state: TradingState
    reason: str


class ModelPhase(Enum):
    IDLE = "idle"
    TRAINING = "training"
    READY = "ready"
    THINKING = "thinking"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The strategy's health. `skill_pct` is out-of-sample direction skill with its 90 % interval."""

    phase: ModelPhase
    model: str
    detail: str
    skill_pct: float | None = None
    skill_low_pct: float | None = None
    skill_high_pct: float | None = None
    samples: int = 0
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True)
class CycleEnded:
    """One decision cycle in a line: what was asked, how many proposals, holds, or why nothing.

    For a person's question `question_id` and `instrument_id` are those of the question,
    `agreed` tells whether a proposal came of it (None for a failure: no answer), and
    `decision_id` names the decision that was proposed or blocked, "" for none. `failure` is set when the
    model gave no answer.
    """

    cycle_id: str
    text: str
    level: Level
    at_ms: int
    question_id: str = ""
    instrument_id: InstrumentId | None = None
    agreed: bool | None = None
    decision_id: str = ""
    failure: FailureKind | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Figures of the status bar. None where nothing was measured yet.

    `clock_offset_ms` venue minus ours; `latency_ms` median round trip; `budget_used` of
    `budget_limit` request weight in the window; `journal_seq` newest durable record.
    """

    clock_offset_ms: float | None
    latency_ms: float | None
    budget_used: int
    budget_limit: int
    journal_seq: int
    journal_ok: bool


@dataclass(frozen=True, slots=True)
class PositionsFrozen:
    """Instruments where nothing opens until a person accepts the venue's position, each with why.

    Replaces the one before; empty when everything is explained.
    """

    frozen: tuple[tuple[InstrumentId, str], ...]


@dataclass(frozen=True, slots=True)
class EquityPoint:
    at_ms: int
    equity: Decimal


@dataclass(frozen=True, slots=True)
class EquityHistory:
    points: tuple[EquityPoint, ...]


Event = (
    Ticker
    | OrderBook
    | Funding
    | CandleUpdate
    | OlderBars
    | DepthSnapshot
    | Prints
    | StreamState
    | Notice
    | Phase
    | InstrumentsLoaded
    | CandlesLoaded
    | BalanceChanged
    | PositionsChanged
    | OrderChanged
    | FillSeen
    | ProposalChanged
    | ApprovalVoided
    | DeskModeChanged
    | AiLogChanged
    | AiLogGaps
    | TradingStateChanged
    | ModelStatus
    | BrainChanged
    | CycleEnded
    | Health
    | EquityPoint
    | EquityHistory
    | PositionsFrozen
    | ProtectionChanged
    | FlattenPlan
    | FlattenProgress
    | AmendProgress
    | FundingPaid
    | MarginEvent
    | PassportChain
    | OlderReviews
    | HindsightEvent
    | RuleLights
    | PromotionChanged
    | TimeEvent
    | VenueEvent
    | SettingsNoted
    | NotificationRaised
    | RehearsalChanged
)
