"""The public topics' engines: what changed since they last spoke.

A channel exists while somebody listens to it. There is no snapshot at the
subscription: a book is read from REST and continued from the stream.
Source: reference section 6.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from terminal.sim.market.types import Print
from terminal.sim.serving.digits import text
from terminal.sim.serving.market_view import Bar, bars, day_view, level_rows, trade_view
from terminal.sim.woox.booktape import BookChange
from terminal.sim.woox.instruments import RULES
from terminal.sim.woox.topics import Topic, TopicKind
from terminal.sim.woox.venue import Venue

Data = dict[str, Any]
_SECOND: Final = 10  # ticks of 0.1 s
_MINUTE: Final = 600
_TOP: Final = 10


class Channel(Protocol):
    """`every` is the number of 0.1 s ticks between two polls."""

    topic: Topic
    every: int

    def poll(self, prints: Sequence[Print]) -> list[Data]:
        """What is to be told, oldest first; empty when nothing is."""

    def again(self) -> Data | None:
        """One more message for the load mode: true to the topic's rules, and nothing that trades changes by it."""

    def close(self) -> None:
        """Nobody listens any more."""


def open_channel(venue: Venue, topic: Topic) -> Channel:
    match topic.kind:
        case TopicKind.BOOK | TopicKind.BOOK_RPI:
            return BookChannel(venue, topic)
        case TopicKind.TRADE:
            return TradeChannel(venue, topic)
        case TopicKind.KLINE:
            return KlineChannel(venue, topic)
        case TopicKind.BBO | TopicKind.BBO_RPI | TopicKind.BOOK_10:
            return TopChannel(venue, topic)
        case _:
            return FigureChannel(venue, topic)


class BookChannel:
    """Changes of a book, each naming the time of the one before."""

    def __init__(self, venue: Venue, topic: Topic) -> None:
        self.topic = topic
        self.every = 1 if topic.detail < 500 else 2
        self._venue = venue
        self._rpi = topic.kind is TopicKind.BOOK_RPI
        self._tape = venue.books.follow(topic.listing, topic.detail, rpi=self._rpi)

    def poll(self, _prints: Sequence[Print]) -> list[Data]:
        change = self._tape.refresh(self._venue.clock.shown_ms())
        return [self._data(change)] if change else []

    def again(self) -> Data | None:
        change = self._tape.swell(self._venue.clock.shown_ms())
        return self._data(change) if change else None

    def close(self) -> None:
        self._venue.books.unfollow(self.topic.listing, self.topic.detail, rpi=self._rpi)

    def _data(self, change: BookChange) -> Data:
        rules = RULES[self.topic.listing.pair]
        return {
            "s": self.topic.listing.symbol,
            "prevTs": change.previous_ms,
            "ts": change.time_ms,
            "bids": level_rows(rules, change.bids),
            "asks": level_rows(rules, change.asks),
        }


class TopChannel:
    """The best bid and ask, or ten levels of the whole book, when they changed."""

    def __init__(self, venue: Venue, topic: Topic) -> None:
        self.topic = topic
        self.every = 2 if topic.kind is TopicKind.BOOK_10 else 1
        self._venue = venue
        self._sent: Data = {}

    def poll(self, _prints: Sequence[Print]) -> list[Data]:
        data = self._read()
        if data == self._sent or not data:
            return []
        self._sent = data
        return [self._stamped(data)]

    def again(self) -> Data | None:
        return self._stamped(self._sent) if self._sent else None

    def close(self) -> None:
        """Holds nothing."""

    def _read(self) -> Data:
        listing = self.topic.listing
        rules = RULES[listing.pair]
        if self.topic.kind is TopicKind.BOOK_10:
            state = self._venue.books.whole(listing, _TOP)
            return {"bids": level_rows(rules, state[0]), "asks": level_rows(rules, state[1])}
        bids, asks = self._venue.books.top(listing, rpi=self.topic.kind is TopicKind.BBO_RPI)
        bid, ask = ((level_rows(rules, side) or [["", ""]])[0] for side in (bids, asks))
        return {"bp": bid[0], "bq": bid[1], "ap": ask[0], "aq": ask[1]}

    def _stamped(self, data: Data) -> Data:
        return {"s": self.topic.listing.symbol, "ts": self._venue.clock.shown_ms(), **data}


