"""The table of endpoints: handler, rate limit, and what each is for the log. Source: reference sections 5, 7 and 11."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from terminal.sim.woox import account_api, algo_api, legacy_api, market_api, trade_api
from terminal.sim.woox.venue import Call, Venue

Handler = Callable[[Venue, Call], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: `count` calls in `span_s` seconds, for each symbol if `per_symbol`.

    `trades` endpoints are closed while trading is under maintenance. `is_bare`
    answers have no `data` around them (v1).
    """

    handler: Handler
    count: int
    span_s: float = 1.0
    is_private: bool = True
    per_symbol: bool = False
    trades: bool = False
    is_logged: bool = False
    is_placing: bool = False
    is_bare: bool = False


def _public(handler: Handler, *, is_bare: bool = False) -> Endpoint:
    return Endpoint(handler, 10, is_private=False, is_bare=is_bare)


def _placing(handler: Handler, count: int, *, per_symbol: bool = False) -> Endpoint:
    return Endpoint(handler, count, per_symbol=per_symbol, trades=True, is_logged=True, is_placing=True)


def _order_call(handler: Handler, count: int) -> Endpoint:
    return Endpoint(handler, count, trades=True, is_logged=True)


ENDPOINTS: Final = {
    ("GET", "/v3/public/systemInfo"): _public(market_api.system_info),
    ("GET", "/v3/public/instruments"): _public(market_api.instruments),
    ("GET", "/v3/public/orderbook"): _public(market_api.orderbook),
    ("GET", "/v3/public/marketTrades"): _public(market_api.market_trades),
    ("GET", "/v3/public/kline"): _public(market_api.kline),
    ("GET", "/v3/public/klineHistory"): _public(market_api.kline_history),
    ("GET", "/v3/public/futures"): _public(market_api.futures),
    ("GET", "/v3/public/fundingRate"): _public(market_api.funding_rate),
    ("GET", "/v3/public/fundingRateHistory"): _public(market_api.funding_rate_history),
    ("POST", "/v3/trade/order"): _placing(trade_api.place_order, 5, per_symbol=True),
    ("PUT", "/v3/trade/order"): _order_call(trade_api.edit_order, 5),
    ("DELETE", "/v3/trade/order"): _order_call(trade_api.cancel_order, 10),
    ("DELETE", "/v3/trade/allOrders"): _order_call(trade_api.cancel_all_orders, 10),
    ("POST", "/v3/trade/cancelAllAfter"): _order_call(trade_api.cancel_all_after, 10),
    ("POST", "/v3/trade/order/cancelAllAfter"): _order_call(trade_api.cancel_all_after, 10),
    ("GET", "/v3/trade/order"): Endpoint(trade_api.order, 5),
    ("GET", "/v3/trade/orders"): Endpoint(trade_api.orders, 10),
    ("GET", "/v3/trade/transactionHistory"): Endpoint(trade_api.transactions, 2),
    ("GET", "/v3/trade/transaction"): Endpoint(trade_api.transaction, 10),
    ("GET", "/v3/trade/tradingFee"): Endpoint(trade_api.trading_fee, 2),
    ("POST", "/v3/trade/algoOrder"): _placing(algo_api.place_algo, 2),
    ("PUT", "/v3/trade/algoOrder"): _order_call(algo_api.edit_algo, 5),
    ("DELETE", "/v3/trade/algoOrder"): _order_call(algo_api.cancel_algo, 10),
    ("DELETE", "/v3/trade/algoOrders"): _order_call(algo_api.cancel_algos, 10),
    ("GET", "/v3/trade/algoOrder"): Endpoint(algo_api.algo, 10),
    ("GET", "/v3/trade/algoOrders"): Endpoint(algo_api.algos, 10),
    ("GET", "/v3/asset/balances"): Endpoint(account_api.balances, 10),
    ("GET", "/v3/account/info"): Endpoint(account_api.account_info, 10, 60.0),
    ("POST", "/v3/account/listenKey"): Endpoint(account_api.listen_key, 5, 10.0),
    ("GET", "/v3/futures/positions"): Endpoint(account_api.positions, 30, 10.0),
    ("GET", "/v3/futures/leverage"): Endpoint(account_api.leverage, 10, 60.0),
    ("PUT", "/v3/futures/leverage"): Endpoint(account_api.set_leverage, 10, 60.0),
    ("PUT", "/v3/futures/positionMode"): Endpoint(account_api.set_position_mode, 5, 60.0),
    ("GET", "/v3/futures/fundingFee/history"): Endpoint(account_api.funding_history, 20, 60.0),
    ("GET", "/v1/public/token"): _public(legacy_api.token, is_bare=True),
    ("GET", "/v1/public/token_network"): _public(legacy_api.token_network, is_bare=True),
}
_ORDER_TRADES: Final = Endpoint(legacy_api.order_trades, 10, is_bare=True)
_ORDER_TRADES_PATH: Final = re.compile(r"/v1/order/[0-9]+/trades", re.ASCII)


def endpoint_of(method: str, path: str) -> Endpoint | None:
    if method == "GET" and _ORDER_TRADES_PATH.fullmatch(path):
        return _ORDER_TRADES
    return ENDPOINTS.get((method, path))
