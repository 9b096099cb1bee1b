"""What a person types as a number, read without guessing."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

_MARKS: Final = str.maketrans({" ": "", "\u2009": "", "\u00a0": "", ",": "", "−": "-"})
_MOST_CHARS: Final = 24


def parse(text: str) -> Decimal | None:
    """Read a plain decimal; None for anything else (words, exponents, infinities).

    Commas group thousands, as this program writes them; the decimal mark is the point.
    """
    plain = text.strip().removeprefix("+").translate(_MARKS)
    if not plain or len(plain) > _MOST_CHARS or plain.strip("-0123456789."):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def snap(value: Decimal, step: Decimal) -> Decimal:
    """Give the nearest multiple of a step, written with the step's decimals."""
    return ((value / step).to_integral_value(ROUND_HALF_EVEN) * step).quantize(step.normalize())


def plain(value: Decimal) -> str:
    """Write a number for a field: no grouping, no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
