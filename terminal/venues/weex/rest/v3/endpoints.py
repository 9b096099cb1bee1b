"""What v3's endpoints cost.

Source: weex contract API v3, rate limits. Where two readings differ the larger is taken.
Private weights are given for the account only; the address is charged alike, to be safe.
Placing and cancelling also counts to the ten calls a second.
"""

from typing import Final

from terminal.net.limiter import Cost
from terminal.venues.weex.rest.table import Endpoints

_PUBLIC: Final = {
    "GET market/time": 1,
    "GET market/exchangeInfo": 1,
    "GET market/depth": 1,
    "GET market/ticker/24hr": 40,
    "GET market/ticker/bookTicker": 1,
    "GET market/trades": 5,
    "GET market/klines": 1,
    "GET market/indexPriceKlines": 1,
    "GET market/markPriceKlines": 1,
    "GET market/historyKlines": 5,
    "GET market/symbolPrice": 1,
    "GET market/openInterest": 2,
    "GET market/premiumIndex": 1,
    "GET market/fundingRate": 5,
    "GET market/apiTradingSymbols": 5,
}
_PRIVATE: Final = {
    "GET account/balance": 10,
    "GET account/commissionRate": 10,
    "GET account/accountConfig": 10,
    "GET account/symbolConfig": 10,
    "POST account/income": 5,
    "GET account/position/allPosition": 15,
    "GET account/position/singlePosition": 3,
    "POST account/leverage": 20,
    "POST account/marginType": 50,
    "POST account/positionMargin": 30,
    "POST account/modifyAutoAppendMargin": 30,
    "DELETE allOpenOrders": 10,
    "DELETE algoOpenOrders": 10,
    "POST closePositions": 50,
    "GET order": 3,
    "GET openOrders": 10,
    "GET order/history": 10,
    "GET userTrades": 5,
    "GET openAlgoOrders": 3,
    "GET allAlgoOrders": 10,
    "POST order/uploadAiLog": 1,
}
_ORDER_CALLS: Final = {
    "POST order": 5,
    "DELETE order": 3,
    "DELETE batchOrders": 10,
    "POST algoOrder": 5,
    "DELETE algoOrder": 3,
    "POST placeTpSlOrder": 5,
    "POST modifyTpSlOrder": 5,
}

V3: Final = Endpoints(
    "/capi/v3/",
    {name: Cost(weight) for name, weight in _PUBLIC.items()}
    | {name: Cost(weight, weight) for name, weight in _PRIVATE.items()}
    | {name: Cost(weight, weight, order_call=True) for name, weight in _ORDER_CALLS.items()},
)
