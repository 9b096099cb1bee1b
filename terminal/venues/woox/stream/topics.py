"""Which topics the public stream follows, most important first: a connection carries a hundred."""

from dataclasses import dataclass
from typing import Final

from terminal.venues.woox.stream.frames import TOPICS_A_CONNECTION

DEPTH: Final = 50
DEEP: Final = 200


@dataclass(frozen=True, slots=True)
class Market:
    """One pair as the stream spells it. `index` is its coin's symbol; None on spot, which needs no other price."""

    symbol: str
    index: str | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is followed besides prices and books, in the venue's words. `bars` are (symbol, interval)."""

    bars: frozenset[tuple[str, str]] = frozenset()
    tapes: frozenset[str] = frozenset()
    deep: frozenset[str] = frozenset()


def levels_of(symbol: str, wishes: Wishes) -> int:
    return DEEP if symbol in wishes.deep else DEPTH


def book_topic(symbol: str, wishes: Wishes) -> str:
    """Name the topic of a book; never the variant with hidden retail orders, which ours do not meet."""
    return f"orderbookupdate@{symbol}@{levels_of(symbol, wishes)}"


def wanted_topics(markets: tuple[Market, ...], wishes: Wishes) -> tuple[list[str], int]:
    """Give the topics to follow, and how many more there would be beyond what a connection carries."""
    topics = [book_topic(market.symbol, wishes) for market in markets]
    topics += [f"ticker@{market.symbol}" for market in markets]
    for market in markets:
        if market.index is not None:
            topics += [f"markprice@{market.symbol}", f"indexprice@{market.index}"]
    topics += [f"trade@{symbol}" for symbol in sorted(wishes.tapes)]
    topics += [f"kline@{symbol}@{interval}" for symbol, interval in sorted(wishes.bars)]
    return topics[:TOPICS_A_CONNECTION], max(0, len(topics) - TOPICS_A_CONNECTION)
