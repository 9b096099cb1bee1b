"""What WOO X lets an address and an account ask for: so many calls of each kind a second.

There is no weight and no allowance over all calls, so ours is one that nothing normal reaches.
A window is a little longer than the venue's: its clock and ours do not begin a second together.
Source: WOO X API v3, rate limits of each endpoint.
"""

from typing import Final

from terminal.domain.competition import ALLOWED_BASES, SOFT_ORDER_CALLS_PER_S
from terminal.net.limiter import Allowance, Budget, Cost, Lane

_LONGER: Final = 1.05
_SHORT_S: Final = 10.0
_PLACE: Final = "POST trade/order "

# Calls, and in how many seconds. Public ones count per address, the others per account.
_LIMITS: Final[dict[str, tuple[int, float]]] = {
    "GET public/systemInfo": (10, 1.0),
    "GET public/instruments": (10, 1.0),
    "GET public/orderbook": (10, 1.0),
    "GET public/marketTrades": (10, 1.0),
    "GET public/kline": (10, 1.0),
    "GET public/klineHistory": (10, 1.0),
    "GET public/futures": (10, 1.0),
    "GET public/fundingRate": (10, 1.0),
    "GET public/fundingRateHistory": (10, 1.0),
    "DELETE trade/order": (10, 1.0),
    "DELETE trade/allOrders": (10, 1.0),
    "GET trade/order": (5, 1.0),
    "GET trade/orders": (10, 1.0),
    "GET trade/transaction": (10, 1.0),
    "GET trade/transactionHistory": (2, 1.0),
    "GET trade/tradingFee": (2, 1.0),
    "POST trade/algoOrder": (2, 1.0),
    "PUT trade/algoOrder": (5, 1.0),
    "DELETE trade/algoOrder": (10, 1.0),
    "DELETE trade/algoOrders": (10, 1.0),
    "GET trade/algoOrders": (10, 1.0),
    "GET asset/balances": (10, 1.0),
    "GET account/info": (10, 60.0),
    "GET futures/positions": (30, 10.0),
    "GET futures/leverage": (10, 60.0),
    "PUT futures/leverage": (10, 60.0),
    "GET futures/fundingFee/history": (10, 1.0),
    "POST account/listenKey": (5, 10.0),
} | {f"{_PLACE}{product}_{base}_USDT": (5, 1.0) for product in ("PERP", "SPOT") for base in ALLOWED_BASES}


def _budget(limit: int, window_s: float) -> Budget:
    """Leave two fifths to exits, and what is about now before old bars; a window that lasts is not kept half empty."""
    for_exits = limit * 2 // 5 if window_s <= _SHORT_S else 0
    bulk = for_exits + limit // 5 if window_s <= _SHORT_S else 0
    return Budget(limit, window_s * _LONGER, {Lane.BULK: bulk, Lane.READ: for_exits, Lane.ORDER: for_exits})


_OVERALL: Final = Budget(300, 10.0, {Lane.BULK: 200, Lane.READ: 100, Lane.ORDER: 50})
ALLOWANCE: Final = Allowance(
    ip=_OVERALL,
    uid=_OVERALL,
    orders=Budget(SOFT_ORDER_CALLS_PER_S, 1.0, {Lane.ORDER: 2, Lane.READ: 2, Lane.BULK: 2}),
    counted={name: _budget(*limit) for name, limit in _LIMITS.items()},
    gate_first_s=1.0,
    gate_cap_s=16.0,
)


def cost_of(method: str, name: str) -> Cost:
    """Give what a call costs. `name` is the path without its version, e.g. `trade/orders`."""
    return Cost(ip=1, uid=0 if name.startswith("public/") else 1, counted=(f"{method} {name}",))


def cost_of_placing(symbol: str) -> Cost:
    """Give what placing an order costs: it counts for its symbol alone."""
    return Cost(ip=1, uid=1, order_call=True, counted=(_PLACE + symbol,))
