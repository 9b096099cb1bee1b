"""The stream's topics by name. Source: reference section 6."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from terminal.sim.market.candles import MONTH, WEEK
from terminal.sim.woox.booktape import DEPTHS
from terminal.sim.woox.instruments import LISTINGS, Listing

PRIVATE_TOPICS: Final = frozenset({"executionreport", "balance", "position", "account", "algoexecutionreport"})
_INTERVALS: Final = {
    "1m": 1,
    "3m": 3,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "2h": 120,
    "4h": 240,
    "6h": 360,
    "12h": 720,
    "1d": 1_440,
    "3d": 4_320,
    "1w": WEEK,
    "1M": MONTH,
}


class TopicKind(Enum):
    """What a topic is about, by the word it begins with."""

    BOOK = "orderbookupdate"
    BOOK_RPI = "orderbookupdaterpi"
    BOOK_10 = "orderbook10"
    BBO = "bbo"
    BBO_RPI = "bborpi"
    TRADE = "trade"
    KLINE = "kline"
    TICKER = "ticker"
    MARK = "markprice"
    INDEX = "indexprice"
    FUNDING = "estfundingrate"
    INTEREST = "openinterest"


@dataclass(frozen=True, slots=True)
class Topic:
    """A public topic; `detail` is the depth of a book or the minutes of a bar, 0 where there is none."""

    name: str
    kind: TopicKind
    listing: Listing
    detail: int = 0
    interval_name: str = ""


_PLAIN: Final = {TopicKind.BOOK_10, TopicKind.BBO, TopicKind.BBO_RPI, TopicKind.TRADE, TopicKind.TICKER}
_OF_CONTRACTS: Final = {TopicKind.MARK, TopicKind.FUNDING, TopicKind.INTEREST}


def parse_topic(name: str) -> Topic | None:
    """The public topic of that name, None when there is none."""
    word, *rest = name.split("@")
    kinds = {kind.value: kind for kind in TopicKind}
    if word not in kinds or not rest or rest[0] not in LISTINGS:
        return None
    kind, listing, details = kinds[word], LISTINGS[rest[0]], rest[1:]
    if kind in {TopicKind.BOOK, TopicKind.BOOK_RPI}:
        depths = {str(depth): depth for depth in DEPTHS}
        return Topic(name, kind, listing, depths[details[0]]) if len(details) == 1 and details[0] in depths else None
    if kind is TopicKind.KLINE:
        if len(details) != 1 or details[0] not in _INTERVALS:
            return None
        return Topic(name, kind, listing, _INTERVALS[details[0]], details[0])
    fits = (
        kind in _PLAIN
        or (kind in _OF_CONTRACTS and not listing.is_spot)
        or (kind is TopicKind.INDEX and listing.is_spot)
    )
    return Topic(name, kind, listing) if fits and not details else None
