"""Journals of replays: the newest stay, and what is open, was named by a person or cannot be removed."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from terminal.storage.lock import ProfileLock
from terminal.storage.replay_journals import next_name, remove_older

CHILD = """
import sys
from pathlib import Path
from terminal.storage.lock import ProfileLock
lock = ProfileLock(Path(sys.argv[1]))
print("locked", flush=True)
sys.stdin.read()
"""
DAY = "2026-11-21"


def replayed(folder, name, used_s):
    """What a replay leaves: a journal, its key, a lock that nobody holds, pictures."""
    root = folder / name
    (root / "pictures").mkdir(parents=True)
    (root / "pictures" / "a.png").write_bytes(b"x")
    for each in ("chain.key", "lock", "mode"):
        (root / each).write_text("x\n")
    with closing(sqlite3.connect(root / "journal.sqlite")) as db:
        db.execute("PRAGMA journal_mode=WAL")  # as the journal is
        db.execute("CREATE TABLE records (seq INTEGER)")
    os.utime(root / "journal.sqlite", (used_s, used_s))
    return root


def left(folder):
    return sorted(each.name for each in folder.iterdir())


def test_the_newest_stay_by_their_last_use_and_not_by_their_number(tmp_path):
    for number, used_s in ((1, 900), (2, 100), (3, 200), (4, 800)):
        replayed(tmp_path, f"demo-20261121-{number}", used_s)
    assert set(remove_older(tmp_path, keep=2)) == {"demo-20261121-2", "demo-20261121-3"}
    assert left(tmp_path) == ["demo-20261121-1", "demo-20261121-4"]
    assert remove_older(tmp_path, keep=2) == ()
    assert (tmp_path / "demo-20261121-1" / "pictures" / "a.png").exists()


@pytest.mark.parametrize("name", ["keep-this", "demo-20261121", "demo-20261121-1-good", "demo-20261121-01", "Demo"])
def test_what_a_person_named_is_never_removed(tmp_path, name):
    replayed(tmp_path, name, 1)
    replayed(tmp_path, "demo-20261121-1", 2)
    assert remove_older(tmp_path, keep=0) == ("demo-20261121-1",)
    assert left(tmp_path) == [name]


def test_one_that_another_process_has_open_stays(tmp_path):
    held = replayed(tmp_path, "demo-20261121-1", 1)
    replayed(tmp_path, "demo-20261121-2", 2)
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(held / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
    ) as child:
        assert child.stdout.readline() == "locked\n"
        assert remove_older(tmp_path, keep=0) == ("demo-20261121-2",)
        assert (held / "journal.sqlite").exists()
        assert (held / "pictures" / "a.png").exists()
    assert remove_older(tmp_path, keep=0) == ("demo-20261121-1",)


def test_one_whose_journal_is_being_read_stays(tmp_path):
    """`alphadesk verify` takes no lock."""
    root = replayed(tmp_path, "demo-20261121-1", 1)
    uri = f"{(root / 'journal.sqlite').as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as reader:
        reader.execute("SELECT count(*) FROM records").fetchone()
        assert remove_older(tmp_path, keep=0) == ()
        assert (root / "pictures" / "a.png").exists()
    assert remove_older(tmp_path, keep=0) == ("demo-20261121-1",)


def test_one_that_cannot_be_removed_hinders_nothing(tmp_path, monkeypatch):
    replayed(tmp_path, "demo-20261121-1", 1)
    replayed(tmp_path, "demo-20261121-2", 2)
    remove = shutil.rmtree

    def stuck(path, *more):
        if "20261121-1" in str(path):
            raise PermissionError(13, "denied")
        remove(path, *more)

    monkeypatch.setattr(shutil, "rmtree", stuck)
    assert remove_older(tmp_path, keep=0) == ("demo-20261121-2",)
    assert (tmp_path / "demo-20261121-1" / "journal.sqlite").exists(), "the journal goes last"


def test_a_damaged_journal_and_a_folder_without_one_go_too(tmp_path):
    (replayed(tmp_path, "demo-20261121-1", 1) / "journal.sqlite").write_bytes(b"no database, certainly" * 50)
    (tmp_path / "demo-20261121-2").mkdir()
    assert set(remove_older(tmp_path, keep=0)) == {"demo-20261121-1", "demo-20261121-2"}


def test_a_link_to_somewhere_else_is_not_followed(tmp_path):
    elsewhere = replayed(tmp_path / "mine", "demo-20261121-1", 1)
    (tmp_path / "replays").mkdir()
    (tmp_path / "replays" / "demo-20261121-1").symlink_to(elsewhere, target_is_directory=True)
    assert remove_older(tmp_path / "replays", keep=0) == ()
    assert (elsewhere / "journal.sqlite").exists()


def test_a_new_replay_has_the_number_after_the_highest_of_its_day(tmp_path):
    assert next_name(tmp_path / "not-there", "demo", DAY) == "demo-20261121-1"
    for name in ("demo-20261121-2", "demo-20261121-11", "demo-20261122-40", "team-20261121-9", "demo-20261121-best"):
        (tmp_path / name).mkdir()
    assert next_name(tmp_path, "demo", DAY) == "demo-20261121-12"
    assert next_name(tmp_path, "a-profile-of-eighteen-and-more", DAY) == "a-profile-of-eight-20261121-1"


def test_nothing_there_is_nothing_to_remove(tmp_path):
    assert remove_older(tmp_path / "not-there") == ()


def test_the_lock_is_free_again_when_something_else_keeps_the_folder(tmp_path, monkeypatch):
    root = replayed(tmp_path, "demo-20261121-1", 1)
    monkeypatch.setattr(Path, "unlink", _refuse)
    assert remove_older(tmp_path, keep=0) == ()
    ProfileLock(root / "lock").release()


def _refuse(*_args, **_more):
    raise PermissionError(13, "denied")
