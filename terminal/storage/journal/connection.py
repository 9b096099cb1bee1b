"""Opens journal files: read-only for checks, or for the one writer."""

import os
import sqlite3
from pathlib import Path
from typing import Final

from terminal.domain.errors import StorageError
from terminal.storage.flush import flush_folder
from terminal.storage.journal.faults import damaged, translate
from terminal.storage.journal.mirror import read_mirror
from terminal.storage.journal.schema import APPLICATION_ID, CREATE_ALL, STEPS, USER_VERSION

_BUSY_S: Final = 5.0
# The writer checkpoints when it has nothing to do; this is for hours without a pause.
_BACKSTOP_PAGES: Final = 16_000

_SETTINGS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit waits for the disk
    "PRAGMA fullfsync=ON",  # macOS: through the drive's own cache
    "PRAGMA checkpoint_fullfsync=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # REPLACE fires the delete triggers too
    "PRAGMA trusted_schema=OFF",
    f"PRAGMA wal_autocheckpoint={_BACKSTOP_PAGES}",
)


def open_readonly(path: Path) -> sqlite3.Connection:
    """Open an existing journal for reading; neither it nor its log is changed.

    Raises:
        StorageError: not there, not readable, or made by a newer version.
        JournalDamaged: not a journal.
    """
    if not path.exists():
        raise StorageError(f"There is no journal at {path}. Check the path, or start the program once to make one.")
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=_BUSY_S)
    except sqlite3.Error as error:
        raise translate(error, path) from error
    try:
        db.execute("PRAGMA trusted_schema=OFF")
        _check_identity(db, path)
    except sqlite3.Error as error:
        db.close()
        raise translate(error, path) from error
    except StorageError:
        db.close()
        raise
    return db


def _check_identity(db: sqlite3.Connection, path: Path) -> None:
    (application_id,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application_id != APPLICATION_ID:
        raise damaged(path, "it is a database, but not a journal of this program")
    if version > USER_VERSION:
        raise StorageError(
            f"The journal {path} was written by a newer version of the program (its format is {version}, this one "
            f"knows {USER_VERSION}). Start the newer version, or choose another profile."
        )


def is_fresh(path: Path) -> bool:
    """Tell whether a journal has to be made here.

    Raises:
        JournalDamaged: parts of an earlier journal are here without the rest.
    """
    size = path.stat().st_size if path.exists() else None
    if size is None:
        if path.with_name(f"{path.name}-wal").exists():
            raise damaged(path, "the file is gone, but its write-ahead log is still here")
        return True
    if size > 0:
        return False
    # A program killed while it made the file leaves an empty one, before any record.
    mirrored = read_mirror(path)
    if mirrored and mirrored.seq:
        raise damaged(path, f"the file is empty, but {mirrored.seq} records had been written", seq=1)
    return True


def create(path: Path) -> None:
    """Make the file with its owner's rights only, so that SQLite's side files inherit them.

    Raises:
        OSError: the folder cannot be written.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    flush_folder(path.parent)


def open_writable(path: Path, *, fresh: bool) -> sqlite3.Connection:
    """Open the writer's connection; it belongs to the calling thread. An earlier format is brought up to date.

    Raises:
        StorageError: the file or its folder cannot be written.
    """
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S)
    except sqlite3.Error as error:
        raise translate(error, path) from error
    try:
        for setting in _SETTINGS:
            db.execute(setting)
        if fresh:
            _build(db)
        else:
            _bring_up_to_date(db)
        # A file that opens may still not be writable: find out now, not at the first approval.
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")
    except sqlite3.Error as error:
        db.close()
        raise translate(error, path) from error
    return db


def _build(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement in CREATE_ALL:
        db.execute(statement)
    db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={USER_VERSION}")
    db.execute("COMMIT")


def _bring_up_to_date(db: sqlite3.Connection) -> None:
    """Take an earlier format to this one, a transaction a step. No step touches a record, so none needs a backup."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    for step in range(version + 1, USER_VERSION + 1):
        db.execute("BEGIN IMMEDIATE")
        for statement in STEPS[step]:
            db.execute(statement)
        db.execute(f"PRAGMA user_version={step}")
        db.execute("COMMIT")
