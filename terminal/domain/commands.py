"""What a seat (the window, or a remote one later) asks the engine to do; frozen, and no live object.

The engine answers with the events of `messages`.
"""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.ai_log import LogResolution
from terminal.domain.approval import Amendment
from terminal.domain.chart_messages import FollowCharts, ShowOlderBars
from terminal.domain.decision import Action
from terminal.domain.depth import WatchDepth
from terminal.domain.hand_messages import (
    AmendOrder,
    CancelOrders,
    Flatten,
    MoveStop,
    MoveStopToBreakEven,
    MoveTarget,
    PauseEntries,
    PlanFlatten,
    RepairProtection,
    ReversePosition,
    SetLeverage,
    SetMarginMode,
    StopFlatten,
    SweepOrphans,
)
from terminal.domain.instrument import InstrumentId
from terminal.domain.log_messages import FindLogGaps, RecordLogGap
from terminal.domain.market import Interval
from terminal.domain.order import PositionSide
from terminal.domain.passport_messages import ShowPassport
from terminal.domain.rehearsal import RehearsalCommand
from terminal.domain.review_messages import ApproveMany, SetDeskMode, ShowOlderReviews, UndoApproval
from terminal.domain.risk import TradingState
from terminal.domain.setting import NoteSettings
from terminal.domain.ticket import TicketIdea
from terminal.domain.time_messages import TimeCommand


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve what the card showed, as it is or changed towards less risk.

    `fingerprint` is the card's; another one than the proposal's is refused and nothing is sent.
    """

    decision_id: str
    who: str
    how: str
    fingerprint: str = ""
    amendment: Amendment | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Answer no; `reason` must not be empty."""

    decision_id: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskAi:
    """Put a person's idea to the AI. The answer may disagree.

    If it agrees, its order takes from `idea` what is tighter than its own: a smaller size, a
    nearer stop or target, a limit not worse than the market. `question_id` (any text of the
    seat's own) comes back in the `CycleEnded` that answers.
    """

    instrument_id: InstrumentId
    action: Action
    who: str
    idea: TicketIdea | None = None
    question_id: str = ""


@dataclass(frozen=True, slots=True)
class ClosePosition:
    """Close a fraction (0 < fraction <= 1) of one position at the market; never needs approval."""

    instrument_id: InstrumentId
    side: PositionSide
    fraction: Decimal
    who: str


@dataclass(frozen=True, slots=True)
class CancelOrder:
    client_order_id: str
    who: str


@dataclass(frozen=True, slots=True)
class CancelAll:
    who: str


@dataclass(frozen=True, slots=True)
class SetTradingState:
    state: TradingState
    who: str


@dataclass(frozen=True, slots=True)
class AcceptVenuePosition:
    """Take the venue's word for a position our fills do not explain; its instrument may open again.

    Nothing is traded: the difference is written down and is from then on part of what we expect.
    """

    instrument_id: InstrumentId
    who: str


@dataclass(frozen=True, slots=True)
class ResolveLog:
    """Deal with an AI log the venue refused for good; `reason` is needed to record the gap."""

    log_id: str
    resolution: LogResolution
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class ShowChart:
    """Load and follow the bars of one instrument and interval."""

    instrument_id: InstrumentId
    interval: Interval


Command = (
    Approve
    | ApproveMany
    | UndoApproval
    | Reject
    | SetDeskMode
    | AskAi
    | ClosePosition
    | ReversePosition
    | MoveStopToBreakEven
    | MoveStop
    | MoveTarget
    | RepairProtection
    | SweepOrphans
    | CancelOrder
    | CancelOrders
    | CancelAll
    | AmendOrder
    | PauseEntries
    | PlanFlatten
    | Flatten
    | StopFlatten
    | SetLeverage
    | SetMarginMode
    | SetTradingState
    | ShowChart
    | FollowCharts
    | ShowOlderBars
    | WatchDepth
    | ShowPassport
    | ShowOlderReviews
    | AcceptVenuePosition
    | ResolveLog
    | RecordLogGap
    | FindLogGaps
    | TimeCommand
    | NoteSettings
    | RehearsalCommand
)
