"""The venue's limits: so many calls a second and key, then a minute's silence, then a block.

Source: reference section 10. How often one may go on after a 429 is not
published; the figures below are our own choice. All on the machine's own time.
"""

from collections.abc import Callable
from enum import Enum, auto

from terminal.sim.serving.limits import SlidingWindow

PAUSE_S = 60.0
_TOLERATED = 10  # calls during the pause
_BLOCK_S = 300.0


class CallKind(Enum):
    """What a call counts as. Market data and listen keys count as nothing."""

    FREE = auto()
    QUERY = auto()
    ORDER = auto()


class RateLimits:
    """The one key's windows and what breaking them leads to."""

    def __init__(self, queries_per_s: int, orders_per_s: int, real_s: Callable[[], float]) -> None:
        self._real_s = real_s
        self._windows = {
            CallKind.QUERY: SlidingWindow(queries_per_s, 1.0, real_s),
            CallKind.ORDER: SlidingWindow(orders_per_s, 1.0, real_s),
        }
        self._paused_until_s = 0.0
        self._blocked_until_s = 0.0
        self._went_on = 0

    @property
    def is_blocked(self) -> bool:
        """True while the address gets 418 for everything."""
        return self._real_s() < self._blocked_until_s

    def block(self, seconds: float) -> None:
        """Block the address from now on; 0 ends a block."""
        self._blocked_until_s = self._real_s() + seconds

    def take(self, kind: CallKind) -> bool:
        """Count a call; False = 429."""
        if self._real_s() < self._paused_until_s:
            self._went_on += 1
            if self._went_on > _TOLERATED:
                self._blocked_until_s = self._real_s() + _BLOCK_S
            return False
        window = self._windows.get(kind)
        if window is None or window.take(1):
            return True
        self._paused_until_s = self._real_s() + PAUSE_S
        self._went_on = 0
        return False
