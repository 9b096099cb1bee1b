"""Reads back what a stored decision was made from; the file is opened read-only and may be in use."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from terminal.domain.ai_log import AiLog
from terminal.domain.brain import ModelExchange
from terminal.domain.causes import cause
from terminal.domain.decision import Decision
from terminal.domain.errors import StorageError
from terminal.domain.frozen import BarsFrozen, BarSpan, ModelFitted, SnapshotFrozen, read_bars
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.domain.past import FrozenInputs, MemberInputs
from terminal.domain.records import AiLogFrozen, DecisionRecorded, ProposalRecorded, SessionOpened
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.storage.journal.codec import Undecodable, decode_as, kind_of
from terminal.storage.journal.connection import open_readonly
from terminal.storage.journal.faults import translate
from terminal.storage.journal.named_inputs import (
    NamedMember,
    asked_model,
    exchange_ids,
    members_of,
    named_model,
    rule_as_model,
)

_DECISIONS: Final = "SELECT decision_id, seq FROM decision ORDER BY seq"
_EVENT: Final = "SELECT kind, body FROM event WHERE seq = ?"
_PROPOSAL: Final = "SELECT proposal_seq FROM review WHERE decision_id = ?"
_LOG: Final = "SELECT frozen_seq FROM ailog WHERE decision_id = ? ORDER BY frozen_seq LIMIT 1"
_BEFORE: Final = "SELECT seq, kind, body FROM event WHERE kind = ? AND seq < ? ORDER BY seq DESC"
_EXCHANGES: Final = "SELECT kind, body FROM event WHERE kind = ? AND body LIKE ?"
_BARS: Final = "SELECT seq, kind, body FROM event WHERE kind = ? AND seq > ? AND seq < ? ORDER BY seq"
_RUN: Final = "SELECT max(seq) FROM event WHERE kind = ? AND seq < ?"
_MODELS: Final = "SELECT kind, body FROM event WHERE kind = ? ORDER BY seq DESC"

_SNAPSHOTS: Final = "SELECT seq, kind, body FROM event WHERE kind = ? ORDER BY seq"
_TOLD: Final = "SELECT kind, body FROM event WHERE kind = ? ORDER BY seq"
_CLOSED: Final = re.compile(r'"bar_close_ms":(\d+)')
_DECIDES: Final = "decision"  # the purpose of an exchange

_Bars = dict[int, Candle]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one strategist was asked in a cycle and every exchange that made, oldest first."""

    snapshot: MarketSnapshot
    exchanges: tuple[ModelExchange, ...]


