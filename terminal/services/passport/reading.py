"""What the records of an order say about it: the facts its passport is made of."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeVar

from terminal.domain.ai_log import AiLog, AiLogState, LogResolution
from terminal.domain.order import ZERO, Order, OrderState, Origin
from terminal.domain.order_chain import OrderChain, Sealed
from terminal.domain.passport import Answer, PassportFacts, log_that_counts
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    AiLogResolved,
    ApprovalGiven,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    ProposalRecorded,
    Record,
    ReviewClosed,
    RiskChecked,
)
from terminal.domain.review import ReviewState
from terminal.domain.risk import Verdict

R = TypeVar("R", bound=Record)
LogRecord = AiLogLinked | AiLogAttempted | AiLogAnswered | AiLogResolved


def of_type(chain: OrderChain, wanted: type[R]) -> Iterator[tuple[Sealed, R]]:
    """Give the records of one type, oldest first, each with its place in the journal."""
    for each in chain.records:
        if isinstance(each.record, wanted):
            yield each, each.record


def newest_order(chain: OrderChain) -> Order | None:
    """Give the order as it was written last, or as it was proposed; None when the journal holds neither."""
    for each in reversed(chain.records):
        if isinstance(each.record, OrderMoved | IntentCommitted):
            return each.record.order
    return next((_proposed(chain, record) for _, record in of_type(chain, ProposalRecorded)), None)


_ENDED: Final = {ReviewState.REJECTED: OrderState.DECLINED, ReviewState.EXPIRED: OrderState.EXPIRED}


def _proposed(chain: OrderChain, record: ProposalRecorded) -> Order:
    """An order that never came to be: what was proposed, and how it ended."""
    closed = next((each for _, each in of_type(chain, ReviewClosed)), None)
    state = OrderState.PENDING_APPROVAL if closed is None else _ENDED.get(closed.state, OrderState.DENIED)
    reason = "" if closed is None else closed.reason
    order = Order(record.client_order_id, record.terms, Origin.AI, record.decision_id, state, record.at_ms)
    return replace(order, reason=reason)


def facts_of(chain: OrderChain, order: Order) -> PassportFacts:
    """Read the facts of an order; what is not among them is not on record."""
    decision = next((record.decision for _, record in of_type(chain, DecisionRecorded)), None)
    return PassportFacts(
        order,
        decision=decision,
        answer=_answer(chain),
        log=log_that_counts(logs_of(chain).values()),
        complete=True,
        has_inputs=None if decision is None else chain.snapshot is not None,
        has_checks=any(True for _ in of_type(chain, RiskChecked)),
        has_intent=any(True for _ in of_type(chain, IntentCommitted)),
        verdict=_last_verdict(chain),
        booked=sum((record.fill.size for _, record in of_type(chain, FillBooked)), ZERO),
    )


def logs_of(chain: OrderChain) -> dict[str, AiLog]:
    """Give the order's AI logs as they stand, by id."""
    logs: dict[str, AiLog] = {}
    for each in chain.records:
        record = each.record
        if isinstance(record, AiLogFrozen):
            logs[record.log.log_id] = record.log
        elif isinstance(record, LogRecord) and record.log_id in logs:
            logs[record.log_id] = _moved(logs[record.log_id], record)
        elif isinstance(record, ReviewClosed):
            logs.update((key, _kept(log)) for key, log in logs.items() if log.decision_id == record.decision_id)
    return logs


def _answer(chain: OrderChain) -> Answer | None:
    """The approval where there is one; else the first other answer, which is final."""
    for _, given in of_type(chain, ApprovalGiven):
        approval = given.approval
        return Answer(ReviewState.APPROVED, approval.who, approval.at_ms)
    for _, closed in of_type(chain, ReviewClosed):
        return Answer(closed.state, closed.who, closed.at_ms, closed.reason)
    return None


def _last_verdict(chain: OrderChain) -> Verdict | None:
    return next((record.verdict for _, record in reversed(list(of_type(chain, RiskChecked)))), None)


def _kept(log: AiLog) -> AiLog:
    return replace(log, state=AiLogState.KEPT) if log.state is AiLogState.WAITING else log


def _moved(log: AiLog, record: LogRecord) -> AiLog:
    match record:
        case AiLogLinked():
            return replace(log, state=AiLogState.QUEUED, venue_order_id=record.venue_order_id)
        case AiLogAttempted():
            return replace(log, state=AiLogState.SENDING, attempts=max(log.attempts, record.attempt))
        case AiLogAnswered():
            state = AiLogState(record.outcome)
            accepted_ms = record.at_ms if state is AiLogState.ACCEPTED else log.accepted_ms
            return replace(
                log, state=state, last_code=record.code, last_message=record.message, accepted_ms=accepted_ms
            )
        case AiLogResolved():
            state = AiLogState.RETRYING if record.resolution is LogResolution.RETRY else AiLogState.GAP
            return replace(
                log, state=state, resolved_by=record.who, resolved_reason=record.reason, resolved_ms=record.at_ms
            )
