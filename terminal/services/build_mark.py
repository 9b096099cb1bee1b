"""Which build of the program this is: equal marks are equal programs (R29).

Two machines with different builds on one account are how a fund was lost in 45 minutes,
so the mark is written at each start and compared with the one before.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import terminal

MARK_FILE: Final = "build-mark.txt"


@cache
def build_mark() -> str:
    """Give 16 hex digits over the names and contents of the program's own files.

    A packaged program has no sources beside it: it carries the mark of those it was made from,
    in a file that only the making of a package writes.
    """
    root = Path(terminal.__file__).parent
    packed = root / MARK_FILE
    if packed.is_file():
        return packed.read_text("ascii").strip()
    return source_mark(root)


def source_mark(root: Path) -> str:
    """Give the mark of the sources in a folder."""
    digest = sha256(terminal.__version__.encode())
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def changed_words(before: str, now: str) -> str:
    """Say that the program is another one than last time; "" when it is not, or nothing is known."""
    if not before or before == now:
        return ""
    return f"this is build {now}, the journal was last written by build {before}; check the change, then set Active"
