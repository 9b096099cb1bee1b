"""D8: a journal of an earlier format is brought up to date, whole or not at all."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import pytest_asyncio
from journal_records import KEY, note, opened

from terminal.domain.errors import JournalDamaged
from terminal.domain.records import SwitchSet
from terminal.domain.risk import TradingState
from terminal.storage.journal import connection
from terminal.storage.journal.recover import _OF_KIND
from terminal.storage.journal.schema import CREATE_ALL, STEPS, USER_VERSION, statements_of
from terminal.storage.journal.verify import verify as check_file

# Opens the file as the writer does and dies at the n-th statement of the migration.
_CHILD = """
import os, signal, sqlite3, sys
from terminal.storage.journal.connection import _bring_up_to_date
db = sqlite3.connect(sys.argv[1], isolation_level=None)
left = int(sys.argv[2])
def count(sql):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
db.set_trace_callback(count)
_bring_up_to_date(db)
"""


def switch(number):
    return SwitchSet(TradingState.HALTED, f"halt {number}", "ann", (), (), number)


@pytest_asyncio.fixture
async def first(tmp_path, monkeypatch):
    """A journal as the first version of the program wrote it."""
    path = tmp_path / "journal.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(connection, "CREATE_ALL", statements_of(1))
        patch.setattr(connection, "USER_VERSION", 1)
        journal = await opened(path)
        for number in range(30):
            await journal.commit(note(f"note {number}"), switch(number))
        await journal.aclose()
    assert shape(path) == (1, False)
    return path


def made_by(path):
    """Every statement the file's schema was made with."""
    with closing(sqlite3.connect(path)) as db:
        return {sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}


def shape(path):
    """Format, and whether events can be found by kind."""
    with closing(sqlite3.connect(path)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        found = db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'event_kind'").fetchone()
    return version, found == (1,)


@pytest.mark.asyncio
async def test_d8_an_earlier_format_is_brought_up_to_date_and_keeps_every_record(first):
    assert check_file(first, KEY).is_good  # checking alone changes nothing
    assert shape(first) == (1, False)
    journal = await opened(first)
    assert journal.head.seq == 60
    recovered = await journal.load()
    assert recovered.switch == switch(29)
    assert [each.text for each in recovered.notes] == [f"note {number}" for number in range(30)]
    await journal.commit(switch(30))
    await journal.aclose()
    assert shape(first) == (USER_VERSION, True)
    assert check_file(first, KEY).is_good
    again = await opened(first)
    assert (await again.load()).switch == switch(30)
    await again.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("statement", range(1, 11))
async def test_d8_killed_at_any_step_of_the_change_nothing_is_lost(first, statement):
    died = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", _CHILD, str(first), str(statement)])
    assert died.returncode == -signal.SIGKILL
    assert shape(first) in {(1, False), (2, True), (3, True)}  # never one without the other
    version, _ = shape(first)
    assert made_by(first) == {statement.strip() for statement in statements_of(version)}
    journal = await opened(first)
    assert (await journal.load()).switch == switch(29)
    await journal.aclose()
    assert shape(first) == (USER_VERSION, True)
    assert check_file(first, KEY).is_good


@pytest.mark.asyncio
async def test_d8_a_step_that_fails_leaves_the_earlier_format(first, monkeypatch):
    monkeypatch.setattr(connection, "STEPS", {2: (*STEPS[2], "CREATE TABLE event (seq)")})
    with pytest.raises(Exception, match=str(first)):
        await opened(first)
    monkeypatch.undo()
    assert shape(first) == (1, False)
    journal = await opened(first)
    await journal.aclose()
    assert shape(first) == (USER_VERSION, True)


@pytest.mark.asyncio
async def test_an_index_that_was_removed_is_noticed(tmp_path):
    path = tmp_path / "journal.sqlite"
    journal = await opened(path)
    await journal.commit(note("one"))
    await journal.aclose()
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP INDEX event_kind")
    with pytest.raises(JournalDamaged, match="tables or the rules"):
        await opened(path)


def test_what_a_fresh_file_is_made_with_is_what_the_steps_lead_to():
    assert set(statements_of(USER_VERSION)) == set(CREATE_ALL)
    assert sorted(STEPS) == list(range(2, USER_VERSION + 1))


@pytest.mark.asyncio
async def test_records_of_one_kind_are_found_without_reading_the_others(tmp_path):
    path = tmp_path / "journal.sqlite"
    journal = await opened(path)
    await journal.aclose()
    with closing(sqlite3.connect(path)) as db:
        plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {_OF_KIND}", ("SwitchSet",)))
    assert "event_kind" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan  # newest first without sorting
