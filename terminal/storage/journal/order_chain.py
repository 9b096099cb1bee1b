"""Finds every record about one order without reading the others.

It runs between two commits on the journal's thread, so each question goes through an index.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

from terminal.domain.approval import ClickVoided
from terminal.domain.causes import cause
from terminal.domain.decision import Decision
from terminal.domain.frozen import BarsFrozen, SnapshotFrozen, bar_rows, read_bars
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle
from terminal.domain.order_chain import OrderChain, Sealed, SealedBars
from terminal.domain.records import AiLogFrozen, DecisionRecorded, IntentCommitted, OrderMoved, ProposalRecorded
from terminal.storage.journal.codec import Undecodable, decode, kind_of
from terminal.storage.journal.frozen_inputs import cut, find_snapshot
from terminal.storage.journal.schema import HAS_LOG, HAS_ORDER, LOG_OF, ORDER_OF

_COLUMNS: Final = "seq, mac, ts_wall_ms, kind, body"
_OF: Final = "SELECT {columns} FROM event WHERE {value} = ? AND {condition} ORDER BY seq"
OF_ORDER: Final = _OF.format(columns=_COLUMNS, value=ORDER_OF, condition=HAS_ORDER)
OF_LOG: Final = _OF.format(columns=_COLUMNS, value=LOG_OF, condition=HAS_LOG)
_AT: Final = f"SELECT {_COLUMNS} FROM event WHERE seq = ?"  # noqa: S608 - our own names
_VOIDS: Final = f"SELECT {_COLUMNS} FROM event WHERE kind = ? AND seq > ? ORDER BY seq LIMIT 200"  # noqa: S608 - as above
_OF_DECISION: Final = """
SELECT seq FROM decision WHERE decision_id = :id
UNION SELECT proposal_seq FROM review WHERE decision_id = :id AND proposal_seq IS NOT NULL
UNION SELECT closed_seq FROM review WHERE decision_id = :id AND closed_seq IS NOT NULL
UNION SELECT seq FROM approval WHERE decision_id = :id"""
_BARS_BACK: Final = "SELECT seq, mac, ts_wall_ms, body FROM event WHERE kind = ? AND seq < ? ORDER BY seq DESC"

_Row = tuple[int, bytes, int, str, str]
_Place = tuple[int, str, int]


def read_chain(db: sqlite3.Connection, client_order_id: str) -> OrderChain:
    """Give an order's records with those of its decision and its AI logs.

    Raises:
        Undecodable: a record this version cannot read.
        sqlite3.Error: a page could not be read.
    """
    found = {each.seq: each for each in _about(db, OF_ORDER, client_order_id)}
    for log_id in [each.record.log.log_id for each in found.values() if isinstance(each.record, AiLogFrozen)]:
        found.update((each.seq, each) for each in _about(db, OF_LOG, log_id))
    decision_id = _decision_id(found.values())
    if decision_id is not None:
        seqs = [seq for (seq,) in db.execute(_OF_DECISION, {"id": decision_id})]
        found.update((seq, _at(db, seq)) for seq in seqs if seq not in found)
    records = tuple(found[seq] for seq in sorted(found))
    snapshot, bars = _inputs(db, records)
    return OrderChain(client_order_id, records, snapshot, bars)


def read_decision(db: sqlite3.Connection, decision_id: str) -> OrderChain | None:
    """Give a decision's records with those of its order and AI logs, and its snapshot; None when there is no such one.

    Raises:
        Undecodable: a record this version cannot read.
        sqlite3.Error: a page could not be read.
    """
    own = {seq: _at(db, seq) for (seq,) in db.execute(_OF_DECISION, {"id": decision_id}).fetchall()}
    decided = next((each for each in own.values() if isinstance(each.record, DecisionRecorded)), None)
    if decided is None or not isinstance(decided.record, DecisionRecorded):
        return None
    proposals = (each.record for each in own.values() if isinstance(each.record, ProposalRecorded))
    order = next((record.client_order_id for record in proposals), "")
    own.update((each.seq, each) for each in _voids(db, decided.seq, decision_id))
    own.update((each.seq, each) for each in _about(db, OF_ORDER, order))
    for log_id in [each.record.log.log_id for each in own.values() if isinstance(each.record, AiLogFrozen)]:
        own.update((each.seq, each) for each in _about(db, OF_LOG, log_id))
    found = find_snapshot(db, decided.record.decision.cycle_id, decided.seq)
    snapshot = None if found is None else _at(db, found[0])
    return OrderChain(order, tuple(own[seq] for seq in sorted(own)), snapshot)


def _voids(db: sqlite3.Connection, after: int, decision_id: str) -> Iterator[Sealed]:
    """Give the clicks on a decision that a fresh check voided; they are rare."""
    for row in db.execute(_VOIDS, (kind_of(ClickVoided), after)).fetchall():
        sealed = _sealed(row)
        if isinstance(sealed.record, ClickVoided) and sealed.record.decision_id == decision_id:
            yield sealed


def blocks_before(db: sqlite3.Connection, before: int, instrument_id: InstrumentId) -> list[tuple[int, BarsFrozen]]:
    """Give the blocks that make up what was known of a pair before a record, oldest first."""
    return [(place[0], block) for place, block in _blocks_back(db, before, instrument_id)][::-1]


def _about(db: sqlite3.Connection, query: str, name: str) -> Iterator[Sealed]:
    written = json.dumps(name, ensure_ascii=False)[1:-1]  # as it stands in a body
    return (_sealed(row) for row in db.execute(query, (written,)).fetchall()) if written else iter(())


def _at(db: sqlite3.Connection, seq: int) -> Sealed:
    row = db.execute(_AT, (seq,)).fetchone()
    if row is None:
        raise Undecodable(f"record {seq} is missing")
    return _sealed(row)


def _sealed(row: _Row) -> Sealed:
    seq, mac, at_ms, kind, body = row
    return Sealed(seq, mac.hex(), at_ms, kind, body, decode(kind, body))


def _decision_id(records: Iterable[Sealed]) -> str | None:
    """The order's own decision; the log of an exit names the one that opened its position instead."""
    for each in records:
        record = each.record
        if isinstance(record, IntentCommitted | OrderMoved) and record.order.decision_id is not None:
            return record.order.decision_id
        if isinstance(record, ProposalRecorded):
            return record.decision_id
    return None


