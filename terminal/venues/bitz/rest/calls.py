"""One method per endpoint, named after it. Contract numbers, contracts and seconds as the venue has them."""

from typing import Final, TypeVar

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, Caller, unreadable
from terminal.net.limiter import Lane
from terminal.net.wire.decode import parse_list
from terminal.net.wire.types import Wire
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.rest.manners import PRIVATE, PUBLIC
from terminal.venues.bitz.signing import own_form
from terminal.venues.bitz.wire import account, market, orders
from terminal.venues.bitz.wire.rows import rows_of

PLACE: Final = "/Contract/addContractTrade"
PAGE_SIZE: Final = 50
MAX_PAGES: Final = 10
IDS_MAX: Final = 50
_Row = TypeVar("_Row", bound=Wire)


class BitzCalls:
    """Raises `VenueError` throughout."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    # -- public ----------------------------------------------------------------

    async def contract_coin(self) -> list[market.Contract]:
        """Fetch the contract list. Source: GET Market/getContractCoin."""
        return await self._listed(_get("getContractCoin"), market.Contract, "contractId")

    async def contract_tickers(self, contract_id: str | None = None) -> list[market.Ticker]:
        """Fetch one ticker, or all. Source: GET Market/getContractTickers."""
        return await self._listed(_get("getContractTickers", contractId=contract_id), market.Ticker, "contractId")

    async def order_book(self, contract_id: str, depth: int) -> market.Book:
        """Fetch a book of 5, 10, 15, 20, 30 or 100 levels. Source: GET Market/getContractOrderBook."""
        call = _get("getContractOrderBook", contractId=contract_id, depth=str(depth))
        return await self._caller.read_model(call, market.Book)

    async def trades_history(self, contract_id: str, limit: int) -> list[market.Trade]:
        """Fetch 1 to 300 newest prints, newest first. Source: GET Market/getContractTradesHistory."""
        call = _get("getContractTradesHistory", contractId=contract_id, pageSize=str(limit))
        return await self._listed(call, market.Trade, "id")

    async def kline(self, contract_id: str, interval: str, size: int, *, to_ms: int | None = None) -> list[market.Bar]:
        """Fetch 1 to 300 bars, newest first: the newest, or those up to a time. Source: GET Market/getContractKline."""
        to = None if to_ms is None else str(to_ms)
        call = _get("getContractKline", contractId=contract_id, type=interval, size=str(size), to=to)
        return (await self._caller.read_model(call, market.Bars)).bars

    # -- account ---------------------------------------------------------------

    async def account_info(self) -> account.Account:
        """Source: POST Contract/getContractAccountInfo."""
        return await self._caller.read_model(_post("getContractAccountInfo"), account.Account)

    async def active_position(self, contract_id: str) -> account.Position | None:
        """Fetch the one position of a contract, None when flat. Source: POST Contract/getContractActivePositions."""
        call = _post("getContractActivePositions", contractId=contract_id)
        rows = [row for row in await self._listed(call, account.Position, "positionId") if row.amount]
        if len(rows) > 1:
            raise MalformedReply("The venue shows two positions of one contract.", venue=VENUE, endpoint=call.path)
        return rows[0] if rows else None

    # -- orders ----------------------------------------------------------------

    async def open_orders(self, contract_id: str) -> list[orders.Order]:
        """Source: POST Contract/getContractOrder."""
        return await self._listed(_post("getContractOrder", contractId=contract_id), orders.Order, "orderId")

    async def order_result(self, order_ids: list[str]) -> list[orders.Order]:
        """Fetch up to 50 orders; those the venue does not know are missing. Source: POST getContractOrderResult."""
        call = _post("getContractOrderResult", entrustSheetIds=",".join(order_ids))
        return await self._listed(call, orders.Order, "orderId")

    async def order_history(self, contract_id: str, page: int) -> list[orders.Order]:
        """Fetch a page (1 to 10) of finished orders, newest first. Source: POST Contract/getContractMyHistoryTrade."""
        call = _post("getContractMyHistoryTrade", contractId=contract_id, page=str(page), pageSize=str(PAGE_SIZE))
        return await self._listed(call, orders.Order, "orderId")

    async def my_trades(self, contract_id: str, page: int, days: int) -> list[orders.Trade]:
        """Fetch a page (1 to 10) of fills of 7 or 30 days, newest first. Source: POST Contract/getContractMyTrades."""
        call = _post(
            "getContractMyTrades",
            contractId=contract_id,
            page=str(page),
            pageSize=str(PAGE_SIZE),
            createDate=str(days),
        )
        return await self._listed(call, orders.Trade, "tradeId")

    async def cancel(self, order_id: str) -> None:
        """Cancel one order, once. Source: POST Contract/cancelContractTrade."""
        body = own_form({"entrustSheetId": order_id})
        call = Call("POST", "/Contract/cancelContractTrade", PRIVATE, body=body, lane=Lane.EXIT, is_write=True)
        await self._caller.write(call)

    def placement(self, body: bytes, *, is_exit: bool) -> Call:
        """Give the call that places an order. Source: POST Contract/addContractTrade."""
        lane = Lane.EXIT if is_exit else Lane.ORDER
        return Call("POST", PLACE, PRIVATE, body=body, lane=lane, is_write=True)

    async def _listed(self, call: Call, model: type[_Row], key: str) -> list[_Row]:
        data = await self._caller.read(call)
        try:
            return parse_list(model, rows_of(data, key))
        except MalformedReply as error:
            raise unreadable(error, call, VENUE) from error


def _get(name: str, **query: str | None) -> Call:
    present = tuple((key, value) for key, value in query.items() if value is not None)
    return Call("GET", f"/Market/{name}", PUBLIC, query=present, signed=False)


def _post(name: str, **own: str) -> Call:
    return Call("POST", f"/Contract/{name}", PRIVATE, body=own_form(own))
