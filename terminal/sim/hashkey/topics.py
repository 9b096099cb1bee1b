"""The public topics' engines: what a new subscriber gets and what has changed since.

A topic exists while somebody listens to it. Source: reference section 7.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol

from terminal.sim.hashkey.asks import Topic, Version
from terminal.sim.hashkey.market_api import DEPTH_LEVELS, best_json, day_json, depth_sides
from terminal.sim.hashkey.names import EXCHANGE_ID, INTERVALS, pair_of
from terminal.sim.hashkey.shapes import plain
from terminal.sim.hashkey.venue import Venue
from terminal.sim.market.types import Print
from terminal.sim.serving.digits import change_fraction
from terminal.sim.serving.market_view import Bar, bars, day_view, trade_view

Row = dict[str, Any]
_FIRST_TRADES = 60


class TopicEngine(Protocol):
    """`every` is the number of 0.1 s ticks between two polls."""

    every: int

    def first(self) -> list[Row]:
        """What a new subscriber is sent at once."""

    def poll(self, prints: Sequence[Print]) -> list[Row]:
        """What has changed since the last poll; empty when nothing has."""

    def again(self) -> list[Row]:
        """One more message for the load mode that nothing that trades stands behind; empty when there is none."""


def open_topic(venue: Venue, topic: Topic) -> TopicEngine:
    pair = pair_of(topic.symbol)
    is_v1 = topic.version is Version.V1
    match topic.name:
        case "kline":
            return Klines(venue, pair, topic.interval, is_v1=is_v1)
        case "realtimes":
            return Realtimes(venue, pair, is_v1=is_v1)
        case "trade":
            return Trades(venue, pair, is_v1=is_v1)
        case "depth":
            return Depth(venue, pair, is_v1=is_v1)
        case _:
            return Best(venue, pair)


class Klines:
    """The forming bar; when the next one opens, the one before is sent a last time."""

    def __init__(self, venue: Venue, pair: str, interval: str, *, is_v1: bool) -> None:
        self.every = 3 if is_v1 else 1
        self._venue = venue
        self._pair = pair
        self._minutes = INTERVALS[interval]
        self._is_v1 = is_v1
        self._sent: tuple[int, int] = (0, 0)  # opening time and trades of the bar last sent

    def first(self) -> list[Row]:
        return [self._row(bar) for bar in self._newest(1)]

    def poll(self, _prints: Sequence[Print]) -> list[Row]:
        newest = self._newest(2)
        if not newest or (newest[-1].open_ms, newest[-1].trades) == self._sent:
            return []
        closed = [bar for bar in newest[:-1] if self._sent[0] == bar.open_ms]
        self._sent = (newest[-1].open_ms, newest[-1].trades)
        return [self._row(bar) for bar in (*closed, newest[-1])]

    def again(self) -> list[Row]:
        return []

    def _newest(self, count: int) -> list[Bar]:
        return bars(self._venue, self._pair, self._minutes, count)

    def _row(self, bar: Bar) -> Row:
        symbol = self._venue.filters[self._pair].symbol
        row: Row = {
            "t": bar.open_ms,
            "s": symbol,
            "sn": symbol,
            "c": plain(bar.close),
            "h": plain(bar.high),
            "l": plain(bar.low),
            "o": plain(bar.open),
            "v": plain(bar.base),
        }
        if self._is_v1:
            row |= {
                "et": bar.close_ms,
                "qv": plain(bar.quote),
                "td": bar.trades,
                "tb": plain(bar.buy_base),
                "tq": plain(bar.buy_quote),
            }
        return row


class Realtimes:
    def __init__(self, venue: Venue, pair: str, *, is_v1: bool) -> None:
        self.every = 5 if is_v1 else 1
        self._venue = venue
        self._pair = pair
        self._is_v1 = is_v1
        self._sent: tuple[int, int] = (0, 0)

    def first(self) -> list[Row]:
        day = day_view(self._venue, self._pair)
        known = day_json(day)
        row = {name: known[name] for name in ("t", "s", "c", "h", "l", "o", "v", "qv")}
        ticks = self._venue.market.ticker24h(self._pair)
        row["m"] = plain(change_fraction(ticks.close_ticks, ticks.open_ticks))
        if self._is_v1:
            row |= {"sn": row["s"], "e": EXCHANGE_ID}
        return [row]

    def poll(self, _prints: Sequence[Print]) -> list[Row]:
        market = self._venue.market
        state = (market.ticker24h(self._pair).trades, market.last(self._pair))
        if state == self._sent:
            return []
        self._sent = state
        return self.first()

    def again(self) -> list[Row]:
        return self.first()


class Trades:
    """The first push of v1 holds the latest sixty; prints are handed out once, so v1 gathers them."""

    every = 1

    def __init__(self, venue: Venue, pair: str, *, is_v1: bool) -> None:
        self._venue = venue
        self._pair = pair
        self._pace = 3 if is_v1 else 1
        self._shown = _FIRST_TRADES if is_v1 else 0
        self._recent = deque(venue.market.tape(pair, _FIRST_TRADES), maxlen=_FIRST_TRADES)
        self._at_start = frozenset(one.trade_id for one in self._recent)
        self._waiting: list[Print] = []
        self._ticks = 0

    def first(self) -> list[Row]:
        return [self._row(one) for one in self._recent] if self._shown else []

    def poll(self, prints: Sequence[Print]) -> list[Row]:
        # What was on the tape already when the topic opened may be handed out once more.
        fresh = [one for one in prints if one.pair == self._pair and one.trade_id not in self._at_start]
        self._recent.extend(fresh)
        self._waiting += fresh
        self._ticks += 1
        if self._ticks % self._pace:
            return []
        told, self._waiting = self._waiting, []
        return [self._row(one) for one in told]

    def again(self) -> list[Row]:
        """Nothing: a print that no trade stands behind would be a lie."""
        return []

    def _row(self, one: Print) -> Row:
        view = trade_view(self._venue.rules[self._pair], one)
        return {
            "v": view.trade_id,
            "t": view.time_ms,
            "p": plain(view.price),
            "q": plain(view.size),
            "m": view.buyer_is_maker,
        }


class Depth:
    """The whole book in every push, whatever changed."""

    def __init__(self, venue: Venue, pair: str, *, is_v1: bool) -> None:
        self.every = 3 if is_v1 else 1
        self._venue = venue
        self._pair = pair
        self._is_v1 = is_v1
        self._sent = -1
        self._before: Row | None = None

    def first(self) -> list[Row]:
        book = self._venue.market.book(self._pair)
        row: Row = {
            "s": self._venue.filters[self._pair].symbol,
            "t": self._venue.clock.shown_ms(),
            "v": f"{book.version}_18",
            **depth_sides(self._venue, self._pair, DEPTH_LEVELS),
        }
        if self._is_v1:
            row |= {"e": EXCHANGE_ID, "o": 0}
        return [row]

    def poll(self, _prints: Sequence[Print]) -> list[Row]:
        version = self._venue.market.book(self._pair).version
        if version == self._sent:
            return []
        self._sent = version
        rows = self.first()
        before, self._before = self._before, rows[0]
        symbol = self._venue.filters[self._pair].symbol
        if before is not None and self._venue.faults.take("old_depth", symbol) is not None:
            rows.append(before)
        return rows

    def again(self) -> list[Row]:
        return self.first()


class Best:
    every = 1

    def __init__(self, venue: Venue, pair: str) -> None:
        self._venue = venue
        self._pair = pair
        self._sent: Row = {}

    def first(self) -> list[Row]:
        return [best_json(self._venue, self._pair, "bz", "az")]

    def poll(self, _prints: Sequence[Print]) -> list[Row]:
        (row,) = self.first()
        if {**row, "t": 0} == self._sent:
            return []
        self._sent = {**row, "t": 0}
        return [row]

    def again(self) -> list[Row]:
        return self.first()
