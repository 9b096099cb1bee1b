"""The pushes that come by the thousand, read without a model where they are as documented.

A wire model says what a message may be, and costs more than everything else on its way. So a
push is first read by hand: numbers in strings, every part in its place. Whatever is spelled in
another way goes to the model of the dialect, which takes it or refuses it with its words; a
test holds that both read the same.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, NamedTuple

from terminal.venues.weex.wire.market import BookPush, TickerRow, TradeRow
from terminal.venues.weex.wire.types import DIGITS, TIME_LIMIT_MS

_AMOUNT: Final = r"[0-9]{1,15}+(?:\.[0-9]{1,20}+)?+"
_PRICE: Final = r"[0-9]{1,9}+(?:\.[0-9]{1,20}+)?+"  # below 1e9
_are_figures: Final = re.compile(rf"{_PRICE}(?:\|{_PRICE}){{4}}\|-?{_AMOUNT}(?:\|{_AMOUNT}){{2}}").fullmatch
_are_levels: Final = re.compile(rf"{_PRICE}\|{_AMOUNT}(?:\|{_PRICE}\|{_AMOUNT})*+").fullmatch
_extreme: Final = lru_cache(maxsize=256)(Decimal)
"""Reads the extremes of a day, which one message after the other repeats."""
NOT_QUICK: Final = (KeyError, TypeError, ValueError, AttributeError, InvalidOperation)
"""What reading by hand raises where a push is not as documented."""

Levels = tuple[tuple[Decimal, Decimal], ...]


class TickerFigures(NamedTuple):
    """Day figures of one symbol. `change` is a fraction; `time` 0 where none is sent."""

    symbol: str
    last: Decimal
    mark: Decimal | None
    index: Decimal | None  # type: ignore[assignment]  # hides tuple.index, which nobody asks a ticker for
    change: Decimal | None
    high: Decimal | None
    low: Decimal | None
    base_volume: Decimal | None
    quote_volume: Decimal | None
    time: int = 0


class BookChange(NamedTuple):
    """News of a book: (price, size) pairs with absolute sizes; in a change, size 0 deletes a level."""

    symbol: str
    start_version: int
    end_version: int
    depth_type: str
    asks: Levels
    bids: Levels


class Print(NamedTuple):
    """One print. `buyer_maker` true means that the taker sold."""

    trade_id: str
    time: int
    price: Decimal
    size: Decimal
    buyer_maker: bool


# -- reading; each raises one of `NOT_QUICK`. One look at all numbers of a message costs ----------
# -- less than a look at each, and no number holds the bar between them --------------------------


def figures(symbol: str, texts: tuple[str, str, str, str, str, str, str, str]) -> TickerFigures:
    """Read the numbers of a ticker: last, mark, index, high, low, change, base and quote volume."""
    if not _are_figures("|".join(texts)):
        raise ValueError("not plain numbers")
    last, mark, index, high, low, change, base, quote = texts
    top, bottom = _extreme(high), _extreme(low)
    found = TickerFigures(
        symbol, Decimal(last), Decimal(mark), Decimal(index), Decimal(change),
        top, bottom, Decimal(base), Decimal(quote),
    )  # fmt: skip
    if not (found[1] and found[2] and found[3] and top and bottom):
        raise ValueError("a price is not zero")
    return found


def levels(flat: list[str]) -> Levels:
    """Read levels from price, size, price, size ..."""
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


# -- what a model has read, in the same shape ------------------------------------


def ticker_of(row: TickerRow) -> TickerFigures:
    return TickerFigures(
        row.symbol, row.last, row.mark, row.index, row.change,
        row.high, row.low, row.base_volume, row.quote_volume, row.time,
    )  # fmt: skip


def book_of(push: BookPush) -> BookChange:
    asks, bids = (tuple((row.price, row.size) for row in side) for side in (push.asks, push.bids))
    return BookChange(push.symbol, push.start_version, push.end_version, push.depth_type, asks, bids)


def print_of(row: TradeRow) -> Print:
    return Print(row.trade_id, row.time, row.price, row.size, row.buyer_maker)
