"""Scalar types of Bit-Z's JSON beyond the common ones."""

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

_SECONDS: Final = re.compile(r"[0-9]{10}", re.ASCII)
_MICROTIME: Final = re.compile(r"0\.([0-9]{3})[0-9]* ([0-9]{10})", re.ASCII)
_AMOUNT_UNIT: Final = re.compile(r"([0-9.]+) [A-Z]{2,10}", re.ASCII)


def _seconds_ms(value: Any) -> int:
    if isinstance(value, bool) or not _SECONDS.fullmatch(str(value)):
        raise ValueError("must be Unix seconds")
    return int(value) * 1000


def _microtime_ms(value: Any) -> int:
    found = _MICROTIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('must be "fraction seconds"')
    return int(found[2]) * 1000 + int(found[1])


def _without_unit(value: Any) -> Any:
    found = _AMOUNT_UNIT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("must be an amount and its unit")
    return found[1]


def _sign(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or text not in {"1", "-1"}:
        raise ValueError("must be 1 or -1")
    return int(text)


Seconds = Annotated[int, BeforeValidator(_seconds_ms)]
"""A time in Unix seconds, as Unix ms."""

Microtime = Annotated[int, BeforeValidator(_microtime_ms)]
"""`"0.41892000 1533035297"`, as Unix ms."""

WithoutUnit = BeforeValidator(_without_unit)
"""`"286.231 BTC"`, read as the amount alone."""

PlusMinus = Annotated[int, BeforeValidator(_sign)]
"""1 or -1: direction, and whether margin is shared."""
