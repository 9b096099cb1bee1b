"""Bars kept from earlier runs, so that a start has a longer history at once than one request gives.

The venue has the last word: kept bars are used only when they agree with every bar the venue
serves now for the same times, and only the venue's own answers are kept, never bars our clock
closed.
"""

import asyncio
from typing import Final

from terminal.domain.errors import StorageError, VenueError
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Candle, Interval
from terminal.domain.messages import Level
from terminal.ports.candle_store import CandleStore
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.market.candle_series import KEPT_BARS
from terminal.services.market.hub import MarketHub
from terminal.services.reporter import Reporter

LEAST_OVERLAP: Final = 20
"""Fewer common bars prove nothing."""
MOST_KEPT: Final = 40_000
"""A year of quarter hours."""
_KEEP_EVERY_BARS: Final = 96
_ASKED: Final = 400
_SOURCE: Final = "kept bars"

Bars = tuple[Candle, ...]


class BarHistory:
    """Puts kept bars in front of the loaded ones, and keeps what the venue has confirmed."""

    def __init__(
        self,
        store: CandleStore,
        feed: MarketFeed,
        hub: MarketHub,
        clock: Clock,
        reporter: Reporter,
        instruments: tuple[InstrumentId, ...],
    ) -> None:
        self._store = store
        self._feed = feed
        self._hub = hub
        self._clock = clock
        self._reporter = reporter
        self._ids = instruments
        self._sure_to_ms: dict[InstrumentId, int] = {}

    async def recall(self) -> int:
        """Lengthen every series with its kept bars; call it right after the venue's bars were loaded.

        Gives how many bars joined, over all instruments.
        """
        return sum([await self._recall(each) for each in self._ids])

    async def keep(self) -> None:
        """Keep what the venue has served since the start."""
        for each in self._ids:
            sure_to_ms = self._sure_to_ms.get(each, 0)
            bars = self._hub.series(each).closed
            await self._merge(each, tuple(bar for bar in bars if bar.open_ms + self._interval.ms <= sure_to_ms))

    async def run(self) -> None:
        """Ask for the newest bars once in 96 and keep them, until cancelled."""
        while True:
            await self._clock.sleep(_KEEP_EVERY_BARS * self._interval.ms / 1_000)
            for each in self._hub.listed:
                try:
                    served = await self._feed.candles(each, self._interval, _ASKED)
                except VenueError as error:
                    self._reporter.failing(_SOURCE, "Bars to keep for the next start could not be read", error)
                    break
                await self._merge(each, _newest_run(served, self._interval))

    @property
    def _interval(self) -> Interval:
        return self._hub.interval

    async def _recall(self, instrument_id: InstrumentId) -> int:
        series = self._hub.series(instrument_id)
        self._sure_to_ms[instrument_id] = series.newest_close_ms or 0
        kept = await self._read(instrument_id, KEPT_BARS)
        served = series.closed
        if not kept or not served:
            return 0
        why = disagreement(kept, served)
        if why:
            words = f"The bars kept of {base_of(instrument_id)} are not used: {why}"
            self._reporter.notice(Level.INFO, _SOURCE, words)
            return 0
        room = max(0, KEPT_BARS - len(served))
        older = tuple(bar for bar in kept if bar.open_ms < served[0].open_ms)
        return series.load_older(older[-room:]) if room else 0

    async def _read(self, instrument_id: InstrumentId, newest: int) -> Bars:
        try:
            return await asyncio.to_thread(self._store.read, instrument_id, self._interval, newest)
        except StorageError as error:
            words = f"The bars kept of {base_of(instrument_id)} are not used: {error}"
            self._reporter.notice(Level.INFO, _SOURCE, words)
            return ()

    async def _merge(self, instrument_id: InstrumentId, served: Bars) -> None:
        if not served:
            return
        whole = merged(await self._read(instrument_id, MOST_KEPT), served)
        try:
            await asyncio.to_thread(self._store.write, instrument_id, self._interval, whole)
        except StorageError as error:
            self._reporter.failing(_SOURCE, "Bars could not be kept for the next start", error)
        else:
            self._reporter.works(_SOURCE)


def bar_history(
    store: CandleStore | None,
    feed: MarketFeed,
    hub: MarketHub,
    clock: Clock,
    reporter: Reporter,
    instruments: tuple[InstrumentId, ...],
) -> BarHistory | None:
    """Give the history of a store; None without one."""
    return None if store is None else BarHistory(store, feed, hub, clock, reporter, instruments)


def disagreement(kept: Bars, served: Bars) -> str:
    """Say why kept bars must not be used beside those served now; "" when they may."""
    now = {bar.open_ms: bar for bar in served}
    common = [bar for bar in kept if bar.open_ms in now]
    if len(common) < LEAST_OVERLAP:
        return "too few of them are among the newest bars of the venue to compare"
    wrong = sum(1 for bar in common if now[bar.open_ms] != bar)
    return f"{wrong} of the {len(common)} compared differ from the venue's" if wrong else ""


def merged(kept: Bars, served: Bars) -> Bars:
    """Kept bars with the served ones behind them; the served alone when the two do not agree."""
    if not kept or disagreement(kept, served):
        return served[-MOST_KEPT:]
    older = tuple(bar for bar in kept if bar.open_ms < served[0].open_ms)
    newer = tuple(bar for bar in kept if bar.open_ms > served[-1].open_ms)
    return (*older, *served, *newer)[-MOST_KEPT:]


def _newest_run(served: Bars, interval: Interval) -> Bars:
    """The closed bars at the end that follow each other."""
    run: list[Candle] = []
    for bar in sorted(served, key=lambda each: each.open_ms):
        if not bar.closed or (run and bar.open_ms == run[-1].open_ms):
            continue
        if run and bar.open_ms != run[-1].open_ms + interval.ms:
            run.clear()
        run.append(bar)
    return tuple(run)
