"""The frames of v2: one channel a frame, `event` names what it is. Source: weex contract API v2, WebSocket."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any, Final

from terminal.domain.errors import MalformedReply
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
from terminal.venues.weex.wire.market import CandleRow, candle_row
from terminal.venues.weex.wire.private import NestedMessage
from terminal.venues.weex.wire.quick import BookChange, Print, TickerFigures
from terminal.venues.weex.wire.v2.market import CandlePush
from terminal.venues.weex.wire.v2.pushes import depth_push, ticker_push, trade_push

_TOPICS: Final = {topic.value: topic for topic in Topic}
_DATA_KEYS: Final = {
    "account": "collateral",
    "positions": "position",
    "orders": "order",
    "fill": "orderFillTransaction",
}


class GrammarV2:
    """What both sockets share."""

    def operation(self, operation: Operation, channel: str) -> Frame:
        return {"event": operation.value, "channel": channel}

    def pong(self, frame: Frame) -> Frame | None:
        """Answer a ping with its own time."""
        if frame.get("event") != "ping":
            return None
        return {"event": "pong", "time": str(frame.get("time", ""))}

    def _answer(self, frame: Frame) -> Confirmed | Failure | None:
        match frame.get("event"):
            case "error":
                return Failure(str(frame.get("msg", "")))
            case "subscribed":
                return Confirmed(_channel(frame))
        return None


class PublicV2(NamedChannels, GrammarV2):
    """Implements `PublicGrammar`."""

    names = ChannelNames(
        ticker="ticker.{symbol}",
        depth="depth.{symbol}.{levels}",
        bars="kline.LAST_PRICE.{symbol}.{interval}",
        trades="trades.{symbol}",
    )

    def read(self, frame: Frame) -> Confirmed | Failure | PublicData | None:
        """Give what a frame means; None when it means nothing to us."""
        if frame.get("event") != "payload":
            return self._answer(frame)
        channel, data = _channel(frame), frame.get("data")
        topic, symbol, interval = _parted(channel)
        return PublicData(channel, topic, symbol, interval, data if isinstance(data, list) else [data])

    def ticker(self, symbol: str, element: Any) -> TickerFigures:  # noqa: ARG002  # v3 needs the symbol
        return ticker_push(element)

    def depth(self, element: Any) -> BookChange:
        return depth_push(element)

    def bar(self, element: Any) -> CandleRow:
        """Read a bar: an object, or a list as one client met. Raises `MalformedReply`."""
        return candle_row(element) if isinstance(element, list) else parse(CandlePush, element)

    def bar_open(self, element: Any) -> Hashable:
        """Name a bar's open time as it is spelled."""
        if isinstance(element, list):
            return spelled(element[0] if element else None)
        return spelled(element.get("klineTime") if isinstance(element, dict) else None)

    def trade(self, element: Any) -> Print:
        return trade_push(element)


class PrivateV2(GrammarV2):
    """Implements `PrivateGrammar`."""

    def read(self, frame: Frame) -> Confirmed | Failure | PrivateData | None:
        """Give what a frame means; None when it means nothing to us."""
        if frame.get("event") != "payload":
            return self._answer(frame)
        return PrivateData(_channel(frame), frame.get("msg"))

    def message(self, data: PrivateData) -> PrivateMessage:
        """Read a message.

        Raises:
            MalformedReply: it is not as documented, or its list has another name.
        """
        nested = parse(NestedMessage, data.raw)
        key = _DATA_KEYS.get(data.channel, "")
        elements = nested.data.get(key)
        if not isinstance(elements, list):
            raise MalformedReply(f"The message carries no list named {key}.", venue="WEEX")
        return PrivateMessage(nested.msg_event, nested.version, elements)


@lru_cache(maxsize=256)  # asked for with every message; a venue that makes up names must not fill the memory
def _parted(channel: str) -> tuple[Topic | None, str, str]:
    """Take a channel's name apart into topic, symbol and interval."""
    name, *parts = channel.split(".")
    topic = _TOPICS.get(name)
    if topic is Topic.BARS and len(parts) == 3:  # price type, symbol, interval
        return topic, parts[1], parts[2]
    return topic, parts[0] if parts else "", ""


def _channel(frame: Frame) -> str:
    return str(frame.get("channel", ""))
