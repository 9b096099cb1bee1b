"""The table of v3 endpoints: method, path, weights, who answers.

Weights from reference section 2.2, which states the IP weight of public calls
and the UID weight of private ones; where two sources differ ccxt's counts, as
that client paces itself by it on the live venue.
"""

from terminal.sim.weex.ai_log_api import upload_ai_log
from terminal.sim.weex.desk_calls import modify_auto_append
from terminal.sim.weex.dialect import Endpoint, Handler, logged, order_call
from terminal.sim.weex.v3 import account_api, algo_api, market_api, order_api, spot_api

_IP = 1  # of a private call


def _private(handler: Handler, uid_weight: int) -> Endpoint:
    return Endpoint(handler, _IP, uid_weight)


_MARKET = {
    "time": Endpoint(market_api.server_time, 1),
    "exchangeInfo": Endpoint(market_api.exchange_info, 1),
    "ticker/24hr": Endpoint(market_api.ticker, 40),
    "ticker/bookTicker": Endpoint(market_api.book_ticker, 1),
    "depth": Endpoint(market_api.depth, 1),
    "trades": Endpoint(market_api.trades, 5),
    "klines": Endpoint(market_api.klines, 1),
    "indexPriceKlines": Endpoint(market_api.index_klines, 1),
    "markPriceKlines": Endpoint(market_api.mark_klines, 1),
    "historyKlines": Endpoint(market_api.history_klines, 5),
    "symbolPrice": Endpoint(market_api.symbol_price, 1),
    "openInterest": Endpoint(market_api.open_interest, 2),
    "premiumIndex": Endpoint(market_api.premium_index, 1),
    "fundingRate": Endpoint(market_api.funding_rate, 5),
    "apiTradingSymbols": Endpoint(market_api.trading_symbols, 5),
}
_SPOT = {
    "ping": Endpoint(spot_api.ping, 1),
    "time": Endpoint(market_api.server_time, 1),
    "coins": Endpoint(spot_api.coins, 5),
    "exchangeInfo": Endpoint(spot_api.exchange_info, 20),
}
_GET = {
    "account/balance": _private(account_api.balance, 10),
    "account/commissionRate": _private(account_api.commission_rate, 10),
    "account/accountConfig": _private(account_api.account_config, 10),
    "account/symbolConfig": _private(account_api.symbol_config, 10),
    "account/position/allPosition": _private(account_api.all_positions, 15),
    "account/position/singlePosition": _private(account_api.single_position, 3),
    "order": _private(order_api.order, 3),
    "openOrders": _private(order_api.open_orders, 5),
    "order/history": _private(order_api.history, 10),
    "userTrades": _private(order_api.user_trades, 5),
    "openAlgoOrders": _private(algo_api.open_algo_orders, 3),
    "allAlgoOrders": _private(algo_api.all_algo_orders, 10),
}
_POST = {
    "account/leverage": _private(account_api.leverage, 20),
    "account/marginType": _private(account_api.margin_type, 50),
    "account/positionMargin": _private(account_api.position_margin, 30),
    "account/modifyAutoAppendMargin": _private(modify_auto_append, 30),
    "account/income": _private(account_api.income, 5),
    "order": order_call(order_api.place_order, _IP, 5, places=True),
    "algoOrder": order_call(algo_api.algo_order, _IP, 5, places=True),
    "closePositions": logged(order_api.close_positions, _IP, 50),
    "placeTpSlOrder": logged(algo_api.place_tp_sl, _IP, 5, places=True),
    "modifyTpSlOrder": logged(algo_api.modify_tp_sl, _IP, 5),
    "order/uploadAiLog": _private(upload_ai_log, 1),
}
_DELETE = {
    "order": order_call(order_api.cancel_order, _IP, 3),
    "algoOrder": order_call(algo_api.cancel_algo, _IP, 3),
    # Placing in batches does not work on the live venue either: POST answers -1150.
    "batchOrders": logged(order_api.cancel_batch, _IP, 10),
    "allOpenOrders": logged(order_api.cancel_all, _IP, 10),
    "algoOpenOrders": logged(algo_api.cancel_all_algo, _IP, 10),
}
ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    **{("GET", f"/capi/v3/market/{name}"): endpoint for name, endpoint in _MARKET.items()},
    **{("GET", f"/capi/v3/{name}"): endpoint for name, endpoint in _GET.items()},
    **{("POST", f"/capi/v3/{name}"): endpoint for name, endpoint in _POST.items()},
    **{("DELETE", f"/capi/v3/{name}"): endpoint for name, endpoint in _DELETE.items()},
    **{("GET", f"/api/v3/{name}"): endpoint for name, endpoint in _SPOT.items()},
}
