"""Tickers, books and prints of v2's public stream. Source: weex contract API v2, public WebSocket.

Each function raises `MalformedReply` when the push is not as documented.
"""

from typing import Any

from terminal.net.wire import quick
from terminal.net.wire.decode import parse
from terminal.net.wire.quick import NOT_QUICK
from terminal.venues.weex.wire import quick as shapes
from terminal.venues.weex.wire.quick import BookChange, Print, TickerFigures
from terminal.venues.weex.wire.v2.market import DepthPush, TickerPush, TradePush


def ticker_push(element: Any) -> TickerFigures:
    """Read an element of the ticker channel. The venue leaves the index out more often than not."""
    try:
        e, last, index = element, element["lastPrice"], element.get("indexPrice")
        near = last if index is None else index
        texts = (last, e["markPrice"], near, e["high"], e["low"], e["priceChangePercent"], e["size"], e["value"])
        found = shapes.figures(quick.text(e["symbol"]), texts)
        return found if index is not None else found._replace(index=None)
    except NOT_QUICK:
        return shapes.ticker_of(parse(TickerPush, element))


def depth_push(element: Any) -> BookChange:
    """Read an element of a depth channel."""
    try:
        return BookChange(
            quick.text(element["symbol"]),
            quick.count(element["startVersion"]),
            quick.count(element["endVersion"]),
            quick.text(element["depthType"]),
            quick.named_levels(element["asks"]),
            quick.named_levels(element["bids"]),
        )
    except NOT_QUICK:
        return shapes.book_of(parse(DepthPush, element))


def trade_push(element: Any) -> Print:
    """Read an element of the trades channel; it carries no id."""
    try:
        price, size = quick.printed(element["price"], element["size"])
        return Print("", quick.time_ms(element["time"]), price, size, quick.flag(element["buyerMaker"]))
    except NOT_QUICK:
        return shapes.print_of(parse(TradePush, element))
