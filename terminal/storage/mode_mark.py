"""Writes down which mode a profile's folder belongs to, and holds every later start to it.

A journal of real trading must never be opened as a demo, nor a demo's as real.
"""

from typing import Final

from terminal.domain.errors import StorageError
from terminal.storage.paths import ProfilePaths
from terminal.storage.private_file import write_private
from terminal.storage.profiles import Mode

_WORDS: Final = {
    Mode.DEMO: "the demo (play money on the built-in exchange)",
    Mode.PAPER: "paper trading (live prices, simulated fills)",
    Mode.LIVE: "live trading (real money)",
    Mode.COMPETITION: "the competition (real account, its rules)",
    Mode.REPLAY: "the replay of a recorded day (simulated fills)",
}


def claim_folder(paths: ProfilePaths, mode: Mode) -> None:
    """Mark an empty folder as this mode's, or check that it is. The caller holds the lock.

    A journal without a mark was made before there were marks, when only the demo traded.

    Raises:
        StorageError: the folder belongs to another mode, or its mark cannot be read.
    """
    owner = _owner(paths)
    if owner is None and paths.journal.exists():
        owner = Mode.DEMO
    if owner is not None and owner is not mode:
        raise StorageError(
            f"The journal in {paths.root} belongs to {_WORDS[owner]}; it cannot be opened as {_WORDS[mode]}. "
            "Records of the two are never mixed: choose another profile, or move that folder away."
        )
    if not paths.mode.exists():
        write_private(paths.mode, f"{mode.value}\n".encode())


def _owner(paths: ProfilePaths) -> Mode | None:
    try:
        text = paths.mode.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(paths) from error
    try:
        return Mode(text)
    except ValueError as error:
        raise _unreadable(paths) from error


def _unreadable(paths: ProfilePaths) -> StorageError:
    return StorageError(
        f"{paths.mode} does not say which mode the journal beside it belongs to (demo, paper, live or competition). "
        "Restore that file from a backup, or move the whole folder away to start afresh."
    )
