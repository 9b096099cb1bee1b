"""Reading a request's fields; each complaint names the field it is about."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from terminal.sim.woox.errors import malformed, missing

_DIGITS_MAX: Final = 40  # longer numbers are nonsense, and costly to compute with
_INTEGER: Final = re.compile(r"-?[0-9]{1,19}", re.ASCII)
T = TypeVar("T")


def parse_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; numbers with a point become Decimals.

    Raises:
        WooError: it is not a JSON object.
    """
    if not body:
        return {}
    try:
        raw = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise malformed("body") from error
    if not isinstance(raw, dict):
        raise malformed("body")
    return raw


class Fields:
    """A request's fields; absent, null and "" are one and the same."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        value = self.raw.get(name)
        return value is not None and value != ""

    def text(self, name: str) -> str:
        """A required text; whole numbers are taken for their digits."""
        if not self.has(name):
            raise missing(name)
        value = self.raw[name]
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise malformed(name)
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def choice(self, name: str, choices: Mapping[str, T]) -> T:
        value = self.text(name)
        if value not in choices:
            raise malformed(name)
        return choices[value]

    def optional_choice(self, name: str, choices: Mapping[str, T]) -> T | None:
        return self.choice(name, choices) if self.has(name) else None

    def decimal(self, name: str) -> Decimal:
        """A required finite decimal, as text or number."""
        if not self.has(name):
            raise missing(name)
        value = self.raw[name]
        written = str(value)
        if isinstance(value, bool | dict | list) or len(written) > _DIGITS_MAX or "_" in written:
            raise malformed(name)
        try:
            number = Decimal(written)
        except InvalidOperation as error:
            raise malformed(name) from error
        if not number.is_finite():
            raise malformed(name)
        return number

    def optional_decimal(self, name: str) -> Decimal | None:
        return self.decimal(name) if self.has(name) else None

    def integer(self, name: str, low: int, high: int) -> int:
        written = self.text(name)
        if not _INTEGER.fullmatch(written) or not low <= int(written) <= high:
            raise malformed(name)
        return int(written)

    def optional_integer(self, name: str, default: int, low: int, high: int) -> int:
        return self.integer(name, low, high) if self.has(name) else default

    def time_ms(self, name: str) -> int | None:
        return self.integer(name, -1, 10**15) if self.has(name) else None

    def boolean(self, name: str) -> bool:
        """True or false, in JSON or as a query spells them; absent is false."""
        if not self.has(name):
            return False
        value = self.raw[name]
        words = {"true": True, "false": False}
        if isinstance(value, bool):
            return value
        if not isinstance(value, str) or value.lower() not in words:
            raise malformed(name)
        return words[value.lower()]

    def objects(self, name: str) -> list["Fields"]:
        """A required list of 1 to 20 objects."""
        found = self.raw.get(name)
        if not isinstance(found, list) or not 1 <= len(found) <= 20 or not all(isinstance(row, dict) for row in found):
            raise malformed(name)
        return [Fields(row) for row in found]
