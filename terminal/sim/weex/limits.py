"""Rate limits on the machine's own time: weights per 10 s and order calls per second.

Source: reference section 2. A refused call costs nothing.
"""

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


class RateLimits:
    """The IP bucket, the independent UID bucket and the order-call limit."""

    def __init__(self, weight_per_10s: int, orders_per_s: int, real_s: Callable[[], float]) -> None:
        self._ip = SlidingWindow(weight_per_10s, 10.0, real_s)
        self._uid = SlidingWindow(weight_per_10s, 10.0, real_s)
        self._orders = SlidingWindow(orders_per_s, 1.0, real_s)
        self._handshakes = SlidingWindow(300, 300.0, real_s)

    def take_ip(self, weight: int) -> bool:
        return self._ip.take(weight)

    def take_uid(self, weight: int) -> bool:
        return self._uid.take(weight)

    def take_order_call(self) -> bool:
        return self._orders.take(1)

    def take_handshake(self) -> bool:
        """A WebSocket connection attempt: 300 per 5 minutes."""
        return self._handshakes.take(1)