class FrozenReader:
    """Reads decisions in the order of the journal; bars already read are kept between calls."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = self._db = db
        self._bars: dict[tuple[InstrumentId, Interval], _Bars] = {}
        self._read_to = 0
        self._models: dict[str, ModelFitted] = {}

    def decision_ids(self) -> tuple[str, ...]:
        """Every stored decision, oldest first."""
        return tuple(decision_id for decision_id, _ in self._db.execute(_DECISIONS))

    def inputs(self, decision_id: str) -> FrozenInputs:
        """Give a decision's inputs exactly as they were frozen.

        Raises:
            StorageError: no such decision, or not everything it was made from is in the journal.
        """
        decision, snapshot = self.question(decision_id)
        members = members_of(decision)
        exchanges = () if members else exchanges_of(self._db, decision)
        fitted = rule_as_model(decision) if members else self._answering(decision.model, decision, exchanges)
        return FrozenInputs(
            decision=decision,
            snapshot=snapshot,
            fitted=fitted,
            exchanges=exchanges,
            members=tuple(self._member(each, decision) for each in members),
            proposal=self._proposal_of(decision_id),
            log=self._log_of(decision_id),
        )

    def question(self, decision_id: str) -> tuple[Decision, MarketSnapshot]:
        """Give a decision and the snapshot it was made from, whoever made it.

        Raises:
            StorageError: no such decision, or not everything it was made from is in the journal.
        """
        at, decision = self._recorded(decision_id)
        seq, frozen = self._snapshot_of(decision, at)
        return decision, self._whole(seq, frozen, decision_id)

    def made_by(self, decision_id: str) -> str:
        """Name the model that made a decision; reads nothing else.

        Raises:
            StorageError: no such decision.
        """
        return self._recorded(decision_id)[1].model

    def asked(self, name: str, from_ms: int, to_ms: int) -> Iterator[Asked]:
        """Give every cycle a strategist was asked in, oldest first, by the close of its newest bar, `to_ms` included.

        Questions of a person are left out, and so is what was asked later, about a time that was over.

        Raises:
            StorageError: not everything it was asked about is in the journal.
        """
        told = self._told(name)
        for seq, kind, body in self._db.execute(_SNAPSHOTS, (kind_of(SnapshotFrozen),)):
            closed = _CLOSED.search(body)
            if closed is not None and not from_ms < int(closed[1]) <= to_ms:
                continue  # not worth decoding
            frozen: SnapshotFrozen = decode_as(SnapshotFrozen, kind, body)
            snapshot = frozen.snapshot
            if snapshot.question is not None or not from_ms < snapshot.bar_close_ms <= to_ms:
                continue
            until_ms = snapshot.bar_close_ms + snapshot.interval.ms  # later it was asked again about the past
            found = tuple(each for each in told.get(snapshot.cycle_id, ()) if each.at_ms <= until_ms)
            if found:
                yield Asked(self._whole(seq, frozen, found[-1].exchange_id), found)

    def asked_span(self, name: str) -> tuple[int, int] | None:
        """Give the times (Unix ms) of a strategist's first and last exchange; None when it was never asked."""
        times = [each.at_ms for found in self._told(name).values() for each in found]
        return (min(times), max(times)) if times else None

    def newest_views(self) -> tuple[InstrumentView, ...]:
        """Give the views of the newest snapshot, without bars; none when none was frozen."""
        row = self._db.execute(f"{_SNAPSHOTS} DESC LIMIT 1", (kind_of(SnapshotFrozen),)).fetchone()
        return () if row is None else decode_as(SnapshotFrozen, *row[1:]).snapshot.views

    # -- parts -----------------------------------------------------------------

    def _recorded(self, decision_id: str) -> tuple[int, Decision]:
        row = self._db.execute("SELECT seq FROM decision WHERE decision_id = ?", (decision_id,)).fetchone()
        if row is None:
            raise StorageError(
                f"The journal holds no decision {decision_id}. Take its id from the review history or decisions.jsonl."
            )
        return row[0], self._at(row[0], DecisionRecorded).decision

    def _told(self, name: str) -> dict[str, list[ModelExchange]]:
        """The exchanges of one strategist by cycle, in the order they were made."""
        mark = f'"strategist":{json.dumps(name, ensure_ascii=False)}'
        found: dict[str, list[ModelExchange]] = {}
        for kind, body in self._db.execute(_TOLD, (kind_of(ModelExchange),)):
            if mark not in body:
                continue  # not worth decoding
            exchange: ModelExchange = decode_as(ModelExchange, kind, body)
            if exchange.strategist == name and exchange.purpose == _DECIDES:
                found.setdefault(exchange.cycle_id, []).append(exchange)
        return found

    def _at(self, seq: int, wanted: type[Any]) -> Any:
        row = self._db.execute(_EVENT, (seq,)).fetchone()
        if row is None:
            raise StorageError(f"Record {seq} is missing. Run 'alphadesk verify' on this journal.")
        return decode_as(wanted, *row)

    def _snapshot_of(self, decision: Decision, before: int) -> tuple[int, SnapshotFrozen]:
        found = find_snapshot(self._db, decision.cycle_id, before)
        if found is not None:
            return found
        raise StorageError(
            f"The inputs of decision {decision.decision_id} were not frozen: it was made by an earlier version of the "
            "program, or by something else than its own model. It cannot be replayed."
        )

    def _whole(self, seq: int, frozen: SnapshotFrozen, decision_id: str) -> MarketSnapshot:
        self._read_bars(seq)
        snapshot = frozen.snapshot
        views = []
        for view, span in zip(snapshot.views, frozen.spans, strict=True):
            instrument_id = view.instrument.instrument_id
            bars = cut(self._bars.get((instrument_id, snapshot.interval), {}), span)
            if len(bars) != span.count:
                raise StorageError(
                    f"The journal holds {len(bars)} of the {span.count} bars of {instrument_id} that decision "
                    f"{decision_id} was made from. Run 'alphadesk verify' on this journal."
                )
            views.append(replace(view, candles=bars))
        return replace(snapshot, views=tuple(views))

    def _read_bars(self, before: int) -> None:
        """Bring the bars to what they were at record `before`."""
        if before <= self._read_to:
            self._bars.clear()
            self._read_to = 0
        if self._read_to == 0:
            self._read_to = self._run_of(before)
        for _, kind, body in self._db.execute(_BARS, (kind_of(BarsFrozen), self._read_to, before)):
            block: BarsFrozen = decode_as(BarsFrozen, kind, body)
            bars = self._bars.setdefault((block.instrument_id, block.interval), {})
            if block.whole:
                bars.clear()
            try:
                bars.update((bar.open_ms, bar) for bar in read_bars(block.rows))
            except ValueError as error:
                raise Undecodable(f"bars of {block.instrument_id} do not read: {cause(error)}") from error
        self._read_to = before - 1

    def _run_of(self, before: int) -> int:
        """Give the start of the run that wrote record `before`: each writes its bars anew, older ones are done."""
        row = self._db.execute(_RUN, (kind_of(SessionOpened), before)).fetchone()
        return 0 if row[0] is None else int(row[0])

    def _answering(self, model: str, decision: Decision, exchanges: tuple[ModelExchange, ...]) -> ModelFitted:
        return asked_model(model, exchanges[-1]) if exchanges else self._model_of(named_model(decision), decision)

    def _member(self, member: NamedMember, decision: Decision) -> MemberInputs:
        found = exchanges_named(self._db, member.exchange_ids, decision)
        fitted = asked_model(member.model, found[-1]) if found else self._model_of(member.model_sha256, decision)
        return MemberInputs(member.member, fitted, found)

    def _model_of(self, sha256: str, decision: Decision) -> ModelFitted:
        if sha256 not in self._models:
            for kind, body in self._db.execute(_MODELS, (kind_of(ModelFitted),)):
                fitted: ModelFitted = decode_as(ModelFitted, kind, body)
                self._models.setdefault(fitted.model_sha256, fitted)
        if sha256 not in self._models:
            raise StorageError(
                f"The model of decision {decision.decision_id} ({decision.model}) is not in the journal, so the "
                "decision cannot be replayed."
            )
        return self._models[sha256]

    def _proposal_of(self, decision_id: str) -> ProposalRecorded | None:
        row = self._db.execute(_PROPOSAL, (decision_id,)).fetchone()
        if row is None or row[0] is None:
            return None
        proposal: ProposalRecorded = self._at(row[0], ProposalRecorded)
        return proposal

    def _log_of(self, decision_id: str) -> AiLog | None:
        row = self._db.execute(_LOG, (decision_id,)).fetchone()
        if row is None:
            return None
        frozen: AiLogFrozen = self._at(row[0], AiLogFrozen)
        return frozen.log


