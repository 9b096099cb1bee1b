"""Leverage and margin mode: the venue takes both with each order and keeps neither, so they are kept here.

What a position has is the venue's word, and comes first.
"""

from typing import Final

from terminal.domain.account import LeverageSetting, MarginMode
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.errors import RequestRejected
from terminal.domain.instrument import InstrumentId, base_of
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.desk import Desk
from terminal.venues.bitz.mapper.account import setting_of

_FIRST: Final = 1  # until somebody sets another


class OrderSettings:
    """What later orders will carry. Each margin mode has its own leverage."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._modes: dict[InstrumentId, MarginMode] = {}
        self._leverage: dict[tuple[InstrumentId, MarginMode], int] = {}

    def mode(self, instrument_id: InstrumentId) -> MarginMode:
        return self._modes.get(instrument_id, MarginMode.CROSS)

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Remember the leverage in the present margin mode.

        Raises:
            RequestRejected: above the limit, or the instrument has a position or an order, which keep theirs.
            VenueError: it could not be asked.
        """
        if not 1 <= leverage <= MAX_LEVERAGE:
            raise RequestRejected(f"Leverage must be 1 to {MAX_LEVERAGE}, not {leverage}.", venue=VENUE)
        await self._check_free(instrument_id, "close or cancel them first, then set the leverage")
        self._leverage[instrument_id, self.mode(instrument_id)] = leverage

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Give the position's, else what later orders will carry. Raises `VenueError`."""
        listed = (await self._desk.catalogue()).of(instrument_id)
        row = await self._desk.calls.active_position(listed.contract_id)
        if row is not None:
            self._modes[instrument_id] = MarginMode.CROSS if row.is_cross == 1 else MarginMode.ISOLATED
            return setting_of(instrument_id, int(row.leverage), self._modes[instrument_id])
        mode = self.mode(instrument_id)
        return setting_of(instrument_id, self._leverage.get((instrument_id, mode), _FIRST), mode)

    async def set_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Remember the mode.

        Raises:
            RequestRejected: the instrument has a position or an order, which keep theirs.
            VenueError: it could not be asked.
        """
        await self._check_free(instrument_id, "close and cancel first, then switch the margin mode")
        self._modes[instrument_id] = mode

    async def _check_free(self, instrument_id: InstrumentId, advice: str) -> None:
        listed = (await self._desk.catalogue()).of(instrument_id)
        held = await self._desk.calls.active_position(listed.contract_id)
        if held is not None or await self._desk.calls.open_orders(listed.contract_id):
            text = f"{base_of(instrument_id)} has a position or open orders; {advice}."
            raise RequestRejected(text, venue=VENUE)
