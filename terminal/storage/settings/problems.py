"""What is wrong with a settings file, in words: the setting, the line it stands in, and what it may be."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

_HEAD: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_KEY: Final = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")
_PLAIN: Final = {
    "missing": "is missing; add it",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_type": "must be a number",
    "finite_number": "must be a number that is not infinite",
    "string_type": "must be a text in quotes",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list in [ ]",
    "dict_type": "must be a table of its own",
    "model_type": "must be a table of its own",
    "dataclass_type": "must be a table of its own",
    "timezone_aware": "must name its time zone, e.g. 2026-02-09T00:00:00Z",
}


_VERBS: Final = ("is ", "are ", "must ", "names ", "may ", "cannot ")
_NAMED: Final = re.compile(r"([a-z_]+) (?=is |names |must |may )")


@dataclass(frozen=True, slots=True)
class Found:
    """One fault: where in the file's tables, and why in words that follow the setting's name."""

    place: tuple[str, ...]
    words: str

    @property
    def path(self) -> str:
        return ".".join(self.place)

    @property
    def words_with_path(self) -> str:
        """`limits.max_leverage is 25; it must be ...`; only the words where it is about the whole file."""
        return self.named(self.path) if self.place else self.words

    def named(self, name: str) -> str:
        """Say it of a setting under this name."""
        return f"{name}{' ' if self.words.startswith(_VERBS) else ': '}{self.words}"


def faults_of(error: ValidationError, known: Iterable[str] = (), within: tuple[str, ...] = ()) -> list[Found]:
    """Put a validation's errors into words. `known` are all paths there are; `within` is the table it is about."""
    names = tuple(known)
    return [_fault(item, names, within) for item in error.errors(include_url=False, include_input=False)]


def unknown_setting(place: Sequence[str], known: Iterable[str]) -> Found:
    """Say that there is no such setting, and which one may have been meant."""
    close = get_close_matches(".".join(place), tuple(known), n=1, cutoff=0.75)
    meant = f" (is {close[0]} meant?)" if close else ""
    return Found(tuple(place), f"there is no such setting{meant}; correct its name or take the line out")


def _fault(item: Any, known: Sequence[str], within: tuple[str, ...]) -> Found:
    place = (*within, *(str(step) for step in item["loc"]))
    if item["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return unknown_setting(place, known)
    words = _words(item["type"], item["msg"], item.get("ctx") or {})
    named = _NAMED.match(words)  # our own checks name the setting first
    if named is not None and ".".join((*place, named[1])) in known:
        return Found((*place, named[1]), words[named.end() :])
    return Found(place, words)


def _words(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind in {"enum", "literal_error"}:
        return f"must be {context.get('expected', 'one of the known words')}"
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        limit = context.get(_BOUND[kind])
        return f"must be {_SIDE[kind]} {limit}"
    if kind == "string_too_long":
        return f"must have at most {context.get('max_length')} characters"
    return _PLAIN.get(kind) or message.removeprefix("Value error, ")


_BOUND: Final = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
_SIDE: Final = {
    "greater_than": "above",
    "greater_than_equal": "at least",
    "less_than": "below",
    "less_than_equal": "at most",
}


def told(path: Path, text: str, faults: Sequence[Found]) -> str:
    """Say every fault of a file with its line, and what to do; ends with a full stop."""
    words = "; ".join(_one(text, fault) for fault in faults)
    return f"{path}: {words}. Correct the file; earlier ones lie beside it as .bak."


def _one(text: str, fault: Found) -> str:
    line = line_of(text, fault.place)
    return f"line {line}, {fault.words_with_path}" if line else fault.words_with_path


def line_of(text: str, place: Sequence[str]) -> int:
    """Give the line (from 1) a setting is written in, or its table's head; 0 where neither is to be found."""
    head: tuple[str, ...] = ()
    best, at = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        table = _HEAD.fullmatch(line)
        if table is not None:
            head = tuple(part.strip().strip("\"'") for part in table[1].split("."))
            here = head
        elif (key := _KEY.match(line)) is not None:
            here = (*head, key[1].strip("\"'"))
        else:
            continue
        if here and tuple(place[: len(here)]) == here and len(here) > best:
            best, at = len(here), number
    return at
