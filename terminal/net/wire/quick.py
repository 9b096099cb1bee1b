"""Reading by hand the numbers of pushes that come by the thousand.

A wire model says what a message may be, and costs more than everything else on its way. So a
push is first read by hand: numbers in strings, every part in its place. Whatever is spelled in
another way goes to the venue's model, which takes it or refuses it with its words. One look at
all numbers of a message costs less than a look at each, and no number holds the bar between them.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from terminal.net.wire.types import DIGITS, TIME_LIMIT_MS

AMOUNT: Final = r"[0-9]{1,15}+(?:\.[0-9]{1,20}+)?+"
PRICE: Final = r"[0-9]{1,9}+(?:\.[0-9]{1,20}+)?+"  # below 1e9
_are_levels: Final = re.compile(rf"{PRICE}\|{AMOUNT}(?:\|{PRICE}\|{AMOUNT})*+").fullmatch
NOT_QUICK: Final = (KeyError, TypeError, ValueError, AttributeError, InvalidOperation)
"""What reading by hand raises where a push is not as documented."""

Levels = tuple[tuple[Decimal, Decimal], ...]
"""(price, size) pairs."""


def levels(flat: list[str]) -> Levels:
    """Read levels from price, size, price, size ... Raises one of `NOT_QUICK`, as all here."""
    if not flat:
        return ()
    if not _are_levels("|".join(flat)):
        raise ValueError("not plain numbers")
    numbers = map(Decimal, flat)
    made = tuple(zip(numbers, numbers, strict=True))
    for price, _ in made:
        if not price:
            raise ValueError("a price is not zero")
    return made


def pairs(rows: Any) -> Levels:
    """Read levels spelled `[price, size]`."""
    if type(rows) is not list:
        raise TypeError("not a list")
    flat: list[str] = []
    for row in rows:
        if type(row) is not list or len(row) != 2:
            raise TypeError("not a level")
        flat += row
    return levels(flat)


def named_levels(rows: Any) -> Levels:
    """Read levels spelled `{"price": ..., "size": ...}`."""
    if type(rows) is not list:
        raise TypeError("not a list")
    flat: list[str] = []
    for row in rows:
        flat += (row["price"], row["size"])
    return levels(flat)


def printed(price: str, size: str) -> tuple[Decimal, Decimal]:
    """Read price and size of a print."""
    ((at, how_much),) = levels([price, size])
    return at, how_much


def count(value: Any) -> int:
    """Read a whole number that is zero or more, from a number or digits."""
    if type(value) is int:
        if 0 <= value < 10**19:
            return value
    elif type(value) is str and DIGITS.fullmatch(value):
        return int(value)
    raise ValueError("not a count")


def time_ms(value: Any) -> int:
    number = count(value)
    if number > TIME_LIMIT_MS:
        raise ValueError("not a time")
    return number


def text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not a text")
    return value


def flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError("not a flag")
    return value
