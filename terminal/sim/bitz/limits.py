"""Rate limits: 30 calls a second of one interface, 5000 a minute of all. Source: reference section 6."""

from collections.abc import Callable
from typing import Final

from terminal.sim.serving.limits import SlidingWindow

PER_INTERFACE: Final = 30
PER_MINUTE: Final = 5_000


class RateLimits:
    """What one caller may still ask."""

    def __init__(self, per_interface: int, real_s: Callable[[], float]) -> None:
        self._per_interface = per_interface
        self._real_s = real_s
        self._all = SlidingWindow(PER_MINUTE, 60.0, real_s)
        self._paths: dict[str, SlidingWindow] = {}

    def take(self, path: str) -> bool:
        """Count a call of a known path; False when it is one too many."""
        window = self._paths.setdefault(path, SlidingWindow(self._per_interface, 1.0, self._real_s))
        return self._all.has_room(1) and window.take(1) and self._all.take(1)
