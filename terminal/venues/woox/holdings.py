"""What a perpetual account holds and owes: positions, money, leverage and margin mode.

Reading the account's own sum is allowed ten times a minute. In between the last one is moved on
by what has changed since in the margin coin and in the open positions, which may be read often.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.errors import RequestRejected
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO
from terminal.domain.position import Position
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.mapper.account import (
    balance_from,
    income_from,
    leverage_from,
    moved_balance,
    positions_from,
    quote_row,
    unrealized_of,
)
from terminal.venues.woox.mapper.symbols import require_allowed
from terminal.venues.woox.mapper.words import MODES, PositionMode, margin_mode_of, position_mode_of
from terminal.venues.woox.pages import to_the_end
from terminal.venues.woox.wire.account import PositionRow

_SUM_EVERY_S: Final = 7.0
_FEES_A_PAGE: Final = 500


class PerpetualHoldings:
    """Everything raises `VenueError`. `is_in_use` tells whether a pair has a position or an order."""

    def __init__(self, desk: Desk, is_in_use: Callable[[InstrumentId], Coroutine[Any, Any, bool]]) -> None:
        self._desk = desk
        self._is_in_use = is_in_use

    async def positions(self) -> tuple[Position, ...]:
        """Read what is held, pairs this program does not trade included."""
        if self._desk.known.position_mode is None:
            await self._read_sum()
        return self._noted(await self._desk.account.positions())

    async def balance(self) -> Balance:
        """Read the account's money."""
        known, clock = self._desk.known, self._desk.clock
        if known.balance is None or clock.monotonic_s() - known.balance_s >= _SUM_EVERY_S:
            return await self._read_sum()
        rows = await self._desk.account.positions()
        coins = quote_row(await self._desk.account.balances()).holding
        gain = sum((unrealized_of(row) or ZERO for row in rows), ZERO)
        if known.coins is None or known.balance is None:
            return await self._read_sum()
        moved = moved_balance(known.balance, coins - known.coins, gain, clock.now_ms())
        known.balance, known.coins = moved, coins
        return moved

    async def _read_sum(self) -> Balance:
        """Read the venue's own sum, and beside it what later readings are compared with."""
        desk = self._desk
        info = await desk.account.info()
        desk.known.position_mode = position_mode_of(info.position_mode)
        rows = await desk.account.positions()
        coins = quote_row(await desk.account.balances()).holding
        balance = balance_from(info, rows, desk.clock.now_ms())
        desk.known.balance, desk.known.coins = balance, coins
        desk.known.balance_s = desk.clock.monotonic_s()
        return balance

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> list[Income]:
        """Read funding payments since a time."""
        symbols = self._desk.symbols
        symbol = None if instrument_id is None else symbols.spell(instrument_id)
        rows = await to_the_end(lambda page: self._desk.account.funding_fees(symbol, since_ms, page, _FEES_A_PAGE))
        return [income_from(row, symbols) for row in rows if symbols.is_ours(row.symbol)]

    # -- leverage and margin mode --------------------------------------------------

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set the leverage of the pair's present margin mode, of both sides where they are kept apart."""
        require_allowed(instrument_id)
        if not 1 <= leverage <= MAX_LEVERAGE:
            raise RequestRejected(f"Leverage must be 1 to {MAX_LEVERAGE}, not {leverage}.", venue=VENUE)
        state = self._desk.known.state_of(instrument_id)
        symbol = self._desk.symbols.spell(instrument_id)
        sides = ("LONG", "SHORT") if state.position_mode is PositionMode.HEDGE else (None,)
        for side in sides:
            await self._desk.account.set_leverage(symbol, MODES[state.margin_mode], side, leverage)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Read the leverage of the pair's present margin mode."""
        known = self._desk.known
        mode = known.state_of(instrument_id).margin_mode
        reply = await self._desk.account.leverage(self._desk.symbols.spell(instrument_id), MODES[mode])
        setting = leverage_from(instrument_id, reply, mode, known.leverages.get(instrument_id))
        known.position_mode = position_mode_of(reply.position_mode)
        known.leverages[instrument_id] = setting
        return setting

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        """Give the mode of what is held, else the one the next order will name: the venue keeps none for a pair."""
        return self._desk.known.state_of(instrument_id).margin_mode

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Choose the mode of the pair's next orders; refused while something is held or open there."""
        require_allowed(instrument_id)
        if await self._is_in_use(instrument_id):
            text = f"{instrument_id} has a position or an order; close and cancel first, then switch the margin mode."
            raise RequestRejected(text, venue=VENUE)
        self._desk.known.margin_modes[instrument_id] = mode

    def _noted(self, rows: list[PositionRow]) -> tuple[Position, ...]:
        known, symbols = self._desk.known, self._desk.symbols
        held = positions_from(rows, symbols, self._desk.clock.now_ms())
        for row in rows:
            if row.holding and symbols.is_ours(row.symbol):
                known.margin_modes[symbols.instrument_of(row.symbol)] = margin_mode_of(row.margin_mode)
        known.note_held(held)
        return held
