"""Every path the venue answers. Source: reference sections 6, 8, 9 and 14.

Left out on purpose, as in the terminal: withdrawals, deposits, transfers. The
paths of the older version are those other clients call; 4xx for all else.
"""

from collections.abc import Mapping

from terminal.sim.hashkey import key_api, market_api, order_api, query_api
from terminal.sim.hashkey.endpoint import Endpoint, Security, order_call, query

ENDPOINTS: Mapping[tuple[str, str], Endpoint] = {
    ("GET", "/api/v1/ping"): Endpoint(market_api.ping),
    ("GET", "/api/v1/time"): Endpoint(market_api.time),
    ("GET", "/api/v1/exchangeInfo"): Endpoint(market_api.exchange_info),
    ("GET", "/api/v1/coinInfo"): Endpoint(market_api.coin_info),
    ("GET", "/quote/v1/depth"): Endpoint(market_api.depth),
    ("GET", "/quote/v1/depth/merged"): Endpoint(market_api.merged_depth),
    ("GET", "/quote/v1/trades"): Endpoint(market_api.trades),
    ("GET", "/quote/v1/klines"): Endpoint(market_api.klines),
    ("GET", "/quote/v1/ticker/24hr"): Endpoint(market_api.ticker),
    ("GET", "/quote/v1/ticker/price"): Endpoint(market_api.prices),
    ("GET", "/quote/v1/ticker/bookTicker"): Endpoint(market_api.book_ticker),
    ("GET", "/quote/v1/markPrice"): Endpoint(market_api.mark_price),
    ("POST", "/api/v1/userDataStream"): Endpoint(key_api.make, Security.SIGNED),
    ("PUT", "/api/v1/userDataStream"): Endpoint(key_api.renew, Security.SIGNED),
    ("DELETE", "/api/v1/userDataStream"): Endpoint(key_api.end, Security.SIGNED),
    ("POST", "/api/v1.1/spot/order"): order_call(order_api.place, places=True),
    ("POST", "/api/v1/spot/order"): order_call(order_api.place_v1, places=True),
    ("POST", "/api/v1/spot/orderTest"): order_call(order_api.check_order),
    ("POST", "/api/v1.1/spot/batchOrders"): order_call(order_api.place_batch, places=True, is_json=True),
    ("POST", "/api/v1/spot/batchOrders"): order_call(order_api.place_batch_v1, places=True, is_json=True),
    ("DELETE", "/api/v1/spot/order"): order_call(order_api.cancel),
    ("DELETE", "/api/v1/spot/openOrders"): order_call(order_api.cancel_open),
    ("DELETE", "/api/v1/spot/cancelAllOpenOrders"): order_call(order_api.cancel_all),
    ("DELETE", "/api/v1/spot/cancelOrderByIds"): order_call(order_api.cancel_by_ids),
    ("GET", "/api/v1/spot/order"): query(query_api.order),
    ("GET", "/api/v1/spot/openOrders"): query(query_api.open_orders),
    ("GET", "/api/v1/spot/tradeOrders"): query(query_api.trade_orders),
    ("GET", "/api/v1/account"): query(query_api.account),
    ("GET", "/api/v1/account/trades"): query(query_api.trades),
    ("GET", "/api/v1/account/vipInfo"): query(query_api.vip_info),
    ("GET", "/api/v1/account/type"): query(query_api.account_types),
    ("GET", "/api/v1/account/checkApiKey"): query(query_api.check_api_key),
    ("GET", "/api/v1/account/balanceFlow"): query(query_api.balance_flow),
}
