"""The public channels' engines: what a new subscriber gets and what changed since.

A channel exists while somebody listens to it; `poll` is asked a few times per
real second. Its dialect only writes the frames. Source: reference section 8.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from terminal.sim.market.types import Print
from terminal.sim.serving.market_view import Bar, DayView, DepthChange, bars, day_view, level_rows
from terminal.sim.weex.channel_ask import ChannelAsk, ChannelKind
from terminal.sim.weex.dialect import Frame, StreamDialect
from terminal.sim.weex.market_view import trade_view
from terminal.sim.weex.venue import Venue

_SNAPSHOT_BARS = 200


class Channel(Protocol):
    """`every` is the number of 0.1 s ticks between two polls."""

    ask: ChannelAsk
    every: int

    def snapshot(self) -> Frame | None:
        """The first frame of a new subscriber; a state that the next `poll` continues."""

    def poll(self, prints: Sequence[Print]) -> Frame | None:
        """What changed since the last poll, None if nothing did."""

    def again(self) -> Frame | None:
        """One more frame for the load mode: true to the channel's rules, and nothing that trades changes by it."""


def open_channel(venue: Venue, ask: ChannelAsk, talk: StreamDialect) -> Channel:
    match ask.kind:
        case ChannelKind.TICKER:
            return TickerChannel(venue, ask, talk)
        case ChannelKind.TRADES:
            return TradesChannel(venue, ask, talk)
        case ChannelKind.KLINE:
            return KlineChannel(venue, ask, talk)
        case ChannelKind.DEPTH:
            return DepthChannel(venue, ask, talk)


class TickerChannel:
    every = 3

    def __init__(self, venue: Venue, ask: ChannelAsk, talk: StreamDialect) -> None:
        self.ask = ask
        self._venue = venue
        self._talk = talk
        self._sent: tuple[int, ...] = ()
        self._day: DayView | None = None
        self._at_ask = False

    def snapshot(self) -> Frame | None:
        self._day = day_view(self._venue, self.ask.pair)
        return self._talk.ticker(self.ask, self._day)

    def again(self) -> Frame | None:
        """The last price goes to and fro between the best bid and ask."""
        day = self._day
        if day is None or not day.bid or not day.ask:
            return None
        self._at_ask = not self._at_ask
        now_ms = self._venue.clock.shown_ms()
        return self._talk.ticker(self.ask, replace(day, last=day.ask if self._at_ask else day.bid, time_ms=now_ms))

    def poll(self, _prints: Sequence[Print]) -> Frame | None:
        market, pair = self._venue.market, self.ask.pair
        state = (market.ticker24h(pair).trades, market.last(pair), market.mark_ticks(pair), market.index_ticks(pair))
        if state == self._sent:
            return None
        self._sent = state
        return self.snapshot()


class TradesChannel:
    every = 1  # prints are handed out once, so no tick may be missed

    def __init__(self, venue: Venue, ask: ChannelAsk, talk: StreamDialect) -> None:
        self.ask = ask
        self._venue = venue
        self._talk = talk
        self._rules = venue.exchange.rules[ask.pair]
        shown = talk.trade_snapshot
        self._recent = deque(venue.market.tape(ask.pair, shown) if shown else (), maxlen=shown)
        self._at_start = frozenset(trade.trade_id for trade in self._recent)

    def snapshot(self) -> Frame | None:
        return self._frame(list(self._recent), is_snapshot=True) if self._talk.trade_snapshot else None

    def poll(self, prints: Sequence[Print]) -> Frame | None:
        # What was on the tape already when the channel opened may be handed out once more.
        fresh = [trade for trade in prints if trade.pair == self.ask.pair and trade.trade_id not in self._at_start]
        self._recent.extend(fresh)
        return self._frame(fresh, is_snapshot=False) if fresh else None

    def again(self) -> Frame | None:
        """Nothing: a print that no trade stands behind would be a lie."""
        return None

    def _frame(self, trades: list[Print], *, is_snapshot: bool) -> Frame:
        views = [trade_view(self._rules, trade) for trade in trades]
        return self._talk.trades(self.ask, views, self._venue.clock.shown_ms(), is_snapshot=is_snapshot)


