"""Reading a request's fields the way the venue does: each complaint names the field it is about."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from terminal.sim.weex.errors import Problem, WeexError, empty, invalid

_CLIENT_ID = re.compile(r"[A-Za-z0-9_.:/-]+")
_DIGITS_MAX = 40  # longer numbers are nonsense, and costly to compute with
T = TypeVar("T")


def parse_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; numbers with a point become Decimals.

    Raises:
        WeexError: it is not a JSON object.
    """
    if not body:
        return {}
    try:
        raw = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise WeexError(Problem.BODY_NOT_JSON) from error
    if not isinstance(raw, dict):
        raise WeexError(Problem.BODY_NOT_OBJECT)
    return raw


class Fields:
    """A request's fields; each reader names the field it misses or cannot read."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        return self.raw.get(name) not in {None, ""} if _hashable(self.raw.get(name)) else True

    def text(self, name: str) -> str:
        """A required text; whole numbers are taken for their digits."""
        if not self.has(name):
            raise empty(name)
        value = self.raw[name]
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise invalid(name)
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def choice(self, name: str, choices: Mapping[str, T], problem: Problem = Problem.INVALID) -> T:
        value = self.text(name)
        if value not in choices:
            raise WeexError(problem, name=name)
        return choices[value]

    def optional_choice(self, name: str, choices: Mapping[str, T]) -> T | None:
        return self.choice(name, choices) if self.has(name) else None

    def decimal(self, name: str) -> Decimal:
        """A required finite decimal, as text or number."""
        if not self.has(name):
            raise empty(name)
        value = self.raw[name]
        if isinstance(value, Decimal):
            return value
        written = self.text(name)
        try:
            number = Decimal(written)
        except InvalidOperation as error:
            raise invalid(name) from error
        if not number.is_finite() or len(written) > _DIGITS_MAX or "_" in written:
            raise invalid(name)
        return number

    def optional_decimal(self, name: str) -> Decimal | None:
        return self.decimal(name) if self.has(name) else None

    def optional_price(self, name: str) -> Decimal | None:
        """A price above 0; absent, empty and 0 all mean none."""
        price = self.optional_decimal(name)
        return price or None

    def integer(self, name: str, low: int, high: int) -> int:
        written = self.text(name)
        if not re.fullmatch(r"-?[0-9]{1,19}", written):
            raise invalid(name)
        if not low <= int(written) <= high:
            raise WeexError(Problem.RANGE, name=name, low=str(low), high=str(high))
        return int(written)

    def optional_integer(self, name: str, default: int, low: int, high: int) -> int:
        return self.integer(name, low, high) if self.has(name) else default

    def time_ms(self, name: str) -> int | None:
        return self.integer(name, 0, 10**15) if self.has(name) else None

    def boolean(self, name: str) -> bool:
        if not self.has(name):
            raise empty(name)
        value = self.raw[name]
        if not isinstance(value, bool):
            raise invalid(name)
        return value

    def client_id(self, name: str, longest: int) -> str:
        """A required client id: letters, digits and `. : / _ -` only."""
        value = self.text(name)
        if len(value) > longest or not _CLIENT_ID.fullmatch(value):
            raise WeexError(Problem.CLIENT_ID, name=name)
        return value

    def items(self, name: str, kind: type | tuple[type, ...], most: int) -> list[Any]:
        """A required list of 1 to `most` items of the kinds that are allowed."""
        if not self.has(name):
            raise empty(name)
        found = self.raw[name]
        if not isinstance(found, list) or not 1 <= len(found) <= most:
            raise invalid(name)
        if not all(isinstance(item, kind) for item in found):
            raise invalid(name)
        return found


def _hashable(value: object) -> bool:
    return not isinstance(value, dict | list)
