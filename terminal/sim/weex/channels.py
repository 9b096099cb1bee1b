"""The public channels: what a new subscriber gets and what changed since.

Source: reference section 8.1. A channel object exists while somebody listens
to it; `poll` is asked a few times per real second.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from terminal.sim.market.types import BookSide, PriceKind, Print
from terminal.sim.weex.market_api import change_fraction
from terminal.sim.weex.replies import text
from terminal.sim.weex.step_text import StepText
from terminal.sim.weex.symbols import PAIRS, STREAM_INTERVALS, SYMBOLS
from terminal.sim.weex.venue import Venue

_SNAPSHOT_BARS = 200
_PRICE_KINDS = {"LAST_PRICE": PriceKind.LAST, "MARK_PRICE": PriceKind.MARK}
Frame = dict[str, Any]


class Channel(Protocol):
    """`every` is the number of 0.1 s ticks between two polls."""

    name: str
    every: int

    def snapshot(self) -> Frame | None:
        """The first frame of a new subscriber; a state that the next `poll` continues."""

    def poll(self, prints: Sequence[Print]) -> Frame | None:
        """What changed since the last poll, None if nothing did."""


def open_channel(venue: Venue, name: str) -> Channel | None:
    """The channel of that name, None if the venue has no such channel."""
    match name.split("."):
        case ["ticker", symbol] if symbol in PAIRS:
            return TickerChannel(venue, name, PAIRS[symbol])
        case ["trades", symbol] if symbol in PAIRS:
            return TradesChannel(venue, name, PAIRS[symbol])
        case ["depth", symbol, ("15" | "200") as levels] if symbol in PAIRS:
            return DepthChannel(venue, name, PAIRS[symbol], int(levels))
        case ["kline", kind, symbol, interval] if (
            kind in _PRICE_KINDS and symbol in PAIRS and interval in STREAM_INTERVALS
        ):
            return KlineChannel(venue, name, PAIRS[symbol], STREAM_INTERVALS[interval], _PRICE_KINDS[kind])
    return None


class TickerChannel:
    every = 3

    def __init__(self, venue: Venue, name: str, pair: str) -> None:
        self.name = name
        self._venue = venue
        self._pair = pair
        self._rules = venue.exchange.rules[pair]
        self._price = StepText(self._rules.tick)
        self._sent: tuple[int, ...] = ()

    def snapshot(self) -> Frame | None:
        return self._frame()

    def poll(self, _prints: Sequence[Print]) -> Frame | None:
        market, pair = self._venue.market, self._pair
        state = (market.ticker24h(pair).trades, market.last(pair), market.mark_ticks(pair), market.index_ticks(pair))
        if state == self._sent:
            return None
        self._sent = state
        return self._frame()

    def _frame(self) -> Frame:
        market, rules, price = self._venue.market, self._rules, self._price
        day = market.ticker24h(self._pair)
        change = rules.tick * (day.close_ticks - day.open_ticks)
        row = {
            "symbol": SYMBOLS[self._pair],
            "priceChange": f"{change:f}",
            "priceChangePercent": change_fraction(day.close_ticks, day.open_ticks),
            "trades": str(day.trades),
            "size": text(rules.size(day.lots)),
            "value": text(rules.tick * rules.lot * day.quote),
            "high": price(day.high_ticks),
            "low": price(day.low_ticks),
            "lastPrice": price(market.last(self._pair)),
            "markPrice": price(market.mark_ticks(self._pair)),
            "indexPrice": price(market.index_ticks(self._pair)),
        }
        return {"event": "payload", "channel": self.name, "data": [row]}


class TradesChannel:
    every = 1  # prints are handed out once, so no tick may be missed

    def __init__(self, venue: Venue, name: str, pair: str) -> None:
        self.name = name
        self._pair = pair
        self._rules = venue.exchange.rules[pair]
        self._price, self._size = StepText(self._rules.tick), StepText(self._rules.lot)

    def snapshot(self) -> Frame | None:
        return None

    def poll(self, prints: Sequence[Print]) -> Frame | None:
        rows = [self._row(trade) for trade in prints if trade.pair == self._pair]
        return {"event": "payload", "channel": self.name, "data": rows} if rows else None

    def _row(self, trade: Print) -> dict[str, Any]:
        value = self._rules.tick * self._rules.lot * (trade.price_ticks * trade.lots)
        return {
            "time": str(trade.time_ms),
            "price": self._price(trade.price_ticks),
            "size": self._size(trade.lots),
            "value": text(value),
            "buyerMaker": trade.taker_side is BookSide.SELL,
        }


class KlineChannel:
    every = 3

    def __init__(self, venue: Venue, name: str, pair: str, interval: int, kind: PriceKind) -> None:
        self.name = name
        self._venue = venue
        self._pair = pair
        self._interval = interval
        self._kind = kind
        rules = venue.exchange.rules[pair]
        self._unit = rules.tick * rules.lot
        self._price, self._size = StepText(rules.tick), StepText(rules.lot)
        self._forming: tuple[int, ...] = ()  # the newest row as it was last sent

    def snapshot(self) -> Frame | None:
        rows = self._rows(_SNAPSHOT_BARS)
        self._forming = self._forming or rows[-1]
        return self._frame("snapshot", rows)

    def poll(self, _prints: Sequence[Print]) -> Frame | None:
        """The forming bar, and bars that closed since the last frame in their final state."""
        rows = self._rows(2)
        if self._forming and rows[0][0] > self._forming[0]:
            rows = self._rows(_SNAPSHOT_BARS)
        since = self._forming[0] if self._forming else rows[-1][0]
        fresh = [row for row in rows if row[0] >= since and row != self._forming]
        self._forming = rows[-1]
        return self._frame("change", fresh) if fresh else None

    def _rows(self, limit: int) -> list[tuple[int, ...]]:
        bars = self._venue.market.bars(self._pair, self._interval, limit, kind=self._kind)
        columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.lots, bars.quote)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def _frame(self, kind: str, rows: list[tuple[int, ...]]) -> Frame:
        price, size, symbol = self._price, self._size, SYMBOLS[self._pair]
        data = [
            {
                "symbol": symbol,
                "klineTime": str(ms),
                "size": size(lots),
                "value": text(self._unit * quote),
                "high": price(high),
                "low": price(low),
                "open": price(opened),
                "close": price(closed),
            }
            for ms, opened, high, low, closed, lots, quote in rows
        ]
        return {"event": "payload", "channel": self.name, "type": kind, "data": data}


class DepthChannel:
    """A book as its listeners know it; every frame starts at the version the last one ended at."""

    every = 2

    def __init__(self, venue: Venue, name: str, pair: str, levels: int) -> None:
        self.name = name
        self._pair = pair
        self._levels = levels
        self._book = venue.market.book(pair)
        rules = venue.exchange.rules[pair]
        self._price, self._size = StepText(rules.tick), StepText(rules.lot)
        self._version = self._book.version
        self._bids, self._asks = self._read()

    def snapshot(self) -> Frame:
        bids, asks = list(self._bids.items()), list(self._asks.items())
        return self._frame("SNAPSHOT", self._version, bids, asks)

    def poll(self, _prints: Sequence[Print]) -> Frame | None:
        if self._book.version == self._version:
            return None
        start, self._version = self._version, self._book.version
        bids, asks = self._read()
        bid_changes, ask_changes = _changes(self._bids, bids), _changes(self._asks, asks)
        self._bids, self._asks = bids, asks
        return self._frame("CHANGED", start, bid_changes, ask_changes)

    def _read(self) -> tuple[dict[int, int], dict[int, int]]:
        bids, asks = self._book.depth(self._levels)
        return dict(bids), dict(asks)

    def _frame(self, kind: str, start: int, bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> Frame:
        price, size = self._price, self._size
        row = {
            "startVersion": str(start),
            "endVersion": str(self._version),
            "level": self._levels,
            "depthType": kind,
            "symbol": SYMBOLS[self._pair],
            "asks": [{"price": price(ticks), "size": size(lots) if lots else "0"} for ticks, lots in asks],
            "bids": [{"price": price(ticks), "size": size(lots) if lots else "0"} for ticks, lots in bids],
        }
        return {"event": "payload", "channel": self.name, "data": [row]}


def _changes(before: dict[int, int], after: dict[int, int]) -> list[tuple[int, int]]:
    """Levels with their new size; 0 for those that are gone."""
    gone = [(ticks, 0) for ticks in before if ticks not in after]
    return gone + [(ticks, lots) for ticks, lots in after.items() if before.get(ticks) != lots]
