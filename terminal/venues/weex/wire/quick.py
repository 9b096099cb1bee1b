"""WEEX's most frequent pushes in the shape they are read into; a test holds that hand and model read the same."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from terminal.net.wire.quick import AMOUNT, PRICE, Levels
from terminal.venues.weex.wire.market import BookPush, TickerRow, TradeRow

_are_figures: Final = re.compile(rf"{PRICE}(?:\|{PRICE}){{4}}\|-?{AMOUNT}(?:\|{AMOUNT}){{2}}").fullmatch
_extreme: Final = lru_cache(maxsize=256)(Decimal)
"""Reads the extremes of a day, which one message after the other repeats."""


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


def figures(symbol: str, texts: tuple[str, str, str, str, str, str, str, str]) -> TickerFigures:
    """Read the numbers of a ticker: last, mark, index, high, low, change, base and quote volume.

    Raises one of `NOT_QUICK`.
    """
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
