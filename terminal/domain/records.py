"""What the journal keeps: one record type per fact, in the order W1-W6 wants them durable.

W1 before the model is asked:      `BarsFrozen`, `SnapshotFrozen`, `CycleOpened` (and `ModelFitted` after each fit)
W2 before a decision is shown:     `DecisionRecorded`, `AiLogFrozen`, `ProposalRecorded`
W3 before bytes leave:             `ApprovalGiven`, `RiskChecked`, `IntentCommitted` (one transaction)
W4 before the window says so:      `OrderMoved`, `FillBooked`
W5 before a log leaves:            `AiLogLinked`
W6 before and after each attempt:  `AiLogAttempted`, `AiLogAnswered`
"""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.account import MarginMode
from terminal.domain.ai_log import AiLog, LogResolution
from terminal.domain.approval import ClickVoided, DeskMode, DeskModeSet, PriceBand
from terminal.domain.asked_again import AskedAgain
from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Decision
from terminal.domain.fill import Fill
from terminal.domain.flatten import FlattenPlan, LegProgress
from terminal.domain.frozen import BarsFrozen, ModelFitted, SnapshotFrozen
from terminal.domain.funnel import FunnelRecorded
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Order, OrderTerms, PositionSide
from terminal.domain.promotion import IncidentNoted, PromotionJudged, RecordEnded
from terminal.domain.rehearsal import RehearsalEnded
from terminal.domain.review import NO_BAND, Approval, ReviewState
from terminal.domain.risk import TradingState, Verdict
from terminal.domain.setting import SettingsChanged
from terminal.domain.shadow import ShadowMoved


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """The program started on this journal."""

    version: str
    venue: str
    simulated: bool
    at_ms: int
    build: str = ""  # hash of the program's own files: equal builds do equal things (R29)
    limits_json: str = ""  # the risk limits in force, canonical
    instance: str = ""  # what this run's client order ids begin with
    rules: str = ""  # version of the competition's rules in force, words and limits
    season_json: str = ""  # the season's settings in force, canonical
    thresholds_json: str = ""  # what decides which proposals become orders, canonical: its change is another version
    anew: bool = False  # the account began with this start: what earlier runs held and were worth is another's