@contextmanager
def frozen_reader(path: Path) -> Iterator[FrozenReader]:
    """Open a journal, in use or not, for reading at one moment.

    Raises:
        StorageError: it cannot be opened or read.
        JournalDamaged: not a journal, or one whose pages are broken.
    """
    with closing(open_readonly(path)) as db:
        try:
            db.execute("BEGIN")
            yield FrozenReader(db)
        except sqlite3.Error as error:
            raise translate(error, path) from error
        except Undecodable as error:
            raise StorageError(
                f"The journal {path} holds what this version cannot read: {cause(error)}. Run 'alphadesk verify' on "
                "it, or use the version it was written with."
            ) from error


def find_snapshot(db: sqlite3.Connection, cycle_id: str, before: int) -> tuple[int, SnapshotFrozen] | None:
    """Give the snapshot of a cycle and its record number, which is below `before`; None when none was frozen."""
    for seq, kind, body in db.execute(_BEFORE, (kind_of(SnapshotFrozen), before)):
        if f'"cycle_id":{json.dumps(cycle_id, ensure_ascii=False)}' not in body:
            continue  # not worth decoding
        frozen: SnapshotFrozen = decode_as(SnapshotFrozen, kind, body)
        if frozen.snapshot.cycle_id == cycle_id:
            return seq, frozen
    return None


def cut(bars: _Bars, span: BarSpan) -> tuple[Candle, ...]:
    return tuple(bars[ms] for ms in sorted(bars) if span.first_open_ms <= ms <= span.last_open_ms)


def exchanges_of(db: sqlite3.Connection, decision: Decision) -> tuple[ModelExchange, ...]:
    """Give the exchanges with a language model that a decision names, oldest first; none for another model's.

    Raises:
        StorageError: one of them is not in the journal.
    """
    return exchanges_named(db, exchange_ids(decision), decision)


def exchanges_named(db: sqlite3.Connection, wanted: tuple[str, ...], decision: Decision) -> tuple[ModelExchange, ...]:
    """Give the exchanges with these ids, in their order. Raises as `exchanges_of`."""
    found: dict[str, ModelExchange] = {}
    for exchange_id in wanted:
        for kind, body in db.execute(_EXCHANGES, (kind_of(ModelExchange), f'%"exchange_id":"{exchange_id}"%')):
            exchange: ModelExchange = decode_as(ModelExchange, kind, body)
            found[exchange.exchange_id] = exchange
    if len(found) != len(wanted):
        raise StorageError(
            f"The journal does not hold every exchange with the language model behind decision {decision.decision_id}. "
            "Run 'alphadesk verify' on this journal."
        )
    return tuple(found[each] for each in wanted)
