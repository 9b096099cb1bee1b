"""Changes values in a TOML text so that everything else of it stays, comments too; or writes it whole."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_HEAD: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_KEY: Final = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")

Document = Mapping[str, Any]


def with_values(text: str, before: Document, values: Mapping[str, Any]) -> str:
    """Give a text in which these paths hold these values; None takes a line out.

    A file that is written in a way this cannot change line by line (a value over several lines, a table in
    one line) is written whole; its comments are lost, and stay in the copy that is kept of it.
    """
    wanted = changed(before, values)
    edited = text
    for path, value in values.items():
        edited = _with_value(edited, tuple(path.split(".")), value)
    try:
        if tomllib.loads(edited) == wanted:
            return edited
    except tomllib.TOMLDecodeError:
        pass
    return whole(wanted)


def changed(before: Document, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a copy of the tables with these values in them; a table that becomes empty is gone."""
    tables = _copied(before)
    for path, value in values.items():
        *heads, name = path.split(".")
        table = tables
        for head in heads:
            table = table.setdefault(head, {})
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value
    return _pruned(tables)


def written_at(document: Document, path: str) -> Any:
    """Give what the tables hold there, None for nothing."""
    found: Any = document
    for step in path.split("."):
        if not isinstance(found, Mapping) or step not in found:
            return None
        found = found[step]
    return found


def whole(document: Document) -> str:
    """Write tables as text: plain values first, then each table."""
    return "\n".join([*_lines(document, ()), ""]).lstrip("\n")


def toml_value(value: Any) -> str:
    """Write one value.

    Raises:
        TypeError: nothing TOML has.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case Decimal():
            return json.dumps(format(value, "f"))
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(map(toml_value, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{_name(key)} = {toml_value(each)}" for key, each in value.items()) + "}"
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a settings file")


def _lines(table: Document, heads: Sequence[str]) -> list[str]:
    plain = {name: value for name, value in table.items() if not isinstance(value, Mapping)}
    lines = [f"{_name(name)} = {toml_value(value)}" for name, value in plain.items()]
    if heads and (plain or not table):
        lines = ["", f"[{'.'.join(map(_name, heads))}]", *lines]
    for name, value in table.items():
        if isinstance(value, Mapping):
            lines += _lines(value, (*heads, name))
    return lines


def _name(text: str) -> str:
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=True)


def _copied(table: Document) -> dict[str, Any]:
    return {name: _copied(value) if isinstance(value, Mapping) else value for name, value in table.items()}


def _pruned(table: Document) -> dict[str, Any]:
    kept = {name: _pruned(value) if isinstance(value, Mapping) else value for name, value in table.items()}
    return {name: value for name, value in kept.items() if value != {}}


def _with_value(text: str, path: Sequence[str], value: Any) -> str:
    *heads, name = path
    lines = text.splitlines()
    first, end = _table(lines, tuple(heads))
    if first < 0:
        if value is None:
            return text
        while lines and not lines[-1].strip():
            lines.pop()
        lines += ["", f"[{'.'.join(map(_name, heads))}]", f"{_name(name)} = {toml_value(value)}"]
        return "\n".join([*lines, ""])
    at = next((row for row in range(first, end) if _key(lines[row]) == name), -1)
    if value is None:
        if at >= 0:
            del lines[at]
            _drop_empty_head(lines, first - 1, heads)
    elif at >= 0:
        lines[at] = f"{_name(name)} = {toml_value(value)}{_comment(lines[at])}"
    else:
        while end > first and not lines[end - 1].strip():
            end -= 1
        lines.insert(end, f"{_name(name)} = {toml_value(value)}")
    return "\n".join([*lines, ""])


def _drop_empty_head(lines: list[str], head: int, heads: Sequence[str]) -> None:
    """A table without a line left goes; one that holds a comment stays, and the whole is written anew."""
    if not heads:
        return
    end = next((row for row in range(head + 1, len(lines)) if _HEAD.fullmatch(lines[row])), len(lines))
    if not any(line.strip() for line in lines[head + 1 : end]):
        del lines[head:end]


def _table(lines: Sequence[str], heads: tuple[str, ...]) -> tuple[int, int]:
    """Give the rows of a table, from after its head to before the next; (-1, -1) where it is not there."""
    first = 0 if not heads else -1
    for row, line in enumerate(lines):
        found = _HEAD.fullmatch(line)
        if found is None and not line.lstrip().startswith("[["):
            continue
        if first >= 0:
            return first, row
        if found is not None and tuple(part.strip().strip("\"'") for part in found[1].split(".")) == heads:
            first = row + 1
    return (first, len(lines)) if first >= 0 else (-1, -1)


def _key(line: str) -> str | None:
    found = _KEY.match(line)
    return None if found is None else found[1].strip("\"'")


def _comment(line: str) -> str:
    """Keep a comment behind a value, where the value itself cannot hold the sign."""
    value, sign, words = line.partition("#")
    return f"  # {words.strip()}" if sign and value.count('"') % 2 == 0 and value.count("'") % 2 == 0 else ""
