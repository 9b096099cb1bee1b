"""Checks a journal file without changing it: every row, the chain, the tables beside it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from terminal.domain.canonical import canonical_json
from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.domain.records import ChainHead
from terminal.storage.journal.chain import GENESIS, link, row_text
from terminal.storage.journal.codec import Undecodable, decode_value, exactly_parsed
from terminal.storage.journal.connection import open_readonly
from terminal.storage.journal.faults import translate
from terminal.storage.journal.mirror import read_mirror
from terminal.storage.journal.projections import project
from terminal.storage.journal.schema import CREATE_PROJECTIONS, PROJECTIONS, USER_VERSION, statements_of

# The last column is 1 for a row whose cells have the types they were written with: a changed
# type may leave the bytes as they were.
_ROWS: Final = """
SELECT seq, ts_wall_ms, boot_id, kind, body, prev, mac, typeof(ts_wall_ms) = 'integer' AND typeof(boot_id) = 'text'
  AND typeof(kind) = 'text' AND typeof(body) = 'text' AND typeof(prev) = 'blob' AND typeof(mac) = 'blob'
FROM event WHERE seq > ? ORDER BY seq"""

_PART: Final = _ROWS.replace("seq > ?", "seq > ? AND seq <= ?")

Row = tuple[int, int, bytes, bytes, bytes, bytes, bytes, int]


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What a check found. `records` were good before the first bad one.

    `first_bad_seq` is None when all is well; `reason` then is "". A reason without a
    sequence number is about the file as a whole.
    """

    records: int
    first_bad_seq: int | None
    reason: str
    head: ChainHead

    @property
    def is_good(self) -> bool:
        return not self.reason


