"""Rate limits on the machine's own time. A refused call costs nothing."""

from collections import deque
from collections.abc import Callable


class SlidingWindow:
    """At most `capacity` weight within any `span_s` seconds."""

    def __init__(self, capacity: int, span_s: float, real_s: Callable[[], float]) -> None:
        self.capacity = capacity
        self._span_s = span_s
        self._real_s = real_s
        self._spent: deque[tuple[float, int]] = deque()
        self._total = 0

    def take(self, weight: int) -> bool:
        """Spend `weight` if there is room; False leaves the window as it was."""
        if not self.has_room(weight):
            return False
        self._spent.append((self._real_s(), weight))
        self._total += weight
        return True

    def has_room(self, weight: int) -> bool:
        horizon = self._real_s() - self._span_s
        while self._spent and self._spent[0][0] <= horizon:
            self._total -= self._spent.popleft()[1]
        return self._total + weight <= self.capacity
