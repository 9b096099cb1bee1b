"""Reads a journal back into what the services start from."""

import sqlite3
from collections.abc import Iterator
from typing import Final, TypeVar

from terminal.domain.approval import DeskModeSet
from terminal.domain.order import Order
from terminal.domain.promotion import IncidentNoted
from terminal.domain.records import (
    AiLogGapRecorded,
    ApprovalGiven,
    DecisionRecorded,
    EquityMarked,
    FillBooked,
    FlattenBegun,
    FlattenEnded,
    IntentCommitted,
    MarginSet,
    Noted,
    OrderMoved,
    PositionAccepted,
    ProposalRecorded,
    ProtectionSet,
    Record,
    Recovered,
    ReviewClosed,
    SessionOpened,
    SwitchSet,
)
from terminal.domain.review import Proposal, ReviewState
from terminal.storage.journal.codec import Undecodable, decode, kind_of
from terminal.storage.journal.recover_logs import recover_logs
from terminal.storage.journal.recover_review import recover_funnels, recover_shadows

EQUITY_POINTS: Final = 5_000
NEWEST_NOTES: Final = 500
NEWEST_PROPOSALS: Final = 500

_UNANSWERED: Final = """
SELECT e.kind, e.body FROM review r JOIN event e ON e.seq = r.proposal_seq
WHERE r.closed_seq IS NULL AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.decision_id = r.decision_id)
ORDER BY r.proposal_seq"""

_ANSWERED: Final = """
SELECT de.kind, de.body, pe.kind, pe.body, ae.kind, ae.body
FROM review r
JOIN decision d ON d.decision_id = r.decision_id JOIN event de ON de.seq = d.seq
JOIN event pe ON pe.seq = r.proposal_seq
LEFT JOIN approval a ON a.decision_id = r.decision_id
JOIN event ae ON ae.seq = coalesce(r.closed_seq, a.seq)
ORDER BY r.proposal_seq DESC LIMIT ?"""


_DECISIONS: Final = "SELECT e.kind, e.body FROM decision p JOIN event e ON e.seq = p.seq ORDER BY p.seq"
_APPROVALS: Final = "SELECT e.kind, e.body FROM approval p JOIN event e ON e.seq = p.seq ORDER BY p.seq"
_FILLS: Final = "SELECT e.kind, e.body FROM fill p JOIN event e ON e.seq = p.seq ORDER BY p.seq"
_ORDERS: Final = "SELECT e.kind, e.body FROM orders p JOIN event e ON e.seq = p.seq ORDER BY p.first_seq"
_SIGNED: Final = "SELECT client_order_id, signed_at_ms FROM intent ORDER BY seq"
_OF_KIND: Final = "SELECT kind, body FROM event WHERE kind = ? ORDER BY seq DESC"
_EVENT: Final = "SELECT kind, body FROM event WHERE seq = ?"

R = TypeVar("R", bound=Record)


def recover(db: sqlite3.Connection) -> Recovered:
    """Rebuild what was known, each tuple in the order of writing.

    Raises:
        Undecodable: a record this version cannot read.
    """
    sessions = tuple(_newest(db, SessionOpened))
    return Recovered(
        decisions=tuple(record.decision for record in _every(db, _DECISIONS, DecisionRecorded)),
        unanswered=tuple(_every(db, _UNANSWERED, ProposalRecorded)),
        orders=tuple(_orders(db)),
        fills=tuple(record.fill for record in _every(db, _FILLS, FillBooked)),
        ai_logs=tuple(recover_logs(db)),
        approvals=tuple(record.approval for record in _every(db, _APPROVALS, ApprovalGiven)),
        signed_at_ms=tuple(db.execute(_SIGNED).fetchall()),
        equity=tuple(_equity(db)),
        notes=tuple(_notes(db)),
        history=_history(db),
        flattens=_unfinished_flattens(db),
        protections=tuple(reversed(tuple(_newest(db, ProtectionSet)))),
        switch=next(_newest(db, SwitchSet), None),
        accepted=tuple(reversed(tuple(_newest(db, PositionAccepted)))),
        margins=tuple(reversed(tuple(_newest(db, MarginSet)))),
        build=sessions[0].build if sessions else "",
        instances=tuple(dict.fromkeys(session.instance for session in reversed(sessions) if session.instance)),
        log_gaps=tuple(reversed(tuple(_newest(db, AiLogGapRecorded)))),
        funnels=recover_funnels(db),
        shadows=recover_shadows(db),
        desk_mode=next(_newest(db, DeskModeSet), None),
        incidents=tuple(reversed(tuple(_newest(db, IncidentNoted)))),
    )