class _Bad(Exception):
    """Carries a finding out of the walk."""

    def __init__(self, reason: str, seq: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seq = seq


def verify(path: Path, key: bytes) -> VerifyResult:
    """Check a whole journal, running or not.

    Raises:
        StorageError: the file cannot be opened for reading.
        JournalDamaged: not a SQLite file, or one whose pages are broken.
    """
    with closing(open_readonly(path)) as db:
        try:
            (sound,) = db.execute("PRAGMA quick_check(1)").fetchone()
            result = check(db, path, key)
        except sqlite3.Error as error:
            raise translate(error, path) from error
    if result.is_good and sound != "ok":
        return replace(result, reason=f"its file is damaged: SQLite says {sound}")
    return result


def check(db: sqlite3.Connection, path: Path, key: bytes, *, tail: int | None = None) -> VerifyResult:
    """Check an open journal; with `tail` only the newest so many rows, and no tables.

    Raises:
        sqlite3.Error: a page could not be read.
    """
    mirrored = read_mirror(path)  # before the rows: a running program only adds to them
    db.text_factory = bytes  # a flipped byte may be no UTF-8 at all
    walk = _Walk(key, rebuild=tail is None)
    db.execute("BEGIN")  # one moment for rows and tables
    try:
        _check_schema(db)
        if tail is not None:
            walk.skip_to(db, tail)
        for row in db.execute(_ROWS, (walk.seq,)):
            walk.step(row)
        _check_mirror(db, mirrored, walk)
        walk.compare(db)
    except _Bad as bad:
        return VerifyResult(walk.count, bad.seq, bad.reason, walk.head)
    finally:
        walk.close()
        with suppress(sqlite3.Error):  # a broken page ends the transaction by itself
            db.execute("ROLLBACK")
        db.text_factory = str
    return VerifyResult(walk.count, None, "", walk.head)


def check_part(db: sqlite3.Connection, key: bytes, first: int, last: int) -> tuple[int, str] | None:
    """Check the seals of some records, each against the one before; give the first that is bad, and why.

    It proves that these were written here one after the other, not that the chain before them is whole.

    Raises:
        sqlite3.Error: a page could not be read.
    """
    walk = _Walk(key, rebuild=False)
    db.text_factory = bytes
    try:
        walk.begin_after(db, first - 1)
        for row in db.execute(_PART, (first - 1, last)):
            walk.follow(row)
        if walk.seq < last:
            return walk.seq + 1, f"record {walk.seq + 1} is missing"
    except _Bad as bad:
        return bad.seq or first, bad.reason
    finally:
        walk.close()
        db.text_factory = str
    return None


class _Walk:
    """Follows the chain row by row and rebuilds the projections from what it reads."""

    def __init__(self, key: bytes, *, rebuild: bool) -> None:
        self._key = key
        self.seq = 0
        self.mac = GENESIS
        self.count = 0
        self._rebuilt = sqlite3.connect(":memory:", isolation_level=None) if rebuild else None
        if self._rebuilt:
            self._rebuilt.execute("BEGIN")  # one transaction: no work between statements
            for statement in CREATE_PROJECTIONS:
                self._rebuilt.execute(statement)

    @property
    def head(self) -> ChainHead:
        return ChainHead(self.seq, self.mac.hex())

    def close(self) -> None:
        if self._rebuilt:
            self._rebuilt.close()

    def skip_to(self, db: sqlite3.Connection, tail: int) -> None:
        """Start `tail` rows before the end, trusting what was checked at earlier starts."""
        row = db.execute("SELECT seq, mac FROM event ORDER BY seq DESC LIMIT 1 OFFSET ?", (tail,)).fetchone()
        if row:
            self.seq, self.mac = row

    def begin_after(self, db: sqlite3.Connection, seq: int) -> None:
        """Start behind a record, trusting its seal."""
        row = db.execute("SELECT seq, mac FROM event WHERE seq = ?", (seq,)).fetchone()
        if row:
            self.seq, self.mac = row
        elif seq:
            raise _Bad(f"record {seq} is missing", seq)

    def step(self, row: Row) -> None:
        """Check a row's seal and its text, and rebuild what it stands for."""
        seq, kind, body = row[0], row[3], row[4]
        self._check_seal(row)
        self._project(seq, kind.decode(), _parsed(seq, body))
        self._advance(row)

    def follow(self, row: Row) -> None:
        """Check a row's seal only: it covers every byte of its text."""
        self._check_seal(row)
        self._advance(row)

    def _check_seal(self, row: Row) -> None:
        seq, ts_wall_ms, boot_id, kind, body, prev, mac, typed = row
        due = self.seq + 1
        if seq != due:
            raise _Bad(f"record {due} is missing", due)
        if prev != self.mac:
            raise _Bad("it does not follow the record before it", seq)
        try:
            expected = link(self._key, self.mac, seq, row_text(ts_wall_ms, boot_id.decode(), kind.decode(), body))
        except (AttributeError, TypeError, ValueError):  # a column of another type, or no UTF-8
            expected = GENESIS
        if mac != expected or not typed:
            first = " (or the key is not the one it was written with)" if seq == 1 else ""
            raise _Bad(f"its content does not match its seal{first}", seq)

    def _advance(self, row: Row) -> None:
        self.seq, self.mac = row[0], row[6]
        self.count += 1

    def _project(self, seq: int, kind: str, value: Any) -> None:
        if not self._rebuilt:
            return
        try:
            project(self._rebuilt, seq, decode_value(kind, value))
        except Undecodable as error:
            raise _Bad(str(error), seq) from error
        except (sqlite3.Error, StorageError, ValueError) as error:
            raise _Bad(f"it contradicts an earlier record: {cause(error)}", seq) from error

    def compare(self, db: sqlite3.Connection) -> None:
        """Compare the file's tables with the rebuilt ones."""
        if not self._rebuilt:
            return
        self._rebuilt.text_factory = bytes
        for table in PROJECTIONS:
            order = "1, 2" if table == "ailog_attempt" else "1"  # its key has two columns
            query = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608 - our own names
            if any(mine != theirs for mine, theirs in _pairs(self._rebuilt.execute(query), db.execute(query))):
                raise _Bad(f"the table {table} does not say what the records say")


def _pairs(mine: sqlite3.Cursor, theirs: sqlite3.Cursor) -> Iterator[tuple[Any, Any]]:
    while True:
        pair = (mine.fetchone(), theirs.fetchone())
        yield pair
        if None in pair:
            return


def _parsed(seq: int, body: bytes) -> Any:
    try:
        value = orjson.loads(body)
        if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == body:
            return value
        # The fast writer spells rare numbers otherwise: the canonical one has the last word.
        value = exactly_parsed(body)
        if canonical_json(value).encode() == body:
            return value
    except ValueError as error:
        raise _Bad("its text is not JSON", seq) from error
    raise _Bad("its text is not in canonical form", seq)


def _check_schema(db: sqlite3.Connection) -> None:
    found = {sql.decode() for (sql,) in db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    (version,) = db.execute("PRAGMA user_version").fetchone()
    known = statements_of(version) if 1 <= version <= USER_VERSION else ()
    if found != {statement.strip() for statement in known}:
        raise _Bad("its tables or the rules that protect them were changed")


def _check_mirror(db: sqlite3.Connection, mirrored: ChainHead | None, walk: _Walk) -> None:
    if mirrored is None or mirrored.seq == 0:
        return
    if mirrored.seq > walk.seq:
        raise _Bad(f"it ends at record {walk.seq}, but record {mirrored.seq} had been written", walk.seq + 1)
    row = db.execute("SELECT mac FROM event WHERE seq = ?", (mirrored.seq,)).fetchone()
    if row is None or row[0].hex() != mirrored.mac:
        raise _Bad("it is not the journal that was written here last", mirrored.seq)
