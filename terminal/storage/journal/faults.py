"""SQLite's own errors, translated once, with the path and what to do."""

import sqlite3
from pathlib import Path
from typing import Final

from terminal.domain.errors import DuplicateRecord, JournalDamaged, StorageError
from terminal.storage.journal.schema import ANSWERED

_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE}
# What the journal keeps only once, by the table that says so.
_ONCE: Final = {
    "decision": "this decision",
    "review": "this proposal",
    "approval": "an approval of this decision",
    "intent": "this order",
    "orders": "this order",
    "fill": "this fill",
    "ailog": "an AI log of this order",
    "ailog_attempt": "this attempt to upload an AI log",
}
_BROKEN: Final = {sqlite3.SQLITE_CORRUPT: "its pages are damaged", sqlite3.SQLITE_NOTADB: "it is no journal"}
_LOST = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def primary_code(error: sqlite3.Error) -> int:
    """Give SQLite's primary result code; -1 when Python's own wrapper failed."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF


def is_lasting(error: sqlite3.Error) -> bool:
    """Tell whether the connection must not be trusted again.

    After a failed flush the system may have dropped the dirty pages, and a second flush
    would report success for data that never reached the disk.
    """
    return primary_code(error) in _LOST


def damaged(path: Path, reason: str, *, seq: int | None = None) -> JournalDamaged:
    """Say what is wrong, that nothing was touched, and how to go on."""
    where = "" if seq is None else f" from record {seq} on"
    return JournalDamaged(
        f"The journal {path} cannot be trusted{where}: {reason}. Trading stays off and the file was left as it is. "
        f"To start afresh, close the program, move {path.name} and the files whose names begin with it "
        f"(-wal, -shm, -head) out of {path.parent}, and start again; keep them: they are the record of all trades.",
        seq=seq,
    )


def translate(error: sqlite3.Error, path: Path) -> StorageError:
    """Turn a SQLite error into one of ours."""
    code = primary_code(error)
    if isinstance(error, sqlite3.IntegrityError):
        return _constraint(error)
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return damaged(path, _BROKEN[code])
    if code == sqlite3.SQLITE_FULL:
        return StorageError(f"The disk that holds {path} is full. Free some space; nothing was written.")
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        return StorageError(
            f"The journal {path} cannot be written. Give this user write access to {path.parent}, "
            "or choose another place with ALPHADESK_HOME."
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StorageError(f"Another program holds the journal {path}. Close it and try again.")
    if code == sqlite3.SQLITE_IOERR:
        return StorageError(f"The disk failed while {path} was written. Check the disk, then start again.")
    return StorageError(
        f"The journal {path} could not be written (database error {code}). Start the program again. If it comes back, "
        "send the log file with a report."
    )


def _constraint(error: sqlite3.IntegrityError) -> StorageError:
    code = error.sqlite_errorcode
    if str(error) == ANSWERED:
        return DuplicateRecord("The proposal was answered or ran out before this; nothing was written.")
    if code in _UNIQUE:
        return DuplicateRecord(f"The journal holds {_held(error)} already; nothing was written a second time.")
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return StorageError(
            "The record points to one the journal does not hold: an approval needs its decision, an order its "
            "approval, an AI log its decision. Nothing was written."
        )
    return StorageError(f"The journal refused the record (database error {code}); nothing was written.")


def _held(error: sqlite3.IntegrityError) -> str:
    """Name what exists: SQLite spells it `UNIQUE constraint failed: table.column`."""
    table = str(error).rpartition(": ")[2].partition(".")[0]
    return _ONCE.get(table, "this record")
