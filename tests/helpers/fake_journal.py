"""A journal in memory with the uniqueness rules of the real one, faults and crashes on demand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from terminal.domain.ai_log import AiLog, AiLogState, LogResolution
from terminal.domain.approval import DeskModeSet
from terminal.domain.canonical import canonical_json, digest
from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.frozen import ModelFitted, SnapshotFrozen
from terminal.domain.order_chain import OrderChain, Sealed
from terminal.domain.promotion import IncidentNoted, RecordEnded
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogGapRecorded,
    AiLogLinked,
    AiLogResolved,
    ApprovalGiven,
    ChainHead,
    DecisionRecorded,
    EquityMarked,
    FillBooked,
    FlattenBegun,
    FlattenEnded,
    FunnelRecorded,
    IntentCommitted,
    MarginSet,
    Noted,
    OrderMoved,
    PositionAccepted,
    ProposalRecorded,
    ProtectionSet,
    Record,
    ReviewClosed,
    SessionOpened,
    ShadowMoved,
    SwitchSet,
)
from terminal.domain.recovered import Recovered
from terminal.domain.rehearsal import RehearsalEnded
from terminal.domain.review import Proposal, ReviewPage, ReviewState


@dataclass
class Disk:
    """What survives a crash."""

    records: list[Record] = field(default_factory=list)
    keys: set[tuple[str, ...]] = field(default_factory=set)
    head: ChainHead = field(default_factory=lambda: ChainHead(0, ""))

    def of(self, kind: type) -> list:
        return [record for record in self.records if isinstance(record, kind)]


def unique_keys(record: Record) -> list[tuple[str, ...]]:
    match record:
        case DecisionRecorded(decision):
            return [("decision", decision.decision_id)]
        case AiLogFrozen(log):
            return [("log", log.log_id), ("log of", log.client_order_id, log.stage)]
        case ProposalRecorded():
            return [("proposal", record.decision_id)]
        case ApprovalGiven(approval):
            return [("answer", approval.decision_id)]
        case IntentCommitted(order):
            keys = [("intent", order.client_order_id)]
            return keys if order.decision_id is None else [*keys, ("intent of", order.decision_id)]
        case FillBooked(fill):
            return [("fill", fill.trade_id)]
        case AiLogLinked():
            return [("link", record.log_id)]
        case AiLogAttempted():
            return [("attempt", record.log_id, str(record.attempt))]
        case _:
            return []


class MemoryJournal:
    """`calls` gets one entry a commit; `after_commit(records)` may raise or block."""

    def __init__(self, disk: Disk | None = None, calls: list[str] | None = None) -> None:
        self.disk = disk or Disk()
        self.calls = [] if calls is None else calls
        self.fail_with: list[StorageError] = []
        self.broken = False
        self.refuse: Callable[[tuple[Record, ...]], bool] | None = None
        self.delay: Callable[[], object] | None = None
        self.crash_after: Callable[[tuple[Record, ...]], bool] | None = None
        self.dead = False
        self.closed = False

    @property
    def head(self) -> ChainHead:
        return self.disk.head

    async def commit(self, *records: Record) -> ChainHead:
        if self.dead:
            await asyncio.Event().wait()
        if self.delay is not None:
            await self.delay()
        if self.broken or (self.refuse is not None and self.refuse(records)):
            raise StorageError("disk full")
        if self.fail_with:
            raise self.fail_with.pop(0)
        self._write(records)
        self.calls.append("commit " + " ".join(type(record).__name__ for record in records))
        if self.crash_after is not None and self.crash_after(records):
            self.dead = True
            await asyncio.Event().wait()
        return self.disk.head

    async def load(self) -> Recovered:
        return recover(self.disk)

    async def chain_of(self, client_order_id: str) -> OrderChain:
        if self.broken:
            raise StorageError("disk full")
        return chain_of(self.disk, client_order_id)

    async def reviews_before(self, decision_id: str, limit: int) -> ReviewPage:
        if self.broken:
            raise StorageError("disk full")
        history = recover(self.disk).history
        before = next((at for at, each in enumerate(history) if each.decision_id == decision_id), 0)
        page = history[max(0, before - limit) : before]
        return ReviewPage(page, is_all=before <= limit)

    async def aclose(self) -> None:
        self.closed = True

    def _write(self, records: tuple[Record, ...]) -> None:
        keys = [key for record in records for key in unique_keys(record)]
        if len(set(keys)) != len(keys) or self.disk.keys & set(keys):
            raise DuplicateRecord(f"exists already: {sorted(self.disk.keys & set(keys))}")
        closed = {record.decision_id for record in self.disk.of(ReviewClosed)}
        if any(isinstance(record, ApprovalGiven) and record.approval.decision_id in closed for record in records):
            raise DuplicateRecord("the decision was answered already")
        self.disk.keys.update(keys)
        for record in records:
            self.disk.records.append(record)
            text = canonical_json([self.disk.head.mac, type(record).__name__, record])
            self.disk.head = ChainHead(self.disk.head.seq + 1, digest(text))


def chain_of(disk: Disk, client_order_id: str) -> OrderChain:
    """As the real journal answers, by looking at every record; a seal here is only the record's number."""
    sealed = [
        Sealed(seq, f"{seq:064x}", 1_760_000_000_000 + seq, type(record).__name__, canonical_json(record), record)
        for seq, record in enumerate(disk.records, 1)
    ]
    own = [each for each in sealed if client_order_id in _subjects(each.record)]
    logs = {each.record.log.log_id for each in own if isinstance(each.record, AiLogFrozen)}
    moved = [each.record.order for each in own if isinstance(each.record, IntentCommitted | OrderMoved)]
    decisions = {order.decision_id for order in moved} | {
        each.record.decision_id for each in own if isinstance(each.record, ProposalRecorded)
    }
    wanted = logs | (decisions - {None})
    found = [each for each in sealed if each in own or wanted & _subjects(each.record)]
    cycle = next((each.record.decision.cycle_id for each in found if isinstance(each.record, DecisionRecorded)), None)
    inputs = [each for each in sealed if isinstance(each.record, SnapshotFrozen)]
    snapshot = next((each for each in reversed(inputs) if each.record.snapshot.cycle_id == cycle), None)
    return OrderChain(client_order_id, tuple(found), snapshot)


