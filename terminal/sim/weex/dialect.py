"""What makes a dialect: its endpoints, its words for refusals, its frames.

Everything below a dialect (signatures, limits, faults, books, stream engines)
is shared; a dialect holds names and shapes only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Protocol

import orjson

from terminal.sim.exchange.records import AccountEvent
from terminal.sim.exchange.terms import Refusal
from terminal.sim.serving.market_view import Bar, DayView, DepthChange, TradeView
from terminal.sim.weex.channel_ask import ChannelAsk
from terminal.sim.weex.errors import Rejection, WeexError
from terminal.sim.weex.venue import Call, Venue

Handler = Callable[[Venue, Call], Any]
Frame = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint; `uid_weight` 0 means public."""

    handler: Handler
    ip_weight: int
    uid_weight: int = 0
    is_order_call: bool = False  # counts towards 10 per second
    is_logged: bool = False
    is_placing: bool = False  # its client ids are counted

    @property
    def is_private(self) -> bool:
        return self.uid_weight > 0


def order_call(handler: Handler, ip_weight: int, uid_weight: int, *, places: bool = False) -> Endpoint:
    """An endpoint that counts towards the order calls per second and is logged."""
    return Endpoint(handler, ip_weight, uid_weight, is_order_call=True, is_logged=True, is_placing=places)


def logged(handler: Handler, ip_weight: int, uid_weight: int, *, places: bool = False) -> Endpoint:
    return Endpoint(handler, ip_weight, uid_weight, is_logged=True, is_placing=places)


@dataclass(frozen=True, slots=True)
class LogNames:
    """Where the order-call log finds ids: request fields, answer fields, rows of a batch."""

    client_ids: tuple[str, ...]
    order_ids: tuple[str, ...]
    rows: str = ""


class WishKind(Enum):
    SUBSCRIBE = auto()
    UNSUBSCRIBE = auto()
    PONG = auto()
    PING = auto()
    NONSENSE = auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a stream client's frame asks for; `token` is what its answer repeats."""

    kind: WishKind
    channels: tuple[str, ...] = ()
    token: Any = None


def frame_of(text: str) -> Frame:
    """A stream client's frame; one that is no JSON object is as empty as one that asks for nothing."""
    try:
        frame = orjson.loads(text)
    except ValueError:
        return {}
    return frame if isinstance(frame, dict) else {}


def wish_kind(wishes: Mapping[str, WishKind], word: object) -> WishKind:
    """What a frame's word asks for, in a dialect's words."""
    return wishes.get(word, WishKind.NONSENSE) if isinstance(word, str) else WishKind.NONSENSE


class Trouble(Enum):
    """Why a stream client's wish is not met."""

    NONSENSE = "unknown event"
    NO_SUCH_CHANNEL = "channel does not exist"
    TOO_MANY_CHANNELS = "too many channels"
    TOO_MANY_OPERATIONS = "too many operations"


class StreamDialect(Protocol):
    """Frames of the streams, both ways."""

    public_path: str
    private_path: str
    trade_snapshot: int  # trades a new subscriber is shown first

    def read(self, text: str) -> Wish: ...

    def acknowledge(self, wish: Wish) -> Frame: ...

    def complain(self, wish: Wish, trouble: Trouble, channel: str) -> Frame: ...

    def ping(self, now_ms: int, *, is_private: bool) -> Frame: ...

    def answer_beat(self, wish: Wish, *, is_private: bool) -> Frame | None:
        """The answer to a client's ping or pong, None if it gets none."""

    def parse_channel(self, name: str) -> ChannelAsk | None:
        """The public channel of that name, None if there is no such channel."""

    def ticker(self, ask: ChannelAsk, day: DayView) -> Frame: ...

    def trades(self, ask: ChannelAsk, trades: list[TradeView], now_ms: int, *, is_snapshot: bool) -> Frame: ...

    def klines(self, ask: ChannelAsk, bars: list[Bar], now_ms: int, *, is_snapshot: bool) -> Frame: ...

    def depth(self, ask: ChannelAsk, change: DepthChange, now_ms: int) -> Frame: ...

    def account_event(self, event: AccountEvent) -> Frame: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of the venue's API.

    Attributes:
        name: "v2" or "v3".
        prefixes: paths that belong to it.
        endpoints: by method and path.
        refuse: words and code of a refusal.
        envelope: a refusal's JSON body.
        not_found: JSON body for a path that does not exist.
        names_methods: True when a known path with another method has a refusal of its own.
    """

    name: str
    prefixes: tuple[str, ...]
    endpoints: Mapping[tuple[str, str], Endpoint]
    refuse: Callable[[WeexError | Refusal], Rejection]
    envelope: Callable[[Rejection, int], dict[str, Any]]
    not_found: Callable[[str, int], dict[str, Any]]
    log_names: LogNames
    streams: StreamDialect
    names_methods: bool = False
    paths: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "paths", frozenset(path for _, path in self.endpoints))
