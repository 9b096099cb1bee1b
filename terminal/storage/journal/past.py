"""Reads recorded days: on the journal's thread between two commits, a short piece at a time.

What takes long and waits for nothing (a whole day, a frozen snapshot, the text of a model) is
read beside it, on a thread and a read-only connection of its own.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Decision
from terminal.domain.frozen import BarsFrozen, ModelFitted
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import TERMINAL, Order
from terminal.domain.order_chain import OrderChain
from terminal.domain.past import DAY_MS, Page, RecordedDay, Stamped, StoredModel
from terminal.domain.records import EquityMarked, IntentCommitted, Noted, OrderMoved, ProposalRecorded, SessionOpened
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.past import Take
from terminal.storage.journal.codec import Undecodable, decode, kind_of
from terminal.storage.journal.frozen_inputs import FrozenReader, exchanges_of, frozen_reader
from terminal.storage.journal.order_chain import OF_ORDER, blocks_before, read_decision
from terminal.storage.journal.store import Store
from terminal.storage.journal.verify import check_part
from terminal.storage.journal.writer import Writer

PAGE_ROWS: Final = 1_000  # about ten milliseconds of the journal's thread
MODELS_SHOWN: Final = 12  # each is read whole to learn its name
RUNS_SHOWN: Final = 400
_AT: Final = "SELECT ts_wall_ms FROM event WHERE seq = ?"
_RUNS: Final = "SELECT seq FROM event WHERE kind = ? ORDER BY seq DESC LIMIT ?"
_NEWEST: Final = "SELECT seq, ts_wall_ms, kind, body FROM event WHERE kind = ? AND seq < ? ORDER BY seq DESC LIMIT 1"
_MODELS: Final = "SELECT kind, body FROM event WHERE kind = ? ORDER BY seq DESC"
# An order that began before the day and moved within it, or has not ended at all.
_BEGAN: Final = "SELECT client_order_id FROM orders WHERE first_seq < :seq AND (seq >= :seq OR state NOT IN ({ended}))"

_QUIET_NOTE: Final = (
    f"(kind = '{kind_of(Noted)}' AND instr(body, '\"level\":\"info\"') > 0)"  # as it is spelled in a body
)

R = TypeVar("R")


class SqlitePast:
    """`terminal.ports.past.Past` on a journal's file."""

    def __init__(self, writer: Writer, path: Path) -> None:
        self._writer = writer
        self._path = path

    async def days(self) -> tuple[RecordedDay, ...]:
        """Give every recorded day, oldest first."""
        return await self._read(read_days)

    async def page(self, after_seq: int, last_seq: int, kinds: tuple[type, ...]) -> Page:
        """Give the next records of these types."""
        return await self._read(lambda db: read_page(db, after_seq, last_seq, kinds))

    async def each_page(self, after_seq: int, last_seq: int, kinds: tuple[type, ...], take: Take) -> None:
        """Read all records of these types; `take` hears page after page on the reading thread."""
        await self._beside(lambda reader: _each_page(reader.db, after_seq, last_seq, kinds, take))

    async def times(self, day: RecordedDay, most: int) -> tuple[tuple[int, int], ...]:
        """Give records spread over a day with their times."""
        return await self._beside(lambda reader: tuple(_times(reader.db, day, most)))

    async def broken_seal(self, day: RecordedDay) -> tuple[int, str] | None:
        """Check the seals of a day's records."""
        key = cast("bytes", await self._writer.run(lambda store: store.key))
        return await self._beside(lambda reader: check_part(reader.db, key, day.first_seq, day.last_seq))

    async def equity_at(self, seq: int) -> tuple[int, Stamped | None]:
        """Give when a record was written, and the newest equity by then."""
        return await self._read(lambda db: (_at_ms(db, seq), _newest(db, seq + 1, EquityMarked)))

    async def newest(self, before_seq: int, kind: type) -> Stamped | None:
        """Give the newest record of a type before another record."""
        return await self._read(lambda db: _newest(db, before_seq, kind))

    async def orders_open_at(self, seq: int) -> tuple[Order, ...]:
        """Give the orders that had begun before a record, as they stood then."""
        return await self._read(lambda db: tuple(_orders_at(db, seq)))

    async def bars_before(self, seq: int, instrument_id: InstrumentId) -> tuple[tuple[int, BarsFrozen], ...]:
        """Give the blocks of bars known of a pair before a record."""
        return await self._read(lambda db: tuple(blocks_before(db, seq, instrument_id)))

    async def decision(self, decision_id: str) -> OrderChain | None:
        """Give everything on record about one decision."""
        return await self._read(lambda db: read_decision(db, decision_id))

    async def order_decision(self, client_order_id: str) -> tuple[int, str]:
        """Give the first record about an order, and its decision."""
        return await self._read(lambda db: _order_decision(db, client_order_id))

    async def question(self, decision_id: str) -> tuple[Decision, MarketSnapshot]:
        """Give a decision and the whole snapshot it was made from."""
        return await self._beside(lambda reader: reader.question(decision_id))

    async def exchanges(self, decision: Decision) -> tuple[ModelExchange, ...]:
        """Give the exchanges with a language model behind a decision."""
        return await self._beside(lambda reader: exchanges_of(reader.db, decision))

    async def models(self) -> tuple[StoredModel, ...]:
        """Give the newest stored models, newest first."""
        return await self._beside(lambda reader: tuple(_model_names(reader.db)))

    async def model(self, sha256: str) -> ModelFitted | None:
        """Give one stored model with its text."""
        return await self._beside(lambda reader: _model(reader.db, sha256))

    async def _read(self, read: Callable[[sqlite3.Connection], R]) -> R:
        def job(store: Store) -> R:
            return store.reading(read)

        return cast("R", await self._writer.run(job))

    async def _beside(self, read: Callable[[FrozenReader], R]) -> R:
        def job() -> R:
            with frozen_reader(self._path) as reader:
                return read(reader)

        return await asyncio.to_thread(job)


