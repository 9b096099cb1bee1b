"""What a journal holds when it is opened again: everything the services start from."""

from dataclasses import dataclass

from terminal.domain.ai_log import AiLog
from terminal.domain.approval import DeskModeSet
from terminal.domain.decision import Decision
from terminal.domain.fill import Fill
from terminal.domain.frozen import ModelFitted
from terminal.domain.funnel import CycleFunnel
from terminal.domain.order import Order
from terminal.domain.promotion import IncidentNoted, RecordEnded
from terminal.domain.records import (
    AiLogGapRecorded,
    EquityMarked,
    FlattenBegun,
    MarginSet,
    Noted,
    PositionAccepted,
    ProposalRecorded,
    ProtectionSet,
    SwitchSet,
)
from terminal.domain.rehearsal import RehearsalEnded
from terminal.domain.review import Approval, Proposal
from terminal.domain.shadow import ShadowTrade


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a journal holds when it is opened again. Tuples are in the order of writing.

    `proposals` are those never answered (they expire at start); `signed_at_ms` gives, for
    each client order id with an intent, when its bytes were signed. `flattens` began and never
    ended; `protections` say which stops and targets were set, `margins` which leverage and margin
    mode. `switch` and `build` are the newest of their kind; None and "" where there is none. `instances` are
    what earlier runs' client order ids begin with, `thresholds` what decided which proposals became
    orders in the newest run. `ended` says which strategies' records count anew, and since when.
    """

    decisions: tuple[Decision, ...]
    unanswered: tuple[ProposalRecorded, ...]
    orders: tuple[Order, ...]
    fills: tuple[Fill, ...]
    ai_logs: tuple[AiLog, ...]
    approvals: tuple[Approval, ...]
    signed_at_ms: tuple[tuple[str, int], ...]
    equity: tuple[EquityMarked, ...]
    notes: tuple[Noted, ...]
    history: tuple[Proposal, ...]  # the newest answered ones
    flattens: tuple[FlattenBegun, ...] = ()
    protections: tuple[ProtectionSet, ...] = ()
    switch: SwitchSet | None = None
    accepted: tuple[PositionAccepted, ...] = ()
    margins: tuple[MarginSet, ...] = ()
    build: str = ""
    thresholds: str = ""
    instances: tuple[str, ...] = ()
    log_gaps: tuple[AiLogGapRecorded, ...] = ()
    funnels: tuple[CycleFunnel, ...] = ()
    shadows: tuple[ShadowTrade, ...] = ()
    desk_mode: DeskModeSet | None = None
    incidents: tuple[IncidentNoted, ...] = ()
    history_is_all: bool = True
    ended: tuple[RecordEnded, ...] = ()
    model: ModelFitted | None = None  # the newest one that was taken into use
    api_test: RehearsalEnded | None = None  # the newest whole run
