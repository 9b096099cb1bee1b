"""Tampering and rot are found, at the right record."""

import asyncio
import hmac
import json
import random
import sqlite3
from contextlib import closing

import pytest
from journal_records import KEY, approved, decided, filled, frozen, intended, note, opened, proposed, sent

from terminal.domain.errors import JournalDamaged, StorageError
from terminal.storage.journal import verify

pytestmark = pytest.mark.asyncio

RECORDS = 30


async def written(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), frozen("d1"), proposed("d1"))
    await journal.commit(*sent("d1"))
    await journal.commit(filled("t1"), *(note(str(number)) for number in range(RECORDS - 7)))
    await journal.aclose()
    return path


class Tamperer:
    """Changes a journal the way someone with a database tool would, and puts it back."""

    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA synchronous=OFF")
        self.triggers = self.db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()

    def run(self, *statement):
        for name, _ in self.triggers:
            self.db.execute(f"DROP TRIGGER {name}")
        self.db.execute(*statement)
        for _, sql in self.triggers:
            self.db.execute(sql)

    def set_cell(self, column, seq, value):
        as_type = "TEXT" if isinstance(value, bytes) and column in {"boot_id", "kind", "body"} else "BLOB"
        cast = f"CAST(? AS {as_type})" if isinstance(value, bytes) else "?"
        self.run(f"UPDATE event SET {column} = {cast} WHERE seq = ?", (value, seq))  # noqa: S608 - our own names


async def test_an_honest_journal_is_good(tmp_path):
    result = verify(await written(tmp_path / "j.sqlite"), KEY)
    assert (result.records, result.first_bad_seq, result.reason) == (RECORDS, None, "")
    assert result.head.seq == RECORDS
    assert result.is_good


async def test_the_chain_can_be_recomputed_from_its_description(tmp_path):
    path = await written(tmp_path / "j.sqlite")
    mac = b""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT seq, ts_wall_ms, boot_id, kind, body, mac FROM event ORDER BY seq").fetchall()
    for seq, ts_wall_ms, boot_id, kind, body, stored in rows:
        row = {"body": json.loads(body), "boot_id": boot_id, "kind": kind, "ts_wall_ms": ts_wall_ms}
        text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        mac = hmac.new(KEY, mac + seq.to_bytes(8, "big") + text.encode(), "sha256").digest()
        assert stored == mac
    assert verify(path, KEY).head.mac == mac.hex()


async def test_a_flipped_bit_anywhere_is_found_at_its_record(tmp_path):
    path = await written(tmp_path / "j.sqlite")
    chance = random.Random(5)  # noqa: S311 - a repeatable test
    with closing(sqlite3.connect(path)) as db:
        db.text_factory = bytes
        rows = {row[0]: row[1:] for row in db.execute("SELECT * FROM event")}
    columns = ("ts_wall_ms", "boot_id", "kind", "body", "prev", "mac")
    tamperer = Tamperer(path)
    with closing(tamperer.db):
        for _ in range(200):
            seq = chance.randint(1, RECORDS)
            column = chance.choice(columns)
            honest = rows[seq][columns.index(column)]
            if isinstance(honest, int):
                changed = honest ^ (1 << chance.randrange(40))
            elif not honest:
                continue  # the first record has nothing before it
            else:
                place = chance.randrange(len(honest))
                changed = honest[:place] + bytes([honest[place] ^ (1 << chance.randrange(8))]) + honest[place + 1 :]
            tamperer.set_cell(column, seq, changed)
            result = verify(path, KEY)
            assert (result.first_bad_seq, result.records) == (seq, seq - 1), (column, changed)
            tamperer.set_cell(column, seq, honest)
    assert verify(path, KEY).is_good


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        ("DELETE FROM event WHERE seq = 9", 9, "missing"),
        ("DELETE FROM event WHERE seq > 20", 21, "ends at record 20"),
        ("DELETE FROM event", 1, "ends at record 0"),
        ("UPDATE event SET seq = 99 WHERE seq = 30", 30, "missing"),
        ("UPDATE event SET body = '{\"a\": 1}' WHERE seq = 4", 4, "seal"),
        ("DELETE FROM approval", None, "table approval"),
        ("UPDATE intent SET decision_id = NULL", None, "table intent"),
        ("UPDATE orders SET state = 'FILLED'", None, "table orders"),
        ("INSERT INTO fill VALUES ('t2', 7)", None, "table fill"),
        ("UPDATE ailog SET state = 'ACCEPTED'", None, "table ailog"),
        ("DROP INDEX ailog_order", None, "rules that protect"),
        ("CREATE TABLE extra (a)", None, "rules that protect"),
    ],
)
async def test_changes_by_hand_are_found(tmp_path, statement, seq, reason):
    path = await written(tmp_path / "j.sqlite")
    tamperer = Tamperer(path)
    with closing(tamperer.db):
        tamperer.run(statement)
    result = verify(path, KEY)
    assert result.first_bad_seq == seq
    assert reason in result.reason
    with pytest.raises(JournalDamaged) as caught:
        await opened(path)
    assert caught.value.seq == seq
    assert str(path) in str(caught.value)
    assert "start afresh" in str(caught.value)


