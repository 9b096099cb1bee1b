"""What v2's endpoints cost: weight against the address / against the account.

Source: weex contract API v2, rate limits. Placing and cancelling of orders and triggers also
counts to the ten calls a second.
"""

from typing import Final

from terminal.net.limiter import Cost
from terminal.venues.weex.rest.table import Endpoints

V2: Final = Endpoints(
    "/capi/v2/",
    {
        "GET market/time": Cost(1),
        "GET market/contracts": Cost(10),
        "GET market/depth": Cost(1),
        "GET market/ticker": Cost(1),
        "GET market/tickers": Cost(40),
        "GET market/trades": Cost(5),
        "GET market/candles": Cost(1),
        "GET market/historyCandles": Cost(5),
        "GET market/index": Cost(1),
        "GET market/open_interest": Cost(2),
        "GET market/funding_time": Cost(1),
        "GET market/currentFundRate": Cost(1),
        "GET market/getHistoryFundRate": Cost(5),
        "GET account/assets": Cost(5, 10),
        "GET account/getAccounts": Cost(5, 5),
        "GET account/getAccount": Cost(1, 1),
        "GET account/settings": Cost(1, 1),
        "GET account/position/allPosition": Cost(10, 15),
        "GET account/position/singlePosition": Cost(2, 3),
        "POST account/bills": Cost(2, 5),
        "POST account/leverage": Cost(10, 20),
        "POST account/adjustMargin": Cost(15, 30),
        "POST account/modifyAutoAppendMargin": Cost(15, 30),
        "POST account/position/changeHoldModel": Cost(20, 50),
        "POST order/placeOrder": Cost(2, 5, order_call=True),
        "POST order/batchOrders": Cost(5, 10, order_call=True),
        "POST order/cancel_order": Cost(2, 3, order_call=True),
        "POST order/cancel_batch_orders": Cost(5, 10, order_call=True),
        "POST order/cancelAllOrders": Cost(40, 50),
        "POST order/closePositions": Cost(40, 50),
        "POST order/plan_order": Cost(2, 5, order_call=True),
        "POST order/cancel_plan": Cost(2, 3, order_call=True),
        "POST order/placeTpSlOrder": Cost(2, 5, order_call=True),
        "POST order/modifyTpSlOrder": Cost(2, 5, order_call=True),
        "POST order/uploadAiLog": Cost(1, 1),
        "GET order/detail": Cost(2, 2),
        "GET order/current": Cost(2, 2),
        "GET order/history": Cost(10, 10),
        "GET order/fills": Cost(5, 5),
        "GET order/currentPlan": Cost(3, 3),
        "GET order/historyPlan": Cost(5, 10),
    },
)
