"""v3's account in domain words."""

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.errors import OutcomeUnknown
from terminal.domain.instrument import InstrumentId
from terminal.net.calls.caller import Caller
from terminal.net.calls.paging import Page
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.mapper.account import MARGIN_COIN, balance_from, leverage_from
from terminal.venues.weex.mapper.words import MODE_WORDS, margin_mode_of, v3_symbol
from terminal.venues.weex.rest.v3.account import AccountRest
from terminal.venues.weex.sides import HoldingSide, row_of


class AccountV3(HoldingSide):
    """Implements `AccountSide`."""

    def __init__(self, caller: Caller) -> None:
        self.rest = AccountRest(caller)
        super().__init__(self.rest)

    async def balance(self, ts_init_ms: int) -> Balance:
        return balance_from(await self.rest.balance(), ts_init_ms)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        symbol = v3_symbol(instrument_id)
        config = row_of(await self.rest.symbol_config(symbol), symbol)
        return leverage_from(instrument_id, config, margin_mode_of(config.margin_mode))

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set it in the present margin mode and hold the venue's echo against it.

        Raises:
            OutcomeUnknown: the echo names another leverage; read it back.
        """
        mode = await self.margin_mode(instrument_id)
        echo = await self.rest.leverage(v3_symbol(instrument_id), MODE_WORDS[mode], leverage)
        shown = (
            {echo.cross_leverage}
            if mode is MarginMode.CROSS
            else {echo.isolated_long_leverage, echo.isolated_short_leverage}
        )
        if not shown <= {leverage, None}:
            raise OutcomeUnknown(f"The venue answered with another leverage than {leverage}.", venue=VENUE)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        setting = await self.leverage(instrument_id)
        return MarginMode.ISOLATED if setting.is_isolated else MarginMode.CROSS

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        await self.rest.margin_type(v3_symbol(instrument_id), MODE_WORDS[mode])

    async def income(self, instrument_id: InstrumentId | None, start_ms: int, end_ms: int) -> Page[Income]:
        symbol = None if instrument_id is None else v3_symbol(instrument_id)
        page = await self.rest.income(MARGIN_COIN, symbol, start_ms, end_ms)
        return self.income_page(page.items, has_more=page.has_next_page)