async def test_dropped_triggers_are_found(tmp_path):
    path = await written(tmp_path / "j.sqlite")
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER event_no_update")
    assert "rules that protect" in verify(path, KEY).reason


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = '{}' WHERE seq = 1",
        "DELETE FROM event WHERE seq = 30",
        "REPLACE INTO event SELECT seq, 0, boot_id, kind, body, prev, mac FROM event WHERE seq = 30",
        "UPDATE decision SET seq = 2",
        "DELETE FROM approval",
        "UPDATE intent SET body = x'00'",
        "DELETE FROM fill",
        "UPDATE ailog SET content_sha256 = '00'",
        "DELETE FROM ailog",
    ],
)
async def test_the_file_itself_refuses_changes(tmp_path, statement):
    path = await written(tmp_path / "j.sqlite")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA recursive_triggers=ON")
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            db.execute(statement)


async def test_another_key_fails_at_the_first_record(tmp_path):
    path = await written(tmp_path / "j.sqlite")
    result = verify(path, b"x" * 32)
    assert result.first_bad_seq == 1
    assert "key" in result.reason


async def test_a_forged_record_needs_the_right_form_too(tmp_path):
    """Even the holder of the key cannot write text that hashes differently when read again."""
    path = await written(tmp_path / "j.sqlite")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        (prev,) = db.execute("SELECT mac FROM event WHERE seq = 30").fetchone()
        body = '{"text":"x", "level":"info","source":"x","at_ms":1}'
        text = f'{{"body":{body},"boot_id":"b","kind":"noted.1","ts_wall_ms":1}}'.encode()
        mac = hmac.digest(KEY, prev + (31).to_bytes(8, "big") + text, "sha256")
        db.execute("INSERT INTO event VALUES (31, 1, 'b', 'noted.1', ?, ?, ?)", (body, prev, mac))
    result = verify(path, KEY)
    assert (result.first_bad_seq, result.reason) == (31, "its text is not in canonical form")


async def test_verifying_changes_nothing_even_while_the_program_runs(tmp_path):
    path = tmp_path / "j.sqlite"
    journal = await opened(path)
    await journal.commit(decided("d1"), approved("d1"), intended("d1"))
    log = path.with_name("j.sqlite-wal")
    before = path.read_bytes(), log.read_bytes()
    assert verify(path, KEY).records == 3
    assert (path.read_bytes(), log.read_bytes()) == before
    assert (await journal.commit(note("on"))).seq == 4
    await journal.aclose()


async def test_verifying_while_records_arrive(tmp_path):
    path = tmp_path / "j.sqlite"
    journal = await opened(path)
    enough = asyncio.Event()

    async def keep_writing():
        while not enough.is_set():
            await journal.commit(note("on and on"))

    writing = asyncio.create_task(keep_writing())
    results = [await asyncio.to_thread(verify, path, KEY) for _ in range(15)]
    enough.set()
    await writing
    await journal.aclose()
    assert [result.reason for result in results] == [""] * 15
    assert results[-1].records > results[0].records


async def test_no_file_is_no_journal(tmp_path):
    with pytest.raises(StorageError, match="no journal"):
        verify(tmp_path / "j.sqlite", KEY)
