"""What HashKey allows, and what each call costs.

Source: HashKey API, limits: per key two queries and ten order calls a second. Each endpoint has a
weight of 1 or 5, and no budget of weight is published, so on average a call of weight 5 takes the time
of five queries; never more than two a second leave, whatever they weigh. Market data needs no key and
states no limit; ours keeps it from becoming a burden.
"""

from typing import Final

from terminal.domain.competition import SOFT_ORDER_CALLS_PER_S
from terminal.net.limiter import Allowance, Budget, Cost, Lane

RATE_PAUSE_S: Final = 60.0
"""HashKey asks for a minute of quiet after "too many requests"."""
_QUERY: Final = "queries"
_HEAVY: Final = 5
_SAVED: Final = 6 * _HEAVY
"""What a start reads at once, and one call of weight 5 that is left to exits: no read before them makes them wait."""

ALLOWANCE: Final = Allowance(
    ip=Budget(10, 1.0, {Lane.BULK: 6, Lane.READ: 1}),
    uid=Budget(_HEAVY, 2.5, {lane: _HEAVY for lane in Lane if lane is not Lane.EXIT}, saved=_SAVED),
    # Two below the venue's ten, for a second of ours is not a second of theirs; two more are kept for what closes.
    orders=Budget(SOFT_ORDER_CALLS_PER_S, 1.0, {lane: 2 for lane in Lane if lane is not Lane.EXIT}),
    counted={_QUERY: Budget(2, 1.05, strict=True)},
    gate_first_s=RATE_PAUSE_S,
    gate_cap_s=600.0,
)
PUBLIC: Final = Cost(ip=1)
QUERY: Final = Cost(ip=0, uid=1, counted=(_QUERY,))
HEAVY: Final = Cost(ip=0, uid=_HEAVY, counted=(_QUERY,))
ORDER: Final = Cost(ip=0, order_call=True)
