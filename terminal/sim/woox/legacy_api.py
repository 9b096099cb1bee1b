"""The three calls of v1 that clients written for v3 still make: coins, their networks, the fills of an order.

v1 has rows at the top of its answers, and snake case. Source: the shapes its
clients read; it was to be retired, yet still answers.
"""

from typing import Any

from terminal.sim.woox.errors import not_found
from terminal.sim.woox.instruments import QUOTE, RULES
from terminal.sim.woox.shapes import number, time_of
from terminal.sim.woox.venue import Call, Venue

_LISTED_S = "1606897264"


def token(_venue: Venue, _call: Call) -> dict[str, Any]:
    return {
        "rows": [
            {
                "token": coin,
                "fullname": coin,
                "network": coin,
                "decimals": "8",
                "delisted": False,
                "balance_token": coin,
                "created_time": _LISTED_S,
                "updated_time": _LISTED_S,
                "can_collateral": True,
                "can_short": True,
            }
            for coin in _coins()
        ]
    }


def token_network(_venue: Venue, _call: Call) -> dict[str, Any]:
    """No coin can be moved in or out of the loopback."""
    return {
        "rows": [
            {
                "protocol": coin,
                "network": coin,
                "token": coin,
                "name": coin,
                "minimum_withdrawal": "0",
                "withdrawal_fee": "0",
                "allow_deposit": "0",
                "allow_withdraw": "0",
            }
            for coin in _coins()
        ]
    }


def order_trades(venue: Venue, call: Call) -> dict[str, Any]:
    """The fills of one order, oldest first; its id is in the path."""
    order_id = call.path.split("/")[3]
    if venue.order_by_id(order_id) is None:
        raise not_found()
    return {
        "rows": [
            {
                "id": fill.trade_id,
                "symbol": fill.listing.symbol,
                "fee": number(fill.fee),
                "side": fill.side.value,
                "executed_timestamp": time_of(fill.time_ms, as_ms=False),
                "order_id": fill.order_id,
                "order_tag": "default",
                "executed_price": number(fill.price),
                "executed_quantity": number(fill.size),
                "fee_asset": fill.fee_asset,
                "is_maker": int(fill.is_maker),
            }
            for fill in venue.fills()
            if fill.order_id == int(order_id)
        ]
    }


def _coins() -> list[str]:
    return [QUOTE, *RULES]
