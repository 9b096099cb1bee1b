"""What an engine does every so often whatever happens: tell its health, measure the venue's clock."""

from collections.abc import Callable
from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.messages import Event, Health
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.journal_writer import JournalWriter
from terminal.services.recovery.rate_watch import RateWatch
from terminal.services.reporter import Reporter

_HEALTH_S: Final = 1.0
_CLOCK_S: Final = 60.0


class Pulse:
    """Two endless tasks; the engine spawns them."""

    def __init__(
        self,
        feed: MarketFeed,
        rates: RateWatch,
        writer: JournalWriter,
        clock: Clock,
        reporter: Reporter,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._feed = feed
        self._rates = rates
        self._writer = writer
        self._clock = clock
        self._reporter = reporter
        self._emit = emit

    async def run_health(self) -> None:
        """Emit the figures of the status bar once a second."""
        while True:
            link = self._feed.health()
            self._rates.look(link.too_many)
            self._emit(
                Health(
                    link.clock_offset_ms,
                    link.latency_ms,
                    link.budget_used,
                    link.budget_limit,
                    self._writer.head.seq,
                    self._writer.is_ok,
                )
            )
            await self._clock.sleep(_HEALTH_S)

    async def run_clock(self) -> None:
        """Measure the venue's clock once a minute; the start has measured it before."""
        while True:
            await self._clock.sleep(_CLOCK_S)
            try:
                await self._feed.sync_clock()
                self._reporter.works("clock")
            except VenueError as error:
                self._reporter.failing("clock", "The venue's clock could not be read", error)