class KlineChannel:
    every = 3

    def __init__(self, venue: Venue, ask: ChannelAsk, talk: StreamDialect) -> None:
        self.ask = ask
        self._venue = venue
        self._talk = talk
        self._forming: Bar | None = None  # the newest bar as `poll` last saw it
        self._is_astray = False  # the load mode has sent it otherwise since

    def snapshot(self) -> Frame | None:
        rows = self._rows(_SNAPSHOT_BARS)
        if rows:
            self._forming = self._forming or rows[-1]
        return self._talk.klines(self.ask, rows, self._venue.clock.shown_ms(), is_snapshot=True)

    def poll(self, _prints: Sequence[Print]) -> Frame | None:
        """The forming bar, and bars that closed since the last frame in their final state."""
        rows = self._rows(2)
        if not rows:  # a short history holds no whole bar of a long interval yet
            return None
        if self._forming and rows[0].open_ms > self._forming.open_ms:
            rows = self._rows(_SNAPSHOT_BARS)
        since = self._forming.open_ms if self._forming else rows[-1].open_ms
        fresh = [row for row in rows if row.open_ms >= since and (self._is_astray or row != self._forming)]
        self._forming, self._is_astray = rows[-1], False
        if not fresh:
            return None
        return self._talk.klines(self.ask, fresh, self._venue.clock.shown_ms(), is_snapshot=False)

    def again(self) -> Frame | None:
        """The close goes to and fro between where it is and where the bar opened; the next poll puts it right."""
        bar = self._forming
        if bar is None:
            return None
        self._is_astray = not self._is_astray
        shown = bar._replace(close=bar.open) if self._is_astray else bar
        return self._talk.klines(self.ask, [shown], self._venue.clock.shown_ms(), is_snapshot=False)

    def _rows(self, limit: int) -> list[Bar]:
        return bars(self._venue, self.ask.pair, self.ask.interval, limit, self.ask.price)


class DepthChannel:
    """A book as its listeners know it; every frame starts at the version the last one ended at."""

    every = 2

    def __init__(self, venue: Venue, ask: ChannelAsk, talk: StreamDialect) -> None:
        self.ask = ask
        self._venue = venue
        self._talk = talk
        self._book = venue.market.book(ask.pair)
        self._rules = venue.exchange.rules[ask.pair]
        self._version = self._book.version
        self._bids, self._asks = self._read()
        self._extra = 0  # versions that only the load mode made
        self._turn = 0
        self._swollen: tuple[bool, int] | None = None  # is a bid, ticks: shown one lot larger than it is

    def snapshot(self) -> Frame:
        bids, asks = list(self._bids.items()), list(self._asks.items())
        return self._frame(self._shown_version, bids, asks, is_snapshot=True)

    def poll(self, _prints: Sequence[Print]) -> Frame | None:
        if self._book.version == self._version:
            return None
        start = self._shown_version
        self._version = self._book.version
        bids, asks = self._read()
        bid_changes, ask_changes = _changes(self._bids, bids), _changes(self._asks, asks)
        self._bids, self._asks = bids, asks
        self._swollen = None
        return self._frame(start, bid_changes, ask_changes, is_snapshot=False)

    def again(self) -> Frame | None:
        """A level grows by a lot, and shrinks back in the next frame; another level each time."""
        grown, self._swollen = self._swollen, None if self._swollen else self._next_level()
        level = grown or self._swollen
        if level is None:
            return None
        start = self._shown_version
        self._extra += 1
        is_bid, ticks = level
        side = self._bids if is_bid else self._asks
        side[ticks] += -1 if grown else 1
        change = [(ticks, side[ticks])]
        return self._frame(start, change if is_bid else [], [] if is_bid else change, is_snapshot=False)

    def _next_level(self) -> tuple[bool, int] | None:
        self._turn += 1
        is_bid = self._turn % 2 == 0
        levels = tuple(self._bids if is_bid else self._asks)
        return (is_bid, levels[self._turn // 2 % len(levels)]) if levels else None

    @property
    def _shown_version(self) -> int:
        return self._version + self._extra

    def _read(self) -> tuple[dict[int, int], dict[int, int]]:
        bids, asks = self._book.depth(self.ask.levels)
        return dict(bids), dict(asks)

    def _frame(
        self, start: int, bids: list[tuple[int, int]], asks: list[tuple[int, int]], *, is_snapshot: bool
    ) -> Frame:
        change = DepthChange(
            is_snapshot=is_snapshot,
            first_version=start,
            last_version=self._shown_version,
            levels=self.ask.levels,
            bids=level_rows(self._rules, bids),
            asks=level_rows(self._rules, asks),
        )
        return self._talk.depth(self.ask, change, self._venue.clock.shown_ms())


def _changes(before: dict[int, int], after: dict[int, int]) -> list[tuple[int, int]]:
    """Levels with their new size; 0 for those that are gone."""
    gone = [(ticks, 0) for ticks in before if ticks not in after]
    return gone + [(ticks, lots) for ticks, lots in after.items() if before.get(ticks) != lots]
