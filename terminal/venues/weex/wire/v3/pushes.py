"""Tickers, books and prints of v3's public stream. Source: weex contract API v3, public WebSocket.

Each function raises `MalformedReply` when the push is not as documented.
"""

from typing import Any

from terminal.net.wire import quick
from terminal.net.wire.decode import parse
from terminal.net.wire.quick import NOT_QUICK
from terminal.venues.weex.wire import quick as shapes
from terminal.venues.weex.wire.quick import BookChange, Print, TickerFigures
from terminal.venues.weex.wire.v3.market import DepthPush, TickerPush, TradePush


def ticker_push(symbol: str, element: Any) -> TickerFigures:
    """Read an element of the ticker channel; it names no symbol, so the frame's is given."""
    try:
        e = element
        return shapes.figures(symbol, (e["c"], e["m"], e["i"], e["h"], e["l"], e["P"], e["v"], e["q"]))
    except NOT_QUICK:
        named = {**element, "symbol": symbol} if isinstance(element, dict) else element
        return shapes.ticker_of(parse(TickerPush, named))


def depth_push(element: Any) -> BookChange:
    """Read a depth frame; levels and versions stand at its top level."""
    try:
        return BookChange(
            quick.text(element["s"]),
            quick.count(element["U"]),
            quick.count(element["u"]),
            quick.text(element["d"]),
            quick.pairs(element["a"]),
            quick.pairs(element["b"]),
        )
    except NOT_QUICK:
        return shapes.book_of(parse(DepthPush, element))


def trade_push(element: Any) -> Print:
    """Read an element of the trade channel."""
    try:
        price, size = quick.printed(element["p"], element["q"])
        return Print(quick.text(element["t"]), quick.time_ms(element["T"]), price, size, quick.flag(element["m"]))
    except NOT_QUICK:
        return shapes.print_of(parse(TradePush, element))
