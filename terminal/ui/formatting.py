"""Numbers, ages and times as people read them. Pure functions, no Qt.

A missing value is an en dash, never 0; a minus is a real one; thousands are grouped;
nothing is ever written with an exponent; % has a thin space before it.
"""

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Final

DASH: Final = "–"
MINUS: Final = "−"
THIN: Final = "\u2009"  # thin space
HUNDRED: Final = Decimal(100)

_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400


def number(value: Decimal | None, decimals: int | None = None, *, signed: bool = False) -> str:
    """Write a number, grouped: `-1234.5` gives `−1,234.5`.

    Args:
        value: what to write; None gives a dash.
        decimals: digits after the point, rounded; None keeps the value's own.
        signed: write `+` before a positive number. Zero never has a sign.
    """
    if value is None or not value.is_finite():
        return DASH
    if decimals is not None:
        value = value.quantize(_unit(decimals), rounding=ROUND_HALF_EVEN)
    digits = format(abs(value), ",f")
    if value == 0:
        return digits
    if value < 0:
        return f"{MINUS}{digits}"
    return f"+{digits}" if signed else digits


@lru_cache(maxsize=64)
def _unit(decimals: int) -> Decimal:
    """Give one unit of the last decimal: 2 gives 0.01."""
    return Decimal(1).scaleb(-decimals)


def trimmed(value: Decimal | None) -> str:
    """Write a number without trailing zeros: `0.5900` gives `0.59`, `1E+2` gives `100`."""
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal | None, *, signed: bool = False) -> str:
    """USDT, two places."""
    return number(value, 2, signed=signed)


def percent(fraction: Decimal | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Write a fraction in per cent: `0.0123` gives `1.23 %`."""
    if fraction is None or not fraction.is_finite():
        return DASH
    return f"{number(fraction * HUNDRED, decimals, signed=signed)}{THIN}%"


def basis_points(fraction: Decimal | None, decimals: int = 1, *, signed: bool = False) -> str:
    """Write a fraction in basis points, without the unit: `0.0001` gives `1.0`."""
    return number(None if fraction is None else fraction * 10_000, decimals, signed=signed)


def bp_text(value: float, *, signed: bool = False) -> str:
    """Write what is in basis points already, to a tenth and without the unit."""
    return number(Decimal(str(value)), 1, signed=signed)


def age(seconds: float | None) -> str:
    """Write an age: `3 s`, `2 min`, `5 h`, `2 d`."""
    if seconds is None:
        return DASH
    whole = max(0, int(seconds))
    for size, unit in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min")):
        if whole >= size:
            return f"{whole // size}{THIN}{unit}"
    return f"{whole}{THIN}s"


def countdown(seconds: float) -> str:
    """Write what is left: `2:14:09` or `4:09`; never below zero."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def local_time(at_ms: int | None) -> str:
    """Clock time where the reader sits: `09:41:07`."""
    return DASH if not at_ms else _local(at_ms).strftime("%H:%M:%S")


def local_minute(at_ms: int | None) -> str:
    """Clock time to the minute: `09:41`."""
    return DASH if not at_ms else _local(at_ms).strftime("%H:%M")


def both_times(at_ms: int | None) -> str:
    """Date and time, local and UTC, for tooltips."""
    if not at_ms:
        return "no time known"
    local, utc = _local(at_ms), datetime.fromtimestamp(at_ms / 1_000, UTC)
    return f"{local:%Y-%m-%d %H:%M:%S} local\n{utc:%Y-%m-%d %H:%M:%S} UTC"


def utc_offset_s(at_ms: int) -> int:
    """Seconds the reader's clock was ahead of UTC at a moment: for whole columns of times."""
    offset = _local(at_ms).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone()
