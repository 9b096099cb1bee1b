"""Answered proposals, read back newest first in pages: nothing that was ever on a card disappears."""

import sqlite3
from typing import Final

from terminal.domain.records import (
    ApprovalGiven,
    DecisionRecorded,
    ProposalRecorded,
    ReviewClosed,
)
from terminal.domain.review import Proposal, ReviewPage, ReviewState
from terminal.storage.journal.codec import Undecodable, decode, decode_as

NEWEST_PROPOSALS: Final = 500
"""What a start reads back; a seat asks for those before when somebody scrolls there."""

_ANSWERED: Final = """
SELECT de.kind, de.body, pe.kind, pe.body, ae.kind, ae.body
FROM review r
JOIN decision d ON d.decision_id = r.decision_id JOIN event de ON de.seq = d.seq
JOIN event pe ON pe.seq = r.proposal_seq
LEFT JOIN approval a ON a.decision_id = r.decision_id
JOIN event ae ON ae.seq = coalesce(r.closed_seq, a.seq)
WHERE r.proposal_seq < ?
ORDER BY r.proposal_seq DESC LIMIT ?"""
_AFTER_ALL: Final = 2**63 - 1  # the largest number the database knows


def newest_reviews(db: sqlite3.Connection) -> ReviewPage:
    """Give the newest answered proposals.

    Raises:
        Undecodable: a record this version cannot read.
    """
    return _page(db, _AFTER_ALL, NEWEST_PROPOSALS)


def reviews_before(db: sqlite3.Connection, decision_id: str, limit: int) -> ReviewPage:
    """Give up to `limit` answered proposals older than this one; none for an id that was never proposed.

    Raises:
        Undecodable: a record this version cannot read.
    """
    row = db.execute("SELECT proposal_seq FROM review WHERE decision_id = ?", (decision_id,)).fetchone()
    return ReviewPage((), is_all=True) if row is None else _page(db, row[0], limit)


def _page(db: sqlite3.Connection, before_seq: int, limit: int) -> ReviewPage:
    rows = db.execute(_ANSWERED, (before_seq, limit + 1)).fetchall()  # one more tells whether there is more
    return ReviewPage(tuple(_answered(*row) for row in reversed(rows[:limit])), is_all=len(rows) <= limit)


def _answered(
    decision_kind: str, decision_body: str, kind: str, body: str, answer_kind: str, answer_body: str
) -> Proposal:
    record = decode_as(ProposalRecorded, kind, body)
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
        decision=decode_as(DecisionRecorded, decision_kind, decision_body).decision,
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
