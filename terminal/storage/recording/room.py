"""Keeps recordings within their share of the disk: the oldest days go first, the present one never."""

import shutil
from pathlib import Path

from terminal.storage.recording.take_writer import SUFFIX


def day_folders(folder: Path) -> tuple[Path, ...]:
    """Give the folders of all recorded days, the oldest first."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(each for each in folder.iterdir() if each.is_dir()))


def size_of(day: Path) -> int:
    """Count the bytes of a day's takes."""
    return sum(path.stat().st_size for path in day.glob(f"*{SUFFIX}"))


def make_room(folder: Path, budget: int, *, keep: str) -> bool:
    """Remove the oldest days until all take at most `budget` bytes; False when the day to keep is too large alone.

    Raises:
        OSError: a folder could not be read or removed.
    """
    sizes = {day: size_of(day) for day in day_folders(folder)}
    total = sum(sizes.values())
    for day, size in sizes.items():
        if total <= budget:
            break
        if day.name != keep:
            shutil.rmtree(day)
            total -= size
    return total <= budget
