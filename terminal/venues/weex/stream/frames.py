"""What frames mean, the same for both dialects; a grammar per dialect reads and writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from terminal.venues.weex.wire.market import BookPush, CandleRow, TickerRow, TradeRow

Frame = Mapping[str, Any]


class Operation(Enum):
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class Topic(Enum):
    """What a public channel carries."""

    TICKER = "ticker"
    DEPTH = "depth"
    BARS = "kline"
    TRADES = "trades"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The venue took a subscription; `channel` is "" when it named none we know."""

    channel: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The venue reports an error on the stream."""

    text: str


@dataclass(frozen=True, slots=True)
class PublicData:
    """Elements of a public channel. `topic` None: a channel of a kind we never ask for."""

    channel: str
    topic: Topic | None
    symbol: str
    interval: str
    elements: list[Any]


@dataclass(frozen=True, slots=True)
class PrivateData:
    """A message of a private channel, not read yet."""

    channel: str
    raw: Any


@dataclass(frozen=True, slots=True)
class PrivateMessage:
    """`version` counts up account-wide, over all channels."""

    event: str
    version: int
    elements: list[Any]


class Grammar(Protocol):
    """Both kinds of socket."""

    def operation(self, operation: Operation, channel: str) -> Frame:
        """Give the frame that joins or leaves a channel."""
        ...

    def pong(self, frame: Frame) -> Frame | None:
        """Give the answer to a heartbeat; None for any other frame."""
        ...


class PublicGrammar(Grammar, Protocol):
    """Channels and elements of the public socket. Reading an element raises `MalformedReply`."""

    def ticker_channel(self, symbol: str) -> str: ...

    def depth_channel(self, symbol: str, levels: int) -> str: ...

    def bars_channel(self, symbol: str, interval: str) -> str: ...

    def trades_channel(self, symbol: str) -> str: ...

    def read(self, frame: Frame) -> Confirmed | Failure | PublicData | None:
        """Give what a frame means; None when it means nothing to us."""
        ...

    def ticker(self, symbol: str, element: Any) -> TickerRow: ...

    def depth(self, element: Any) -> BookPush: ...

    def bar(self, element: Any) -> CandleRow: ...

    def trade(self, element: Any) -> TradeRow: ...


class PrivateGrammar(Grammar, Protocol):
    """Messages of the private socket."""

    def read(self, frame: Frame) -> Confirmed | Failure | PrivateData | None:
        """Give what a frame means; None when it means nothing to us."""
        ...

    def message(self, data: PrivateData) -> PrivateMessage:
        """Read a message.

        Raises:
            MalformedReply: it is not as documented.
        """
        ...
