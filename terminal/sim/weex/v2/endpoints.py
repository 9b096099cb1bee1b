"""The table of v2 endpoints: path, weights, who may call, who answers.

Weights from reference section 2.1; a path missing here is a 404.
"""

from terminal.sim.weex.ai_log_api import upload_ai_log
from terminal.sim.weex.desk_calls import modify_auto_append
from terminal.sim.weex.dialect import Endpoint, logged, order_call
from terminal.sim.weex.v2 import account_api, market_api, order_api, plan_api

_MARKET = {
    "time": Endpoint(market_api.server_time, 1),
    "contracts": Endpoint(market_api.contracts, 10),
    "depth": Endpoint(market_api.depth, 1),
    "ticker": Endpoint(market_api.ticker, 1),
    "tickers": Endpoint(market_api.tickers, 40),
    "trades": Endpoint(market_api.trades, 5),
    "candles": Endpoint(market_api.candles, 1),
    "historyCandles": Endpoint(market_api.history_candles, 5),
    "index": Endpoint(market_api.index, 1),
    "open_interest": Endpoint(market_api.open_interest, 2),
    "funding_time": Endpoint(market_api.funding_time, 1),
    "currentFundRate": Endpoint(market_api.current_funding, 1),
    "getHistoryFundRate": Endpoint(market_api.funding_history, 5),
}
_ACCOUNT_GET = {
    "assets": Endpoint(account_api.assets, 5, 10),
    "getAccounts": Endpoint(account_api.get_accounts, 5, 5),
    "getAccount": Endpoint(account_api.get_account, 1, 1),
    "settings": Endpoint(account_api.settings, 1, 1),
    "position/allPosition": Endpoint(account_api.all_positions, 10, 15),
    "position/singlePosition": Endpoint(account_api.single_position, 2, 3),
}
_ACCOUNT_POST = {
    "bills": Endpoint(account_api.bills, 2, 5),
    "leverage": Endpoint(account_api.leverage, 10, 20),
    "adjustMargin": Endpoint(account_api.adjust_margin, 15, 30),
    "modifyAutoAppendMargin": Endpoint(modify_auto_append, 15, 30),
    "position/changeHoldModel": Endpoint(account_api.change_hold_model, 20, 50),
}
_ORDER_GET = {
    "current": Endpoint(order_api.current, 2, 2),
    "detail": Endpoint(order_api.detail, 2, 2),
    "history": Endpoint(order_api.history, 10, 10),
    "fills": Endpoint(order_api.fills, 5, 5),
    "currentPlan": Endpoint(plan_api.current_plans, 3, 3),
    "historyPlan": Endpoint(plan_api.history_plans, 5, 10),
}
_ORDER_POST = {
    "placeOrder": order_call(order_api.place_order, 2, 5, places=True),
    "cancel_order": order_call(order_api.cancel_order, 2, 3),
    "plan_order": order_call(plan_api.plan_order, 2, 5, places=True),
    "cancel_plan": order_call(plan_api.cancel_plan, 2, 3),
    "batchOrders": logged(order_api.batch_orders, 5, 10, places=True),
    "cancel_batch_orders": logged(order_api.cancel_batch, 5, 10),
    "cancelAllOrders": logged(order_api.cancel_all, 40, 50),
    "closePositions": logged(order_api.close_positions, 40, 50),
    "placeTpSlOrder": logged(plan_api.place_tp_sl, 2, 5, places=True),
    "modifyTpSlOrder": logged(plan_api.modify_tp_sl, 2, 5),
    "uploadAiLog": Endpoint(upload_ai_log, 1, 1),
}
ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    **{("GET", f"/capi/v2/market/{name}"): endpoint for name, endpoint in _MARKET.items()},
    **{("GET", f"/capi/v2/account/{name}"): endpoint for name, endpoint in _ACCOUNT_GET.items()},
    **{("POST", f"/capi/v2/account/{name}"): endpoint for name, endpoint in _ACCOUNT_POST.items()},
    **{("GET", f"/capi/v2/order/{name}"): endpoint for name, endpoint in _ORDER_GET.items()},
    **{("POST", f"/capi/v2/order/{name}"): endpoint for name, endpoint in _ORDER_POST.items()},
}
