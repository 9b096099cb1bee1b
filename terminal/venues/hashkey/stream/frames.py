"""Frames of the public sockets. Source: HashKey API, public WebSocket v1 and v2.

v2 carries tickers, books and prints, v1 only bars: it alone tells their volume in full.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from terminal.net.stream.link import Frame, OwnPing

PING_S: Final = 10.0
SILENCE_S: Final = 30.0
_SUCCESS: Final = frozenset({"0", "200"})
_BARS: Final = "kline_"


class Topic(Enum):
    """What a v2 subscription carries."""

    TICKER = "realtimes"
    BEST = "bbo"
    DEPTH = "depth"
    TRADES = "trade"


TOPICS: Final = {topic.value: topic for topic in Topic}


def own_ping(now_ms: Callable[[], int]) -> OwnPing:
    """The heartbeat both public sockets expect from us."""
    return OwnPing(PING_S, lambda: {"ping": now_ms()})


def operation(topic: Topic, symbol: str, *, join: bool) -> Frame:
    """Give the v2 frame that joins or leaves a topic."""
    return {"topic": topic.value, "event": _event(join=join), "params": {"symbol": symbol}}


def bars_operation(symbol: str, interval: str, number: int, *, join: bool) -> Frame:
    """Give the v1 frame that joins or leaves bars. `binary` would make zipped frames."""
    return {
        "symbol": symbol,
        "topic": f"{_BARS}{interval}",
        "event": _event(join=join),
        "params": {"binary": False},
        "id": number,
    }


def refusal(frame: Frame) -> str | None:
    """Give the words of a refused subscription; None for any other frame."""
    code = frame.get("code")
    if code is None or str(code) in _SUCCESS:
        return None
    return f"{frame.get('msg', '')} [{code}]"


def is_acknowledgement(frame: Frame) -> bool:
    """Tell whether a frame is the venue's yes to a subscription: our own request with a code of success."""
    return "event" in frame and str(frame.get("code")) in _SUCCESS


def symbol_in(frame: Frame) -> str:
    """Give the symbol of a v2 push, from its parameters or from the data itself; "" where neither names one."""
    parameters, data = frame.get("params"), frame.get("data")
    if isinstance(parameters, dict) and parameters.get("symbol"):
        return str(parameters["symbol"])
    return str(data.get("s", "")) if isinstance(data, dict) else ""


def bars_in(frame: Frame) -> tuple[str, str, list[Any]] | None:
    """Give symbol, interval and elements of a v1 push of bars; None for any other frame."""
    topic, data, parameters = str(frame.get("topic", "")), frame.get("data"), frame.get("params")
    if not topic.startswith("kline") or not isinstance(data, list):
        return None
    told = parameters.get("klineType", "") if isinstance(parameters, dict) else ""
    return str(frame.get("symbol", "")), str(told or topic.removeprefix(_BARS)), data


def _event(*, join: bool) -> str:
    return "sub" if join else "cancel"