@dataclass(frozen=True, slots=True)
class SwitchSet:
    """The trading state in force and the paused instruments with their reasons; the newest one counts.

    `who` is empty when the program itself changed it. A halt read back here stays until a person re-arms (R27).
    `frozen` are the paused instruments that only `PositionAccepted` releases.
    """

    state: TradingState
    reason: str
    who: str
    paused: tuple[tuple[InstrumentId, str], ...]
    frozen: tuple[InstrumentId, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class PositionAccepted:
    """A person took the venue's word for a position our fills do not explain. Sizes in base coin."""

    instrument_id: InstrumentId
    side: PositionSide
    at_venue: Decimal
    explained: Decimal
    who: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class CycleOpened:
    """A model is about to be asked; `reason` is "bar closed", "start" or "asked by ..."."""

    cycle_id: str
    reason: str
    instruments: tuple[InstrumentId, ...]
    model: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class CycleClosed:
    """How a cycle ended: `kind` is decided, abstained or failed; holds are counted apart."""

    cycle_id: str
    kind: str
    detail: str
    proposals: int
    holds: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class DecisionRecorded:
    decision: Decision


@dataclass(frozen=True, slots=True)
class AiLogFrozen:
    log: AiLog


@dataclass(frozen=True, slots=True)
class ProposalRecorded:
    """The order code made of a decision, with the checks at draft."""

    decision_id: str
    client_order_id: str
    terms: OrderTerms
    verdict: Verdict
    at_ms: int
    band: PriceBand = NO_BAND
    fingerprint: str = ""
    rules: str = ""  # version of the rules the fingerprint covers
    mode: DeskMode = DeskMode.SEMI_AUTO


@dataclass(frozen=True, slots=True)
class ApprovalGiven:
    approval: Approval


@dataclass(frozen=True, slots=True)
class ReviewClosed:
    """A proposal ended without approval."""

    decision_id: str
    state: ReviewState
    who: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class RiskChecked:
    """The final checks, inside the send transaction."""

    client_order_id: str
    verdict: Verdict
    at_ms: int


@dataclass(frozen=True, slots=True)
class IntentCommitted:
    """The exact bytes about to be sent. At most one a decision, and one a client order id."""

    order: Order
    endpoint: str
    body: bytes
    signed_at_ms: int


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order after an event. `event` is the event's name; `order` its state afterwards."""

    event: str
    order: Order
    at_ms: int


@dataclass(frozen=True, slots=True)
class FillBooked:
    fill: Fill


@dataclass(frozen=True, slots=True)
class AiLogLinked:
    """The venue's order id is known: `body` is what will be uploaded, byte for byte."""

    log_id: str
    venue_order_id: str | None
    body: bytes
    body_sha256: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class AiLogAttempted:
    log_id: str
    attempt: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class AiLogAnswered:
    """The venue's answer to one attempt, and the log's state after it."""

    log_id: str
    attempt: int
    outcome: str  # the new AiLogState's value
    code: str
    message: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class AiLogResolved:
    """A person's decision about a log the venue refused for good; written before it is carried out.

    `content_sha256` is that of the frozen content, which stays as it is; `code` the venue's at its refusal.
    """

    log_id: str
    resolution: LogResolution
    reason: str
    content_sha256: str
    code: str
    who: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class AiLogGapRecorded:
    """An order at the venue, or a log about one it does not know, that stays without its other half.

    `kind` is a `GapKind`'s value; `who` is "" when the program noted what can have no log (an external order).
    """

    gap_id: str
    kind: str
    venue_order_id: str
    what: str
    reason: str
    who: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class EquityMarked:
    """Equity at a moment, for the curve and for drawdown; `clock_offset_ms` is the venue's time less ours then."""

    equity: Decimal
    available: Decimal
    at_ms: int
    clock_offset_ms: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a person should be able to read later: state changes, alarms, manual acts."""

    level: str
    source: str
    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class FlattenBegun:
    """A person ordered a flatten; `plan` is what they saw, or what was known at that moment."""

    flatten_id: str
    plan: FlattenPlan
    who: str
    how: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class FlattenEnded:
    """A flatten is over. `outcome` is "flat" or "stopped"; `proof` says what the venue showed."""

    flatten_id: str
    outcome: str
    who: str
    legs: tuple[LegProgress, ...]
    proof: str
    started_ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class ProtectionSet:
    """Stop and target a leg should have from now on, and how the venue took them.

    `outcome` is "asked" before the request leaves, then "listed", "unconfirmed" or "refused".
    `stop_id` and `target_id` are our ids of what was placed, "" for a move of what is there.
    """

    instrument_id: InstrumentId
    side: PositionSide
    stop: Decimal | None
    target: Decimal | None
    stop_id: str
    target_id: str
    outcome: str
    who: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class MarginSet:
    """A person's change of a pair's leverage (x) or margin mode, and what came of it.

    `leverage` or `mode` is what was asked for; the other one is None. The two `before` fields are what
    the venue showed then. `outcome` is "asked" before the request leaves, then "unclear" when the answer
    was lost, and in the end "in force" or "refused"; `detail` says why, in words.
    """

    instrument_id: InstrumentId
    leverage: int | None
    mode: MarginMode | None
    leverage_before: int
    mode_before: MarginMode
    outcome: str
    detail: str
    who: str
    at_ms: int


Record = (
    SessionOpened
    | CycleOpened
    | BarsFrozen
    | SnapshotFrozen
    | ModelFitted
    | ModelExchange
    | CycleClosed
    | DecisionRecorded
    | AiLogFrozen
    | ProposalRecorded
    | ApprovalGiven
    | ClickVoided
    | DeskModeSet
    | ReviewClosed
    | RiskChecked
    | IntentCommitted
    | OrderMoved
    | FillBooked
    | AiLogLinked
    | AiLogAttempted
    | AiLogAnswered
    | AiLogResolved
    | AiLogGapRecorded
    | EquityMarked
    | Noted
    | SwitchSet
    | PositionAccepted
    | FlattenBegun
    | FlattenEnded
    | ProtectionSet
    | MarginSet
    | FunnelRecorded
    | ShadowMoved
    | IncidentNoted
    | PromotionJudged
    | RecordEnded
    | AskedAgain
    | SettingsChanged
    | RehearsalEnded
)


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The journal's end: last sequence number and its MAC in hex ("" for an empty journal)."""

    seq: int
    mac: str
