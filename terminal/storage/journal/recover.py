"""Reads a journal back into what the services start from."""

import sqlite3
from collections.abc import Iterator
from typing import Final, TypeVar

from terminal.domain.approval import DeskModeSet
from terminal.domain.frozen import ModelFitted
from terminal.domain.order import Order
from terminal.domain.promotion import IncidentNoted, RecordEnded
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
    SessionOpened,
    SwitchSet,
)
from terminal.domain.recovered import Recovered
from terminal.domain.rehearsal import RehearsalEnded
from terminal.storage.journal.answered import newest_reviews
from terminal.storage.journal.codec import Undecodable, decode, decode_as, kind_of
from terminal.storage.journal.recover_logs import recover_logs
from terminal.storage.journal.recover_review import recover_funnels, recover_shadows

EQUITY_POINTS: Final = 5_000
NEWEST_NOTES: Final = 500

_UNANSWERED: Final = """
SELECT e.kind, e.body FROM review r JOIN event e ON e.seq = r.proposal_seq
WHERE r.closed_seq IS NULL AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.decision_id = r.decision_id)
ORDER BY r.proposal_seq"""

_DECISIONS: Final = "SELECT e.kind, e.body FROM decision p JOIN event e ON e.seq = p.seq ORDER BY p.seq"
_APPROVALS: Final = "SELECT e.kind, e.body FROM approval p JOIN event e ON e.seq = p.seq ORDER BY p.seq"
_FILLS: Final = "SELECT e.kind, e.body FROM fill p JOIN event e ON e.seq = p.seq ORDER BY p.seq"
_ORDERS: Final = "SELECT e.kind, e.body FROM orders p JOIN event e ON e.seq = p.seq ORDER BY p.first_seq"
_SIGNED: Final = "SELECT client_order_id, signed_at_ms FROM intent ORDER BY seq"
_OF_KIND: Final = "SELECT kind, body FROM event WHERE kind = ? ORDER BY seq DESC"
_EQUITY: Final = "SELECT seq FROM equity WHERE seq > ? ORDER BY seq"
_STARTS: Final = "SELECT seq, kind, body FROM event WHERE kind = ? ORDER BY seq DESC"
_EVENT: Final = "SELECT kind, body FROM event WHERE seq = ?"

R = TypeVar("R", bound=Record)


def recover(db: sqlite3.Connection) -> Recovered:
    """Rebuild what was known, each tuple in the order of writing.

    Raises:
        Undecodable: a record this version cannot read.
    """
    sessions = tuple(_newest(db, SessionOpened))
    newest = newest_reviews(db)
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
        history=newest.proposals,
        flattens=_unfinished_flattens(db),
        protections=tuple(reversed(tuple(_newest(db, ProtectionSet)))),
        switch=next(_newest(db, SwitchSet), None),
        accepted=tuple(reversed(tuple(_newest(db, PositionAccepted)))),
        margins=tuple(reversed(tuple(_newest(db, MarginSet)))),
        build=sessions[0].build if sessions else "",
        thresholds=sessions[0].thresholds_json if sessions else "",
        instances=tuple(dict.fromkeys(session.instance for session in reversed(sessions) if session.instance)),
        log_gaps=tuple(reversed(tuple(_newest(db, AiLogGapRecorded)))),
        funnels=recover_funnels(db),
        shadows=recover_shadows(db),
        desk_mode=next(_newest(db, DeskModeSet), None),
        incidents=tuple(reversed(tuple(_newest(db, IncidentNoted)))),
        history_is_all=newest.is_all,
        ended=tuple(reversed(tuple(_newest(db, RecordEnded)))),
        model=next((fitted for fitted in _newest(db, ModelFitted) if fitted.accepted), None),
        api_test=next((each for each in _newest(db, RehearsalEnded) if each.is_whole_test), None),
    )


def _unfinished_flattens(db: sqlite3.Connection) -> tuple[FlattenBegun, ...]:
    ended = {record.flatten_id for record in _newest(db, FlattenEnded)}
    begun = reversed(tuple(_newest(db, FlattenBegun)))
    return tuple(record for record in begun if record.flatten_id not in ended)


def _newest(db: sqlite3.Connection, wanted: type[R]) -> Iterator[R]:
    """Records of one kind, the newest first."""
    for kind, body in db.execute(_OF_KIND, (kind_of(wanted),)):
        yield decode_as(wanted, kind, body)


def _every(db: sqlite3.Connection, query: str, wanted: type[R]) -> Iterator[R]:
    for kind, body in db.execute(query):
        yield decode_as(wanted, kind, body)


def _orders(db: sqlite3.Connection) -> Iterator[Order]:
    for kind, body in db.execute(_ORDERS):
        record = decode(kind, body)
        if not isinstance(record, OrderMoved | IntentCommitted):
            raise Undecodable(f"a {kind} record stands where an order belongs")
        yield record.order


def _founded(db: sqlite3.Connection) -> int:
    """Give the start at which the account began: what was worth how much before was another's."""
    for seq, kind, body in db.execute(_STARTS, (kind_of(SessionOpened),)):
        if decode_as(SessionOpened, kind, body).anew:
            return int(seq)
    return 0


def _equity(db: sqlite3.Connection) -> Iterator[EquityMarked]:
    seqs = [seq for (seq,) in db.execute(_EQUITY, (_founded(db),))]
    for seq in evenly(seqs, EQUITY_POINTS):
        yield decode_as(EquityMarked, *db.execute(_EVENT, (seq,)).fetchone())


def _notes(db: sqlite3.Connection) -> Iterator[Noted]:
    seqs = db.execute("SELECT seq FROM note ORDER BY seq DESC LIMIT ?", (NEWEST_NOTES,)).fetchall()
    for (seq,) in reversed(seqs):
        yield decode_as(Noted, *db.execute(_EVENT, (seq,)).fetchone())


def evenly(items: list[int], most: int) -> list[int]:
    """Pick at most `most` items at even distances, the first and the last among them."""
    if len(items) <= most:
        return items
    last = len(items) - 1
    return [items[index * last // (most - 1)] for index in range(most)]
