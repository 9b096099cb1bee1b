"""Pushes of the public stream, read by hand where they come by the thousand. Source: WOO X API v3, WebSocket v3.

Each function raises `MalformedReply` when the push is not as documented.
"""

from typing import Any, NamedTuple

from terminal.net.wire import quick
from terminal.net.wire.decode import parse
from terminal.net.wire.quick import NOT_QUICK, Levels
from terminal.venues.woox.wire.market import BookPush, BookReply


class BookChange(NamedTuple):  # made for every push: half the time of a frozen dataclass
    """One link of a book's chain."""

    symbol: str
    previous_ms: int
    ts_ms: int
    bids: Levels
    asks: Levels


def book_change(data: Any) -> BookChange:
    """Read data of `orderbookupdate`."""
    try:
        return BookChange(
            quick.text(data["s"]),
            quick.time_ms(data["prevTs"]),
            quick.time_ms(data["ts"]),
            quick.pairs(data["bids"]),
            quick.pairs(data["asks"]),
        )
    except NOT_QUICK:
        push = parse(BookPush, data)
        return BookChange(push.symbol, push.previous_ms, push.ts_ms, tuple(push.bids), tuple(push.asks))


def snapshot_levels(reply: BookReply) -> tuple[Levels, Levels]:
    """Give bids and asks of a book fetched once."""
    bids = tuple((row.price, row.size) for row in reply.data.bids)
    return bids, tuple((row.price, row.size) for row in reply.data.asks)
