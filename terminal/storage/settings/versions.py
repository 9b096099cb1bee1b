"""Versions of the settings file: what an older one is turned into, step by step, before it is checked.

A file without a version is of the first. It is changed in memory only; the first change a person applies
writes it in the newest version, with a copy of the old file beside it.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from terminal.domain.errors import ConfigError

NEWEST: Final = 2
Tables = Mapping[str, Any]


def migrated(path: Path, tables: Tables) -> dict[str, Any]:
    """Give the tables as the newest version writes them, without the version.

    Raises:
        ConfigError: a version this program does not know.
    """
    version = tables.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ConfigError(
            f"{path}: version is {version!r}; it is a whole number. Take the line out, or write {NEWEST}."
        )
    if version > NEWEST:
        raise ConfigError(
            f"{path} was written by a newer program (version {version}, this one knows {NEWEST}). "
            "Update this program, or bring an earlier file back from its .bak beside it."
        )
    found = {name: value for name, value in tables.items() if name != "version"}
    for step in _STEPS[version - 1 :]:
        found = step(found)
    return found


def _figures_as_text(tables: dict[str, Any]) -> dict[str, Any]:
    """1 to 2: money and shares written as bare numbers become text, so that none passes through a binary fraction."""
    return {name: _as_text(name, value) for name, value in tables.items()}


def _as_text(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_text(key, each) for key, each in value.items()} if name in _TABLES else value
    if isinstance(value, float) and not name.endswith(("_s", "_ms")) and name not in _NUMBERS:
        return format(Decimal(repr(value)).normalize(), "f")
    return value


_TABLES: Final = frozenset({"limits", "guardrails"})
_NUMBERS: Final = frozenset({"speed"})
_STEPS: Final[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = (_figures_as_text,)
