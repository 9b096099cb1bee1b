"""The newest head, written beside the journal after every commit.

SQLite drops a damaged tail of its write-ahead log without a word, and a restored backup
looks like any other file. The mirror tells: it is never ahead of what was committed, so
a journal that ends before it has lost records.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from terminal.domain.records import ChainHead

_WIDTH: Final = 20 + 1 + 64 + 1  # seq, space, MAC in hex, newline
_MAC_HEX: Final = 64


def mirror_path(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}-head")


def read_mirror(journal: Path) -> ChainHead | None:
    """Give the mirrored head; None when there is none or it was cut short by a power loss."""
    try:
        raw = mirror_path(journal).read_bytes()
    except FileNotFoundError:
        return None
    parts = raw.decode("ascii", "replace").split()
    if len(raw) != _WIDTH or len(parts) != 2 or not parts[0].isdigit() or len(parts[1]) != _MAC_HEX:
        return None
    return ChainHead(int(parts[0]), parts[1])


class Mirror:
    """The open mirror file. One fixed-width line, written in place, never flushed by itself."""

    def __init__(self, journal: Path) -> None:
        """Open or make the file.

        Raises:
            OSError: the folder cannot be written.
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._file = open(os.open(mirror_path(journal), flags, 0o600), "r+b", buffering=0)  # noqa: PTH123, SIM115 - mode 0600 from birth; kept open

    def write(self, seq: int, mac: bytes) -> None:
        # The commit is durable already: a mirror that lags is harmless, a failure here is not its failure.
        with suppress(OSError):
            self._file.seek(0)
            self._file.write(f"{seq:020d} {mac.hex()}\n".encode())

    def clear(self) -> None:
        """Forget an earlier journal's head."""
        self._file.truncate(0)

    def close(self) -> None:
        self._file.close()