class TradeChannel:
    """Every print, once."""

    every = 1  # prints are handed out once, so no tick may be missed

    def __init__(self, venue: Venue, topic: Topic) -> None:
        self.topic = topic
        self._venue = venue

    def poll(self, prints: Sequence[Print]) -> list[Data]:
        listing = self.topic.listing
        views = [(trade, trade_view(RULES[listing.pair], trade)) for trade in prints if trade.pair == listing.pair]
        return [
            {
                "s": listing.symbol,
                "ts": view.time_ms,
                "px": view.price,
                "sx": view.size,
                "sd": trade.taker_side.value,
                "src": 0,
                "rpi": False,
            }
            for trade, view in views
        ]

    def again(self) -> Data | None:
        """Nothing: a print that no trade stands behind would be a lie."""
        return None

    def close(self) -> None:
        """Holds nothing."""


class KlineChannel:
    """The forming bar when it changed, and a bar that closed in its final state."""

    every = 3

    def __init__(self, venue: Venue, topic: Topic) -> None:
        self.topic = topic
        self._venue = venue
        self._forming: Bar | None = None

    def poll(self, _prints: Sequence[Print]) -> list[Data]:
        rows = bars(self._venue, self.topic.listing.pair, self.topic.detail, 2)
        since = self._forming.open_ms if self._forming else rows[-1].open_ms if rows else 0
        fresh = [row for row in rows if row.open_ms >= since and row != self._forming]
        if rows:
            self._forming = rows[-1]
        return [self._data(row) for row in fresh]

    def again(self) -> Data | None:
        return self._data(self._forming) if self._forming else None

    def close(self) -> None:
        """Holds nothing."""

    def _data(self, bar: Bar) -> Data:
        return {
            "s": self.topic.listing.symbol,
            "ts": self._venue.clock.shown_ms(),
            "t": self.topic.interval_name,
            "o": bar.open,
            "c": bar.close,
            "h": bar.high,
            "l": bar.low,
            "v": bar.base,
            "a": bar.quote,
            "st": bar.open_ms,
            "et": bar.close_ms,
            "tts": self._venue.clock.shown_ms(),
        }


class FigureChannel:
    """A figure told at a steady pace, changed or not."""

    def __init__(self, venue: Venue, topic: Topic) -> None:
        self.topic = topic
        self.every = _MINUTE if topic.kind in {TopicKind.FUNDING, TopicKind.INTEREST} else _SECOND
        self._venue = venue

    def poll(self, _prints: Sequence[Print]) -> list[Data]:
        head = {"s": self.topic.listing.symbol, "ts": self._venue.clock.shown_ms()}
        return [head | self._figures()]

    def again(self) -> Data | None:
        return self.poll(())[0]

    def close(self) -> None:
        """Holds nothing."""

    def _figures(self) -> Data:
        pair, market = self.topic.listing.pair, self._venue.market
        match self.topic.kind:
            case TopicKind.TICKER:
                return self._ticker()
            case TopicKind.MARK:
                return {"px": day_view(self._venue, pair).mark}
            case TopicKind.INDEX:
                return {"px": day_view(self._venue, pair).index}
            case TopicKind.FUNDING:
                return {"r": text(market.funding_rate(pair)), "ft": market.next_funding_ms}
            case _:
                return {"oi": text(RULES[pair].size(market.open_interest(pair)))}

    def _ticker(self) -> Data:
        day = day_view(self._venue, self.topic.listing.pair)
        return {
            "o": day.open,
            "c": day.last,
            "h": day.high,
            "l": day.low,
            "v": day.base,
            "a": day.quote,
            "q": day.base,
            "u": day.quote,
            "cnt": day.trades,
            "tts": day.time_ms,
        }
