"""A made-up minute of two markets, as a public stream tells it, and a place to record it."""

import asyncio
import random
from collections.abc import Iterator
from decimal import Decimal

from helpers.builders import make_instrument
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.market import (
    BookLevel,
    Candle,
    CandleUpdate,
    Funding,
    Interval,
    OrderBook,
    PublicTrade,
    StreamState,
    Ticker,
)
from terminal.domain.order import Side
from terminal.domain.recording import BarsRead, Moment, RecordedFrom, RulesRead

BEGAN_MS = 1_795_000_000_000  # 2026-11-18 11:06:40 UTC
PAIRS = (perpetual("BTC"), perpetual("ETH"))
SOURCE = RecordedFrom("WEEX", is_simulated=True)
BAR_MS = Interval.M15.ms


class HandClock:
    """A clock a test sets; sleeping costs nothing."""

    def __init__(self, now_ms: int = BEGAN_MS) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic_s(self) -> float:
        return self.at_ms / 1_000

    async def sleep(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1_000)


def facts() -> list[Moment]:
    """Rules and twenty closed bars of each market, and the one that forms."""
    rules = RulesRead(tuple(make_instrument(each) for each in PAIRS))
    newest = BEGAN_MS - BEGAN_MS % BAR_MS
    opens = range(newest - 20 * BAR_MS, newest + 1, BAR_MS)
    bars = tuple(Candle(ms, 100.0, 101.5, 99.5, 100.1 + ms % 7, 12.5, closed=ms < newest) for ms in opens)
    return [Moment(BEGAN_MS, rules), *(Moment(BEGAN_MS, BarsRead(each, Interval.M15, bars)) for each in PAIRS)]


def reel(seconds: int = 60, *, seed: int = 3, step_ms: int = 100) -> list[Moment]:
    """What the stream said: state, tickers, books of fifteen levels, prints, forming bars, funding."""
    chance = random.Random(seed)  # noqa: S311 - a made-up market, the same each run
    moments = [Moment(BEGAN_MS, StreamState("public", connected=True, detail="connected"))]
    moments += [Moment(BEGAN_MS, Funding(each, Decimal("0.00010"), BEGAN_MS + 3_600_000, 480)) for each in PAIRS]
    mid = dict.fromkeys(PAIRS, 6_000_000)
    for number in range(seconds * 1_000 // step_ms):
        at_ms = BEGAN_MS + number * step_ms
        for pair in PAIRS:
            mid[pair] += chance.randint(-3, 3)
            moments += [Moment(at_ms, each) for each in _said(pair, mid[pair], number, at_ms, chance)]
    return moments


def _said(
    pair: InstrumentId, mid: int, number: int, at_ms: int, chance: random.Random
) -> list[Ticker | OrderBook | PublicTrade | CandleUpdate]:
    price = Decimal(mid) / 10
    bids = tuple(BookLevel(Decimal(mid - 1 - n) / 10, _size(mid - n, number)) for n in range(15))
    asks = tuple(BookLevel(Decimal(mid + 1 + n) / 10, _size(mid + n, number)) for n in range(15))
    said: list[Ticker | OrderBook | PublicTrade | CandleUpdate] = [
        OrderBook(pair, bids, asks, number, synchronised=True, ts_event_ms=at_ms - 20),
        Ticker(pair, price, price, None, Decimal("0.012"), None, None, Decimal("12.50"), None, at_ms - 15),
    ]
    if chance.random() < 0.4:
        said.append(PublicTrade(pair, "", price, Decimal("0.0040"), chance.choice(list(Side)), at_ms - 10))
    open_ms = at_ms - at_ms % BAR_MS
    said.append(
        CandleUpdate(
            pair,
            Interval.M15,
            Candle(open_ms, 1.1, float(price), 0.3, float(price) / 3, number / 7, closed=False),
        )
    )
    return said


def _size(tick: int, number: int) -> Decimal:
    return Decimal((tick * 37 + number // 5 * (tick % 3)) % 900 + 1) / 1_000


class MadeRecording:
    """A `RecordedMarket` out of lists."""

    def __init__(self, events: list[Moment], facts_of: list[Moment] | None = None) -> None:
        self._events = events
        self._facts = facts() if facts_of is None else facts_of
        self.source = SOURCE

    @property
    def from_ms(self) -> int:
        return self._events[0].at_ms

    @property
    def to_ms(self) -> int:
        return self._events[-1].at_ms

    def facts(self) -> Iterator[Moment]:
        return iter(self._facts)

    def events(self, since_ms: int = 0) -> Iterator[Moment]:
        return iter(self._events)


class DrivenHands:
    """A `DrivenClock` whose sleeping lets the operator's time pass at once."""

    def __init__(self, speed: float = 50.0, now_ms: int = BEGAN_MS) -> None:
        self.at_ms = now_ms
        self.at_s = 0.0
        self.speed = speed
        self.is_paused = False

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic_s(self) -> float:
        return self.at_s

    async def sleep(self, seconds: float) -> None:
        self.at_s += seconds
        await asyncio.sleep(0)

    def move_to(self, now_ms: int) -> None:
        self.at_ms = max(self.at_ms, now_ms)
