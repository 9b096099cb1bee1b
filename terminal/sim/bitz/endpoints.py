"""Every path this exchange answers, and how. Source: reference sections 4, 5 and 9."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from terminal.sim.bitz import contract_api, market_api, spot_api
from terminal.sim.bitz.venue import BitzVenue, Call

Handler = Callable[[BitzVenue, Call], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path.

    Attributes:
        refuses_in_data: what the account refuses comes as a negative number in `data`.
        is_order_call: goes into the log of order calls.
    """

    handler: Handler
    methods: tuple[str, ...] = ("GET",)
    refuses_in_data: bool = False
    is_order_call: bool = False
    is_placing: bool = False

    @property
    def is_private(self) -> bool:
        return "POST" in self.methods


def _private(handler: Handler, *methods: str) -> Endpoint:
    return Endpoint(handler, ("POST", *methods))


_MARKET: Final = {
    "getServerTime": Endpoint(market_api.server_time),
    "getContractCoin": Endpoint(market_api.contract_coin),
    "getContractTickers": Endpoint(market_api.tickers),
    "getContractOrderBook": Endpoint(market_api.order_book),
    "getContractTradesHistory": Endpoint(market_api.trades_history),
    "getContractKline": Endpoint(market_api.kline),
    "symbolList": Endpoint(spot_api.symbol_list),
    "ticker": Endpoint(spot_api.ticker),
    "tickerall": Endpoint(spot_api.ticker_all),
    "depth": Endpoint(spot_api.depth),
    "order": Endpoint(spot_api.trades),
    "kline": Endpoint(spot_api.kline),
}
_CONTRACT: Final = {
    "addContractTrade": Endpoint(
        contract_api.add_trade, ("POST",), refuses_in_data=True, is_order_call=True, is_placing=True
    ),
    "cancelContractTrade": Endpoint(contract_api.cancel_trade, ("POST",), refuses_in_data=True, is_order_call=True),
    "getContractOrder": _private(contract_api.open_orders),
    "getContractOrderResult": _private(contract_api.order_result),
    "getContractTradeResult": _private(contract_api.order_fills),
    "getContractMyHistoryTrade": _private(contract_api.order_history),
    "getContractMyTrades": _private(contract_api.my_fills, "GET"),  # the page says GET, the programs POST
    "getContractActivePositions": _private(contract_api.active_positions),
    "getContractMyPositions": _private(contract_api.closed_positions),
    "getContractAccountInfo": _private(contract_api.account_info),
}
ENDPOINTS: Final = {
    **{f"/Market/{name}": endpoint for name, endpoint in _MARKET.items()},
    **{f"/Contract/{name}": endpoint for name, endpoint in _CONTRACT.items()},
}
