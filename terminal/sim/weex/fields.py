"""Reading a request's fields the way the venue does: 40019 when missing, 40020 when wrong."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from terminal.sim.weex.replies import WeexError, empty, invalid

_CLIENT_OID = re.compile(r"[A-Za-z0-9_.:/-]{1,40}")
_DIGITS_MAX = 40  # longer numbers are nonsense, and costly to compute with
T = TypeVar("T")


def parse_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a POST; numbers with a point become Decimals.

    Raises:
        WeexError: 40017 when it is not a JSON object.
    """
    if not body:
        return {}
    try:
        raw = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise WeexError("40017", "Parameter verification failed: the body is not valid JSON") from error
    if not isinstance(raw, dict):
        raise WeexError("40017", "Parameter verification failed: the body is not a JSON object")
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

    def choice(self, name: str, choices: Mapping[str, T]) -> T:
        value = self.text(name)
        if value not in choices:
            raise invalid(name)
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
        if not re.fullmatch(r"-?[0-9]{1,19}", written) or not low <= int(written) <= high:
            raise invalid(name)
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

    def client_oid(self, name: str) -> str:
        """A required client id: at most 40 characters, no special ones."""
        value = self.text(name)
        if not _CLIENT_OID.fullmatch(value):
            raise invalid(name)
        return value


def _hashable(value: object) -> bool:
    return not isinstance(value, dict | list)