def _inputs(db: sqlite3.Connection, records: tuple[Sealed, ...]) -> tuple[Sealed | None, SealedBars | None]:
    decided = next((each for each in records if isinstance(each.record, DecisionRecorded)), None)
    if decided is None or not isinstance(decided.record, DecisionRecorded):
        return None, None
    decision = decided.record.decision
    found = find_snapshot(db, decision.cycle_id, decided.seq)
    if found is None:
        return None, None
    seq, frozen = found
    return _at(db, seq), _bars(db, seq, frozen, decision)


def _bars(db: sqlite3.Connection, before: int, frozen: SnapshotFrozen, decision: Decision) -> SealedBars | None:
    """The bars of the decision's pair, from the newest whole block on."""
    snapshot = frozen.snapshot
    spans = {view.instrument.instrument_id: span for view, span in zip(snapshot.views, frozen.spans, strict=True)}
    span = spans.get(decision.instrument_id)
    if span is None:
        return None
    blocks = [
        (place, block)
        for place, block in _blocks_back(db, before, decision.instrument_id)
        if block.interval is snapshot.interval
    ]
    bars: dict[int, Candle] = {}
    for _, block in reversed(blocks):
        try:
            bars.update((bar.open_ms, bar) for bar in read_bars(block.rows))
        except ValueError as error:
            raise Undecodable(f"bars of {block.instrument_id} do not read: {cause(error)}") from error
    shown = cut(bars, span)
    places = tuple(place for place, _ in reversed(blocks))
    return SealedBars(decision.instrument_id, bar_rows(shown), len(shown), span.count, places)


def _blocks_back(
    db: sqlite3.Connection, before: int, instrument_id: InstrumentId
) -> Iterator[tuple[_Place, BarsFrozen]]:
    """Blocks of one instrument, newest first, down to the newest that replaces all before it."""
    kind = kind_of(BarsFrozen)
    mark = f'"instrument_id":{json.dumps(instrument_id, ensure_ascii=False)}'
    for seq, mac, at_ms, body in db.execute(_BARS_BACK, (kind, before)):
        if mark not in body:
            continue  # not worth decoding
        block = decode(kind, body)
        if isinstance(block, BarsFrozen) and block.instrument_id == instrument_id:
            yield (seq, mac.hex(), at_ms), block
            if block.whole:
                return
