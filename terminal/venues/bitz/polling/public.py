"""Stands in for a public stream: tickers and books once a second, the watched bars and tapes less often.

Each book comes whole, so no change of it can be lost; one that could not be read for two
seconds is told as out of step.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final

from terminal.domain.errors import VenueError
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import CandleUpdate, Funding, Interval, OrderBook
from terminal.ports.market_feed import FeedSink
from terminal.venues.bitz.desk import Desk
from terminal.venues.bitz.mapper.catalogue import Catalogue, Listed
from terminal.venues.bitz.mapper.market import (
    INTERVALS,
    book_from,
    candles_from,
    funding_from,
    ticker_from,
    trade_from,
)
from terminal.venues.bitz.polling.watch import LinkWatch

EVERY_S: Final = 1.0
TAPE_EVERY_S: Final = 2.0
BARS_EVERY_S: Final = 8.0
STALE_S: Final = 2.0
DEPTH: Final = 15
DEEP: Final = 100
_BARS: Final = 3
_PRINTS: Final = 50
_CHECK_S: Final = 0.25
Series = tuple[InstrumentId, Interval]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is followed besides tickers and books."""

    bars: frozenset[Series] = frozenset()
    tapes: frozenset[InstrumentId] = frozenset()
    deep: frozenset[InstrumentId] = frozenset()


class PublicPolling:
    """One run of the stand-in. `wishes` may be exchanged at any time."""

    def __init__(self, desk: Desk, instruments: tuple[InstrumentId, ...], sink: FeedSink, wishes: Wishes) -> None:
        self._desk = desk
        self._instruments = instruments
        self._sink = sink
        self.wishes = wishes
        self._watch = LinkWatch("public", sink, desk.clock)
        self._books: dict[InstrumentId, OrderBook] = {}
        self._book_s: dict[InstrumentId, float] = {}
        self._version = 0
        self._funding: dict[InstrumentId, Funding] = {}
        self._prints: dict[InstrumentId, int] = {}
        self._bars: dict[Series, tuple[int, bool]] = {}  # newest bar told: its open time, and whether closed
        self._due: dict[object, float] = {}

    async def run(self) -> None:
        """Until cancelled."""
        jobs: list[Coroutine[Any, Any, None]] = [self._follow(), self._follow_wishes(), self._guard_books()]
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            began_s = self._desk.clock.monotonic_s()
            try:
                catalogue = await self._desk.catalogue()
                await self._tickers(catalogue)
                for instrument_id in self._instruments:
                    await self._book(catalogue.of(instrument_id))
            except VenueError as error:
                self._watch.failed(error)
            else:
                self._watch.answered()
            await self._desk.clock.sleep(max(0.0, began_s + EVERY_S - self._desk.clock.monotonic_s()))

    async def _tickers(self, catalogue: Catalogue) -> None:
        rows = {row.contract_id: row for row in await self._desk.calls.contract_tickers()}
        now_ms = self._desk.server_clock.now_ms()
        for listed in map(catalogue.of, self._instruments):
            row = rows.get(listed.contract_id)
            if row is None:
                continue
            self._sink(ticker_from(listed, row, now_ms))
            funding = funding_from(listed, row, now_ms)
            if self._funding.get(funding.instrument_id) != funding:
                self._funding[funding.instrument_id] = funding
                self._sink(funding)

    async def _book(self, listed: Listed) -> None:
        instrument_id = listed.rules.instrument_id
        depth = DEEP if instrument_id in self.wishes.deep else DEPTH
        reply = await self._desk.calls.order_book(listed.contract_id, depth)
        self._version += 1
        book = book_from(listed, reply, self._version, self._desk.server_clock.now_ms())
        self._books[instrument_id] = book
        self._book_s[instrument_id] = self._desk.clock.monotonic_s()
        self._sink(book)

    async def _guard_books(self) -> None:
        """Tell a book that has not been read for a while as out of step, once."""
        while True:
            await self._desk.clock.sleep(_CHECK_S)
            now_s = self._desk.clock.monotonic_s()
            for instrument_id, book in self._books.items():
                if book.synchronised and now_s - self._book_s[instrument_id] >= STALE_S - _CHECK_S:
                    self._version += 1
                    self._books[instrument_id] = replace(book, synchronised=False, version=self._version)
                    self._sink(self._books[instrument_id])

    # -- what is watched -----------------------------------------------------------

    async def _follow_wishes(self) -> None:
        """A failure here tells nothing new: tickers and books are asked at the same time."""
        while True:
            try:
                for instrument_id in sorted(self.wishes.tapes):
                    if self._is_due(instrument_id, TAPE_EVERY_S):
                        await self._tape(instrument_id)
                for series in sorted(self.wishes.bars, key=str):
                    if self._is_due(series, BARS_EVERY_S) or self._has_ended(series):
                        await self._bar(series)
            except VenueError:
                pass
            await self._desk.clock.sleep(_CHECK_S)

    def _is_due(self, what: object, every_s: float) -> bool:
        now_s = self._desk.clock.monotonic_s()
        if now_s < self._due.get(what, float("-inf")):
            return False
        self._due[what] = now_s + every_s
        return True

    def _has_ended(self, series: Series) -> bool:
        """Tell whether the newest bar told is over by now and was not told as closed."""
        opened_ms, closed = self._bars.get(series, (0, True))
        return not closed and opened_ms + series[1].ms <= self._desk.server_clock.now_ms()

    async def _tape(self, instrument_id: InstrumentId) -> None:
        listed = (await self._desk.catalogue()).of(instrument_id)
        rows = await self._desk.calls.trades_history(listed.contract_id, _PRINTS)
        last = self._prints.get(instrument_id, 0)
        for row in reversed(rows):
            if int(row.trade_id) > last:
                self._prints[instrument_id] = int(row.trade_id)
                self._sink(trade_from(listed, row))

    async def _bar(self, series: Series) -> None:
        """Tell the newest bar, and those before it that were not told as closed yet."""
        instrument_id, interval = series
        listed = (await self._desk.catalogue()).of(instrument_id)
        rows = await self._desk.calls.kline(listed.contract_id, INTERVALS[interval], _BARS)
        bars = candles_from(listed, rows, interval, self._desk.server_clock.now_ms())
        told = self._bars.get(series)
        for bar in bars if told is not None else bars[-1:]:
            if told is None or bar.open_ms > told[0] or (bar.open_ms == told[0] and not told[1]):
                self._sink(CandleUpdate(instrument_id, interval, bar))
                self._bars[series] = (bar.open_ms, bar.closed)
