"""Reading a request's parameters: everything comes as text, form-encoded or as a query."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from terminal.sim.bitz.errors import BitzError, Code

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
T = TypeVar("T")


def parse_form(body: bytes) -> dict[str, str]:
    """The parameters in the order they were sent; a name that comes twice has its last value.

    Raises:
        BitzError: not text.
    """
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError as error:
        raise BitzError(Code.PARAMETER) from error


class Form:
    """A request's parameters; each reader says with which code a bad one is refused."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        return self.raw.get(name, "") != ""

    def text(self, name: str, code: int = Code.PARAMETER) -> str:
        if not self.has(name):
            raise BitzError(code)
        return self.raw[name]

    def integer(self, name: str, code: int = Code.PARAMETER) -> int:
        written = self.text(name, code)
        if not _WHOLE.fullmatch(written):
            raise BitzError(code)
        return int(written)

    def optional_integer(self, name: str, default: int, low: int, high: int, code: int = Code.PARAMETER) -> int:
        """A whole number within bounds, both included."""
        if not self.has(name):
            return default
        value = self.integer(name, code)
        if not low <= value <= high:
            raise BitzError(code)
        return value

    def decimal(self, name: str, code: int = Code.PARAMETER) -> Decimal:
        written = self.text(name, code)
        if not _NUMBER.fullmatch(written):
            raise BitzError(code)
        return Decimal(written)

    def choice(self, name: str, choices: Mapping[str, T], code: int = Code.PARAMETER) -> T:
        written = self.text(name, code)
        if written not in choices:
            raise BitzError(code)
        return choices[written]
