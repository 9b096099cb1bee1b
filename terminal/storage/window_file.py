"""`window.json`: what one person has set for a profile's window, in sections of plain values.

Each section is checked by whoever uses it; here only the file's own shape is.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from terminal.domain.causes import cause
from terminal.domain.errors import ConfigError
from terminal.storage.private_file import write_private

VERSION: Final = 1
MOST_BYTES: Final = 4_000_000
_KEPT_ASIDE: Final = ".unreadable"


def read_window_file(path: Path) -> dict[str, dict[str, Any]]:
    """Read the sections; none when there is no file yet.

    Raises:
        ConfigError: the file cannot be used; it was moved aside, so that nothing is written over it.
    """
    try:
        return _checked(json.loads(_text(path)))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"The window's settings in {path.name} cannot be read ({_why(error)}), so the built-in ones are used. "
            f"{_set_aside(path)}"
        ) from error


def write_window_file(path: Path, sections: Mapping[str, Mapping[str, Any]]) -> None:
    """Replace the file whole; waits for the disk.

    Raises:
        StorageError: the folder cannot be written.
    """
    text = json.dumps({"version": VERSION, "sections": sections}, ensure_ascii=False, indent=1, sort_keys=True)
    write_private(path, text.encode())


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError("it is far too large")
    return path.read_text(encoding="utf-8")


def _checked(whole: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(whole, dict) or whole.get("version") != VERSION:
        raise ValueError(f"it is not of version {VERSION}")
    sections = whole.get("sections")
    if not isinstance(sections, dict) or not all(isinstance(each, dict) for each in sections.values()):
        raise ValueError("its sections are missing")
    return sections


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return cause(error)
    return "it is damaged" if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError)) else str(error)


def _set_aside(path: Path) -> str:
    aside = path.with_name(path.name + _KEPT_ASIDE)
    try:
        path.replace(aside)
    except OSError:
        return "Look at the file's rights; changes may not be kept."
    return f"The old file is kept as {aside.name}."
