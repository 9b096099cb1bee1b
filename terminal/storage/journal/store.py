"""The journal's file, as its one thread sees it: blocking, no asyncio.

Calls that wait together share one flush to disk, each inside its own savepoint, so a
refused call takes nothing else with it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.domain.order_chain import OrderChain
from terminal.domain.records import ChainHead, Record
from terminal.domain.recovered import Recovered
from terminal.domain.review import ReviewPage
from terminal.storage.journal.answered import reviews_before
from terminal.storage.journal.chain import link, row_text
from terminal.storage.journal.codec import Undecodable, encode
from terminal.storage.journal.connection import create, is_fresh, open_readonly, open_writable
from terminal.storage.journal.faults import damaged, is_lasting, translate
from terminal.storage.journal.mirror import Mirror
from terminal.storage.journal.order_chain import read_chain
from terminal.storage.journal.projections import project
from terminal.storage.journal.recover import recover
from terminal.storage.journal.verify import check

WHOLE_CHECK_LIMIT: Final = 200_000
TAIL_CHECKED: Final = 100_000
_CHECKPOINT_AFTER: Final = 200  # commits; keeps the write-ahead log at a few megabytes

_INSERT: Final = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)"
_ROWS_A_STATEMENT: Final = 32

Row = tuple[int, int, str, str, str, bytes, bytes]
"""seq, ts_wall_ms, boot_id, kind, body, prev, mac"""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Batch:
    """One call of `commit`: all of its records or none."""

    ts_wall_ms: int
    records: tuple[Record, ...]


class Store:
    """An open, checked journal. Every method must be called on the thread that opened it.

    Attributes:
        durable: the newest committed record; may be read from any thread.
        path: the file.
    """

    def __init__(self, path: Path, key: bytes, boot_id: str) -> None:
        """Check what is there, without changing it, and only then open it for writing.

        Raises:
            JournalDamaged: the file, its log or its chain cannot be trusted.
            StorageError: it cannot be opened, or was made by a newer version.
        """
        self.path = path
        self._key = key
        self._boot_id = boot_id
        self._lost: StorageError | None = None
        self._commits = 0
        try:
            fresh = is_fresh(path)
            self.durable = ChainHead(0, "") if fresh else _checked(path, key)
            if fresh:
                create(path)
            self._mirror = Mirror(path)
            if fresh:
                self._mirror.clear()
        except OSError as error:
            raise StorageError(
                f"The journal {path} cannot be written ({cause(error)}). Give this user write access to "
                f"{path.parent}, or choose another place with ALPHADESK_HOME."
            ) from error
        try:
            self._db = open_writable(path, fresh=fresh)
        except StorageError:
            self._mirror.close()
            raise
        self._head = self.durable  # runs ahead of `durable` inside a transaction

    def write(self, group: Sequence[Batch]) -> list[ChainHead | StorageError]:
        """Commit calls in order with one flush; give each its head or its failure."""
        if self._lost:
            return [StorageError(str(self._lost)) for _ in group]
        results: list[ChainHead | StorageError]
        try:
            self._db.execute("BEGIN IMMEDIATE")
            if len(group) == 1:
                results = [self._attempt(group[0])]
                if isinstance(results[0], StorageError):
                    self._roll_back()
                    return results
            else:
                results = [self._apart(batch) for batch in group]
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            return self._after_failure(error, group)
        except BaseException:  # a bug of ours: leave no half transaction behind it
            self._roll_back()
            raise
        if self._head is not self.durable:
            self.durable = self._head
            self._commits += 1
            self._mirror.write(self._head.seq, bytes.fromhex(self._head.mac))
        return results

    def _apart(self, batch: Batch) -> ChainHead | StorageError:
        """Try a call without letting its failure touch the others."""
        before = self._head
        self._db.execute("SAVEPOINT call")
        result = self._attempt(batch)
        if isinstance(result, StorageError):
            self._db.execute("ROLLBACK TO call")
            self._head = before
        self._db.execute("RELEASE call")
        return result

    def _attempt(self, batch: Batch) -> ChainHead | StorageError:
        try:
            first = self._head.seq + 1
            self._append([self._seal(batch.ts_wall_ms, record) for record in batch.records])
            for seq, record in enumerate(batch.records, first):
                project(self._db, seq, record)
        except StorageError as error:
            return error
        except sqlite3.IntegrityError as error:
            return translate(error, self.path)
        except (TypeError, ValueError, OverflowError, sqlite3.DataError) as error:
            return StorageError(f"A record cannot be written down: {cause(error)}. Nothing was written.")
        return self._head

    def _seal(self, ts_wall_ms: int, record: Record) -> Row:
        kind, body = encode(record)
        seq = self._head.seq + 1
        prev = bytes.fromhex(self._head.mac)
        mac = link(self._key, prev, seq, row_text(ts_wall_ms, self._boot_id, kind, body.encode()))
        self._head = ChainHead(seq, mac.hex())
        return seq, ts_wall_ms, self._boot_id, kind, body, prev, mac

    def _append(self, rows: list[Row]) -> None:
        # Many rows a statement: each return from SQLite may have to wait for the interpreter's
        # lock while another thread computes, and a person waits for this.
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            part = rows[start : start + _ROWS_A_STATEMENT]
            values = [value for row in part for value in row]
            try:
                self._db.execute(_insert_statement(len(part)), values)
            except sqlite3.IntegrityError as error:
                raise StorageError(
                    f"Another program wrote to {self.path} at record {part[0][0]}. Close both, and start only one."
                ) from error

    def _roll_back(self) -> None:
        self._head = self.durable
        if self._db.in_transaction:
            with suppress(sqlite3.Error):  # the failure that matters is the first one
                self._db.execute("ROLLBACK")

    def _after_failure(self, error: sqlite3.Error, group: Sequence[Batch]) -> list[ChainHead | StorageError]:
        if is_lasting(error):
            self._lost = translate(error, self.path)
        elif len(group) > 1:
            # One call may be what the disk had no room for: the others get their own try.
            return [self.write([batch])[0] for batch in group]
        return [translate(error, self.path) for _ in group]

    @property
    def key(self) -> bytes:
        """What the records are sealed with."""
        return self._key

    def rest(self) -> None:
        """Tidy up while nobody waits: move the write-ahead log into the file."""
        if self._commits < _CHECKPOINT_AFTER or self._lost:
            return
        self._commits = 0
        with suppress(sqlite3.Error):  # nothing is lost: the log keeps what could not be moved
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def load(self) -> Recovered:
        """Read back everything earlier runs left.

        Raises:
            StorageError: a record cannot be read.
        """
        return self.reading(recover)

    def chain_of(self, client_order_id: str) -> OrderChain:
        """Give every record about one order.

        Raises:
            StorageError: a record cannot be read.
        """
        return self.reading(lambda db: read_chain(db, client_order_id))

    def reviews_before(self, decision_id: str, limit: int) -> ReviewPage:
        """Give answered proposals older than this one.

        Raises:
            StorageError: a record cannot be read.
        """
        return self.reading(lambda db: reviews_before(db, decision_id, limit))

    def reading(self, read: Callable[[sqlite3.Connection], R]) -> R:
        """Read something between two commits; keep it short.

        Raises:
            StorageError: a page or a record cannot be read.
        """
        try:
            return read(self._db)
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        except Undecodable as error:
            raise StorageError(
                f"The journal {self.path} holds what this version cannot read: {cause(error)}. Start the version it "
                "was written with, or choose another profile."
            ) from error

    def close(self) -> None:
        self._mirror.close()
        self._db.close()


@cache
def _insert_statement(rows: int) -> str:
    return _INSERT + ", (?, ?, ?, ?, ?, ?, ?)" * (rows - 1)


def _checked(path: Path, key: bytes) -> ChainHead:
    """Give the head of an existing journal after checking it read-only."""
    with closing(open_readonly(path)) as db:
        try:
            (sound,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if sound != "ok":
                raise damaged(path, f"SQLite says {sound}")
            (newest,) = db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
            tail = None if newest <= WHOLE_CHECK_LIMIT else TAIL_CHECKED
            result = check(db, path, key, tail=tail)
        except sqlite3.Error as error:
            raise translate(error, path) from error
    if not result.is_good:
        raise damaged(path, result.reason, seq=result.first_bad_seq)
    return result.head
