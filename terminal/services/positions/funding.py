"""Funding payments from the account's bill, kept apart from trading PnL."""

from collections.abc import Callable
from typing import Final

from terminal.domain.account import IncomeKind
from terminal.domain.errors import VenueError
from terminal.domain.hand_messages import FundingPaid
from terminal.domain.messages import Event
from terminal.ports.clock import Clock
from terminal.ports.venue import TradingVenue
from terminal.services.reporter import Reporter

_POLL_S: Final = 300.0
_OVERLAP_MS: Final = 3_600_000  # bills appear some minutes after the settlement
_HISTORY_MS: Final = 7 * 86_400_000


class FundingBook:
    """Reads the bill now and then and emits each payment once."""

    def __init__(self, venue: TradingVenue, clock: Clock, reporter: Reporter, *, emit: Callable[[Event], None]) -> None:
        self._venue = venue
        self._clock = clock
        self._reporter = reporter
        self._emit = emit
        self._seen: set[str] = set()
        self._since_ms: int | None = None

    async def run(self) -> None:
        """Read at the start and every five minutes, until cancelled; spot pays no funding."""
        while not self._venue.capabilities.is_spot:
            await self.look()
            await self._clock.sleep(_POLL_S)

    async def look(self) -> None:
        """Read once; a failed reading is repeated with the next."""
        now_ms = self._clock.now_ms()
        since_ms = now_ms - _HISTORY_MS if self._since_ms is None else self._since_ms
        try:
            entries = await self._venue.income(None, since_ms)
        except VenueError as error:
            self._reporter.failing("funding bill", "Funding payments could not be read", error)
            return
        self._reporter.works("funding bill")
        self._since_ms = now_ms - _OVERLAP_MS
        for entry in entries:
            if entry.kind is IncomeKind.FUNDING and entry.income_id not in self._seen:
                self._seen.add(entry.income_id)
                self._emit(FundingPaid(entry))