def _subjects(record: Record) -> set[str]:
    """What a record is about: an order, a decision, a log."""
    match record:
        case DecisionRecorded(decision):
            return {decision.decision_id}
        case ApprovalGiven(approval):
            return {approval.decision_id}
        case ReviewClosed():
            return {record.decision_id}
        case ProposalRecorded():
            return {record.client_order_id, record.decision_id}
        case AiLogFrozen(log):
            return {log.client_order_id}
        case IntentCommitted(order) | OrderMoved(order=order):
            return {order.client_order_id}
        case FillBooked(fill):
            return {fill.client_order_id or ""}
        case AiLogLinked() | AiLogAttempted() | AiLogAnswered() | AiLogResolved():
            return {record.log_id}
        case _:
            return {getattr(record, "client_order_id", "")}


def recover(disk: Disk) -> Recovered:
    decisions = tuple(record.decision for record in disk.of(DecisionRecorded))
    answered = {record.decision_id for record in disk.of(ReviewClosed)}
    approvals = tuple(record.approval for record in disk.of(ApprovalGiven))
    approved = {approval.decision_id for approval in approvals}
    orders = {}
    for record in disk.records:
        if isinstance(record, IntentCommitted | OrderMoved):
            orders[record.order.client_order_id] = record.order
    proposals = disk.of(ProposalRecorded)
    by_id = {decision.decision_id: decision for decision in decisions}
    return Recovered(
        decisions=decisions,
        unanswered=tuple(each for each in proposals if each.decision_id not in answered | approved),
        orders=tuple(orders.values()),
        fills=tuple(record.fill for record in disk.of(FillBooked)),
        ai_logs=tuple(logs_of(disk).values()),
        approvals=approvals,
        signed_at_ms=tuple((each.order.client_order_id, each.signed_at_ms) for each in disk.of(IntentCommitted)),
        equity=tuple(disk.of(EquityMarked)),
        notes=tuple(disk.of(Noted)),
        history=tuple(
            Proposal(
                by_id[each.decision_id],
                each.terms,
                each.client_order_id,
                ReviewState.APPROVED if each.decision_id in approved else ReviewState.EXPIRED,
                each.verdict,
                0.0,
                0.0,
            )
            for each in proposals
            if each.decision_id in answered | approved
        ),
        flattens=tuple(
            each
            for each in disk.of(FlattenBegun)
            if each.flatten_id not in {end.flatten_id for end in disk.of(FlattenEnded)}
        ),
        protections=tuple(disk.of(ProtectionSet)),
        switch=next(reversed(disk.of(SwitchSet)), None),
        accepted=tuple(disk.of(PositionAccepted)),
        margins=tuple(disk.of(MarginSet)),
        build=next((each.build for each in reversed(disk.of(SessionOpened))), ""),
        thresholds=next((each.thresholds_json for each in reversed(disk.of(SessionOpened))), ""),
        instances=tuple(each.instance for each in disk.of(SessionOpened)),
        log_gaps=tuple(disk.of(AiLogGapRecorded)),
        funnels=tuple({each.cycle.cycle_id: each.cycle for each in disk.of(FunnelRecorded)}.values()),
        desk_mode=next(reversed(disk.of(DeskModeSet)), None),
        incidents=tuple(disk.of(IncidentNoted)),
        ended=tuple(disk.of(RecordEnded)),
        model=next((each for each in reversed(disk.of(ModelFitted)) if each.accepted), None),
        shadows=tuple({each.trade.key: each.trade for each in disk.of(ShadowMoved)}.values()),
        api_test=next((each for each in reversed(disk.of(RehearsalEnded)) if each.is_whole_test), None),
    )


def logs_of(disk: Disk) -> dict[str, AiLog]:
    logs: dict[str, AiLog] = {}
    for record in disk.records:
        match record:
            case AiLogFrozen(log):
                logs[log.log_id] = log
            case AiLogLinked():
                logs[record.log_id] = replace(
                    logs[record.log_id], state=AiLogState.QUEUED, venue_order_id=record.venue_order_id
                )
            case AiLogAttempted():
                logs[record.log_id] = replace(logs[record.log_id], state=AiLogState.SENDING, attempts=record.attempt)
            case AiLogAnswered():
                logs[record.log_id] = replace(
                    logs[record.log_id],
                    state=AiLogState(record.outcome),
                    last_code=record.code,
                    last_message=record.message,
                )
            case AiLogResolved():
                again = record.resolution is LogResolution.RETRY
                logs[record.log_id] = replace(
                    logs[record.log_id],
                    state=AiLogState.RETRYING if again else AiLogState.GAP,
                    resolved_by=record.who,
                    resolved_reason=record.reason,
                    resolved_ms=record.at_ms,
                )
    return logs
