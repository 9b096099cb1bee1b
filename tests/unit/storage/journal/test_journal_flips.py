"""One changed byte anywhere in the stored records is found: a thousand of them, on the file itself."""

import random
import sqlite3
from contextlib import closing

import pytest
from journal_records import KEY, decided, filled, frozen, note, opened, proposed, sent

from terminal.domain.errors import JournalDamaged
from terminal.storage.journal import verify

pytestmark = pytest.mark.asyncio

RECORDS = 30
FLIPS = 1_000
TIME_BYTES = 6  # how SQLite stores a time in Unix ms of our days


async def written(path):
    journal = await opened(path, boot_id="boot-of-this-run")
    await journal.commit(decided("d1"), frozen("d1"), proposed("d1"))
    await journal.commit(*sent("d1"))
    await journal.commit(filled("t1"), *(note(f"note {number}") for number in range(RECORDS - 7)))
    await journal.aclose()
    return path


def stored_bytes(path):
    """Where each record's columns lie in the file, as (seq, first, end): time, boot, kind, body, prev and mac."""
    content = path.read_bytes()
    with closing(sqlite3.connect(path)) as db:
        db.text_factory = bytes
        rows = db.execute("SELECT seq, boot_id, kind, body, prev, mac FROM event").fetchall()
    places = []
    for seq, *columns in rows:
        joined = b"".join(columns)
        assert content.count(joined) == 1, "a record must lie in one piece for this test"
        start = content.index(joined)
        places.append((seq, start - TIME_BYTES, start + len(joined)))
    return content, places


async def test_a_thousand_single_byte_changes_are_all_found(tmp_path):
    path = await written(tmp_path / "j.sqlite")
    content, places = stored_bytes(path)
    spots = [(seq, at) for seq, first, end in places for at in range(first, end)]
    chance = random.Random(8)  # noqa: S311 - a repeatable test
    touched = set()
    with path.open("r+b") as file:
        for seq, at in chance.sample(spots, FLIPS):
            changed = content[at] ^ chance.randrange(1, 256)
            file.seek(at)
            file.write(bytes([changed]))
            file.flush()
            result = verify(path, KEY)
            assert (result.first_bad_seq, result.records) == (seq, seq - 1), (seq, at, result)
            assert result.reason
            touched.add(seq)
            file.seek(at)
            file.write(content[at : at + 1])
            file.flush()
    assert len(touched) == RECORDS
    assert verify(path, KEY).is_good


async def test_a_changed_sequence_number_is_found(tmp_path):
    """The number itself lies in front of the columns, in one byte."""
    path = await written(tmp_path / "j.sqlite")
    content, places = stored_bytes(path)
    for seq, first, _ in places:
        header = content.rindex(bytes([seq]), first - 14, first)
        damaged = bytearray(content)
        damaged[header] ^= 64
        path.write_bytes(damaged)
        try:
            result = verify(path, KEY)
        except JournalDamaged:
            continue  # the page itself no longer reads
        assert not result.is_good
    path.write_bytes(content)
    assert verify(path, KEY).is_good


async def test_a_changed_type_is_found_though_its_bytes_are_the_same(tmp_path):
    path = await written(tmp_path / "j.sqlite")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE event SET kind = CAST(kind AS BLOB) WHERE seq = 9")
        for _, sql in triggers:
            db.execute(sql)
    result = verify(path, KEY)
    assert (result.first_bad_seq, result.records) == (9, 8)
