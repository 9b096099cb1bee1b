"""Notices that the venue keeps telling us to slow down (N7).

One "too many requests" pauses all traffic for a while and is nobody's business. Ten within
a minute mean that something asks without end, here or elsewhere with our key or from our
address: openings stop until a person has looked.
"""

from collections import deque
from typing import Final

from terminal.domain.risk import TradingState
from terminal.ports.clock import Clock
from terminal.services.trading_switch import TradingSwitch

CAUSE: Final = "too many requests"
STORM: Final = 10
WINDOW_S: Final = 60.0


class RateWatch:
    """Counts what the link reports. After an alarm the count starts anew: a person's word holds until ten more."""

    def __init__(self, switch: TradingSwitch, clock: Clock) -> None:
        self._switch = switch
        self._clock = clock
        self._known = 0
        self._seen_s: deque[float] = deque(maxlen=STORM)

    def look(self, refusals: int) -> None:
        """Take the link's count of such answers since it began."""
        now_s = self._clock.monotonic_s()
        self._seen_s.extend([now_s] * (refusals - self._known))
        self._known = refusals
        if len(self._seen_s) == STORM and now_s - self._seen_s[0] <= WINDOW_S:
            self._seen_s.clear()
            self._switch.demand(
                CAUSE,
                TradingState.REDUCE_ONLY,
                f"the venue answered {STORM} times within a minute that we ask too often. Look for another program "
                "that uses this key or this internet address, then set Active",
            )
