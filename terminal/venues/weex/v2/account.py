"""v2's account in domain words."""

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.instrument import InstrumentId
from terminal.net.calls.caller import Caller
from terminal.net.calls.paging import Page
from terminal.venues.weex.mapper.account import MARGIN_COIN, balance_from, leverage_from
from terminal.venues.weex.mapper.v2.account import mode_from
from terminal.venues.weex.mapper.words import MODE_CODES, v2_symbol
from terminal.venues.weex.rest.v2.account import AccountRest
from terminal.venues.weex.sides import HoldingSide


class AccountV2(HoldingSide):
    """Implements `AccountSide`."""

    def __init__(self, caller: Caller, modes: dict[InstrumentId, MarginMode]) -> None:
        """`modes` is filled with what the venue says, for the orders to name."""
        self._modes = modes
        self.rest = AccountRest(caller)
        super().__init__(self.rest)

    async def balance(self, ts_init_ms: int) -> Balance:
        return balance_from(await self.rest.assets(), ts_init_ms)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Join leverages and margin mode: the settings do not name the mode."""
        mode = await self.margin_mode(instrument_id)
        return leverage_from(instrument_id, await self.rest.settings(v2_symbol(instrument_id)), mode)

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set it in the margin mode last read, which is read first where it is not known; another one is refused."""
        mode = self._modes.get(instrument_id) or await self.margin_mode(instrument_id)
        await self.rest.leverage(v2_symbol(instrument_id), MODE_CODES[mode], leverage, leverage)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        mode = mode_from(await self.rest.get_account(MARGIN_COIN), v2_symbol(instrument_id))
        self._modes[instrument_id] = mode
        return mode

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        self._modes.pop(instrument_id, None)  # an answer that is lost leaves it unknown until it is read back
        await self.rest.change_hold_model(v2_symbol(instrument_id), MODE_CODES[mode])
        self._modes[instrument_id] = mode

    async def income(self, instrument_id: InstrumentId | None, start_ms: int, end_ms: int) -> Page[Income]:
        symbol = None if instrument_id is None else v2_symbol(instrument_id)
        page = await self.rest.bills(MARGIN_COIN, symbol, start_ms, end_ms)
        return self.income_page(page.items, has_more=page.has_next_page)
