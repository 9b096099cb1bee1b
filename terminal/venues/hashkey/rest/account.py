"""Account and listen-key endpoints. Source: HashKey API, account. Everything raises `VenueError`."""

from terminal.net.calls.caller import Call, Caller
from terminal.net.limiter import Lane
from terminal.venues.hashkey.rest.limits import HEAVY, QUERY
from terminal.venues.hashkey.signing import encoded
from terminal.venues.hashkey.wire.account import Account, Fees, FlowRow, ListenKey

_STREAM = "/api/v1/userDataStream"


class AccountRest:
    """One method an endpoint."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def account(self) -> Account:
        """Fetch all balances. Source: GET /api/v1/account, weight 5."""
        return await self._caller.read_model(Call("GET", "/api/v1/account", HEAVY), Account)

    async def fees(self) -> Fees:
        """Fetch the account's own rates. Source: GET /api/v1/account/vipInfo, weight 5."""
        return await self._caller.read_model(Call("GET", "/api/v1/account/vipInfo", HEAVY), Fees)

    async def check_api_key(self) -> None:
        """See whether the key is known at all. Source: GET /api/v1/account/checkApiKey, weight 1."""
        await self._caller.read(Call("GET", "/api/v1/account/checkApiKey", QUERY))

    async def balance_flow(self, start_ms: int, end_ms: int, limit: int) -> list[FlowRow]:
        """Fetch the ledger between two times. Source: GET /api/v1/account/balanceFlow, weight 5."""
        query = (("startTime", str(start_ms)), ("endTime", str(end_ms)), ("limit", str(limit)))
        call = Call("GET", "/api/v1/account/balanceFlow", HEAVY, query=query)
        return await self._caller.read_list(call, FlowRow)

    async def open_listen_key(self) -> str:
        """Make a key of the private stream, good for an hour. Source: POST /api/v1/userDataStream."""
        reply = await self._caller.write_model(_stream_call("POST"), ListenKey)
        return reply.listen_key

    async def renew_listen_key(self, key: str) -> None:
        """Give a key another hour. Source: PUT /api/v1/userDataStream."""
        await self._caller.write(_stream_call("PUT", key))

    async def close_listen_key(self, key: str) -> None:
        """End a key. Source: DELETE /api/v1/userDataStream."""
        await self._caller.write(_stream_call("DELETE", key))


def _stream_call(method: str, key: str = "") -> Call:
    parameters = (("listenKey", key),) if key else ()
    in_body = method != "DELETE"
    return Call(
        method,
        _STREAM,
        QUERY,
        query=() if in_body else parameters,
        body=encoded(parameters).encode() if in_body else b"",
        lane=Lane.EXIT,  # without the stream nothing is known of what closes
        is_write=True,
    )
