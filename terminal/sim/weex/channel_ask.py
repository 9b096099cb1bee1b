"""A public channel a client asks for, free of the dialect it was named in."""

from dataclasses import dataclass
from enum import Enum, auto

from terminal.sim.market.types import PriceKind


class ChannelKind(Enum):
    TICKER = auto()
    TRADES = auto()
    KLINE = auto()
    DEPTH = auto()


@dataclass(frozen=True, slots=True)
class ChannelAsk:
    """One channel; `interval` is in minutes and `interval_name` as it was written."""

    name: str
    kind: ChannelKind
    pair: str
    levels: int = 0
    interval: int = 0
    interval_name: str = ""
    price: PriceKind = PriceKind.LAST
