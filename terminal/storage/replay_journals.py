"""The folders of replays: each start has its own, and only the newest are kept.

A name says whose day was played and when it was recorded, e.g. `demo-20261121-3`: the third start of that day.
A folder with any other name was named by a person and is left alone.
"""

import re
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from terminal.domain.errors import StorageError
from terminal.storage.lock import ProfileLock
from terminal.storage.paths import ProfilePaths, paths_in

KEPT: Final = 20  # a day traded under a few settings, for some days: what a person still compares
_NAME: Final = re.compile(r"(?P<base>[a-z0-9-]+-\d{8})-(?P<number>[1-9]\d{0,3})", re.ASCII)
_NAME_CHARS: Final = 18  # of the profile's name: a day and a number follow


def next_name(folder: Path, profile: str, day: str) -> str:
    """Name a new replay in `folder` (which need not exist): one above the highest number of that day's."""
    base = f"{profile[:_NAME_CHARS].strip('-')}-{day.replace('-', '')}"
    found = [match for each in _folders(folder) if (match := _NAME.fullmatch(each.name)) and match["base"] == base]
    return f"{base}-{1 + max((int(match['number']) for match in found), default=0)}"


def remove_older(folder: Path, keep: int = KEPT) -> tuple[str, ...]:
    """Remove all replays but the newest `keep`; gives the names of those that are gone.

    One that another program has open stays, and so does one that cannot be removed: a disk that is in trouble must
    not keep a person from the next replay, which will try again.
    """
    ours = [each for each in _folders(folder) if _NAME.fullmatch(each.name)]
    ours.sort(key=_used_ns, reverse=True)
    return tuple(each.name for each in ours[keep:] if _is_removed(each))


def _folders(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.is_dir() and not each.is_symlink()]
    except OSError:  # not made yet, or not readable: the start that follows says what is wrong with it
        return []


def _used_ns(root: Path) -> int:
    """When it was last written to."""
    journal = paths_in(root).journal
    with suppress(OSError):
        return (journal if journal.exists() else root).stat().st_mtime_ns
    return 0  # gone meanwhile


def _is_removed(root: Path) -> bool:
    paths = paths_in(root)
    try:
        with ProfileLock(paths.lock):
            if _is_read(paths.journal):
                return False
            _empty(paths)
        shutil.rmtree(root)
    except (OSError, StorageError):  # ProfileInUse is one: its window is open
        return False
    return True


def _is_read(journal: Path) -> bool:
    """Tell whether another program has the journal open, such as one that verifies it, which takes no lock."""
    if not journal.exists():
        return False
    try:
        with closing(sqlite3.connect(journal, isolation_level=None, timeout=0)) as db:
            # Leaving the write-ahead log needs the file for oneself alone.
            (left_in,) = db.execute("PRAGMA journal_mode=DELETE").fetchone()
            return str(left_in) != "delete"
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False  # damaged: nobody can read it


def _empty(paths: ProfilePaths) -> None:
    """Remove what is in the folder; the journal last, so that one cut short is still as old as it was."""
    last = (paths.lock, paths.journal)  # the lock goes with the folder: Windows removes no open file
    for each in sorted(paths.root.iterdir()):
        if each in last:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
    paths.journal.unlink(missing_ok=True)
