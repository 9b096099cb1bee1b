"""Reading a request's parameters the way the venue does: each complaint names its field."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import orjson

from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError, illegal, missing

_DIGITS_MAX = 40  # longer numbers are nonsense, and costly to compute with
T = TypeVar("T")


def form(part: bytes) -> dict[str, str]:
    """The parameters of a query or a form body; the last one of a name counts."""
    try:
        return dict(parse_qsl(part.decode(), keep_blank_values=True))
    except UnicodeDecodeError as error:
        raise HashKeyError(errors.BAD_REQUEST) from error


def batch(body: bytes) -> list[dict[str, str]]:
    """The orders of a batch, values as text.

    Raises:
        HashKeyError: BAD_REQUEST, it is not a JSON array of objects.
    """
    try:
        rows = orjson.loads(body)
    except ValueError as error:
        raise HashKeyError(errors.BAD_REQUEST) from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise HashKeyError(errors.BAD_REQUEST)
    return [{str(name): _text(value) for name, value in row.items() if value is not None} for row in rows]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


class Params:
    """A request's parameters, query over body."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        return bool(self.raw.get(name))

    def text(self, name: str) -> str:
        """A required text."""
        if not self.has(name):
            raise missing(name)
        return self.raw[name]

    def optional(self, name: str) -> str | None:
        return self.raw[name] if self.has(name) else None

    def decimal(self, name: str, code: str) -> Decimal:
        """A required finite decimal; anything else is refused with `code`."""
        written = self.text(name)
        try:
            number = Decimal(written)
        except InvalidOperation as error:
            raise HashKeyError(code) from error
        is_sane = number.is_finite() and abs(number.adjusted()) < _DIGITS_MAX
        if not is_sane or len(written) > _DIGITS_MAX or "_" in written:
            raise HashKeyError(code)
        return number

    def integer(self, name: str) -> int | None:
        """An optional whole number of 0 or more."""
        if not self.has(name):
            return None
        if not re.fullmatch(r"[0-9]{1,19}", self.raw[name]):
            raise illegal(name)
        return int(self.raw[name])

    def limit(self, default: int, most: int, name: str = "limit") -> int:
        """How many rows are wanted; more than there are at most is taken for that."""
        wanted = self.integer(name)
        if wanted == 0:
            raise illegal(name)
        return min(default if wanted is None else wanted, most)

    def choice(self, name: str, choices: Mapping[str, T], code: str) -> T:
        """A required word out of `choices`; another one is refused with `code`."""
        value = self.text(name)
        if value not in choices:
            raise HashKeyError(code, name)
        return choices[value]

    def optional_choice(self, name: str, choices: Mapping[str, T], code: str) -> T | None:
        return self.choice(name, choices, code) if self.has(name) else None
