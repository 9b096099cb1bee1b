"""Rate limits: a window for each endpoint, some for each symbol, on the machine's own time.

Public ones count for the one address there is, private ones for the one
account. Source: reference sections 5, 6, 7 and 8.
"""

from collections.abc import Callable
from typing import Final

from terminal.sim.serving.limits import SlidingWindow

_HANDSHAKES: Final = (100, 300.0)


class RateLimits:
    """Windows made when first asked for. `generosity` multiplies what each allows."""

    def __init__(self, generosity: int, real_s: Callable[[], float]) -> None:
        self._generosity = generosity
        self._real_s = real_s
        self._windows: dict[str, SlidingWindow] = {}

    def take(self, name: str, count: int, span_s: float) -> bool:
        """Spend one of `count` calls in `span_s` seconds; False when there is none left."""
        window = self._windows.get(name)
        if window is None:
            window = self._windows[name] = SlidingWindow(count * self._generosity, span_s, self._real_s)
        return window.take(1)

    def take_handshake(self) -> bool:
        return self.take("handshake", *_HANDSHAKES)
