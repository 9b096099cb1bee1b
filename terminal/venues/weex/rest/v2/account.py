"""Account endpoints of v2. Source: weex contract API v2, account."""

from decimal import Decimal

from terminal.domain.canonical import decimal_text
from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Caller
from terminal.net.wire.decode import parse
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.rest.shared import PositionCalls
from terminal.venues.weex.rest.v2.endpoints import V2
from terminal.venues.weex.wire.account import LeverageRow, PositionRow
from terminal.venues.weex.wire.v2.account import AccountReply, Asset, BillPage

MAX_BILLS = 100
_COMBINED = 1


class AccountRest(PositionCalls):
    """One method an endpoint."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller, V2, PositionRow)

    async def assets(self) -> list[Asset]:
        """Source: GET account/assets."""
        return await self._caller.read_list(V2.get("account/assets"), Asset)

    async def get_account(self, coin: str) -> AccountReply:
        """Source: GET account/getAccount."""
        return await self._caller.read_model(V2.get("account/getAccount", coin=coin), AccountReply)

    async def get_accounts(self) -> AccountReply:
        """Fetch the same of all coins, in another mix of camel and snake case. Source: GET account/getAccounts."""
        return await self._caller.read_model(V2.get("account/getAccounts"), AccountReply)

    async def settings(self, symbol: str) -> LeverageRow:
        """Fetch one symbol's leverages. Source: GET account/settings; an object keyed by symbol."""
        call = V2.get("account/settings", symbol=symbol)
        value = await self._caller.read(call)
        if not isinstance(value, dict) or symbol not in value:
            raise MalformedReply(f"The settings do not name {symbol}.", venue=VENUE, endpoint=call.path)
        return parse(LeverageRow, value[symbol])

    async def bills(self, coin: str, symbol: str | None, start_ms: int, end_ms: int) -> BillPage:
        """Fetch entries of the bill, at most 100. It only reads, although it is a POST. Source: POST account/bills."""
        body: dict[str, str | int] = {"coin": coin, "startTime": start_ms, "endTime": end_ms, "limit": MAX_BILLS}
        if symbol is not None:
            body["symbol"] = symbol
        call = V2.post("account/bills", body, is_write=False)
        return await self._caller.read_model(call, BillPage)

    async def leverage(self, symbol: str, margin_mode: int, long_leverage: int, short_leverage: int) -> None:
        """Set leverage; in cross mode both must be equal.

        Source: POST account/leverage; refused with 40015 while orders are open.
        """
        body = {
            "symbol": symbol,
            "marginMode": margin_mode,
            "longLeverage": str(long_leverage),
            "shortLeverage": str(short_leverage),
        }
        await self._caller.write(V2.post("account/leverage", body))

    async def change_hold_model(self, symbol: str, margin_mode: int) -> None:
        """Set the margin mode; refused with 40015 while a position or an order exists.

        Source: POST account/position/changeHoldModel; positions can only be combined.
        """
        body = {"symbol": symbol, "marginMode": margin_mode, "separatedMode": _COMBINED}
        await self._caller.write(V2.post("account/position/changeHoldModel", body))

    async def adjust_margin(self, position_id: str, amount: Decimal) -> None:
        """Add to an isolated position's margin, or take from it below zero. Source: POST account/adjustMargin."""
        body = {"isolatedPositionId": int(position_id), "collateralAmount": decimal_text(amount)}
        await self._caller.write(V2.post("account/adjustMargin", body))