def _unfinished_flattens(db: sqlite3.Connection) -> tuple[FlattenBegun, ...]:
    ended = {record.flatten_id for record in _newest(db, FlattenEnded)}
    begun = reversed(tuple(_newest(db, FlattenBegun)))
    return tuple(record for record in begun if record.flatten_id not in ended)


def _newest(db: sqlite3.Connection, wanted: type[R]) -> Iterator[R]:
    """Records of one kind, the newest first."""
    for kind, body in db.execute(_OF_KIND, (kind_of(wanted),)):
        yield _read(wanted, kind, body)


def _read(wanted: type[R], kind: str, body: str) -> R:
    record = decode(kind, body)
    if not isinstance(record, wanted):
        raise Undecodable(f"a {kind} record stands where {wanted.__name__} belongs")
    return record


def _every(db: sqlite3.Connection, query: str, wanted: type[R]) -> Iterator[R]:
    for kind, body in db.execute(query):
        yield _read(wanted, kind, body)


def _orders(db: sqlite3.Connection) -> Iterator[Order]:
    for kind, body in db.execute(_ORDERS):
        record = decode(kind, body)
        if not isinstance(record, OrderMoved | IntentCommitted):
            raise Undecodable(f"a {kind} record stands where an order belongs")
        yield record.order


def _equity(db: sqlite3.Connection) -> Iterator[EquityMarked]:
    seqs = [seq for (seq,) in db.execute("SELECT seq FROM equity ORDER BY seq")]
    for seq in evenly(seqs, EQUITY_POINTS):
        yield _read(EquityMarked, *db.execute(_EVENT, (seq,)).fetchone())


def _notes(db: sqlite3.Connection) -> Iterator[Noted]:
    seqs = db.execute("SELECT seq FROM note ORDER BY seq DESC LIMIT ?", (NEWEST_NOTES,)).fetchall()
    for (seq,) in reversed(seqs):
        yield _read(Noted, *db.execute(_EVENT, (seq,)).fetchone())


def evenly(items: list[int], most: int) -> list[int]:
    """Pick at most `most` items at even distances, the first and the last among them."""
    if len(items) <= most:
        return items
    last = len(items) - 1
    return [items[index * last // (most - 1)] for index in range(most)]


def _history(db: sqlite3.Connection) -> tuple[Proposal, ...]:
    rows = db.execute(_ANSWERED, (NEWEST_PROPOSALS,)).fetchall()
    return tuple(_answered(*row) for row in reversed(rows))


def _answered(
    decision_kind: str, decision_body: str, kind: str, body: str, answer_kind: str, answer_body: str
) -> Proposal:
    record = _read(ProposalRecorded, kind, body)
    answer = decode(answer_kind, answer_body)
    terms, mark, amendment = record.terms, record.fingerprint, None
    if isinstance(answer, ReviewClosed):
        state, who, at_ms, reason = answer.state, answer.who, answer.at_ms, answer.reason
    elif isinstance(answer, ApprovalGiven):
        approval = answer.approval
        state, who, at_ms, reason = ReviewState.APPROVED, approval.who, approval.at_ms, ""
        terms, mark, amendment = approval.terms or terms, approval.sent_fingerprint or mark, approval.amendment
    else:
        raise Undecodable(f"a {answer_kind} record stands where an answer belongs")
    return Proposal(
        decision=_read(DecisionRecorded, decision_kind, decision_body).decision,
        terms=terms,
        client_order_id=record.client_order_id,
        state=state,
        verdict=record.verdict,
        created_s=0.0,  # the operator's clock of an earlier run means nothing now
        deadline_s=0.0,
        reviewer=who,
        reviewed_ms=at_ms,
        reason=reason,
        band=record.band,
        fingerprint=mark,
        mode=record.mode,
        amendment=amendment,
    )
