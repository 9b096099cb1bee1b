"""What frames mean, the same for both dialects; a grammar per dialect reads and writes them."""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol

from terminal.net.stream.link import Frame
from terminal.venues.weex.wire.market import CandleRow
from terminal.venues.weex.wire.quick import BookChange, Print, TickerFigures


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


class PublicData(NamedTuple):  # made once a frame: half the time of a frozen dataclass
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

    def ticker(self, symbol: str, element: Any) -> TickerFigures: ...

    def depth(self, element: Any) -> BookChange: ...

    def bar(self, element: Any) -> CandleRow: ...

    def bar_open(self, element: Any) -> Hashable:
        """Name a bar's open time as it is spelled; None where there is none."""
        ...

    def trade(self, element: Any) -> Print: ...


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


def spelled(value: Any) -> Hashable:
    """Give a number or text as it is, None for anything else."""
    return value if isinstance(value, int | str) else None
