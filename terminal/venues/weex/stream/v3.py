"""The frames of v3: numbered requests, flat data with one-letter names. Source: weex contract API v3, WebSocket."""

from collections.abc import Hashable
from itertools import count
from typing import Any, Final

from terminal.net.stream.link import Frame
from terminal.net.wire.decode import parse
from terminal.venues.weex.stream.channels import ChannelNames, NamedChannels
from terminal.venues.weex.stream.frames import (
    Confirmed,
    Failure,
    Operation,
    PrivateData,
    PrivateMessage,
    PublicData,
    Topic,
    spelled,
)
from terminal.venues.weex.wire.market import CandleRow
from terminal.venues.weex.wire.private import FlatMessage
from terminal.venues.weex.wire.quick import BookChange, Print, TickerFigures
from terminal.venues.weex.wire.v3.market import CandlePush
from terminal.venues.weex.wire.v3.pushes import depth_push, ticker_push, trade_push

_TICKER, _DEPTH, _BARS, _TRADES = Topic  # looked up for every message; a class attribute takes thrice as long
_TOPICS: Final = {
    "ticker": Topic.TICKER,
    "depth": Topic.DEPTH,
    "depthSnapshot": Topic.DEPTH,
    "kline": Topic.BARS,
    "klineSnapshot": Topic.BARS,
    "trade": Topic.TRADES,
    "tradeSnapshot": Topic.TRADES,
}


class GrammarV3:
    """What both sockets share: requests are numbered, and an answer names only the number."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._asked: dict[str, str] = {}

    def operation(self, operation: Operation, channel: str) -> Frame:
        """Give the frame that joins or leaves a channel, and remember its number."""
        number = next(self._numbers)
        if operation is Operation.SUBSCRIBE:
            self._asked[str(number)] = channel
        return {"method": operation.value.upper(), "params": [channel], "id": number}

    def pong(self, frame: Frame) -> Frame | None:
        """Answer a ping: the public socket names it `event`, the private one `type`."""
        if "ping" not in {frame.get("event"), frame.get("type")}:
            return None
        return {"method": "PONG", "id": next(self._numbers)}

    def _answer(self, frame: Frame) -> Confirmed | Failure | None:
        if frame.get("event") == "error":
            return Failure(str(frame.get("msg", "")))
        if "result" not in frame:
            return None  # a greeting, or the venue's answer to our pong
        channel = self._asked.pop(str(frame.get("id")), "")
        if frame["result"] is True:
            return Confirmed(channel)
        return Failure(str(frame.get("msg") or f"{channel or 'a channel'} was refused"))


class PublicV3(NamedChannels, GrammarV3):
    """Implements `PublicGrammar`."""

    names = ChannelNames(
        ticker="{symbol}@ticker",
        depth="{symbol}@depth{levels}",
        bars="{symbol}@kline_{interval}_LAST_PRICE",
        trades="{symbol}@trade",
    )

    def read(self, frame: Frame) -> Confirmed | Failure | PublicData | None:
        """Give what a frame means; None when it means nothing to us.

        Data frames do not name their channel; event, symbol, level and interval make it up.
        """
        event = frame.get("e")
        if event is None:
            return self._answer(frame)
        symbol, data, interval = str(frame.get("s", "")), frame.get("d"), ""
        topic = _TOPICS.get(str(event))
        elements = data if type(data) is list else [data]
        if topic is _TICKER:
            channel = self.ticker_channel(symbol)
        elif topic is _DEPTH:
            channel, elements = f"{symbol}@depth{frame.get('l')}", [frame]
        elif topic is _TRADES:
            channel = self.trades_channel(symbol)
        elif topic is _BARS:
            interval = _interval(elements)
            channel = f"{symbol}@kline_{interval}_{frame.get('p')}"
        else:
            channel = f"{symbol}@{event}"
        return PublicData(channel, topic, symbol, interval, elements)

    def ticker(self, symbol: str, element: Any) -> TickerFigures:
        """Read a ticker; its element names no symbol, so the frame's is given. Raises `MalformedReply`."""
        return ticker_push(symbol, element)

    def depth(self, element: Any) -> BookChange:
        return depth_push(element)

    def bar(self, element: Any) -> CandleRow:
        return parse(CandlePush, element)

    def bar_open(self, element: Any) -> Hashable:
        """Name a bar's open time as it is spelled."""
        return spelled(element.get("t") if isinstance(element, dict) else None)

    def trade(self, element: Any) -> Print:
        return trade_push(element)


class PrivateV3(GrammarV3):
    """Implements `PrivateGrammar`."""

    def read(self, frame: Frame) -> Confirmed | Failure | PrivateData | None:
        """Give what a frame means; None when it means nothing to us."""
        return PrivateData(str(frame["e"]), frame) if "e" in frame else self._answer(frame)

    def message(self, data: PrivateData) -> PrivateMessage:
        flat = parse(FlatMessage, data.raw)
        return PrivateMessage(flat.msg_event, flat.version, flat.elements)


def _interval(elements: list[Any]) -> str:
    first = elements[0] if elements else None
    return str(first.get("i", "")) if isinstance(first, dict) else ""