# -- days ----------------------------------------------------------------------


def read_days(db: sqlite3.Connection) -> tuple[RecordedDay, ...]:
    """Give the recorded days, oldest first; of a very long journal those of its newest runs.

    Within a run the clock goes forward, so each day's end is found by halving; neighbours of one date are one day.
    """
    (newest,) = db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
    if not newest:
        return ()
    starts = sorted(seq for (seq,) in db.execute(_RUNS, (kind_of(SessionOpened), RUNS_SHOWN)))
    if len(starts) < RUNS_SHOWN and 1 not in starts:
        starts.insert(0, 1)  # what stands before the first session
    days: list[RecordedDay] = []
    for first, following in zip(starts, [*starts[1:], newest + 1], strict=True):
        for day in _days_of(db, first, following - 1):
            before = days[-1] if days else None
            if before and before.day_ms == day.day_ms and before.to_ms <= day.from_ms:
                days[-1] = RecordedDay(before.first_seq, day.last_seq, before.from_ms, day.to_ms)
            else:
                days.append(day)
    return tuple(days)


def _days_of(db: sqlite3.Connection, first: int, last: int) -> Iterator[RecordedDay]:
    while first <= last:
        from_ms = _at_ms(db, first)
        ends_ms = (from_ms // DAY_MS + 1) * DAY_MS
        low, high = first, last  # the last record before midnight
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _at_ms(db, middle) < ends_ms else (low, middle - 1)
        yield RecordedDay(first, low, from_ms, max(from_ms, _at_ms(db, low)))
        first = low + 1


def _at_ms(db: sqlite3.Connection, seq: int) -> int:
    row = db.execute(_AT, (seq,)).fetchone()
    if row is None:
        raise Undecodable(f"record {seq} is missing")
    return int(row[0])


# -- records -------------------------------------------------------------------


def read_page(
    db: sqlite3.Connection, after_seq: int, last_seq: int, kinds: tuple[type, ...], *, and_not: str = "0"
) -> Page:
    """Give at most `PAGE_ROWS` records, without those SQL of our own tells to leave out.

    One type goes by its index, several by the order of writing.
    """
    names = tuple(map(kind_of, kinds))
    column = "kind" if len(names) == 1 else "+kind"  # many: one pass over the day, and no sorting of its bodies
    query = (
        f"SELECT seq, ts_wall_ms, kind, body FROM event WHERE seq > ? AND seq <= ? AND {column} IN "  # noqa: S608 - our own names and question marks
        f"({', '.join('?' * len(names))}) AND NOT {and_not} ORDER BY seq LIMIT {PAGE_ROWS:d}"
    )
    rows = db.execute(query, (after_seq, last_seq, *names)).fetchall()
    records = tuple(Stamped(seq, at_ms, decode(kind, body)) for seq, at_ms, kind, body in rows)
    return Page(records, records[-1].seq if len(records) == PAGE_ROWS else last_seq)


def _each_page(db: sqlite3.Connection, after: int, last: int, kinds: tuple[type, ...], take: Take) -> None:
    while after < last:
        page = read_page(db, after, last, kinds, and_not=_QUIET_NOTE)
        after = page.read_to
        if not take(page):
            return


def _times(db: sqlite3.Connection, day: RecordedDay, most: int) -> Iterator[tuple[int, int]]:
    span = day.last_seq - day.first_seq
    steps = max(1, min(span, most - 1))
    for seq in sorted({day.first_seq + span * step // steps for step in range(steps + 1)}):
        yield seq, _at_ms(db, seq)


def _newest(db: sqlite3.Connection, before_seq: int, kind: type) -> Stamped | None:
    row = db.execute(_NEWEST, (kind_of(kind), before_seq)).fetchone()
    return None if row is None else Stamped(row[0], row[1], decode(row[2], row[3]))


def _orders_at(db: sqlite3.Connection, seq: int) -> Iterator[Order]:
    query = _BEGAN.format(ended=", ".join(f"'{state.value}'" for state in TERMINAL))
    for (name,) in db.execute(query, {"seq": seq}).fetchall():
        order: Order | None = None
        for found, _, _, kind, body in db.execute(OF_ORDER, (name,)).fetchall():
            record = decode(kind, body) if found < seq else None
            if isinstance(record, OrderMoved | IntentCommitted):
                order = record.order
        if order is not None:
            yield order


def _order_decision(db: sqlite3.Connection, client_order_id: str) -> tuple[int, str]:
    first, decision_id = 0, ""
    for seq, _, _, kind, body in db.execute(OF_ORDER, (client_order_id,)).fetchall():
        first = first or seq
        record: Any = decode(kind, body)
        if isinstance(record, ProposalRecorded):
            return first, record.decision_id
        if isinstance(record, OrderMoved | IntentCommitted):
            decision_id = decision_id or record.order.decision_id or ""
    return first, decision_id


# -- models --------------------------------------------------------------------


def _models(db: sqlite3.Connection) -> Iterator[ModelFitted]:
    for kind, body in db.execute(_MODELS, (kind_of(ModelFitted),)):
        fitted = decode(kind, body)
        if isinstance(fitted, ModelFitted):
            yield fitted


def _model_names(db: sqlite3.Connection) -> Iterator[StoredModel]:
    for count, fitted in enumerate(_models(db), 1):
        yield StoredModel(fitted.model, fitted.model_sha256, fitted.at_ms)
        if count == MODELS_SHOWN:
            return


def _model(db: sqlite3.Connection, sha256: str) -> ModelFitted | None:
    return next((fitted for fitted in _models(db) if fitted.model_sha256 == sha256), None)
