"""Bars for the charts of a seat: the linked one, those beside it, and older pages as somebody scrolls back.

The market hub follows the series on the stream; here they are loaded, and loaded anew after the
stream was lost. Older pages use the request budget's lane for old bars, which waits before it
takes anything from trading.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.chart_messages import FollowCharts, OlderBars, SeriesKey, ShowOlderBars
from terminal.domain.commands import ShowChart
from terminal.domain.errors import VenueError
from terminal.domain.instrument import base_of
from terminal.domain.market import MarketEvent, StreamState
from terminal.domain.messages import CandlesLoaded, Event
from terminal.ports.market_feed import MarketFeed
from terminal.services.market.hub import MarketHub
from terminal.services.reporter import Reporter

FIRST_BARS: Final = 1_000
PAGES: Final = 5  # of an asking; WEEX gives 100 bars a page
_SOURCE: Final = "chart"

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class ChartDesk:
    """Loads what charts show. One asking for older bars at a time and series."""

    def __init__(
        self, feed: MarketFeed, hub: MarketHub, reporter: Reporter, spawn: Spawn, *, emit: Callable[[Event], None]
    ) -> None:
        self._feed = feed
        self._hub = hub
        self._reporter = reporter
        self._spawn = spawn
        self._emit = emit
        self._linked: SeriesKey | None = None
        self._beside: tuple[SeriesKey, ...] = ()
        self._paging: set[SeriesKey] = set()
        self._stream_was_lost = False

    async def handle(self, command: ShowChart | FollowCharts | ShowOlderBars) -> None:
        """Carry out one command.

        Raises:
            VenueError: bars could not be read; what is shown stays as it is.
        """
        match command:
            case ShowChart(instrument_id, interval):
                self._linked = (instrument_id, interval)
                self._hub.show(instrument_id, interval)
                await self._load(self._linked)
            case FollowCharts(series):
                await self._follow(series)
            case ShowOlderBars():
                await self._show_older(command)

    def hear(self, event: MarketEvent) -> None:
        """Load every series anew when the stream is back: what happened in between came to nobody."""
        if not isinstance(event, StreamState):
            return
        if not event.connected:
            self._stream_was_lost = True
        elif self._stream_was_lost:
            self._stream_was_lost = False
            self._spawn(self._reload(), "bars of the charts")

    async def _follow(self, series: tuple[SeriesKey, ...]) -> None:
        fresh = [each for each in dict.fromkeys(series) if each not in self._beside]
        self._beside = series
        self._hub.show_beside(series)
        for each in fresh:
            await self._load(each)

    async def _reload(self) -> None:
        linked = (self._linked,) if self._linked is not None else ()
        for each in dict.fromkeys((*linked, *self._beside)):
            try:
                await self._load(each)
            except VenueError as error:
                words = f"The {each[1].label} bars of {base_of(each[0])} could not be read after the stream came back"
                self._reporter.failing(_SOURCE, words, error)
                return
        self._reporter.works(_SOURCE)

    async def _load(self, series: SeriesKey) -> None:
        candles = await self._feed.candles(*series, FIRST_BARS)
        self._emit(CandlesLoaded(*series, candles))

    async def _show_older(self, command: ShowOlderBars) -> None:
        series = (command.instrument_id, command.interval)
        if series in self._paging:
            return  # the pages under way are the ones asked for
        self._paging.add(series)
        try:
            await self._read_pages(command)
        except VenueError:
            self._emit(OlderBars(*series, command.before_ms, (), ends=True, is_all=False))
            raise
        finally:
            self._paging.discard(series)

    async def _read_pages(self, command: ShowOlderBars) -> None:
        series, before_ms = (command.instrument_id, command.interval), command.before_ms
        for page in range(1, PAGES + 1):
            candles = await self._feed.older_candles(*series, before_ms)
            is_all = not candles
            ends = is_all or page == PAGES
            self._emit(OlderBars(*series, before_ms, candles, ends=ends, is_all=is_all))
            if ends:
                return
            before_ms = candles[0].open_ms
