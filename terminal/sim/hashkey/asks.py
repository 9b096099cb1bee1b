"""What a public stream client asks for, in either version's words. Source: reference section 7."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import orjson

from terminal.sim.hashkey.names import INTERVALS

_KLINE_V1 = "kline_"


class Version(Enum):
    """The two public streams."""

    V1 = "v1"
    V2 = "v2"


class WishKind(Enum):
    SUBSCRIBE = auto()
    CANCEL = auto()
    PING = auto()
    NONSENSE = auto()


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of one symbol; `interval` is the klines' name of it, "" for the rest."""

    version: Version
    name: str  # kline, realtimes, trade, depth, bbo
    symbol: str
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A client's frame; `frame` is what an acknowledgement repeats."""

    kind: WishKind
    topics: tuple[Topic, ...]
    frame: dict[str, Any]


_TOPICS = {
    Version.V1: frozenset({"realtimes", "trade", "depth"}),
    Version.V2: frozenset({"realtimes", "trade", "depth", "bbo", "kline"}),
}
_EVENTS = {"sub": WishKind.SUBSCRIBE, "cancel": WishKind.CANCEL}


def read_wish(text: str, version: Version) -> Wish:
    """A client's frame; one that cannot be read is NONSENSE."""
    try:
        frame = orjson.loads(text)
    except ValueError:
        frame = None
    if not isinstance(frame, dict):
        return Wish(WishKind.NONSENSE, (), {})
    if "ping" in frame:
        return Wish(WishKind.PING, (), frame)
    event = frame.get("event")
    kind = _EVENTS.get(event, WishKind.NONSENSE) if isinstance(event, str) else WishKind.NONSENSE
    topics = _topics(frame, version) if kind is not WishKind.NONSENSE else ()
    return Wish(kind if topics else WishKind.NONSENSE, topics, frame)


def _topics(frame: dict[str, Any], version: Version) -> tuple[Topic, ...]:
    """The topics a frame names; empty when it names something there is not."""
    name, params = frame.get("topic"), frame.get("params") or {}
    if not isinstance(name, str) or not isinstance(params, dict):
        return ()
    interval = ""
    if version is Version.V1:
        symbols = frame.get("symbol")
        if params.get("binary") not in {None, False, "false"}:
            return ()  # zipped frames are not served
        if name.startswith(_KLINE_V1):
            name, interval = "kline", name.removeprefix(_KLINE_V1)
    else:
        symbols = params.get("symbol")
        interval = params.get("klineType", "") if name == "kline" else ""
    is_known = interval in INTERVALS if name == "kline" else name in _TOPICS[version]
    if not is_known or not isinstance(symbols, str):
        return ()
    return tuple(Topic(version, name, symbol.strip(), interval) for symbol in symbols.split(","))
