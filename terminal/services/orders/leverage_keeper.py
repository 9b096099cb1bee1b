"""Sets the leverage once, when flat, and keeps what the venue reads back."""

import asyncio
from typing import Final

from terminal.domain.account import LeverageSetting
from terminal.domain.errors import RequestRejected
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Level
from terminal.domain.order import PositionSide
from terminal.ports.venue import TradingVenue
from terminal.services.orders.ledger import OrderLedger
from terminal.services.positions.portfolio import Portfolio
from terminal.services.reporter import Reporter

_AT_ONCE: Final = 3  # requests in parallel: quick, and far below the venue's budget


class LeverageKeeper:
    """`settings` holds what was read back, by instrument; the gate trusts nothing else."""

    def __init__(
        self,
        venue: TradingVenue,
        portfolio: Portfolio,
        ledger: OrderLedger,
        settings: dict[InstrumentId, LeverageSetting],
        reporter: Reporter,
        target: int,
    ) -> None:
        self._venue = venue
        self._portfolio = portfolio
        self._ledger = ledger
        self.settings = settings
        self._reporter = reporter
        self._target = target

    async def set_all(self, instruments: tuple[InstrumentId, ...]) -> None:
        """Bring every flat instrument to the target and read back.

        Raises:
            VenueError: a setting could not be read; what was read is kept.
        """
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(instrument_id: InstrumentId) -> None:
            async with turn:
                await self._set(instrument_id)

        results = await asyncio.gather(*(one(each) for each in instruments), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _set(self, instrument_id: InstrumentId) -> None:
        setting = await self._venue.leverage(instrument_id)
        if self._differs(setting) and self._is_flat(instrument_id):
            try:
                await self._venue.set_leverage(instrument_id, self._target)
            except RequestRejected as error:
                words = f"Leverage of {instrument_id} stays at {setting.in_force}x: {error}"
                self._reporter.notice(Level.WARNING, "leverage", words)
            setting = await self._venue.leverage(instrument_id)
        self.settings[instrument_id] = setting

    def _differs(self, setting: LeverageSetting) -> bool:
        return setting.in_force != self._target

    def _is_flat(self, instrument_id: InstrumentId) -> bool:
        held = any(self._portfolio.held(instrument_id, side) > 0 for side in PositionSide)
        return not held and not any(order.terms.instrument_id == instrument_id for order in self._ledger.at_venue())
