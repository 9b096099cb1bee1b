"""Reads AI logs back: those of orders from their table, those of events from the records alone."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from terminal.domain.ai_log import EVENT_LOG, TRIES_KEPT, AiLog, AiLogState, LogResolution, LogTry
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    AiLogResolved,
)
from terminal.storage.journal.codec import decode, decode_as, kind_of

NEWEST_TRIES: Final = 2_000

_OF_ORDERS: Final = """
SELECT e.kind, e.body, p.venue_order_id, p.state, p.attempts, p.last_code, p.last_message, p.accepted_ms
FROM ailog p JOIN event e ON e.seq = p.frozen_seq ORDER BY p.frozen_seq"""
_TRIES: Final = """
SELECT a.kind, a.body, b.kind, b.body
FROM (SELECT seq, answered_seq FROM ailog_attempt ORDER BY seq DESC LIMIT ?) p
JOIN event a ON a.seq = p.seq LEFT JOIN event b ON b.seq = p.answered_seq ORDER BY p.seq"""
_RESOLVED: Final = "SELECT kind, body FROM event WHERE kind = ? ORDER BY seq"
_EVENT_KINDS: Final = (AiLogFrozen, AiLogLinked, AiLogAttempted, AiLogAnswered, AiLogResolved)
_OF_EVENTS: Final = (
    f"SELECT kind, body FROM event WHERE kind IN ({', '.join('?' * len(_EVENT_KINDS))}) "  # noqa: S608 - question marks
    "AND instr(body, ?) > 0 ORDER BY seq"
)


def recover_logs(db: sqlite3.Connection) -> Iterator[AiLog]:
    """Give every log as it stands, first those of orders, each in the order of freezing.

    Raises:
        Undecodable: a record this version cannot read.
    """
    tries, hands = _tries(db), _resolutions(db)
    for kind, body, venue_order_id, state, attempts, last_code, last_message, accepted_ms in db.execute(_OF_ORDERS):
        log = decode_as(AiLogFrozen, kind, body).log
        log = replace(
            log,
            venue_order_id=venue_order_id,
            state=AiLogState(state),
            attempts=attempts,
            last_code=last_code,
            last_message=last_message,
            accepted_ms=accepted_ms,
            tries=tries.get(log.log_id, ()),
        )
        yield _by_hand(log, hands.get(log.log_id))
    yield from _of_events(db).values()


def _tries(db: sqlite3.Connection) -> dict[str, tuple[LogTry, ...]]:
    found: dict[str, tuple[LogTry, ...]] = {}
    for kind, body, answer_kind, answer_body in db.execute(_TRIES, (NEWEST_TRIES,)):
        sent = decode_as(AiLogAttempted, kind, body)
        one = LogTry(sent.attempt, sent.at_ms)
        if answer_kind is not None:
            one = _answered(one, decode_as(AiLogAnswered, answer_kind, answer_body))
        found[sent.log_id] = (*found.get(sent.log_id, ()), one)[-TRIES_KEPT:]
    return found


def _resolutions(db: sqlite3.Connection) -> dict[str, AiLogResolved]:
    rows = db.execute(_RESOLVED, (kind_of(AiLogResolved),))
    return {record.log_id: record for record in (decode_as(AiLogResolved, *row) for row in rows)}


def _of_events(db: sqlite3.Connection) -> dict[str, AiLog]:
    logs: dict[str, AiLog] = {}
    values = (*(kind_of(each) for each in _EVENT_KINDS), f'"log_id":"{EVENT_LOG}-')
    for kind, body in db.execute(_OF_EVENTS, values):
        record = decode(kind, body)
        if isinstance(record, AiLogFrozen):
            logs[record.log.log_id] = record.log
        elif isinstance(record, AiLogLinked | AiLogAttempted | AiLogAnswered | AiLogResolved):
            logs[record.log_id] = _moved(logs[record.log_id], record)
    return logs


def _moved(log: AiLog, record: AiLogLinked | AiLogAttempted | AiLogAnswered | AiLogResolved) -> AiLog:
    match record:
        case AiLogLinked():
            return replace(log, state=AiLogState.QUEUED)
        case AiLogAttempted(attempt=attempt, at_ms=at_ms):
            tries = (*log.tries, LogTry(attempt, at_ms))[-TRIES_KEPT:]
            return replace(log, state=AiLogState.SENDING, attempts=max(log.attempts, attempt), tries=tries)
        case AiLogAnswered():
            state = AiLogState(record.outcome)
            tries = tuple(_answered(one, record) if one.attempt == record.attempt else one for one in log.tries)
            accepted_ms = record.at_ms if state is AiLogState.ACCEPTED else log.accepted_ms
            return replace(
                log,
                state=state,
                tries=tries,
                accepted_ms=accepted_ms,
                last_code=record.code,
                last_message=record.message,
            )
        case AiLogResolved():
            again = record.resolution is LogResolution.RETRY
            return _by_hand(replace(log, state=AiLogState.RETRYING if again else AiLogState.GAP), record)


def _answered(one: LogTry, record: AiLogAnswered) -> LogTry:
    return replace(one, answered_ms=record.at_ms, code=record.code, message=record.message)


def _by_hand(log: AiLog, hand: AiLogResolved | None) -> AiLog:
    if hand is None:
        return log
    return replace(log, resolved_by=hand.who, resolved_reason=hand.reason, resolved_ms=hand.at_ms)
