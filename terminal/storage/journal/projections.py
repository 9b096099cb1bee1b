"""What each record changes in the tables beside `event`."""

import sqlite3

from terminal.domain.ai_log import AiLog, AiLogState, LogResolution, is_event_log
from terminal.domain.decision import Decision
from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.order import Order
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    AiLogResolved,
    ApprovalGiven,
    DecisionRecorded,
    EquityMarked,
    FillBooked,
    IntentCommitted,
    Noted,
    OrderMoved,
    ProposalRecorded,
    Record,
    ReviewClosed,
)


def project(db: sqlite3.Connection, seq: int, record: Record) -> None:
    """Apply one record.

    Raises:
        sqlite3.IntegrityError: a uniqueness rule or a reference refuses it.
        DuplicateRecord: a second link of a log.
        StorageError: the record is about a log the journal does not hold.
    """
    match record:
        case DecisionRecorded(decision):
            _add_decision(db, seq, decision)
        case ProposalRecorded():
            _add_proposal(db, seq, record.decision_id)
        case ApprovalGiven(approval):
            db.execute("INSERT INTO approval VALUES (?, ?)", (approval.decision_id, seq))
        case ReviewClosed():
            _close_review(db, seq, record.decision_id)
        case IntentCommitted():
            _add_intent(db, seq, record)
        case OrderMoved(order=order):
            _keep_order(db, seq, order)
        case FillBooked(fill):
            db.execute("INSERT INTO fill VALUES (?, ?)", (fill.trade_id, seq))
        case AiLogFrozen() | AiLogLinked() | AiLogAttempted() | AiLogAnswered() | AiLogResolved():
            _project_log(db, seq, record)
        case EquityMarked():
            db.execute("INSERT INTO equity VALUES (?)", (seq,))
        case Noted():
            db.execute("INSERT INTO note VALUES (?)", (seq,))
        case _:
            pass  # sessions, cycles and final checks are read from `event` alone


def _project_log(
    db: sqlite3.Connection,
    seq: int,
    record: AiLogFrozen | AiLogLinked | AiLogAttempted | AiLogAnswered | AiLogResolved,
) -> None:
    if is_event_log(record.log.log_id if isinstance(record, AiLogFrozen) else record.log_id):
        return  # about no order: nothing to be unique about, so it is read back from `event` alone
    match record:
        case AiLogFrozen(log):
            _add_log(db, seq, log)
        case AiLogLinked():
            _link_log(db, record)
        case AiLogAttempted():
            _add_attempt(db, seq, record)
        case AiLogAnswered():
            _answer_attempt(db, seq, record)
        case AiLogResolved():
            _resolve_log(db, record)


def _add_decision(db: sqlite3.Connection, seq: int, decision: Decision) -> None:
    db.execute("INSERT INTO decision VALUES (?, ?, ?)", (decision.decision_id, decision.snapshot_sha256, seq))


def _add_proposal(db: sqlite3.Connection, seq: int, decision_id: str) -> None:
    db.execute("INSERT INTO review VALUES (?, ?, NULL)", (decision_id, seq))


def _close_review(db: sqlite3.Connection, seq: int, decision_id: str) -> None:
    # A decision blocked at draft is closed without ever having been proposed. The first
    # answer stays: a later one is an event like any other, but does not replace it.
    db.execute(
        "INSERT INTO review VALUES (?, NULL, ?) "
        "ON CONFLICT (decision_id) DO UPDATE SET closed_seq = coalesce(closed_seq, excluded.closed_seq)",
        (decision_id, seq),
    )
    db.execute(
        "UPDATE ailog SET state = ? WHERE decision_id = ? AND state = ?",
        (AiLogState.KEPT.value, decision_id, AiLogState.WAITING.value),
    )


def _add_intent(db: sqlite3.Connection, seq: int, record: IntentCommitted) -> None:
    order = record.order
    db.execute(
        "INSERT INTO intent VALUES (?, ?, ?, ?, ?, ?)",
        (order.client_order_id, order.decision_id, record.endpoint, record.body, record.signed_at_ms, seq),
    )
    _keep_order(db, seq, order)


def _keep_order(db: sqlite3.Connection, seq: int, order: Order) -> None:
    db.execute(
        "INSERT INTO orders VALUES (?, ?, ?, ?) "
        "ON CONFLICT (client_order_id) DO UPDATE SET state = excluded.state, seq = excluded.seq",
        (order.client_order_id, order.state.value, seq, seq),
    )


def _add_log(db: sqlite3.Connection, seq: int, log: AiLog) -> None:
    db.execute(
        "INSERT INTO ailog VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)",
        (
            log.log_id,
            log.decision_id,
            log.client_order_id,
            log.stage,
            log.content_sha256,
            seq,
            log.venue_order_id,
            log.state.value,
            log.attempts,
            log.last_code,
            log.last_message,
            log.accepted_ms,
        ),
    )


def _link_log(db: sqlite3.Connection, record: AiLogLinked) -> None:
    known = db.execute("SELECT body_sha256 FROM ailog WHERE log_id = ?", (record.log_id,)).fetchone()
    if known and known[0] is not None:
        raise DuplicateRecord(f"AI log {record.log_id} is linked already; nothing was written.")
    changed = db.execute(
        "UPDATE ailog SET venue_order_id = ?, body_sha256 = ?, state = ? WHERE log_id = ?",
        (record.venue_order_id, record.body_sha256, AiLogState.QUEUED.value, record.log_id),
    )
    _expect_log(changed, record.log_id)


def _add_attempt(db: sqlite3.Connection, seq: int, record: AiLogAttempted) -> None:
    changed = db.execute(
        "UPDATE ailog SET state = ?, attempts = max(attempts, ?) WHERE log_id = ?",
        (AiLogState.SENDING.value, record.attempt, record.log_id),
    )
    _expect_log(changed, record.log_id)
    db.execute("INSERT INTO ailog_attempt VALUES (?, ?, NULL, ?, NULL)", (record.log_id, record.attempt, seq))


def _answer_attempt(db: sqlite3.Connection, seq: int, record: AiLogAnswered) -> None:
    state = AiLogState(record.outcome)
    changed = db.execute(
        "UPDATE ailog SET state = ?, last_code = ?, last_message = ?, "
        "accepted_ms = CASE WHEN ? THEN ? ELSE accepted_ms END WHERE log_id = ?",
        (
            state.value,
            record.code,
            record.message,
            state is AiLogState.ACCEPTED,
            record.at_ms,
            record.log_id,
        ),
    )
    _expect_log(changed, record.log_id)
    db.execute(
        "UPDATE ailog_attempt SET outcome = ?, answered_seq = ? WHERE log_id = ? AND attempt = ?",
        (state.value, seq, record.log_id, record.attempt),
    )


def _resolve_log(db: sqlite3.Connection, record: AiLogResolved) -> None:
    again = record.resolution is LogResolution.RETRY
    state = AiLogState.RETRYING if again else AiLogState.GAP
    _expect_log(db.execute("UPDATE ailog SET state = ? WHERE log_id = ?", (state.value, record.log_id)), record.log_id)


def _expect_log(changed: sqlite3.Cursor, log_id: str) -> None:
    if changed.rowcount != 1:
        raise StorageError(f"The journal holds no AI log {log_id}; nothing was written.")
