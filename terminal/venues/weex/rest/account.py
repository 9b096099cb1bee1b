"""Account endpoints. Source: weex contract API v2, account."""

import orjson

from terminal.domain.errors import MalformedReply
from terminal.net.limiter import Cost
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.rest.caller import Call, Caller
from terminal.venues.weex.wire.account import AccountReply, Asset, LeverageRow, PositionRow
from terminal.venues.weex.wire.decode import parse

_PREFIX = "/capi/v2/account/"


class AccountRest:
    """One method an endpoint."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def assets(self) -> list[Asset]:
        """Source: GET account/assets, weight 5/10."""
        return await self._caller.read_list(_get("assets", Cost(5, 10)), Asset)

    async def get_account(self, coin: str) -> AccountReply:
        """Source: GET account/getAccount, weight 1/1."""
        return await self._caller.read_model(_get("getAccount", Cost(1, 1), coin=coin), AccountReply)

    async def settings(self, symbol: str) -> LeverageRow:
        """Fetch one symbol's leverages.

        Source: GET account/settings, weight 1/1; an object keyed by symbol.
        """
        call = _get("settings", Cost(1, 1), symbol=symbol)
        value = await self._caller.read(call)
        if not isinstance(value, dict) or symbol not in value:
            raise MalformedReply(f"The settings do not name {symbol}.", venue=VENUE, endpoint=call.path)
        return parse(LeverageRow, value[symbol])

    async def all_position(self) -> list[PositionRow]:
        """Source: GET account/position/allPosition, weight 10/15."""
        return await self._caller.read_list(_get("position/allPosition", Cost(10, 15)), PositionRow)

    async def single_position(self, symbol: str) -> list[PositionRow]:
        """Source: GET account/position/singlePosition, weight 2/3; array or one object."""
        return await self._caller.read_list(_get("position/singlePosition", Cost(2, 3), symbol=symbol), PositionRow)

    async def leverage(self, symbol: str, margin_mode: int, long_leverage: int, short_leverage: int) -> None:
        """Set leverage; in cross mode both must be equal.

        Source: POST account/leverage, weight 10/20; refused with 40015 while orders are open.
        """
        body = {
            "symbol": symbol,
            "marginMode": margin_mode,
            "longLeverage": str(long_leverage),
            "shortLeverage": str(short_leverage),
        }
        call = Call("POST", _PREFIX + "leverage", Cost(10, 20), body=orjson.dumps(body), is_write=True)
        await self._caller.write(call)


def _get(name: str, cost: Cost, **query: str) -> Call:
    return Call("GET", _PREFIX + name, cost, query=tuple(query.items()))
