"""Account endpoints of v3. Source: weex contract API v3, account."""

from decimal import Decimal

from terminal.domain.canonical import decimal_text
from terminal.net.calls.caller import Caller
from terminal.venues.weex.rest.shared import PositionCalls
from terminal.venues.weex.rest.v3.endpoints import V3
from terminal.venues.weex.wire.v3.account import (
    AccountConfig,
    Asset,
    CommissionRate,
    HeldRow,
    IncomePage,
    LeverageEcho,
    SymbolConfig,
)

MAX_INCOME = 100
_ADD, _REDUCE = 1, 2
_COMBINED = "COMBINED"


class AccountRest(PositionCalls):
    """One method an endpoint."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller, V3, HeldRow)

    async def balance(self) -> list[Asset]:
        """Source: GET account/balance."""
        return await self._caller.read_list(V3.get("account/balance"), Asset)

    async def commission_rate(self, symbol: str) -> CommissionRate:
        """Source: GET account/commissionRate."""
        return await self._caller.read_model(V3.get("account/commissionRate", symbol=symbol), CommissionRate)

    async def account_config(self) -> AccountConfig:
        """Source: GET account/accountConfig."""
        return await self._caller.read_model(V3.get("account/accountConfig"), AccountConfig)

    async def symbol_config(self, symbol: str) -> list[SymbolConfig]:
        """Source: GET account/symbolConfig; an array."""
        return await self._caller.read_list(V3.get("account/symbolConfig", symbol=symbol), SymbolConfig)

    async def income(self, asset: str, symbol: str | None, start_ms: int, end_ms: int) -> IncomePage:
        """Fetch entries of the bill, at most 100. It only reads, although it is a POST.

        The two times only work as a pair, and span at most 100 days. Source: POST account/income.
        """
        body: dict[str, str | int] = {"asset": asset, "startTime": start_ms, "endTime": end_ms, "limit": MAX_INCOME}
        if symbol is not None:
            body["symbol"] = symbol
        return await self._caller.read_model(V3.post("account/income", body, is_write=False), IncomePage)

    async def leverage(self, symbol: str, margin_type: str, leverage: int) -> LeverageEcho:
        """Set the leverage of the symbol's margin mode; the answer echoes it. Source: POST account/leverage."""
        figure = str(leverage)
        chosen = (
            {"crossLeverage": figure}
            if margin_type == "CROSSED"
            else {"isolatedLongLeverage": figure, "isolatedShortLeverage": figure}
        )
        body = {"symbol": symbol, "marginType": margin_type} | chosen
        return await self._caller.write_model(V3.post("account/leverage", body), LeverageEcho)

    async def margin_type(self, symbol: str, margin_type: str) -> None:
        """Set CROSSED or ISOLATED; refused while a position or an order exists. Source: POST account/marginType."""
        body = {"symbol": symbol, "marginType": margin_type, "separatedType": _COMBINED}
        await self._caller.write(V3.post("account/marginType", body))

    async def position_margin(self, position_id: str, amount: Decimal) -> None:
        """Add to an isolated position's margin, or take from it below zero. Source: POST account/positionMargin."""
        body = {
            "isolatedPositionId": int(position_id),
            "amount": decimal_text(abs(amount)),
            "type": _ADD if amount > 0 else _REDUCE,
        }
        await self._caller.write(V3.post("account/positionMargin", body))
