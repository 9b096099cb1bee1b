"""The market's figures as text, before a protocol names them.

Whatever reads these, REST or stream, cannot disagree with another that does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

import numpy as np

from terminal.sim.market.candles import MONTH
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.types import BookSide, PriceKind, Print
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.digits import StepText, change_fraction, text

_MINUTE_MS = 60_000


class PairSteps(Protocol):
    """A pair's steps: price in quote units, size in base units."""

    @property
    def tick(self) -> Decimal: ...

    @property
    def lot(self) -> Decimal: ...

    def size(self, lots: int) -> Decimal: ...


class MarketSource(Protocol):
    """Where the figures come from: every `ServedVenue` with a table of rules."""

    @property
    def market(self) -> MarketEngine: ...

    @property
    def clock(self) -> SimClock: ...

    @property
    def rules(self) -> Mapping[str, PairSteps]: ...


@dataclass(frozen=True, slots=True)
class DayView:
    """A pair's last 24 hours and its present prices. Money and sizes are text."""

    pair: str
    time_ms: int
    last: str
    bid: str
    bid_size: str
    ask: str
    ask_size: str
    open: str
    high: str
    low: str
    change: str
    change_fraction: str
    average: str
    base: str
    quote: str
    trades: int
    mark: str
    index: str


class Bar(NamedTuple):
    """One candle; `buy_*` is what buyers took."""

    open_ms: int
    open: str
    high: str
    low: str
    close: str
    base: str
    close_ms: int
    quote: str
    trades: int
    buy_base: str
    buy_quote: str


@dataclass(frozen=True, slots=True)
class TradeView:
    """One trade on the tape."""

    trade_id: str
    time_ms: int
    price: str
    size: str
    value: str
    buyer_is_maker: bool


@dataclass(frozen=True, slots=True)
class DepthChange:
    """Levels that changed between two versions of a book; size "0" removes one.

    A snapshot holds every level and starts where it ends.
    """

    is_snapshot: bool
    first_version: int
    last_version: int
    levels: int
    bids: list[list[str]]
    asks: list[list[str]]


def day_view(venue: MarketSource, pair: str) -> DayView:
    market, rules = venue.market, venue.rules[pair]
    price, size = StepText(rules.tick), StepText(rules.lot)
    day = market.ticker24h(pair)
    bids, asks = market.book(pair).depth(1)
    base, quote = rules.size(day.lots), rules.tick * rules.lot * day.quote
    return DayView(
        pair=pair,
        time_ms=venue.clock.shown_ms(),
        last=price(market.last(pair)),
        bid=price(bids[0][0]) if bids else "",
        bid_size=size(bids[0][1]) if bids else "",
        ask=price(asks[0][0]) if asks else "",
        ask_size=size(asks[0][1]) if asks else "",
        open=price(day.open_ticks),
        high=price(day.high_ticks),
        low=price(day.low_ticks),
        change=f"{rules.tick * (day.close_ticks - day.open_ticks):f}",
        change_fraction=change_fraction(day.close_ticks, day.open_ticks),
        average=text((quote / base).quantize(Decimal("1E-8"))) if base else "0",
        base=text(base),
        quote=text(quote),
        trades=day.trades,
        mark=price(market.mark_ticks(pair)),
        index=price(market.index_ticks(pair)),
    )


def bars(
    venue: MarketSource,
    pair: str,
    interval: int,
    limit: int,
    kind: PriceKind = PriceKind.LAST,
    end_ms: int | None = None,
) -> list[Bar]:
    """Candles, oldest first; the last one may still be forming."""
    rules = venue.rules[pair]
    found = venue.market.bars(pair, interval, limit, end_ms, kind)
    price, size = StepText(rules.tick), StepText(rules.lot)
    unit = rules.tick * rules.lot
    columns = (
        *(found.open_ms, found.open, found.high, found.low, found.close),
        *(found.lots, found.quote, found.trades, found.buy_lots, found.buy_quote),
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        Bar(
            open_ms=ms,
            open=price(o),
            high=price(h),
            low=price(low),
            close=price(c),
            base=size(lots),
            close_ms=bar_end_ms(ms, interval),
            quote=text(unit * quote),
            trades=count,
            buy_base=size(buy_lots),
            buy_quote=text(unit * buy_quote),
        )
        for ms, o, h, low, c, lots, quote, count, buy_lots, buy_quote in rows
    ]


def bar_end_ms(open_ms: int, interval: int) -> int:
    """Where a bar ends: at the very moment the next one opens; months differ in length."""
    if interval == MONTH:
        following = np.datetime64(open_ms, "ms").astype("datetime64[M]") + np.timedelta64(1, "M")
        return int(following.astype("datetime64[ms]").astype(np.int64))
    return open_ms + interval * _MINUTE_MS


def level_rows(rules: PairSteps, levels: list[tuple[int, int]]) -> list[list[str]]:
    """`[price, size]` rows; 0 lots are written "0"."""
    price, size = StepText(rules.tick), StepText(rules.lot)
    return [[price(ticks), size(lots) if lots else "0"] for ticks, lots in levels]


def trade_view(rules: PairSteps, trade: Print) -> TradeView:
    return TradeView(
        trade_id=trade.trade_id,
        time_ms=trade.time_ms,
        price=StepText(rules.tick)(trade.price_ticks),
        size=StepText(rules.lot)(trade.lots),
        value=text(rules.tick * rules.lot * (trade.price_ticks * trade.lots)),
        buyer_is_maker=trade.taker_side is BookSide.SELL,
    )
