"""Opening: what cannot be trusted is refused by name and left as it is."""

import os
import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from journal_records import KEY, decided, note, opened

from terminal.domain.errors import JournalDamaged, StorageError
from terminal.storage.journal import store, verify
from terminal.storage.journal.mirror import mirror_path
from terminal.storage.journal.schema import USER_VERSION

pytestmark = pytest.mark.asyncio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


async def filled_journal(path, records=60):
    journal = await opened(path)
    for number in range(records):
        await journal.commit(note(f"{number} {'x' * 300}"))
    return journal


async def crashed(path, tmp_path, records=60):
    """Copy a running journal, as if the machine had stopped."""
    running = tmp_path / "running"
    running.mkdir()
    journal = await filled_journal(running / path.name, records)
    for name in ("", "-wal", "-head"):
        shutil.copy(running / f"{path.name}{name}", path.with_name(f"{path.name}{name}"))
    await journal.aclose()


async def refused(path):
    before = {
        item: item.read_bytes() for item in path.parent.iterdir() if item.is_file() and item.suffix != ".sqlite-shm"
    }
    others = set(threading.enumerate())  # what an earlier test may have left running is not this one's fault
    with pytest.raises(JournalDamaged) as caught:
        await opened(path)
    for item, content in before.items():
        assert item.read_bytes() == content, f"{item} was changed"
    assert str(path) in str(caught.value)
    assert "start afresh" in str(caught.value)
    assert not [thread for thread in threading.enumerate() if thread.name == "journal" and thread not in others]
    return caught.value


async def test_settings_of_the_file(path):
    journal = await opened(path)

    def settings(store_):
        names = ("journal_mode", "synchronous", "fullfsync", "foreign_keys", "trusted_schema", "user_version")
        return {name: store_._db.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    assert await journal._writer.run(settings) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "fullfsync": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "user_version": USER_VERSION,
    }
    await journal.commit(note("one"))
    for item in path.parent.iterdir():
        assert stat.S_IMODE(item.stat().st_mode) == 0o600, item
    await journal.aclose()


@pytest.mark.parametrize("keep", [0.0, 0.001, 0.01, 0.3, 0.5, 0.9, 0.99])
async def test_a_truncated_file(path, keep):
    journal = await filled_journal(path)
    await journal.aclose()
    os.truncate(path, int(path.stat().st_size * keep))
    await refused(path)


@pytest.mark.parametrize("keep", [0.0, 0.2, 0.5, 0.97])
async def test_a_truncated_log(path, tmp_path, keep):
    await crashed(path, tmp_path)
    wal = path.with_name(f"{path.name}-wal")
    os.truncate(wal, int(wal.stat().st_size * keep))
    error = await refused(path)
    assert keep == 0.0 or (error.seq is not None and 1 <= error.seq <= 60)


async def test_a_damaged_log(path, tmp_path):
    await crashed(path, tmp_path)
    wal = path.with_name(f"{path.name}-wal")
    content = bytearray(wal.read_bytes())
    content[len(content) // 2] ^= 0x10
    wal.write_bytes(content)
    error = await refused(path)
    assert error.seq is not None


async def test_a_file_without_its_log(path, tmp_path):
    await crashed(path, tmp_path)
    path.with_name(f"{path.name}-wal").unlink()
    await refused(path)


async def test_a_log_without_its_file(path, tmp_path):
    await crashed(path, tmp_path)
    path.unlink()
    error = await refused(path)
    assert "write-ahead log" in str(error)


async def test_an_old_backup_brought_back(path, tmp_path):
    journal = await filled_journal(path, 5)
    await journal.aclose()
    shutil.copy(path, tmp_path / "backup")
    again = await opened(path)
    await again.commit(note("later"))
    await again.aclose()
    shutil.copy(tmp_path / "backup", path)
    assert (await refused(path)).seq == 6


async def test_a_crash_loses_nothing(path, tmp_path):
    await crashed(path, tmp_path)
    journal = await opened(path)
    assert journal.head.seq == 60
    await journal.aclose()


async def test_moving_the_journal_aside_starts_afresh(path):
    journal = await filled_journal(path, 5)
    await journal.aclose()
    path.rename(path.with_name("old"))
    fresh = await opened(path)
    assert (await fresh.commit(note("new"))).seq == 1
    await fresh.aclose()
    assert verify(path, KEY).is_good


@pytest.mark.parametrize("damage", [b"", b"garbage"])
async def test_a_lost_mirror_is_made_again(path, damage):
    journal = await filled_journal(path, 5)
    await journal.aclose()
    mirror_path(path).write_bytes(damage)
    again = await opened(path)
    await again.commit(note("more"))
    await again.aclose()
    assert mirror_path(path).read_text().startswith("00000000000000000006 ")


async def test_flipped_pages(path):
    journal = await filled_journal(path, 200)
    await journal.aclose()
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 2, len(content) // 2 + 6000, 7):
        content[place] ^= 0xFF
    path.write_bytes(content)
    await refused(path)


@pytest.mark.parametrize(
    "content", [b"not a database at all, just some text" * 30, b"SQLite format 3\x00" + b"\xff" * 5000]
)
async def test_not_a_database(path, content):
    path.write_bytes(content)
    await refused(path)


async def test_some_other_database(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE other (a)")
    assert "not a journal" in str(await refused(path))


async def test_a_newer_journal(path):
    journal = await filled_journal(path, 1)
    await journal.aclose()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version=7")
    with pytest.raises(StorageError, match=r"newer version .*7") as caught:
        await opened(path)
    assert not isinstance(caught.value, JournalDamaged)


async def test_a_file_made_but_never_written(path):
    path.touch()
    journal = await opened(path)
    assert (await journal.commit(note("one"))).seq == 1
    await journal.aclose()


async def test_a_folder_that_is_not_there(tmp_path):
    path = tmp_path / "nowhere" / "journal.sqlite"
    with pytest.raises(StorageError) as caught:
        await opened(path)
    assert str(path.parent) in str(caught.value)


async def test_a_folder_nobody_may_write_to():
    path = Path("/proc/self") / "journal.sqlite"  # not even root
    with pytest.raises(StorageError) as caught:
        await opened(path)
    assert str(path.parent) in str(caught.value)


async def test_a_folder_in_place_of_the_file(path):
    path.mkdir()
    with pytest.raises(StorageError) as caught:
        await opened(path)
    assert str(path) in str(caught.value)


def rewrite(db, seq):
    """Change a record and put the trigger back that refuses it."""
    (sql,) = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'").fetchone()
    db.execute("DROP TRIGGER event_no_update")
    db.execute("UPDATE event SET body = '{}' WHERE seq = ?", (seq,))
    db.execute(sql)


async def test_a_long_journal_is_checked_at_its_end(path, monkeypatch):
    monkeypatch.setattr(store, "WHOLE_CHECK_LIMIT", 50)
    monkeypatch.setattr(store, "TAIL_CHECKED", 20)
    journal = await filled_journal(path, 100)
    await journal.aclose()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        rewrite(db, 10)
    early = await opened(path)  # what starts before verified stays verified: bounded time
    assert early.head.seq == 100
    await early.aclose()
    assert verify(path, KEY).first_bad_seq == 10
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        rewrite(db, 90)
    with pytest.raises(JournalDamaged) as caught:
        await opened(path)
    assert caught.value.seq == 90


async def test_the_wrong_key(path):
    journal = await opened(path)
    await journal.commit(decided("d1"))
    await journal.aclose()
    with pytest.raises(JournalDamaged, match="key"):
        await opened(path, key=b"x" * 32)
