"""`alphadesk verify`: is a journal or a judge pack whole, and if not, where does it break."""

import zipfile
from pathlib import Path

from terminal.storage.journal import verify
from terminal.storage.journal_place import journal_place, key_in, seal_key
from terminal.storage.pack.judge_verify import CHANGED, Damaged, read_pack, report

WHOLE = 0


def verify_path(path: Path | None, profile: str, key_file: Path | None) -> int:
    """Check what lies at `path` and say what was found; 0 when it is whole, else 1.

    Raises:
        TerminalError: there is nothing to check, or no key to check it with.
    """
    if path is not None and path.is_file() and (path.suffix == ".zip" or zipfile.is_zipfile(path)):
        return _verify_pack(path, key_file)
    place = journal_place(path, profile)
    result = verify(place.journal, seal_key(place, key_file))
    if result.is_good:
        end = f"; the newest seal is {result.head.mac[:16]}" if result.records else ""
        print(f"{place.journal} is whole: {result.records:,} records, chain and seals checked{end}.")
        return WHOLE
    where = "The journal" if result.first_bad_seq is None else f"Record {result.first_bad_seq}"
    print(f"{place.journal} is NOT whole. {where}: {result.reason}. {result.records:,} records before it are good.")
    return CHANGED


def _verify_pack(path: Path, key_file: Path | None) -> int:
    key = None if key_file is None else key_in(key_file)
    try:
        _, lines = report(read_pack(path), key)
    except Damaged as damage:
        print(f"{path} is NOT whole: {damage}.")
        return CHANGED
    print(f"{path} is whole.", *lines, sep="\n")
    return WHOLE
